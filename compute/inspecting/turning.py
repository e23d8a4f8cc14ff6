"""Which critical point a closed loop encloses, by the gradient along it: without derivatives at the point itself.

Along the loop the gradient turns n times in the sense of the loop (its Poincaré index). n = −1: there is a saddle
inside. n = 1: a minimum or a maximum. Where the loss falls inwards from the lowest place of the loop, the lowest place
of all that it encloses lies inside, and is a minimum; a maximum where it rises inwards from the highest. Else, and with
any other n, nothing that could be told. On a line the loop is two places, and the signs there tell.

A network of ReLUs has kinks, and its minima often lie on one: the gradient jumps there and vanishes nowhere, and the
Hessian does not know. Where it jumps along the loop it turns the shorter way, as all gradients between the two do
(Clarke 1983: they are the generalised gradient).
"""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from compute.inspecting.polish import Derived, Place
from compute.landscape import Floats
from compute.topology.critical_points import MAXIMUM, MINIMUM, SADDLE

Gradient = Callable[[float], Floats]  # by the angle along a loop
End = tuple[float, Floats]  # an angle, and the gradient there

PLACES = 12  # along the loop at first
FINE = math.pi / 3  # turn from one place to the next, above which the way between is halved
HALVINGS = 8  # of it; what then is left is a jump
OPPOSITE = 0.98 * math.pi  # a jump that could have turned either way
PARTS = (1 / 16, 1 / 4, 1.0)  # of a cell: radii of the loops, tried one after the other


def enclosed(plane: Derived, centre: Place, cell: Place, wanted: int) -> tuple[int, float] | None:
    """The slice index of what lies around a place, and within which part of a cell along each axis.

    Of the smallest loop that tells of the index wanted, else of any. None where no loop up to a cell away tells.
    """
    first = None
    for part in PARTS:
        radii = part * cell[0], part * cell[1]
        index = _in_loop(plane, centre, radii) if cell[1] else _between(plane, centre, radii[0])
        if index == wanted:
            return index, part
        if index is not None and first is None:
            first = index, part
    return first


def _between(plane: Derived, centre: Place, radius: float) -> int | None:
    """Of a line."""
    before, after = (float(plane.gradient(centre[0] + side, centre[1])[0]) for side in (-radius, radius))
    if before < 0 < after:
        return MINIMUM
    return MAXIMUM if before > 0 > after else None


def _in_loop(plane: Derived, centre: Place, radii: Place) -> int | None:
    shape = np.array(radii)

    def at(angle: float) -> Floats:
        """The gradient along the axes at a place of the loop."""
        alpha, beta = shape * (math.cos(angle), math.sin(angle))
        return plane.gradient(centre[0] + alpha, centre[1] + beta)

    angles = [2 * math.pi * k / PLACES for k in range(PLACES)]
    gradients = [at(angle) for angle in angles]
    if not np.isfinite(gradients).all():
        return None
    places = [*zip(angles, gradients, strict=True), (2 * math.pi, gradients[0])]
    turns = [_turn(plane, at, first, last, HALVINGS) for first, last in pairwise(places)]
    times = round(sum(turns) / (2 * math.pi)) if all(math.isfinite(turn) for turn in turns) else 0
    if times == 1:
        return _extremum(shape * np.stack([np.cos(angles), np.sin(angles)], axis=1), np.array(gradients))
    return SADDLE if times == -1 else None


def _extremum(places: Floats, gradients: Floats) -> int | None:
    """Which one a loop encloses around which the gradient turns once; None where neither is sure, or both are.

    ``places`` (n, 2) are from its centre. How much higher each is than the first: the gradient summed along the loop.
    Not the mean of what points outwards, the Laplacian inside: that can be positive around a single maximum.
    """
    ways, between = np.diff(places, axis=0), (gradients[1:] + gradients[:-1]) / 2
    heights = np.concatenate([[0.0], np.cumsum((ways * between).sum(axis=1))])
    outwards = (gradients * places).sum(axis=1)
    minimum, maximum = outwards[heights.argmin()] > 0, outwards[heights.argmax()] < 0
    if minimum == maximum:
        return None
    return MINIMUM if minimum else MAXIMUM


def _turn(plane: Derived, at: Gradient, first: End, last: End, halvings: int) -> float:
    """By how much the gradient turns from one place of the loop to another; NaN where that cannot be told."""
    angle = _angle(plane, first[1], last[1])
    if halvings == 0 or not abs(angle) > FINE:
        return angle if abs(angle) < OPPOSITE else math.nan
    middle = (first[0] + last[0]) / 2
    between = middle, at(middle)
    return _turn(plane, at, first, between, halvings - 1) + _turn(plane, at, between, last, halvings - 1)


def _angle(plane: Derived, here: Floats, there: Floats) -> float:
    """From one gradient to another, in weight space, in (−π, π]; NaN where one is not finite, or vanishes."""
    (a, b), (c, d) = plane.gram.upright_gradient(here), plane.gram.upright_gradient(there)
    return math.atan2(a * d - b * c, a * c + b * d) if (a or b) and (c or d) else math.nan
