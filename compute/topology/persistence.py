"""How deep each basin is: 0-dimensional persistence of minima below and of maxima above.

Let water rise from below. A basin is born at its minimum and dies at the saddle where it meets a deeper one (the elder
rule); the difference is its persistence. Summits are the same seen from above, with everything beyond the boundary as
one summit at +inf, so a summit dies where it meets a higher one or the boundary. On a disc each saddle ends exactly one
basin or exactly one summit (duality), so every critical point but the lowest minimum has a partner. The pairs are those
of the lower-star filtration of the bilinear interpolant, whose face saddles are vertices in the middle of their cells
(Edelsbrunner & Harer 2010, ch. VII).

Only saddles can join basins. So it is enough to know in which basin the two lower pieces at each saddle lie, by
following the steepest way down all at once (pointer jumping), and to run Kruskal's algorithm over the saddles.
Equal values are ordered as in ``compute.topology.critical_points``.
"""

from dataclasses import dataclass

import numpy as np

from compute.landscape import Domain, Floats
from compute.topology.critical_points import (
    MAXIMUM,
    MINIMUM,
    OUTSIDE,
    Bools,
    CriticalPoint,
    Indices,
    Skeleton,
    locate,
    skeleton,
)
from compute.topology.extrema import extrema

NONE = -1  # no partner


@dataclass(frozen=True)
class Pair:
    """An extremum and the saddle that ends it, in the order of rising values.

    ``slice_index`` is that of the extremum: for 0 the birth is a minimum and the death a saddle, for 2 the birth is a
    saddle and the death a maximum.
    """

    birth: float
    death: float
    slice_index: int

    @property
    def persistence(self) -> float:
        """Death minus birth, positive, in units of the value."""
        return self.death - self.birth


def critical_points_with_persistence(domain: Domain, values: Floats) -> tuple[CriticalPoint, ...]:
    """As ``critical_points``, with persistence and partner filled in.

    Both points of a pair have the same persistence, possibly 0 on plateaus. The lowest minimum of each connected piece
    has inf and no partner; a saddle that closes a loop around a hole has NaN and no partner. On a line they are its
    minima and maxima, see ``compute.topology.extrema``. Raises ValueError when the shape of ``values`` is not that of
    ``domain``.
    """
    if domain.is_line:
        return extrema(domain, values)
    found = skeleton(domain, values)
    minima, saddles = len(found.minima), len(found.saddles.value)
    heights = found.values.ravel()
    value = np.concatenate([heights[found.minima], found.saddles.value, heights[found.maxima]])
    partner = np.full(len(value), NONE)
    for ended, first in zip(_match(found), (0, minima + saddles), strict=True):
        saddle = np.flatnonzero(ended != NONE)
        extremum = first + ended[saddle]
        partner[minima + saddle], partner[extremum] = extremum, minima + saddle
    persistence = np.where(partner != NONE, np.abs(value - value[partner]), np.nan)
    persistence[:minima][partner[:minima] == NONE] = np.inf
    return locate(domain, found, persistence, partner)


def persistence_pairs(domain: Domain, values: Floats) -> tuple[Pair, ...]:
    """The pairs with death > birth, the most persistent first. Raises ValueError as ``critical_points`` does."""
    found = skeleton(domain, values)
    heights, saddles = found.values.ravel(), found.saddles.value
    below, above = _match(found)
    ends_minimum, ends_maximum = below != NONE, above != NONE
    birth = np.concatenate([heights[found.minima[below[ends_minimum]]], saddles[ends_maximum]])
    death = np.concatenate([saddles[ends_minimum], heights[found.maxima[above[ends_maximum]]]])
    index = np.repeat([MINIMUM, MAXIMUM], [ends_minimum.sum(), ends_maximum.sum()])
    order = np.argsort(birth - death, kind="stable")
    order = order[death[order] > birth[order]]
    return tuple(map(Pair, birth[order].tolist(), death[order].tolist(), index[order].tolist()))


