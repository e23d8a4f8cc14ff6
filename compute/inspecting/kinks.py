"""Where the gradient within a plane jumps: a network of ReLUs has a kink wherever one of them begins to fire."""

from compute.inspecting.polish import Derived, Polish, around, moved, slope_at
from compute.landscape import Floats

BISECTIONS = 8  # a part of a step, or of a cell, so small that what is smooth changes little within
JUMP = 0.25  # share of the change all along, or of the slope, by which the gradient then changes at least


def kinked_beside(plane: Derived, state: Polish) -> bool:
    """Whether the gradient, which vanishes here, does so only at the tip of a kink: torch gives |x| a slope of 0 there.

    At a 256th of a cell away along the axes it is then as large as a cell away.
    """
    here = state.here.alpha, state.here.beta
    beside = [slope_at(plane, *place) for place in around(here, state.cell, 2.0**-BISECTIONS)]
    return max(beside) > JUMP * state.slope_around


def kinked_along(plane: Derived, state: Polish, step: Floats) -> bool:
    """Whether the gradient jumps somewhere on a step: bisected towards the larger change, most of it is left."""
    near, far = 0.0, 1.0
    first, last = state.here.gradient, plane.gradient(*moved(state.here, step))
    whole = plane.gram.slope(last - first)
    for _ in range(BISECTIONS):
        middle = (near + far) / 2
        between = plane.gradient(*moved(state.here, step * middle))
        if plane.gram.slope(between - first) > plane.gram.slope(last - between):
            far, last = middle, between
        else:
            near, first = middle, between
    return plane.gram.slope(last - first) > JUMP * max(whole, plane.gram.slope(state.here.gradient))
