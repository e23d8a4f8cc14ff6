"""One renderer for window, picture and film: draws a shot into a framebuffer of its own."""

from types import TracebackType
from typing import Self

import moderngl
import numpy as np
from numpy.typing import NDArray

from explorer.annotations import bar_labels, bar_rectangle, box_labels, box_lines
from explorer.camera import clip_matrix
from explorer.colour_texture import ColourTexture
from explorer.height_texture import HeightTexture
from explorer.heights import texels
from explorer.layers.axes import Axes
from explorer.layers.background import Background
from explorer.layers.colourbar import ColourBar
from explorer.layers.contours import Contours
from explorer.layers.glyphs import Glyphs
from explorer.layers.labels import Labels
from explorer.layers.path import Path
from explorer.layers.surface import Surface
from explorer.scene import Scene, Shot
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
    bar = bar_rectangle(size, pixel_ratio)
    taken = (size[0] - bar[0]) * BAR_SHARE if view.colour_bar else 0.0
    clip = clip_matrix(view.camera, size, panel_px, taken)
    labels = box_labels(scene, view, clip, size, pixel_ratio) if view.axes else []
    labels += bar_labels(scene, bar, pixel_ratio) if view.colour_bar else []
    lines = box_lines(scene, view) if view.axes else np.empty((0, 11), np.float32)
    return Shot(scene, view, size, pixel_ratio, clip, lines, tuple(labels), bar, coarse)


class Frame:
    """The layers, the height texture they share, and the framebuffer they draw into."""

    def __init__(self, ctx: moderngl.Context, samples: int = 0) -> None:
        self._ctx = ctx
        self._samples = min(samples, ctx.max_samples)
        self._target: moderngl.Framebuffer | None = None
        self._resolved: moderngl.Framebuffer | None = None
        self._colour: moderngl.Renderbuffer | None = None
        self._depth: moderngl.Renderbuffer | None = None
        self._picture: moderngl.Texture | None = None
        self._heights = HeightTexture(ctx)
        self._colours = ColourTexture(ctx)
        self._contours = Contours(ctx, self._heights)
        self._layers = (
            Background(ctx),
            Surface(ctx, self._heights, self._colours),
            Axes(ctx),
            self._contours,
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

    def draw(self, shot: Shot) -> moderngl.Texture:
        """Draw all layers; returns the picture, valid until the next call."""
        target = self._fit(shot.size)
        target.use()
        target.clear(depth=1.0)
        self._ctx.blend_func = moderngl.DEFAULT_BLENDING
        for layer in self._layers:
            layer.draw(shot)
        assert self._picture is not None
        if self._resolved is not None:
            self._ctx.copy_framebuffer(self._resolved, target)
        return self._picture

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
        self._release_targets()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _fit(self, size: tuple[int, int]) -> moderngl.Framebuffer:
        if self._target is None or self._picture is None or self._picture.size != size:
            self._release_targets()
            self._picture = self._ctx.texture(size, 4)
            self._depth = self._ctx.depth_renderbuffer(size, samples=self._samples)
            if self._samples:
                self._colour = self._ctx.renderbuffer(size, 4, samples=self._samples)
                self._resolved = self._ctx.framebuffer([self._picture])
            self._target = self._ctx.framebuffer([self._colour or self._picture], self._depth)
        return self._target

    def _release_targets(self) -> None:
        things = (self._target, self._resolved, self._colour, self._depth, self._picture)
        for thing in (thing for thing in things if thing is not None):
            thing.release()
        self._target = self._resolved = self._colour = self._depth = self._picture = None
