"""The box around the surface, its ticks, and the numbers beside the colour bar: pure geometry, no GL."""

from dataclasses import replace

import numpy as np

from compute.landscape import Floats
from compute.scale import Scale
from explorer.camera import Camera, project
from explorer.heights import extent_world
from explorer.scene import Label, Scene, shortened
from explorer.ticks import linear_ticks, log_ticks, tick_labels
from explorer.view import View

Colour = tuple[float, float, float, float]
Place = tuple[float, float, float]

FRAME: Colour = (0.62, 0.67, 0.75, 0.85)
GRID: Colour = (0.62, 0.67, 0.75, 0.20)
TEXT: Colour = (0.80, 0.83, 0.88, 1.0)
STRONG: Colour = (0.93, 0.95, 0.98, 1.0)
TICK_WORLD = 0.035  # how far ticks, their numbers and the axis names stand out
LETTER = 0.58  # width of a letter over its height, on average
CLEARANCE_PT = 13.0  # between two numbers of the upright axis
TICK_LABEL_WORLD, NAME_WORLD = 0.12, 0.42
FLOOR = -0.03  # a little below the lowest ground, so that grid and ground do not fight for the same depth
BAR_FROM_RIGHT_PT, MARGIN_PT = 92.0, 10.0  # of the colour bar and of its title from the picture's right side
TITLE_PT, TITLE_LETTERS = 13.0, 36
STEEP = 70.0  # degrees of elevation beyond which the vertical axis is seen end on

Line = tuple[Place, Place, Colour, float]
Size = tuple[int, int]


def value_ticks(scale: Scale, about: int = 6) -> list[float]:
    """Losses worth a number on this scale."""
    return log_ticks(scale.low, scale.high, about) if scale.log else linear_ticks(scale.low, scale.high, about)


def box_lines(scene: Scene, view: View) -> np.ndarray:
    """(n, 11) the floor's frame and grid, the two far walls, and the upright axis."""
    half_x, half_y = (side / 2 for side in extent_world(scene.domain))
    near_x, near_y = _near_sides(view.camera)
    top = 0.0 if view.flat else view.relief
    xs = [to_world(t, scene.domain.alpha, half_x) for t in linear_ticks(*scene.domain.alpha)]
    ys = [to_world(t, scene.domain.beta, half_y) for t in linear_ticks(*scene.domain.beta)]
    lines: list[Line] = []
    for sign in (-1, 1):
        lines.append(((-half_x, sign * half_y, FLOOR), (half_x, sign * half_y, FLOOR), FRAME, 1.2))
        lines.append(((sign * half_x, -half_y, FLOOR), (sign * half_x, half_y, FLOOR), FRAME, 1.2))
    for x in xs:
        lines.append(((x, -half_y, FLOOR), (x, half_y, FLOOR), GRID, 1.0))
        lines.append(((x, near_y * half_y, FLOOR), (x, near_y * (half_y + TICK_WORLD), FLOOR), FRAME, 1.2))
    for y in ys:
        lines.append(((-half_x, y, FLOOR), (half_x, y, FLOOR), GRID, 1.0))
        lines.append(((near_x * half_x, y, FLOOR), (near_x * (half_x + TICK_WORLD), y, FLOOR), FRAME, 1.2))
    if _upright(view):
        lines += _walls(scene.scale, (half_x, half_y, top), (-near_x, -near_y))
        x, y = _upright_corner(view.camera, half_x, half_y)
        lines.append(((x, y, FLOOR), (x, y, top), FRAME, 1.2))
    return np.array([(*a, *b, *colour, width) for a, b, colour, width in lines], np.float32)


def box_labels(scene: Scene, view: View, clip: Floats, size: Size, ratio: float) -> list[Label]:
    """Numbers at the ticks of the near edges, and the names of the axes."""
    domain, names = scene.domain, scene.axis_names
    half_x, half_y = (side / 2 for side in extent_world(domain))
    near_x, near_y = _near_sides(view.camera)
    labels: list[Label] = []
    for tick, text in named_ticks(linear_ticks(*domain.alpha)):
        place = (to_world(tick, domain.alpha, half_x), near_y * (half_y + TICK_LABEL_WORLD), FLOOR)
        labels += label_at(text, place, clip, size)
    for tick, text in named_ticks(linear_ticks(*domain.beta)):
        place = (near_x * (half_x + TICK_LABEL_WORLD), to_world(tick, domain.beta, half_y), FLOOR)
        labels += label_at(text, place, clip, size)
    named = label_at(names[0], (0.0, near_y * (half_y + NAME_WORLD), FLOOR), clip, size, STRONG)
    named += label_at(names[1], (near_x * (half_x + NAME_WORLD), 0.0, FLOOR), clip, size, STRONG)
    labels += [_beside_bar(label, size, ratio) for label in named] if view.colour_bar else named
    return labels + (_upright_labels(scene, view, clip, size, ratio) if _upright(view) else [])


def _beside_bar(label: Label, size: Size, ratio: float) -> Label:
    """The label, moved to the left where it would run into the colour bar."""
    room = bar_rectangle(size, ratio)[0] - (len(label.text) * label.size * LETTER / 2 + CLEARANCE_PT) * ratio
    return replace(label, x=min(label.x, room))


