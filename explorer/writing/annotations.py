"""What axes, chart and colour bar have in common, and the numbers beside the colour bar: pure geometry, no GL."""

from dataclasses import replace

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
BAR_SHARE = 0.6  # how far the scene makes room for the colour bar; the corners of the scene may pass under it
TITLE_PT, TITLE_LETTERS = 13.0, 36
CAPTION_PT, CAPTION_SIDE_PT = 15.0, 12.0
LETTER = 0.62  # width of a letter over its height, on average
TICK_PT, NOTE_PT, NAME_PT = 12.0, 11.0, 14.0
NOTE_ABOVE_PT, ROW_PT, TITLE_ABOVE_PT = 13.0, 15.0, 17.0  # from the bar, or its highest number, up to its title

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
    kind = "" if scene.paint_steps or scale.empty else SCALE_NAMES[scale.kind]
    top = bottom + height + (POINT_PT * ratio if scale.over else 0.0)
    y = max([top + NOTE_ABOVE_PT * ratio, *(label.y + ROW_PT * ratio for label in labels if kind)])
    above = [Label(kind, 0, y, size=NOTE_PT)]
    if scene.colour_name != scene.metric:  # nothing else would say what the height is
        note = f"height: {shortened(scene.metric, TITLE_LETTERS)}"
        y += ROW_PT * ratio if kind else 0.0
        above = [Label(note, 0, above[0].y, size=NOTE_PT), replace(above[0], y=y)]
    title = Label(shortened(scene.colour_name, TITLE_LETTERS), 0, y + TITLE_ABOVE_PT * ratio, size=TITLE_PT)
    above.append(replace(title, colour=theme.strong, weight="SemiBold"))
    labels += [_above_bar(label, left, width, ratio) for label in reversed(above) if label.text]
    return labels


def _above_bar(label: Label, left: float, width: float, ratio: float) -> Label:
    """Over the middle of the bar; what is long ends near the side of the picture and grows to the left."""
    middle, right = left + width / 2, left + (BAR_FROM_RIGHT_PT - MARGIN_PT) * ratio
    fits = text_size(label.text, round(label.size * ratio), label.weight)[0] / 2 <= right - middle
    return replace(label, x=middle if fits else right, align=(0.5 if fits else 1.0, 0.5))


def bar_ticks(scene: Scene) -> list[tuple[str, float]]:
    """Numbers beside the colour bar and how far up they are: one for each step, where there are steps."""
    steps, scale = scene.paint_steps, scene.colour_scale
    if steps:
        return [(str(k), (k + 0.5) / steps) for k in range(steps)]
    return [] if scale.empty else value_heights(scale)


def caption_labels(caption: str, view: View, sheet: Sheet) -> list[Label]:
    """The name of the landscape at the upper left, as much of it as there is room for."""
    if not caption:
        return []
    width, height = sheet.size
    letters = max(int((width - sheet.left) / (CAPTION_PT * LETTER * sheet.ratio)), 4)
    side = CAPTION_SIDE_PT * sheet.ratio
    x, y, strong = sheet.left + side, height - sheet.top - side, THEMES[view.theme].strong
    return [Label(shortened(caption, letters), x, y, (0.0, 1.0), CAPTION_PT, strong, "SemiBold")]
