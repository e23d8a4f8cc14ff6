"""Lines that the user draws over the ground: the cross-section, and the rectangle of a region."""

import itertools

import moderngl
import numpy as np

from explorer.gl.draped import Draped
from explorer.gl.height_texture import HeightTexture
from explorer.ground.scene import UV, Instances, Region, Shot

WIDTH_PT, DASH_PT = 4.0, 7.0
PIECES = 256  # a piece is at most one such share of the domain, so that it follows the ground


class Section:
    """Screen-space lines that read their height from the height texture."""

    def __init__(self, ctx: moderngl.Context, heights: HeightTexture) -> None:
        self._lines = Draped(ctx, heights, "section", "4f 2f", ("i_ends", "i_along_px"))

    def draw(self, shot: Shot) -> None:
        """What lies behind the ground shines through faintly."""
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
