"""Ranges of alpha and beta: around a path, as the user gave them, or as wide as the loss asks for."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from compute.errors import BadInputError
from compute.landscape import Domain
from compute.levels import COARSEST, levels

Range = tuple[float, float]

STEP_BITS = 40  # of a step's mantissa: 13 of the 53 stay for the number of steps, 8192

MARGIN = 0.25  # of the path's bounding box, added on every side
NARROWEST = 0.7  # the path alone is often a thin strip, which shows little of the ground beside it
BETWEEN = (-0.5, 1.5)  # of a line from one network, at 0, to another, at 1 (Goodfellow et al. 2015)

RISE = 20.0  # times the loss in the centre: the bowl is then seen with its walls
LEAST_LOSS = 0.01  # nats; a loss below counts as this, or the range of a perfect fit would be nothing
START = 2.0**-6  # half-width at which the search begins, of a direction as long as theta_star
NARROW, WIDE = 2.0**-20, 4.0  # half-widths between which it searches


@dataclass(frozen=True)
class AutomaticRange:
    """Ranges found by the rise of the loss, and how: ``rise`` was asked for, ``risen`` is what there is.

    ``reached`` is False where the loss did not rise so far within the widest range, or had risen in the narrowest.
    """

    alpha: Range
    beta: Range
    rise: float
    risen: float
    reached: bool
    evaluations: int

    def describe(self) -> dict[str, Any]:
        """For the provenance; ready for JSON."""
        return {
            "kind": "rise of the loss",
            "rise": self.rise,
            "risen": self.risen if math.isfinite(self.risen) else None,  # diverged
            "reached": self.reached,
            "evaluations": self.evaluations,
            "least_loss": LEAST_LOSS,
        }


def path_range(values: Sequence[float], at_least: float = 0.0, cells: int = COARSEST - 1) -> Range:
    """A range around these coordinates in which 0 lies on a grid of so many cells, by default the coarsest.

    The bounding box of the values and 0, with a margin, widened evenly to ``at_least``, then to the grid.
    """
    low, high = min(*values, 0.0), max(*values, 0.0)
    margin = MARGIN * (high - low) or 1.0
    margin = max(margin, (at_least - (high - low)) / 2)
    return _on_grid(low - margin, high + margin, cells)


def path_domain(alphas: Sequence[float], betas: Sequence[float], resolution: int) -> Domain:
    """The domain that shows a projected path: no side shorter than NARROWEST of the other, 0 on the coarsest level.

    Raises BadInputError for a resolution below 3.
    """
    cells = _coarsest_cells(resolution)
    alpha, beta = path_range(alphas, cells=cells), path_range(betas, cells=cells)
    alpha = path_range(alphas, NARROWEST * (beta[1] - beta[0]), cells)
    beta = path_range(betas, NARROWEST * (alpha[1] - alpha[0]), cells)
    return Domain(alpha, beta, resolution, resolution)


def path_line(alphas: Sequence[float], resolution: int) -> Domain:
    """The domain of a line that shows a path projected on it. Raises BadInputError for a resolution below 3."""
    return line_domain(path_range(alphas, cells=_coarsest_cells(resolution)), resolution)


def line_domain(alpha: Range, resolution: int) -> Domain:
    """The domain of a line: beta is 0."""
    return Domain(alpha, (0.0, 0.0), resolution, 1)


def given_range(low: float, high: float, resolution: int) -> Range:
    """The range that a user gave, with 0 exactly on one of ``resolution`` points.

    Where 0 lies inside and between two points, the range is widened as little as puts it on one; where it lies on a
    point, or outside, the range stays as it is. Raises BadInputError when it is no range.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise BadInputError(f"range {low:g} to {high:g}: give two numbers, the lower one first")
    cells = _cells(resolution)
    if not low < 0 < high or 0.0 in Domain((low, high), (0.0, 0.0), resolution, 1).alphas:
        return low, high
    return _on_grid(low, high, cells)


def automatic_range(
    loss_at: Callable[[float, float], float],
    unit: tuple[float, float | None] = (1.0, 1.0),
    rise: float = RISE,
) -> AutomaticRange:
    """Symmetric ranges at whose boundary the loss has risen to ``rise`` times that of the centre.

    The half-width, in ``unit`` for each axis (|θ*| / |δ|, so that an axis's length says nothing; a beta of None is a
    line), is the first of START 2^k, k = 0, 1, …, where the median loss over 8 points of the boundary, corners and
    midpoints of the sides, reaches rise max(loss(0, 0), LEAST_LOSS). Where it does so at the start already, k goes down
    as long as it still does. A loss that is not finite has risen. Never beyond NARROW and WIDE. Raises BadInputError
    where the centre has diverged.
    """
    centre = loss_at(0.0, 0.0)
    if not math.isfinite(centre):
        raise BadInputError(f"the loss in the centre is {centre}, so it tells no range; give one, or another centre")
    target = rise * max(centre, LEAST_LOSS)
    boundary = list(_boundary(line=unit[1] is None))
    units = unit[0], unit[1] or 0.0
    losses: dict[float, float] = {}

    def median_loss(half: float) -> float:
        if half not in losses:
            around = [loss_at(half * units[0] * a, half * units[1] * b) for a, b in boundary]
            losses[half] = median(loss if math.isfinite(loss) else math.inf for loss in around)
        return losses[half]

    half = START
    while median_loss(half) < target and half < WIDE:
        half *= 2
    while half > NARROW and half <= START and median_loss(half / 2) >= target:
        half /= 2
    alpha, beta = ((-half * one, half * one) for one in units)
    risen = median_loss(half)
    reached = risen >= target and half > NARROW
    factor = risen * rise / target
    return AutomaticRange(alpha, beta, rise, factor, reached, 1 + len(boundary) * len(losses))


def _boundary(line: bool) -> Iterator[tuple[float, float]]:
    for a in (-1.0, 0.0, 1.0):
        for b in (0.0,) if line else (-1.0, 0.0, 1.0):
            if a or b:
                yield a, b


def _cells(resolution: int) -> int:
    if resolution < 3:
        raise BadInputError(f"--resolution {resolution}: takes at least 3 points")
    return resolution - 1


def _coarsest_cells(resolution: int) -> int:
    """Cells of the coarsest nested level."""
    return _cells(resolution) >> (levels(resolution) - 1)


def _on_grid(low: float, high: float, cells: int) -> Range:
    """The narrowest range [−j s, (cells − j) s] around [low, high], over all j from 1 to cells − 1.

    The step s is rounded up to so few bits that its multiples are exact, and with them the 0 of any finer grid.
    """
    step, j = min((max(-low / j, high / (cells - j)), j) for j in range(1, cells))
    mantissa, exponent = math.frexp(step)
    step = math.ldexp(math.ceil(math.ldexp(mantissa, STEP_BITS)), exponent - STEP_BITS)
    return -j * step, (cells - j) * step
