"""Numbers and names of the box around a surface: pure geometry, no GL.

What stands beside an edge is placed in the picture, not in the world: as far from the edge as its text is wide in that
direction, so that it crosses neither the axis nor what lies behind it under any camera; and farther where the surface
hangs over. The place follows from the camera alone, without jumps: text that has to go elsewhere, or nowhere, fades
before it does.
"""

from collections.abc import Callable, Iterator, Sequence
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
from explorer.writing.box import (
    TICK_WORLD,
    corner_opacity,
    height_opacity,
    is_upright,
    numbered_sides,
    side_opacity,
    smooth,
    upright_corner,
)
from explorer.writing.placing import UPRIGHT, Sheet, box_of, overlap, room_around
from explorer.writing.skyline import overhang, room_to
from explorer.writing.ticks import linear_ticks

NUMBER_PT, NAME_PT = 12.0, 14.0  # sizes of text
GAP_PT = 5.0  # from a tick to its number, and from the numbers to the name
STEP, STEPS, HALVINGS = 0.04, 10, 5  # how far from the middle of its edge a name may slide, as shares, and how finely
FREE = 0.8  # so good a place needs no better one
APART = 0.06  # so much farther towards the end of an edge is as good as towards its start
FORMS = (18, 9, 2)  # letters of a name that has no room
FEWER = (5, 3, 2)  # ticks of an axis, as many as have room for their numbers
EDGE_ON = 1e-3  # pixels between both sides of the floor, below which it is seen end on
LEVEL, WIDE_PT = 0.2, 40.0  # a name wider than this stands upright beside an edge that is nearly upright
TURN = 0.1  # on either side of ``LEVEL``: it fades while it turns
SQUINT, KEEN = 0.1, 0.3  # sines of the angle between an edge and its ticks: below them those say nothing of the way out
ACROSS = 0.25  # the same for names, by how much more
WORSE = 0.07  # to be moved away from the surface is so much worse than to be clear of it
CLEAR_PT = 8.0  # text that is nearer to something else is fainter, and half as near gone
BESIDE_PT = 3.0  # what text keeps from the surface at its ends; above and below it has room of its own
NEAR_PT = 10.0  # to be clear of the surface text goes so far anyhow, and farther where it has to
FAR_PT, FARTHEST_PT = 56.0, 80.0  # text that has to go so far to be clear of the surface is fainter, and then gone
SHORT_PT, LONG_PT = 30.0, 60.0  # an edge that looks so short has no name, or its name in full strength
FAINTEST = 0.25  # what cannot be read is left out: text is there or gone, no ghost


@dataclass(frozen=True)
class _Edge:
    """One edge of the floor that has numbers: where it runs in the world, and which way is out."""

    start: Floats
    end: Floats
    out: Floats
    opacity: float  # of what stands there: it fades where the opposite edge is as good

    def at(self, share: float) -> Floats:
        return self.start + share * (self.end - self.start)


def box_labels(scene: Scene, view: View, sheet: Sheet, taken: Sequence[Box] = ()) -> list[Label]:
    """Numbers at the ticks of two edges and of the upright axis, and the names of the axes, clear of what is taken."""
    edges = _edges(scene, view)
    bounds = (scene.domain.alpha, scene.domain.beta)
    numbers, far = zip(*(_numbers(edge, bound, sheet) for edge, bound in zip(edges, bounds, strict=True)), strict=True)
    upright = _upright_numbers(scene, view, sheet) if is_upright(view) else []
    strong = THEMES[view.theme].strong
    names: list[Label] = []
    for k, (edge, name) in enumerate(zip(edges, scene.axis_names, strict=True)):
        others = [*upright, *numbers[1 - k], *names]
        boxes = [*taken, *(box_of(label, sheet.ratio) for label in others)]
        room = far[k] + _room(edge, bounds[k], sheet)
        names += _name(Label(name, 0, 0, size=NAME_PT, colour=strong), edge, room, boxes, sheet)
    fading = [_faded(label, taken, sheet) for label in numbers[0] + numbers[1] + upright]
    crisp = (replace(label, opacity=smooth(2 * label.opacity - 0.5)) for label in (*fading, *names))
    return [label for label in crisp if label.opacity > FAINTEST]


def _faded(label: Label, taken: Sequence[Box], sheet: Sheet) -> Label:
    """Fainter the nearer it is to what is taken."""
    share = room_around(box_of(label, sheet.ratio), taken) / (0.5 * CLEAR_PT * sheet.ratio)
    return replace(label, opacity=label.opacity * smooth(share))


def _edges(scene: Scene, view: View) -> tuple[_Edge, _Edge]:
    """Of alpha and of beta."""
    half_x, half_y = (side / 2 for side in extent_world(scene.domain))
    (sign_x, sign_y), floor = numbered_sides(view), floor_world(view)
    beside_x, beside_y = side_opacity(view)
    corner = np.array([[-half_x, sign_y * half_y, floor], [half_x, sign_y * half_y, floor]])
    other = np.array([[sign_x * half_x, -half_y, floor], [sign_x * half_x, half_y, floor]])
    return (
        _Edge(corner[0], corner[1], np.array([0.0, sign_y, 0.0]), beside_y),
        _Edge(other[0], other[1], np.array([sign_x, 0.0, 0.0]), beside_x),
    )


