"""The area under the curve of a line: what the surface is to a plane."""

import moderngl

from explorer.gl.colour_texture import ColourTexture, colour_span
from explorer.gl.cutting import Cutting, cut_uniforms
from explorer.gl.height_texture import HeightTexture
from explorer.gl.shader import program, set_uniforms
from explorer.ground.scene import Shot
from explorer.looks.view import SurfaceMode

HATCH_PT = 9.0


class Area:
    """Upright quads from the floor to the curve, which read the height texture; no vertex buffer at all."""

    def __init__(self, ctx: moderngl.Context, heights: HeightTexture, colours: ColourTexture) -> None:
        self._ctx = ctx
        self._heights = heights
        self._colours = colours
        self._program = program(ctx, "area")
        self._vao = ctx.vertex_array(self._program, [])

    def draw(self, shot: Shot) -> None:
        """Blended over the background; polygon offset keeps the lines that lie in it visible."""
        if not shot.scene.domain.is_line or shot.view.surface is SurfaceMode.HIDDEN:
            return
        self._ctx.enable_only(moderngl.DEPTH_TEST | moderngl.BLEND)
        self._heights.use(0)
        self._colours.use(1, shot.colour_map)
        set_uniforms(
            self._program,
            t_height=0,
            t_colours=1,
            u_clip=shot.clip,
            u_extent_world=shot.extent,
            u_relief_world=shot.relief,
            u_floor_world=shot.floor,
            u_cells=float(shot.scene.cells[0]),
            u_mode=shot.view.surface.value,
            u_line_px=shot.pixel_ratio * 1.3,
            u_unknown_colour=shot.theme.unknown,
            u_mesh_colour=shot.theme.curve,
            u_hatch_px=HATCH_PT * shot.pixel_ratio,
            u_colour_span=colour_span(shot.colour_map, shot.scene.scale),
            u_steps=0,
            **cut_uniforms(shot),
        )
        self._ctx.polygon_offset = (1.0, 1.0)
        with Cutting(self._ctx, shot):
            self._vao.render(moderngl.TRIANGLE_STRIP, vertices=4, instances=self._heights.shape[1] - 1)
        self._ctx.polygon_offset = (0.0, 0.0)

    def release(self) -> None:
        """Release the GL objects."""
        self._vao.release()
        self._program.release()
