"""The legend of a map for papers: in rows below it, where it covers nothing."""

import numpy as np

from explorer.gl.lettering import text_size
from explorer.ground.scene import NO_MARKS, Instances, Label, Scene
from explorer.looks.view import View
from explorer.writing.legend import APART_PT, INDENT_PT, MARK_PT, ROW_PT, TEXT_PT, Entry, entries

SIDE_PT = 10.0  # from the lower edge


def legend_rows(scene: Scene, view: View, width: float, ratio: float) -> list[list[Entry]]:
    """What the marks mean, in as many rows as this width needs."""
    rows: list[list[Entry]] = []
    for entry in entries(scene, view) if view.legend else []:
        if rows and _length([*rows[-1], entry], ratio) <= width - 2 * SIDE_PT * ratio:
            rows[-1].append(entry)
        else:
            rows.append([entry])
    return rows


def rows_height(rows: list[list[Entry]], ratio: float) -> float:
    """With the room below them."""
    return (len(rows) * ROW_PT + SIDE_PT) * ratio if rows else 0.0


def placed_rows(rows: list[list[Entry]], width: float, ratio: float) -> tuple[Instances, list[Label]]:
    """Marks (n, 7) and names, each row in the middle."""
    marks, labels = [], []
    for k, row in enumerate(rows):
        x = 0.5 * (width - _length(row, ratio)) + 0.5 * MARK_PT * ratio
        y = (SIDE_PT + (len(rows) - 0.5 - k) * ROW_PT) * ratio
        for entry in row:
            name, shape, diameter, colour = entry
            if diameter:
                marks.append((x, y, shape, diameter, *colour))
            labels.append(Label(name, x + INDENT_PT * ratio, y, (0.0, 0.5), TEXT_PT))
            x += _length([entry], ratio) + APART_PT * ratio
    return (np.array(marks, np.float32) if marks else NO_MARKS), labels


def _length(row: list[Entry], ratio: float) -> float:
    widths = [(0.5 * MARK_PT + INDENT_PT) * ratio + text_size(name, round(TEXT_PT * ratio))[0] for name, *_ in row]
    return sum(widths) + APART_PT * ratio * (len(row) - 1)
