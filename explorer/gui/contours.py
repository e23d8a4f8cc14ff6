"""Section of the panel: lines of equal value."""

from dataclasses import replace

from explorer.ground.levels import contour_levels
from explorer.gui.board import Board
from explorer.gui.fields import check, choice, coloured, keys, number_text, numbers, section, slider, whole
from explorer.looks.limits import MOST_LEVELS
from explorer.looks.view import ContourPlace, Contours, ContourStyle, Spacing, View

MOST_ON_SLIDER = 100
_PLACES = {
    ContourPlace.SURFACE: "on the surface",
    ContourPlace.HEIGHT: "at their height",
    ContourPlace.FLOOR: "on the floor",
}


def contours(board: Board) -> View:
    """Style, levels and places of the isolines."""
    view = board.view
    if board.is_line or not section("Contours"):
        return view
    tip = f"Lines of equal value{keys('In one colour', 'In two colours')}"
    lines = replace(view.contours, style=choice("lines", tuple(ContourStyle), view.contours.style, _word, tip))
    if lines.style is not ContourStyle.OFF:
        lines = _look(_levels(lines, board), board)
    return view if lines == view.contours else replace(view, contours=lines)


def _word(option: ContourStyle | Spacing) -> str:
    return str(option.value)


def _levels(lines: Contours, board: Board) -> Contours:
    """At which values they lie."""
    drafts = board.drafts
    typed = drafts.text("levels", ", ".join(map(number_text, lines.levels)),
                        "Explicit values, in units of the metric, such as 0.1, 0.5, 1; empty: so many as the count",
                        "0.1, 0.5, 1")  # fmt: skip
    if typed is not None:
        found = numbers(typed)
        if found is None:
            drafts.complaint = f"levels: {typed.strip()!r}: give numbers with commas between them, such as 0.1, 0.5, 1"
        elif len(found) > MOST_LEVELS:
            drafts.complaint = f"levels: at most {MOST_LEVELS}"
        else:
            lines = replace(lines, levels=found)
    if not lines.levels:
        tip = "Number of levels between the lowest value and the cap; Ctrl and a click types it"
        lines = replace(lines, count=whole("count", lines.count, tip, "contours.count", MOST_ON_SLIDER))
        tip = "Even on the scale of the height, by equal differences, or by equal factors"
        lines = replace(lines, spacing=choice("spacing", tuple(Spacing), lines.spacing, _word, tip))
    if complaint := contour_levels(board.stage.map.scale, lines).complaint:
        coloured(complaint, board.theme.panel.alert)
    return lines


def _look(lines: Contours, board: Board) -> Contours:
    """Where and how they are drawn."""
    tip = "On the surface as it is drawn, at their own height whatever the surface does, or below it"
    lines = replace(lines, place=choice("place", tuple(_PLACES), lines.place, _PLACES.__getitem__, tip))
    width = slider("width", lines.width, "Of the lines, in points", "contours.width", shape="%.1f pt", most=4.0)
    lines = replace(lines, width=width)
    tip = "Every so many lines one is heavier; 0: none"
    lines = replace(lines, emphasis=whole("heavier", lines.emphasis, tip, "contours.emphasis", 10))
    tip = f"Values along the lines in the map view{keys('Labels in the map view')}"
    lines = replace(lines, labels=check("labels", lines.labels, tip))
    tip = f"Projected on the grid below the surface, whatever else is drawn{keys('On the floor too')}"
    return replace(lines, on_floor=check("on the floor too", lines.on_floor, tip))
