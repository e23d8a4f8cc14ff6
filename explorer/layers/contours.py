"""Isolines: marching squares in a geometry pass, captured once per change, drawn as wide screen-space lines."""

from dataclasses import dataclass

import moderngl

from explorer.height_texture import HeightTexture
from explorer.scene import Shot
from explorer.shader import capture_program, program, set_uniforms
from explorer.view import ContourStyle, SurfaceMode

SEGMENT_BYTES = 20  # u v u v level, float32
BATCH = 62  # levels per instance of the geometry pass, see shaders/contours_capture.geom
EMPHASIS = 5  # every so many lines one is heavier
INK = (0.03, 0.04, 0.06, 0.72)
CHALK = (0.95, 0.97, 1.0, 0.60)
COOL, WARM = (0.16, 0.42, 1.0, 0.95), (1.0, 0.45, 0.10, 0.95)


@dataclass(frozen=True)
class Levels:
    """Evenly spaced heights: first + k * step for k in 0 .. count − 1."""

    first: float
    step: float
    count: int


def even_levels(count: int) -> Levels:
    """Levels strictly inside (0, 1): the extremes themselves would be a dot and nothing."""
    return Levels(1 / (count + 1), 1 / (count + 1), count)


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
        self.captures = 0
        self._captured: tuple[int, Levels] | None = None
        self.segments = 0

    def capture(self, levels: Levels) -> None:
        """Run the geometry pass if heights or levels changed since the last time."""
        key = (self._heights.revision, levels)
        if key == self._captured:
            return
        needed = self._transform(levels)
        if needed * SEGMENT_BYTES > self._buffer.size:
            self._buffer.orphan(int(needed * 1.5) * SEGMENT_BYTES)
            needed = self._transform(levels)
        self.segments = needed
        self.captures += 1
        self._captured = key

    def read(self) -> bytes:
        """The captured segments: per segment u v of both ends and the level's index, float32."""
        return self._buffer.read(self.segments * SEGMENT_BYTES) if self.segments else b""

    def draw(self, shot: Shot) -> None:
        """Lines on the surface, blended, tested against its depth."""
        if shot.view.contours.style is ContourStyle.OFF or shot.view.contours.count < 1:
            return
        levels = even_levels(shot.view.contours.count)
        self.capture(levels)
        if not self.segments:
            return
        one = CHALK if shot.view.surface in (SurfaceMode.HIDDEN, SurfaceMode.WIREFRAME) else INK
        two = shot.view.contours.style is ContourStyle.TWO_COLOURS
        self._ctx.enable_only(moderngl.DEPTH_TEST | moderngl.BLEND)
        set_uniforms(
            self._program,
            u_clip=shot.clip,
            u_viewport_px=tuple(float(n) for n in shot.size),
            u_extent_world=shot.extent,
            u_relief_world=shot.relief,
            u_first_level=levels.first,
            u_level_step=levels.step,
            u_width_px=shot.view.contours.width * shot.pixel_ratio,
            u_emphasis=EMPHASIS,
            u_low_colour=COOL if two else one,
            u_high_colour=WARM if two else one,
        )
        self._lines.render(moderngl.TRIANGLE_STRIP, vertices=4, instances=self.segments)

    def release(self) -> None:
        """Release the GL objects."""
        for thing in (self._lines, self._cells, self._buffer, self._program, self._capture):
            thing.release()

    def _transform(self, levels: Levels) -> int:
        rows, columns = self._heights.shape
        self._heights.use(0)
        set_uniforms(
            self._capture,
            t_height=0,
            u_first_level=levels.first,
            u_level_step=levels.step,
            u_levels=levels.count,
        )
        with self._needed:
            self._cells.transform(
                self._buffer,
                moderngl.POINTS,
                vertices=(rows - 1) * (columns - 1),
                instances=-(-levels.count // BATCH),
            )
        return int(self._needed.primitives)
