"""The colour bar; its numbers are labels."""

import moderngl

from explorer.colour_texture import ColourTexture
from explorer.scene import Shot
from explorer.shader import program, set_uniforms


class ColourBar:
    """One upright rectangle at the right of the picture."""

    def __init__(self, ctx: moderngl.Context, colours: ColourTexture) -> None:
        self._ctx = ctx
        self._colours = colours
        self._program = program(ctx, "colourbar")
        self._vao = ctx.vertex_array(self._program, [])

    def draw(self, shot: Shot) -> None:
        """On top of the scene."""
        if not shot.view.colour_bar:
            return
        self._ctx.enable_only(moderngl.NOTHING)
        self._colours.use(0, shot.view.colour.map)
        set_uniforms(
            self._program,
            t_colours=0,
            u_rectangle_px=shot.bar,
            u_viewport_px=tuple(float(n) for n in shot.size),
            u_frame_colour=(0.62, 0.67, 0.75, 1.0),
            u_frame_px=max(1.0, shot.pixel_ratio),
        )
        self._vao.render(moderngl.TRIANGLE_STRIP, vertices=4)

    def release(self) -> None:
        """Release the GL objects."""
        self._vao.release()
        self._program.release()
