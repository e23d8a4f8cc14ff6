"""One renderer for window, picture and film: draws a shot into a framebuffer of its own."""

from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

import moderngl
import numpy as np
from numpy.typing import NDArray

from explorer.camera.camera import NO_MARGINS, Margins, clip_matrix
from explorer.gl.colour_texture import ColourTexture
from explorer.gl.graphics import is_software
from explorer.gl.height_texture import HeightTexture
from explorer.gl.occlusion import Occlusion
from explorer.gl.paint_texture import PaintTexture
from explorer.gl.targets import Targets, unmultiplied
from explorer.ground.heights import extent_world
from explorer.ground.paint import Paint
from explorer.ground.scene import (
    NO_LINES,
    NO_PICK,
    Box,
    Instances,
    Label,
    Marked,
    Picked,
    Region,
    Scene,
    Shot,
    checkpoint_place,
    relief_world,
    suited,
)
from explorer.layers.area import Area
from explorer.layers.arrows import Arrows
from explorer.layers.axes import Axes
from explorer.layers.background import Background
from explorer.layers.colourbar import ColourBar
from explorer.layers.contours import Contours
from explorer.layers.curve import Curve
from explorer.layers.flight import Flight
from explorer.layers.glyphs import Glyphs
from explorer.layers.labels import Labels
from explorer.layers.legend import Legend
from explorer.layers.path import Path
from explorer.layers.plates import Plates
from explorer.layers.points import Points
from explorer.layers.section import Section
from explorer.layers.surface import Surface, Veil
from explorer.looks.theme import THEMES
from explorer.looks.view import View
from explorer.writing.annotations import BAR_SHARE, bar_box, bar_labels, bar_rectangle, caption_labels
from explorer.writing.box import box_lines
from explorer.writing.box_text import box_labels
from explorer.writing.chart import chart_labels, chart_lines
from explorer.writing.ground_text import GroundText
from explorer.writing.legend import legend
from explorer.writing.placing import Sheet, box_of, plates_under, without_overlaps
from explorer.writing.skyline import NO_GROUND, ground_places

# Colours are multiplied by their coverage where nothing opaque is behind them, so that alpha is right there too.
BLENDING = moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA, moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA


def compose(
    scene: Scene,
    view: View,
    size: tuple[int, int],
    pixel_ratio: float = 1.0,
    *,
    margins: Margins = NO_MARGINS,
    clear: Margins = NO_MARGINS,
    cells: int | None = None,
    caption: str = "",
    said: Sequence[Label] = (),
    marked: Marked = None,
    picked: Picked = NO_PICK,
    region: Region | None = None,
    flight: Instances = NO_LINES,
    kept: Box | None = None,
    ground: NDArray[np.float32] | None = None,
) -> Shot:
    """Place the camera, the axes and all text in a picture of this size, beside a panel that takes the left margin and
    below a menu that takes the top one; the scene alone keeps ``clear`` of more above and below.

    ``cells`` is the most that is drawn of the lattice along an axis; ``caption`` names the landscape; ``said`` are
    labels of the caller's, which all others keep clear of; ``marked`` is what is pointed at, ``picked`` what was
    chosen; ``region`` a rectangle
    (two opposite corners u v) that is being dragged; ``flight`` are lines of a camera's way;
    ``kept`` is what text keeps clear of as far as it can, since something is said there at times; ``ground`` are the
    heights (rows, columns) as they are drawn, for text to keep clear of.
    """
    view = suited(view, scene.domain)
    bar = bar_rectangle(size, pixel_ratio, margins.top)
    right = (size[0] - bar[0]) * BAR_SHARE if view.colour_bar else 0.0
    kept_clear = Margins(left=margins.left, right=right, top=margins.top + clear.top, bottom=clear.bottom)
    clip = clip_matrix(view.camera, size, kept_clear)
    relief, extent = relief_world(view, scene.scale), extent_world(scene.domain)
    places = NO_GROUND if ground is None else ground_places(ground, extent, relief, clip, size)
    sheet = Sheet(size, pixel_ratio, clip, margins.left, margins.top, kept, places)
    fixed, taken = [*caption_labels(caption, view, sheet), *said], sheet.covered
    if view.colour_bar:
        taken.append(bar_box(scene, bar, pixel_ratio))
        fixed = without_overlaps(fixed + bar_labels(scene, bar, pixel_ratio, THEMES[view.theme]), pixel_ratio)
    texts = [box_of(label, pixel_ratio) for label in fixed]
    swatches, names, boxes = legend(scene, view, sheet, [*taken, *texts])
    plates = plates_under([*texts, *taken[len(sheet.covered) :], *boxes], pixel_ratio)
    taken += [*texts, *boxes]
    lines, beside = _axes(scene, view, sheet, taken) if view.axes else (NO_LINES, [])
    labels = (*fixed, *names, *without_overlaps(beside, pixel_ratio, taken))
    taken += [box_of(label, pixel_ratio) for label in labels]
    place = checkpoint_place(scene, marked) if isinstance(marked, int) else marked
    shot = Shot(scene, view, size, pixel_ratio, clip, lines, labels, bar, cells)
    return replace(
        shot,
        swatches=swatches,
        plates=plates,
        marked=place,
        picked=picked,
        region=region,
        flight=flight,
        taken=tuple(taken),
    )


