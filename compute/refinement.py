"""What is worth measuring: levels coarse to fine, and beyond 33 points per axis only what is not known well enough.

The surplus of a node is what the coarser level foretold wrongly, |log measured − log predicted|, or the plain
difference where not all values are positive. The surplus of a cell is the largest at its corners; where they are not
all measured also the error of the cell it is a part of, so that the first points of a level cannot talk it down. The
error of a cell is the largest surplus there and in the cells around. In practice it bounds what is wrong inside, for on
a grid twice as fine that is up to 16 times smaller.

Everything here is a function of what has been measured, so that a sweep may be broken off anywhere and the explorer
comes to the same judgement as the sampler.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compute.cells import cell_shape, divided, over_corners, spread, touching
from compute.interpolation import refine
from compute.landscape import Domain, Floats
from compute.levels import levels, points_per_axis
from compute.scale import Scale, choose_scale

WHOLE_UP_TO = 33  # points on the shorter axis; finer levels are measured in part
# Points on the shorter axis; coarser levels may agree by accident. Of 130 bowls with a bump of random width, from a
# hundredth of the domain up, ending on 9 points was wrong for 29, on 17 for 6. To ask for two levels that agree helped
# none of the six, whose bumps lie between the points; to ask for 33 points helped all, at four times the price.
TRUSTED_FROM = 17
MARGIN = 4  # cells around a region: half are the margin of the next level, one touches it, one can put that in doubt
WHOLE_MARGIN = 2  # where the next level is whole, so that only the prediction depends on what is around
OCTAVE_UNIT = 0.01  # the surplus that orders points where there is no tolerance

Bools = NDArray[np.bool_]
Point = tuple[int, int]  # row, column of the finest grid


@dataclass(frozen=True)
class Rule:
    """Up to which surplus a cell counts as known, and which cells matter.

    ``tolerance`` is relative: of the logarithm where all values are positive, else of the range that is shown; None
    measures every node. Cells that lie above ``cap`` at every corner do not matter; None takes the cap that the picture
    has by itself.
    """

    tolerance: float | None = None
    cap: float | None = None


EVERYTHING = Rule()


def rule_of(provenance: Mapping[str, Any]) -> Rule:
    """By what was decided where to measure, as far as a provenance knows."""
    tolerance, cap = provenance.get("tolerance"), provenance.get("cap")
    if not isinstance(tolerance, float) or not 0 < tolerance < math.inf:
        return EVERYTHING
    return Rule(tolerance, cap if isinstance(cap, float) else None)


@dataclass(frozen=True)
class Region:
    """A rectangle of the plane, rims included. ``throughout``: every node in it is wanted, in doubt or not."""

    alpha: tuple[float, float]
    beta: tuple[float, float]
    throughout: bool = False

    def nodes(self, domain: Domain, stride: int = 1) -> Bools:
        """(rows, columns) which nodes of a level lie in it, or so near that what is in doubt there depends on them."""
        alphas, betas = domain.alphas[::stride], domain.betas[::stride]
        if self.throughout:
            return _between(betas, self.beta, 0)[:, None] & _between(alphas, self.alpha, 0)
        cells = MARGIN if 2 * points_per_axis((len(betas), len(alphas))) - 1 > WHOLE_UP_TO else WHOLE_MARGIN
        return _between(betas, self.beta, cells)[:, None] & _between(alphas, self.alpha, cells)


@dataclass(frozen=True, eq=False)
class Level:
    """A nested level: every ``stride``-th row and column of the grid. Nodes (rows, columns), cells one fewer each way.

    values    measured where ``known``, elsewhere predicted from the level before; NaN nothing known, +inf diverged
    wanted    nodes that are to be measured for this level or were for those before; ``known``: those that are
    surplus   of each cell; NaN where nothing was foretold, inf where what was foretold to diverge did not, or the
              other way round
    relative  whether the surplus is one of logarithms
    """

    stride: int
    values: Floats
    wanted: Bools
    known: Bools
    surplus: Floats
    relative: bool

    @property
    def error(self) -> Floats:
        """Of each cell the largest surplus there and in the cells around."""
        return spread(self.surplus)

    @property
    def complete(self) -> bool:
        """Whether everything that is wanted is measured."""
        return not (self.wanted & ~self.known).any()


# ── levels ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def climb(values: Floats, measured: Bools, rule: Rule) -> Iterator[Level]:
    """The levels from the coarsest to the first that is not complete. What the rule does not ask for has no part.

    Raises ValueError where the grid is too small for a level.
    """
    level = coarsest(values, measured, 2 ** (levels(*measured.shape) - 1))
    yield level
    while level.complete and level.stride > 1:
        level = finer(level, values, measured, wanted_next(level, rule))
        yield level


def coarsest(values: Floats, measured: Bools, stride: int, relative: bool = True) -> Level:
    """The level with which one begins: all of it is wanted, and nothing foretold."""
    known = measured[::stride, ::stride].copy()
    grid = np.where(known, values[::stride, ::stride], np.nan)
    surplus = np.full(cell_shape(known.shape), np.nan)
    return Level(stride, grid, np.ones_like(known), known, surplus, relative and _positive(grid, known))


def finer(level: Level, values: Floats, measured: Bools, wanted: Bools | None = None) -> Level:
    """The next level, of which these nodes are wanted, by default all."""
    stride = level.stride // 2
    guess = refine(level.values, 2)
    wanted = np.ones(guess.shape, np.bool_) if wanted is None else wanted
    known = measured[::stride, ::stride] & wanted
    grid = np.where(known, values[::stride, ::stride], guess)
    relative = level.relative and _positive(grid, known)
    fresh = known.copy()
    fresh[::2, ::2] &= ~level.known
    missed = over_corners(_difference(grid, guess, fresh, relative), np.fmax)
    # A difference says nothing about logarithms: where the first value that is not positive turns up, one begins anew.
    before = divided(level.error, grid.shape) if relative == level.relative else np.full(missed.shape, np.nan)
    surplus = np.where(over_corners(known, np.logical_and), missed, np.fmax(missed, before))
    return Level(stride, grid, wanted, known, surplus, relative)


# ── the rule ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def wanted_next(level: Level, rule: Rule, inside: Bools | None = None) -> Bools:
    """Which nodes of the next level are to be measured: all corners of the cells in doubt, divided.

    So also nodes of this level and those before that had been left out. ``inside`` are the nodes of the next level
    beyond which nothing more is wanted.
    """
    rows, columns = level.values.shape
    shape = 2 * rows - 1, 2 * columns - 1
    wanted = touching(divided(doubtful(level, rule), shape), shape)
    if inside is not None:
        wanted &= inside
    wanted[::2, ::2] |= level.wanted
    return wanted


def doubtful(level: Level, rule: Rule) -> Bools:
    """Which cells finer levels have to divide: those over the tolerance, except where nobody would see it.

    A cell at the border of what has diverged is always in doubt, one that has diverged throughout never. Up to 33
    points per axis it is all cells or none, and never none on fewer than 17.
    """
    everywhere = np.ones(level.surplus.shape, np.bool_)
    points = points_per_axis(level.values.shape)
    if rule.tolerance is None or points < TRUSTED_FROM:
        return everywhere
    scale = _scale(level, rule)
    unit = rule.tolerance * (1.0 if level.relative else scale.high - scale.low)
    settled = over_corners(np.isfinite(level.values), np.logical_and) & (level.error <= unit)
    doubt = visible(level, rule) & ~settled
    return doubt if 2 * points - 1 > WHOLE_UP_TO else everywhere & doubt.any()


def visible(level: Level, rule: Rule) -> Bools:
    """Which cells have a corner that is finite and below the cap; all where everything is to be measured."""
    if rule.tolerance is None:
        return np.ones(level.surplus.shape, np.bool_)
    scale = _scale(level, rule)
    below = np.isfinite(level.values) if scale.high >= scale.top else level.values < scale.high
    return over_corners(below, np.logical_or)


def _scale(level: Level, rule: Rule) -> Scale:
    return choose_scale(level.values[level.known], cap=rule.cap)


# ── the order ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def need(level: Level, shape: tuple[int, int], rule: Rule) -> Floats:
    """How much in doubt the nodes of a finer level of this shape are: the octave of the surplus around each.

    0 is from one to two times the tolerance, or where that cannot be said; −1 all below, or where nothing was foretold.
    """
    scale = _scale(level, rule)
    unit = (rule.tolerance or OCTAVE_UNIT) * (1.0 if level.relative else scale.high - scale.low)
    times = touching(divided(np.nan_to_num(level.surplus / unit, posinf=1.0), shape), shape)
    octave: Floats = np.floor(np.log2(np.maximum(times, 0.5)))
    return octave


def in_order(points: NDArray[np.int64], needs: Floats, domain: Domain, focus: Floats) -> list[Point]:
    """(n, 2) rows and columns sorted: the largest need first, of equal ones those near the focus, then row by row.

    ``focus`` (n, 2) are places (alpha, beta): the path, or the centre.
    """
    rows, columns = points.T
    order = np.lexsort((columns, rows, _distance(rows, columns, domain, focus), -needs))
    return [(int(row), int(column)) for row, column in points[order]]


def _distance(rows: NDArray[np.int_], columns: NDArray[np.int_], domain: Domain, focus: Floats) -> Floats:
    """(points,) distance to the nearest place of interest, in shares of the domain."""
    width, depth = domain.alpha[1] - domain.alpha[0], domain.beta[1] - domain.beta[0] or 1.0
    alphas, betas = domain.alphas[columns] / width, domain.betas[rows] / depth
    squared = np.full(len(rows), np.inf)
    for alpha, beta in focus / [width, depth]:
        squared = np.minimum(squared, (alphas - alpha) ** 2 + (betas - beta) ** 2)
    distance: Floats = np.round(np.sqrt(squared), 6)
    return distance


def _between(places: Floats, bounds: tuple[float, float], cells: int) -> Bools:
    margin = cells * (places[-1] - places[0]) / max(len(places) - 1, 1) * (1 + 1e-9)
    within: Bools = (places >= bounds[0] - margin) & (places <= bounds[1] + margin)
    return within


def _positive(values: Floats, known: Bools) -> bool:
    return bool((values[known & np.isfinite(values)] > 0).all())


def _difference(actual: Floats, guess: Floats, where: Bools, relative: bool) -> Floats:
    """|actual − guess| or that of the logarithms; inf where one is finite, NaN where neither is or nothing is asked."""
    there, foretold = where & np.isfinite(actual), where & np.isfinite(guess)
    found = np.where(there != foretold, np.inf, np.nan)
    both = there & foretold
    a, b = actual[both], guess[both]
    found[both] = np.abs(np.log(a) - np.log(b)) if relative else np.abs(a - b)
    return found