def significant(points: tuple[CriticalPoint, ...], threshold: float = 0.0) -> tuple[CriticalPoint, ...]:
    """The points with persistence above ``threshold``, in units of the value.

    Both points of a pair go together, so minima - saddles + maxima does not change. Points whose persistence is NaN
    stay: nothing says that they are noise.
    """
    return tuple(point for point in points if not point.persistence <= threshold)


def _match(found: Skeleton) -> tuple[Indices, Indices]:
    """For each saddle the position in ``minima`` of the one it ends, then the same for ``maxima``; NONE for none."""
    rising = np.lexsort([found.saddles.tie, found.saddles.value])
    down, up = _basins(found)
    heights = found.values.ravel()
    oldest_first = np.argsort(heights[found.minima], kind="stable")
    below = _merge(down, found.minima, oldest_first, found.saddles.low, rising)
    oldest_first = np.argsort(heights[found.maxima], kind="stable")[::-1]
    above = _merge(up, found.maxima, oldest_first, found.saddles.high, rising[::-1])
    return below, above


def _merge(root: Indices, extrema: Indices, oldest_first: Indices, ends: Indices, order: Indices) -> Indices:
    """Join the two basins at each saddle, in ``order``; for each saddle the position in ``extrema`` of the one it ends.

    ``root`` (vertices,) is the extremum that each vertex leads to; any other root, a summit on the boundary, is the
    outside, which never ends. A way up that only crosses the boundary may end at a maximum: that one has met the
    outside by then, at the crossing or above, so both names mean the same basin.
    """
    age = np.zeros(len(root), np.intp)  # 0 = outside, older than all
    age[extrema[oldest_first]] = np.arange(1, len(extrema) + 1)
    meeting = np.where(ends == OUTSIDE, 0, age[root[ends]])[order]
    younger = np.array(_kruskal(len(extrema) + 1, *meeting.T.tolist()), np.intp)
    ends_one = younger != NONE
    ended = np.full(len(order), NONE)
    ended[order[ends_one]] = oldest_first[younger[ends_one] - 1]
    return ended


def _kruskal(count: int, first: list[int], second: list[int]) -> list[int]:
    """Join nodes 0 … count - 1 edge by edge; for each edge the node that ends, the larger of two roots, or NONE."""
    parent = list(range(count))
    ended = []
    for edge in zip(first, second, strict=True):
        roots = []
        for node in edge:
            root = node
            while parent[root] != root:
                parent[root] = root = parent[parent[root]]
            roots.append(root)
        older, younger = min(roots), max(roots)
        parent[younger] = older
        ended.append(NONE if older == younger else younger)
    return ended


def _basins(found: Skeleton) -> tuple[Indices, Indices]:
    """(vertices,) the vertex where the steepest way down ends; and the same for the way up."""
    values, cells = found.values, np.pad(found.cells, 1)
    right = cells[:-1, 1:-1] | cells[1:, 1:-1]  # (rows, columns - 1) edges that have a cell
    above = cells[1:-1, :-1] | cells[1:-1, 1:]  # (rows - 1, columns)
    down = _descend(values, right, above)
    # Turned by half a turn, so that the order of indices, which decides between equal values, is turned round as well.
    turn = np.s_[::-1, ::-1]
    turned = _descend(-values[turn], right[turn], above[turn])
    return down, values.size - 1 - turned[::-1]


def _descend(values: Floats, right: Bools, above: Bools) -> Indices:
    """(vertices,) where the way to the lowest neighbour, repeated, ends."""
    columns = values.shape[1]
    neighbours = np.full((5, *values.shape), np.inf)  # by rising index, so that argmin takes the lowest of equal ones
    neighbours[0, 1:] = np.where(above, values[:-1], np.inf)
    neighbours[1, :, 1:] = np.where(right, values[:, :-1], np.inf)
    neighbours[2] = values
    neighbours[3, :, :-1] = np.where(right, values[:, 1:], np.inf)
    neighbours[4, :-1] = np.where(above, values[1:], np.inf)
    step = np.array([-columns, -1, 0, 1, columns])[neighbours.argmin(axis=0)]
    target: Indices = np.arange(values.size) + step.ravel()
    while True:
        further: Indices = target[target]
        if (further == target).all():
            return target
        target = further
