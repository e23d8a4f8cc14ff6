"""Nested grids: every level holds the one before, and n = 2^k + 1 points per axis."""

import numpy as np
from numpy.typing import NDArray

COARSEST = 5  # points per axis of the first level
FIRST_POINTS = COARSEST**2  # from so many on there is a surface to see


def levels(resolution: int) -> int:
    """Number of nested levels 5, 9, 17, … up to ``resolution`` = 2^k + 1. Raises ValueError for any other."""
    if resolution < COARSEST or (resolution - 1) & (resolution - 2):
        raise ValueError(f"a resolution of {resolution} has no nested levels: it must be 5, 9, 17, 33, …")
    return int(np.log2((resolution - 1) // (COARSEST - 1))) + 1


def level_of(shape: tuple[int, int]) -> NDArray[np.int64]:
    """(n_beta, n_alpha) the level at which each point is first measured, 0 = coarsest; the shorter axis decides."""
    finest = levels(min(shape)) - 1
    found = np.full(shape, finest)
    for level in range(finest, -1, -1):
        stride = 2 ** (finest - level)
        found[::stride, ::stride] = level
    return found


def finest_complete_stride(measured: NDArray[np.bool_], at_least: int = COARSEST) -> int | None:
    """Spacing of the finest nested level that is measured throughout; None where there is none.

    Every 2^k-th row and column, with the smallest k for which 2^k divides the number of cells of both axes, all those
    points are measured and, unless k = 0, ``at_least`` so many stay on each axis.
    """
    stride = 1
    while not measured[::stride, ::stride].all():
        stride *= 2
        if any((n - 1) % stride or (n - 1) // stride + 1 < at_least for n in measured.shape):
            return None
    return stride
