"""The pyglet window, and one clear line where none can be opened."""

import os
import sys
import time

import moderngl
import pyglet

from compute.errors import BadInputError
from explorer.desk.clipboard import Clipboard
from explorer.gl.graphics import ADVICE, NoGraphicsError

SIZE = (1280, 800)  # at the start, where the screen has room for it
SMALLEST = (200, 150)
PATIENCE_SECONDS = 1.0  # with another program that has the clipboard


class NoDisplayError(BadInputError):
    """There is no screen to open a window on."""


def has_display() -> bool:
    """Whether a window system is announced; opening a window may still fail."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_window(title: str) -> tuple[pyglet.window.Window, moderngl.Context]:
    """A resizable window and its OpenGL 3.3 core context.

    Raises NoDisplayError or NoGraphicsError.
    """
    if not has_display():
        raise NoDisplayError("no display: set DISPLAY, or use `basin render PATH -o picture.png`, which needs none")
    try:
        config = pyglet.gl.Config(  # type: ignore[abstract]
            double_buffer=True, depth_size=24, major_version=3, minor_version=3, forward_compatible=True
        )
        screen = pyglet.display.get_display().get_default_screen()
        size = min(SIZE[0], screen.width), min(SIZE[1], screen.height)
        window = pyglet.window.Window(*size, caption=title, resizable=True, config=config, vsync=True, file_drops=True)
    except Exception as error:  # pyglet has no common base: ImportError, WindowException, two kinds of NoSuchDisplay
        raise _reason(error) from None
    window.set_minimum_size(*SMALLEST)
    try:
        ctx = moderngl.create_context(require=330)
    except Exception as error:  # moderngl raises bare Exception
        window.close()
        raise _reason(error) from None
    _ = ctx.error  # pyglet may leave one behind
    return window, ctx


class SystemClipboard(Clipboard):
    """The clipboard of the window system."""

    def __init__(self, window: pyglet.window.Window) -> None:
        self._window = window

    def read(self) -> str:
        """The text in it. Raises BadInputError where the program that has it hangs: pyglet would wait for ever on X11,
        and dispatches an event each time it looks whether there is an answer."""
        dispatch = getattr(self._window, "dispatch_platform_event", None)
        if dispatch is None:
            return str(self._window.get_clipboard_text())
        deadline = time.monotonic() + PATIENCE_SECONDS

        def impatient(event: object) -> None:
            if time.monotonic() > deadline:
                raise BadInputError("the program that has the clipboard does not answer; copy again, or from elsewhere")
            dispatch(event)

        self._window.dispatch_platform_event = impatient
        try:
            return str(self._window.get_clipboard_text())
        finally:
            del self._window.dispatch_platform_event

    def write(self, text: str) -> None:
        """Put a text into it."""
        self._window.set_clipboard_text(text)


def _reason(error: Exception) -> BadInputError:
    name = type(error).__name__
    if "Display" in name:
        return NoDisplayError(f"the display {os.environ.get('DISPLAY', '')!r} cannot be opened ({error})")
    return NoGraphicsError(f"no window with OpenGL 3.3 ({name}: {error}); {ADVICE}")
