"""Quads that lie or stand on the ground: the common body of the layers that draw lines and marks there."""

import moderngl

from explorer.gl.cutting import Cutting, cut_uniforms
from explorer.gl.height_texture import HeightTexture
from explorer.gl.quads import Quads
from explorer.gl.shader import Uniform, set_uniforms
from explorer.ground.scene import HIDDEN_OPACITY, Instances, Shot

# Flags and opacity of the two passes: first all of it, faintly, then what nothing lies before.
THROUGH = ((moderngl.BLEND, HIDDEN_OPACITY), (moderngl.DEPTH_TEST | moderngl.BLEND, 1.0))


class Draped:
    """Quads whose vertex shader reads its heights from the height texture, and which are cut with the ground."""

    def __init__(
        self, ctx: moderngl.Context, heights: HeightTexture, name: str, layout: str, attributes: tuple[str, ...]
    ) -> None:
        self._ctx, self._heights = ctx, heights
        self._quads = Quads(ctx, name, layout, attributes)

    def draw(self, shot: Shot, table: Instances, **values: Uniform) -> None:
        """One quad per row, with the flags that are set; ``values`` are uniforms beyond those of every such shader."""
        self._heights.use(0)
        set_uniforms(
            self._quads.program,
            t_height=0,
            u_clip=shot.clip,
            u_viewport_px=tuple(float(n) for n in shot.size),
            u_extent_world=shot.extent,
            u_relief_world=shot.relief,
            **cut_uniforms(shot),
            **values,
        )
        with Cutting(self._ctx, shot):
            self._quads.render(table)

    def draw_through(self, shot: Shot, table: Instances, **values: Uniform) -> None:
        """The same blended, and what lies behind the ground shines through faintly."""
        for flags, opacity in THROUGH:
            self._ctx.enable_only(flags)
            self.draw(shot, table, u_opacity=opacity, **values)

    def release(self) -> None:
        """Release the GL objects."""
        self._quads.release()
