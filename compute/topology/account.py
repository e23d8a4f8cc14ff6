"""The shape of a landscape in plain numbers: its critical points, which of them stand out, and Euler's check."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from compute.landscape import Bools, Domain, Floats, Landscape
from compute.levels import finest_complete_stride
from compute.reconstruction import reconstruct
from compute.topology.barrier import Barrier, straight_barrier
from compute.topology.critical_points import MAXIMUM, MINIMUM, SADDLE, CriticalPoint
from compute.topology.euler import alternating_sum, euler_characteristic
from compute.topology.noise import judged_critical_points
from compute.verification import Verdict, verdict_of

SMALLEST = 3  # points per axis; a coarser grid has no interior
MOST_POINTS = 50  # in the list
KINDS = {MINIMUM: "minimum", SADDLE: "saddle", MAXIMUM: "maximum"}


@dataclass(frozen=True, eq=False)
class Shape:
    """The critical points of the finest complete level, and which of them are above twice the error bar, or None where
    there is no coarser level that foretold this one. ``surplus`` is that error bar, relative to the value or not."""

    level: Domain
    points: tuple[CriticalPoint, ...]
    clear: Bools | None
    surplus: float
    relative: bool
    characteristic: int


def shape_of(landscape: Landscape) -> Shape | None:
    """None where no level is complete."""
    found = _complete(landscape, landscape.main)
    if found is None:
        return None
    level, values = found
    nodes = reconstruct(values, np.ones(values.shape, np.uint32))
    points, clear = judged_critical_points(level, nodes)
    known = math.isfinite(nodes.surplus)
    characteristic = euler_characteristic(level, values)
    return Shape(level, points, clear if known else None, nodes.surplus, nodes.relative, characteristic)


def counts(shape: Shape | None) -> dict[str, int | None]:
    """How many minima, saddles and maxima there are."""
    names = {"minima": MINIMUM, "saddles": SADDLE, "maxima": MAXIMUM}
    if shape is None:
        return dict.fromkeys(names)
    kinds = [point.slice_index for point in shape.points]
    return {name: kinds.count(index) for name, index in names.items()}


def account(shape: Shape, found: tuple[Verdict, ...]) -> dict[str, Any]:
    """See ``shape`` in ``compute.description.describe``; numbers as they are, NaN and inf included."""
    return {
        "level": list(shape.level.shape),
        "euler": {"sum": alternating_sum(shape.level, shape.points), "characteristic": shape.characteristic},
        "error_bar": shape.surplus,
        "relative": shape.relative,
        "clear": None if shape.clear is None else int(shape.clear.sum()),
        "points": [_point(shape, k, found) for k in _most_persistent_first(shape.points)[:MOST_POINTS]],
    }


def barriers(landscape: Landscape) -> dict[str, Barrier | None] | None:
    """Of each loss along the straight line from one network, at alpha 0, to another, at alpha 1, on the finest complete
    level; None where it is not known, and in all where the landscape is no such line."""
    domain, directions = landscape.domain, landscape.provenance.get("directions")
    between = isinstance(directions, dict) and directions.get("kind") == "between"
    if not (domain.is_line and between and domain.alpha[0] <= 0 and domain.alpha[1] >= 1):
        return None
    names = [name for name in landscape.metrics if name.endswith("_loss") and name not in landscape.maps]
    levels = {name: _complete(landscape, landscape.metrics[name]) for name in names}
    ends = (0.0, domain.beta[0]), (1.0, domain.beta[0])
    return {name: straight_barrier(*found, *ends) if found else None for name, found in levels.items()}


def _complete(landscape: Landscape, values: Floats) -> tuple[Domain, Floats] | None:
    """The finest nested level that is measured throughout: its domain and the values there, a copy."""
    stride = finest_complete_stride(np.asarray(landscape.examples) > 0, SMALLEST)
    if stride is None:
        return None
    level = np.array(values[::stride, ::stride])
    return Domain(landscape.domain.alpha, landscape.domain.beta, level.shape[1], level.shape[0]), level


def _most_persistent_first(points: tuple[CriticalPoint, ...]) -> list[int]:
    """The deepest minimum first; of a pair the extremum first; last what has no persistence, for it closes a loop."""

    def rank(k: int) -> tuple[float, bool, float]:
        point = points[k]
        persistence = -1.0 if math.isnan(point.persistence) else point.persistence
        return -persistence, point.slice_index == SADDLE, point.value

    return sorted(range(len(points)), key=rank)


def _factor(shape: Shape, point: CriticalPoint) -> float | None:
    """What the persistence is as a factor between the values of a pair; None unless the error bar is relative, too."""
    partner = next((p.value for p in shape.points if (p.alpha, p.beta) == point.partner), None)
    if not shape.relative or partner is None:
        return None
    low, high = sorted((point.value, partner))
    return high / low if low > 0 else None


def _point(shape: Shape, number: int, found: tuple[Verdict, ...]) -> dict[str, Any]:
    point = shape.points[number]
    verdict = verdict_of(found, point.alpha, point.beta, point.slice_index, shape.level)
    return {
        "kind": KINDS[point.slice_index],
        "alpha": point.alpha,
        "beta": point.beta,
        "value": point.value,
        "persistence": point.persistence,
        "factor": _factor(shape, point),
        "partner": point.partner,
        "clear": None if shape.clear is None else bool(shape.clear[number]),
        "verdict": verdict.outcome.value if verdict else None,
    }
