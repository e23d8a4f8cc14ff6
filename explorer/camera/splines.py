"""A camera on its way through keyframes: Catmull-Rom, no roll, at rest at both ends, or at one speed throughout."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from compute.landscape import Floats
from explorer.camera.camera import MAX_ELEVATION, Camera
from explorer.camera.steering import wrapped

FINE = 64  # places between two keyframes at which the way is measured, for one speed


@dataclass(frozen=True, eq=False)
class Track:
    """Times (n,), rising, and what the camera is at each: rows (n, 6) of target, azimuth, elevation and ln distance.

    The position is interpolated as it is seen from the target, not in straight lines of the world, which would lead
    through the ground from one side to the other and over the pole with a jump.
    """

    times: Floats
    rows: Floats
    flat: tuple[bool, ...]  # which have no perspective


def track(cameras: Sequence[Camera], times: Sequence[float]) -> Track:
    """Raises ValueError where times do not rise, or are another number than the cameras."""
    at = np.asarray(times, np.float64)
    if len(at) != len(cameras) or not len(at) or (np.diff(at) <= 0).any():
        raise ValueError("times have to rise, one for each camera")
    azimuths = np.degrees(np.unwrap(np.radians([camera.azimuth for camera in cameras])))  # the shorter way round
    rows = [
        (*camera.target, azimuth, camera.elevation, np.log(camera.distance))
        for camera, azimuth in zip(cameras, azimuths.tolist(), strict=True)
    ]
    return Track(at, np.array(rows), tuple(camera.orthographic for camera in cameras))


def camera_at(way: Track, time: float) -> Camera:
    """The camera at a time; before the first and after the last it rests there."""
    return _camera(_row(way, time), _is_flat(way, time))


def even_times(way: Track, count: int) -> Floats:
    """(count,) times between which the eye and the target move by equal amounts, the first and the last included."""
    pieces = [np.linspace(a, b, FINE, endpoint=False) for a, b in zip(way.times[:-1], way.times[1:], strict=True)]
    times = np.append(np.concatenate(pieces), way.times[-1]) if pieces else way.times
    rows = np.array([_row(way, time) for time in times])
    eyes = np.array([_camera(row, flat=False).eye for row in rows])
    moved = np.hypot(*(np.linalg.norm(np.diff(places, axis=0), axis=1) for places in (eyes, rows[:, :3])))
    length = np.append(0.0, np.cumsum(moved))
    if length[-1] == 0:
        return np.linspace(float(times[0]), float(times[-1]), count)
    rising = np.append(True, np.diff(length) > 0)
    found: Floats = np.interp(np.linspace(0, length[-1], count), length[rising], times[rising])
    return found


def _row(way: Track, time: float) -> Floats:
    """Cubic Hermite between two keyframes; the slope at each is that between its neighbours, 0 at the ends."""
    times, rows = way.times, way.rows
    if len(times) == 1 or time <= times[0]:
        return np.asarray(rows[0])
    if time >= times[-1]:
        return np.asarray(rows[-1])
    k = int(np.searchsorted(times, time, side="right")) - 1
    step = times[k + 1] - times[k]
    t = (time - times[k]) / step
    a, b = (_slope(way, j) * step for j in (k, k + 1))
    rise = rows[k + 1] - rows[k]
    found: Floats = rows[k] + t * t * (3 - 2 * t) * rise + t * (1 - t) ** 2 * a - t * t * (1 - t) * b
    return found


def _slope(way: Track, k: int) -> Floats:
    """Per unit of time."""
    if k in (0, len(way.times) - 1):
        return np.zeros(way.rows.shape[1])
    slope: Floats = (way.rows[k + 1] - way.rows[k - 1]) / (way.times[k + 1] - way.times[k - 1])
    return slope


def _is_flat(way: Track, time: float) -> bool:
    """Between a camera with perspective and one without there is perspective."""
    k = int(np.clip(np.searchsorted(way.times, time, side="right") - 1, 0, len(way.times) - 1))
    if time <= way.times[k]:
        return way.flat[k]
    return way.flat[k] and way.flat[min(k + 1, len(way.flat) - 1)]


def _camera(row: Floats, flat: bool) -> Camera:
    x, y, z, azimuth, elevation, distance = row.tolist()
    return Camera(
        wrapped(azimuth),
        float(np.clip(elevation, -MAX_ELEVATION, MAX_ELEVATION)),
        float(np.exp(distance)),
        (x, y, z),
        orthographic=flat,
    )


def looking(eye: Floats, target: Floats) -> Camera:
    """From one place (3,) at another (3,), with the horizon level."""
    x, y, z = (eye - target).tolist()
    distance = float(np.linalg.norm(eye - target))
    tx, ty, tz = target.tolist()
    azimuth, elevation = np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(z, np.hypot(x, y)))
    return Camera(float(azimuth), float(elevation), distance, (tx, ty, tz))
