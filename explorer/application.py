"""The window's loop: events in, pictures out, and only when something changed."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import moderngl
import pyglet
from pyglet.window import key

from compute.folder import open_folder
from compute.landscape import Landscape
from compute.messages import Opened
from explorer import navigation
from explorer.camera import ray
from explorer.frame import Frame, compose
from explorer.graphics import is_software
from explorer.gui import Gui
from explorer.heights import extent_world
from explorer.keys import KEYS
from explorer.panel import MARGIN, WIDTH, panel, reading_line, readout
from explorer.present import Presenter
from explorer.picking import hit, read, world_point
from explorer.scene import Shot
from explorer.staging import Stage
from explorer.status import Status
from explorer.task import Task
from explorer.view import View
from explorer.window import open_window

POLL_SECONDS = 0.1  # how often folder and worker are looked at
FRAME_SECONDS = 1 / 60
FRAMES_PER_EVENT = 3  # ImGui needs this many until an event shows everywhere
FIRST_LEVEL = 25  # points of the coarsest level: from then on the live landscape replaces the ready one
SAMPLES = 4  # per pixel, on hardware
READY = "ready"


class Application:
    """One window on one or more landscapes, with or without a worker that measures them."""

    def __init__(
        self,
        landscapes: Mapping[str, Landscape],
        task: Task | None = None,
        report: Callable[[Status], None] = lambda status: None,
    ) -> None:
        self.view = View()
        self.stages = {name: Stage(landscape, self.view) for name, landscape in landscapes.items()}
        self.name = next(iter(self.stages))
        self.task, self._report = task, report
        self.window = open_window(f"Basin: {self.stage.landscape.name}")
        self.ctx = moderngl.create_context(require=330)
        _ = self.ctx.error  # pyglet may leave one behind
        self._software = is_software(self.ctx)
        self.frame = Frame(self.ctx, 0 if self._software else SAMPLES)
        self.presenter = Presenter(self.ctx)
        self.gui = Gui(self.window, self.wake)
        self._pointer: tuple[float, float] | None = None
        self._dragging = self._panel_hidden = self._ticking = False
        self._due, self._last = 0, time.perf_counter()
        self._drawn: tuple[object, ...] = ()
        self._picture: moderngl.Texture | None = None
        self._uploaded: object = None
        self._shot: Shot | None = None
        self.window.push_handlers(
            on_mouse_motion=self._moved,
            on_mouse_drag=self._dragged,
            on_mouse_release=self._released,
            on_mouse_scroll=self._scrolled,
            on_mouse_leave=self._left,
            on_key_press=self._pressed,
            on_resize=lambda *_: self.wake(),
            on_expose=self.wake,
        )

    @property
    def stage(self) -> Stage:
        """The landscape in view."""
        return self.stages[self.name]

    def run(self) -> None:
        """Show the window until it is closed; nothing of it is left behind."""
        try:
            self._tick(0.0)
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
        self.presenter.release()
        self.frame.release()
        self.window.close()

    def wake(self) -> None:
        """Something changed: draw the next few frames."""
        self._due = FRAMES_PER_EVENT
        if not self._ticking:
            self._ticking = True
            pyglet.clock.schedule_interval(self._tick, FRAME_SECONDS)

    # ── the task ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _poll(self, seconds: float) -> None:
        for message in self.task.poll() if self.task else []:
            if isinstance(message, Opened) and message.plane not in self.stages:
                self.stages[message.plane] = Stage(open_folder(Path(message.folder)), self.view)
            self.wake()
        if self.task:
            self._report(self.task.status)
        if self.stage.refresh(self.view) or self._leave_ready():
            self.wake()

    def _leave_ready(self) -> bool:
        live = [name for name, stage in self.stages.items() if name != READY]
        if self.name != READY or not any(self.stages[name].landscape.measured >= FIRST_LEVEL for name in live):
            return False
        self._look(live[0])
        del self.stages[READY]
        return True

    def _look(self, name: str) -> None:
        self.name = name
        self.stage.refresh(self.view)
        self.stage.settle()
        self.window.set_caption(f"Basin: {self.stage.landscape.name}")
        if self.task:
            self.task.look(name)

    # ── drawing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _tick(self, seconds: float) -> None:
        now = time.perf_counter()
        elapsed, self._last = now - self._last, now
        if self.stage.advance(min(elapsed, 0.1)):
            self._due = max(self._due, 1)
        self.window.switch_to()
        self._draw(elapsed)
        self.window.flip()
        self._due -= 1
        if self._due <= 0 and not self.stage.moving:
            pyglet.clock.unschedule(self._tick)
            self._ticking = False

    def _draw(self, seconds: float) -> None:
        size, pixels = self.window.get_size(), self.window.get_framebuffer_size()
        if min(*size, *pixels) < 1:
            return  # minimised
        self.gui.begin(size, pixels, seconds)
        self._draw_scene(pixels, pixels[0] / size[0])
        left = 0.0
        if not self._panel_hidden:
            self._grant(size)
            left = WIDTH + MARGIN
        readout(self._reading(), size, left)
        assert self._picture is not None
        self.presenter.draw(self._picture)
        self.gui.render()

    def _draw_scene(self, pixels: tuple[int, int], ratio: float) -> None:
        if self._uploaded is not self.stage.heights:
            self._uploaded = self.stage.heights
            self.frame.set_heights(self.stage.heights, self.stage.map.measured)
        coarse = self._software and self._dragging
        panel_px = 0.0 if self._panel_hidden else (WIDTH + MARGIN) * ratio
        state = (self.stage.scene, self.view, pixels, coarse, panel_px, id(self._uploaded))
        if state != self._drawn:
            self._shot = compose(self.stage.scene, self.view, pixels, ratio, panel_px, coarse)
            self._picture = self.frame.draw(self._shot)
            self._drawn = state

    def _grant(self, size: tuple[int, int]) -> None:
        planes = tuple(name for name in self.stages if name != READY) if self.name != READY else (READY,)
        status = self.task.status if self.task else None
        wishes = panel(self.view, self.stage, self.name, planes, status, size[1], self.gui.strong)
        if wishes.view != self.view:
            self.set_view(wishes.view)
        if wishes.plane != self.name:
            self._look(wishes.plane)
        if self.task:
            self.task.pause(wishes.paused)
        if self.task and wishes.restart:
            self.task.start()

    def set_view(self, view: View) -> None:
        """Show the landscape like this from now on."""
        self.view = view
        self.stage.refresh(view)
        self.wake()

    # ── pointer and keys ──────────────────────────────────────────────────────────────────────────────────────────

    def _under_pointer(self) -> tuple[float, float] | None:
        if self._pointer is None or self._shot is None or self.gui.wants_mouse:
            return None
        ratio = self._shot.pixel_ratio
        pixel = self._pointer[0] * ratio, self._pointer[1] * ratio
        line = ray(self.view.camera, self._shot.clip, pixel, self._shot.size)
        return hit(*line, self.stage.heights, self._shot.extent, self._shot.relief)

    def _reading(self) -> str:
        place = None if self._dragging else self._under_pointer()
        return reading_line(read(self.stage.map, *place) if place else None, self.stage.map.nodes.surplus)

    def _moved(self, x: float, y: float, dx: float, dy: float) -> None:
        self._pointer = (x, y)
        self.wake()

    def _dragged(self, x: float, y: float, dx: float, dy: float, buttons: int, modifiers: int) -> None:
        self._pointer = (x, y)
        if not self.gui.wants_mouse:
            self._dragging = True
            camera = navigation.dragged(self.view.camera, (dx, dy), buttons, modifiers, self.window.height)
            self.set_view(replace(self.view, camera=camera))

    def _released(self, *_: object) -> None:
        self._dragging = False
        self.wake()

    def _scrolled(self, x: float, y: float, right: float, up: float) -> None:
        self._pointer = (x, y)
        if self.gui.wants_mouse:
            return
        place = self._under_pointer()
        relief = self._shot.relief if self._shot else 0.0
        extent = extent_world(self.stage.landscape.domain)
        ground = world_point(self.stage.heights, place, extent, relief) if place else None
        self.set_view(replace(self.view, camera=navigation.scrolled(self.view.camera, up, ground)))

    def _left(self, *_: object) -> None:
        self._pointer = None
        self.wake()

    def _pressed(self, symbol: int, modifiers: int) -> bool | None:
        if symbol == key.ESCAPE:
            pyglet.app.exit()
            return True
        if self.gui.wants_keyboard or modifiers & (key.MOD_CTRL | key.MOD_ALT | key.MOD_COMMAND):
            return None
        name = chr(symbol) if 0 < symbol < 128 else ""
        if symbol == key.TAB:
            names = [name for name in self.stages if name != READY]
            if self.name in names:
                self._look(names[(names.index(self.name) + 1) % len(names)])
        elif symbol == key.SPACE and self.task:
            self.task.pause(not self.task.status.paused)
        elif name == "h":
            self._panel_hidden = not self._panel_hidden
        elif name in KEYS:
            self.set_view(KEYS[name][1](self.view))
        self.wake()
        return None
