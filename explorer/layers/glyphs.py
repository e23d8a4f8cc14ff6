"""Marks on the surface: critical points, and the checkpoints of the training paths."""

import moderngl
import numpy as np

from explorer.gl.draped import THROUGH, Draped
from explorer.gl.height_texture import HeightTexture
from explorer.ground.marks import HALO, RING
from explorer.ground.scene import UV, Instances, Shot

LEAST_PT = 6.0  # diameter of a mark in a crowd
SHARE = 1.05  # of the distance to the nearest other mark that a mark may take
STEP = 1.25  # sizes change by such factors while the camera comes nearer, and not all the time
MARKED_PT, AROUND_PT = 26.0, 30.0  # the ring around what is pointed at: a checkpoint, a critical point
CHOSEN_PT, LARGER = 40.0, 1.3  # the ring around a chosen mark, and how much larger that is
SAME = 1e-6  # of the domain: places that are one
BLOCK = 512  # marks that are compared with all others at a time
CROWD = 4000  # of more marks than this none is measured against the others: all are small


class Glyphs:
    """Billboards of constant size whose foot reads its height from the height texture."""

    def __init__(self, ctx: moderngl.Context, heights: HeightTexture) -> None:
        self._ctx = ctx
        layout, attributes = "2f 1f 1f 3f", ("i_uv", "i_shape", "i_size_px", "i_colour")
        self._path = Draped(ctx, heights, "glyphs", layout, attributes)
        self._critical = Draped(ctx, heights, "glyphs", layout, attributes)
        self._marked = Draped(ctx, heights, "glyphs", layout, attributes)
        self._sized: tuple[Instances | None, float] = (None, 0.0)
        self._marks: Instances = np.empty((0, 7), np.float32)

    def draw(self, shot: Shot) -> None:
        """What lies behind the ground shines through faintly; critical points come after checkpoints, on top."""
        for flags, opacity in THROUGH:
            self._ctx.enable_only(flags)
            self._ctx.depth_func = "<="
            if shot.view.path:
                self._draw_path(shot, opacity)
            if shot.view.glyphs:
                _draw(self._critical, self._fitting(shot), shot, opacity)
        self._ctx.depth_func = "<"
        self._ctx.enable_only(moderngl.BLEND)
        if shot.view.glyphs:
            _draw(self._marked, chosen(shot), shot, 1.0)
        if shot.marked:
            _draw(self._marked, _ring(shot.marked, shot), shot, 1.0)

    def release(self) -> None:
        """Release the GL objects."""
        for quads in (self._path, self._critical, self._marked):
            quads.release()

    def _draw_path(self, shot: Shot, opacity: float) -> None:
        """In the order of their table, and none hides another by standing nearer: the last are the ends."""
        self._ctx.fbo.depth_mask = False
        _draw(self._path, shot.scene.path_marks, shot, opacity)
        self._ctx.fbo.depth_mask = True

    def _fitting(self, shot: Shot) -> Instances:
        """The critical points, smaller where they crowd."""
        points = STEP ** np.round(np.log(shot.domain_px / shot.pixel_ratio) / np.log(STEP))
        if self._sized[0] is not shot.scene.marks or self._sized[1] != points:
            self._marks = fitting(shot.scene.marks, shot.extent, float(points))
            self._sized = shot.scene.marks, float(points)
        return self._marks


def _draw(quads: Draped, marks: Instances, shot: Shot, opacity: float) -> None:
    if len(marks):
        quads.draw(shot, marks, u_pixel_ratio=shot.pixel_ratio, u_opacity=opacity)


def fitting(marks: Instances, extent: tuple[float, float], points: float) -> Instances:
    """Marks no larger than their distance to the nearest other, where the longer side of the domain is so many points
    in the picture."""
    if len(marks) < 2:
        return marks
    if len(marks) > CROWD:
        small = marks.copy()
        small[:, 3] = LEAST_PT
        return small
    places = marks[:, :2] * np.array(extent, np.float32) / max(extent) * points
    nearest = np.empty(len(marks), np.float32)
    for first in range(0, len(marks), BLOCK):
        away = np.linalg.norm(places[first : first + BLOCK, None] - places, axis=2)
        away[np.arange(len(away)), np.arange(first, first + len(away))] = np.inf
        nearest[first : first + BLOCK] = away.min(axis=1)
    fitted = marks.copy()
    fitted[:, 3] = np.minimum(marks[:, 3], np.maximum(SHARE * nearest, LEAST_PT))
    return fitted


def chosen(shot: Shot) -> Instances:
    """The marks that were chosen, larger and each in a ring, and rings around places without a mark."""
    marks, colour = shot.picked.marks.copy(), shot.theme.chosen
    marks[:, 3] *= LARGER
    places = [*map(tuple, marks[:, :2].tolist()), *shot.picked.places]
    rings = np.array([(*place, HALO, CHOSEN_PT, *colour) for place in places], np.float32).reshape(-1, 7)
    return np.vstack([rings, marks])


def _ring(place: UV, shot: Shot) -> Instances:
    """Around a critical point it is wide and thin, so that the mark can be seen."""
    marks = shot.scene.marks
    around = shot.view.glyphs and bool((np.abs(marks[:, :2] - np.array(place, np.float32)) < SAME).all(axis=1).any())
    shape, points = (HALO, AROUND_PT) if around else (RING, MARKED_PT)
    return np.array([(*place, shape, points, *shot.theme.mark)], np.float32)
