"""What the marks of a scene mean, in a corner of the picture: pure geometry, no GL."""

from collections.abc import Sequence

import numpy as np

from compute.verification import Outcome
from explorer.gl.lettering import text_size
from explorer.ground.marks import ARROW, DISC, GREY, LOOKS, SIGN, SIGNS
from explorer.ground.runs import CYAN, NEUTRAL, YELLOW
from explorer.ground.scene import NO_MARKS, Box, Instances, Label, Scene, shortened
from explorer.looks.theme import THEMES, Rgb
from explorer.looks.view import View
from explorer.writing.placing import Sheet, is_clear

SIGN_NAMES = {SIGN[outcome]: name for outcome, name in (
    (Outcome.VERIFIED, "verified"), (Outcome.MOVED, "moved"), (Outcome.REFUTED, "refuted"),
)}  # fmt: skip
NAMES = {0: "minimum", 1: "saddle", 2: "maximum"}  # by slice index
TEXT_PT, ROW_PT, MARK_PT, POINT_PT = 11.0, 18.0, 14.0, 5.0
SIDE_PT = 14.0  # from the sides of the picture
APART_PT = 14.0  # between two entries of a row
CLEAR_PT = 8.0  # other text keeps so far away
INDENT_PT = 12.0  # from the middle of a mark to its name

MOST_RUNS, RUN_LETTERS = 8, 28  # rows of runs, and the letters of a name

Place = tuple[float, float]
Entry = tuple[str, int, float, Rgb]  # name, shape, diameter in points, colour


def entries(scene: Scene, view: View) -> list[Entry]:
    """What occurs in the scene and is not hidden."""
    found: list[Entry] = []
    if view.glyphs:
        shapes = set((scene.marks[:, 2] % SIGNS).tolist())
        found += [(NAMES[k], shape, MARK_PT, colour) for k, (shape, _, colour) in LOOKS.items() if shape in shapes]
        signs = set((scene.marks[:, 2] // SIGNS).tolist())
        found += [(name, DISC + SIGNS * sign, MARK_PT, GREY) for sign, name in SIGN_NAMES.items() if sign in signs]
    if view.path and len(scene.path_marks):
        found += _runs(scene)
    if view.points and len(scene.points):
        found.append(("measured point", DISC, POINT_PT, THEMES[view.theme].point))
    if view.arrows and len(scene.arrows.rows):
        found.append(("steepest descent", ARROW, MARK_PT, THEMES[view.theme].arrow))
    return found


def _runs(scene: Scene) -> list[Entry]:
    """Start and end of a run that is alone; of several the start, and each of the first by name."""
    if not scene.runs:
        return [(scene.path_start, DISC, MARK_PT, YELLOW), (scene.path_end, DISC, MARK_PT, CYAN)]
    named = scene.runs[:MOST_RUNS]
    found: list[Entry] = [(scene.path_start, DISC, MARK_PT, NEUTRAL)]
    found += [(shortened(name, RUN_LETTERS), DISC, MARK_PT, colour) for name, colour in named]
    more = len(scene.runs) - len(named)
    return [*found, (f"and {more} more", DISC, 0.0, NEUTRAL)] if more else found


def legend(scene: Scene, view: View, sheet: Sheet, taken: Sequence[Box]) -> tuple[Instances, list[Label], list[Box]]:
    """Marks, their names and the box that they take, beside a surface with some room around: a column in the first
    corner at the right that is free, or below the chart of a line a row. Where there is no room for all, the runs of
    several alone; nothing without room."""
    found = entries(scene, view) if view.legend else []
    named = [entry for entry in found if scene.runs and entry in _runs(scene)]
    for tried in (found, named) if named != found else (found,):
        steps = _steps(tried, scene, sheet) if tried else []
        box = _room(scene, steps, sheet, taken) if steps else None
        if box is not None:
            clear = 0.0 if scene.domain.is_line else CLEAR_PT * sheet.ratio
            around = (box[0] - clear, box[1] - clear, box[2] + clear, box[3] + clear)
            return *_placed(tried, steps, box, sheet.ratio), [around]
    return NO_MARKS, [], []


def _steps(found: list[Entry], scene: Scene, sheet: Sheet) -> list[Place]:
    return _row(found, sheet.ratio) if scene.domain.is_line else _column(found, sheet.ratio)


def _room(scene: Scene, steps: list[Place], sheet: Sheet, taken: Sequence[Box]) -> Box | None:
    """The first place that is free. What is said at times moves it a little up, but not to the other corner."""
    (width, height), side, kept = steps[-1], SIDE_PT * sheet.ratio, [sheet.kept] if sheet.kept else []
    left, top = sheet.size[0] - side - width, sheet.size[1] - sheet.top - side - height
    if scene.domain.is_line:
        tried, leftmost = [(0.25 * side, kept), (0.25 * side, [])], sheet.left
    else:
        tried, leftmost = [(side, kept), *((box[3] + 0.5 * side, kept) for box in kept)], sheet.size[0] / 2
        tried += [(side, []), (top, kept), (top, [])]
    for bottom, others in tried:
        box = (left, bottom, left + width, bottom + height)
        if 0 <= bottom <= max(top, side) and left >= leftmost and is_clear(box, [*taken, *others]):
            return box
    return None


def _column(found: list[Entry], ratio: float) -> list[Place]:
    """How far right and down each entry begins, and at last the size of all."""
    widest = max(_width(name, ratio) for name, *_ in found)
    return [(0.0, k * ROW_PT * ratio) for k in range(len(found))] + [(widest, len(found) * ROW_PT * ratio)]


def _row(found: list[Entry], ratio: float) -> list[Place]:
    places, right = [], 0.0
    for name, *_ in found:
        places.append((right, 0.0))
        right += _width(name, ratio) + APART_PT * ratio
    return [*places, (right - APART_PT * ratio, ROW_PT * ratio)]


def _width(name: str, ratio: float) -> float:
    return text_size(name, round(TEXT_PT * ratio))[0] + (INDENT_PT + 0.5 * MARK_PT) * ratio


def _placed(found: list[Entry], steps: list[Place], box: Box, ratio: float) -> tuple[Instances, list[Label]]:
    marks, labels = [], []
    for (name, shape, diameter, colour), (right, down) in zip(found, steps[:-1], strict=True):
        x, y = box[0] + right + 0.5 * MARK_PT * ratio, box[3] - down - 0.5 * ROW_PT * ratio
        if diameter:
            marks.append((x, y, shape, diameter * ratio, *colour))
        labels.append(Label(name, x + INDENT_PT * ratio, y, (0.0, 0.5), TEXT_PT))
    return np.array(marks, np.float32), labels
