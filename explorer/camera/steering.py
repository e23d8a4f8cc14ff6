"""Moves of a camera: each makes another one."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from compute.landscape import Floats
from explorer.camera.camera import (
    MAX_DISTANCE,
    MAX_ELEVATION,
    MIN_DISTANCE,
    NO_MARGINS,
    Camera,
    Margins,
    axes,
    focal_length,
    free_area,
)

REACH = 3.0  # a target is no farther from the middle, along each axis, or the landscape would be lost
FLIGHT_REACH = 8.0  # of a flying eye
ROOM = 0.97  # of the free area that a fitted scene takes
MOSTLY = 0.7  # of that, at least, however much text there is to be around it
ROUND = 72  # places on a circle that stand for all of it
END_ON = 1e-6  # squared length in the picture of an upright unit that is seen end on

Turn = Callable[[Camera, float, float], Camera]


def orbit(camera: Camera, degrees_right: float, degrees_up: float) -> Camera:
    """Turn the eye around the target as on a turntable, never over the pole; roll stays what it is, 0 as a rule."""
    return replace(
        camera, azimuth=wrapped(camera.azimuth + degrees_right), elevation=_upright(camera.elevation + degrees_up)
    )


def tumble(camera: Camera, degrees_right: float, degrees_up: float) -> Camera:
    """Turn the eye around the target by the camera's own axes, over the poles as well."""
    return _with_axes(camera, _rotation(np.radians([-degrees_up, degrees_right, 0.0])) @ axes(camera))


def turn(camera: Camera, degrees_right: float, degrees_up: float) -> Camera:
    """Look around: the eye stays, the target moves."""
    eye = camera.eye
    turned = replace(
        camera, azimuth=wrapped(camera.azimuth - degrees_right), elevation=_upright(camera.elevation - degrees_up)
    )
    return _at(turned, eye - turned.distance * axes(turned)[2])


def level(camera: Camera) -> Camera:
    """The same line of sight, with the horizon level."""
    return replace(camera, roll=0.0)


def fly(camera: Camera, forward: float, right: float, up: float) -> Camera:
    """Move eye and target, in the world's units: along the line of sight, to the camera's right, and straight up."""
    sideways, _, backward = axes(camera)
    eye = camera.eye
    there = eye - forward * backward + right * sideways + np.array([0.0, 0.0, up])
    return _at(camera, np.asarray(camera.target) + _bounded(there, eye, FLIGHT_REACH) - eye)


def pan(camera: Camera, dx: float, dy: float, height: int, clip: Floats | None = None) -> Camera:
    """Move so that a point at the target's depth follows the pointer by (dx, dy) pixels of a picture this high.

    ``clip`` is the picture's matrix; without it the picture is taken to be wide, with no margins.
    """
    right, up, _ = axes(camera)
    if clip is None:
        scale = focal_length((2 * height, height)) / camera.distance
    else:
        scale = float(clip[1, :3] @ up) / (1.0 if camera.orthographic else camera.distance)
    per_pixel = 2 / (scale * height)
    return _with_target(camera, np.asarray(camera.target) - (dx * right + dy * up) * per_pixel)


def zoom(camera: Camera, factor: float, towards: Floats | None = None) -> Camera:
    """Scale the distance; ``towards`` (3,) keeps its place in the picture."""
    distance = float(np.clip(camera.distance * factor, MIN_DISTANCE, MAX_DISTANCE))
    zoomed = replace(camera, distance=distance)
    if towards is None:
        return zoomed
    share = 1 - distance / camera.distance
    return _with_target(zoomed, np.asarray(camera.target) * (1 - share) + towards * share)


def focus(camera: Camera, point: Floats, factor: float) -> Camera:
    """Look at a point (3,) from the same side, from so much of the distance."""
    return _with_target(zoom(camera, factor), point)


