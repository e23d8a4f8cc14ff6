"""One renderer for window, picture and film: draws a shot into a framebuffer of its own."""

from types import TracebackType
from typing import Self

import moderngl
import numpy as np
from numpy.typing import NDArray

from explorer.annotations import bar_labels, bar_rectangle, box_labels, box_lines, without_overlaps
from explorer.camera import clip_matrix
from explorer.chart import chart_labels, chart_lines
from explorer.colour_texture import ColourTexture
from explorer.height_texture import HeightTexture
from explorer.heights import texels
from explorer.layers.area import Area
from explorer.layers.axes import Axes
from explorer.layers.background import BOTTOM, Background
from explorer.layers.colourbar import ColourBar
from explorer.layers.contours import Contours
from explorer.layers.curve import Curve
from explorer.layers.glyphs import Glyphs
from explorer.layers.labels import Labels
from explorer.layers.path import Path
from explorer.layers.surface import Surface
from explorer.scene import Scene, Shot, suited
from explorer.view import View

BAR_SHARE = 0.6  # how far the scene makes room for the colour bar; the corners of the scene may pass under it


def compose(
    scene: Scene,
    view: View,
    size: tuple[int, int],
    pixel_ratio: float = 1.0,
    *,
    panel_px: float = 0.0,
    coarse: bool = False,
) -> Shot:
    """Place the camera, the axes and all text in a picture of this size, beside a panel of this width at the left."""
    view, is_line = suited(view, scene.domain), scene.domain.is_line
    bar = bar_rectangle(size, pixel_ratio)
    taken = (size[0] - bar[0]) * BAR_SHARE if view.colour_bar else 0.0
    clip = clip_matrix(view.camera, size, panel_px, taken)
    labels = bar_labels(scene, bar, pixel_ratio) if view.colour_bar else []
    lines = np.empty((0, 11), np.float32)
    if view.axes:
        labels += (chart_labels if is_line else box_labels)(scene, view, clip, size, pixel_ratio)
        lines = (chart_lines if is_line else box_lines)(scene, view)
    return Shot(scene, view, size, pixel_ratio, clip, lines, tuple(without_overlaps(labels, pixel_ratio)), bar, coarse)


class Targets:
    """What a frame of one size is drawn into; with samples, a second framebuffer holds the resolved picture."""

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int], samples: int) -> None:
        self.samples = samples
        self.picture = ctx.texture(size, 4)
        self._depth = ctx.depth_renderbuffer(size, samples=samples)
        self._colour = ctx.renderbuffer(size, 4, samples=samples) if samples else None
        self.drawn = ctx.framebuffer([self._colour or self.picture], self._depth)
        self.resolved = ctx.framebuffer([self.picture]) if samples else None

    def release(self) -> None:
        """Release the GL objects."""
        things = (self.drawn, self.resolved, self._colour, self._depth, self.picture)
        for thing in (thing for thing in things if thing is not None):
            thing.release()


class Frame:
    """The layers, the height texture they share, and the framebuffer they draw into."""

    def __init__(self, ctx: moderngl.Context, samples: int = 0) -> None:
        self._ctx = ctx
        self._samples = min(samples, ctx.max_samples)
        self._targets: Targets | None = None
        self._heights = HeightTexture(ctx)
        self._colours = ColourTexture(ctx)
        self._contours = Contours(ctx, self._heights)
        self._layers = (
            Surface(ctx, self._heights, self._colours),
            Background(ctx),
            Area(ctx, self._heights, self._colours),
            Axes(ctx),
            self._contours,
            Curve(ctx, self._heights),
            Path(ctx, self._heights),
            Glyphs(ctx, self._heights),
            ColourBar(ctx, self._colours),
            Labels(ctx),
        )

    @property
    def segments(self) -> int:
        """Number of contour segments captured last."""
        return self._contours.segments

    def set_heights(self, heights: NDArray[np.float32], measured: NDArray[np.float32]) -> None:
        """Upload a height map (rows, columns) and how far each node is measured."""
        self._heights.write(texels(heights, measured))

    def draw(self, shot: Shot, samples: int | None = None) -> moderngl.Texture:
        """Draw all layers, with another number of samples if wished; returns the picture, valid until the next call."""
        targets = self._fit(shot.size, self._samples if samples is None else min(samples, self._ctx.max_samples))
        targets.drawn.use()
        targets.drawn.clear(*BOTTOM, depth=1.0)
        self._ctx.blend_func = moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA
        for layer in self._layers:
            layer.draw(shot)
        if targets.resolved is not None:
            self._ctx.copy_framebuffer(targets.resolved, targets.drawn)
        return targets.picture

    def pixels(self, shot: Shot) -> NDArray[np.uint8]:
        """Draw and read back: (height, width, 3), top row first."""
        data = self.draw(shot).read(alignment=1)
        width, height = shot.size
        return np.frombuffer(data, np.uint8).reshape(height, width, 4)[::-1, :, :3]

    def release(self) -> None:
        """Release all GL objects."""
        for layer in self._layers:
            layer.release()
        self._heights.release()
        self._colours.release()
        if self._targets:
            self._targets.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _fit(self, size: tuple[int, int], samples: int) -> Targets:
        if self._targets is None or (self._targets.picture.size, self._targets.samples) != (size, samples):
            old, self._targets = self._targets, Targets(self._ctx, size, samples)
            self._targets.drawn.use()  # before the old one goes, or GL is left without a framebuffer
            if old:
                old.release()
        return self._targets
