"""The basin around a place at a level: the connected piece of all that is not higher.

Exact for the bilinear interpolant. A vertex belongs to it if its steepest way down ends in a minimum that has met the
basin's own by that level; within a cell the piece is what hangs together with those of its corners that belong.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from compute.landscape import Domain, Floats
from compute.topology.area import area_below
from compute.topology.critical_points import Bools, Skeleton, skeleton
from compute.topology.joining import NONE, ends, join_minima, steps_down
from compute.topology.places import cell_of, downhill, height_at, spot_of


@dataclass(frozen=True)
class Basin:
    """The piece of {L <= ``level``} around a place.

    ``area`` is in units of alpha × beta, ``share`` that of the whole domain, ``weight_area`` in squared units of weight
    space: √det G × area, where G is the Gram matrix of the two directions; None without it. ``minima`` counts those of
    the slice that lie in it, however shallow. ``at_boundary`` and ``at_hole`` say whether it reaches the rim of the
    domain, or the rim of what diverged or was not measured: it may go on there, and the area is a lower bound.
    """

    level: float
    area: float
    share: float
    weight_area: float | None
    minima: int
    at_boundary: bool
    at_hole: bool


def basin_at(
    domain: Domain, values: Floats, place: tuple[float, float], level: float, gram: ArrayLike | None = None
) -> Basin | None:
    """The basin around a place (alpha, beta), usually a minimum, over ``values`` (n_beta, n_alpha); ``gram`` is (2, 2).

    None where the place is above the level or in a hole. Raises ValueError for a line, which has no areas, when the
    shape of ``values`` is not that of ``domain``, or the place lies outside of it.
    """
    if domain.is_line:
        raise ValueError("a line has no areas")
    found = skeleton(domain, values)
    spot = spot_of(domain, place)
    cell = cell_of(found.cells, spot)
    if cell is None or height_at(found.values, spot) > level:
        return None
    column, row = downhill(found.values, cell, spot)[1]
    inside, minima = _below(found, level, int(row) * domain.n_alpha + int(column))
    share = _cells_below(found, inside, level) / found.cells.size
    (left, right), (bottom, top) = domain.alpha, domain.beta
    area = share * (right - left) * (top - bottom)
    in_weights = None if gram is None else math.sqrt(max(float(np.linalg.det(np.asarray(gram))), 0.0)) * area
    rims = bool(inside[[0, -1]].any() or inside[:, [0, -1]].any())
    return Basin(level, area, share, in_weights, minima, rims, bool((inside & _beside_hole(found.cells)).any()))


def _below(found: Skeleton, level: float, vertex: int) -> tuple[Bools, int]:
    """(rows, columns) the vertices of the piece of a vertex at or below a level, and how many minima lie in it."""
    root = ends(steps_down(found))
    joins = join_minima(found, root)
    met = np.flatnonzero((joins.ended != NONE) & (found.saddles.value <= level))
    into = np.arange(len(found.minima))
    into[joins.ended[met]] = joins.into[met]
    name = np.full(found.values.size, NONE)
    name[found.minima] = ends(into)  # of each minimum the oldest one that it has met
    inside = (name[root] == name[root[vertex]]) & (found.values.ravel() <= level)
    return inside.reshape(found.values.shape), int(inside[found.minima].sum())


def _cells_below(found: Skeleton, inside: Bools, level: float) -> float:
    """The area of the piece, in cells."""
    sides, both = inside[:-1] | inside[1:], inside[:-1] & inside[1:]
    left, right = sides[:, :-1], sides[:, 1:]
    whole = found.cells & both[:, :-1] & both[:, 1:]
    part = found.cells & (left | right) & ~whole
    corners = [found.values[j : j + left.shape[0], i : i + left.shape[1]][part] for j in (0, 1) for i in (0, 1)]
    cut = area_below(np.stack(corners, axis=1), level, left[part], right[part])
    return float(whole.sum() + cut.sum())


def _beside_hole(cells: Bools) -> Bools:
    """(rows, columns) the vertices at the corner of a cell that is not there."""
    absent = np.pad(~cells, 1)
    beside: Bools = absent[:-1, :-1] | absent[:-1, 1:] | absent[1:, :-1] | absent[1:, 1:]
    return beside
