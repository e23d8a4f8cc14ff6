"""The window of a dialog: in the middle, never larger than what it lies in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from imgui_bundle import ImVec2, imgui

from explorer.gui.fields import button

EDGE = 24.0  # points that stay free around it
ANSWER, APART = 104.0, 2.0  # points: width of a button that ends it, and what sets it apart from what is above


@dataclass
class Shown:
    """Whether its content is to be drawn, and whether it stays open."""

    shown: bool
    open: bool


@contextmanager
def dialog(title: str, size: tuple[int, int], scale: float, width: float) -> Iterator[Shown]:
    """A window in the middle of one of this size in points, so wide at the usual size of the interface."""
    wide = min(width * scale, max(size[0] - 2 * EDGE, 80.0))
    imgui.set_next_window_pos(ImVec2(size[0] / 2, size[1] / 2), imgui.Cond_.appearing.value, ImVec2(0.5, 0.5))
    imgui.set_next_window_size_constraints(ImVec2(wide, 0), ImVec2(wide, max(size[1] - 2 * EDGE, 60.0)))
    imgui.set_next_window_bg_alpha(1.0)
    flags = imgui.WindowFlags_.always_auto_resize | imgui.WindowFlags_.no_collapse
    shown, stays = imgui.begin(title, True, (flags | imgui.WindowFlags_.no_saved_settings).value)
    window = Shown(shown, bool(stays))
    try:
        yield window
    finally:
        imgui.end()


def answers(verb: str, tip: str, scale: float, *, enabled: bool = True) -> tuple[bool, bool]:
    """The buttons at the end of a dialog, at its right: whether it is to be done, or given up."""
    _to_the_right(2, scale)
    given_up = button("Cancel", "Leave everything as it is (Esc)", width=ANSWER * scale)
    imgui.same_line()
    return button(verb, tip, enabled=enabled, width=ANSWER * scale), given_up


def closing(tip: str, scale: float) -> bool:
    """The one button at the end of a dialog in which there is nothing to be done: whether it was pressed."""
    _to_the_right(1, scale)
    return button("Close", tip, width=ANSWER * scale)


def _to_the_right(buttons: int, scale: float) -> None:
    """What comes next stands at the right end, a little apart from what is above."""
    imgui.dummy(ImVec2(0, APART * scale))
    width = buttons * ANSWER * scale + (buttons - 1) * imgui.get_style().item_spacing.x
    imgui.set_cursor_pos_x(imgui.get_cursor_pos_x() + max(imgui.get_content_region_avail().x - width, 0.0))
