"""Axes of a plot on the scale of the height: a plot draws heights, and its axes say which losses these are."""

from dataclasses import replace

import numpy as np
from imgui_bundle import imgui, implot

from compute.landscape import Floats
from compute.scale import Scale
from explorer.writing.annotations import value_ticks
from explorer.writing.ticks import tick_labels

Reach = tuple[float, float]  # the lowest and the highest loss
LINES = 3.2  # of text: the room for a number, where few are wished for
ROOM = 0.07  # of the axis, at both ends
NEVER, ABOVE = 2.2, 3.6  # where infinity is, above the highest loss, and where such an axis ends: in ROOMs


def limits(scale: Scale, reach: Reach) -> Reach:
    """Ends of an axis, as heights, with some room around."""
    low, high = heights(scale, np.array(reach)).tolist()
    room = ROOM * (high - low) or 1.0
    return low - room, high + room


def never(scale: Scale, reach: Reach) -> float:
    """The height at which an axis with infinity has it."""
    high = limits(scale, reach)[1]
    return high + (NEVER - 1) * (high - float(heights(scale, np.array([reach[1]]))[0]))


def setup_loss_axis(axis: int, scale: Scale, reach: Reach, about: int, *, infinity: bool = False) -> None:
    """Limits and numbers of an axis, roughly so many; with ``infinity`` above them."""
    low, high = limits(scale, reach)
    top = high + (ABOVE - 1) * (never(scale, reach) - high) / (NEVER - 1) if infinity else high
    implot.setup_axis_limits(axis, low, top, implot.Cond_.always.value)
    ends = scale.values(np.array([low, high])).tolist()
    ticks = value_ticks(replace(scale, low=ends[0], high=ends[1]), about)
    places, labels = heights(scale, np.array(ticks)).tolist(), tick_labels(ticks)
    if infinity:
        places, labels = [*places, never(scale, reach)], [*labels, "∞"]
    if places:
        implot.setup_axis_ticks(axis, places, labels)


def ticks_up() -> int:
    """About how many numbers a plot has room for, one above the other, in what is left of the window."""
    return max(int(imgui.get_content_region_avail().y / (LINES * imgui.get_text_line_height())), 2)


def heights(scale: Scale, losses: Floats) -> Floats:
    """Where losses are on such an axis: heights that go on beyond 0 and 1; infinite ones stay so."""
    return np.where(np.isposinf(losses), np.inf, scale.heights_beyond(losses))
