"""Cross-sections and regions laid by keys: a mark on the ground that arrows move, and Enter for each end."""

from collections.abc import Mapping

import numpy as np

from compute.landscape import Floats
from explorer.camera.camera import Camera
from explorer.desk.desk import Desk
from explorer.desk.modes import Tool
from explorer.desk.pane import Pane
from explorer.ground.heights import extent_world
from explorer.ground.picking import UV
from explorer.window.drags import Refining, Sectioning, laying

STEP = 0.05  # in half sides of the domain, from the usual distance; nearer, so much less
FINE = 0.2  # of a step, with Shift
ARROWS: Mapping[str, tuple[int, int]] = {"Left": (-1, 0), "Right": (1, 0), "Up": (0, 1), "Down": (0, -1)}


class Tracing:
    """The mark that keys move while a tool is on, and the drag that they lead: as the pointer would, one step of undo.

    ``desk.anchor`` is where the drag began.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._drag: Sectioning | Refining | None = None
        self._place: UV | None = None
        self._about: tuple[object, ...] = ()  # what the mark is on: of another landscape it means nothing

    @property
    def possible(self) -> bool:
        """Whether there is a tool that keys can lead."""
        return self._desk.tool is not Tool.LOOK and not self._desk.pane.is_line

    def step(self, arrow: str, *, fine: bool) -> None:
        """Move the mark one step to the right, left, top or bottom of the picture, and lay the drag anew."""
        pane = self._desk.pane
        way = FINE if fine else 1.0
        way *= STEP * min(1.0, pane.camera.distance / Camera().distance)
        moved = np.add(self._at(), way * on_ground(pane.camera, ARROWS[arrow]) / extent_world(pane.stage.scene.domain))
        u, v = np.clip(moved, 0.0, 1.0).tolist()
        self._place = self._desk.marked = u, v
        if self._drag:
            self._drag.lay(self._place)

    def confirm(self) -> None:
        """The first end lies here, or the second one does and all is done."""
        desk = self._desk
        self._place = desk.marked = self._at()
        if self._drag is None:
            self._drag, desk.anchor = laying(desk, self._place), self._place
            return
        drag, self._drag, desk.anchor = self._drag, None, None
        drag.finish()
        self.follow()

    def back(self) -> bool:
        """Take back the drag; False where there is none."""
        if self._drag is None:
            return False
        drag, place, self._drag = self._drag, self._desk.anchor, None
        self._place, self._desk.anchor = place, None
        drag.cancel()
        return True

    def follow(self) -> None:
        """Show the mark in the next picture too, as long as the tool is on and the landscape the same."""
        desk = self._desk
        about = (desk.tool, desk.pane, desk.name)
        if about != self._about:
            if self._drag and about[1:] != self._about[1:]:
                self._drag.abandon()  # where it lay nobody looks any more
                self._drag = desk.anchor = None
            self.back()
            self._about, self._place = about, None
        if self._place is not None:
            desk.marked = self._place

    def _at(self) -> UV:
        """Where the mark is; at first where one is pointed at, else in the middle of the picture."""
        self.follow()
        if self._place is not None:
            return self._place
        return self._desk.marked if isinstance(self._desk.marked, tuple) else looked_at(self._desk.pane)


def looked_at(pane: Pane) -> UV:
    """(u, v) of what the camera looks at; the nearest place of the rim where that is beside the ground."""
    target = np.asarray(pane.camera.target[:2]) / extent_world(pane.stage.scene.domain) + 0.5
    u, v = np.clip(target, 0.0, 1.0).tolist()
    return u, v


def on_ground(camera: Camera, way: tuple[float, float]) -> Floats:
    """(2,) unit vector over the ground, alpha and beta, that leads to the right and up in the picture as ``way`` does.

    Up is away from the eye, and seen from below towards it.
    """
    azimuth, roll = np.radians([camera.azimuth, camera.roll])
    x, y = way
    right, up = x * np.cos(roll) - y * np.sin(roll), x * np.sin(roll) + y * np.cos(roll)
    ahead = up if camera.elevation >= 0 else -up
    level, away = np.array([-np.sin(azimuth), np.cos(azimuth)]), -np.array([np.cos(azimuth), np.sin(azimuth)])
    direction: Floats = right * level + ahead * away
    return direction / np.linalg.norm(direction)
