"""A smooth surface from the points measured so far.

Interpolation on an even grid is linear in the values, so refining by a whole factor is one matrix per axis:
``fine = W(n_beta, factor) @ values @ W(n_alpha, factor).T``. The rows of W are Catmull-Rom weights (Catmull & Rom 1974)
on coarse grids and not-a-knot cubic spline weights (de Boor 1978, ch. IV) from 9 points on. Where every value is
positive the interpolation acts on the logarithm: losses span decades, and their log is much the smoother function.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Counts, Floats
from compute.levels import COARSEST, finest_complete_stride

SPLINE_FROM = 9  # points per axis; below, a spline's global reach does more harm than good


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """Values at every node of one nested level: measured where they are, predicted from coarser levels elsewhere.

    ``values`` (rows, columns) has NaN where nothing can be said and +inf where the network diverged; ``predicted``
    marks nodes that no measurement stands behind. ``stride`` is the spacing of this level in cells of the full grid.
    ``surplus`` is the largest |log measured − log predicted| (``relative``), or the largest plain difference where not
    all values are positive: over the finest complete level, and over the nodes measured since. In practice an upper
    bound of the error. NaN before there are two levels.
    """

    values: Floats
    predicted: NDArray[np.bool_]
    stride: int
    surplus: float
    relative: bool

    @property
    def complete(self) -> bool:
        """Whether every node of this level is measured."""
        return not self.predicted.any()


def reconstruct(values: Floats, examples: Counts) -> Reconstruction:
    """The best surface from a grid that is being filled, on the finest level that has any measurement.

    Starts from the finest complete level of at least 5 points per axis and adds what finer levels hold. Without a
    complete level nothing is predicted: the measured nodes stand alone, on the full grid.
    """
    measured = examples > 0
    stride = finest_complete_stride(measured)
    if stride is None:
        return Reconstruction(np.where(measured, values, np.nan), ~measured, 1, np.nan, False)
    relative = bool((values[measured & np.isfinite(values)] > 0).all())
    grid = np.array(values[::stride, ::stride])
    predicted = np.zeros(grid.shape, np.bool_)
    surplus = _surplus_of_complete_level(grid, relative)
    while stride > 1 and measured.sum() > (~predicted).sum():
        stride //= 2
        known, finer = measured[::stride, ::stride], values[::stride, ::stride]
        guess = refine(grid, 2)
        fresh = known.copy()
        fresh[::2, ::2] = False
        if fresh.any():
            # The first points of a level lie where it is smoothest: they may not talk the error bar down.
            surplus = np.fmax(surplus, _largest_difference(finer[fresh], guess[fresh], relative))
        grid, predicted = np.where(known, finer, guess), ~known
    return Reconstruction(grid, predicted, stride, float(surplus), relative)


def refine(values: Floats, factor: int) -> Floats:
    """Interpolate (rows, columns) values to a grid finer by a whole factor; old nodes keep their values exactly.

    Diverged (+inf) and unknown (NaN) nodes do not spread: the half cells around them take their state.
    """
    if factor == 1:
        return values
    finite = np.isfinite(values)
    if not finite.any():
        return _nearest(values, factor)
    filled = values if finite.all() else np.where(finite, values, values[finite].max())
    positive = bool((filled > 0).all())
    smooth = _interpolate(np.log(filled) if positive else filled, factor)
    fine = np.exp(smooth) if positive else smooth
    if not finite.all():
        state = _nearest(values, factor)
        fine = np.where(np.isfinite(state), fine, state)
    fine[::factor, ::factor] = values
    return fine


@lru_cache(maxsize=32)
def weights(n: int, factor: int) -> Floats:
    """((n - 1) * factor + 1, n) interpolation matrix of one axis; read-only, for it is shared.

    Cubic Hermite: with nodal slopes m = S f and t in [0, 1] inside a cell,
    f(t) = h00 f0 + h10 m0 + h01 f1 + h11 m1.
    """
    if n < 3:
        slopes = np.tile([-1.0, 1.0], (2, 1))
    else:
        slopes = _spline_slopes(n) if n >= SPLINE_FROM else _catmull_rom_slopes(n)
    position = np.arange((n - 1) * factor + 1) / factor
    cell = np.minimum(position.astype(int), n - 2)
    t = (position - cell)[:, None]
    identity = np.eye(n)
    hermite: Floats = (
        (1 + 2 * t) * (1 - t) ** 2 * identity[cell]
        + t * (1 - t) ** 2 * slopes[cell]
        + t**2 * (3 - 2 * t) * identity[cell + 1]
        + t**2 * (t - 1) * slopes[cell + 1]
    )
    hermite.setflags(write=False)
    return hermite


def _catmull_rom_slopes(n: int) -> Floats:
    """Central differences; one-sided ones of second order at the ends."""
    slopes = (np.eye(n, k=1) - np.eye(n, k=-1)) / 2
    slopes[0, :3] = -1.5, 2.0, -0.5
    slopes[-1, -3:] = 0.5, -2.0, 1.5
    return slopes


def _spline_slopes(n: int) -> Floats:
    """Slopes that make the second derivative continuous, and the third at the second and last but one node."""
    left = 4 * np.eye(n) + np.eye(n, k=1) + np.eye(n, k=-1)
    right = 3 * (np.eye(n, k=1) - np.eye(n, k=-1))
    left[0, :3], right[0, :3] = (1, 0, -1), (-2, 4, -2)
    left[-1, -3:], right[-1, -3:] = (-1, 0, 1), (2, -4, 2)
    return np.asarray(np.linalg.solve(left, right), np.float64)


def _interpolate(values: Floats, factor: int) -> Floats:
    rows, columns = values.shape
    fine: Floats = weights(rows, factor) @ values @ weights(columns, factor).T
    return fine


def _nearest(values: Floats, factor: int) -> Floats:
    rows, columns = (np.rint(np.arange((n - 1) * factor + 1) / factor).astype(int) for n in values.shape)
    nearest: Floats = values[np.ix_(rows, columns)]
    return nearest


def _surplus_of_complete_level(grid: Floats, relative: bool) -> float:
    """What the next coarser level would have predicted wrongly; NaN where there is no coarser level."""
    if any((n - 1) % 2 or (n - 1) // 2 + 1 < COARSEST for n in grid.shape):
        return float("nan")
    return _largest_difference(grid, refine(grid[::2, ::2], 2), relative)


def _largest_difference(actual: Floats, guess: Floats, relative: bool) -> float:
    both = np.isfinite(actual) & np.isfinite(guess)
    actual, guess = actual[both], guess[both]
    if not both.any():
        return float("nan")
    if relative:
        actual, guess = np.log(actual), np.log(guess)
    return float(np.abs(actual - guess).max())
