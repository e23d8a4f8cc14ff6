"""What a drag in the scene does, from its first pixel to its last. Knows no window system."""

from collections import deque
from dataclasses import replace
from typing import Protocol

import numpy as np

from compute.landscape import Floats
from explorer.camera.camera import ray
from explorer.camera.steering import Turn, orbit, pan, tumble, turn
from explorer.desk.desk import Desk
from explorer.desk.modes import Navigation, Tool
from explorer.desk.pane import Pane
from explorer.ground.heights import extent_world
from explorer.ground.picking import UV, rectangle

DEGREES_PER_POINT = 0.35
LOOKING_DEGREES_PER_POINT = 0.15  # with the eye in place the whole picture turns
RESTED = 0.08  # seconds; a hand that has not moved for longer lets go without a swing
SWING_WINDOW = 0.12  # seconds before its last move by which a drag's speed is judged
SHORTEST_SPAN = 0.01  # seconds; moves that are nearer to each other came in one batch
FASTEST_SWING = 300.0  # degrees per second
FAR = 1e3  # of the world
CLICKED = 0.05  # of the domain, to each side of a click: what is refined around it

Pixel = tuple[float, float]  # of the active pane, from its bottom left


class Drag(Protocol):
    """One drag, and one step of undo. Lengths of ``by`` are in points."""

    def move(self, pixel: Pixel, by: tuple[float, float], seconds: float) -> None:
        """The pointer moved, at this time."""

    def release(self, seconds: float) -> None:
        """It was let go of, at this time."""

    def cancel(self) -> None:
        """It is not to have been."""

    def abandon(self) -> None:
        """It ends as it is: nobody knows what became of the hand."""


def begin(desk: Desk, pixel: Pixel, height: int, *, shifting: bool) -> Drag:
    """The drag that begins at a pixel of the active pane, so many points high; ``shifting`` moves the scene aside."""
    if shifting:
        return Shifting(desk, height)
    if desk.tool is Tool.LOOK or desk.pane.is_line:
        return Turning(desk)
    start = desk.pane.ground(pixel)
    if start is None:
        return Turning(desk)
    return laying(desk, start)


def laying(desk: Desk, start: UV) -> "Sectioning | Refining":
    """What the tool that is on lays on the ground, from this place on."""
    return Sectioning(desk, start) if desk.tool is Tool.SECTION else Refining(desk, start)


class Shifting:
    """The scene follows the pointer."""

    def __init__(self, desk: Desk, height: int) -> None:
        self._desk, self._height, self._before = desk, height, desk.pane.camera

    def move(self, pixel: Pixel, by: tuple[float, float], seconds: float) -> None:
        """Shift by as many points as the pointer went."""
        desk = self._desk
        desk.steer(pan(desk.pane.camera, *by, self._height, desk.pane.clip), self)

    def release(self, seconds: float) -> None:
        """It stays where it is."""

    def cancel(self) -> None:
        """Back to where it was."""
        self._desk.steer(self._before, self)

    def abandon(self) -> None:
        """It stays where it is."""


