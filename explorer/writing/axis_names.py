"""The name of an axis beside its edge of the floor: where, and how much of it. Pure geometry, no GL."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from explorer.camera.camera import project
from explorer.gl.lettering import text_size
from explorer.ground.scene import Box, Label
from explorer.writing.beside import CLEAR_PT, Edge, beside, normal_of
from explorer.writing.box import smooth
from explorer.writing.placing import UPRIGHT, Sheet, box_of, room_around

NAME_PT = 14.0  # size of the text
STEP, STEPS, HALVINGS = 0.04, 10, 5  # how far from the middle of its edge a name may slide, as shares, and how finely
FREE = 0.8  # so good a place needs no better one
APART = 0.06  # so much farther towards the end of an edge is as good as towards its start
FORMS = (18, 9, 2)  # letters of a name that has no room
LEVEL, WIDE_PT = 0.2, 40.0  # a name wider than this stands upright beside an edge that is nearly upright
TURN = 0.1  # on either side of ``LEVEL``: it fades while it turns
SHORT_PT, LONG_PT = 30.0, 60.0  # an edge that looks so short has no name, or its name in full strength
FAINTEST = 0.25  # what cannot be read is left out: text is there or gone, no ghost


def axis_name(label: Label, edge: Edge, room: float, boxes: list[Box], sheet: Sheet) -> list[Label]:
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


def _tries(label: Label, edge: Edge, boxes: list[Box], sheet: Sheet) -> Iterator[tuple[Label, list[Box]]]:
    """A name in all its forms, the best first, with what it keeps clear of; its opacity is how well its letters run
    with the edge."""
    tilt = abs(float(normal_of(edge, sheet)[1]))
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


def _slid(form: Label, edge: Edge, room: float, taken: list[Box], sheet: Sheet) -> _Found:
    """As near to the middle of the edge as it is free, so that it slides out of the way of what comes near, rather to
    its start; where both ways are as good it fades."""

    def at(share: float) -> _Found:
        for found, _ in beside(form, edge, share, room, sheet):
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


def _length(edge: Edge, sheet: Sheet) -> float:
    """How much of a name an edge is worth, by how long it looks."""
    seen = project(sheet.clip, np.stack([edge.start, edge.end]), sheet.size)
    if not (seen[:, 2] > 0).all():
        return 1.0
    length = float(np.linalg.norm(seen[1, :2] - seen[0, :2])) / sheet.ratio
    return smooth((length - SHORT_PT) / (LONG_PT - SHORT_PT))
