"""The lowest way over a slice from one place to another: the one whose highest place is as low as can be.

That height is the minimax value of the two places: the lowest level at which both lie in one connected piece of the
sublevel set, for two minima the height at which their branches of the merge tree meet. The way leads from minimum to
minimum along the minimum spanning tree of the basins (Kruskal 1956: the way between two nodes of that tree has the
lowest possible maximum), over the saddles where they meet, and down from each saddle on both sides.

Exact for the bilinear interpolant. Within a cell a place leads down to a corner: first along alpha or beta to a side,
then along the side. All of that is straight and falls evenly, as does the way from a saddle inside a cell to its low
corners (f = value + D u v on lines through it) and the one along an edge: the steepest one of the edges at each vertex.
At last steps to and fro are replaced by straight lines where these fall as well (``straightening``). So no place on the
way is higher than the points between which it is straight.
"""

from dataclasses import dataclass

import numpy as np

from compute.landscape import Domain, Floats
from compute.topology.critical_points import Indices, Skeleton, skeleton
from compute.topology.joining import NONE, ends, join_minima, steps_down
from compute.topology.places import Spot, bilinear, cell_of, check_shape, downhill, spot_of
from compute.topology.straightening import straightened


@dataclass(frozen=True, eq=False)
class LowestPath:
    """A way along straight lines between its (n,) points, from start to end, and its highest point, the pass.

    ``barrier`` is the value at the pass less the higher one of the two ends, at least 0.
    """

    alphas: Floats
    betas: Floats
    values: Floats
    pass_alpha: float
    pass_beta: float
    pass_value: float
    barrier: float


def lowest_path(
    domain: Domain, values: Floats, start: tuple[float, float], end: tuple[float, float]
) -> LowestPath | None:
    """The lowest way between two places (alpha, beta) over ``values`` (n_beta, n_alpha), or along a line.

    None where no way leads from one to the other, because they lie in different pieces or in a hole: a cell with a
    corner that is not finite. Raises ValueError when the shape of ``values`` is not that of ``domain``, or a place lies
    outside of it.
    """
    check_shape(domain, values)
    first, last = spot_of(domain, start), spot_of(domain, end)
    way = _along(values[0], first, last) if domain.is_line else _over(skeleton(domain, values), values, first, last)
    if way is None:
        return None
    columns, rows, heights = way
    alphas = np.interp(columns, np.arange(domain.n_alpha), domain.alphas)
    betas = np.interp(rows, np.arange(domain.n_beta), domain.betas)
    for k, place in ((0, start), (-1, end)):
        alphas[k], betas[k] = place
    top = int(heights.argmax())
    barrier = float(heights[top] - max(heights[0], heights[-1]))
    return LowestPath(alphas, betas, heights, float(alphas[top]), float(betas[top]), float(heights[top]), barrier)


def _along(row: Floats, start: Spot, end: Spot) -> tuple[Floats, Floats, Floats] | None:
    """There is but one way on a line."""
    (first, _), (last, _) = start, end
    inner = np.arange(np.floor(min(first, last)) + 1, np.ceil(max(first, last)))
    columns = np.concatenate([[first], inner if first <= last else inner[::-1], [last]])
    around = row[int(columns.min()) : int(np.ceil(columns.max())) + 1]
    if not np.isfinite(around).all():
        return None
    return columns, np.zeros(len(columns)), np.interp(columns, np.arange(len(row)), row)


def _over(found: Skeleton, values: Floats, start: Spot, end: Spot) -> tuple[Floats, Floats, Floats] | None:
    """Columns, rows and values of the way over a surface."""
    from_cell, to_cell = cell_of(found.cells, start), cell_of(found.cells, end)
    if from_cell is None or to_cell is None:
        return None
    step = steps_down(found)
    first, last = _way_down(found, step, start, from_cell), _way_down(found, step, end, to_cell)
    crossings = _crossings(found, ends(step), _vertex(found, first[-1]), _vertex(found, last[-1]))
    if crossings is None:
        return None
    between = [spot for saddle, turned in crossings for spot in _across(found, step, saddle, turned)]
    way = _without_loops([*first, *between, *last[::-1]])
    exact = {_place(found, saddle): float(found.saddles.value[saddle]) for saddle, _ in crossings}
    found_heights = bilinear(found.values, *np.array(way).T)
    heights = [exact.get(spot, height) for spot, height in zip(way, found_heights.tolist(), strict=True)]
    kept = straightened(values, way, heights)
    columns, rows = np.array(way)[kept].T
    return columns, rows, np.array(heights)[kept]


def _way_down(found: Skeleton, step: Indices, spot: Spot, cell: tuple[int, int]) -> list[Spot]:
    """From a spot to a corner of its cell, and on to a minimum. It falls, or stays level, all the way."""
    side, corner = downhill(found.values, cell, spot)
    return [spot, side, *_descent(found, step, _vertex(found, corner))]


def _descent(found: Skeleton, step: Indices, vertex: int) -> list[Spot]:
    """The vertices from one down to its minimum."""
    columns, way = found.values.shape[1], [vertex]
    while (further := int(step[way[-1]])) != way[-1]:
        way.append(further)
    return [(float(k % columns), float(k // columns)) for k in way]


def _vertex(found: Skeleton, spot: Spot) -> int:
    columns: int = found.values.shape[1]
    return int(spot[1]) * columns + int(spot[0])


def _crossings(found: Skeleton, root: Indices, start: int, end: int) -> list[tuple[int, bool]] | None:
    """The saddles on the way from one minimum to another, and whether each is crossed from its second side."""
    joining = np.flatnonzero(join_minima(found, root).ended != NONE)
    beside: dict[int, list[tuple[int, bool, int]]] = {}
    for saddle, (one, other) in zip(joining.tolist(), root[found.saddles.low[joining]].tolist(), strict=True):
        beside.setdefault(one, []).append((saddle, False, other))
        beside.setdefault(other, []).append((saddle, True, one))
    came: dict[int, tuple[int, bool, int]] = {start: (NONE, False, start)}
    waiting = [start]
    while waiting and end not in came:
        here = waiting.pop()
        for saddle, turned, there in beside.get(here, []):
            if there not in came:
                came[there] = saddle, turned, here
                waiting.append(there)
    if end not in came:
        return None
    crossings, here = [], end
    while here != start:
        saddle, turned, here = came[here]
        crossings.append((saddle, turned))
    return crossings[::-1]


def _across(found: Skeleton, step: Indices, saddle: int, turned: bool) -> list[Spot]:
    """From the minimum on one side of a saddle up to it, and down to that on the other."""
    up, down = (_descent(found, step, int(side)) for side in found.saddles.low[saddle][:: -1 if turned else 1])
    return [*up[::-1], _place(found, saddle), *down]


def _place(found: Skeleton, saddle: int) -> Spot:
    return float(found.saddles.column[saddle]), float(found.saddles.row[saddle])


def _without_loops(way: list[Spot]) -> list[Spot]:
    """What comes between two visits of one spot is left out."""
    last, short, k = {spot: k for k, spot in enumerate(way)}, [], 0
    while k < len(way):
        short.append(way[k])
        k = last[way[k]] + 1
    return short
