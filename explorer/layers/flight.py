"""The way of the camera of a film, and its keyframes."""

import moderngl

from explorer.gl.quads import Quads
from explorer.gl.shader import set_uniforms
from explorer.ground.scene import HIDDEN_OPACITY, Shot


class Flight:
    """Straight lines in the world; what lies behind the ground shines through faintly."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._quads = Quads(ctx, "flight", "3f 3f 4f 1f", ("i_start", "i_end", "i_colour", "i_width_pt"))

    def draw(self, shot: Shot) -> None:
        """Blended; only where somebody is working on a flight."""
        if not len(shot.flight):
            return
        for flags, opacity in ((moderngl.BLEND, HIDDEN_OPACITY), (moderngl.DEPTH_TEST | moderngl.BLEND, 1.0)):
            self._ctx.enable_only(flags)
            set_uniforms(
                self._quads.program,
                u_clip=shot.clip,
                u_viewport_px=tuple(float(n) for n in shot.size),
                u_pixel_ratio=shot.pixel_ratio,
                u_opacity=opacity,
                u_casing_colour=shot.theme.halo[:3],
            )
            self._quads.render(shot.flight)

    def release(self) -> None:
        """Release the GL objects."""
        self._quads.release()
