"""The cells of a landscape that is not measured everywhere: the finest that have a number at every corner.

Measuring goes from coarse to fine and leaves out what needs no refinement. So a cell two points wide stands where its
four quarters are not all there, and so on up. A point that was not measured is bridged by such a cell; one that
diverged never is: no cell touches it. Where cells of two sizes meet, the finer ones have a corner on the side of the
coarser, and a gap may show there, as narrow as the refinement was tolerant.
"""

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Floats

Mask = NDArray[np.bool_]
Cells = NDArray[np.int64]


def cells(values: Floats) -> Cells:
    """(cells, 4) corners as indices into the flat (n_beta, n_alpha) grid, counter-clockwise, coarse cells first.

    NaN = not measured, infinite = diverged. On a line (segments, 2).
    """
    n_beta, n_alpha = values.shape
    line = n_beta == 1
    there, broken = np.isfinite(values), _touched(np.isinf(values))
    whole = [_whole(there)]
    split = [np.zeros_like(whole[0])]
    stride = 1
    while all((n - 1) % (2 * stride) == 0 for n in values.shape[line:]):
        stride *= 2
        broken = _quarters(broken, np.logical_or)
        split.append(_quarters(whole[-1], np.logical_and))
        whole.append(_whole(there[::stride, ::stride]) & ~broken)
    free = np.ones_like(whole[-1])  # not inside a coarser cell that was taken
    found = []
    for level in range(len(whole) - 1, -1, -1):
        taken = free & whole[level] & ~split[level]
        found.append(_corners(taken, 2**level, n_alpha, line))
        if level:
            free = (free & ~taken).repeat(2, axis=1).repeat(1 if line else 2, axis=0)
    return np.concatenate(found)


def _whole(there: Mask) -> Mask:
    """Of each cell, or segment of a line: whether this holds at every corner."""
    beside = there[:, :-1] & there[:, 1:]
    return beside if len(there) == 1 else beside[:-1] & beside[1:]


def _touched(there: Mask) -> Mask:
    """Of each cell: whether this holds at some corner."""
    return ~_whole(~there)


def _quarters(finer: Mask, join: np.ufunc) -> Mask:
    """Of each cell of twice the size: this of its quarters, or of its halves on a line, joined."""
    halves = join(finer[:, ::2], finer[:, 1::2])
    joined: Mask = halves if len(finer) == 1 else join(halves[::2], halves[1::2])
    return joined


def _corners(taken: Mask, stride: int, n_alpha: int, line: bool) -> Cells:
    row, column = (stride * index for index in np.nonzero(taken))
    first = row * n_alpha + column
    beside = [first, first + stride]
    return np.stack(beside if line else [*beside, *(side + stride * n_alpha for side in reversed(beside))], axis=1)
