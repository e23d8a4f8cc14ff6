"""The landscapes of one window: which is shown, how, and what lies under the pointer. Knows no window."""

from collections.abc import Mapping
from dataclasses import replace

import moderngl

from compute.landscape import Landscape
from explorer.camera import orbit, pan, ray, zoom
from explorer.frame import Frame, compose
from explorer.graphics import is_software
from explorer.picking import Reading, hit, read, world_point
from explorer.scene import Shot
from explorer.staging import Stage
from explorer.view import View

SAMPLES = 4  # per pixel; on a software driver, where they cost four times as much, only once the picture rests
ZOOM_PER_NOTCH = 0.88

Pixel = tuple[float, float]  # from the bottom left


class Viewer:
    """Draws one of its stages; draws again only what changed."""

    def __init__(self, ctx: moderngl.Context, landscapes: Mapping[str, Landscape]) -> None:
        self.view = View()
        self.stages = {name: Stage(landscape, self.view) for name, landscape in landscapes.items()}
        self.name = next(iter(self.stages))
        self.software = is_software(ctx)
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
        """Show another of the landscapes."""
        self.name = name
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
        """What is known about the ground under a pixel."""
        place = self._ground(pixel)
        return read(self.stage.map, *place) if place else None

    def orbit(self, degrees_right: float, degrees_up: float) -> None:
        """Turn around the target."""
        self.show(replace(self.view, camera=orbit(self.view.camera, degrees_right, degrees_up)))

    def pan(self, dx: float, dy: float, height: int) -> None:
        """Move so that what lies at the target's depth follows the pointer; lengths in points of a window this high."""
        clip = self._shot.clip if self._shot else None
        self.show(replace(self.view, camera=pan(self.view.camera, dx, dy, height, clip)))

    def zoom(self, pixel: Pixel, notches: float) -> None:
        """Come nearer or go away; the ground under the pixel keeps its place in the picture."""
        place, shot = self._ground(pixel), self._shot
        towards = world_point(self.stage.heights, place, shot.extent, shot.relief) if place and shot else None
        self.show(replace(self.view, camera=zoom(self.view.camera, ZOOM_PER_NOTCH**notches, towards)))

    def release(self) -> None:
        """Release the GL objects."""
        self._frame.release()

    def _ground(self, pixel: Pixel) -> tuple[float, float] | None:
        shot = self._shot
        if shot is None:
            return None
        line = ray(self.view.camera, shot.clip, pixel, shot.size)
        return hit(*line, self.stage.heights, shot.extent, shot.relief)
