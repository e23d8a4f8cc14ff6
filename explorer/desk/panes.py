"""The panes of a window and the views in them: linked, undone and redone, gliding."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import moderngl
import numpy as np

from explorer.camera.camera import MAP, NO_MARGINS, Camera, Margins
from explorer.camera.motion import Motion
from explorer.camera.steering import focus
from explorer.desk.history import History
from explorer.desk.layout import Rectangle, contains, divide
from explorer.desk.linking import ALONE, CommonScales, follow
from explorer.desk.pane import Pane
from explorer.gl.graphics import largest_side
from explorer.ground.picking import Reading
from explorer.ground.runs import newest_checkpoint
from explorer.ground.staging import Stage
from explorer.looks.settings import Links, Preferences
from explorer.looks.view import View
from explorer.pictures.keyframes import FlightFile

FOCUS_FACTOR = 0.55  # of the distance, after a double click
FOLLOW_SECONDS = 0.5  # time constant of a camera that goes along with a training
STILL = 1e-4  # of the world: a shorter way is none


@dataclass(frozen=True)
class Arrangement:
    """Which landscapes are shown, each how, what they have in common, and the flight over them: a step of undo."""

    names: tuple[str, ...]
    views: tuple[View, ...]
    links: Links
    flight: FlightFile
    active: int = field(compare=False)  # to choose another pane is no step


class Panes:
    """Some of the ``stages`` side by side, by name. One pane is active: keys, menus and panel are about it."""

    def __init__(self, ctx: moderngl.Context, stages: Mapping[str, Stage], names: list[str]) -> None:
        self._ctx = ctx
        self.stages = dict(stages)
        self.links, self.preferences = Links(), Preferences()
        self.flight = FlightFile(())  # keyframes of a film
        self.motion = Motion()
        self._scales = CommonScales()
        self.panes: list[Pane] = []
        self.active = 0
        self._before_map: View | None = None
        self._show_in_panes(names, View())
        self._history = History(self._arrangement())

    # ── where they are ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def pane(self) -> Pane:
        """The active pane."""
        return self.panes[self.active]

    @property
    def view(self) -> View:
        """How the active pane shows its landscape."""
        return self.pane.view

    @property
    def name(self) -> str:
        """The landscape of the active pane."""
        return self.pane.name

    @property
    def side_by_side(self) -> bool:
        """Whether more than one landscape is shown."""
        return len(self.panes) > 1

    def arrange(self, names: list[str], *views: View, active: int | None = None) -> None:
        """Show these landscapes, one a pane; where there is a view too few, as the pane in its place did.

        ``active`` None: the pane that was, or the last. It is a step of undo.
        """
        self._show_in_panes(names, *views, active=active)
        self._history.record(self._arrangement())

    def exchange(self, name: str) -> None:
        """Show what a landscape has become, the ground easing there from what it was. It is no step of undo."""
        for pane in self.panes:
            if pane.name == name:
                before = pane.stage
                pane.put(name, self.stages[name], pane.view)
                pane.stage.rise_from(before)
        self._agree()

    def forget_closed(self) -> None:
        """Undo goes back to no landscape that is not open any more."""
        self._history.forget(lambda step: not set(step.names) <= set(self.stages))

    def begin_history(self) -> None:
        """What was before cannot be undone."""
        self._history = History(self._arrangement())

    def _show_in_panes(self, names: Sequence[str], *views: View, active: int | None = None) -> None:
        known = list(self._views()) if self.panes else []  # a camera that is under way is there
        fallback = views[-1] if views else known[self.active]
        wanted = [*views, *known[len(views) :], *([fallback] * len(names))][: len(names)]
        for pane in self.panes[len(names) :]:
            pane.release()
        del self.panes[len(names) :]
        for k, (name, view) in enumerate(zip(names, wanted, strict=True)):
            if k == len(self.panes):
                self.panes.append(Pane(self._ctx, name, self.stages[name], view))
            self.panes[k].put(name, self.stages[name], view)
        self.active = min(self.active if active is None else active, len(names) - 1)
        self.motion.stop()
        self._scales = CommonScales()
        self._agree()
        for pane in self.panes:
            pane.stage.settle()

    def place(self, area: Rectangle, margins: Margins = NO_MARGINS) -> None:
        """Divide an area among the panes. One alone has all of it, clear of what lies over it left and top."""
        self._divide(area, margins)
        for pane in self.panes:
            x, y, _, _ = pane.rectangle
            pane.readout = ((area[0] + margins.left + area[0] + area[2]) / 2 - x, float(area[1] - y))

    def _divide(self, area: Rectangle, margins: Margins) -> None:
        if not self.side_by_side:
            self.pane.rectangle, self.pane.margins = area, margins
            return
        (x, y, width, height), left = area, round(margins.left)
        free = (x + left, y, width - left, height - round(margins.top))
        for pane, rectangle in zip(self.panes, divide(free, len(self.panes)), strict=True):
            pane.rectangle, pane.margins = rectangle, NO_MARGINS

    def pane_at(self, pixel: tuple[float, float]) -> int | None:
        """Which pane a pixel of the window lies in."""
        return next((k for k, pane in enumerate(self.panes) if contains(pane.rectangle, pixel)), None)

    def within(self, pixel: tuple[float, float]) -> tuple[float, float]:
        """A pixel of the window as one of the active pane."""
        left, bottom, _, _ = self.pane.rectangle
        return pixel[0] - left, pixel[1] - bottom

    def reading(self, pixel: tuple[float, float]) -> Reading | None:
        """What is known about the ground under a pixel of the window."""
        return self.pane.reading(self.within(pixel))

    # ── how they show it ──────────────────────────────────────────────────────────────────────────────────────────

    def show(self, view: View, gesture: object | None = None) -> None:
        """Show the active pane like this at once, and the others as far as they are linked.

        Changes of one ``gesture``, such as one drag, are undone together.
        """
        self._spread(view)
        self._history.record(self._arrangement(), gesture)

    def change(self, how: Callable[[View], View]) -> None:
        """Show the active pane otherwise."""
        self.show(how(self.view))

    def link(self, links: Links) -> None:
        """What the panes have in common from now on; the active one leads."""
        self.links = links
        self._spread(self.view)
        self._history.record(self._arrangement())

    def keep_flight(self, flight: FlightFile, gesture: object | None = None) -> None:
        """Another flight from now on: a step of undo."""
        self.flight = flight
        self._history.record(self._arrangement(), gesture)

    @property
    def can_undo(self) -> bool:
        """Whether a change of the view can be taken back."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether a change that was taken back can be made again."""
        return self._history.can_redo

    def undo(self) -> None:
        """Take back the last change of views, of what is shown or linked, or of the flight."""
        self._restore(self._history.undo())

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        self._restore(self._history.redo())

    # ── the camera ────────────────────────────────────────────────────────────────────────────────────────────────

    def steer(self, camera: Camera, gesture: object | None = None) -> None:
        """Move the camera at once; the hand takes over from whatever moved it before."""
        self.motion.stop()
        self.show(replace(self.view, camera=camera), gesture)

    def carry(self, camera: Camera) -> None:
        """Move the camera along a flight: at once, and no step of undo."""
        self.motion.stop()
        self._spread(replace(self.view, camera=camera))

    @property
    def bound_for(self) -> Camera:
        """The camera of the active pane, or the one that it is on its way to."""
        return self.motion.goal or self.pane.camera

    def fly_to(self, camera: Camera) -> None:
        """Let the camera glide there."""
        self.glide(replace(self.view, camera=camera))

    def glide(self, view: View) -> None:
        """Show the active pane like this, the camera gliding there."""
        before = self.pane.camera
        self.motion.stop()
        self.show(view)
        self._glide_from(before)

    @property
    def is_map(self) -> bool:
        """Whether the active pane shows the flat map, or is on its way to it."""
        return replace(self.view, camera=self.bound_for).is_map

    def enter_map(self) -> None:
        """The flat map from above, without perspective."""
        self._before_map = replace(self.view, camera=self.bound_for)
        self.glide(replace(self.view, flat=True, camera=self.pane.fitted(MAP)))

    def leave_map(self) -> None:
        """As it was before the map."""
        before = self._before_map or View()
        self.glide(replace(self.view, flat=before.flat, camera=before.camera))

    def focus_on(self, uv: tuple[float, float]) -> None:
        """Glide to a place on the ground, a little nearer."""
        self.fly_to(focus(self.pane.camera, self.pane.on_ground(uv), FOCUS_FACTOR))

    def look_after(self, seconds: float) -> bool:
        """Let the camera of the active pane ease towards the newest checkpoint shown; True when it moved."""
        stage = self.pane.stage
        newest = newest_checkpoint(stage.runs)
        if self.motion.moving or newest is None:
            return False
        u, v = np.clip(stage.scene.checkpoints[newest], 0.0, 1.0).tolist()
        camera = self.pane.camera
        step = (self.pane.on_ground((u, v)) - np.array(camera.target)) * (1.0 - math.exp(-seconds / FOLLOW_SECONDS))
        if float(np.abs(step).max()) < STILL:
            return False
        x, y, z = (np.array(camera.target) + step).tolist()
        self._spread(replace(self.view, camera=replace(camera, target=(x, y, z))))
        return True

    def advance(self, seconds: float) -> bool:
        """Let time pass for ground and camera; True when anything is to be drawn anew."""
        moved = [pane.stage.advance(seconds) for pane in self.panes]
        camera = self.motion.advance(self.pane.camera, seconds)
        if camera is not None:
            self._spread(replace(self.view, camera=camera))
        return any(moved) or camera is not None

    def release(self) -> None:
        """Release the GL objects."""
        for pane in self.panes:
            pane.release()

    def _views(self) -> tuple[View, ...]:
        """As undo and redo bring them back: where a camera is under way, with the one that it is sent to."""
        goal, now = self.motion.goal, self.view.camera
        if goal is None:
            return tuple(pane.view for pane in self.panes)
        return tuple(replace(pane.view, camera=goal) if pane.view.camera == now else pane.view for pane in self.panes)

    def _arrangement(self) -> Arrangement:
        return Arrangement(tuple(pane.name for pane in self.panes), self._views(), self.links, self.flight, self.active)

    def _restore(self, step: Arrangement) -> None:
        before, same = self.pane.camera, step.names == tuple(pane.name for pane in self.panes)
        self.motion.stop()
        self.links, self.flight = step.links, step.flight
        if same:  # another pane may have been chosen since: it stays the active one
            for pane, view in zip(self.panes, step.views, strict=True):
                pane.view = view
            self._agree()
            self._glide_from(before)
        else:
            self._show_in_panes(step.names, *step.views, active=step.active)

    def _glide_from(self, before: Camera) -> None:
        """Let the camera of the active pane move from where it was to where it is meant to be."""
        goal = self.pane.camera
        if self.preferences.eased and before != goal:
            self.motion.start(before, goal)
            self._spread(replace(self.view, camera=before))

    def _spread(self, view: View) -> None:
        for pane in self.panes:
            pane.view = view if pane is self.pane else self._follow(pane, view)
        self._agree()

    def _follow(self, pane: Pane, leader: View) -> View:
        camera = leader.camera if pane.is_line == self.pane.is_line else pane.view.camera
        return follow(pane.view, replace(leader, camera=camera), self.links, pane.stage.landscape)

    def _agree(self) -> None:
        """Draw every pane as its view says, on one scale as far as they are to have one."""
        stages = [pane.stage for pane in self.panes]
        links = self.links if self.side_by_side else ALONE
        for pane in self.panes:
            pane.show(self._scales.agreed(pane.view, self.view, links, stages))

    @property
    def largest_side(self) -> int:
        """Pixels along a side of the largest picture that can be drawn here."""
        return largest_side(self._ctx)
