"""The colour bar; its numbers are labels."""

import moderngl

from explorer.gl.colour_texture import ColourTexture, colour_uniforms
from explorer.gl.shader import program, set_uniforms
from explorer.ground.scene import Shot

POINT_PT = 11.0  # height of a pointed end
SWATCH_PT = 24.0  # from the lower end to the middle of the patch for what diverged


class ColourBar:
    """One upright rectangle at the right of the picture; its ends are pointed where there are values beyond them."""

    def __init__(self, ctx: moderngl.Context, colours: ColourTexture) -> None:
        self._ctx = ctx
        self._colours = colours
        self._program = program(ctx, "colourbar")
        self._vao = ctx.vertex_array(self._program, [])

    def draw(self, shot: Shot) -> None:
        """On top of the scene."""
        if not shot.view.colour_bar:
            return
        scene, scale, ratio = shot.scene, shot.scene.colour_scale, shot.pixel_ratio
        self._ctx.enable_only(moderngl.NOTHING)
        self._colours.use(0, shot.colour_map)
        set_uniforms(
            self._program,
            t_colours=0,
            u_rectangle_px=shot.bar,
            u_point_px=POINT_PT * ratio,
            u_points_px=tuple(POINT_PT * ratio * there for there in (scale.under, scale.over)),
            u_viewport_px=tuple(float(n) for n in shot.size),
            u_frame_colour=(*shot.theme.frame[:3], 1.0),
            u_frame_px=max(1.0, ratio),
            u_fill=(0.0, 0.0, 0.0, 0.0),
            **colour_uniforms(shot.colour_map, scale, scene.paint_steps),
        )
        self._vao.render(moderngl.TRIANGLE_STRIP, vertices=4)
        if scene.diverged:
            self._draw_swatch(shot)

    def release(self) -> None:
        """Release the GL objects."""
        self._vao.release()
        self._program.release()

    def _draw_swatch(self, shot: Shot) -> None:
        """A patch of the colour of what diverged, below the bar."""
        left, bottom, width, _ = shot.bar
        middle = bottom - swatch_below(shot.scene.colour_scale.under) * shot.pixel_ratio
        set_uniforms(
            self._program,
            u_rectangle_px=(left, middle - width / 2, width, width),
            u_points_px=(0.0, 0.0),
            u_fill=(*shot.theme.diverged, 1.0),
        )
        self._vao.render(moderngl.TRIANGLE_STRIP, vertices=4)


def swatch_below(pointed: bool) -> float:
    """Points from the lower end of the bar to the middle of the patch."""
    return SWATCH_PT + (POINT_PT if pointed else 0.0)
