"""What lies under the pointer: a line of sight against the ground, and what is known there."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Floats
from explorer.heights import HeightMap

STEPS = 512  # samples of the line of sight inside the box
SNAP_CELLS = 0.2  # a pointer this near to a measured node, in cells of the level, means the node


@dataclass(frozen=True)
class Reading:
    """The ground at one place. ``state`` is "measured" at a measured node, "interpolated" between measured nodes,
    or where the surface is known well enough without, "predicted" where the level in work is not measured yet,
    "diverged" or "not measured"."""

    alpha: float
    beta: float
    loss: float
    state: str
    error: float = math.nan  # the error bar there; NaN unknown
    checkpoint: int | None = None  # of the path, when the pointer is on its mark


def hit(
    origin: Floats, direction: Floats, heights: NDArray[np.float32], extent: tuple[float, float], relief: float
) -> tuple[float, float] | None:
    """(u, v) where the line of sight first meets the ground, or None.

    Marches through the box around the ground and refines the first crossing linearly.
    """
    near, far = _box(origin, direction, extent, relief)
    if not near < far:
        return None
    t = np.linspace(near, far, STEPS)
    points = origin + t[:, None] * direction
    uv = points[:, :2] / np.asarray(extent) + 0.5
    above = points[:, 2] - sample(heights, uv) * relief
    crossing = np.flatnonzero((above[:-1] * above[1:] <= 0) & np.isfinite(above[:-1]) & np.isfinite(above[1:]))
    if not len(crossing):
        return None
    k = int(crossing[0])
    drop = above[k] - above[k + 1]
    share = above[k] / drop if drop else 0.0
    u, v = np.clip(uv[k] + share * (uv[k + 1] - uv[k]), 0, 1)
    return float(u), float(v)


def hit_line(
    origin: Floats, direction: Floats, extent: tuple[float, float], bounds: tuple[float, float]
) -> Floats | None:
    """(3,) where the line of sight meets the upright plane of a line, between two heights in the world, or None.

    All of that plane counts, not the curve alone: what is asked for is the value above or below the pointer.
    """
    if direction[1] == 0 or -origin[1] / direction[1] <= 0:
        return None
    place: Floats = origin - origin[1] / direction[1] * direction
    inside = abs(place[0]) <= extent[0] / 2 and bounds[0] <= place[2] <= bounds[1]
    return place if inside else None


def nearest(places: Floats, pixel: tuple[float, float], radius: float) -> int | None:
    """Which of (n, 2) places is nearest to a pixel, the last of equals; None beyond the radius. NaN is nowhere."""
    distance = np.hypot(*(places - pixel).T)[::-1]
    if not (distance <= radius).any():
        return None
    return len(places) - 1 - int(np.nanargmin(distance))


def sample(grid: NDArray[np.floating], uv: Floats) -> Floats:
    """(n,) bilinear values of a (rows, columns) grid at (n, 2) positions in [0, 1]."""
    rows, columns = grid.shape
    x, y = np.clip(uv[:, 0], 0, 1) * (columns - 1), np.clip(uv[:, 1], 0, 1) * (rows - 1)
    i, j = np.minimum(x.astype(int), columns - 2), np.minimum(y.astype(int), rows - 2)
    s, t = x - i, y - j
    with np.errstate(invalid="ignore"):  # 0 * inf, at a diverged node
        low = grid[j, i] * (1 - s) + grid[j, i + 1] * s
        high = grid[j + 1, i] * (1 - s) + grid[j + 1, i + 1] * s
        return np.asarray(low * (1 - t) + high * t, np.float64)


def read(ground: HeightMap, u: float, v: float) -> Reading:
    """The value at a place: a measured node's own, when the pointer is close to one, else the surface's."""
    nodes = ground.nodes
    rows, columns = nodes.values.shape
    x, y = u * (columns - 1), v * (rows - 1)  # y is 0 on a line, whatever v
    i, j = round(x), round(y)
    on_node = abs(x - i) <= SNAP_CELLS and abs(y - j) <= SNAP_CELLS
    if on_node and not nodes.predicted[j, i]:
        value = float(nodes.values[j, i])
        state = "measured" if np.isfinite(value) else "diverged"
        return _reading(ground, i / (columns - 1), j / max(rows - 1, 1), value, state)
    cell = np.s_[int(y) : min(int(y) + 2, rows), int(x) : min(int(x) + 2, columns)]
    around = nodes.values[cell]
    state = "predicted" if (nodes.predicted & ~nodes.settled)[cell].any() else "interpolated"
    if not np.isfinite(around).all():
        state = "diverged" if np.isinf(around).any() else "not measured"
    return _reading(ground, u, v, float(sample(ground.losses, np.array([[u, v]]))[0]), state)


def _reading(ground: HeightMap, u: float, v: float, loss: float, state: str) -> Reading:
    alpha, beta, error = ground.domain.alpha, ground.domain.beta, ground.nodes.error_at(u, v)
    return Reading(alpha[0] + u * (alpha[1] - alpha[0]), beta[0] + v * (beta[1] - beta[0]), loss, state, error)


def _box(origin: Floats, direction: Floats, extent: tuple[float, float], relief: float) -> tuple[float, float]:
    """Range of t in which origin + t * direction lies inside the box around the ground (slab method)."""
    low = np.array([-extent[0] / 2, -extent[1] / 2, -1e-3])
    high = np.array([extent[0] / 2, extent[1] / 2, relief + 1e-3])
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = (low - origin) / direction, (high - origin) / direction
    return max(float(np.minimum(a, b).max()), 0.0), float(np.maximum(a, b).min())


def world_point(
    heights: NDArray[np.float32], uv: tuple[float, float], extent: tuple[float, float], relief: float
) -> Floats:
    """(3,) place on the ground in the world."""
    u, v = uv
    height = float(sample(heights, np.array([[u, v]]))[0])
    return np.array([(u - 0.5) * extent[0], (v - 0.5) * extent[1], (height if np.isfinite(height) else 0.0) * relief])
