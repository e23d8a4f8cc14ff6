"""Section of the panel: what the surface is coloured by, and how."""

from dataclasses import replace

from explorer.ground.maps import metric_unit, metric_word, shown_metrics
from explorer.ground.scene import usual_colour_map
from explorer.gui.board import Board
from explorer.gui.fields import check, choice, grey, keys, section
from explorer.gui.scaling import scaling_fields
from explorer.looks.view import ERROR, LEVEL, Scaling, View
from explorer.resources import COLOUR_MAPS

_WORDS = {"redblue": "red to blue", "bluebrown": "blue to brown"}
_MAP_KEYS = ("Viridis", "Grey", "Red to blue", "Rainbow")


def colours(board: Board) -> View:
    """Metric, colour map and scale of the colours."""
    view = board.view
    if not section("Colours"):
        return view
    tip = (
        "From the lowest value to the highest; automatic: viridis, or red above and blue below 0 where the sign of the "
        f"values matters{keys(*_MAP_KEYS)}"
    )
    usual = usual_colour_map(board.stage.scene)

    def word(name: str | None) -> str:
        return f"automatic ({word(usual)})" if name is None else _WORDS.get(name, name)

    name = choice("colours", (None, *COLOUR_MAPS), view.colour.map, word, tip)
    if name != view.colour.map:
        view = replace(view, colour=replace(view.colour, map=name))
    view = view if board.is_line else _by(view, board)
    if view.colour.metric == LEVEL:
        return view
    own = check("scale of their own", view.colour.scaling is not None,
                "Colours on another scale than the height; off: the same, or one chosen for the metric")  # fmt: skip
    if own != (view.colour.scaling is not None):
        view = replace(view, colour=replace(view.colour, scaling=Scaling() if own else None))
    if view.colour.scaling is not None:
        scaling = scaling_fields(
            view.colour.scaling, board.stage.paint.scale, board.drafts, "colour", board.theme.panel.alert
        )
        if scaling != view.colour.scaling:
            view = replace(view, colour=replace(view.colour, scaling=scaling))
    return view


def _by(view: View, board: Board) -> View:
    """Of which value the colours are."""
    others = [name for name in shown_metrics(board.stage.landscape) if name != board.stage.metric]
    options = (None, *others, ERROR, LEVEL)
    tip = (
        "Which value the colours stand for: the height, another metric, the error bar, or how finely each place is "
        f"measured{keys('Colour by error bar', 'Colour by refinement level')}"
    )
    shown = view.colour.metric if view.colour.metric in options else None
    chosen = choice("of", options, shown, lambda name: "the height" if name is None else metric_word(name), tip)
    if chosen is not None and (unit := metric_unit(chosen)):
        grey(f"in {unit}")
    return view if chosen == shown else replace(view, colour=replace(view.colour, metric=chosen, scaling=None))
