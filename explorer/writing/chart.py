"""The frame around a line, in the upright plane of its curve: pure geometry, no GL.

What lies in one plane keeps to its grid from wherever it is seen, so that values can be read off under any camera.
"""

from dataclasses import replace

import numpy as np

from compute.landscape import Floats
from compute.scale import Scale, ScaleKind
from explorer.camera.camera import Camera
from explorer.ground.heights import extent_world
from explorer.ground.scene import FLOOR, Label, Scene, relief_world, shortened
from explorer.looks.theme import THEMES
from explorer.looks.view import View
from explorer.writing.annotations import TITLE_LETTERS, Line, Size, label_at, named_ticks, to_world, value_ticks
from explorer.writing.box import STEEP
from explorer.writing.ticks import linear_ticks, tick_labels

TICK_WORLD = 0.025  # how far ticks stand out of the frame
NUMBER_WORLD, NAME_WORLD = 0.075, 0.17  # how far below the frame
ROOM = 0.03  # above the highest value
NUMBER_PT, ABOVE_PT = 10.0, 20.0  # from the left side to its numbers, from its top to the name of the value
NEAR = 0.02  # of the height: a round number so little outside what is shown still has its tick, inside the frame
SCALE_NOTES = {ScaleKind.LINEAR: "linear scale", ScaleKind.LOG: "log scale", ScaleKind.SYMLOG: "symmetric log scale"}
END_ON = 0.15  # width of the line in the picture, as a share of what it is from the front, without room for numbers


def chart_lines(scene: Scene, view: View) -> np.ndarray:
    """(n, 11) the frame, its ticks and its grid."""
    half, relief = extent_world(scene.domain)[0] / 2, relief_world(view, scene.scale)
    theme, top = THEMES[view.theme], relief + ROOM
    left = _left(view.camera) * half
    lines: list[Line] = []
    for z, colour in ((FLOOR, theme.frame), (top, theme.grid)):
        lines.append(((-half, 0.0, z), (half, 0.0, z), colour, 1.2))
    for x, colour in ((left, theme.frame), (-left, theme.grid)):
        lines.append(((x, 0.0, FLOOR), (x, 0.0, top), colour, 1.2))
    for tick in linear_ticks(*scene.domain.alpha):
        x = to_world(tick, scene.domain.alpha, half)
        lines.append(((x, 0.0, FLOOR), (x, 0.0, top), theme.grid, 1.0))
        lines.append(((x, 0.0, FLOOR), (x, 0.0, FLOOR - TICK_WORLD), theme.frame, 1.2))
    for _, height in chart_ticks(scene.scale):
        z = height * relief
        lines.append(((-half, 0.0, z), (half, 0.0, z), theme.grid, 1.0))
        lines.append(((left, 0.0, z), (left * (1 + TICK_WORLD / half), 0.0, z), theme.frame, 1.2))
    return np.array([(*a, *b, *colour, width) for a, b, colour, width in lines], np.float32)


def chart_labels(scene: Scene, view: View, clip: Floats, size: Size, ratio: float) -> list[Label]:
    """Numbers below and at the left, the name of alpha below them, and what is measured above the left side."""
    half, relief = extent_world(scene.domain)[0] / 2, relief_world(view, scene.scale)
    theme, top = THEMES[view.theme], relief + ROOM
    left = _left(view.camera) * half
    labels: list[Label] = []
    for tick, text in named_ticks(linear_ticks(*scene.domain.alpha)) if _is_wide(view.camera) else []:
        labels += label_at(text, (to_world(tick, scene.domain.alpha, half), 0.0, FLOOR - NUMBER_WORLD), clip, size)
    labels += label_at(scene.axis_names[0], (0.0, 0.0, FLOOR - NAME_WORLD), clip, size, theme.strong)
    for text, height in chart_ticks(scene.scale) if abs(view.camera.elevation) < STEEP else []:
        for label in label_at(text, (left * (1 + TICK_WORLD / half), 0.0, height * relief), clip, size):
            labels.append(replace(label, x=label.x - NUMBER_PT * ratio, align=(1.0, 0.5)))
    title = shortened(scene.metric, TITLE_LETTERS) + f" ({SCALE_NOTES[scene.scale.kind]})"
    for label in label_at(title, (left, 0.0, top), clip, size, theme.strong):
        labels.append(replace(label, y=label.y + ABOVE_PT * ratio, align=(0.0, 0.5), weight="SemiBold"))
    return labels


def chart_ticks(scale: Scale) -> list[tuple[str, float]]:
    """Numbers and their heights; also the ends of a range that the values all but reach, such as 0 and 1."""
    ticks = value_ticks(scale)
    if scale.kind is ScaleKind.LINEAR and len(ticks) > 1:
        step, slack = ticks[1] - ticks[0], NEAR * (scale.high - scale.low)
        below, above = ([ticks[0] - step], scale.low), ([ticks[-1] + step], scale.high)
        ticks = [x for x in below[0] if x >= below[1] - slack] + ticks + [x for x in above[0] if x <= above[1] + slack]
        ticks = [0.0 if abs(tick) < 1e-9 * step else tick for tick in ticks]
    heights = scale.heights_beyond(np.array(ticks, np.float64)) if ticks else np.empty(0)
    return [(text, float(height)) for text, height in zip(tick_labels(ticks), heights, strict=True)]


def _left(camera: Camera) -> int:
    """The end of the line that is at the left in the picture."""
    return 1 if np.sin(np.radians(camera.azimuth)) > 0 else -1


def _is_wide(camera: Camera) -> bool:
    """Whether the line runs across the picture, and not into it."""
    return abs(float(np.sin(np.radians(camera.azimuth)))) > END_ON
