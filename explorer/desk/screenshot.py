"""Pictures of what the window shows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compute.errors import BadInputError
from explorer.desk.layout import Rectangle

SCALES = (1, 2, 3, 4)

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class ScreenshotChoice:
    """How a picture is taken: ``scale`` times the size of the window; with the panel it is the window as it is."""

    scale: int = 1
    transparent: bool = False
    panel: bool = False
    flight: bool = False  # with the way of a film's camera

    @property
    def possible(self) -> "ScreenshotChoice":
        """What of it can be: what is on the screen has its size, and something behind it."""
        return ScreenshotChoice(panel=True) if self.panel else self


def check_size(size: tuple[int, int], scale: int, largest: int) -> tuple[int, int]:
    """Size of the picture in pixels. Raises BadInputError for more than the ``largest`` side that the driver draws."""
    wanted = size[0] * scale, size[1] * scale
    if max(wanted) > largest:
        fits = max((each for each in SCALES if max(size) * each <= largest), default=0)
        advice = f"choose {fits}x" if fits else "make the window smaller"
        raise BadInputError(f"a picture of {wanted[0]} x {wanted[1]} pixels is more than {largest} a side; {advice}")
    return wanted


def joined(pieces: list[tuple[Rectangle, Pixels]], scale: int, gap: tuple[int, int, int]) -> Pixels:
    """One picture of the panes side by side: each (height, width, 3 or 4) in its place, as small as holds them all.

    Between them is ``gap``, red, green and blue; or nothing, where they are transparent.
    """
    left = min(rectangle[0] for rectangle, _ in pieces)
    bottom = min(rectangle[1] for rectangle, _ in pieces)
    right = max(x + width for (x, _, width, _), _ in pieces)
    top = max(y + height for (_, y, _, height), _ in pieces)
    channels = pieces[0][1].shape[2]
    ground = (*gap, 0)[:channels] if channels == 4 else gap
    picture = np.empty(((top - bottom) * scale, (right - left) * scale, channels), np.uint8)
    picture[:] = ground
    for (x, y, width, height), pixels in pieces:
        row, column = (top - y - height) * scale, (x - left) * scale
        picture[row : row + height * scale, column : column + width * scale] = pixels
    return picture
