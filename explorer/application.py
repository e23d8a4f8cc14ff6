"""The window's loop: events in, pictures out, and only when something changed."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pyglet
from pyglet.window import key

from compute.folder import open_folder
from compute.landscape import Landscape
from compute.levels import first_points
from compute.messages import Opened
from explorer.controls import NOWHERE, Controls
from explorer.gui import Gui
from explorer.panel import MARGIN, WIDTH, Board, Rectangle, panel, readout
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
LONGEST_STEP = 0.4  # seconds the ground may move in one frame, however long the frame took
REFRESH_REST = 4.0  # taking in new values may use one part in five of the time, however large the grid
ROOMY = 2.2  # a window so many panels wide has room for the panel beside the scene


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
        self.gui = Gui()
        actions = {
            key.ESCAPE: self._quit,
            key.TAB: self._next_plane,
            key.SPACE: self._toggle_pause,
            key.H: self._toggle_panel,
        }
        self._controls = Controls(self.window, self.viewer, self.gui, self.wake, actions)
        self.window.push_handlers(
            on_resize=lambda *_: self.wake(),
            on_expose=self.wake,
            on_close=self._quit,
        )
        self.gui.listen(self.window, self.wake)  # last: its handlers come first and let everything pass
        self._ticking = False
        self._panel_wanted: bool | None = None  # None: as the width of the window allows
        self._due, self._next_refresh = 0, 0.0
        self._last = self._touched = time.perf_counter()
        self._caption()

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
        landscape = self.viewer.stages[name].landscape
        return self.task is None or landscape.measured >= first_points(landscape.domain.shape)

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
        moving = self._controls.dragging
        picture = self.viewer.draw(pixels, ratio, panel_width * ratio, moving=moving, resting=resting and not moving)
        self._controls.panel = self._grant(size[1]) if self._panel_shown else NOWHERE
        self._controls.list_open = self.gui.has_open_list
        hint = "h shows the panel" if not self._panel_shown and self._panel_wanted is None else ""
        readout(self._reading() or hint, size, panel_width)
        self._presenter.draw(picture)
        self.gui.render()

    @property
    def _panel_shown(self) -> bool:
        roomy = self.window.width >= ROOMY * WIDTH
        return roomy if self._panel_wanted is None else self._panel_wanted

    def _grant(self, height: int) -> Rectangle:
        """Draw the panel, and do what the user asks for there; where the panel is."""
        viewer = self.viewer
        status = self.task.status if self.task else None
        wishes = panel(Board(viewer.view, viewer.stage, viewer.name, self._planes(), status), height, self.gui.strong)
        if wishes.view != viewer.view:
            viewer.show(wishes.view)
            self.wake()
        if wishes.plane != viewer.name:
            self._look(wishes.plane)
        if self.task:
            self.task.pause(wishes.paused)
        if self.task and wishes.restart:
            self.task.start()
        return wishes.rectangle

    def _reading(self) -> str:
        pixel = self._controls.pixel
        return reading_line(self.viewer.reading(pixel) if pixel else None, self.viewer.stage)

    # ── what keys do ──────────────────────────────────────────────────────────────────────────────────────────────

    def _quit(self) -> bool:
        """Leave the loop; GL objects are released while the window still has its context."""
        pyglet.app.exit()
        return True

    def _next_plane(self) -> None:
        planes = self._planes()
        if len(planes) > 1:
            self._look(planes[(planes.index(self.viewer.name) + 1) % len(planes)])

    def _toggle_pause(self) -> None:
        if self.task:
            self.task.pause(not self.task.status.paused)

    def _toggle_panel(self) -> None:
        self._panel_wanted = not self._panel_shown
