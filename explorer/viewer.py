"""The landscapes of one window: which is shown, how, and what lies under the pointer. Knows no window."""

from collections.abc import Mapping
from dataclasses import replace

import moderngl
import numpy as np

from compute.landscape import Floats, Landscape
from explorer.annotations import FLOOR
from explorer.camera import Camera, orbit, pan, project, ray, zoom
from explorer.chart import ROOM
from explorer.frame import Frame, compose
from explorer.graphics import is_software
from explorer.picking import Reading, hit, hit_line, nearest, read, sample, world_point
from explorer.scene import Shot, suited, to_uv
from explorer.staging import Stage
from explorer.view import View

SAMPLES = 4  # per pixel; on a software driver, where they cost four times as much, only once the picture rests
ZOOM_PER_NOTCH = 0.88
NEAR_PT = 9.0  # a pointer this near to a checkpoint means it

Pixel = tuple[float, float]  # from the bottom left


class Viewer:
    """Draws one of its stages; draws again only what changed."""

    def __init__(self, ctx: moderngl.Context, landscapes: Mapping[str, Landscape]) -> None:
        self.view = View()
        self.stages = {name: Stage(landscape, self.view) for name, landscape in landscapes.items()}
        self.name = next(iter(self.stages))
        self.software = is_software(ctx)
        self._cameras = {False: self.view.camera, True: self.view.camera}  # of surfaces, and of lines
        self._frame = Frame(ctx)
        self._samples = -1  # of the last picture
        self._uploaded: object = None
        self._drawn: tuple[object, ...] = ()
        self._shot: Shot | None = None
        self._picture: moderngl.Texture | None = None

    @property
    def stage(self) -> Stage:
        """The landscape in view."""
        return self.stages[self.name]

    def add(self, name: str, landscape: Landscape) -> None:
        """Another landscape to look at."""
        self.stages[name] = Stage(landscape, self.view)

    def look(self, name: str) -> None:
        """Show another of the landscapes; a line and a surface are each seen as the last one was."""
        self._cameras[self._is_line] = self.view.camera
        self.name = name
        self.view = replace(self.view, camera=self._cameras[self._is_line])
        self.stage.refresh(self.view)
        self.stage.settle()

    def show(self, view: View) -> None:
        """Show the landscape like this from now on."""
        self.view = view
        self.stage.refresh(view)

    def draw(
        self, size: tuple[int, int], ratio: float, panel_px: float, *, moving: bool = False, resting: bool = False
    ) -> moderngl.Texture:
        """The picture of this size in pixels.

        On a software driver ``moving`` allows a coarser surface, and ``resting`` says that there is time for smooth
        edges. A picture that is smooth already stays until something else is to be seen.
        """
        stage = self.stage
        if self._uploaded is not stage.heights:
            self._uploaded = stage.heights
            self._frame.set_heights(stage.heights, stage.map.measured)
            self._drawn = ()
        coarse = moving and self.software
        samples = SAMPLES if resting or not self.software else 0
        state = (stage.scene, self.view, size, ratio, panel_px, coarse)
        if state != self._drawn or samples > self._samples or self._picture is None:
            self._shot = compose(stage.scene, self.view, size, ratio, panel_px=panel_px, coarse=coarse)
            self._picture = self._frame.draw(self._shot, samples)
            self._drawn, self._samples = state, samples
        return self._picture

    def reading(self, pixel: Pixel) -> Reading | None:
        """What is known about the ground under a pixel, and the checkpoint whose mark is there."""
        place = self._ground(pixel)
        return replace(read(self.stage.map, *place), checkpoint=self._checkpoint(pixel)) if place else None

    def orbit(self, degrees_right: float, degrees_up: float) -> None:
        """Turn around the target."""
        self._steer(orbit(self._camera, degrees_right, degrees_up))

    def pan(self, dx: float, dy: float, height: int) -> None:
        """Move so that what lies at the target's depth follows the pointer; lengths in points of a window this high."""
        clip = self._shot.clip if self._shot else None
        self._steer(pan(self._camera, dx, dy, height, clip))

    def zoom(self, pixel: Pixel, notches: float) -> None:
        """Come nearer or go away; the ground under the pixel keeps its place in the picture."""
        self._steer(zoom(self._camera, ZOOM_PER_NOTCH**notches, self._place(pixel)))

    def release(self) -> None:
        """Release the GL objects."""
        self._frame.release()

    @property
    def _is_line(self) -> bool:
        return self.stage.scene.domain.is_line

    @property
    def _camera(self) -> Camera:
        """The camera that the landscape is seen by."""
        return suited(self.view, self.stage.scene.domain).camera

    def _steer(self, camera: Camera) -> None:
        self.show(replace(self.view, camera=camera))

    def _ground(self, pixel: Pixel) -> tuple[float, float] | None:
        """(u, v) of the ground under a pixel; of a line, the point of the curve above or below the pixel."""
        shot = self._shot
        if shot is None:
            return None
        if self._is_line:
            place = self._place(pixel)
            return None if place is None else (float(place[0] / shot.extent[0] + 0.5), 0.5)
        return hit(*ray(shot.view.camera, shot.clip, pixel, shot.size), self.stage.heights, shot.extent, shot.relief)

    def _place(self, pixel: Pixel) -> Floats | None:
        """(3,) what is seen at a pixel, in the world."""
        shot = self._shot
        if shot is None:
            return None
        if self._is_line:
            sight = ray(shot.view.camera, shot.clip, pixel, shot.size)
            return hit_line(*sight, shot.extent, (FLOOR, shot.relief + ROOM))
        ground = self._ground(pixel)
        return world_point(self.stage.heights, ground, shot.extent, shot.relief) if ground else None

    def _checkpoint(self, pixel: Pixel) -> int | None:
        """The checkpoint that is drawn at a pixel."""
        shot, path = self._shot, self.stage.landscape.trajectory
        if shot is None or path is None or not shot.view.path:
            return None
        uv = to_uv(self.stage.scene.domain, path.alpha, path.beta)
        inside = ((uv >= 0) & (uv <= 1)).all(axis=1)
        uv[~inside] = 0.0
        heights = sample(self.stage.heights, uv) * shot.relief
        seen = project(shot.clip, np.column_stack([(uv - 0.5) * shot.extent, heights]), shot.size)
        seen[~inside | (seen[:, 2] <= 0)] = np.nan
        return nearest(seen[:, :2], pixel, NEAR_PT * shot.pixel_ratio)
