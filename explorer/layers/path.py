"""The training path, draped on the surface, from yellow (start) to cyan (end)."""

import moderngl

from explorer.cutting import cut_uniforms, cutting
from explorer.height_texture import HeightTexture
from explorer.marks import CYAN, YELLOW
from explorer.quads import Quads
from explorer.scene import HIDDEN_OPACITY, Shot
from explorer.shader import set_uniforms

WIDTH_PT = 4.2


class Path:
    """Screen-space lines that read their height from the height texture."""

    def __init__(self, ctx: moderngl.Context, heights: HeightTexture) -> None:
        self._ctx = ctx
        self._heights = heights
        self._quads = Quads(ctx, "path", "4f 2f", ("i_ends", "i_along"))

    def draw(self, shot: Shot) -> None:
        """A bright core in a dark casing; what lies behind the ground shines through faintly."""
        if not shot.view.path or not len(shot.scene.path):
            return
        self._heights.use(0)
        set_uniforms(
            self._quads.program,
            t_height=0,
            u_clip=shot.clip,
            u_viewport_px=tuple(float(n) for n in shot.size),
            u_extent_world=shot.extent,
            u_relief_world=shot.relief,
            u_width_px=WIDTH_PT * shot.pixel_ratio,
            u_start_colour=YELLOW,
            u_end_colour=CYAN,
            u_casing_colour=shot.theme.casing,
            **cut_uniforms(shot),
        )
        for flags, opacity in ((moderngl.BLEND, HIDDEN_OPACITY), (moderngl.DEPTH_TEST | moderngl.BLEND, 1.0)):
            self._ctx.enable_only(flags)
            set_uniforms(self._quads.program, u_opacity=opacity)
            with cutting(self._ctx, shot):
                self._quads.render(shot.scene.path)

    def release(self) -> None:
        """Release the GL objects."""
        self._quads.release()
