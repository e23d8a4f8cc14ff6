"""The interface in real frames on a context without a window: events in, wishes out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import moderngl
import numpy as np
import pytest
from imgui_bundle import imgui
from pyglet.window import key

from explorer.camera.camera import Margins
from explorer.desk.beginning import Beginning
from explorer.desk.desk import Desk
from explorer.gui.context import Gui
from explorer.gui.input import _KEYS as SYMBOLS
from explorer.gui.interface import Interface

SIZE = (1280, 2000)  # high enough for the whole panel
FIELD = 170.0  # points: width of a field of the panel, without its label
AWAY = (1270.0, 1990.0)


class Hand:
    """Draws frames of an interface, and does what a person would do between them.

    ``seen`` is where each control was drawn last, by its label, or for a field without one by its tooltip.
    """

    def __init__(self, ctx: moderngl.Context, desk: Desk, size: tuple[int, int] = SIZE) -> None:
        self.desk, self.size = desk, size
        self.gui = Gui()
        self.interface = Interface(desk, self.gui)
        self._colours = ctx.renderbuffer(size, 3)
        self.target = ctx.framebuffer([self._colours])
        self.seen: dict[str, tuple[float, float, float, float]] = {}
        self.focused: set[str] = set()  # controls that the keyboard was on
        self.pointed: tuple[float, float] | None = None  # in the scene
        imgui.get_io().add_mouse_pos_event(*AWAY)
        imgui.get_io().add_focus_event(True)

    def note(self, label: str) -> None:
        """The control that was drawn just now."""
        low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
        self.seen[label] = (low.x, low.y, high.x, high.y)
        (self.focused.add if imgui.is_item_focused() else self.focused.discard)(label)

    def frames(self, count: int = 3, seconds: float = 1 / 60) -> None:
        """So many frames, each so long after the last one."""
        for _ in range(count):
            self.interface.dress()
            self.gui.begin(self.size, self.size, seconds)
            left, top = self.interface.margins(self.size)
            self.desk.place((0, 0, *self.size), Margins(left=left, top=top))
            for pane in self.desk.panes:
                pane.draw(1.0)
            self.interface.draw(self.size, 1.0, self.pointed)
            self.target.use()
            self.target.clear(0.1, 0.1, 0.1)
            self.gui.render()
            self.interface.finish_shots(self.picture)

    def picture(self) -> np.ndarray:
        """(height, width, 3) what was drawn last."""
        data = np.frombuffer(self.target.read(components=3, alignment=1), np.uint8)
        return data.reshape(self.size[1], self.size[0], 3)[::-1]

    def move(self, x: float, y: float) -> None:
        imgui.get_io().add_mouse_pos_event(x, y)
        self.frames()

    def button(self, down: bool) -> None:
        imgui.get_io().add_mouse_button_event(0, down)
        self.frames(2)

    def click(self, x: float, y: float) -> None:
        self.move(x, y)
        self.button(True)
        self.button(False)

    def place(self, label: str, share: float = 0.0) -> tuple[float, float]:
        """A point of a control: so much of the way from its left end, of the part that is not its label."""
        self.frames(2)
        left, top, right, bottom = self.seen[label]
        field = min(right, left + FIELD) if right - left > FIELD else right
        return left + 6 + share * (field - left - 12), (top + bottom) / 2

    def click_on(self, label: str, share: float = 0.0) -> None:
        self.click(*self.place(label, share))

    def double_click_on(self, label: str) -> None:
        self.click(*self.place(label))
        self.button(True)
        self.button(False)

    def drawn(self) -> set[str]:
        """The controls that are there now."""
        self.seen.clear()
        self.frames(2)
        return set(self.seen)

    def choose(self, label: str, steps: int) -> None:
        """Open a list and take the entry so many below the current one."""
        self.click_on(label)
        self.press(*[key.DOWN if steps > 0 else key.UP] * abs(steps), key.ENTER)

    def enter(self, label: str, text: str) -> None:
        """Type into a field, and take it with Enter."""
        self.click_on(label)
        self.replace_text(text)

    def press(self, *symbols: int) -> None:
        """Keys one after the other, as ImGui gets them."""
        for symbol in symbols:
            for down in (True, False):
                imgui.get_io().add_key_event(SYMBOLS[symbol], down)
                self.frames(2)

    def type(self, text: str) -> None:
        imgui.get_io().add_input_characters_utf8(text)
        self.frames(2)

    def replace_text(self, text: str) -> None:
        """Type over all of the field that has the keyboard, and take it."""
        imgui.get_io().add_key_event(imgui.Key.mod_ctrl, True)
        self.press(key.A)
        imgui.get_io().add_key_event(imgui.Key.mod_ctrl, False)
        self.press(key.DELETE)
        self.type(text)
        self.press(key.ENTER)

    def release(self) -> None:
        self.interface.release()
        self.gui.release()
        self.target.release()
        self._colours.release()
        self.desk.release()


CONTROLS = ("combo", "slider_float", "slider_int", "checkbox", "drag_float_range2", "button", "menu_item_simple",
            "begin_menu", "input_text", "input_text_with_hint", "collapsing_header", "selectable",
            "invisible_button")  # fmt: skip


@contextmanager
def hand(
    ctx: moderngl.Context, found: Beginning, patch: pytest.MonkeyPatch, state: Path, size: tuple[int, int] = SIZE
) -> Iterator[Hand]:
    """An interface on what was opened; recent files are kept in a folder of the test."""
    patch.setenv("BASIN_STATE", str(state))
    one = Hand(ctx, Desk(ctx, found), size)

    def noting(original: Callable[..., Any]) -> Callable[..., Any]:
        def control(label: str, *args: Any, **kwargs: Any) -> Any:
            result = original(label, *args, **kwargs)
            if not (original is imgui_begin_menu and result):  # inside it already
                one.note(f"menu {label}" if original is imgui_begin_menu else label)
            return result

        return control

    imgui_begin_menu = imgui.begin_menu
    for name in CONTROLS:
        patch.setattr(imgui, name, noting(getattr(imgui, name)))
    one.frames()
    try:
        yield one
    finally:
        one.release()
