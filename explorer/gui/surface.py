"""Section of the panel: the surface, or the curve of a line."""

from dataclasses import replace

from explorer.ground.maps import metric_unit, metric_word, shown_metrics
from explorer.gui.board import Board
from explorer.gui.fields import check, choice, grey, keys, section, slider
from explorer.gui.scaling import scaling_fields
from explorer.looks.view import Scaling, SurfaceMode, View

_MODES = {
    SurfaceMode.LIT: "lit",
    SurfaceMode.FACETED: "faceted",
    SurfaceMode.WIREFRAME: "wireframe",
    SurfaceMode.COLOUR: "colour",
    SurfaceMode.MESH: "lit with grid",
    SurfaceMode.HIDDEN: "hidden",
}
_LINE_MODES = {
    SurfaceMode.LIT: "area",
    SurfaceMode.WIREFRAME: "points",
    SurfaceMode.COLOUR: "colour",
    SurfaceMode.MESH: "area with points",
    SurfaceMode.HIDDEN: "curve alone",
}
_MODE_KEYS = ("Lit", "Wireframe of the measured grid", "Colour without light", "Lit with the measured grid", "Faceted")


def surface(board: Board) -> View:
    """What is shown as height, how it is drawn, and on which scale."""
    if not section("Curve" if board.is_line else "Surface"):
        return board.view
    view = _metric(board)
    modes = _LINE_MODES if board.is_line else _MODES
    tip = f"How the ground is drawn{keys(*_MODE_KEYS, 'Hide the surface')}"
    view = replace(view, surface=choice("mode", tuple(modes), view.surface, modes.__getitem__, tip))
    if not board.is_line:
        tip = f"1: nothing is seen through it; below, the inside of the basin is{keys('Transparent')}"
        view = replace(view, opacity=slider("opacity", view.opacity, tip, "opacity"))
    view = _relief(view, board)
    height = scaling_fields(view.height, board.stage.map.scale, board.drafts, "height", board.theme.panel.alert)
    view = view if height == view.height else replace(view, height=height)
    if board.is_line:
        return view
    tip = "What is above the cap is cut away, so that one looks inside; off: a plateau at the cap"
    return replace(view, open_top=check("open above the cap", view.open_top, tip))


def _metric(board: Board) -> View:
    """What is shown as height. Another metric has another scale: wishes about that of the last one are void."""
    view, names = board.view, shown_metrics(board.stage.landscape)
    if len(names) < 2:
        return view
    tip = "Which of the measured values is shown as height"
    chosen = choice("height", names, board.stage.metric, metric_word, tip)
    if unit := metric_unit(board.stage.metric):
        grey(f"in {unit}")
    return view if chosen == board.stage.metric else replace(view, metric=chosen, height=Scaling(), threshold=None)


def _relief(view: View, board: Board) -> View:
    tip = "Height of the highest point" if view.normalise else "Height of one unit of the scaled value"
    relief = slider("relief", view.relief, f"{tip}, in half sides of the domain (r resets)", "relief", most=1.5)
    if relief != view.relief:
        view = replace(view, relief=relief, flat=False)
    tip = "The highest point is always as high as the relief; off: heights of several landscapes can be compared"
    return replace(view, normalise=check("normalise", view.normalise, tip))
