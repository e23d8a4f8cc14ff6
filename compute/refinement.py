"""Which grid point next: nested levels, coarse first, and within a level near the path first."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Counts, Domain, Floats

COARSEST = 5  # points per axis of the first level

Point = tuple[int, int]  # row, column of the finest grid


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


def schedule(domain: Domain, examples: Counts, focus: Floats) -> Iterator[tuple[int, Point]]:
    """(level, point) of everything not measured yet: level after level, and within a level near ``focus`` first.

    ``focus`` (n, 2) are places (alpha, beta) of interest: the path, or the centre.
    """
    level = level_of(domain.shape)
    distance = _distance(domain, focus)
    rows, columns = np.nonzero(examples == 0)
    order = np.lexsort((columns, rows, distance[rows, columns], level[rows, columns]))
    for k in order:
        row, column = int(rows[k]), int(columns[k])
        yield int(level[row, column]), (row, column)


def _distance(domain: Domain, focus: Floats) -> Floats:
    """(n_beta, n_alpha) distance to the nearest place of interest, in shares of the domain."""
    width, depth = domain.alpha[1] - domain.alpha[0], domain.beta[1] - domain.beta[0]
    alphas, betas = np.meshgrid(domain.alphas / width, domain.betas / depth)
    places = focus / [width, depth]
    squared = [(alphas - alpha) ** 2 + (betas - beta) ** 2 for alpha, beta in places]
    nearest: Floats = np.sqrt(np.min(squared, axis=0))
    return np.round(nearest, 6)
