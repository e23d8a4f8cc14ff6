"""Numbers and names of the box around a surface: pure geometry, no GL.

What stands beside an edge is placed in the picture, not in the world: as far from the edge as its text is wide in that
direction, so that it crosses neither the axis nor what lies behind it under any camera.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from compute.landscape import Floats
from explorer.camera.camera import project
from explorer.gl.lettering import text_size
from explorer.ground.heights import extent_world
from explorer.ground.scene import Box, Label, Scene, floor_world, relief_world
from explorer.looks.theme import THEMES
from explorer.looks.view import View
from explorer.writing.annotations import named_ticks, value_heights
from explorer.writing.box import TICK_WORLD, is_upright, numbered_sides, upright_corner
from explorer.writing.placing import UPRIGHT, Sheet, box_of, is_clear, is_inside, overlap
from explorer.writing.ticks import linear_ticks

NUMBER_PT, NAME_PT = 12.0, 14.0  # sizes of text
GAP_PT = 5.0  # from a tick to its number, and from the numbers to the name
ALONG = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9)  # places of a name on its edge, the best first
FEWER = (5, 3, 2)  # ticks of an axis, as many as have room for their numbers
EDGE_ON = 1e-3  # pixels between both sides of the floor, below which it is seen end on
LEVEL, WIDE_PT = 0.2, 40.0  # a name wider than this stands upright beside an edge that is nearly upright
SQUINT = 0.35  # least sine of the angle between an edge and its ticks that counts


@dataclass(frozen=True)
class _Edge:
    """One edge of the floor that has numbers: where it runs in the world, and which way is out."""

    start: Floats
    end: Floats
    out: Floats

    def at(self, share: float) -> Floats:
        return self.start + share * (self.end - self.start)


def box_labels(scene: Scene, view: View, sheet: Sheet, taken: Sequence[Box] = ()) -> list[Label]:
    """Numbers at the ticks of two edges and of the upright axis, and the names of the axes, clear of what is taken."""
    edges = _edges(scene, view)
    bounds = (scene.domain.alpha, scene.domain.beta)
    numbers = [_numbers(edge, bound, sheet) for edge, bound in zip(edges, bounds, strict=True)]
    labels = numbers[0] + numbers[1] + (_upright_numbers(scene, view, sheet) if is_upright(view) else [])
    strong = THEMES[view.theme].strong
    for edge, name, beside in zip(edges, scene.axis_names, numbers, strict=True):
        boxes = [*taken, *(box_of(label, sheet.ratio) for label in labels)]
        labels += _name(Label(name, 0, 0, size=NAME_PT, colour=strong), edge, beside, boxes, sheet)
    return labels


def _edges(scene: Scene, view: View) -> tuple[_Edge, _Edge]:
    """Of alpha and of beta."""
    half_x, half_y = (side / 2 for side in extent_world(scene.domain))
    (sign_x, sign_y), floor = numbered_sides(view), floor_world(view)
    corner = np.array([[-half_x, sign_y * half_y, floor], [half_x, sign_y * half_y, floor]])
    other = np.array([[sign_x * half_x, -half_y, floor], [sign_x * half_x, half_y, floor]])
    return (
        _Edge(corner[0], corner[1], np.array([0.0, sign_y, 0.0])),
        _Edge(other[0], other[1], np.array([sign_x, 0.0, 0.0])),
    )


def _numbers(edge: _Edge, bounds: tuple[float, float], sheet: Sheet) -> list[Label]:
    """As many as have room."""
    labels: list[Label] = []
    for about in FEWER:
        labels = []
        for tick, text in named_ticks(linear_ticks(*bounds, about)):
            share = (tick - bounds[0]) / (bounds[1] - bounds[0])
            labels += _beside(Label(text, 0, 0, size=NUMBER_PT), edge, share, 0.0, sheet)
        boxes = [box_of(label, sheet.ratio) for label in labels]
        if not any(overlap(a, b) for k, a in enumerate(boxes) for b in boxes[k + 1 :]):
            break
    return labels


def _name(label: Label, edge: _Edge, numbers: list[Label], boxes: list[Box], sheet: Sheet) -> list[Label]:
    """Beyond the numbers, where there is room along the edge; none where there is none at all."""
    normal, ratio = _normal(edge, sheet), sheet.ratio
    if abs(normal[1]) < LEVEL and text_size(label.text, round(NAME_PT))[0] > WIDE_PT:
        label = replace(label, angle=UPRIGHT)
    room = max((2 * _support(number, normal, ratio) for number in numbers), default=0.0) + GAP_PT * ratio
    possible = [found for share in ALONG for found in _beside(label, edge, share, room, sheet)]
    for taken in ([*boxes, sheet.kept], boxes) if sheet.kept else (boxes,):
        for found in possible:
            box = box_of(found, ratio)
            if is_clear(box, taken) and is_inside(box, sheet):
                return [found]
    return []


def _beside(label: Label, edge: _Edge, share: float, room: float, sheet: Sheet) -> list[Label]:
    """The label at a place of the edge, ``room`` pixels beyond the ticks; none where that is behind the eye."""
    place = edge.at(share)
    seen = project(sheet.clip, np.stack([place, place + TICK_WORLD * edge.out]), sheet.size)
    if not (seen[:, 2] > 0).all():
        return []
    normal, ratio = _normal(edge, sheet), sheet.ratio
    tick = seen[1, :2] - seen[0, :2]
    length = float(np.linalg.norm(tick))
    along = tick / length if length > 1e-6 else normal
    if float(along @ normal) < SQUINT:
        along = normal
    away = (room + GAP_PT * ratio + _support(label, normal, ratio)) / float(along @ normal)
    x, y = (seen[1, :2] + away * along).tolist()
    return [replace(label, x=x, y=y)]


def _normal(edge: _Edge, sheet: Sheet) -> Floats:
    """(2,) unit vector in the picture, across the edge and away from the middle of the floor."""
    middle = edge.at(0.5)
    seen = project(sheet.clip, np.stack([edge.start, edge.end, middle, middle + 0.1 * edge.out]), sheet.size)[:, :2]
    run = seen[1] - seen[0]
    out = seen[3] - seen[2]
    if float(np.linalg.norm(run)) < 1e-6:
        return np.asarray(out / max(float(np.linalg.norm(out)), 1e-9))
    normal: Floats = np.array([run[1], -run[0]]) / np.linalg.norm(run)
    side = float(normal @ out)
    if abs(side) < EDGE_ON:  # the floor is seen end on: below it
        side = -normal[1]
    return normal if side >= 0 else -normal


def _support(label: Label, direction: Floats, ratio: float) -> float:
    """How far the text reaches from its middle in a direction."""
    width, height = text_size(label.text, round(label.size * ratio), label.weight)
    if label.angle == UPRIGHT:
        width, height = height, width
    return 0.5 * float(abs(direction[0]) * width + abs(direction[1]) * height)


def _upright_numbers(scene: Scene, view: View, sheet: Sheet) -> list[Label]:
    """Values beside the upright axis, on its outer side; none that would touch the one below."""
    x, y = upright_corner(view.camera, *(side / 2 for side in extent_world(scene.domain)))
    relief = relief_world(view, scene.scale)
    ticks, ratio = value_heights(scene.scale), sheet.ratio
    places = np.array([(x, y, height * relief) for _, height in ticks]).reshape(-1, 3)
    seen = project(sheet.clip, places, sheet.size)
    ends = project(sheet.clip, np.array([(x, y, 0.0), (x, y, relief)]), sheet.size)[:, :2]
    run = ends[1] - ends[0]
    out = np.array([-run[1], run[0]]) / max(float(np.linalg.norm(run)), 1e-9)
    labels: list[Label] = []
    for (text, _), (px, py, w) in zip(ticks, seen.tolist(), strict=True):
        label = Label(text, 0, 0, size=NUMBER_PT)
        away = GAP_PT * ratio + _support(label, out, ratio)
        label = replace(label, x=px + away * out[0], y=py + away * out[1])
        if w > 0 and (not labels or not overlap(box_of(label, ratio), box_of(labels[-1], ratio))):
            labels.append(label)
    return labels
