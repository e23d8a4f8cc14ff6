"""The lit height map, as solid, wireframe, plain colour or solid with the measured grid."""

import moderngl
import numpy as np

from explorer.colour_texture import ColourTexture
from explorer.height_texture import HeightTexture
from explorer.scene import Shot
from explorer.shader import program, set_uniforms
from explorer.view import SurfaceMode

LIGHT = np.array([-0.35, -0.45, 0.82]) / np.linalg.norm([-0.35, -0.45, 0.82])
UNKNOWN = (0.62, 0.65, 0.70)
HATCH_PT = 9.0
COARSE_CELLS = 128  # along the longer axis, while the camera moves on a software driver


class Surface:
    """Row strips that read the height texture; no vertex buffer at all."""

    def __init__(self, ctx: moderngl.Context, heights: HeightTexture, colours: ColourTexture) -> None:
        self._ctx = ctx
        self._heights = heights
        self._colours = colours
        self._program = program(ctx, "surface")
        self._vao = ctx.vertex_array(self._program, [])

    def draw(self, shot: Shot) -> None:
        """Polygon offset keeps the lines that lie on the surface visible."""
        if shot.view.surface is SurfaceMode.HIDDEN or shot.scene.domain.is_line:
            return
        wireframe = shot.view.surface is SurfaceMode.WIREFRAME
        self._ctx.enable_only(moderngl.DEPTH_TEST | (moderngl.BLEND if wireframe else 0))
        self._heights.use(0)
        self._colours.use(1, shot.view.colour.map)
        rows, columns = self._heights.shape
        step = max(1, (max(rows, columns) - 1) // COARSE_CELLS) if shot.coarse else 1
        set_uniforms(
            self._program,
            t_height=0,
            t_colours=1,
            u_clip=shot.clip,
            u_extent_world=shot.extent,
            u_relief_world=shot.relief,
            u_step=step,
            u_eye_world=tuple(shot.view.camera.eye),
            u_light=tuple(LIGHT),
            u_cells=tuple(float(n) for n in shot.scene.cells),
            u_mode=shot.view.surface.value,
            u_line_px=shot.pixel_ratio * (1.3 if wireframe else 1.0),
            u_line_colour=(0.02, 0.03, 0.05),
            u_unknown_colour=UNKNOWN,
            u_hatch_px=HATCH_PT * shot.pixel_ratio,
        )
        self._ctx.polygon_offset = (1.0, 1.0)
        drawn_columns, drawn_rows = (-(-(n - 1) // step) for n in (columns, rows))
        self._vao.render(moderngl.TRIANGLE_STRIP, vertices=2 * (drawn_columns + 1), instances=drawn_rows)
        self._ctx.polygon_offset = (0.0, 0.0)

    def release(self) -> None:
        """Release the GL objects."""
        self._vao.release()
        self._program.release()