def _numbers(edge: _Edge, bounds: tuple[float, float], sheet: Sheet) -> tuple[list[Label], float]:
    """As many as have room, and how many pixels across the edge the surface pushes them away."""
    labels: list[Label] = []
    far = 0.0
    for about in FEWER:
        placed = []
        for tick, text in named_ticks(linear_ticks(*bounds, about)):
            share = (tick - bounds[0]) / (bounds[1] - bounds[0])
            placed += _beside(Label(text, 0, 0, size=NUMBER_PT, opacity=edge.opacity), edge, share, 0.0, sheet)
        labels, far = [label for label, _ in placed], max((away for _, away in placed), default=0.0)
        boxes = [box_of(label, sheet.ratio) for label in labels]
        if not any(overlap(a, b) for k, a in enumerate(boxes) for b in boxes[k + 1 :]):
            break
    return labels, far


def _room(edge: _Edge, bounds: tuple[float, float], sheet: Sheet) -> float:
    """Pixels across the edge that its numbers take, however many of them are shown."""
    normal, ratio = _normal(edge, sheet), sheet.ratio
    widest = [Label(text, 0, 0, size=NUMBER_PT) for _, text in named_ticks(linear_ticks(*bounds, FEWER[0]))]
    wide = max((2 * _support(number, normal, ratio) for number in widest), default=0.0)
    return wide + GAP_PT * ratio


def _name(label: Label, edge: _Edge, room: float, boxes: list[Box], sheet: Sheet) -> list[Label]:
    """Beyond the numbers, as much of it as there is room for; none where there is none at all. It fades where it comes
    near to something, and is gone before it appears in another form."""
    left = edge.opacity * _length(edge, sheet)
    for form, taken in _tries(label, edge, boxes, sheet):
        found = _slid(form, edge, room, taken, sheet)
        opacity = left * found.opacity * smooth(10 * found.good - 5)
        if found.label and opacity > FAINTEST:
            return [replace(found.label, opacity=opacity)]
        left *= 1 - smooth(10 * found.good - 4)
    return []


def _tries(label: Label, edge: _Edge, boxes: list[Box], sheet: Sheet) -> Iterator[tuple[Label, list[Box]]]:
    """A name in all its forms, the best first, with what it keeps clear of; its opacity is how well its letters run
    with the edge."""
    tilt = abs(float(_normal(edge, sheet)[1]))
    steep = smooth((LEVEL + TURN - tilt) / (2 * TURN))
    wide = text_size(label.text, round(NAME_PT))[0] > WIDE_PT
    for text in _forms(label.text):
        for taken in ([*boxes, sheet.kept], boxes) if sheet.kept else (boxes,):
            for angle, opacity in ((0.0, 1 - steep), (UPRIGHT, steep)) if wide else ((0.0, 1.0),):
                if opacity > 0:
                    yield replace(label, text=text, angle=angle, opacity=opacity), taken


@dataclass(frozen=True)
class _Found:
    """A name in a place, how good that is from 0 to 1, and how far it stands out from the next best."""

    label: Label | None
    good: float
    opacity: float = 1.0


def _slid(form: Label, edge: _Edge, room: float, taken: list[Box], sheet: Sheet) -> _Found:
    """As near to the middle of the edge as it is free, so that it slides out of the way of what comes near, rather to
    its start; where both ways are as good it fades."""

    def at(share: float) -> _Found:
        for found, _ in _beside(form, edge, share, room, sheet):
            clear = room_around(box_of(found, sheet.ratio), taken, sheet) / (CLEAR_PT * sheet.ratio)
            return _Found(found, found.opacity * min(max(clear, 0.0), 1.0))
        return _Found(None, 0.0)

    tried = {0.0: at(0.5)}
    free = {side: 0.0 for side in (-1, 1) if tried[0.0].good >= FREE * form.opacity}
    for step in range(1, STEPS + 1):
        if free and STEP * step > min(free.values()) + 2 * APART:
            break
        for side in {-1, 1} - set(free):
            off = side * STEP * step
            tried[off] = at(0.5 + off)
            if tried[off].good >= FREE * form.opacity:
                free[side] = step * STEP
    if not free:
        return max(tried.values(), key=lambda found: found.good)
    for side in [side for side in free if free[side]]:
        free[side] = _nearest(at, side, free[side], FREE * form.opacity)
    worse = {side: off + (APART if side > 0 and off else 0.0) for side, off in free.items()}
    side = min(worse, key=lambda side: worse[side])
    apart = abs(worse.get(-side, np.inf) - worse[side]) / APART if free[side] else 1.0
    return replace(at(0.5 + side * free[side]), opacity=smooth(apart))


