"""A quiet gradient behind everything."""

import moderngl

from explorer.gl.shader import program, set_uniforms
from explorer.ground.scene import Shot


class Background:
    """Fills the picture."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._program = program(ctx, "background")
        self._vao = ctx.vertex_array(self._program, [])

    def draw(self, shot: Shot) -> None:
        """Wherever nothing was drawn: it lies at the far end of depth, and comes after the surface."""
        self._ctx.enable_only(moderngl.DEPTH_TEST)
        self._ctx.depth_func = "<="
        set_uniforms(self._program, u_bottom=shot.theme.background_bottom, u_top=shot.theme.background_top)
        self._vao.render(moderngl.TRIANGLES, vertices=3)
        self._ctx.depth_func = "<"

    def release(self) -> None:
        """Release the GL objects."""
        self._vao.release()
        self._program.release()
