"""What lies under the pointer: a line of sight against the ground, and what is known there."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Floats
from explorer.ground.heights import DIVERGED, HeightMap
from explorer.looks.view import Cut

STEPS = 512  # samples of the line of sight inside the box
SNAP_CELLS = 0.2  # a pointer this near to a measured node, in cells of the level, means the node
WHOLE = Cut()

UV = tuple[float, float]  # a place, in shares of the domain


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
    checkpoint: int | None = None  # its number among those of all runs, when the pointer is on its mark


def as_drawn(heights: NDArray[np.float32], measured: NDArray[np.float32]) -> NDArray[np.float32]:
    """(rows, columns) heights on the lattice; where the network diverged they are drawn at the cap."""
    return np.where(np.isnan(heights) & (measured == DIVERGED), np.float32(1), heights)


def hit(
    origin: Floats,
    direction: Floats,
    heights: NDArray[np.float32],
    extent: tuple[float, float],
    relief: float,
    *,
    cut: Cut = WHOLE,
    open_top: bool = False,
) -> tuple[float, float] | None:
    """(u, v) where the line of sight first meets what is drawn of the ground, or None.

    Heights beyond 1 are a plateau, or with ``open_top`` a hole; flat ground has no height that could be cut. Marches
    through the box around the ground, refines the crossings linearly and takes the first that is not cut off.
    """
    near, far = _box(origin, direction, extent, relief, cut)
    if not near < far:
        return None
    t = np.linspace(near, far, STEPS)
    points = origin + t[:, None] * direction
    uv = points[:, :2] / np.asarray(extent) + 0.5
    ground = sample(heights, uv)
    above = points[:, 2] - np.clip(ground, 0, 1) * relief
    crossing = np.flatnonzero((above[:-1] * above[1:] <= 0) & np.isfinite(above[:-1]) & np.isfinite(above[1:]))
    drop = above[crossing] - above[crossing + 1]
    share = (above[crossing] / np.where(drop == 0, 1, drop))[:, None]
    places = np.clip(uv[crossing] + share * (uv[crossing + 1] - uv[crossing]), 0, 1)
    seen = np.flatnonzero((relief == 0) | _is_kept(sample(heights, places), cut, open_top))
    if not len(seen):
        return None
    u, v = places[seen[0]].tolist()
    return u, v


def _is_kept(heights: Floats, cut: Cut, open_top: bool) -> NDArray[np.bool_]:
    low, high = cut.height
    drawn = np.clip(heights, 0, 1)
    return (low <= drawn) & (drawn <= high) & ~(open_top & (heights > 1))


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


def read(ground: HeightMap, u: float, v: float, snap: float = SNAP_CELLS) -> Reading:
    """The value at a place: a measured node's own, where one is within ``snap`` cells, else the surface's."""
    nodes = ground.nodes
    rows, columns = nodes.values.shape
    x, y = u * (columns - 1), v * (rows - 1)  # y is 0 on a line, whatever v
    i, j = round(x), round(y)
    on_node = abs(x - i) <= snap and abs(y - j) <= snap
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


def rectangle(a: UV, b: UV) -> tuple[UV, UV]:
    """((u0, v0), (u1, v1)) lower and upper corner of the rectangle from one place on the ground to another."""
    (u0, u1), (v0, v1) = (sorted(pair) for pair in zip(a, b, strict=True))
    return (u0, v0), (u1, v1)


def _box(
    origin: Floats, direction: Floats, extent: tuple[float, float], relief: float, cut: Cut
) -> tuple[float, float]:
    """Range of t in which origin + t * direction lies inside the box around what is kept (slab method)."""
    kept = np.array([cut.alpha, cut.beta]) - 0.5
    low = np.array([*kept[:, 0] * extent, cut.height[0] * relief - 1e-3])
    high = np.array([*kept[:, 1] * extent, cut.height[1] * relief + 1e-3])
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = (low - origin) / direction, (high - origin) / direction
    return max(float(np.minimum(a, b).max()), 0.0), float(np.maximum(a, b).min())


def world_point(
    heights: NDArray[np.float32], uv: tuple[float, float], extent: tuple[float, float], relief: float
) -> Floats:
    """(3,) place on the ground in the world."""
    u, v = uv
    height = float(np.clip(sample(heights, np.array([[u, v]]))[0], 0, 1))
    return np.array([(u - 0.5) * extent[0], (v - 0.5) * extent[1], (0.0 if np.isnan(height) else height) * relief])
