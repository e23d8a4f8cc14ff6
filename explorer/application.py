"""The window's loop: events in, pictures out, and only when something changed."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pyglet
from pyglet.window import key, mouse

from compute.folder import open_folder
from compute.landscape import Landscape
from compute.levels import COARSEST
from compute.messages import Opened
from explorer.gui import Gui
from explorer.keys import KEYS
from explorer.panel import MARGIN, WIDTH, Board, panel, readout
from explorer.present import Presenter
from explorer.status import Status
from explorer.task import READY, Task
from explorer.viewer import Viewer
from explorer.window import open_window
from explorer.wording import reading_line

POLL_SECONDS = 0.1  # how often folder and worker are looked at
FRAME_SECONDS = 1 / 60
CALM_AFTER_SECONDS, CALM_FRAME_SECONDS = 0.5, 0.2
FRAMES_PER_EVENT = 3  # ImGui needs this many until an event shows everywhere
FIRST_LEVEL = COARSEST**2  # points: from then on the live landscape replaces the ready one
LONGEST_STEP = 0.4  # seconds the ground may move in one frame, however long the frame took
DEGREES_PER_POINT = 0.35
REFRESH_REST = 4.0  # taking in new values may use one part in five of the time, however large the grid
ROOMY = 2.2  # a window so many panels wide has room for the panel beside the scene
NOWHERE = (0.0, 0.0, 0.0, 0.0)


class Application:
    """One window on one or more landscapes, with or without a task that measures them."""

    def __init__(
        self,
        landscapes: Mapping[str, Landscape],
        task: Task | None = None,
        report: Callable[[Status], None] = lambda status: None,
    ) -> None:
        self.task, self._report = task, report
        self.window, ctx = open_window("Basin")
        self.viewer = Viewer(ctx, landscapes)
        self._presenter = Presenter(ctx)
        self._pointer: tuple[float, float] | None = None
        self._dragging = self._ticking = self._list_open = False
        self._panel_wanted: bool | None = None  # None: as the width of the window allows
        self._panel_rectangle = NOWHERE
        self._due, self._next_refresh = 0, 0.0
        self._last = self._touched = time.perf_counter()
        self._caption()
        self.window.push_handlers(
            on_mouse_motion=self._moved,
            on_mouse_press=self._pressed_button,
            on_mouse_drag=self._dragged,
            on_mouse_release=self._released,
            on_mouse_scroll=self._scrolled,
            on_mouse_leave=self._left,
            on_deactivate=self._released,
            on_key_press=self._pressed,
            on_resize=lambda *_: self.wake(),
            on_expose=self.wake,
            on_close=self._quit,
        )
        self.gui = Gui(self.window, self.wake)  # last: its handlers come first and let everything pass

    def run(self) -> None:
        """Show the window until it is closed; nothing of it is left behind."""
        try:
            self.redraw()
            self.wake()
            pyglet.clock.schedule_interval(self._poll, POLL_SECONDS)
            if self.task:
                self.task.start()
            pyglet.app.run(None)
        finally:
            self.close()

    def close(self) -> None:
        """End the worker and release everything."""
        if self.task:
            self.task.stop()
        self.gui.release()
        self._presenter.release()
        self.viewer.release()
        self.window.close()

    def wake(self) -> None:
        """The user did something: draw the next few frames, at once."""
        self._touched = time.perf_counter()
        self._stir(FRAMES_PER_EVENT)

    def _stir(self, frames: int) -> None:
        """Something is to be seen: draw so many frames at least."""
        self._due = max(self._due, frames)
        if not self._ticking:
            self._ticking = True
            self._last = time.perf_counter()
            pyglet.clock.schedule_interval(self._tick, FRAME_SECONDS)

    # ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────

    def _poll(self, seconds: float) -> None:
        for message in self.task.poll() if self.task else []:
            if isinstance(message, Opened):  # again after a restart: the folder may be another one by then
                self.viewer.add(message.plane, open_folder(Path(message.folder)))
            self._stir(1)
        if self.task:
            self._report(self.task.status)
        started = time.perf_counter()
        if started >= self._next_refresh and (self.viewer.stage.refresh(self.viewer.view) or self._leave_ready()):
            now = time.perf_counter()
            self._next_refresh = now + REFRESH_REST * (now - started)
            self._stir(1)

    def _leave_ready(self) -> bool:
        if self.viewer.name != READY:
            return False
        begun = [name for name in self.viewer.stages if name != READY and self._begun(name)]
        if begun:
            self._look(begun[0])
            del self.viewer.stages[READY]
        return bool(begun)

    def _planes(self) -> tuple[str, ...]:
        """Landscapes to choose from: the live ones that have begun, as soon as one of them is in view."""
        if self.viewer.name == READY:
            return (READY,)
        return tuple(name for name in self.viewer.stages if name == self.viewer.name or self._begun(name))

    def _begun(self, name: str) -> bool:
        """Whether a plane that is being measured has its first level, so that there is a surface to see."""
        return self.task is None or self.viewer.stages[name].landscape.measured >= FIRST_LEVEL

    def _look(self, name: str) -> None:
        self.viewer.look(name)
        self._caption()
        if self.task:
            self.task.look(name)

    def _caption(self) -> None:
        self.window.set_caption(f"Basin: {self.viewer.stage.landscape.name}")

    # ── drawing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _tick(self, seconds: float) -> None:
        now = time.perf_counter()
        calm = self.viewer.software and now - self._touched > CALM_AFTER_SECONDS
        if calm and now - self._last < CALM_FRAME_SECONDS:
            return  # nobody steers: the worker gets the processor that a software driver would take
        elapsed, self._last = now - self._last, now
        moved = self.viewer.stage.advance(min(elapsed, LONGEST_STEP))
        self.redraw(elapsed, resting=self._due <= 1 and not moved and not self._busy)
        self._due -= 1
        if self._due <= 0 and not moved:
            pyglet.clock.unschedule(self._tick)
            self._ticking = False

    def redraw(self, seconds: float = FRAME_SECONDS, resting: bool = False) -> None:
        """Draw one frame now, so long after the last one; ``resting``: nothing is going to move for a while."""
        self.window.switch_to()
        self._draw(seconds, resting)
        self.window.flip()

    @property
    def _busy(self) -> bool:
        """Whether a worker may change the picture at any moment, and needs the processor itself."""
        return self.task is not None and self.task.status.running and not self.task.status.paused

    def _draw(self, seconds: float, resting: bool) -> None:
        size, pixels = self.window.get_size(), self.window.get_framebuffer_size()
        if min(*size, *pixels) < 1:
            return  # minimised
        ratio = pixels[0] / size[0]
        self.gui.begin(size, pixels, seconds)
        panel_width = WIDTH + MARGIN if self._panel_shown else 0.0
        picture = self.viewer.draw(
            pixels, ratio, panel_width * ratio, moving=self._dragging, resting=resting and not self._dragging
        )
        self._panel_rectangle = NOWHERE
        if self._panel_shown:
            self._grant(size[1])
        self._list_open = self.gui.has_open_list
        hint = "h shows the panel" if not self._panel_shown and self._panel_wanted is None else ""
        readout(self._reading(ratio) or hint, size, panel_width)
        self._presenter.draw(picture)
        self.gui.render()

    @property
    def _panel_shown(self) -> bool:
        roomy = self.window.width >= ROOMY * WIDTH
        return roomy if self._panel_wanted is None else self._panel_wanted

    def _grant(self, height: int) -> None:
        """Draw the panel, and do what the user asks for there."""
        viewer = self.viewer
        status = self.task.status if self.task else None
        wishes = panel(Board(viewer.view, viewer.stage, viewer.name, self._planes(), status), height, self.gui.strong)
        self._panel_rectangle = wishes.rectangle
        if wishes.view != viewer.view:
            viewer.show(wishes.view)
            self.wake()
        if wishes.plane != viewer.name:
            self._look(wishes.plane)
        if self.task:
            self.task.pause(wishes.paused)
        if self.task and wishes.restart:
            self.task.start()

    def _reading(self, ratio: float) -> str:
        if self._pointer is None or self._dragging or self._on_panel():
            return ""
        reading = self.viewer.reading((self._pointer[0] * ratio, self._pointer[1] * ratio))
        return reading_line(reading, self.viewer.stage)

    # ── pointer and keys ──────────────────────────────────────────────────────────────────────────────────────────

    def _moved(self, x: float, y: float, *_: object) -> None:
        self._pointer = (x, y)
        self.wake()

    def _pressed_button(self, x: float, y: float, *_: object) -> None:
        self._pointer = (x, y)
        self._dragging = not self._on_panel()

    def _on_panel(self) -> bool:
        """Whether the pointer is the panel's. ImGui knows it only as of its last frame, a quick hand is faster."""
        if self._pointer is None or self.gui.wants_mouse:
            return self.gui.wants_mouse
        left, top, right, bottom = self._panel_rectangle
        x, y = self._pointer[0], self.window.height - self._pointer[1]
        return left <= x <= right and top <= y <= bottom

    def _dragged(self, x: float, y: float, dx: float, dy: float, *held: int) -> None:
        self._pointer = (x, y)
        if not self._dragging:
            return
        buttons, modifiers = held
        if buttons & mouse.LEFT and not modifiers & key.MOD_SHIFT:
            self.viewer.orbit(-dx * DEGREES_PER_POINT, -dy * DEGREES_PER_POINT)
        else:
            self.viewer.pan(dx, dy, self.window.height)
        self.wake()

    def _released(self, *_: object) -> None:
        self._dragging = False
        self.wake()

    def _scrolled(self, x: float, y: float, right: float, up: float) -> None:
        self._pointer = (x, y)
        if not self._on_panel():
            ratio = self.window.get_framebuffer_size()[0] / self.window.width
            self.viewer.zoom((x * ratio, y * ratio), up)
            self.wake()

    def _left(self, *_: object) -> None:
        self._pointer = None
        self.wake()

    def _quit(self) -> bool:
        """Leave the loop; GL objects are released while the window still has its context."""
        pyglet.app.exit()
        return True

    def _pressed(self, symbol: int, modifiers: int) -> bool | None:
        if self.gui.wants_keyboard or modifiers & (key.MOD_CTRL | key.MOD_ALT | key.MOD_COMMAND):
            return True if symbol == key.ESCAPE else None  # Esc ends the typing, not the program
        if symbol == key.ESCAPE:
            return True if self._list_open else self._quit()
        letter = chr(symbol) if 0 < symbol < 128 else ""
        planes = self._planes()
        if symbol == key.TAB and len(planes) > 1:
            self._look(planes[(planes.index(self.viewer.name) + 1) % len(planes)])
        elif symbol == key.SPACE and self.task:
            self.task.pause(not self.task.status.paused)
        elif letter == "h":
            self._panel_wanted = not self._panel_shown
        elif letter in KEYS:
            self.viewer.show(KEYS[letter][1](self.viewer.view))
        self.wake()
        return None
