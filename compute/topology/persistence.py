"""How deep each basin is: 0-dimensional persistence of minima below and of maxima above.

Let water rise from below. A basin is born at its minimum and dies at the saddle where it meets a deeper one (the elder
rule); the difference is its persistence. Summits are the same seen from above, with everything beyond the boundary as
one summit at +inf, so a summit dies where it meets a higher one or the boundary. On a disc each saddle ends exactly one
basin or exactly one summit (duality), so every critical point but the lowest minimum has a partner. The pairs are those
of the lower-star filtration of the bilinear interpolant, whose face saddles are vertices in the middle of their cells
(Edelsbrunner & Harer 2010, ch. VII). How they are found stands in ``compute.topology.joining``.
"""

from dataclasses import dataclass

import numpy as np

from compute.landscape import Domain, Floats
from compute.topology.critical_points import MAXIMUM, MINIMUM, CriticalPoint, Indices, Skeleton, locate, skeleton
from compute.topology.extrema import extrema, joined_extrema
from compute.topology.joining import NONE, Joins, join_maxima, join_minima
from compute.topology.places import check_shape


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
    return paired(domain, found, join_minima(found), join_maxima(found))


def paired(domain: Domain, found: Skeleton, below: Joins, above: Joins) -> tuple[CriticalPoint, ...]:
    """The critical points of a surface, with the pairs that are given."""
    minima, saddles = len(found.minima), len(found.saddles.value)
    heights = found.values.ravel()
    value = np.concatenate([heights[found.minima], found.saddles.value, heights[found.maxima]])
    partner = np.full(len(value), NONE)
    for ended, first in ((below.ended, 0), (above.ended, minima + saddles)):
        saddle = np.flatnonzero(ended != NONE)
        extremum = first + ended[saddle]
        partner[minima + saddle], partner[extremum] = extremum, minima + saddle
    persistence = np.where(partner != NONE, np.abs(value - value[partner]), np.nan)
    persistence[:minima][partner[:minima] == NONE] = np.inf
    return locate(domain, found, persistence, partner)


def persistence_pairs(domain: Domain, values: Floats) -> tuple[Pair, ...]:
    """The pairs with death > birth, the most persistent first; of a line each of a minimum and the maximum beside it
    that ends it. Raises ValueError as ``critical_points`` does."""
    if domain.is_line:
        check_shape(domain, values)
        minima, maxima, joins = joined_extrema(values[0])
        birth, death = values[0][minima[joins.ended]], values[0][maxima]
        index = np.full(len(maxima), MINIMUM)
    else:
        birth, death, index = _pairs(skeleton(domain, values))
    order = np.argsort(birth - death, kind="stable")
    order = order[death[order] > birth[order]]
    return tuple(map(Pair, birth[order].tolist(), death[order].tolist(), index[order].tolist()))


def _pairs(found: Skeleton) -> tuple[Floats, Floats, Indices]:
    """Birth, death and slice index of all pairs of a surface."""
    heights, saddles = found.values.ravel(), found.saddles.value
    below, above = join_minima(found).ended, join_maxima(found).ended
    ends_minimum, ends_maximum = below != NONE, above != NONE
    birth = np.concatenate([heights[found.minima[below[ends_minimum]]], saddles[ends_maximum]])
    death = np.concatenate([saddles[ends_minimum], heights[found.maxima[above[ends_maximum]]]])
    return birth, death, np.repeat([MINIMUM, MAXIMUM], [ends_minimum.sum(), ends_maximum.sum()])


def significant(points: tuple[CriticalPoint, ...], threshold: float = 0.0) -> tuple[CriticalPoint, ...]:
    """The points with persistence above ``threshold``, in units of the value.

    Both points of a pair go together, so minima - saddles + maxima does not change. Points whose persistence is NaN
    stay: nothing says that they are noise.
    """
    return tuple(point for point in points if not point.persistence <= threshold)
