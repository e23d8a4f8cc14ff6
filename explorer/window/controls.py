"""The hand on the window: its events, as far as the panel leaves them alone."""

import time
from collections.abc import Callable, Sequence
from typing import Protocol

import pyglet
from pyglet.window import key, mouse

from explorer.desk.desk import Desk
from explorer.window.keyboard import MODIFIERS, Keyboard
from explorer.window.pointer import Point, Pointer
from explorer.window.shortcuts import shortcut

Area = tuple[float, float, float, float]  # left, top, right, bottom in points from the top left of the window

ALWAYS = ("Ctrl+Q",)  # what a key does also while a dialog or a field has the keyboard


class Attention(Protocol):
    """What the panel wants for itself."""

    @property
    def wants_mouse(self) -> bool:
        """Whether the pointer is on it."""

    @property
    def wants_keyboard(self) -> bool:
        """Whether keys are meant for it."""


class Controls:
    """What the events of a window do to a desk.

    ``covered`` is where panel and dialogs lie over the scene, and ``list_open`` whether one of their lists is open,
    which Esc closes; both as drawn last. ``clock`` tells seconds, for double clicks and for how fast a drag was.
    """

    def __init__(
        self,
        window: pyglet.window.Window,
        desk: Desk,
        gui: Attention,
        wake: Callable[[], None],
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._window, self._gui, self._wake = window, gui, wake
        self.covered: Sequence[Area] = ()
        self.list_open = False
        self._pointer, self._keyboard = Pointer(desk, clock), Keyboard(desk)
        self._point: Point | None = None  # where the pointer is
        window.push_handlers(
            on_mouse_enter=self._moved,
            on_mouse_motion=self._moved,
            on_mouse_press=self._pressed_button,
            on_mouse_drag=self._dragged,
            on_mouse_release=self._released_button,
            on_mouse_scroll=self._scrolled,
            on_mouse_leave=self._left,
            on_deactivate=self._let_go,
            on_hide=self._let_go,
            on_key_press=self._pressed,
            on_key_release=self._released,
            on_text=self._typed,
        )

    @property
    def dragging(self) -> bool:
        """Whether the camera is in the hand, so that the next picture should come soon."""
        return self._pointer.dragging or self._keyboard.active

    @property
    def pixel(self) -> tuple[float, float] | None:
        """The pixel of the window that is pointed at in the scene; None on the panel, outside, and while dragging."""
        if self._point is None or self._pointer.dragging or self._is_covered():
            return None
        ratio = self._ratio()
        return self._point[0] * ratio, self._point[1] * ratio

    def advance(self, seconds: float) -> bool:
        """A picture took so long: what goes on while keys are held; True as long as it does."""
        self._pointer.late = seconds
        if self._is_typing():
            self._keyboard.let_go()
        self._keyboard.advance(seconds)
        return self._keyboard.active

    def _ratio(self) -> float:
        """Pixels per point."""
        return float(self._window.get_framebuffer_size()[0] / max(self._window.width, 1))

    def _is_covered(self) -> bool:
        """Whether the pointer is the panel's. ImGui knows it only as of its last frame, a quick hand is faster."""
        if self._point is None or self._gui.wants_mouse:
            return self._gui.wants_mouse
        x, y = self._point[0], self._window.height - self._point[1]
        return any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in self.covered)

    def _is_typing(self) -> bool:
        return self._gui.wants_keyboard or self.list_open

    # ── the pointer ───────────────────────────────────────────────────────────────────────────────────────────────

    def _at(self, x: float, y: float) -> Point:
        self._wake()
        self._point, self._pointer.ratio = (x, y), self._ratio()
        return x, y

    def _moved(self, x: float, y: float, *_: object) -> None:
        self._pointer.move(self._at(x, y), (0.0, 0.0), 0)

    def _pressed_button(self, x: float, y: float, button: int, modifiers: int) -> None:
        point = self._at(x, y)
        if button in (mouse.LEFT, mouse.MIDDLE, mouse.RIGHT) and not self._is_covered():
            shifting = button != mouse.LEFT or bool(modifiers & key.MOD_SHIFT)
            if not shifting:
                self._keyboard.give_way()
            self._pointer.press(point, button, shifting=shifting, choosing=button == mouse.LEFT)

    def _dragged(self, x: float, y: float, dx: float, dy: float, *held: int) -> None:
        self._pointer.move(self._at(x, y), (dx, dy), held[0])

    def _released_button(self, x: float, y: float, button: int, modifiers: int) -> None:
        self._at(x, y)
        self._pointer.release(button)

    def _scrolled(self, x: float, y: float, right: float, up: float) -> None:
        point = self._at(x, y)
        if not self._is_covered():
            self._pointer.scroll(point, right, up)

    def _left(self, *_: object) -> None:
        self._point = None
        self._wake()

    # ── the keys ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _pressed(self, symbol: int, modifiers: int) -> bool | None:
        """Esc ends the typing, closes the list or takes back the drag first; only then does it do what it does here."""
        self._wake()
        is_escape = symbol == key.ESCAPE
        typing = self._is_typing() and shortcut(symbol, modifiers) not in ALWAYS
        if not typing and not (is_escape and self._pointer.cancel()):
            self._keyboard.press(symbol, modifiers)
        return True if is_escape else None  # or pyglet would close the window

    def _released(self, symbol: int, modifiers: int) -> None:
        self._keyboard.release(symbol)
        if symbol in MODIFIERS:
            self._forget(lambda held: 32 < held < 127 and not chr(held).isalnum())
        self._wake()

    def _typed(self, text: str) -> None:
        if not self._is_typing():
            self._keyboard.type(text)

    # ── nothing left stuck ────────────────────────────────────────────────────────────────────────────────────────

    def _let_go(self) -> None:
        """Another window has pointer and keys: what goes up there is not heard of here."""
        self._pointer.let_go()
        self._keyboard.let_go()
        self._forget(lambda held: True)
        self._wake()

    def _forget(self, which: Callable[[int], bool]) -> None:
        """On X11 pyglet takes a key that went up unheard, or as another character because Shift went up first, to be
        down still, and would not tell when it goes down again."""
        held: set[int] = getattr(self._window, "pressed_keys", set())
        held -= {symbol for symbol in held if which(symbol)}
