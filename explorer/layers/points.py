"""Where the landscape is measured: a dot at each node of the grid in work."""

import moderngl
import numpy as np

from explorer.gl.draped import Draped
from explorer.gl.height_texture import HeightTexture
from explorer.ground.scene import Instances, Shot

SMALLEST_PT, LARGEST_PT = 2.8, 5.0  # diameters
SHARE = 0.32  # of the distance between two points that a dot may take
LEAST_APART_PT = 7.0  # points nearer to each other than this are thinned out


class Points:
    """Billboards whose foot reads its height from the height texture."""

    def __init__(self, ctx: moderngl.Context, heights: HeightTexture) -> None:
        self._ctx = ctx
        self._dots = Draped(ctx, heights, "points", "2f", ("i_uv",))
        self._thinned: tuple[Instances | None, int] = (None, 1)
        self._places: Instances = np.empty((0, 2), np.float32)

    def draw(self, shot: Shot) -> None:
        """On the ground, hidden by what lies before it."""
        if not shot.view.points or not len(shot.scene.points):
            return
        every, apart_px = spacing(shot)
        if self._thinned[0] is not shot.scene.points or self._thinned[1] != every:
            self._places = thinned(shot.scene.points, shot.scene.cells, every)
            self._thinned = shot.scene.points, every
        ratio = shot.pixel_ratio
        self._ctx.enable_only(moderngl.DEPTH_TEST | moderngl.BLEND)
        radius_px = 0.5 * float(np.clip(SHARE * apart_px, SMALLEST_PT * ratio, LARGEST_PT * ratio))
        self._dots.draw(shot, self._places, u_radius_px=radius_px, u_colour=shot.theme.point)

    def release(self) -> None:
        """Release the GL objects."""
        self._dots.release()


def spacing(shot: Shot) -> tuple[int, float]:
    """Every how many points along each axis one is drawn, and how many pixels those are apart."""
    cells = max(*shot.scene.cells, 1)
    apart, every = shot.domain_px / cells, 1
    while apart * every < LEAST_APART_PT * shot.pixel_ratio and every < cells:
        every *= 2
    return every, apart * every


def thinned(points: Instances, cells: tuple[int, int], every: int) -> Instances:
    """The points of every so many rows and columns of the grid."""
    steps = np.rint(points * np.maximum(cells, 1)).astype(int) % every
    kept: Instances = points[(steps == 0).all(axis=1)] if every > 1 else points
    return kept
