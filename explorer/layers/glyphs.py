"""Marks on the surface: critical points, and the checkpoints of the training path."""

import moderngl

from explorer.height_texture import HeightTexture
from explorer.quads import Quads
from explorer.scene import HIDDEN_OPACITY, Instances, Shot
from explorer.shader import set_uniforms


class Glyphs:
    """Billboards of constant size whose foot reads its height from the height texture."""

    def __init__(self, ctx: moderngl.Context, heights: HeightTexture) -> None:
        self._ctx = ctx
        self._heights = heights
        layout, attributes = "2f 1f 1f 3f", ("i_uv", "i_shape", "i_size_px", "i_colour")
        self._path = Quads(ctx, "glyphs", layout, attributes)
        self._critical = Quads(ctx, "glyphs", layout, attributes)

    def draw(self, shot: Shot) -> None:
        """What lies behind the ground shines through faintly; critical points come after checkpoints, on top."""
        for flags, opacity in ((moderngl.BLEND, HIDDEN_OPACITY), (moderngl.DEPTH_TEST | moderngl.BLEND, 1.0)):
            self._ctx.enable_only(flags)
            self._ctx.depth_func = "<="
            if shot.view.path:
                self._render(self._path, shot.scene.path_marks, shot, opacity)
            if shot.view.glyphs:
                self._render(self._critical, shot.scene.marks, shot, opacity)
        self._ctx.depth_func = "<"

    def release(self) -> None:
        """Release the GL objects."""
        self._path.release()
        self._critical.release()

    def _render(self, quads: Quads, marks: Instances, shot: Shot, opacity: float) -> None:
        if not len(marks):
            return
        self._heights.use(0)
        set_uniforms(
            quads.program,
            t_height=0,
            u_clip=shot.clip,
            u_viewport_px=tuple(float(n) for n in shot.size),
            u_extent_world=shot.extent,
            u_relief_world=shot.relief,
            u_pixel_ratio=shot.pixel_ratio,
            u_opacity=opacity,
        )
        quads.render(marks)
