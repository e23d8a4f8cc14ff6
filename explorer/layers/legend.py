"""The marks of the legend; their names are labels."""

import moderngl

from explorer.gl.quads import Quads
from explorer.gl.shader import set_uniforms
from explorer.ground.scene import Shot


class Legend:
    """The same marks as on the surface, at a fixed place of the picture."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        layout, attributes = "2f 1f 1f 3f", ("i_place_px", "i_shape", "i_size_px", "i_colour")
        self._quads = Quads(ctx, "legend", layout, attributes)

    def draw(self, shot: Shot) -> None:
        """On top of the scene."""
        if not len(shot.swatches):
            return
        self._ctx.enable_only(moderngl.BLEND)
        set_uniforms(self._quads.program, u_viewport_px=tuple(float(n) for n in shot.size))
        self._quads.render(shot.swatches)

    def release(self) -> None:
        """Release the GL objects."""
        self._quads.release()
