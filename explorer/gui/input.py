"""Window events for ImGui: pointer, wheel, keys, text, focus."""

import sys
from collections.abc import Callable

import pyglet
from imgui_bundle import imgui
from pyglet.window import key, mouse

# Without the keyboard these are the scene's: ImGui would step through its fields while the plane changes.
_STEPPING = (key.TAB, key.SPACE, key.ENTER, key.NUM_ENTER, key.LEFT, key.RIGHT, key.UP, key.DOWN, key.HOME, key.END)

AWAY = -sys.float_info.max  # ImGui's way to say that there is no pointer

_BUTTONS = {mouse.LEFT: 0, mouse.RIGHT: 1, mouse.MIDDLE: 2}
_MODIFIERS = {
    key.LCTRL: imgui.Key.mod_ctrl,
    key.RCTRL: imgui.Key.mod_ctrl,
    key.LSHIFT: imgui.Key.mod_shift,
    key.RSHIFT: imgui.Key.mod_shift,
    key.LALT: imgui.Key.mod_alt,
    key.RALT: imgui.Key.mod_alt,
}
_KEYS = {
    key.TAB: imgui.Key.tab,
    key.LEFT: imgui.Key.left_arrow,
    key.RIGHT: imgui.Key.right_arrow,
    key.UP: imgui.Key.up_arrow,
    key.DOWN: imgui.Key.down_arrow,
    key.PAGEUP: imgui.Key.page_up,
    key.PAGEDOWN: imgui.Key.page_down,
    key.HOME: imgui.Key.home,
    key.END: imgui.Key.end,
    key.INSERT: imgui.Key.insert,
    key.DELETE: imgui.Key.delete,
    key.BACKSPACE: imgui.Key.backspace,
    key.SPACE: imgui.Key.space,
    key.ENTER: imgui.Key.enter,
    key.NUM_ENTER: imgui.Key.keypad_enter,
    key.ESCAPE: imgui.Key.escape,
    key.F6: imgui.Key.f6,
    key.F10: imgui.Key.f10,
    **{getattr(key, letter.upper()): getattr(imgui.Key, letter) for letter in "abcdefghijklmnopqrstuvwxyz"},
    **{getattr(key, f"_{digit}"): getattr(imgui.Key, f"_{digit}") for digit in range(10)},
}


class GuiInput:
    """Feeds the events of one window to ImGui, and wakes the loop at each."""

    def __init__(
        self, window: pyglet.window.Window, wake: Callable[[], None], has_keyboard: Callable[[], bool]
    ) -> None:
        self._window = window
        self._wake = wake
        self._has_keyboard = has_keyboard
        window.push_handlers(
            on_mouse_motion=self._moved,
            on_mouse_drag=lambda x, y, *_: self._moved(x, y),
            on_mouse_press=lambda x, y, button, _: self._button(x, y, button, True),
            on_mouse_release=lambda x, y, button, _: self._button(x, y, button, False),
            on_mouse_scroll=self._scrolled,
            on_mouse_leave=lambda *_: self._away(),
            on_key_press=lambda symbol, _: self._key(symbol, True),
            on_key_release=lambda symbol, _: self._key(symbol, False),
            on_text=self._text,
            on_activate=lambda: self._focus(True),
            on_deactivate=lambda: self._focus(False),
        )

    def _moved(self, x: float, y: float, *_: object) -> None:
        imgui.get_io().add_mouse_pos_event(x, self._window.height - y)
        self._wake()

    def _button(self, x: float, y: float, button: int, down: bool) -> None:
        self._moved(x, y)
        if button in _BUTTONS:
            imgui.get_io().add_mouse_button_event(_BUTTONS[button], down)

    def _scrolled(self, x: float, y: float, right: float, up: float) -> None:
        self._moved(x, y)
        imgui.get_io().add_mouse_wheel_event(right, up)

    def _away(self) -> None:
        imgui.get_io().add_mouse_pos_event(AWAY, AWAY)
        self._wake()

    def _key(self, symbol: int, down: bool) -> None:
        if symbol in _MODIFIERS:
            imgui.get_io().add_key_event(_MODIFIERS[symbol], down)
        if symbol in _KEYS and (not down or symbol not in _STEPPING or self._has_keyboard()):
            imgui.get_io().add_key_event(_KEYS[symbol], down)
        self._wake()

    def _text(self, text: str) -> None:
        if text.isprintable():
            imgui.get_io().add_input_characters_utf8(text)
        self._wake()

    def _focus(self, gained: bool) -> None:
        imgui.get_io().add_focus_event(gained)  # releases held keys and buttons when lost
        if not gained:
            self._away()
        self._wake()