def fit(
    camera: Camera,
    corners: Floats,
    size: tuple[int, int],
    margins: Margins = NO_MARGINS,
    *,
    around: float = 0.0,
    above: float | None = None,
) -> Camera:
    """From the same direction, as near as has all of the (n, 3) corners in the picture between its margins, with so
    much room (pixels) around them for text, and another measure of it above them, if there is room at all.

    With the eye at (x, y, b) in the camera's own axes, a corner (p, q, r) is inside where |p − x| ≤ s (b − r) and
    −t (b − r) ≤ q − y ≤ u (b − r), which bounds b from below by the extremes of p ± s r, q − t r and q + u r.
    """
    frame = axes(camera)
    own = corners @ frame.T
    free = ROOM * np.asarray(free_area(size, margins))
    pixels = focal_length(size, margins) * size[1]
    rooms = np.array([(around, around if above is None else above), (around, around)])  # above and below the middle
    upper, lower = np.maximum(free - 2 * rooms, MOSTLY * free) / pixels
    recede = 0.0 if camera.orthographic else own[:, 2:]
    high, low = (own[:, :2] + upper * recede).max(axis=0), (own[:, :2] - lower * recede).min(axis=0)
    depth = (own[:, 2].max() + own[:, 2].min()) / 2  # of the target
    before = 0.0 if camera.orthographic else depth
    back = float(((high - low) / (upper + lower)).max())
    distance = float(np.clip(back - before, MIN_DISTANCE, MAX_DISTANCE))
    middle = (high + low + (lower - upper) * (distance + before)) / 2
    return _at(replace(camera, distance=distance), np.append(middle, depth) @ frame)


def fit_around(
    camera: Camera,
    radius: float,
    height: float,
    size: tuple[int, int],
    margins: Margins = NO_MARGINS,
    *,
    around: float = 0.0,
    beside: float = 0.0,
) -> Camera:
    """As ``fit``, for whatever azimuth: a cylinder about the vertical axis, at which the camera looks then, so that it
    stays in its place while the camera is turned. ``beside`` (pixels) is the least of the width that is
    kept free, whatever ``around`` is.

    In the camera's own axes the vertical axis runs along the third column of its frame: z brings the target (0, 0, z)
    as near to the middle of the cylinder in the picture as it goes, which without roll is all the way.
    """
    frame = axes(replace(camera, azimuth=0.0))
    turns = np.linspace(0, 2 * np.pi, ROUND, endpoint=False)
    ring = radius * np.column_stack([np.cos(turns), np.sin(turns)])
    own = np.vstack([np.column_stack([ring, np.full(ROUND, z)]) for z in (0.0, height)]) @ frame.T
    free = ROOM * np.asarray(free_area(size, margins))
    most = np.minimum(np.maximum(free - 2 * around, MOSTLY * free), free - (beside, 0.0))
    slopes = most / (focal_length(size, margins) * size[1])
    recede = 0.0 if camera.orthographic else slopes * own[:, 2:]
    high, low = (own[:, :2] + recede).max(axis=0), (own[:, :2] - recede).min(axis=0)
    middle, upward, backward = (high + low) / 2, frame[:2, 2], float(frame[2, 2])
    z = float(middle @ upward / (upward @ upward)) if upward @ upward > END_ON else height / 2
    back = float((((high - low) / 2 + np.abs(middle - z * upward)) / slopes).max())
    distance = float(np.clip(back if camera.orthographic else back - z * backward, MIN_DISTANCE, MAX_DISTANCE))
    return replace(camera, distance=distance, target=(0.0, 0.0, z))


def wrapped(degrees: float) -> float:
    """The same angle in [-180, 180)."""
    return (degrees + 180) % 360 - 180


def _upright(degrees: float) -> float:
    return float(np.clip(degrees, -MAX_ELEVATION, MAX_ELEVATION))


def _rotation(vector: Floats) -> Floats:
    """(3, 3) that turns the frame itself by a vector of angles about its own axes; Rodrigues' formula."""
    angle = float(np.linalg.norm(vector))
    if angle == 0:
        return np.eye(3)
    x, y, z = vector / angle
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turned: Floats = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return turned.T  # its columns are the new axes in the old ones, and axes are rows here


def _with_axes(camera: Camera, frame: Floats) -> Camera:
    """The camera with these axes; straight above the pole azimuth and roll are one, and azimuth stays."""
    x, y, z = frame[2].tolist()
    flat = float(np.hypot(x, y))
    azimuth = float(np.degrees(np.arctan2(y, x))) if flat > 1e-9 else camera.azimuth
    turned = replace(camera, azimuth=wrapped(azimuth), elevation=float(np.degrees(np.arctan2(z, flat))), roll=0.0)
    across, upright, _ = axes(turned)
    return replace(turned, roll=float(np.degrees(np.arctan2(frame[0] @ upright, frame[0] @ across))))


def _with_target(camera: Camera, target: Floats) -> Camera:
    return _at(camera, _bounded(target, np.asarray(camera.target), REACH))


def _bounded(goal: Floats, start: Floats, reach: float) -> Floats:
    """The goal, but not beyond the reach; who is beyond it already may stay there, and come back."""
    return np.clip(goal, np.minimum(start, -reach), np.maximum(start, reach))


def _at(camera: Camera, target: Floats) -> Camera:
    x, y, z = target.tolist()
    return replace(camera, target=(x, y, z))
