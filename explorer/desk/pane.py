"""One landscape in one part of the window: its picture, and what lies under a pixel of it. Knows no window."""

from dataclasses import replace

import moderngl
import numpy as np
from numpy.typing import NDArray

from compute.landscape import Floats
from explorer.camera.camera import NO_MARGINS, Camera, Margins, project, ray
from explorer.camera.steering import fit
from explorer.desk.layout import Rectangle
from explorer.gl.graphics import is_software
from explorer.ground.critical import Place
from explorer.ground.heights import extent_world
from explorer.ground.picking import Reading, as_drawn, hit, hit_line, nearest, read, sample, world_point
from explorer.ground.scene import FLOOR, NO_LINES, NO_PICK, Box, Marked, Picked, Shot, suited
from explorer.ground.staging import Stage
from explorer.looks.view import Span, View
from explorer.pictures.frame import Frame, compose
from explorer.writing.annotations import BAR_SHARE
from explorer.writing.chart import ROOM
from explorer.writing.flight_lines import FlightLines

SAMPLES = 4  # per pixel; on a software driver, where they cost four times as much, only once the picture rests
AXES_PT, ABOVE_PT = 52.0, 30.0  # room for text around a landscape that is fitted into the picture, and above it
MOVING_CELLS, CELLS = 128, 256  # along an axis, on a software driver, while the camera moves and until it all rests
READOUT_PT = (12.0, 460.0, 62.0)  # of that line above the bottom, its width, and its height where it is two
NEAR_PT = 9.0  # a pointer this near to a checkpoint means it

Pixel = tuple[float, float]  # of the pane, from its bottom left
Region = tuple[tuple[float, float], tuple[float, float]]  # (u, v) of two opposite corners


