"""A flight along the training path, down the surface: behind the walker and above, looking ahead."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from compute.errors import BadInputError
from compute.landscape import Floats, Landscape
from explorer.camera.camera import Camera
from explorer.camera.splines import Track, camera_at, looking, track
from explorer.ground.heights import extent_world
from explorer.ground.marks import to_uv
from explorer.ground.picking import sample
from explorer.ground.runs import run_paths
from explorer.ground.scene import relief_world
from explorer.ground.staging import Stage
from explorer.looks.view import View
from explorer.pictures.flights import check_surface
from explorer.pictures.instants import Instant, Take, shares
from explorer.pictures.telling import counted

FINE = 512  # places along the path
KEYS = 14  # of them the camera goes through
BEGIN, END = 0.20, 0.86  # of the film: the walk, between the way to its start and a look around at its end
REACH, LEAST_REACH, MOST_REACH = 0.5, 0.55, 0.9  # how far behind the walker the eye is, of the path's length
RISE = 0.62  # of the reach: how far above the walker the eye is
SMOOTH = 0.09  # of the path, over which its corners are rounded for the camera
CHORD = 0.12  # of the path, on either side of a place: what its direction is taken from
CLEAR = 0.12  # between the eye and what would be in its way
LAST = (65.0, 40.0, 2.8)  # degrees around, degrees above, reaches away: the last look at the end


@dataclass(frozen=True, eq=False)
class Walk:
    """The path as it lies on the ground, even in length: places (n, 3) in the world, (n, 2) u v, and the number of the
    checkpoint passed last (n,)."""

    places: Floats
    uv: Floats
    passed: list[int]


def descent(landscape: Landscape, view: View, take: Take) -> Iterator[Instant]:
    """From the view to the start of the path, along it, and around its end.

    Raises BadInputError for a line, and where no path lies on the ground.
    """
    check_surface(landscape, "descent")
    stage = Stage(landscape, view)
    walk = walked(stage, view)
    path = stage.runs[0].path
    way = _way(stage, walk, view)
    for share in shares(take):
        k = round(along(share) * (len(walk.passed) - 1))
        u, v = walk.uv[k].tolist()
        seen = replace(view, camera=camera_at(way, share), axes=False)  # whose numbers would cross the ground
        yield Instant(landscape, seen, marked=(u, v), said=counted(path, walk.passed[k]))


def along(share: float) -> float:
    """How far along the path the walker is; at one speed but for its start and its end."""
    t = min(max((share - BEGIN) / (END - BEGIN), 0.0), 1.0)
    soft = 0.15  # of the walk, on either side
    if t < soft:
        return t * t / (2 * soft * (1 - soft))
    if t > 1 - soft:
        return 1 - (1 - t) ** 2 / (2 * soft * (1 - soft))
    return (t - soft / 2) / (1 - soft)


def walked(stage: Stage, view: View) -> Walk:
    """The first run's path. Raises BadInputError where less than two of its checkpoints lie on the ground."""
    runs = run_paths(stage.landscape)
    uv = to_uv(stage.landscape.domain, runs[0].path.alpha, runs[0].path.beta) if runs else np.empty((0, 2))
    there = np.flatnonzero(np.isfinite(uv).all(axis=1) & (uv >= 0).all(axis=1) & (uv <= 1).all(axis=1))
    corners = uv[there]
    length = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))) if len(there) else np.zeros(1)
    if length[-1] == 0:
        raise BadInputError(
            f"{stage.landscape.name}: no training path lies on it; give one with --path, or choose --flight turntable"
        )
    even = np.linspace(0, length[-1], FINE)
    fine = np.column_stack([np.interp(even, length, corners[:, k]) for k in (0, 1)])
    passed = there[np.searchsorted(length, even + 1e-12, side="right") - 1]
    heights = np.nan_to_num(np.clip(sample(stage.heights, fine), 0, 1)) * relief_world(view, stage.map.scale)
    extent = extent_world(stage.landscape.domain)
    return Walk(np.column_stack([(fine - 0.5) * extent, heights]), fine, [int(k) for k in passed])


def _way(stage: Stage, walk: Walk, view: View) -> Track:
    """The camera over the whole film: from the view to the walk's start, behind the walker, and a look around."""
    cameras = [_behind(stage, walk, view, k) for k in np.linspace(0, FINE - 1, KEYS).astype(int)]
    fine = np.linspace(BEGIN, END, 1024)
    times = np.interp(np.linspace(0, 1, KEYS), [along(share) for share in fine], fine)
    around, above, away = LAST
    end = replace(
        cameras[-1],
        azimuth=cameras[-1].azimuth + around,
        elevation=max(cameras[-1].elevation, above),
        distance=away * _reach(walk),
        target=_place(walk.places[-1]),
    )
    return track([view.camera, *cameras, end], [0.0, *times.tolist(), 1.0])


def _behind(stage: Stage, walk: Walk, view: View, k: int) -> Camera:
    """The camera while the walker is at a place: so far behind and above, and high enough to see what it looks at."""
    smooth = _smoothed(walk.places, SMOOTH * FINE)
    ahead = _directions(smooth)[k]
    reach = _reach(walk)
    per_place = max(float(np.linalg.norm(np.diff(smooth[:, :2], axis=0), axis=1).sum()) / FINE, 1e-9)
    target = smooth[min(k + round(0.5 * reach / per_place), FINE - 1)]
    eye = smooth[k] + np.array([*(-reach * ahead), RISE * reach])
    return looking(_lifted(stage, view, eye, target), target)


def _lifted(stage: Stage, view: View, eye: Floats, target: Floats) -> Floats:
    """The eye, so high that the line from it to the target is clear of the ground."""
    share = np.linspace(0.15, 1.0, 24)
    between = target + share[:, None] * (eye - target)
    uv = between[:, :2] / extent_world(stage.landscape.domain) + 0.5
    ground = np.nan_to_num(np.clip(sample(stage.heights, uv), 0, 1)) * relief_world(view, stage.map.scale)
    needed = CLEAR + float((target[2] + (ground - target[2]) / share).max())
    return np.array([eye[0], eye[1], max(float(eye[2]), needed)])


def _reach(walk: Walk) -> float:
    length = float(np.linalg.norm(np.diff(walk.places[:, :2], axis=0), axis=1).sum())
    return min(max(REACH * length, LEAST_REACH), MOST_REACH)


def _directions(places: Floats) -> Floats:
    """(n, 2) unit vectors along the way, over the floor, of chords; where a chord has no length, along x."""
    far, last = round(CHORD * FINE), len(places) - 1
    k = np.arange(len(places))
    chord = places[np.minimum(k + far, last), :2] - places[np.maximum(k - far, 0), :2]
    angle = np.arctan2(chord[:, 1], chord[:, 0])
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _smoothed(rows: Floats, width: float) -> Floats:
    """(n, k) running means under a bell of this width; the ends stay where they are, as if the rows went on evenly."""
    n = min(round(3 * width), len(rows) - 1)
    before, after = 2 * rows[0] - rows[n:0:-1], 2 * rows[-1] - rows[-2 : -n - 2 : -1]
    bell = np.exp(-0.5 * (np.arange(-n, n + 1) / width) ** 2)
    padded = np.vstack([before, rows, after])
    return np.column_stack([np.convolve(padded[:, k], bell / bell.sum(), "valid") for k in range(rows.shape[1])])


def _place(point: Floats) -> tuple[float, float, float]:
    x, y, z = point.tolist()
    return x, y, z
