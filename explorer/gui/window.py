"""The window of a dialog: in the middle, never larger than what it lies in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from imgui_bundle import ImVec2, imgui

EDGE = 24.0  # points that stay free around it


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
