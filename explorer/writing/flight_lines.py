"""The way of a camera as lines in the scene, with a small frame at each keyframe: pure geometry, no GL."""

from dataclasses import dataclass

import numpy as np

from compute.landscape import Floats
from explorer.camera.camera import FIELD_OF_VIEW, Camera, axes
from explorer.camera.splines import Track, camera_at
from explorer.ground.scene import Instances
from explorer.looks.theme import Rgba, Theme

FINE = 24  # pieces between two keyframes
WAY_PT, FRAME_PT, SELECTED_PT = 1.8, 1.4, 2.2
DEPTH, SMALL = 0.22, 0.09  # of the selected keyframe's frame, in the world, and of others; its sides are a picture's
FAINT = 0.45  # opacity of others, so that many of them do not hide the ground
ASPECT = 16 / 9
NEAR, CLEAR = 0.35, 1.4  # what is nearer to the eye would fill the picture; up to where it is fainter
UNDER_WAY = 0.3  # opacity of all of it where the eye is on the way: it would be a tangle before the ground


@dataclass(frozen=True, eq=False)
class FlightLines:
    """(n, 11) start xyz, end xyz, rgba, width in points."""

    lines: Instances


def flight_lines(way: Track, selected: int | None, seen_by: Camera, theme: Theme) -> FlightLines:
    """The way of the eye, and where it looks at each keyframe; nothing that surrounds the eye which sees it."""
    accent, grey = theme.panel.accent, (*theme.frame[:3], FAINT * theme.frame[3])
    eyes = np.array([camera_at(way, time).eye for time in _times(way)])
    rows = [_lines(eyes[:-1], eyes[1:], accent, WAY_PT)]
    for k, time in enumerate(way.times.tolist()):
        looks = (accent, SELECTED_PT, DEPTH) if k == selected else (grey, FRAME_PT, SMALL)
        rows.append(_frame(camera_at(way, time), *looks))
    lines = np.vstack(rows)
    ends = lines[:, :6].reshape(-1, 2, 3)
    away = np.linalg.norm(ends - seen_by.eye, axis=2).min(axis=1)
    lines[:, 9] *= np.clip((away - NEAR) / (CLEAR - NEAR), 0.0, 1.0)
    if np.linalg.norm(eyes - seen_by.eye, axis=1).min() < NEAR:
        lines[:, 9] *= UNDER_WAY
    return FlightLines(lines[away > NEAR].astype(np.float32))


def _times(way: Track) -> Floats:
    pieces = [np.linspace(a, b, FINE, endpoint=False) for a, b in zip(way.times[:-1], way.times[1:], strict=True)]
    return np.append(np.concatenate(pieces), way.times[-1]) if pieces else way.times


def _frame(camera: Camera, colour: Rgba, width: float, depth: float) -> Floats:
    """A pyramid from the eye to the sides of what it sees, with a mark at the upper side."""
    right, up, backward = axes(camera)
    half = depth * np.tan(np.radians(FIELD_OF_VIEW / 2)) * 1.6  # a little wider than it is, to be seen from afar
    middle = camera.eye - depth * backward
    wide, high = half * ASPECT * right, half * up
    corners = np.array([middle - wide - high, middle + wide - high, middle + wide + high, middle - wide + high])
    tip = middle + 1.7 * high
    starts = np.vstack([np.repeat(camera.eye[None], 4, axis=0), corners, corners[2:]])
    ends = np.vstack([corners, np.roll(corners, -1, axis=0), [tip, tip]])
    return _lines(starts, ends, colour, width)


def _lines(starts: Floats, ends: Floats, colour: Rgba, width: float) -> Floats:
    count = len(starts)
    return np.hstack([starts, ends, np.tile(colour, (count, 1)), np.full((count, 1), width)])
