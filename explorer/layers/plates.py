"""Plates under colour bar, legend and captions, where the scene lies behind: so that text can be read over it."""

import moderngl
import numpy as np

from explorer.gl.quads import Quads
from explorer.gl.shader import set_uniforms
from explorer.ground.scene import Shot

SOFT_PT = 12.0  # over which the sides fade
MOST = 16  # plates that have their sides in common, as in the shader; there are hardly half as many
STRENGTH = 0.72  # of the plate; the scene shines through


class Plates:
    """Rectangles of the background's colour over the scene. They lie behind everything and are drawn where something is
    nearer: so there is none over the background, whatever the camera."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._quads = Quads(ctx, "plates", "4f", ("i_box_px",))

    def draw(self, shot: Shot) -> None:
        """Over the scene, under the text."""
        if not len(shot.plates):
            return
        self._ctx.enable_only(moderngl.BLEND | moderngl.DEPTH_TEST)
        self._ctx.depth_func = ">"
        set_uniforms(
            self._quads.program,
            u_viewport_px=tuple(float(n) for n in shot.size),
            u_soft_px=SOFT_PT * shot.pixel_ratio,
            u_boxes_px=np.resize(shot.plates, (MOST, 4)).T,  # transposed like any matrix
            u_colour=(*shot.theme.background_bottom, STRENGTH),
        )
        self._quads.render(shot.plates)
        self._ctx.depth_func = "<"

    def release(self) -> None:
        """Release the GL objects."""
        self._quads.release()