def _nearest(at: Callable[[float], _Found], side: int, free: float, good: float) -> float:
    """How near to the middle it is free, within a step of where it is."""
    blocked = free - STEP
    for _ in range(HALVINGS):
        middle = 0.5 * (blocked + free)
        blocked, free = (blocked, middle) if at(0.5 + side * middle).good >= good else (middle, free)
    return free


def _forms(name: str) -> list[str]:
    """The whole name, as many of its first letters as may have room, and the Greek letter alone of one that has one."""
    letter, dot, _ = name.partition(" · ")
    cut = [f"{_cut(name, letters - 1)}…" for letters in FORMS if letters < len(name)]
    return [name, *(text for text in cut[:1] if len(text) > len(letter) + len(dot)), letter] if dot else [name, *cut]


def _cut(name: str, letters: int) -> str:
    """The first words that are so short; of a longer word its beginning."""
    head = name[:letters]
    return (head if name[letters] == " " or " " not in head else head.rpartition(" ")[0]).rstrip(" ·(")


def _length(edge: _Edge, sheet: Sheet) -> float:
    """How much of a name an edge is worth, by how long it looks."""
    seen = project(sheet.clip, np.stack([edge.start, edge.end]), sheet.size)
    if not (seen[:, 2] > 0).all():
        return 1.0
    length = float(np.linalg.norm(seen[1, :2] - seen[0, :2])) / sheet.ratio
    return smooth((length - SHORT_PT) / (LONG_PT - SHORT_PT))


def _beside(label: Label, edge: _Edge, share: float, room: float, sheet: Sheet) -> list[tuple[Label, float]]:
    """The label at a place of the edge, ``room`` pixels beyond the ticks or farther, clear of the surface, and how much
    farther across the edge; none where that is behind the eye."""
    tip = edge.at(share) + TICK_WORLD * edge.out
    seen = project(sheet.clip, np.stack([edge.at(share), tip]), sheet.size)
    if not (seen[:, 2] > 0).all():
        return []
    squint = SQUINT + (ACROSS if room else 0.0)
    normal, way, ratio = _normal(edge, sheet), _way(edge, share, squint, sheet), sheet.ratio
    away = (room + GAP_PT * ratio + _support(label, normal, ratio)) / float(way @ normal)
    x, y = (seen[1, :2] + away * way).tolist()
    pushed, far = _pushed(replace(label, x=x, y=y), way, sheet)
    return [(pushed, far * float(way @ normal))]


def _pushed(label: Label, way: Floats, sheet: Sheet) -> tuple[Label, float]:
    """The label clear of the surface, fainter where that is far, and how far; left where it is if that is in the open,
    before a surface that is far off. Between the two it is gone."""
    box, ratio = box_of(label, sheet.ratio), sheet.ratio
    box = box[0] - BESIDE_PT * ratio, box[1], box[2] + BESIDE_PT * ratio, box[3]
    far = min(overhang(box, way, sheet.ground), FARTHEST_PT * ratio)
    if far == 0:
        return label, 0.0
    moved = smooth((FARTHEST_PT - far / ratio) / (FARTHEST_PT - FAR_PT))
    clear = smooth(2 * room_to(box, sheet.ground) / (CLEAR_PT * ratio))
    here, there = clear * smooth((far / ratio - NEAR_PT) / NEAR_PT), (1 - WORSE) * moved
    apart = smooth(abs(here - there) / (WORSE * max(here, there, 1e-9)))
    if here > there:
        return replace(label, opacity=label.opacity * clear * apart), 0.0
    x, y = (np.array([label.x, label.y]) + far * way).tolist()
    return replace(label, x=x, y=y, opacity=label.opacity * moved * apart), far


def _way(edge: _Edge, share: float, squint: float, sheet: Sheet) -> Floats:
    """(2,) unit vector in the picture, the way that labels go from the edge: that of the ticks, or across it where
    those run nearly along it."""
    place, normal = edge.at(share), _normal(edge, sheet)
    seen = project(sheet.clip, np.stack([place, place + TICK_WORLD * edge.out]), sheet.size)
    tick = seen[1, :2] - seen[0, :2]
    along = tick / max(float(np.linalg.norm(tick)), 1e-9)
    keen = smooth((float(along @ normal) - squint) / (KEEN - SQUINT))
    way: Floats = keen * along + (1 - keen) * normal
    return way / np.linalg.norm(way)


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
    opacity = height_opacity(view) * corner_opacity(view.camera, *(side / 2 for side in extent_world(scene.domain)))
    labels: list[Label] = []
    for (text, _), (px, py, w) in zip(ticks, seen.tolist(), strict=True):
        label = Label(text, 0, 0, size=NUMBER_PT, opacity=opacity)
        away = GAP_PT * ratio + _support(label, out, ratio)
        label, _ = _pushed(replace(label, x=px + away * out[0], y=py + away * out[1]), out, sheet)
        if w > 0 and (not labels or not overlap(box_of(label, ratio), box_of(labels[-1], ratio))):
            labels.append(label)
    return labels
