"""Text as FreeType draws it: how wide it is, and its raster."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from explorer.resources import font

HALO = 2  # margin of the raster at the left and the right, in pixels
SMALLEST = 4  # pixels: what no face is rastered below


@lru_cache(maxsize=32)
def face(pixels: int, weight: str) -> ImageFont.FreeTypeFont:
    """The typeface at a size in pixels."""
    return ImageFont.truetype(str(font(weight)), max(pixels, SMALLEST))


@lru_cache(maxsize=4096)
def text_size(text: str, pixels: int, weight: str = "Regular") -> tuple[int, int]:
    """Width and height of the raster; all rasters of one size are equally high, so that lines of text align."""
    ascent, descent = face(pixels, weight).getmetrics()
    return int(np.ceil(face(pixels, weight).getlength(text))) + 2 * HALO, ascent + descent


def raster(text: str, pixels: int, weight: str, widest: int) -> NDArray[np.uint8]:
    """Coverage 0..255, cut off at the right beyond ``widest`` pixels."""
    width, height = text_size(text, pixels, weight)
    image = Image.new("L", (min(width, widest), height), 0)
    ImageDraw.Draw(image).text((HALO, 0), text, fill=255, font=face(pixels, weight))
    return np.asarray(image)
