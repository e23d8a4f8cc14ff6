"""Numbers and names of the box around a surface: pure geometry, no GL. See ``explorer.writing.beside``."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from explorer.camera.camera import project
from explorer.ground.heights import extent_world
from explorer.ground.scene import Box, Label, Scene, relief_world
from explorer.looks.theme import THEMES
from explorer.looks.view import View
from explorer.writing.annotations import named_ticks, value_heights
from explorer.writing.axis_names import FAINTEST, NAME_PT, axis_name
from explorer.writing.beside import CLEAR_PT, GAP_PT, Edge, beside, edges_of, normal_of, pushed, support
from explorer.writing.box import corner_opacity, height_opacity, is_upright, smooth, upright_corner
from explorer.writing.placing import Sheet, box_of, overlap, room_around
from explorer.writing.ticks import linear_ticks

NUMBER_PT = 12.0  # size of the numbers
FEWER = (5, 3, 2)  # ticks of an axis, as many as have room for their numbers


def box_labels(scene: Scene, view: View, sheet: Sheet, taken: Sequence[Box] = ()) -> list[Label]:
    """Numbers at the ticks of two edges and of the upright axis, and the names of the axes, clear of what is taken."""
    edges = edges_of(scene, view)
    bounds = (scene.domain.alpha, scene.domain.beta)
    numbers, far = zip(*(_numbers(edge, bound, sheet) for edge, bound in zip(edges, bounds, strict=True)), strict=True)
    upright = _upright_numbers(scene, view, sheet) if is_upright(view) else []
    strong = THEMES[view.theme].strong
    names: list[Label] = []
    for k, (edge, name) in enumerate(zip(edges, scene.axis_names, strict=True)):
        others = [*upright, *numbers[1 - k], *names]
        boxes = [*taken, *(box_of(label, sheet.ratio) for label in others)]
        room = far[k] + _room(edge, bounds[k], sheet)
        names += axis_name(Label(name, 0, 0, size=NAME_PT, colour=strong), edge, room, boxes, sheet)
    fading = [_faded(label, taken, sheet) for label in numbers[0] + numbers[1] + upright]
    crisp = (replace(label, opacity=smooth(2 * label.opacity - 0.5)) for label in (*fading, *names))
    return [label for label in crisp if label.opacity > FAINTEST]


def _faded(label: Label, taken: Sequence[Box], sheet: Sheet) -> Label:
    """Fainter the nearer it is to what is taken."""
    share = room_around(box_of(label, sheet.ratio), taken) / (0.5 * CLEAR_PT * sheet.ratio)
    return replace(label, opacity=label.opacity * smooth(share))


def _numbers(edge: Edge, bounds: tuple[float, float], sheet: Sheet) -> tuple[list[Label], float]:
    """As many as have room, and how many pixels across the edge the surface pushes them away."""
    labels: list[Label] = []
    far = 0.0
    for about in FEWER:
        placed = []
        for tick, text in named_ticks(linear_ticks(*bounds, about)):
            share = (tick - bounds[0]) / (bounds[1] - bounds[0])
            placed += beside(Label(text, 0, 0, size=NUMBER_PT, opacity=edge.opacity), edge, share, 0.0, sheet)
        labels, far = [label for label, _ in placed], max((away for _, away in placed), default=0.0)
        boxes = [box_of(label, sheet.ratio) for label in labels]
        if not any(overlap(a, b) for k, a in enumerate(boxes) for b in boxes[k + 1 :]):
            break
    return labels, far


def _room(edge: Edge, bounds: tuple[float, float], sheet: Sheet) -> float:
    """Pixels across the edge that its numbers take, however many of them are shown."""
    normal, ratio = normal_of(edge, sheet), sheet.ratio
    widest = [Label(text, 0, 0, size=NUMBER_PT) for _, text in named_ticks(linear_ticks(*bounds, FEWER[0]))]
    wide = max((2 * support(number, normal, ratio) for number in widest), default=0.0)
    return wide + GAP_PT * ratio


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
    opacity = height_opacity(view) * corner_opacity(view.camera, *(side / 2 for side in extent_world(scene.domain)))
    labels: list[Label] = []
    for (text, _), (px, py, w) in zip(ticks, seen.tolist(), strict=True):
        label = Label(text, 0, 0, size=NUMBER_PT, opacity=opacity)
        away = GAP_PT * ratio + support(label, out, ratio)
        label, _ = pushed(replace(label, x=px + away * out[0], y=py + away * out[1]), out, sheet)
        if w > 0 and (not labels or not overlap(box_of(label, ratio), box_of(labels[-1], ratio))):
            labels.append(label)
    return labels
