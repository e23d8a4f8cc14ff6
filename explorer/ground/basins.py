"""How wide and how flat the valley of a minimum is, within the slice."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from compute.landscape import Floats
from compute.topology.basin import Basin, basin_at
from compute.topology.critical_points import MINIMUM
from compute.topology.flatness import Sharpness, epsilon_sharpness
from compute.topology.noise import level_domain
from explorer.ground.critical import Critical, Place
from explorer.ground.heights import HeightMap

Gram = tuple[tuple[float, float], tuple[float, float]]  # as a value that can be compared


@dataclass(frozen=True)
class Valley:
    """A minimum and its basin: the piece of all that is lower than the pass to its neighbour, or where it has none than
    the lowest place of the rim. ``loss`` is that at the minimum, ``up_to`` that at the pass or the rim."""

    place: Place
    loss: float
    up_to: float
    is_pass: bool
    basin: Basin


def lowest_minimum(critical: Critical) -> Place | None:
    """The lowest one; None where there is none."""
    minima = np.flatnonzero(critical.kinds == MINIMUM)
    if not len(minima):
        return None
    lowest = critical.points[int(minima[critical.losses[minima].argmin()])]
    return lowest.alpha, lowest.beta


@lru_cache(maxsize=8)
def valley(critical: Critical, place: Place, gram: Gram | None) -> Valley | None:
    """The valley of a minimum: that of one with a deeper neighbour ends at the saddle between, that of the deepest
    where the most persistent of the others that stand out begins. None where there is nothing below, and on a line.
    """
    number = critical.number(place)
    if number is None or critical.level.is_line:
        return None
    found = _pass(critical, number)
    level = _rim(critical) if found is None else found
    if not level > critical.points[number].value:
        return None
    below = math.nextafter(level, -math.inf)  # at the pass itself both basins are one
    basin = basin_at(critical.level, critical.surface, place, below, None if gram is None else np.array(gram))
    loss, up_to = (math.exp(value) if critical.log else value for value in (critical.points[number].value, level))
    return None if basin is None else Valley(place, loss, up_to, found is not None, basin)


@lru_cache(maxsize=8)
def sharpness(ground: HeightMap, place: Place, epsilon: float, gram: Gram) -> Sharpness | None:
    """ε-sharpness of the slice around a place, within ``epsilon`` of weight space, of the losses at the nodes of the
    level in work; None on a line, or where the place is in a hole."""
    if ground.domain.is_line:
        return None
    return epsilon_sharpness(
        level_domain(ground.domain, ground.nodes), ground.nodes.values, place, epsilon, np.array(gram)
    )


def as_key(gram: Floats | None) -> Gram | None:
    """The same as a value that can be compared."""
    if gram is None:
        return None
    (a, b), (c, d) = gram.tolist()
    return (a, b), (c, d)


def _pass(critical: Critical, number: int) -> float | None:
    """The value at which the basin of a minimum meets another one."""
    partner = critical.partner(number)
    if partner is not None:
        return critical.points[partner].value
    pairs = [
        (float(critical.persistence[k]), other)
        for k, point in enumerate(critical.points)
        if critical.clear[k]
        and point.slice_index == MINIMUM
        and k != number
        and (other := critical.partner(k)) is not None
    ]
    return critical.points[max(pairs)[1]].value if pairs else None


def _rim(critical: Critical) -> float:
    surface = critical.surface
    rim = np.concatenate([surface[0], surface[-1], surface[:, 0], surface[:, -1]])
    finite = rim[np.isfinite(rim)]
    return float(finite.min()) if len(finite) else math.nan
