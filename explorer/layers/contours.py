"""Isolines: marching squares in a geometry pass, captured once per change, drawn as wide screen-space lines."""

import moderngl
import numpy as np
from numpy.typing import NDArray

from compute.landscape import Floats
from explorer.gl.colour_texture import colour_span
from explorer.gl.cutting import Cutting, cut_uniforms
from explorer.gl.height_texture import HeightTexture
from explorer.gl.shader import capture_program, program, set_uniforms
from explorer.ground.levels import Levels, contour_levels
from explorer.ground.scene import Shot
from explorer.looks.view import ContourPlace, ContourStyle, SurfaceMode
from explorer.resources import colour_map

SEGMENT_BYTES = 20  # u v u v level, float32
BATCH = 64  # levels per instance of the geometry pass, see shaders/contours_capture.geom
TABLE_WIDTH = 256  # of the textures with a texel per level
HEAVIER = 1.7
ABOVE_FLOOR = 0.004  # in the world: isolines on the floor and its grid do not fight for the same depth
# Isolines in the colours of the map would not be seen on a surface in the same colours; nor yellow ones on white.
COVERED, ON_LIGHT = 0.55, 0.82


class Contours:
    """Captures segments when heights or levels change; ``segments`` and ``captures`` count."""

    def __init__(self, ctx: moderngl.Context, heights: HeightTexture) -> None:
        self._ctx = ctx
        self._heights = heights
        self._capture = capture_program(ctx, "contours_capture", ("s_ends", "s_level"))
        self._cells = ctx.vertex_array(self._capture, [])
        self._program = program(ctx, "contours")
        self._buffer = ctx.buffer(reserve=SEGMENT_BYTES * 4096, dynamic=True)
        self._lines = ctx.vertex_array(self._program, [(self._buffer, "4f 1f /i", "i_ends", "i_level")])
        self._needed = ctx.query(primitives=True)  # counts what a capture needs, even where the buffer is too small
        self._levels = _table(ctx, np.zeros((1, 1), np.float32))
        self._looks = _table(ctx, np.zeros((1, 4), np.float32))
        self._looked: object = None
        self.captures = 0
        self._captured: tuple[int, tuple[float, ...]] | None = None
        self._step = 1  # lattice nodes per cell of the last capture
        self.segments = 0

    def capture(self, levels: Levels, most_cells: int | None = None) -> None:
        """Run the geometry pass if heights or levels changed since the last time, with so many cells along an axis.

        Lines that are finer than asked for stay.
        """
        key, step = (self._heights.revision, levels.heights), self._coarseness(most_cells)
        if key == self._captured and self._step <= step:
            return
        self._step = step
        if self._captured is None or self._captured[1] != levels.heights:
            self._levels = _replaced(self._ctx, self._levels, np.array(levels.heights, np.float32)[:, None])
        needed = self._transform(len(levels.heights))
        if needed * SEGMENT_BYTES > self._buffer.size:
            self._buffer.orphan(int(needed * 1.5) * SEGMENT_BYTES)
            needed = self._transform(len(levels.heights))
        self.segments = needed
        self.captures += 1
        self._captured = key

    def read(self) -> NDArray[np.float32]:
        """(n, 5) the captured segments: u v of both ends and the index of the level."""
        data = self._buffer.read(self.segments * SEGMENT_BYTES) if self.segments else b""
        return np.frombuffer(data, np.float32).reshape(-1, 5)

    def draw(self, shot: Shot) -> None:
        """Blended, tested against the depth of the surface."""
        levels = contour_levels(shot.scene.scale, shot.view.contours)
        if not levels.heights or shot.scene.domain.is_line:
            return
        self.capture(levels, shot.cells)
        if not self.segments:
            return
        if shot.view.opacity < 1:  # what lies behind a surface that is seen through is seen as much
            self._draw_all(shot, levels, moderngl.BLEND, 1 - shot.view.opacity)
        self._draw_all(shot, levels, moderngl.DEPTH_TEST | moderngl.BLEND, 1.0)

    def release(self) -> None:
        """Release the GL objects."""
        for thing in (self._lines, self._cells, self._buffer, self._program, self._capture, self._levels, self._looks):
            thing.release()

    def _draw_all(self, shot: Shot, levels: Levels, flags: int, opacity: float) -> None:
        place = shot.view.contours.place
        self._ctx.enable_only(flags)
        set_uniforms(self._program, u_opacity=opacity)
        if place is ContourPlace.FLOOR or (shot.view.contours.on_floor and not shot.view.flat):
            self._draw(shot, levels, 0.0, shot.floor + ABOVE_FLOOR if not shot.view.flat else 0.0, on_surface=False)
        if place is not ContourPlace.FLOOR:
            raised = place is ContourPlace.HEIGHT
            self._draw(shot, levels, shot.full_relief if raised else shot.relief, 0.0, on_surface=not raised)

    def _draw(self, shot: Shot, levels: Levels, relief: float, base: float, *, on_surface: bool) -> None:
        contours = shot.view.contours
        self._look(shot, levels, on_surface=on_surface)
        self._levels.use(1)
        self._looks.use(2)
        set_uniforms(
            self._program,
            t_levels=1,
            t_looks=2,
            u_clip=shot.clip,
            u_viewport_px=tuple(float(n) for n in shot.size),
            u_extent_world=shot.extent,
            u_relief_world=shot.relief,
            u_line_world=(base, relief),
            u_width_px=contours.width * shot.pixel_ratio,
            u_emphasis=contours.emphasis,
            u_heavier=HEAVIER,
            **cut_uniforms(shot),
        )
        with Cutting(self._ctx, shot):
            self._lines.render(moderngl.TRIANGLE_STRIP, vertices=4, instances=self.segments)

    def _look(self, shot: Shot, levels: Levels, *, on_surface: bool) -> None:
        covered = on_surface and shot.view.surface not in (SurfaceMode.HIDDEN, SurfaceMode.WIREFRAME)
        style, name = shot.view.contours.style, shot.colour_map
        key = (levels, style, name, shot.view.theme, covered, shot.scene.colour_scale, shot.scene.colour_name)
        if key != self._looked:
            self._looks = _replaced(self._ctx, self._looks, line_colours(shot, levels, covered=covered))
            self._looked = key

    def _coarseness(self, most_cells: int | None) -> int:
        return max(1, (max(self._heights.shape) - 1) // most_cells) if most_cells else 1

    def _transform(self, count: int) -> int:
        if count == 0:
            return 0
        rows, columns = (-(-(n - 1) // self._step) for n in self._heights.shape)
        self._heights.use(0)
        self._levels.use(1)
        set_uniforms(self._capture, t_height=0, t_levels=1, u_levels=count, u_step=self._step)
        with self._needed:
            self._cells.transform(self._buffer, moderngl.POINTS, vertices=rows * columns, instances=-(-count // BATCH))
        return int(self._needed.primitives)


def line_colours(shot: Shot, levels: Levels, *, covered: bool) -> NDArray[np.float32]:
    """(levels, 4) colours of the lines, which lie on a filled surface or over the background."""
    theme, style = shot.theme, shot.view.contours.style
    heights = np.array(levels.heights, np.float32)
    if style is ContourStyle.TWO_COLOURS:
        cool, warm = np.array([theme.cool, theme.warm], np.float32)
        mixed: NDArray[np.float32] = cool + heights[:, None] * (warm - cool)
        return mixed
    one = np.tile(np.array(theme.ink if covered else theme.chalk, np.float32), (len(heights), 1))
    if style is ContourStyle.ONE_COLOUR:
        return one
    table, shade = colour_map(shot.colour_map), 1.0 if theme.panel.dark else ON_LIGHT
    one[:, :3] = table[np.rint(_places(shot, levels) * (len(table) - 1)).astype(int)] * (COVERED if covered else shade)
    one[:, 3] = 0.95
    return one


def _places(shot: Shot, levels: Levels) -> Floats:
    """Where on the colour map the levels are: as the colour bar has it, unless that is of another metric."""
    scene = shot.scene
    same = scene.colour_name == scene.metric
    scale = scene.colour_scale if same else scene.scale
    low, high = colour_span(shot.colour_map, scale)
    places: Floats = low + scale.heights(np.array(levels.values, np.float64)) * (high - low)
    return places


def _replaced(ctx: moderngl.Context, old: moderngl.Texture, rows: NDArray[np.float32]) -> moderngl.Texture:
    old.release()
    return _table(ctx, rows)


def _table(ctx: moderngl.Context, rows: NDArray[np.float32]) -> moderngl.Texture:
    """A float texture with one texel per row, filled up to a rectangle."""
    count, components = rows.shape
    width = min(max(count, 1), TABLE_WIDTH)
    height = max(-(-count // width), 1)
    texels = np.zeros((height * width, components), np.float32)
    texels[:count] = rows
    texture = ctx.texture((width, height), components, texels.tobytes(), alignment=1, dtype="f4")
    texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
    return texture