def _axes(scene: Scene, view: View, sheet: Sheet, taken: list[Box]) -> tuple[Instances, list[Label]]:
    if scene.domain.is_line:
        return chart_lines(scene, view), chart_labels(scene, view, sheet.clip, sheet.size, sheet.ratio)
    return box_lines(scene, view), box_labels(scene, view, sheet, taken)


class Frame:
    """The layers, the height texture they share, and the framebuffer they draw into."""

    def __init__(self, ctx: moderngl.Context, samples: int = 0, *, occlusion: bool | None = None) -> None:
        """``occlusion`` None: soft shadows on hardware only."""
        self._ctx = ctx
        self._samples = min(samples, ctx.max_samples)
        self._targets: Targets | None = None
        self._heights = HeightTexture(ctx)
        self._colours = ColourTexture(ctx)
        self._paint = PaintTexture(ctx)
        shadows = not is_software(ctx) if occlusion is None else occlusion
        self._occlusion = Occlusion(ctx, self._heights) if shadows else None
        surface = Surface(ctx, self._heights, self._colours, self._paint, self._occlusion)
        self._contours = Contours(ctx, self._heights)
        self._background = Background(ctx)
        self._ground = np.empty((0, 0), np.float32)
        self._text = GroundText(self._contours)
        self._layers = (
            surface,
            self._background,
            Area(ctx, self._heights, self._colours),
            Axes(ctx),
            Veil(surface),
            self._contours,
            Curve(ctx, self._heights),
            Points(ctx, self._heights),
            Arrows(ctx, self._heights),
            Path(ctx, self._heights),
            Section(ctx, self._heights),
            Glyphs(ctx, self._heights),
            Flight(ctx),
            Plates(ctx),
            ColourBar(ctx, self._colours),
            Legend(ctx),
            Labels(ctx),
        )

    @property
    def segments(self) -> int:
        """Number of contour segments captured last."""
        return self._contours.segments

    def set_heights(
        self, heights: NDArray[np.float32], measured: NDArray[np.float32], paint: Paint | None = None
    ) -> None:
        """Upload what is new of a height map (rows, columns), of how far each node is measured, and of the colours."""
        self._ground = heights
        self._heights.write(heights, measured if paint is None or paint.measured is None else paint.measured)
        self._paint.write(paint)

    def draw(self, shot: Shot, samples: int | None = None, *, transparent: bool = False) -> moderngl.Texture:
        """Draw all layers, with another number of samples if wished; returns the picture, valid until the next call.

        ``transparent``: without background, and with colours multiplied by their coverage.
        """
        targets = self._fit(shot.size, self._samples if samples is None else min(samples, self._ctx.max_samples))
        targets.drawn.use()
        targets.drawn.clear(0.0, 0.0, 0.0, 0.0 if transparent else 1.0, depth=1.0)
        self._ctx.blend_func = BLENDING  # type: ignore[assignment]  # four factors are taken, if not declared
        shot = self._text.written(shot, self._ground)
        for layer in self._layers:
            if not (transparent and layer is self._background):
                layer.draw(shot)
        if targets.resolved is not None:
            self._ctx.copy_framebuffer(targets.resolved, targets.drawn)
        return targets.picture

    def pixels(self, shot: Shot, *, transparent: bool = False, samples: int | None = None) -> NDArray[np.uint8]:
        """Draw and read back, top row first: (height, width, 3), or 4 with straight alpha if ``transparent``."""
        data = self.draw(shot, samples, transparent=transparent).read(alignment=1)
        width, height = shot.size
        pixels = np.frombuffer(data, np.uint8).reshape(height, width, 4)[::-1]
        return unmultiplied(pixels) if transparent else pixels[..., :3]

    def isoline_segments(self) -> NDArray[np.float32]:
        """(n, 5) the isolines drawn last: u v of both ends of each segment and the index of its level."""
        return self._contours.read()

    def release(self) -> None:
        """Release all GL objects."""
        for layer in self._layers:
            layer.release()
        for thing in (self._heights, self._colours, self._paint, self._occlusion):
            if thing is not None:
                thing.release()
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
