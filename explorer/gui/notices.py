"""Messages in the window, at its top right: a click takes one away."""

from imgui_bundle import ImVec2, imgui

from explorer.desk.notices import Notices
from explorer.gui.panel import FIXED, MARGIN
from explorer.looks.theme import Theme

WIDTH = 380.0  # points, at the usual size of the interface
GAP = 8.0

Rectangle = tuple[float, float, float, float]


def notice_boxes(notices: Notices, size: tuple[int, int], top: float, scale: float, theme: Theme) -> list[Rectangle]:
    """Draw the messages, the newest at the top; where they are."""
    rectangles = []
    y, width = top + MARGIN, min(WIDTH * scale, max(size[0] - 2 * MARGIN, 60.0))
    for k, notice in enumerate(reversed(notices.shown)):
        imgui.set_next_window_pos(ImVec2(size[0] - MARGIN, y), 0, ImVec2(1.0, 0.0))
        imgui.set_next_window_size_constraints(ImVec2(width, 0), ImVec2(width, 400 * scale))
        flags = FIXED | imgui.WindowFlags_.always_auto_resize.value | imgui.WindowFlags_.no_focus_on_appearing.value
        if notice.error:
            imgui.push_style_color(imgui.Col_.border.value, imgui.ImVec4(*theme.panel.alert))
        imgui.begin(f"notice {k}", None, flags | imgui.WindowFlags_.no_nav.value)
        if notice.error:
            imgui.pop_style_color()
        _text(notice.text, notice.error, theme)
        if imgui.is_window_hovered() and imgui.is_mouse_clicked(0):
            notices.dismiss(notice)
        corner, extent = imgui.get_window_pos(), imgui.get_window_size()
        imgui.end()
        rectangles.append((corner.x, corner.y, corner.x + extent.x, corner.y + extent.y))
        y += extent.y + GAP
    return rectangles


def _text(text: str, error: bool, theme: Theme) -> None:
    if error:
        imgui.push_style_color(imgui.Col_.text.value, imgui.ImVec4(*theme.panel.alert))
    imgui.text_wrapped(text)
    if error:
        imgui.pop_style_color()
        imgui.text_disabled("click to close")
