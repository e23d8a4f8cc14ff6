"""Text in the picture: rastered once per string by FreeType, kept in an atlas."""

import moderngl
import numpy as np

from explorer.gl.lettering import raster
from explorer.gl.quads import Quads
from explorer.gl.shader import set_uniforms
from explorer.ground.scene import Label, Shot

ATLAS = (1024, 1024)
GAP = 1  # empty pixels between strings, so that none bleeds into its neighbour

LAYOUT = "2f 4f 2f 4f 1f 1f"
ATTRIBUTES = ("i_anchor_px", "i_place_px", "i_source_px", "i_colour", "i_angle", "i_halo_px")

Place = tuple[int, int, int, int]  # left, top, width, height in the atlas


class Labels:
    """All labels of a shot in one draw."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._quads = Quads(ctx, "labels", LAYOUT, ATTRIBUTES)
        self._atlas = ctx.texture(ATLAS, 1, bytes(ATLAS[0] * ATLAS[1]), alignment=1)
        self._atlas.filter = (moderngl.LINEAR, moderngl.LINEAR)
        self._places: dict[tuple[str, int, str], Place] = {}
        self._left, self._top, self._shelf = 0, 0, 0
        self._overflowed = False

    def draw(self, shot: Shot) -> None:
        """Over everything, without depth."""
        if not shot.labels:
            return
        rows = self._rows(shot)
        self._ctx.enable_only(moderngl.BLEND)
        self._atlas.use(0)
        set_uniforms(
            self._quads.program,
            t_atlas=0,
            u_viewport_px=tuple(float(n) for n in shot.size),
            u_atlas_px=tuple(float(n) for n in ATLAS),
        )
        self._quads.render(np.array(rows, np.float32))

    def release(self) -> None:
        """Release the GL objects."""
        self._quads.release()
        self._atlas.release()

    def _rows(self, shot: Shot) -> list[tuple[float, ...]]:
        """One row per label, each after its halo. A full atlas is emptied, and then all places are new."""
        rows = [row for label in shot.labels for row in self._row(label, shot)]
        if self._overflowed:
            self._forget()
            rows = [row for label in shot.labels for row in self._row(label, shot)]
        return rows

    def _row(self, label: Label, shot: Shot) -> list[tuple[float, ...]]:
        """Text in a halo, so that it can be read on whatever the surface puts behind it."""
        theme, ratio = shot.theme, shot.pixel_ratio
        place = self._place(label.text, round(label.size * ratio), label.weight)
        width, height = place[2:]
        corner = (-label.align[0] * width, -label.align[1] * height)
        around = (label.x, label.y, *corner, width, height, *place[:2])
        angle, opacity = float(np.radians(label.angle)), label.opacity
        halo = (label.halo or theme.halo, opacity * opacity, max(1.0, ratio))  # or faint text would be a dark ghost
        drawn = (halo, (label.colour or theme.text, opacity, 0.0))
        return [(*around, *colour[:3], colour[3] * share, angle, reach) for colour, share, reach in drawn]

    def _place(self, text: str, pixels: int, weight: str) -> Place:
        key = (text, pixels, weight)
        if key not in self._places:
            self._places[key] = self._store(raster(text, pixels, weight, ATLAS[0]))
        return self._places[key]

    def _store(self, image: np.ndarray) -> Place:
        height, width = image.shape
        if self._left + width > ATLAS[0]:
            self._left, self._top, self._shelf = 0, self._top + self._shelf + GAP, 0
        if self._top + height > ATLAS[1]:
            self._overflowed = True
            self._left = self._top = 0
        place = (self._left, self._top, width, height)
        self._atlas.write(image.tobytes(), viewport=place, alignment=1)
        self._left += width + GAP
        self._shelf = max(self._shelf, height)
        return place

    def _forget(self) -> None:
        self._places = {}
        self._left = self._top = self._shelf = 0
        self._overflowed = False
