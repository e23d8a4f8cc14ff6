"""Text as FreeType draws it: how wide it is, and its raster."""

import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from explorer.resources import font

HALO = 2  # margin of the raster at the left and the right, in pixels
SMALLEST = 4  # pixels: what no face is rastered below
SHAPELESS = {"Cc", "Cs", "Zl", "Zp"}  # categories of Unicode: controls, halves of letters, ends of lines


@lru_cache(maxsize=32)
def face(pixels: int, weight: str) -> ImageFont.FreeTypeFont:
    """The typeface at a size in pixels."""
    return ImageFont.truetype(str(font(weight)), max(pixels, SMALLEST))


def one_line(text: str) -> str:
    """The text with spaces in place of what cannot be drawn: layout fails on ends of lines, XML on controls."""
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(letter) in SHAPELESS else letter for letter in text)


@lru_cache(maxsize=4096)
def text_size(text: str, pixels: int, weight: str = "Regular") -> tuple[int, int]:
    """Width and height of the raster; all rasters of one size are equally high, so that lines of text align."""
    ascent, descent = face(pixels, weight).getmetrics()
    return int(np.ceil(face(pixels, weight).getlength(one_line(text)))) + 2 * HALO, ascent + descent


def raster(text: str, pixels: int, weight: str, widest: int) -> NDArray[np.uint8]:
    """Coverage 0..255, cut off at the right beyond ``widest`` pixels."""
    width, height = text_size(text, pixels, weight)
    image = Image.new("L", (min(width, widest), height), 0)
    ImageDraw.Draw(image).text((HALO, 0), one_line(text), fill=255, font=face(pixels, weight))
    return np.asarray(image)
