"""Which basin ends at which saddle, and into which one it is taken: the elder rule.

Let water rise. Two basins meet at a saddle, and the shallower one ends there, taken in by the deeper (Edelsbrunner &
Harer 2010, ch. VII). Summits are the same seen from above, with everything beyond the boundary as one summit at +inf,
so a summit ends where it meets a higher one or the boundary.

Only saddles can join basins. So it is enough to know in which basin the two lower pieces at each saddle lie, by
following the steepest way down all at once (pointer jumping), and to run Kruskal's algorithm over the saddles.
Equal values are ordered as in ``compute.topology.critical_points``.
"""

from dataclasses import dataclass

import numpy as np

from compute.landscape import Floats
from compute.topology.critical_points import OUTSIDE, Bools, Indices, Skeleton

NONE = -1  # no extremum


@dataclass(frozen=True, eq=False)
class Joins:
    """What happens at each saddle (saddles,): the extremum that ends there and the one that takes it in, as positions
    among the extrema. NONE where nothing ends; into NONE alone is the outside."""

    ended: Indices
    into: Indices


def join_minima(found: Skeleton, root: Indices | None = None) -> Joins:
    """Of rising water. ``root`` (vertices,) is where the steepest way down ends, if that is known."""
    root = ends(steps_down(found)) if root is None else root
    oldest_first = np.argsort(found.values.ravel()[found.minima], kind="stable")
    return merge(root, found.minima, oldest_first, found.saddles.low, _rising(found))


def join_maxima(found: Skeleton) -> Joins:
    """The same from above."""
    oldest_first = np.argsort(found.values.ravel()[found.maxima], kind="stable")[::-1]
    return merge(_ends_up(found), found.maxima, oldest_first, found.saddles.high, _rising(found)[::-1])


def merge(root: Indices, extrema: Indices, oldest_first: Indices, sides: Indices, order: Indices) -> Joins:
    """Join the two basins at each saddle, in ``order``.

    ``root`` (vertices,) is the extremum that each vertex leads to; any other root, a summit on the boundary, is the
    outside, which never ends. ``sides`` (saddles, 2) are a vertex of each basin, or OUTSIDE. A way up that only crosses
    the boundary may end at a maximum: that one has met the outside by then, at the crossing or above, so both names
    mean the same basin.
    """
    age = np.zeros(len(root), np.intp)  # 0 = outside, older than all
    age[extrema[oldest_first]] = np.arange(1, len(extrema) + 1)
    meeting = np.where(sides == OUTSIDE, 0, age[root[sides]])[order]
    joined = np.array(_kruskal(len(extrema) + 1, *meeting.T.tolist()), np.intp).reshape(-1, 2)
    name = np.concatenate([[NONE], oldest_first])
    both = np.full((len(order), 2), NONE)
    both[order] = np.where(joined == NONE, NONE, name[joined])
    return Joins(both[:, 0], both[:, 1])


def steps_down(found: Skeleton) -> Indices:
    """(vertices,) the lowest of each vertex and its neighbours across an edge that has a cell."""
    return _lowest_neighbour(found.values, *_edges(found))


def ends(step: Indices) -> Indices:
    """(vertices,) where a step, repeated, ends."""
    while True:
        further: Indices = step[step]
        if (further == step).all():
            return step
        step = further


def _ends_up(found: Skeleton) -> Indices:
    """(vertices,) where the steepest way up ends."""
    # Turned by half a turn, so that the order of indices, which decides between equal values, is turned round as well.
    turn = np.s_[::-1, ::-1]
    right, above = _edges(found)
    turned = ends(_lowest_neighbour(-found.values[turn], right[turn], above[turn]))
    return found.values.size - 1 - turned[::-1]


def _rising(found: Skeleton) -> Indices:
    return np.lexsort([found.saddles.tie, found.saddles.value])


def _kruskal(count: int, first: list[int], second: list[int]) -> list[tuple[int, int]]:
    """Join nodes 0 … count - 1 edge by edge; for each edge the node that ends, the larger of two roots, and the other
    one, or NONE twice."""
    parent = list(range(count))
    joined = []
    for edge in zip(first, second, strict=True):
        roots = []
        for node in edge:
            root = node
            while parent[root] != root:
                parent[root] = root = parent[parent[root]]
            roots.append(root)
        older, younger = min(roots), max(roots)
        parent[younger] = older
        joined.append((NONE, NONE) if older == younger else (younger, older))
    return joined


def _edges(found: Skeleton) -> tuple[Bools, Bools]:
    """(rows, columns - 1) and (rows - 1, columns) edges that have a cell."""
    cells = np.pad(found.cells, 1)
    return cells[:-1, 1:-1] | cells[1:, 1:-1], cells[1:-1, :-1] | cells[1:-1, 1:]


def _lowest_neighbour(values: Floats, right: Bools, above: Bools) -> Indices:
    columns = values.shape[1]
    neighbours = np.full((5, *values.shape), np.inf)  # by rising index, so that argmin takes the lowest of equal ones
    neighbours[0, 1:] = np.where(above, values[:-1], np.inf)
    neighbours[1, :, 1:] = np.where(right, values[:, :-1], np.inf)
    neighbours[2] = values
    neighbours[3, :, :-1] = np.where(right, values[:, 1:], np.inf)
    neighbours[4, :-1] = np.where(above, values[1:], np.inf)
    step = np.array([-columns, -1, 0, 1, columns])[neighbours.argmin(axis=0)]
    target: Indices = np.arange(values.size) + step.ravel()
    return target
