"""Sections of the panel: what else is drawn, and what is cut away."""

from dataclasses import replace
from typing import Any

from imgui_bundle import imgui

from compute.messages import PLANE
from explorer.ground.arrows import why_no_arrows
from explorer.gui.board import Board
from explorer.gui.fields import button, check, grey, keys, section, span
from explorer.gui.inspecting import inspecting
from explorer.looks.view import Cut, Span, View
from explorer.writing.ticks import tick_label

_LAYERS = (
    ("glyphs", "critical points", "Minima, saddles and maxima of the measured grid", "Critical points"),
    ("path", "descent path", "The training, from yellow to cyan, projected on the plane", "Descent path"),
    ("points", "measured points", "Where the network was measured", "Measured points"),
    ("arrows", "gradient arrows", "Steepest descent in the plane, per length in weight space: so on axes that are not "
     "at right angles or not of one length they are not square to the isolines; longer where it is steeper",
     "Gradient arrows"),
    ("axes", "axes", "Box, ticks and numbers, in units of the directions", "Axes"),
    ("colour_bar", "colour bar", "Which colour is which value", "Colour bar"),
    ("legend", "legend", "What the marks are", "Legend"),
    ("smooth", "smooth", "A spline through the measured points; off: straight lines between them", "Smooth"),
    ("flat", "flat", "Everything on the floor, as a map", "Flat floor"),
    ("occlusion", "soft shadow", "Hollows are darker; on a graphics card only", "Soft shadow in hollows"),
)  # fmt: skip
_NOT_OF_A_LINE = ("arrows", "colour_bar", "flat", "occlusion")


def layers(board: Board) -> View:
    """Which layers are shown."""
    view = board.view
    if not section("Layers"):
        return view
    offered = [layer for layer in _LAYERS if not (board.is_line and layer[0] in _NOT_OF_A_LINE)]
    column = imgui.get_content_region_avail().x / 2
    for k, (name, label, tip, action) in enumerate(offered):
        if k % 2:
            imgui.same_line(imgui.get_style().window_padding.x + column)
        missing = _missing(board, name)
        imgui.begin_disabled(bool(missing))
        flag: dict[str, Any] = {name: check(label, getattr(view, name), f"{tip}{keys(action)}{missing}")}
        imgui.end_disabled()
        view = replace(view, **flag)
    if not board.is_line and why_no_arrows(board.stage.landscape):
        grey(f"No arrows: {why_no_arrows(board.stage.landscape)}.")
        inspecting(board, PLANE, "arrows")
    return view


def _missing(board: Board, layer: str) -> str:
    """Why there is nothing of a layer to be shown."""
    why = why_no_arrows(board.stage.landscape) if layer == "arrows" else ""
    return f"\n\n{why[:1].upper()}{why[1:]}" if why else ""


def cutting(board: Board) -> View:
    """Planes that open the surface, and the cross-section."""
    view = board.view
    if board.is_line or not section("Cut and cross-section", opened=view.cut != Cut() or view.section is not None):
        return view
    cut, domain = view.cut, board.stage.scene.domain
    cut = replace(cut, alpha=span("α##cut", cut.alpha, "What is kept along α; drag both ends", _place(domain.alpha)))
    cut = replace(cut, beta=span("β##cut", cut.beta, "What is kept along β; drag both ends", _place(domain.beta)))
    tip = "What is kept of the height, in per cent of its full range; drag both ends"
    cut = replace(cut, height=span("height##cut", cut.height, tip, lambda share: f"{100 * share:.0f} %"))
    view = view if cut == view.cut else replace(view, cut=cut)
    if view.cut != Cut() and button("Cut nothing", "Keep all of the surface"):
        view = replace(view, cut=Cut())
    if view.section is None:
        grey(f"Cross-section: choose the tool{keys('Cross-section')}, then drag a line over the surface")
    elif button("Remove the cross-section", "The line, and the plot of the loss along it"):
        view = replace(view, section=None)
    return view


def _place(bounds: Span) -> Any:
    """What a share of an axis stands for."""
    return lambda share: tick_label(float(f"{bounds[0] + share * (bounds[1] - bounds[0]):.3g}"))
