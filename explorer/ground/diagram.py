"""A persistence diagram as numbers: at which loss each basin and each peak begins and ends."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Floats
from compute.scale import Scale
from compute.topology.critical_points import MAXIMUM, SADDLE
from explorer.ground.critical import Critical

ROOM = 0.06  # of the range, around the dots


@dataclass(frozen=True, eq=False)
class Dots:
    """Every array (n,): an extremum by its number among all critical points, the losses at which its basin is born and
    dies in the rising water, death inf of the deepest; a peak is born at its saddle and dies at its top. The most
    persistent come first."""

    number: NDArray[np.intp]
    birth: Floats
    death: Floats


def dots(critical: Critical) -> Dots:
    """All pairs of positive persistence, and the deepest minimum of each piece. On a line a maximum is no peak of its
    own, but where a basin ends."""
    kind = critical.kinds
    raw = np.array([point.persistence for point in critical.points], np.float64)
    number = np.flatnonzero((kind != (MAXIMUM if critical.level.is_line else SADDLE)) & (raw > 0))
    number = number[np.argsort(-critical.persistence[number], kind="stable")]
    value = np.array([point.value for point in critical.points], np.float64)[number]
    is_peak = kind[number] == MAXIMUM
    birth, death = np.where(is_peak, value - raw[number], value), np.where(is_peak, value, value + raw[number])
    return Dots(number, *((np.exp(birth), np.exp(death)) if critical.log else (birth, death)))


def reach(found: Dots, scale: Scale) -> tuple[float, float]:
    """The lowest and the highest loss that a diagram shows, on the scale of the height."""
    ends = np.concatenate([found.birth, found.death[np.isfinite(found.death)]])
    ends = ends[np.isfinite(scale.heights_beyond(ends))]
    low, high = (float(ends.min()), float(ends.max())) if len(ends) else (scale.low, scale.high)
    return (low, high) if high > low else (min(low, scale.low), max(scale.high, low))


def above_diagonal(birth: Floats, threshold: float, *, log: bool) -> Floats:
    """Deaths at which the persistence is the threshold."""
    return birth * (1.0 + threshold) if log else birth + threshold


def persistence_between(birth: float, death: float, *, log: bool) -> float:
    """How persistences are read; 0 below the diagonal."""
    if log:
        return max(death / birth - 1.0, 0.0) if birth > 0 else 0.0
    return max(death - birth, 0.0)
