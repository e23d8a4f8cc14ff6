"""What stands on the ground, as tables: the path of the training, critical points, measured points."""

import itertools

import numpy as np
from numpy.typing import NDArray

from compute.critical_points import CriticalPoint
from compute.landscape import Domain, Floats, Trajectory
from explorer.ground.scene import NO_PATH, NO_PLACES, Instances

PIECES = 128  # a straight piece of the path is at most one such share of the domain, so that it follows the ground
APART = 0.015  # of the domain: checkpoints nearer than this would be one smear

RED, BLUE, GREEN = (0.93, 0.26, 0.24), (0.25, 0.55, 1.0), (0.26, 0.80, 0.36)
YELLOW, CYAN = (1.0, 0.87, 0.20), (0.15, 0.90, 0.95)
DOWN, DIAMOND, UP, DISC, RING = range(5)  # the shapes of shaders/lib/mark.glsl
LOOKS = {0: (DOWN, 16.0, RED), 1: (DIAMOND, 14.0, BLUE), 2: (UP, 16.0, GREEN)}  # by slice index
STEP_PT, END_PT = 6.5, 21.0  # checkpoints; start and end, wide enough to show around a minimum's glyph


def to_uv(domain: Domain, alpha: Floats | np.float64, beta: Floats | np.float64) -> Floats:
    """(n, 2) positions in [0, 1] over the domain; on a line, in the middle of its strip wherever beta is."""
    across = np.full_like(beta, 0.5) if domain.is_line else _share(beta, domain.beta)
    return np.stack([_share(alpha, domain.alpha), across], axis=-1)


def _share(value: Floats | np.float64, bounds: tuple[float, float]) -> Floats | np.float64:
    return (value - bounds[0]) / (bounds[1] - bounds[0])


def path_pieces(domain: Domain, trajectory: Trajectory) -> Instances:
    """(n, 6) straight pieces, fine enough to lie on the ground; what lies outside the domain is cut off.

    Checkpoints whose place is not finite (a training run that diverged) leave a gap.
    """
    corners = to_uv(domain, trajectory.alpha, trajectory.beta)
    pieces = []
    for k, (start, end) in enumerate(itertools.pairwise(corners)):
        if not np.isfinite([start, end]).all():
            continue
        low, high = _inside(start, end)
        if low > high:
            continue
        count = max(1, int(np.ceil(np.abs((high - low) * (end - start)).max() * PIECES)))
        t = np.linspace(low, high, count + 1)[:, None]
        points = start + t * (end - start)
        along = (k + t) / max(len(corners) - 1, 1)
        pieces.append(np.hstack([points[:-1], points[1:], along[:-1], along[1:]]))
    return np.vstack(pieces).astype(np.float32) if pieces else NO_PATH


def _inside(start: Floats, end: Floats) -> tuple[float, float]:
    """Range of t in [0, 1] where start + t (end − start) is in the unit square; low > high where nowhere."""
    step = np.where(end == start, 1e-300, end - start)  # at rest on one axis: never leaves it, or never enters
    with np.errstate(over="ignore"):
        a, b = (-1e-9 - start) / step, (1 + 1e-9 - start) / step
    return max(float(np.minimum(a, b).max()), 0.0), min(float(np.maximum(a, b).min()), 1.0)


def path_marks(domain: Domain, trajectory: Trajectory) -> Instances:
    """(n, 7) a small disc at each checkpoint, larger ones at start (yellow) and end (cyan)."""
    corners = to_uv(domain, trajectory.alpha, trajectory.beta)
    share = np.linspace(0, 1, len(corners))[:, None]
    table = np.zeros((len(corners), 7))
    table[:, :2], table[:, 2], table[:, 3] = corners, DISC, STEP_PT
    table[:, 4:] = (1 - share) * np.array(YELLOW) + share * np.array(CYAN)
    table[[0, -1], 3] = END_PT
    inside = ((corners >= 0) & (corners <= 1)).all(axis=1)
    return table[inside & _apart(corners)].astype(np.float32)


def _apart(corners: Floats) -> NDArray[np.bool_]:
    """Which marks to draw: the ends, and between them those that touch neither an end nor the mark drawn before."""
    keep = np.zeros(len(corners), np.bool_)
    keep[[0, -1]] = True
    last = corners[0]
    for k in range(1, len(corners) - 1):
        near = min(np.abs(corners[k] - place).max() for place in (last, corners[0], corners[-1]))
        if near >= APART:
            keep[k], last = True, corners[k]
    return keep


def checkpoint_places(domain: Domain, trajectory: Trajectory | None) -> Instances:
    """(n, 2) u v of each checkpoint, also outside the domain."""
    return NO_PLACES if trajectory is None else to_uv(domain, trajectory.alpha, trajectory.beta).astype(np.float32)


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
