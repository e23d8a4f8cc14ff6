"""The paths of training runs, draped on the surface, each from the colour of its start to that of its end."""

import moderngl

from explorer.gl.draped import Draped
from explorer.gl.height_texture import HeightTexture
from explorer.ground.scene import Shot

WIDTH_PT = 4.2


class Path:
    """Screen-space lines that read their height from the height texture."""

    def __init__(self, ctx: moderngl.Context, heights: HeightTexture) -> None:
        self._lines = Draped(ctx, heights, "path", "4f 3f 3f", ("i_ends", "i_from_colour", "i_to_colour"))

    def draw(self, shot: Shot) -> None:
        """A bright core in a dark casing; what lies behind the ground shines through faintly."""
        if not shot.view.path or not len(shot.scene.path):
            return
        self._lines.draw_through(
            shot, shot.scene.path, u_width_px=WIDTH_PT * shot.pixel_ratio, u_casing_colour=shot.theme.casing
        )

    def release(self) -> None:
        """Release the GL objects."""
        self._lines.release()
