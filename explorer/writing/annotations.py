"""What axes, chart and colour bar have in common, and the numbers beside the colour bar: pure geometry, no GL."""

import numpy as np

from compute.landscape import Floats
from compute.scale import Scale, ScaleKind
from explorer.camera.camera import project
from explorer.gl.lettering import text_size
from explorer.ground.scene import Box, Label, Scene, shortened
from explorer.layers.colourbar import POINT_PT, swatch_below
from explorer.looks.theme import THEMES, Rgba, Theme
from explorer.looks.view import View
from explorer.writing.placing import Sheet
from explorer.writing.ticks import linear_ticks, log_ticks, symlog_ticks, tick_labels

Place = tuple[float, float, float]
Line = tuple[Place, Place, Rgba, float]
Size = tuple[int, int]

BAR_FROM_RIGHT_PT, MARGIN_PT = 92.0, 10.0  # of the colour bar and of its title from the picture's right side
TITLE_PT, TITLE_LETTERS = 13.0, 36
CAPTION_PT, CAPTION_SIDE_PT = 15.0, 12.0
LETTER = 0.62  # width of a letter over its height, on average
TICK_PT, NOTE_PT, NAME_PT = 12.0, 11.0, 14.0

SCALE_NAMES = {ScaleKind.LINEAR: "linear", ScaleKind.LOG: "log scale", ScaleKind.SYMLOG: "symmetric log"}


def value_ticks(scale: Scale, about: int = 6) -> list[float]:
    """Losses worth a number on this scale."""
    if scale.kind is ScaleKind.SYMLOG:
        return symlog_ticks(scale.low, scale.high, scale.linear, about)
    return log_ticks(scale.low, scale.high, about) if scale.log else linear_ticks(scale.low, scale.high, about)


def value_heights(scale: Scale) -> list[tuple[str, float]]:
    """The numbers of a scale, and the height of each."""
    ticks = value_ticks(scale)
    heights = scale.heights(np.array(ticks, np.float64)) if ticks else np.empty(0)
    return [(text, float(height)) for text, height in zip(tick_labels(ticks), heights, strict=True)]


def named_ticks(ticks: list[float]) -> list[tuple[float, str]]:
    """Ticks and their numbers."""
    return list(zip(ticks, tick_labels(ticks), strict=True))


def to_world(value: float, bounds: tuple[float, float], half: float) -> float:
    """A coordinate of the plane in the world, where its range is that long on either side of 0."""
    return ((value - bounds[0]) / (bounds[1] - bounds[0]) * 2 - 1) * half


def label_at(text: str, place: Place, clip: Floats, size: Size, strong: Rgba | None = None) -> list[Label]:
    """One label centred at a place in the world, larger if ``strong``; none where that is behind the eye."""
    x, y, w = project(clip, np.array([place]), size)[0]
    return [Label(text, x, y, size=NAME_PT if strong else TICK_PT, colour=strong)] if w > 0 else []


def bar_rectangle(size: Size, ratio: float, top_px: float = 0.0) -> tuple[float, float, float, float]:
    """Left, bottom, width, height of the colour bar, in pixels."""
    free = size[1] - top_px
    height = min(0.46 * free, 320 * ratio)
    return size[0] - BAR_FROM_RIGHT_PT * ratio, (free - height) / 2, 14 * ratio, height


def bar_box(scene: Scene, rectangle: tuple[float, float, float, float], ratio: float) -> Box:
    """What the bar itself takes of the picture, with its pointed ends."""
    left, bottom, width, height = rectangle
    under, over = (POINT_PT * ratio * there for there in (scene.colour_scale.under, scene.colour_scale.over))
    return left, bottom - under, left + width, bottom + height + over


def bar_labels(scene: Scene, rectangle: tuple[float, float, float, float], ratio: float, theme: Theme) -> list[Label]:
    """Ticks of the colour bar and its title."""
    left, bottom, width, height = rectangle
    scale, beside = scene.colour_scale, left + width + 8 * ratio
    labels = [Label(text, beside, bottom + share * height, (0.0, 0.5), TICK_PT) for text, share in bar_ticks(scene)]
    if scene.diverged:
        labels.append(Label("diverged", beside, bottom - swatch_below(scale.under) * ratio, (0.0, 0.5), NOTE_PT))
    kind = "" if scene.paint_steps else SCALE_NAMES[scale.kind]
    middle, title = left + width / 2, shortened(scene.colour_name, TITLE_LETTERS)
    right = left + (BAR_FROM_RIGHT_PT - MARGIN_PT) * ratio  # a long title ends there and grows to the left
    fits = text_size(title, round(TITLE_PT * ratio), "SemiBold")[0] / 2 <= right - middle
    x, across = (middle, 0.5) if fits else (right, 1.0)
    top = bottom + height + (POINT_PT * ratio if scale.over else 0.0)
    labels.append(Label(title, x, top + 30 * ratio, (across, 0.5), TITLE_PT, theme.strong, "SemiBold"))
    labels.append(Label(kind, middle, top + 13 * ratio, (0.5, 0.5), NOTE_PT))
    return [label for label in labels if label.text]


def bar_ticks(scene: Scene) -> list[tuple[str, float]]:
    """Numbers beside the colour bar and how far up they are: one for each step, where there are steps."""
    steps = scene.paint_steps
    return [(str(k), (k + 0.5) / steps) for k in range(steps)] if steps else value_heights(scene.colour_scale)


def caption_labels(caption: str, view: View, sheet: Sheet) -> list[Label]:
    """The name of the landscape at the upper left, as much of it as there is room for."""
    if not caption:
        return []
    width, height = sheet.size
    letters = max(int((width - sheet.left) / (CAPTION_PT * LETTER * sheet.ratio)), 4)
    side = CAPTION_SIDE_PT * sheet.ratio
    x, y, strong = sheet.left + side, height - sheet.top - side, THEMES[view.theme].strong
    return [Label(shortened(caption, letters), x, y, (0.0, 1.0), CAPTION_PT, strong, "SemiBold")]
