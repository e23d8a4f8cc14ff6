"""Which grid point next: nested levels, coarse first, and within a level near the path first."""

from collections.abc import Iterator

import numpy as np

from compute.landscape import Counts, Domain, Floats
from compute.levels import level_of

Point = tuple[int, int]  # row, column of the finest grid


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
