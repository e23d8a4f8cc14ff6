"""The curve of a line: the edge of the area under it."""

import moderngl
import numpy as np

from explorer.gl.draped import Draped
from explorer.gl.height_texture import HeightTexture
from explorer.ground.scene import Shot

WIDTH_PT = 2.6


class Curve:
    """Screen-space lines between the nodes of the height texture."""

    def __init__(self, ctx: moderngl.Context, heights: HeightTexture) -> None:
        self._ctx = ctx
        self._heights = heights
        self._line = Draped(ctx, heights, "curve", "1f", ("i_node",))
        self._nodes = np.empty((0, 1), np.float32)

    def draw(self, shot: Shot) -> None:
        """Always there, whatever the area is drawn like; fainter where it is predicted."""
        if not shot.scene.domain.is_line:
            return
        columns = self._heights.shape[1]
        if len(self._nodes) != columns:
            self._nodes = np.arange(columns, dtype=np.float32)[:, None]
        self._ctx.enable_only(moderngl.DEPTH_TEST | moderngl.BLEND)
        self._line.draw(
            shot,
            self._nodes,
            u_width_px=WIDTH_PT * shot.pixel_ratio,
            u_colour=shot.theme.curve,
            u_predicted_colour=shot.theme.predicted,
        )

    def release(self) -> None:
        """Release the GL objects."""
        self._line.release()
