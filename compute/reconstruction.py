"""A smooth surface from the points measured so far, and how far it can be trusted."""

import math
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from compute.cells import divided, touching
from compute.landscape import Counts, Floats
from compute.levels import COARSEST, FEWEST, finest_complete_stride, points_per_axis
from compute.refinement import EVERYTHING, Bools, Level, Rule, climb, coarsest, doubtful, finer, visible


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """Values at every node of one nested level: measured where they are, predicted from coarser levels elsewhere.

    values      (rows, columns), NaN where nothing can be said and +inf where the network diverged
    predicted   nodes that no measurement stands behind
    stride      spacing of this level in cells of the full grid
    surplus     the largest surplus of a cell (see ``compute.refinement``) that the cap does not hide: the error bar.
                NaN before there are two levels
    relative    whether that is |log measured − log predicted|, or the plain difference where not all are positive
    settled     predicted nodes that need no measuring, for all around them is within the tolerance
    error       (rows − 1, columns − 1), of a line one row: of each cell the largest surplus there and in the cells
                around. In practice an upper bound; NaN or inf where nothing can be said
    """

    values: Floats
    predicted: Bools
    stride: int
    surplus: float
    relative: bool
    settled: Bools
    error: Floats

    @property
    def complete(self) -> bool:
        """Whether every node of this level is measured, or need not be."""
        return not (self.predicted & ~self.settled).any()

    def error_at(self, u: float, v: float) -> float:
        """The error bar of one place, u and v in [0, 1] over the domain: that of its cell, or if unknown of all."""
        rows, columns = self.error.shape
        error = float(self.error[min(int(v * rows), rows - 1), min(int(u * columns), columns - 1)])
        return error if math.isfinite(error) else self.surplus


def reconstruct(
    values: Floats, examples: Counts, rule: Rule = EVERYTHING, judged: Floats | None = None
) -> Reconstruction:
    """The best surface from a grid that is being filled, on the finest level that has any measurement.

    Starts from the finest complete level of at least 5 points per axis and adds what finer levels hold. Without a
    complete level nothing is predicted: the measured nodes stand alone, on the full grid. ``rule`` is what decides
    where measuring can stop, by the metric ``judged``, if that is another one.
    """
    measured = np.asarray(examples) > 0
    stride = finest_complete_stride(measured)
    if stride is None:
        alone = coarsest(values, measured, 1)
        return Reconstruction(alone.values, ~measured, 1, np.nan, False, np.zeros_like(measured), alone.surplus)
    level = _whole(values, measured, stride)
    while level.stride > 1 and measured.sum() > level.known.sum():
        level = finer(level, values, measured)
    shown, settled = _judgement(values if judged is None else judged, measured, rule, level)
    foretold = level.surplus[shown & np.isfinite(level.surplus)]
    surplus = float(foretold.max()) if foretold.size else np.nan
    return Reconstruction(level.values, ~level.known, level.stride, surplus, level.relative, settled, level.error)


def _whole(values: Floats, measured: Bools, stride: int) -> Level:
    """A level that is measured throughout, with its surplus where there is a coarser one."""
    relative = bool((values[measured & np.isfinite(values)] > 0).all())
    if any((n - 1) % (2 * stride) or 1 < n < (COARSEST - 1) * 2 * stride + 1 for n in measured.shape):
        return coarsest(values, measured, stride, relative)
    return finer(coarsest(values, measured, 2 * stride, relative), values, measured)


def _judgement(judged: Floats, measured: Bools, rule: Rule, level: Level) -> tuple[Bools, Bools]:
    """Which cells of a level the cap does not hide, and which of its nodes need no measuring."""
    everywhere, nowhere = np.ones(level.surplus.shape, np.bool_), np.zeros(level.known.shape, np.bool_)
    if rule.tolerance is None or points_per_axis(measured.shape) < FEWEST:
        return everywhere, nowhere
    climbed = takewhile(lambda each: each.complete and each.stride >= level.stride, climb(judged, measured, rule))
    complete = list(climbed)
    if not complete:
        return everywhere, nowhere
    shape = level.values.shape
    doubt = touching(divided(doubtful(complete[-1], rule), shape), shape)
    return divided(visible(complete[-1], rule), shape), ~level.known & ~doubt
