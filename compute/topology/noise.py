"""Critical points of a measured grid that stand out from what cannot be told from noise."""

from dataclasses import replace
from itertools import compress

import numpy as np

from compute.landscape import Domain
from compute.reconstruction import Reconstruction
from compute.topology.critical_points import Bools, CriticalPoint
from compute.topology.persistence import critical_points_with_persistence

NOISE_FACTOR = 2.0  # features below twice the error bar cannot be told from noise


def clear_critical_points(
    domain: Domain, nodes: Reconstruction, log: bool = False, *, low: float = 0.0
) -> tuple[tuple[CriticalPoint, ...], int]:
    """Critical points of the level in work, of persistence above twice the error bar; and how many lie below it.

    ``domain`` is that of the full grid. With ``log`` the surface is that of logarithms, values and persistence too,
    and a value below ``low`` counts as that. The error bar of positive values is relative, so that persistence is
    judged by the logarithm in any case: the points are the same ones, in the same order, since they depend on the order
    of the values alone; only a saddle inside a cell lies elsewhere in it.
    """
    found, clear = judged_critical_points(domain, nodes, log, low=low)
    kept = tuple(compress(found, clear.tolist()))
    return kept, len(found) - len(kept)


def judged_critical_points(
    domain: Domain, nodes: Reconstruction, log: bool = False, *, low: float = 0.0
) -> tuple[tuple[CriticalPoint, ...], Bools]:
    """All critical points of the level in work, and which of them ``clear_critical_points`` would keep."""
    values = np.where(np.isfinite(nodes.values), nodes.values, np.nan)
    if not np.isfinite(values).any():
        return (), np.empty(0, np.bool_)
    level = level_domain(domain, nodes)
    shown = np.log(np.maximum(values, low)) if log else values
    found = judged = critical_points_with_persistence(level, shown)
    if nodes.relative and not log:
        judged = critical_points_with_persistence(level, np.log(values))
    if len(judged) != len(found):  # values so close that their logarithms are equal
        return found, np.ones(len(found), np.bool_)
    noise = [NOISE_FACTOR * error_bar(domain, nodes, point) for point in judged]
    clear = [not judgement.persistence <= n for judgement, n in zip(judged, noise, strict=True)]
    return found, np.array(clear, np.bool_)


def level_domain(domain: Domain, nodes: Reconstruction) -> Domain:
    """The domain with the points of the level in work."""
    rows, columns = nodes.values.shape
    return replace(domain, n_alpha=columns, n_beta=rows)


def error_bar(domain: Domain, nodes: Reconstruction, point: CriticalPoint) -> float:
    """The error bar of a critical point and its partner, the larger; 0 where nothing is known."""
    places = ((point.alpha, point.beta), point.partner or (point.alpha, point.beta))
    bars = (nodes.error_at(_share(a, domain.alpha), _share(b, domain.beta)) for a, b in places)
    return max(float(np.nan_to_num(bar)) for bar in bars)


def _share(value: float, bounds: tuple[float, float]) -> float:
    """Where a value lies between the bounds, in [0, 1]; in the middle of bounds that are one, as of a line."""
    low, high = bounds
    return 0.5 if high == low else (value - low) / (high - low)
