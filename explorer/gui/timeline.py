"""The time slider of a training that is followed: which step is looked at."""

from imgui_bundle import ImVec2, imgui

from explorer.desk.desk import Desk
from explorer.desk.live import Live
from explorer.gui.fields import explain, keys
from explorer.gui.panel import FIXED, MARGIN

TIMELINE = "timeline"

Rectangle = tuple[float, float, float, float]


def height_of_timeline(desk: Desk) -> float:
    """Points that it takes at the bottom of the window; 0 without a training."""
    if desk.live is None or desk.live.steps is None:
        return 0.0
    return imgui.get_frame_height() + 2 * imgui.get_style().window_padding.y + MARGIN


def timeline(desk: Desk, place: Rectangle) -> Rectangle | None:
    """Draw it between these sides, standing on this bottom, and go to the step that is chosen; where it lies."""
    live = desk.live
    ends = live.steps if live else None
    if live is None or ends is None:
        return None
    left, top, right, bottom = place
    imgui.set_next_window_pos(ImVec2(left, top))
    imgui.set_next_window_size(ImVec2(right - left, bottom - top))
    imgui.begin(TIMELINE, None, FIXED)
    if imgui.button("Pause##run" if live.playing else "Play##run"):
        live.play()
    explain(f"The training from its start, or from here{keys('Play the training')}", above=top)
    imgui.same_line()
    imgui.begin_disabled(live.moment is None)
    if imgui.button("Newest"):
        desk.go_to(None)
    imgui.end_disabled()
    explain("Back to the newest checkpoint, and on with it", above=top)
    imgui.same_line()
    imgui.set_next_item_width(-1)
    low, high = (round(end) for end in ends)
    at = high if live.moment is None else round(live.moment)
    imgui.begin_disabled(high <= low)  # there is nowhere to go
    share = (at - low) / max(high - low, 1)  # a step may be larger than the integers of a slider
    changed, chosen = imgui.slider_float("##moment", share, 0.0, 1.0, slider_text(live, at, high))
    imgui.end_disabled()
    tip = f"Step of the training that is shown: its path and the plane of that time{keys('Earlier checkpoint')}"
    explain(tip, above=top)
    if changed:
        desk.go_to(None if chosen >= 1.0 else float(round(low + chosen * (high - low))))
    imgui.end()
    return place


def slider_text(live: Live, at: int, last: int) -> str:
    """The step that is looked at, the plane in view, and whether it is the past."""
    fits = live.fits.found
    fit = f"   fit {live.shown_number} of {fits[-1].number}" if len(fits) > 1 and live.shown_number else ""
    return f"step {at:,} of {last:,}{fit}" + ("" if live.moment is None else "   (replay)")
