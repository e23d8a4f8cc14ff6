"""The box around the surface with its grid and ticks."""

import moderngl

from explorer.gl.quads import Quads
from explorer.gl.shader import set_uniforms
from explorer.ground.scene import Shot


class Axes:
    """Straight lines of constant width."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._quads = Quads(ctx, "axes", "3f 3f 4f 1f", ("i_start", "i_end", "i_colour", "i_width_px"))

    def draw(self, shot: Shot) -> None:
        """Blended, hidden by the surface where it is in front."""
        if not shot.view.axes or not len(shot.lines):
            return
        self._ctx.enable_only(moderngl.DEPTH_TEST | moderngl.BLEND)
        set_uniforms(
            self._quads.program,
            u_clip=shot.clip,
            u_viewport_px=tuple(float(n) for n in shot.size),
            u_pixel_ratio=shot.pixel_ratio,
        )
        self._quads.render(shot.lines)

    def release(self) -> None:
        """Release the GL objects."""
        self._quads.release()
