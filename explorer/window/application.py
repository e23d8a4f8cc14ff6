"""The window's loop: events in, pictures out, and only when something changed."""

import time
from collections.abc import Callable
from pathlib import Path

import moderngl
import pyglet

from explorer.camera.camera import Margins
from explorer.desk.beginning import Beginning
from explorer.desk.desk import Desk
from explorer.ground.scene import NO_PICK
from explorer.gui.context import Gui
from explorer.gui.interface import Interface
from explorer.looks.theme import THEMES
from explorer.window.controls import Controls
from explorer.window.present import Presenter
from explorer.window.window import SystemClipboard, open_window
from explorer.worker.status import Status
from explorer.worker.task import Task

POLL_SECONDS = 0.1  # how often folder and worker are looked at
FRAME_SECONDS = 1 / 60
CALM_AFTER_SECONDS, CALM_FRAME_SECONDS = 0.5, 0.2
FRAMES_PER_EVENT = 3  # ImGui needs this many until an event shows everywhere
LONGEST_STEP = 0.4  # seconds the ground may move in one frame, however long the frame took
REFRESH_REST = 4.0  # taking in new values may use one part in five of the time, however large the grid


class Application:
    """One window on one or more landscapes, with or without a task that measures them, and one that trains."""

    def __init__(
        self,
        beginning: Beginning,
        task: Task | None = None,
        report: Callable[[Status], None] = lambda status: None,
        trainer: Task | None = None,
    ) -> None:
        self._report = report
        self.window, ctx = open_window("Basin")
        self.desk = Desk(ctx, beginning, task, trainer)
        self.desk.clipboard = SystemClipboard(self.window)
        self._presenter = Presenter(ctx)
        self.gui = Gui()
        self._interface = Interface(self.desk, self.gui)
        self._controls = Controls(self.window, self.desk, self.gui, self.wake)
        self.window.push_handlers(
            on_resize=lambda *_: self.wake(),
            on_expose=self.wake,
            on_close=self._close_window,
            on_file_drop=self._dropped,
        )
        self.gui.listen(self.window, self.wake)  # last: its handlers come first and let everything pass
        self._ticking = False
        self._due, self._next_refresh = 0, 0.0
        self._last = self._touched = time.perf_counter()
        self._captioned = ""

    def run(self) -> None:
        """Show the window until it is closed; nothing of it is left behind."""
        try:
            self.redraw()
            self.wake()
            pyglet.clock.schedule_interval(self._poll, POLL_SECONDS)
            self.desk.measurement.begin()
            pyglet.app.run(None)
        finally:
            self.close()

    def close(self) -> None:
        """End the worker and release everything."""
        self._interface.release()
        self.gui.release()
        self._presenter.release()
        self.desk.release()
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

    def _poll(self, seconds: float) -> None:
        if self.desk.poll():
            self._stir(1)
        reporting = self.desk.measurement.trainer or self.desk.task
        if reporting:
            self._report(reporting.status)
        if self.desk.notices.fading:
            self._stir(1)
        started = time.perf_counter()
        if started >= self._next_refresh and self.desk.refresh():
            now = time.perf_counter()
            self._next_refresh = now + REFRESH_REST * (now - started)
            self._stir(1)

    def _tick(self, seconds: float) -> None:
        now = time.perf_counter()
        calm = self.desk.pane.software and now - self._touched > CALM_AFTER_SECONDS
        if calm and now - self._last < CALM_FRAME_SECONDS:
            return  # nobody steers: the worker gets the processor that a software driver would take
        elapsed, self._last = now - self._last, now
        moved = self._controls.advance(min(elapsed, LONGEST_STEP))
        if moved or self.desk.motion.moving or self.desk.flying.playing:
            self._touched = now
        moved = self.desk.advance(min(elapsed, LONGEST_STEP)) or moved
        self.redraw(elapsed, resting=self._due <= 1 and not moved and not self._busy)
        if self._interface.restless:
            self._touched, self._due = now, FRAMES_PER_EVENT
        else:
            self._due -= 1
        if self.desk.leaving:
            pyglet.app.exit()
        elif self._due <= 0 and not moved:
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
        task = self.desk.task
        return task is not None and task.status.running and not task.status.paused

    def _draw(self, seconds: float, resting: bool) -> None:
        size, pixels = self.window.get_size(), self.window.get_framebuffer_size()
        if min(*size, *pixels) < 1:
            return  # minimised
        ratio, desk = pixels[0] / size[0], self.desk
        self._interface.dress()
        self.gui.begin(size, pixels, seconds)
        left, top = self._interface.margins(size)
        below = round(self._interface.below(size) * ratio)
        desk.place((0, below, pixels[0], pixels[1] - below), Margins(left=left * ratio, top=top * ratio))
        moving = self._controls.dragging or desk.motion.moving or desk.flying.playing
        pictures = [(pane, self._picture(k, ratio, moving, resting)) for k, pane in enumerate(desk.panes)]
        self._interface.draw(size, ratio, self._controls.pixel)
        self._controls.covered, self._controls.list_open = self._interface.covered, self.gui.has_open_list
        # What was chosen in a menu just now may have closed panes, and released their pictures.
        left_over = [(pane.rectangle, picture) for pane, picture in pictures if pane in desk.panes]
        self._presenter.draw(pixels, left_over, THEMES[desk.view.theme].background_bottom)
        self.gui.render()
        self._interface.finish_shots(lambda: self._presenter.read(pixels))
        self._title()

    def _picture(self, index: int, ratio: float, moving: bool, resting: bool) -> moderngl.Texture:
        desk, pane = self.desk, self.desk.panes[index]
        active = index == desk.active
        return pane.draw(
            ratio,
            moving=moving,
            resting=resting and not moving,
            caption=pane.name if desk.side_by_side else "",
            marked=desk.marked if active else None,
            picked=desk.picked() if active else NO_PICK,
            region=desk.region if active else None,
            flight=desk.flying.lines() if active else None,
        )

    def _title(self) -> None:
        name = self.desk.pane.stage.landscape.name
        if name != self._captioned:
            self._captioned = name
            self.window.set_caption(f"Basin: {name}")

    def _close_window(self) -> bool:
        """Leave the loop; GL objects are released while the window still has its context."""
        pyglet.app.exit()
        return True

    def _dropped(self, x: int, y: int, paths: list[str]) -> None:
        for path in paths:
            self._interface.open_path(Path(path))
        self.wake()
