"""The panel: its sections one below the other, at the left of the window."""

from collections.abc import Callable
from dataclasses import replace

from imgui_bundle import ImVec2, imgui

from explorer.gui.board import Board, Wishes
from explorer.gui.colours import colours
from explorer.gui.comparing import comparing, preferring
from explorer.gui.contours import contours
from explorer.gui.critical import critical
from explorer.gui.facts import measuring, plane, title
from explorer.gui.inspecting import checked
from explorer.gui.layers import cutting, layers
from explorer.gui.surface import surface
from explorer.gui.valley import flatness

WIDTH = 300.0  # points, at the usual size of the interface
MARGIN = 12.0
LABELS = 92.0  # room beside the controls
PANEL = "Basin"
FIXED = (
    imgui.WindowFlags_.no_move.value
    | imgui.WindowFlags_.no_resize.value
    | imgui.WindowFlags_.no_collapse.value
    | imgui.WindowFlags_.no_title_bar.value
    | imgui.WindowFlags_.no_saved_settings.value
)


def panel(board: Board, top: float, height: float, strong: imgui.ImFont, followed: Callable[[], None]) -> Wishes:
    """Draw the panel between ``top`` and the bottom of a window of this height in points; what the user asked for.

    ``followed`` draws the section about a training that is followed.
    """
    size = board.preferences.size
    imgui.set_next_window_pos(ImVec2(MARGIN, top + MARGIN))
    room = max(height - top - 2 * MARGIN, 40.0)
    imgui.set_next_window_size_constraints(ImVec2(WIDTH * size, 0), ImVec2(WIDTH * size, room))
    imgui.begin(PANEL, None, FIXED | imgui.WindowFlags_.always_auto_resize.value)
    imgui.push_item_width(-LABELS * size)
    wishes = _sections(board, strong, followed)
    imgui.pop_item_width()
    corner, extent = imgui.get_window_pos(), imgui.get_window_size()
    imgui.end()
    return replace(wishes, rectangle=(corner.x, corner.y, corner.x + extent.x, corner.y + extent.y))


def _sections(board: Board, strong: imgui.ImFont, followed: Callable[[], None]) -> Wishes:
    followed()  # first, for the lines of what is measured get more and fewer
    title(board, strong)
    chosen = plane(board)
    paused = restart = False
    if board.status is not None:
        paused, restart = measuring(board.status, board)
    for each in (surface, colours, critical, checked):
        board = replace(board, view=each(board))
    board = flatness(board)
    for each in (contours, layers, cutting):
        board = replace(board, view=each(board))
    links = comparing(board)
    preferences, view = preferring(board)
    return Wishes(view, chosen, links, preferences, paused, restart)