class Turning:
    """The eye goes round the target, or in flight looks around. Let go in motion, it swings on."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._before = desk, desk.pane.camera
        self._flying = desk.navigation is Navigation.FLY
        turns: dict[Navigation, Turn] = {Navigation.FREE: tumble, Navigation.FLY: turn}
        self._turn = turns.get(desk.navigation, orbit)
        self._lately: deque[tuple[float, float, float]] = deque(maxlen=64)  # seconds, degrees right and up

    def move(self, pixel: Pixel, by: tuple[float, float], seconds: float) -> None:
        """Turn by so many degrees a point."""
        per_point = LOOKING_DEGREES_PER_POINT if self._flying else DEGREES_PER_POINT
        right, up = -by[0] * per_point, -by[1] * per_point
        self._lately.append((seconds, right, up))
        self._desk.steer(self._turn(self._desk.pane.camera, right, up), self)

    def release(self, seconds: float) -> None:
        """Swing on as fast as the hand went at last; a hand that rested lets go without."""
        if self._flying or not self._desk.preferences.inertia:
            return
        speed = self._speed(seconds)
        self._desk.motion.throw(float(speed[0]), float(speed[1]), self._turn)

    def _speed(self, seconds: float) -> Floats:
        """Degrees per second, right and up. Moves are heard of in batches, one a picture, each as late as its picture:
        what is known is how far the hand went from the first of the late batches to the last. Where pictures are so
        slow that there is but one, nobody knows whether the hand rested at the end, and nothing swings."""
        last = self._lately[-1][0] if self._lately else -np.inf
        late = np.array([move for move in self._lately if last - move[0] <= SWING_WINDOW])
        if seconds - last > RESTED or np.ptp(late[:, 0]) < SHORTEST_SPAN:
            return np.zeros(2)
        span = float(np.ptp(late[:, 0]))
        speed: Floats = late[late[:, 0] > late[0, 0], 1:].sum(axis=0) / span
        return speed * min(1.0, FASTEST_SWING / max(float(np.hypot(*speed)), 1e-9))

    def cancel(self) -> None:
        """Back to where it was."""
        self._desk.steer(self._before, self)

    def abandon(self) -> None:
        """It stays where it is."""


class Sectioning:
    """A cross-section from where the button went down to where the pointer is."""

    def __init__(self, desk: Desk, start: UV) -> None:
        self._desk, self._start, self._before = desk, start, desk.view.section

    def move(self, pixel: Pixel, by: tuple[float, float], seconds: float) -> None:
        """Lay it anew."""
        self.lay(beneath(self._desk.pane, pixel, self._start))

    def lay(self, end: UV) -> None:
        """Lay it to another place."""
        self._show((self._start, end))

    def release(self, seconds: float) -> None:
        """It stays as it lies."""
        self.finish()

    def finish(self) -> None:
        """It stays as it lies."""

    def cancel(self) -> None:
        """As it lay before."""
        self._show(self._before)

    def abandon(self) -> None:
        """It stays as it lies."""

    def _show(self, section: tuple[UV, UV] | None) -> None:
        self._desk.show(replace(self._desk.view, section=section), self)


class Refining:
    """A rectangle of the ground, shown while it is dragged out, and measured once it is let go of."""

    def __init__(self, desk: Desk, start: UV) -> None:
        self._desk, self._start = desk, start

    def move(self, pixel: Pixel, by: tuple[float, float], seconds: float) -> None:
        """Show what would be measured."""
        self.lay(beneath(self._desk.pane, pixel, self._start))

    def lay(self, end: UV) -> None:
        """Show what would be measured, to another place."""
        self._desk.region = rectangle(self._start, end)

    def release(self, seconds: float) -> None:
        """Have it measured."""
        self.finish()

    def finish(self) -> None:
        """Have it measured; of a click what is around it. The tool is done then."""
        region = self._desk.region or _around(self._start)
        self.cancel()
        self._desk.tool = Tool.LOOK
        self._desk.refine(region)

    def cancel(self) -> None:
        """Nothing is measured."""
        self._desk.region = None

    def abandon(self) -> None:
        """Nothing is measured."""
        self.cancel()


def beneath(pane: Pane, pixel: Pixel, start: UV) -> UV:
    """(u, v) of the ground under a pixel; beside the ground, the rim of it that is nearest at the height of the start,
    so that a drag may run over the rim."""
    ground = pane.ground(pixel)
    clip = pane.clip
    if ground is not None or clip is None:
        return ground or start
    origin, direction = ray(pane.camera, clip, pixel, pane.size)
    fall = pane.on_ground(start)[2] - origin[2]
    # Above the horizon the rim is as far as one sees.
    way = fall / direction[2] if fall * direction[2] > 0 else FAR
    place = origin + way * direction
    u, v = np.clip(place[:2] / extent_world(pane.stage.scene.domain) + 0.5, 0, 1).tolist()
    return u, v


def _around(place: UV) -> tuple[UV, UV]:
    (u0, v0), (u1, v1) = (tuple(np.clip(np.add(place, side), 0, 1).tolist()) for side in (-CLICKED, CLICKED))
    return (u0, v0), (u1, v1)
