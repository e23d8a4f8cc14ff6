"""Section of the panel: how wide and how flat the valley of a minimum is, in this slice."""

import math
from dataclasses import replace

from imgui_bundle import imgui

from explorer.desk.point_wording import place_text
from explorer.desk.valley_wording import basin_lines, sharpness_line
from explorer.ground.basins import as_key, lowest_minimum, sharpness, valley
from explorer.ground.critical import Place, is_minimum
from explorer.ground.maps import is_loss
from explorer.ground.weight_space import gram, half_side
from explorer.gui.board import Board
from explorer.gui.fields import explain, grey, section
from explorer.looks.settings import EPSILONS

_RADIUS = "Radius of the ball in weight space around the minimum, as far as it lies in the plane"


def flatness(board: Board) -> Board:
    """Of the minimum that is chosen, else of the lowest one; the radius may be set."""
    stage = board.stage
    place = _place(board)
    if place is None or board.is_line or not is_loss(stage.landscape, stage.metric):
        return board
    if not section("Valley of the minimum", opened=False):
        return board
    metric = as_key(gram(stage.landscape))
    chosen = place in board.selection.chosen
    grey(f"{'Chosen' if chosen else 'Lowest'} minimum of the slice, {place_text(place)}")
    found = valley(stage.critical, place, metric)
    for line, tip in basin_lines(found):
        imgui.text_wrapped(line)
        explain(tip)
    side = half_side(stage.landscape)
    if metric is None or side is None:
        grey("Nothing is known of lengths in weight space, and so no ε-sharpness.")
        return board
    board = _radius(board, side)
    line, tip = sharpness_line(sharpness(stage.map, place, board.preferences.epsilon * side, metric))
    imgui.text_wrapped(line)
    explain(tip)
    return board


def _place(board: Board) -> Place | None:
    chosen = [each for each in board.selection.present(board.stage) if is_minimum(board.stage.critical, each)]
    return chosen[-1] if chosen else lowest_minimum(board.stage.critical)


def _radius(board: Board, side: float) -> Board:
    """How far around the minimum; on a logarithmic slider, shown as a length in weight space."""
    share = board.preferences.epsilon
    low, high = (math.log(bound) for bound in EPSILONS)
    shown = f"ε {share * side:.3g}"
    flags = imgui.SliderFlags_.no_input.value | imgui.SliderFlags_.always_clamp.value
    changed, moved = imgui.slider_float("radius", math.log(share), low, high, shown, flags)
    explain(f"{_RADIUS}; now {100 * share:.3g} % of half the shorter side of the domain")
    if not changed:
        return board
    epsilon = min(max(math.exp(moved), EPSILONS[0]), EPSILONS[1])
    return replace(board, preferences=replace(board.preferences, epsilon=epsilon))
