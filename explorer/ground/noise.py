"""Critical points of a height map that stand out from what cannot be told from noise."""

from dataclasses import replace

import numpy as np

from compute.topology.critical_points import CriticalPoint
from compute.topology.persistence import critical_points_with_persistence
from explorer.ground.heights import HeightMap
from explorer.ground.marks import to_uv

NOISE_FACTOR = 2.0  # features below twice the error bar cannot be told from noise


def clear_points(ground: HeightMap) -> tuple[tuple[CriticalPoint, ...], int]:
    """Critical points of the measured grid, on the scale that is shown, above the noise; and how many lie below it.

    The error bar of positive values is relative, so that persistence is taken of the logarithm, whatever is shown: the
    points are the same ones, in the same order, since they depend on the order of the values alone.
    """
    values = np.where(np.isfinite(ground.nodes.values), ground.nodes.values, np.nan)
    if not np.isfinite(values).any():
        return (), 0
    rows, columns = values.shape
    level = replace(ground.domain, n_alpha=columns, n_beta=rows)
    shown = np.log(np.maximum(values, ground.scale.low)) if ground.scale.log else values
    found = judged = critical_points_with_persistence(level, shown)
    if ground.nodes.relative and not ground.scale.log:
        judged = critical_points_with_persistence(level, np.log(values))
    if len(judged) != len(found):  # values so close that their logarithms are equal
        return found, 0
    noise = [NOISE_FACTOR * _error(ground, point) for point in judged]
    kept = tuple(
        point for point, judgement, n in zip(found, judged, noise, strict=True) if not judgement.persistence <= n
    )
    return kept, len(found) - len(kept)


def _error(ground: HeightMap, point: CriticalPoint) -> float:
    """The error bar of a critical point and its partner, the same for both; 0 where nothing is known."""
    places = to_uv(ground.domain, *np.array([(point.alpha, point.beta), point.partner or (point.alpha, point.beta)]).T)
    return max(float(np.nan_to_num(ground.nodes.error_at(u, v))) for u, v in places.tolist())