def _upright_labels(scene: Scene, view: View, clip: Floats, size: Size, ratio: float) -> list[Label]:
    """Losses along the upright axis, left of it; none that would touch the one below."""
    x, y = _upright_corner(view.camera, *(side / 2 for side in extent_world(scene.domain)))
    labels: list[Label] = []
    for text, height in value_heights(scene.scale):
        for label in label_at(text, (x, y, height * view.relief), clip, size):
            if not labels or abs(label.y - labels[-1].y) >= CLEARANCE_PT * ratio:
                labels.append(replace(label, x=label.x - 8 * ratio, align=(1.0, 0.5)))
    return labels


def bar_rectangle(size: Size, ratio: float) -> tuple[float, float, float, float]:
    """Left, bottom, width, height of the colour bar, in pixels."""
    height = min(0.46 * size[1], 320 * ratio)
    return size[0] - BAR_FROM_RIGHT_PT * ratio, (size[1] - height) / 2, 14 * ratio, height


def bar_labels(scene: Scene, rectangle: tuple[float, float, float, float], ratio: float) -> list[Label]:
    """Ticks of the colour bar and its title."""
    left, bottom, width, height = rectangle
    labels = [
        Label(text, left + width + 8 * ratio, bottom + share * height, (0.0, 0.5), 12.0, TEXT)
        for text, share in value_heights(scene.scale)
    ]
    scale = "log scale" if scene.scale.log else "linear"
    middle, title = left + width / 2, shortened(scene.metric, TITLE_LETTERS)
    right = left + (BAR_FROM_RIGHT_PT - MARGIN_PT) * ratio  # a long title ends there and grows to the left
    fits = len(title) * TITLE_PT * LETTER * ratio / 2 <= right - middle
    x, across = (middle, 0.5) if fits else (right, 1.0)
    labels.append(Label(title, x, bottom + height + 30 * ratio, (across, 0.5), TITLE_PT, STRONG, "SemiBold"))
    labels.append(Label(scale, middle, bottom + height + 13 * ratio, (0.5, 0.5), 11.0, TEXT))
    return labels


def value_heights(scale: Scale) -> list[tuple[str, float]]:
    ticks = value_ticks(scale)
    heights = scale.heights(np.array(ticks, np.float64)) if ticks else np.empty(0)
    return [(text, float(height)) for text, height in zip(tick_labels(ticks), heights, strict=True)]


def named_ticks(ticks: list[float]) -> list[tuple[float, str]]:
    return list(zip(ticks, tick_labels(ticks), strict=True))


def _walls(scale: Scale, half: tuple[float, float, float], far: tuple[int, int]) -> list[Line]:
    half_x, half_y, top = half
    far_x, far_y = far[0] * half_x, far[1] * half_y
    lines: list[Line] = []
    for _, height in value_heights(scale):
        z = height * top
        lines.append(((-half_x, far_y, z), (half_x, far_y, z), GRID, 1.0))
        lines.append(((far_x, -half_y, z), (far_x, half_y, z), GRID, 1.0))
    lines.append(((far_x, far_y, FLOOR), (far_x, far_y, top), GRID, 1.0))
    return lines


def _near_sides(camera: Camera) -> tuple[int, int]:
    outward = camera.eye - np.asarray(camera.target)
    return (1 if outward[0] >= 0 else -1), (1 if outward[1] >= 0 else -1)


def _upright_corner(camera: Camera, half_x: float, half_y: float) -> tuple[float, float]:
    """The corner of the box that is farthest to the left in the picture."""
    azimuth = np.radians(camera.azimuth)
    right = np.array([-np.sin(azimuth), np.cos(azimuth)])
    corners = [(x, y) for x in (-half_x, half_x) for y in (-half_y, half_y)]
    return min(corners, key=lambda corner: float(right @ corner))


def to_world(value: float, bounds: tuple[float, float], half: float) -> float:
    return ((value - bounds[0]) / (bounds[1] - bounds[0]) * 2 - 1) * half


def _upright(view: View) -> bool:
    return not view.flat and view.relief > 0 and abs(view.camera.elevation) < STEEP


def label_at(
    text: str, place: tuple[float, float, float], clip: Floats, size: Size, colour: Colour = TEXT
) -> list[Label]:
    """One label centred at a place in the world; none where that is behind the eye."""
    x, y, w = project(clip, np.array([place]), size)[0]
    return [Label(text, x, y, size=14.0 if colour is STRONG else 12.0, colour=colour)] if w > 0 else []


def without_overlaps(labels: list[Label], ratio: float) -> list[Label]:
    """The labels that can be read: the larger ones first, then each that touches none before it."""
    kept: list[Label] = []
    boxes: list[tuple[float, float, float, float]] = []
    for label in sorted(labels, key=lambda label: -label.size):
        width, height = len(label.text) * label.size * LETTER * ratio, label.size * ratio
        left, bottom = label.x - label.align[0] * width, label.y - label.align[1] * height
        box = (left, bottom, left + width, bottom + height)
        if all(box[2] <= b[0] or b[2] <= box[0] or box[3] <= b[1] or b[3] <= box[1] for b in boxes):
            kept.append(label)
            boxes.append(box)
    return kept
