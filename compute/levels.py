"""Nested grids: every level holds the one before, with twice its cells along each axis.

65 points are the last of the levels 5, 9, 17, 33, 65; of 51 points there are 26 before, and 26 are alone. An axis of
one point is the missing axis of a line: it has no say.
"""

import numpy as np
from numpy.typing import NDArray

from compute.errors import BadInputError

COARSEST = 5  # points per axis that the first level has at least, where the grid has so many
FEWEST = 3  # points per axis of any grid


def levels(*shape: int) -> int:
    """Number of nested levels of a grid with so many points on each axis; the axis with the fewest decides.

    Raises ValueError where an axis has fewer than 3 points, unless there is another and it has one.
    """
    for n in shape:
        if n < FEWEST and not (n == 1 and max(shape) >= FEWEST):
            raise ValueError(f"a resolution of {n} is too coarse: it must be at least {FEWEST}")
    return min(_halvings(n) for n in shape if n > 1) + 1


def check_resolution(resolution: int) -> None:
    """Raises BadInputError, naming the option, for a number of points per axis that makes no grid."""
    try:
        levels(resolution)
    except ValueError as error:
        raise BadInputError(f"--resolution {resolution}: {error}") from None


def level_shape(shape: tuple[int, int], stride: int) -> tuple[int, int]:
    """(rows, columns) of the level that is every ``stride``-th row and column."""
    rows, columns = ((n - 1) // stride + 1 for n in shape)
    return rows, columns


def points_per_axis(shape: tuple[int, int]) -> int:
    """Points on the axis that has the fewest, that of a line."""
    return min((n for n in shape if n > 1), default=1)


def level_points(shape: tuple[int, int]) -> list[int]:
    """Points per axis of each nested level, the finest first: of every 2^k-th row and column for k = 0, 1, …"""
    cells = points_per_axis(shape) - 1
    return [cells // 2**k + 1 for k in range(levels(*shape))]


def first_points(shape: tuple[int, int]) -> int:
    """Number of points of the coarsest level: from so many on there is something to see."""
    rows, columns = level_shape(shape, 2 ** (levels(*shape) - 1))
    return rows * columns


def level_of(shape: tuple[int, int]) -> NDArray[np.int64]:
    """(n_beta, n_alpha) the level at which each point first appears, 0 = coarsest. Raises ValueError as ``levels``."""
    finest = levels(*shape) - 1
    found = np.full(shape, finest)
    for level in range(finest, -1, -1):
        stride = 2 ** (finest - level)
        found[::stride, ::stride] = level
    return found


def finest_complete_stride(measured: NDArray[np.bool_], at_least: int = COARSEST) -> int | None:
    """Spacing of the finest nested level that is measured throughout; None where there is none.

    Every 2^k-th row and column, with the smallest k for which 2^k divides the number of cells of both axes, all those
    points are measured and, unless k = 0, ``at_least`` so many stay on each axis that has more than one.
    """
    stride = 1
    while not measured[::stride, ::stride].all():
        stride *= 2
        too_coarse = any((n - 1) % stride or 1 < n < (at_least - 1) * stride + 1 for n in measured.shape)
        if too_coarse or stride >= max(measured.shape):
            return None
    return stride


def _halvings(n: int) -> int:
    """How often the number of cells can be halved so that at least the coarsest level stays."""
    cells, count = n - 1, 0
    while cells % 2 == 0 and cells // 2 >= COARSEST - 1:
        cells, count = cells // 2, count + 1
    return count
