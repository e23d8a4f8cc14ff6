"""At which values isolines are drawn."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from compute.landscape import Floats
from compute.scale import Scale
from explorer.looks.view import Contours, ContourStyle, Spacing

MOST = 4096  # levels: more are no lines any more


@dataclass(frozen=True)
class Levels:
    """Levels in ascending order, strictly inside the range that is shown: its ends would be a dot and a plateau.

    ``complaint`` says, in words for the panel, why they are fewer than wished; empty where they are not.
    """

    heights: tuple[float, ...] = ()
    values: tuple[float, ...] = ()
    complaint: str = ""


@lru_cache(maxsize=64)
def contour_levels(scale: Scale, contours: Contours) -> Levels:
    """The levels that the user wishes, as far as they lie in the range that is shown."""
    if contours.style is ContourStyle.OFF:
        return Levels()
    if contours.levels:
        return _explicit(scale, contours.levels)
    count = min(max(contours.count, 0), MOST)
    shares = np.arange(1, count + 1) / (count + 1)
    if contours.spacing is Spacing.HEIGHT:
        return _inside(shares, scale.values(shares))
    if contours.spacing is Spacing.LINEAR:
        values = scale.low + shares * (scale.high - scale.low)
    elif scale.low > 0:
        values = scale.low * (scale.high / scale.low) ** shares
    else:
        return Levels(complaint=f"equal factors need positive values, and the lowest is {scale.low:.3g}")
    return _inside(scale.heights_beyond(values), values)


def is_heavy(level: int, emphasis: int) -> bool:
    """Whether the line at this level, counted from 0, is one of the heavier ones."""
    return emphasis > 0 and (level + 1) % emphasis == 0


def _explicit(scale: Scale, wished: tuple[float, ...]) -> Levels:
    values = np.unique(np.array([value for value in wished if np.isfinite(value)]))
    found = _inside(scale.heights_beyond(values), values)
    outside = len(set(wished)) - len(found.values)
    if not outside:
        return found
    shown = f"what is shown, {scale.low:.4g} to {scale.high:.4g}"
    return Levels(found.heights, found.values, f"{outside} of {len(set(wished))} levels lie outside {shown}")


def _inside(heights: Floats, values: Floats) -> Levels:
    single = heights.astype(np.float32)  # as the graphics card compares them
    keep = (single > 0) & (single < 1)
    return Levels(tuple(heights[keep].tolist()), tuple(values[keep].tolist()))
