"""The hand on the window: pointer and keys, as far as the panel leaves them alone."""

from collections.abc import Callable, Mapping

import pyglet
from pyglet.window import key, mouse

from explorer.gui import Gui
from explorer.keys import KEYS
from explorer.viewer import Viewer

DEGREES_PER_POINT = 0.35
NOWHERE = (0.0, 0.0, 0.0, 0.0)


class Controls:
    """Moves the camera of a viewer and changes its view; ``actions`` are what else a key may do, by symbol.

    ``panel`` is the rectangle of the panel and ``list_open`` whether one of its lists is, both as drawn last.
    """

    def __init__(
        self,
        window: pyglet.window.Window,
        viewer: Viewer,
        gui: Gui,
        wake: Callable[[], None],
        actions: Mapping[int, Callable[[], object]],
    ) -> None:
        self._window, self._viewer, self._gui, self._wake, self._actions = window, viewer, gui, wake, actions
        self.panel = NOWHERE
        self.list_open = self.dragging = False
        self._pointer: tuple[float, float] | None = None
        window.push_handlers(
            on_mouse_motion=self._moved,
            on_mouse_press=self._pressed_button,
            on_mouse_drag=self._dragged,
            on_mouse_release=self._released,
            on_mouse_scroll=self._scrolled,
            on_mouse_leave=self._left,
            on_deactivate=self._released,
            on_key_press=self._pressed,
        )

    @property
    def pixel(self) -> tuple[float, float] | None:
        """The pixel of the scene that is pointed at; None on the panel, outside, and while dragging."""
        if self._pointer is None or self.dragging or self._on_panel():
            return None
        ratio = self._window.get_framebuffer_size()[0] / self._window.width
        return self._pointer[0] * ratio, self._pointer[1] * ratio

    def _on_panel(self) -> bool:
        """Whether the pointer is the panel's. ImGui knows it only as of its last frame, a quick hand is faster."""
        if self._pointer is None or self._gui.wants_mouse:
            return self._gui.wants_mouse
        left, top, right, bottom = self.panel
        x, y = self._pointer[0], self._window.height - self._pointer[1]
        return left <= x <= right and top <= y <= bottom

    def _moved(self, x: float, y: float, *_: object) -> None:
        self._pointer = (x, y)
        self._wake()

    def _pressed_button(self, x: float, y: float, *_: object) -> None:
        self._pointer = (x, y)
        self.dragging = not self._on_panel()

    def _dragged(self, x: float, y: float, dx: float, dy: float, *held: int) -> None:
        self._pointer = (x, y)
        if not self.dragging:
            return
        buttons, modifiers = held
        if buttons & mouse.LEFT and not modifiers & key.MOD_SHIFT:
            self._viewer.orbit(-dx * DEGREES_PER_POINT, -dy * DEGREES_PER_POINT)
        else:
            self._viewer.pan(dx, dy, self._window.height)
        self._wake()

    def _released(self, *_: object) -> None:
        self.dragging = False
        self._wake()

    def _scrolled(self, x: float, y: float, right: float, up: float) -> None:
        self._pointer = (x, y)
        if self.pixel is not None:
            self._viewer.zoom(self.pixel, up)
            self._wake()

    def _left(self, *_: object) -> None:
        self._pointer = None
        self._wake()

    def _pressed(self, symbol: int, modifiers: int) -> bool | None:
        """Esc ends the typing or closes the list first; only then does it do what it does here."""
        typing = self._gui.wants_keyboard
        if typing or modifiers & (key.MOD_CTRL | key.MOD_ALT | key.MOD_COMMAND) or self.list_open:
            return True if symbol == key.ESCAPE else None
        letter = chr(symbol) if 0 < symbol < 128 else ""
        if symbol in self._actions:
            self._actions[symbol]()
        elif letter in KEYS:
            self._viewer.show(KEYS[letter][1](self._viewer.view))
        self._wake()
        return True if symbol == key.ESCAPE else None
