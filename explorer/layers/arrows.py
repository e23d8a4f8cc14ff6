"""Where it goes steepest down within the plane: arrows on the ground, longer where it is steeper."""

import moderngl
import numpy as np

from explorer.gl.draped import Draped
from explorer.gl.height_texture import HeightTexture
from explorer.ground.scene import Arrows as Table
from explorer.ground.scene import Instances, Shot

WIDTH_PT, RIM_PT = 2.0, 1.1  # of the shaft, and of what is dark around it
HEAD_PT = (8.5, 4.2)  # length of a head, and half its width
LEAST_APART_PT = 26.0  # points nearer to each other than this are thinned out
SHORTEST, LONGEST = 0.34, 0.86  # of the distance between two points
PIECES = 8  # of an arrow, so that it lies on the ground


class Arrows:
    """Screen-space arrows of a constant width that read their height from the height texture."""

    def __init__(self, ctx: moderngl.Context, heights: HeightTexture) -> None:
        self._ctx = ctx
        self._lines = Draped(ctx, heights, "arrows", "4f 2f", ("i_ends", "i_part"))
        self._laid: tuple[object, int] = (None, 0)
        self._pieces: Instances = np.empty((0, 6), np.float32)

    def draw(self, shot: Shot) -> None:
        """On the ground, hidden by what lies before it. They hide no mark, whichever stands nearer."""
        if not shot.view.arrows or not len(shot.scene.arrows.rows):
            return
        every = spacing(shot)
        if self._laid != (shot.scene.arrows, every):
            self._laid = shot.scene.arrows, every
            self._pieces = pieces(arrow_ends(shot.scene.arrows, shot.extent, every))
        ratio = shot.pixel_ratio
        self._ctx.enable_only(moderngl.DEPTH_TEST | moderngl.BLEND)
        self._ctx.fbo.depth_mask = False
        self._lines.draw(
            shot,
            self._pieces,
            u_width_px=WIDTH_PT * ratio,
            u_rim_px=RIM_PT * ratio,
            u_head_px=tuple(length * ratio for length in HEAD_PT),
            u_colour=shot.theme.arrow,
            u_rim_colour=shot.theme.casing,
        )
        self._ctx.fbo.depth_mask = True

    def release(self) -> None:
        """Release the GL objects."""
        self._lines.release()


def spacing(shot: Shot) -> int:
    """Every how many points along each axis there is an arrow."""
    apart = shot.domain_px / max(shot.extent) * _apart(shot.scene.arrows, shot.extent)
    every = 1
    while apart * every < LEAST_APART_PT * shot.pixel_ratio and every < max(shot.scene.arrows.cells):
        every *= 2
    return every


def arrow_ends(arrows: Table, extent: tuple[float, float], every: int) -> Instances:
    """(n, 4) u v of tail and tip, of every so many rows and columns of points.

    An arrow begins at its point; where it would leave the domain it is moved until it ends at the rim.
    """
    rows = arrows.rows
    steps = np.rint(rows[:, :2] * arrows.cells).astype(int) % every
    rows = rows[(steps == 0).all(axis=1)]
    share = SHORTEST + (LONGEST - SHORTEST) * rows[:, 4:5]
    tail, way = rows[:, :2], share * _apart(arrows, extent) * every * rows[:, 2:4] / np.array(extent, np.float32)
    tip = tail + way
    back = np.clip(tip, 0.0, 1.0) - tip
    return np.hstack([tail + back, tip + back]).astype(np.float32)


def pieces(ends: Instances) -> Instances:
    """(n * PIECES, 6) the ends of the arrow, and from where to where along it each piece goes, 0 to 1."""
    cuts = np.linspace(0, 1, PIECES + 1, dtype=np.float32)
    parts = np.tile(np.column_stack([cuts[:-1], cuts[1:]]), (len(ends), 1))
    return np.hstack([np.repeat(ends, PIECES, axis=0), parts]).astype(np.float32)


def _apart(arrows: Table, extent: tuple[float, float]) -> float:
    """Distance in the world of two neighbouring points."""
    return min(side / max(cells, 1) for side, cells in zip(extent, arrows.cells, strict=True))
