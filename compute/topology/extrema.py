"""Minima and maxima of a line: exact for the straight lines between its points.

The conventions are those of ``compute.topology.critical_points``: equal values are told apart by their index, a summit
at an end is nothing, NaN and infinite points are absent and cut the line into pieces, and a point without a neighbour
belongs to none of them. A curve has no saddles: water that rises joins two basins at the maximum between them. So
minima and maxima alternate, each piece has one minimum more, and every maximum ends the shallower of the two basins
that meet there (the elder rule; Edelsbrunner & Harer 2010, ch. VII).
"""

import numpy as np

from compute.landscape import Domain, Floats
from compute.topology.critical_points import MAXIMUM, MINIMUM, CriticalPoint, Indices
from compute.topology.joining import Joins, merge


def extrema(domain: Domain, values: Floats) -> tuple[CriticalPoint, ...]:
    """Minima, then maxima of ``values`` (1, n_alpha) along alpha, each with its persistence and partner.

    The lowest minimum of each piece has persistence inf and no partner. Raises ValueError when the domain is no line or
    ``values`` has another shape.
    """
    if values.shape != domain.shape or not domain.is_line:
        raise ValueError(f"values have shape {values.shape}, the domain has {domain.shape}; a line has (1, n)")
    minima, maxima, joins = joined_extrema(values[0])
    partner = {
        k: m for pair in zip(minima[joins.ended].tolist(), maxima.tolist(), strict=True) for k, m in (pair, pair[::-1])
    }
    alphas, heights, beta = domain.alphas.tolist(), values[0].tolist(), domain.beta[0]
    found = []
    for index, kind in [*((i, MINIMUM) for i in minima.tolist()), *((i, MAXIMUM) for i in maxima.tolist())]:
        other = partner.get(index)
        persistence = np.inf if other is None else abs(heights[index] - heights[other])
        place = None if other is None else (alphas[other], beta)
        found.append(CriticalPoint(alphas[index], beta, heights[index], kind, persistence, place))
    return tuple(found)


def joined_extrema(row: Floats) -> tuple[Indices, Indices, Joins]:
    """Indices of the minima and of the inner maxima of all pieces, and which minimum ends at each maximum."""
    minima, maxima = _alternating(row)
    following = np.searchsorted(minima, maxima)
    sides = minima[np.stack([following - 1, following], axis=1)]
    oldest_first = np.argsort(row[minima], kind="stable")
    return minima, maxima, merge(np.arange(len(row)), minima, oldest_first, sides, np.lexsort([maxima, row[maxima]]))


def _alternating(row: Floats) -> tuple[Indices, Indices]:
    """Indices of the minima and of the inner maxima of all pieces."""
    there = np.isfinite(row)
    padded = np.pad(np.where(there, row, 0.0), 1)
    left, right = np.pad(there[:-1] & there[1:], (1, 0)), np.pad(there[:-1] & there[1:], (0, 1))
    below_left = left & (padded[1:-1] < padded[:-2])  # the point is lower than its left neighbour
    below_right = right & (padded[1:-1] <= padded[2:])
    minimum = (left | right) & (below_left | ~left) & (below_right | ~right)
    maximum = left & right & ~below_left & ~below_right
    return np.flatnonzero(minimum), np.flatnonzero(maximum)
