"""What stands on the ground, as tables: critical points and measured points."""

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Domain, Floats
from compute.topology.critical_points import CriticalPoint
from explorer.ground.scene import Instances

RED, BLUE, GREEN = (0.93, 0.26, 0.24), (0.25, 0.55, 1.0), (0.26, 0.80, 0.36)
DOWN, DIAMOND, UP, DISC, RING = range(5)  # the shapes of shaders/lib/mark.glsl
LOOKS = {0: (DOWN, 16.0, RED), 1: (DIAMOND, 14.0, BLUE), 2: (UP, 16.0, GREEN)}  # by slice index


def to_uv(domain: Domain, alpha: Floats | np.float64, beta: Floats | np.float64) -> Floats:
    """(n, 2) positions in [0, 1] over the domain; on a line, in the middle of its strip wherever beta is."""
    across = np.full_like(beta, 0.5) if domain.is_line else _share(beta, domain.beta)
    return np.stack([_share(alpha, domain.alpha), across], axis=-1)


def _share(value: Floats | np.float64, bounds: tuple[float, float]) -> Floats | np.float64:
    return (value - bounds[0]) / (bounds[1] - bounds[0])


def measured_places(domain: Domain, predicted: NDArray[np.bool_]) -> Instances:
    """(n, 2) u v of the nodes of a level that are not predicted."""
    rows, columns = predicted.shape
    row, column = np.nonzero(~predicted)
    v = np.full(len(row), 0.5) if domain.is_line else row / max(rows - 1, 1)
    return np.column_stack([column / max(columns - 1, 1), v]).astype(np.float32)


def critical_marks(domain: Domain, points: tuple[CriticalPoint, ...]) -> Instances:
    """(n, 7) minima red and pointing down, saddles blue diamonds, maxima green and pointing up.

    Those of little persistence come first, so that the others are drawn over them.
    """
    rows = []
    for point in sorted(points, key=lambda point: float(np.nan_to_num(point.persistence))):
        shape, size, colour = LOOKS[point.slice_index]
        u, v = to_uv(domain, np.float64(point.alpha), np.float64(point.beta)).tolist()
        rows.append((u, v, shape, size, *colour))
    return np.array(rows, np.float32).reshape(-1, 7)
