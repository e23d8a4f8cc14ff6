"""Text in the picture: rastered once per string by FreeType, kept in an atlas."""

from functools import lru_cache

import moderngl
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from explorer.quads import Quads
from explorer.resources import font
from explorer.scene import Label, Shot
from explorer.shader import set_uniforms

ATLAS = (1024, 1024)
GAP = 1  # empty pixels between strings, so that none bleeds into its neighbour
HALO = 2  # margin of the raster, in pixels
SHADOW = (0.02, 0.03, 0.05, 0.75)

Place = tuple[int, int, int, int]  # left, top, width, height in the atlas


class Labels:
    """All labels of a shot in one draw."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._quads = Quads(ctx, "labels", "4f 2f 4f", ("i_place_px", "i_source_px", "i_colour"))
        self._atlas = ctx.texture(ATLAS, 1, bytes(ATLAS[0] * ATLAS[1]), alignment=1)
        self._atlas.filter = (moderngl.NEAREST, moderngl.NEAREST)
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
        """One row per label, each after its shadow. A full atlas is emptied, and then all places are new."""
        rows = [row for label in shot.labels for row in self._row(label, shot.pixel_ratio)]
        if self._overflowed:
            self._forget()
            rows = [row for label in shot.labels for row in self._row(label, shot.pixel_ratio)]
        return rows

    def _row(self, label: Label, ratio: float) -> list[tuple[float, ...]]:
        left, top, width, height = self._place(label.text, round(label.size * ratio), label.weight)
        x = label.x - label.align[0] * width
        y = label.y - label.align[1] * height
        below = max(1.0, ratio)
        return [(x, y - below, width, height, left, top, *SHADOW), (x, y, width, height, left, top, *label.colour)]

    def _place(self, text: str, pixels: int, weight: str) -> Place:
        key = (text, pixels, weight)
        if key not in self._places:
            self._places[key] = self._store(_raster(text, pixels, weight))
        return self._places[key]

    def _store(self, raster: np.ndarray) -> Place:
        height, width = raster.shape
        if self._left + width > ATLAS[0]:
            self._left, self._top, self._shelf = 0, self._top + self._shelf + GAP, 0
        if self._top + height > ATLAS[1]:
            self._overflowed = True
            self._left = self._top = 0
        place = (self._left, self._top, width, height)
        self._atlas.write(raster.tobytes(), viewport=place, alignment=1)
        self._left += width + GAP
        self._shelf = max(self._shelf, height)
        return place

    def _forget(self) -> None:
        self._places = {}
        self._left = self._top = self._shelf = 0
        self._overflowed = False


@lru_cache(maxsize=16)
def _font(pixels: int, weight: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font(weight)), max(pixels, 4))


def _raster(text: str, pixels: int, weight: str) -> np.ndarray:
    """Coverage 0..255; all rasters of one size are equally high, so that lines of text align."""
    face = _font(pixels, weight)
    ascent, descent = face.getmetrics()
    width = int(np.ceil(face.getlength(text))) + 2 * HALO
    image = Image.new("L", (min(width, ATLAS[0]), ascent + descent), 0)
    ImageDraw.Draw(image).text((HALO, 0), text, fill=255, font=face)
    return np.asarray(image)
