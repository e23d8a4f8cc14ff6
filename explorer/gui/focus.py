"""Who has the keyboard: the scene, or the interface, whose controls it then steps through."""

from collections.abc import Sequence

from imgui_bundle import imgui

from explorer.gui.context import Gui
from explorer.gui.panel import PANEL


class Focus:
    """F6 leads the keyboard into the panel, again into a strip below the scene, and F10 into the menu bar, Esc back to
    the scene; a dialog takes it too."""

    def __init__(self, gui: Gui) -> None:
        self._gui = gui
        self.to_menu = False  # the next frame leads the keyboard into the menu bar
        self._led = False  # by F6 or F10
        self._place = 0  # where F6 led to last, the panel being 0
        self._busy = False  # in the last frame something was open or being typed that Esc ends first

    def end(self) -> None:
        """The scene has the keyboard again."""
        self._led = False

    def leave(self, asking: bool, strips: Sequence[str] = ()) -> bool:
        """At the end of a frame; ``asking``: a dialog wants an answer; ``strips`` are windows that F6 leads to after
        the panel. True when Esc gives the dialog up."""
        escaped = False
        if imgui.is_key_pressed(imgui.Key.escape, False) and not self._busy and self._gui.keyboard:
            escaped, self._led = asking, False
            imgui.set_window_focus(None)
        self.to_menu = bool(imgui.is_key_pressed(imgui.Key.f10, False))
        if imgui.is_key_pressed(imgui.Key.f6, False):
            places = [PANEL, *strips]
            self._place = (self._place + 1) % len(places) if self._led else 0
            imgui.set_window_focus(places[self._place])
            imgui.set_nav_cursor_visible(True)
            self._led = True
        self._led = self._led or self.to_menu
        if self._led and imgui.is_mouse_clicked(0) and not imgui.get_io().want_capture_mouse:
            self._led = False
            imgui.set_window_focus(None)
        self._gui.keyboard = self._led or (asking and not escaped)
        typing = bool(imgui.get_io().want_text_input) and not asking
        self._busy = self._gui.has_open_list or typing
        return escaped
