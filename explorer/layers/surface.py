"""The height map as a surface: lit, faceted, wireframe, plain colour, or with the measured grid; solid or a veil."""

from collections.abc import Iterator
from contextlib import contextmanager

import moderngl
import numpy as np

from explorer.camera.camera import axes
from explorer.gl.colour_texture import ColourTexture, colour_uniforms
from explorer.gl.cutting import Cutting, cut_uniforms
from explorer.gl.height_texture import HeightTexture
from explorer.gl.occlusion import Occlusion
from explorer.gl.paint_texture import PaintTexture
from explorer.gl.shader import program, set_uniforms
from explorer.ground.heights import HIGHEST
from explorer.ground.scene import Shot
from explorer.looks.view import SurfaceMode

LIGHT = np.array([-0.35, -0.45, 0.82]) / np.linalg.norm([-0.35, -0.45, 0.82])
UNDERSIDE = (0.30, 0.33, 0.42)
HATCH_PT = 9.0
MOST_LINES, LINE_SPACING_PT = 64, 10.0  # of the measured grid: more, or nearer to each other, would hide the surface


class Surface:
    """Row strips that read the height texture; no vertex buffer at all."""

    def __init__(
        self,
        ctx: moderngl.Context,
        heights: HeightTexture,
        colours: ColourTexture,
        paint: PaintTexture,
        occlusion: Occlusion | None,
    ) -> None:
        self._ctx = ctx
        self._heights, self._colours, self._paint = heights, colours, paint
        self._occlusion = occlusion
        self._program = program(ctx, "surface")
        self._vao = ctx.vertex_array(self._program, [])

    def draw(self, shot: Shot) -> None:
        """What hides all behind it. It comes before the background, which then has less to fill."""
        if _is_drawn(shot) and not is_veil(shot):
            self._draw(shot, moderngl.DEPTH_TEST)

    def draw_veil(self, shot: Shot) -> None:
        """What is seen through, over all behind it, from far to near.

        Of a transparent surface the depth is written afterwards, so that lines know what lies in front of them.
        """
        if not _is_drawn(shot) or not is_veil(shot):
            return
        if shot.view.surface is SurfaceMode.WIREFRAME:
            self._draw(shot, moderngl.DEPTH_TEST | moderngl.BLEND)
            return
        with self._written(depth=False):
            self._draw(shot, moderngl.DEPTH_TEST | moderngl.BLEND)
        with self._written(colour=False):
            self._draw(shot, moderngl.DEPTH_TEST)

    def release(self) -> None:
        """Release the GL objects."""
        self._vao.release()
        self._program.release()

    @contextmanager
    def _written(self, *, depth: bool = True, colour: bool = True) -> Iterator[None]:
        """What is drawn inside writes only these; moderngl applies masks when a framebuffer is bound."""
        target = self._ctx.fbo
        target.depth_mask, target.color_mask = depth, (colour, colour, colour, colour)
        target.use()
        try:
            yield
        finally:
            target.depth_mask, target.color_mask = True, (True, True, True, True)
            target.use()

    def _draw(self, shot: Shot, flags: int) -> None:
        step = _step(shot, self._heights.shape)
        self._set(shot, step)
        rows, columns = (-(-(n - 1) // step) for n in self._heights.shape)
        self._ctx.enable_only(flags)
        self._ctx.polygon_offset = (1.0, 1.0)  # keeps the lines that lie on the surface visible
        with Cutting(self._ctx, shot):
            self._vao.render(moderngl.TRIANGLE_STRIP, vertices=2 * (columns + 1), instances=rows)
        self._ctx.polygon_offset = (0.0, 0.0)

    def _set(self, shot: Shot, step: int) -> None:
        view, theme, scene = shot.view, shot.theme, shot.scene
        occluded = self._occlusion is not None and view.occlusion and shot.relief > 0
        if self._occlusion is not None and occluded:
            self._occlusion.use(3, shot)
        self._heights.use(0)
        self._colours.use(1, shot.colour_map)
        self._paint.use(2)
        set_uniforms(
            self._program,
            t_height=0,
            t_colours=1,
            t_paint=2,
            t_occlusion=3 if occluded else 0,
            u_clip=shot.clip,
            u_extent_world=shot.extent,
            u_relief_world=shot.relief,
            u_step=step,
            u_backwards=_backwards(shot),
            u_highest=HIGHEST if view.open_top else 1.0,
            u_paint=self._paint.kind,
            u_occluded=occluded,
            u_faceted=view.surface is SurfaceMode.FACETED,
            u_eye_world=tuple(view.camera.eye),
            u_light=tuple(LIGHT),
            u_lines=tuple(float(n) for n in legible_lines(scene.cells, shot)),
            u_mode=view.surface.value,
            u_line_px=shot.pixel_ratio * (1.3 if view.surface is SurfaceMode.WIREFRAME else 1.0),
            u_line_colour=theme.mesh,
            u_unknown_colour=theme.unknown,
            u_diverged_colour=theme.diverged,
            u_underside_colour=UNDERSIDE,
            u_hatch_px=HATCH_PT * shot.pixel_ratio,
            u_opacity=view.opacity,
            **colour_uniforms(shot.colour_map, scene.colour_scale, scene.paint_steps),
            **cut_uniforms(shot),
        )


class Veil:
    """A surface that is seen through, as a layer of its own: it comes after all that lies behind it."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface

    def draw(self, shot: Shot) -> None:
        """Nothing where the surface is solid."""
        self._surface.draw_veil(shot)

    def release(self) -> None:
        """Nothing: the surface releases itself."""


def is_veil(shot: Shot) -> bool:
    """Whether the surface is seen through."""
    return shot.view.opacity < 1 or shot.view.surface is SurfaceMode.WIREFRAME


def legible_lines(cells: tuple[int, int], shot: Shot) -> tuple[float, float]:
    """Spaces between the lines that are drawn of a measured grid: every line, or every so many of them."""
    most = min(max(min(shot.size) / shot.pixel_ratio / LINE_SPACING_PT, 8.0), MOST_LINES)
    every = 1
    while max(cells) / every > most:
        every *= 2
    return cells[0] / every, cells[1] / every


def _is_drawn(shot: Shot) -> bool:
    return shot.view.surface is not SurfaceMode.HIDDEN and not shot.scene.domain.is_line


def _step(shot: Shot, shape: tuple[int, int]) -> int:
    """Lattice nodes per drawn cell: the measured cells themselves where they are the facets."""
    cells = max(shape) - 1
    step = max(1, cells // shot.cells) if shot.cells else 1
    if shot.view.surface is SurfaceMode.FACETED:
        return max(step, cells // max(shot.scene.cells))
    return step


def _backwards(shot: Shot) -> tuple[int, int]:
    """For columns and rows, 1 where the last is farther away than the first."""
    towards_eye = axes(shot.view.camera)[2]
    return int(towards_eye[0] < 0), int(towards_eye[1] < 0)
