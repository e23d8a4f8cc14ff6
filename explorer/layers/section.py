"""Lines that the user draws over the ground: the cross-section, the rectangle of a region, ways between two minima."""

import itertools

import moderngl
import numpy as np

from explorer.gl.draped import Draped
from explorer.gl.height_texture import HeightTexture
from explorer.ground.scene import UV, Instances, Region, Shot

WIDTH_PT, DASH_PT = 4.0, 7.0
SOLID = 1e9  # pixels of a dash that never ends
PIECES = 256  # a piece is at most one such share of the domain, so that it follows the ground


class Section:
    """Screen-space lines that read their height from the height texture."""

    def __init__(self, ctx: moderngl.Context, heights: HeightTexture) -> None:
        self._lines = Draped(ctx, heights, "section", "4f 2f", ("i_ends", "i_along_px"))
        self._laid: tuple[object, ...] = ()  # the ways, and the size, that the pieces below are of
        self._ways: tuple[Instances, ...] = ()

    def draw(self, shot: Shot) -> None:
        """What lies behind the ground shines through faintly."""
        if len(shot.picked.lowest) and shot.view.glyphs and not shot.scene.domain.is_line:
            self._draw_ways(shot)
        corners = [shot.view.section] if shot.view.section else []
        outlines = [(*line,) for line in corners] + ([outline(shot.region)] if shot.region else [])
        if not outlines or shot.scene.domain.is_line:
            return
        pieces = np.vstack([draped(line, shot.domain_px) for line in outlines])
        self._lines.draw_through(
            shot,
            pieces,
            u_width_px=WIDTH_PT * shot.pixel_ratio,
            u_dash_px=DASH_PT * shot.pixel_ratio,
            u_colour=shot.theme.section,
            u_gap_colour=shot.theme.section_gap,
        )

    def _draw_ways(self, shot: Shot) -> None:
        """The lowest one is solid, the straight one dashed."""
        known = (shot.picked, shot.domain_px)
        if self._laid != known:
            ways = (shot.picked.straight, shot.picked.lowest)
            self._laid, self._ways = known, tuple(draped(tuple(map(tuple, way)), shot.domain_px) for way in ways)
        for pieces, dash_px in zip(self._ways, (DASH_PT * shot.pixel_ratio, SOLID), strict=True):
            self._lines.draw_through(
                shot,
                pieces,
                u_width_px=WIDTH_PT * shot.pixel_ratio,
                u_dash_px=dash_px,
                u_colour=shot.theme.chosen,
                u_gap_colour=shot.theme.casing,
            )

    def release(self) -> None:
        """Release the GL objects."""
        self._lines.release()


def outline(region: Region) -> tuple[UV, ...]:
    """The corners of a rectangle, the first again at the end."""
    (u0, v0), (u1, v1) = region
    return (u0, v0), (u1, v0), (u1, v1), (u0, v1), (u0, v0)


def draped(corners: tuple[UV, ...], pixels: float) -> Instances:
    """(n, 6) pieces of a line, fine enough to lie on the ground, and how far along they are if a domain is so many
    pixels wide."""
    rows, along = [], 0.0
    for start, end in itertools.pairwise(np.clip(corners, 0.0, 1.0)):
        length = float(np.linalg.norm(end - start))
        t = np.linspace(0, 1, max(1, int(np.ceil(length * PIECES))) + 1)[:, None]
        points, far = start + t * (end - start), (along + t * length) * pixels
        rows.append(np.hstack([points[:-1], points[1:], far[:-1], far[1:]]))
        along += length
    return np.vstack(rows).astype(np.float32)