class Pane:
    """Draws one stage; draws again only what changed. ``rectangle`` is its place in the window, in pixels."""

    def __init__(self, ctx: moderngl.Context, name: str, stage: Stage, view: View) -> None:
        self.name, self.stage, self.view = name, stage, view
        self.shown = view  # with the scales that panes have agreed on
        self.software = is_software(ctx)
        self.rectangle: Rectangle = (0, 0, 16, 16)
        self.margins = NO_MARGINS  # left and top: what lies over the picture there
        self.readout: Pixel | None = None  # the middle of the bottom of where one line below the scene says something
        self._frame = Frame(ctx)
        self._samples = -1  # of the last picture
        self._uploaded: tuple[object, object] = (None, None)  # heights and colours
        self._seen_heights: tuple[object, NDArray[np.float32]] = (None, np.empty((0, 0), np.float32))
        self._drawn: tuple[object, ...] = ()
        self._shot: Shot | None = None
        self._picture: moderngl.Texture | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.rectangle[2:]

    @property
    def is_line(self) -> bool:
        """Whether it shows a curve and no surface."""
        return self.stage.scene.domain.is_line

    @property
    def camera(self) -> Camera:
        """The camera that the landscape is seen by."""
        return suited(self.view, self.stage.scene.domain).camera

    def put(self, name: str, stage: Stage, view: View) -> None:
        """Another landscape in this part of the window."""
        self.name, self.stage, self.view = name, stage, view
        self.show(view)

    def show(self, shown: View) -> None:
        """Draw the landscape like this from now on, which is the view but for the scales."""
        self.shown = shown
        self.stage.refresh(shown)

    def draw(
        self,
        ratio: float,
        *,
        moving: bool = False,
        resting: bool = False,
        caption: str = "",
        marked: Marked = None,
        picked: Picked = NO_PICK,
        region: Region | None = None,
        flight: FlightLines | None = None,
    ) -> moderngl.Texture:
        """The picture, at so many pixels a point.

        On a software driver ``moving`` allows a coarser surface, and ``resting`` says that there is time for smooth
        edges. A picture that is smooth already stays until something else is to be seen.
        """
        stage = self.stage
        if self._uploaded[0] is not stage.heights or self._uploaded[1] is not stage.paint:
            self._upload()
        samples, cells = self._quality(moving=moving, resting=resting)
        where = self.margins, self.readout
        state = (stage.scene, self.shown, self.size, ratio, where, moving, caption, marked, picked, region, flight)
        if state != self._drawn or samples > self._samples or self._picture is None:
            self._shot = compose(
                stage.scene, self.shown, self.size, ratio, margins=self.margins,
                clear=Margins(bottom=self._below(ratio)), kept=self._kept(ratio), cells=cells, caption=caption,
                marked=marked, picked=picked, region=region, flight=flight.lines if flight else NO_LINES,
                ground=stage.heights,
            )  # fmt: skip
            self._picture = self._frame.draw(self._shot, samples)
            self._drawn, self._samples = state, samples
        return self._picture

    def _kept(self, ratio: float) -> Box | None:
        """What the line below the scene may take of the picture."""
        if self.readout is None:
            return None
        (x, y), (above, width, height) = self.readout, (length * ratio for length in READOUT_PT)
        return x - width / 2, y + above, x + width / 2, y + above + height

    def _below(self, ratio: float) -> float:
        """How much of the picture that line takes at the bottom."""
        kept = self._kept(ratio)
        return max(kept[3], 0.0) if kept else 0.0

    def _quality(self, *, moving: bool, resting: bool) -> tuple[int, int | None]:
        """Samples a pixel, and the most cells along an axis. A graphics card has time for the best at once."""
        if resting or not self.software:
            return SAMPLES, None
        return 0, MOVING_CELLS if moving else CELLS

    def pixels(
        self,
        scale: float,
        ratio: float,
        *,
        transparent: bool,
        caption: str = "",
        picked: Picked = NO_PICK,
        flight: FlightLines | None = None,
    ) -> NDArray[np.uint8]:
        """(height, width, 3 or 4) of what is shown, ``scale`` times as large, without what lies over it."""
        width, height = (max(1, round(n * scale)) for n in self.size)
        lines, room = flight.lines if flight else NO_LINES, scale * self._below(ratio) / 2  # as large as in the window
        shot = compose(
            self.stage.scene, self.shown, (width, height), ratio * scale,
            clear=Margins(top=room, bottom=room), caption=caption, picked=picked, flight=lines,
            ground=self.stage.heights,
        )  # fmt: skip
        self._drawn = ()
        self._upload()
        return self._frame.pixels(shot, transparent=transparent, samples=SAMPLES)

    def segments(self) -> NDArray[np.float32]:
        """(n, 5) u v u v and level index of the isolines: of the whole lattice, however coarse the picture is."""
        if self._shot is None:
            return np.empty((0, 5), np.float32)
        self.stage.settle()
        self._upload()
        self._frame.draw(replace(self._shot, cells=None), self._samples)  # of the same size: the picture stays valid
        return self._frame.isoline_segments()

    def ground(self, pixel: Pixel) -> tuple[float, float] | None:
        """(u, v) of the ground under a pixel; of a line, the point of the curve above or below the pixel."""
        shot = self._shot
        if shot is None:
            return None
        if self.is_line:
            place = self.world(pixel)
            return None if place is None else (float(place[0] / shot.extent[0] + 0.5), 0.5)
        sight, view = ray(shot.view.camera, shot.clip, pixel, shot.size), shot.view
        return hit(*sight, self._drawn_heights(), shot.extent, shot.relief, cut=view.cut, open_top=view.open_top)

    def on_ground(self, uv: tuple[float, float]) -> Floats:
        """(3,) a place on the ground in the world."""
        stage = self.stage
        return world_point(stage.heights, uv, extent_world(stage.scene.domain), self._relief)

    def world(self, pixel: Pixel) -> Floats | None:
        """(3,) what is seen at a pixel, in the world."""
        shot = self._shot
        if shot is None:
            return None
        if self.is_line:
            sight = ray(shot.view.camera, shot.clip, pixel, shot.size)
            return hit_line(*sight, shot.extent, (FLOOR, shot.relief + ROOM))
        ground = self.ground(pixel)
        return world_point(self._drawn_heights(), ground, shot.extent, shot.relief) if ground else None

    def reading(self, pixel: Pixel) -> Reading | None:
        """What is known about the ground under a pixel, and the checkpoint whose mark is there."""
        place = self.ground(pixel)
        return replace(read(self.stage.map, *place), checkpoint=self.checkpoint(pixel)) if place else None

    def checkpoint(self, pixel: Pixel) -> int | None:
        """The checkpoint that is drawn at a pixel, by its number among those of all runs."""
        shot = self._shot
        if shot is None or not shot.view.path or not len(self.stage.scene.checkpoints):
            return None
        uv = self.stage.scene.checkpoints.astype(np.float64)
        inside = ((uv >= 0) & (uv <= 1)).all(axis=1)
        uv[~inside] = 0.0
        heights = np.clip(sample(self.stage.heights, uv), 0, 1) * shot.relief
        seen = project(shot.clip, np.column_stack([(uv - 0.5) * shot.extent, heights]), shot.size)
        seen[~inside | (seen[:, 2] <= 0)] = np.nan
        return nearest(seen[:, :2], pixel, NEAR_PT * shot.pixel_ratio)

    def critical(self, pixel: Pixel) -> Place | None:
        """(alpha, beta) of the critical point that is drawn at a pixel."""
        shot, stage = self._shot, self.stage
        if shot is None or not shot.view.glyphs or not stage.standing.points:
            return None
        uv, cut = stage.standing.uv, shot.view.cut
        height = np.clip(sample(stage.heights, uv), 0, 1)
        seen = project(shot.clip, np.column_stack([(uv - 0.5) * shot.extent, height * shot.relief]), shot.size)
        kept = _is_within(uv[:, 0], cut.alpha) & _is_within(uv[:, 1], cut.beta)
        if shot.relief > 0:
            kept &= _is_within(height, cut.height)
        seen[~kept | (seen[:, 2] <= 0)] = np.nan
        found = nearest(seen[:, :2], pixel, NEAR_PT * shot.pixel_ratio)
        return None if found is None else (stage.standing.points[found].alpha, stage.standing.points[found].beta)

    @property
    def clip(self) -> Floats | None:
        """(4, 4) world → clip of the picture drawn last."""
        return self._shot.clip if self._shot else None

    def fitted(self, camera: Camera) -> Camera:
        """The camera, moved along its direction until the whole landscape is just in the picture."""
        width, depth = (side / 2 for side in extent_world(self.stage.scene.domain))
        top = self._relief
        corners = [(x, y, z) for x in (-width, width) for y in (-depth, depth) for z in (0.0, top)]
        margins, shot, around, upper = self.margins, self._shot, 0.0, 0.0
        if shot:
            right = (self.size[0] - shot.bar[0]) * BAR_SHARE if shot.view.colour_bar else 0.0
            margins = replace(margins, right=right, bottom=self._below(shot.pixel_ratio))
            around, upper = (room * shot.pixel_ratio if shot.view.axes else 0.0 for room in (AXES_PT, ABOVE_PT))
        return fit(camera, np.array(corners), self.size, margins, around=around, above=upper)

    def release(self) -> None:
        """Release the GL objects."""
        self._frame.release()

    @property
    def _relief(self) -> float:
        """World height of height 1."""
        return self._shot.relief if self._shot else self.shown.relief

    def _drawn_heights(self) -> NDArray[np.float32]:
        """Of the ground as it is seen; made again only when it moved."""
        if self._seen_heights[0] is not self.stage.heights:
            self._seen_heights = self.stage.heights, as_drawn(self.stage.heights, self.stage.map.measured)
        return self._seen_heights[1]

    def _upload(self) -> None:
        self._uploaded = self.stage.heights, self.stage.paint
        self._frame.set_heights(self.stage.heights, self.stage.map.measured, self.stage.paint)
        self._drawn = ()


def _is_within(values: Floats, bounds: Span) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (values >= bounds[0]) & (values <= bounds[1])
    return inside
