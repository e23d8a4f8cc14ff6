"""The merge tree: each basin of a slice, at which saddle it ends, and which deeper basin takes it in.

Let water rise. A basin is born at its minimum and ends where it meets a deeper one (the elder rule). The branches of
the tree are the basins; what is below a level are the branches born below it, joined where they have met by then
(Carr, Snoeyink & Axen 2003, "Computing contour trees in all dimensions"; Edelsbrunner & Harer 2010, ch. VII). Exact
for the bilinear interpolant; on a line, basins meet at the maximum between them.
"""

from dataclasses import dataclass

import numpy as np

from compute.landscape import Domain, Floats
from compute.topology.critical_points import CriticalPoint, skeleton
from compute.topology.extrema import extrema, joined_extrema
from compute.topology.joining import NONE, Joins, join_maxima, join_minima
from compute.topology.persistence import paired


@dataclass(frozen=True)
class Branch:
    """A basin: the ``minimum`` where it is born, the ``saddle`` where it ends (positions among the points), and its
    ``parent`` (position among the branches), which takes it in there. The deepest basin of each connected piece has
    neither, and ``death`` inf. ``birth`` and ``death`` are values."""

    minimum: int
    saddle: int | None
    parent: int | None
    birth: float
    death: float

    @property
    def persistence(self) -> float:
        """Death less birth, in units of the value."""
        return self.death - self.birth


@dataclass(frozen=True)
class MergeTree:
    """``points`` are those of ``critical_points_with_persistence``; branch k is the basin of the k-th of them, which is
    a minimum."""

    points: tuple[CriticalPoint, ...]
    branches: tuple[Branch, ...]


def merge_tree(domain: Domain, values: Floats) -> MergeTree:
    """The merge tree of ``values`` (n_beta, n_alpha), a surface or a line, with holes where they are not finite.

    Basins of zero persistence on plateaus are among its branches. Raises ValueError when the shape of ``values`` is not
    that of ``domain``.
    """
    if domain.is_line:
        points = extrema(domain, values)
        joins = joined_extrema(values[0])[2]
    else:
        found = skeleton(domain, values)
        joins = join_minima(found)
        points = paired(domain, found, joins, join_maxima(found))
    return MergeTree(points, _branches(points, joins))


def _branches(points: tuple[CriticalPoint, ...], joins: Joins) -> tuple[Branch, ...]:
    minima = sum(point.slice_index == 0 for point in points)
    saddle, parent = np.full(minima, NONE), np.full(minima, NONE)
    at = np.flatnonzero(joins.ended != NONE)
    saddle[joins.ended[at]], parent[joins.ended[at]] = minima + at, joins.into[at]
    branches = []
    for k, (where, into) in enumerate(zip(saddle.tolist(), parent.tolist(), strict=True)):
        birth = points[k].value
        if where == NONE:
            branches.append(Branch(k, None, None, birth, np.inf))
        else:
            branches.append(Branch(k, where, into, birth, points[where].value))
    return tuple(branches)
