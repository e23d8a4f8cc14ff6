"""Critical points of the surface that is shown: which of them stand out, their losses, and what the network said.

A persistence is read as the scale of the height is: a difference of values, or on a log scale by how much the larger
value exceeds the smaller one, 0.2 = 20 %. So is the threshold below which points are hidden.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Domain, Floats
from compute.topology.critical_points import MINIMUM, SADDLE, CriticalPoint, Indices
from compute.topology.noise import judged_critical_points, level_domain
from compute.verification import Verdict, grid_places
from explorer.ground.heights import HeightMap

MOST_ROWS = 200  # of a list: more are counted
LEAST_SHARE = 1e-6  # of the largest persistence: a threshold below that hides next to nothing
SAME_REL, SAME_ABS = 1e-9, 1e-12  # places that are one but for rounding

Place = tuple[float, float]  # (alpha, beta), by which a critical point is known: no two are in one place


@dataclass(frozen=True, eq=False)
class Critical:
    """All critical points of a surface. ``points`` have their values and persistences on the scale that is shown,
    logarithms where ``log``; every array has an entry for each of them.

    ``clear`` are those of persistence above twice the error bar where they are; ``persistence`` is inf of the deepest
    minimum, NaN of a saddle that closes a loop. ``surface`` (rows, columns) are the values
    that they are the critical points of, on ``level``, the domain with the points of the level in work. ``judged``
    says whether any error bar is known: without one all are clear.
    """

    level: Domain
    surface: Floats
    log: bool
    points: tuple[CriticalPoint, ...]
    clear: NDArray[np.bool_]
    judged: bool

    @cached_property
    def persistence(self) -> Floats:
        """(n,) as persistences are read."""
        raw = np.array([point.persistence for point in self.points], np.float64)
        return np.expm1(raw) if self.log else raw

    @cached_property
    def noise(self) -> float:
        """The largest persistence of what cannot be told from noise; 0 without any."""
        return float(self.persistence[~self.clear].max(initial=0.0))

    @cached_property
    def places(self) -> Floats:
        """(n, 2) alpha, beta."""
        return np.array([(point.alpha, point.beta) for point in self.points], np.float64).reshape(-1, 2)

    @cached_property
    def kinds(self) -> Indices:
        """(n,) slice indices."""
        return np.array([point.slice_index for point in self.points], np.intp)

    @cached_property
    def losses(self) -> Floats:
        """(n,) values, not logarithms."""
        values = np.array([point.value for point in self.points], np.float64)
        return np.exp(values) if self.log else values

    @cached_property
    def largest(self) -> float:
        """The largest finite persistence; 0 without any."""
        finite = self.persistence[np.isfinite(self.persistence)]
        return float(finite.max()) if len(finite) else 0.0

    @cached_property
    def smallest(self) -> float:
        """The smallest positive one; 0 without any."""
        positive = self.persistence[(self.persistence > 0) & np.isfinite(self.persistence)]
        return float(positive.min()) if len(positive) else 0.0

    @cached_property
    def _numbers(self) -> dict[Place, int]:
        return {(point.alpha, point.beta): k for k, point in enumerate(self.points)}

    def number(self, place: Place | None) -> int | None:
        """Which point is there."""
        return None if place is None else self._numbers.get(place)

    def partner(self, number: int) -> int | None:
        """The other point of its pair."""
        return self.number(self.points[number].partner)

    def shown(self, threshold: float | None) -> NDArray[np.bool_]:
        """Which stand out: of persistence above a threshold, None: above the noise where they are."""
        return self.clear if threshold is None else ~(self.persistence <= threshold)


@dataclass(frozen=True, eq=False)
class Rows:
    """What a list shows: numbers of points among all, the most persistent first, and how many it leaves out."""

    numbers: tuple[int, ...]
    left_out: int


def critical_points_of(ground: HeightMap) -> Critical:
    """The critical points of the measured grid, and which of them are above the noise."""
    scale, nodes = ground.scale, ground.nodes
    found, clear = judged_critical_points(ground.domain, nodes, scale.log, low=scale.low)
    values = np.where(np.isfinite(nodes.values), nodes.values, np.nan)
    surface = np.log(np.maximum(values, scale.low)) if scale.log else values
    judged = bool(np.isfinite(nodes.error).any())
    return Critical(level_domain(ground.domain, nodes), surface, scale.log, found, clear, judged)


def kept(critical: Critical, threshold: float | None) -> tuple[tuple[CriticalPoint, ...], int]:
    """The points that stand out, and how many do not."""
    shown = critical.shown(threshold)
    return tuple(compress(critical.points, shown.tolist())), int((~shown).sum())


def rows(critical: Critical, threshold: float | None, most: int = MOST_ROWS) -> Rows:
    """The points that stand out, the deepest minimum first, then by persistence; of a pair the extremum first."""
    shown = np.flatnonzero(critical.shown(threshold))
    persistence = np.nan_to_num(critical.persistence[shown], nan=-1.0, posinf=np.inf)
    order = shown[np.lexsort([critical.losses[shown], critical.kinds[shown] == SADDLE, -persistence])]
    return Rows(tuple(order[:most].tolist()), max(len(order) - most, 0))


def judged(critical: Critical, found: tuple[Verdict, ...]) -> dict[Place, Verdict]:
    """What became of points once the network was asked, by their places; not of those that nobody asked about."""
    verdicts: dict[Place, Verdict] = {}
    places = grid_places(critical.level, critical.places)  # a saddle inside a cell moves with the scale
    for verdict in found:
        near = np.isclose(critical.places, (verdict.alpha, verdict.beta), SAME_REL, SAME_ABS).all(axis=1)
        near |= (places == grid_places(critical.level, np.array([[verdict.alpha, verdict.beta]]))).all(axis=1)
        for number in np.flatnonzero(near).tolist():
            point = critical.points[number]
            if point.slice_index == verdict.slice_index:
                verdicts[point.alpha, point.beta] = verdict
    return verdicts


def is_minimum(critical: Critical, place: Place) -> bool:
    """Whether a minimum is there."""
    number = critical.number(place)
    return number is not None and critical.points[number].slice_index == MINIMUM


def share_of(critical: Critical, threshold: float) -> float:
    """Where a threshold is between none and the largest persistence, in [0, 1]: a slider with equal factors."""
    low, high = _ends(critical)
    if not threshold > 0 or not high > low:
        return 0.0
    return min(max(math.log(threshold / low) / math.log(high / low), 0.0), 1.0)


def threshold_at(critical: Critical, share: float) -> float:
    """The inverse: 0 hides nothing, 1 all but the deepest minimum."""
    low, high = _ends(critical)
    if share >= 1:
        return critical.largest
    return low * (high / low) ** share if share > 0 and high > low else 0.0


def _ends(critical: Critical) -> tuple[float, float]:
    return max(critical.smallest, LEAST_SHARE * critical.largest) / 1.5, critical.largest
