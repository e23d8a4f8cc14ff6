"""The timeline of a film: its keyframes over a ruler of seconds, and what is done to them."""

from imgui_bundle import ImVec2, imgui

from explorer.desk.desk import Desk
from explorer.desk.modes import Dialog
from explorer.gui.fields import Drafts, button, check, explain, keys
from explorer.gui.panel import FIXED, MARGIN
from explorer.gui.ruler import BACK, Ruler
from explorer.looks.theme import Theme
from explorer.pictures.keyframes import CONSTANT

BUTTONS, SECONDS, SPEED, CAPTION = 386.0, 124.0, 134.0, 150.0  # points that the parts of the upper row take
FLIGHT = "flight"
LOWEST = 330  # points: a window lower than this has no room for it

Rectangle = tuple[float, float, float, float]


class FlightStrip:
    """Draws it, and does what is wished for there; lives as long as the window."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._drafts, self._ruler = desk, Drafts(), Ruler()
        self._gesture = 0  # so many keyframes have been taken hold of

    def height(self, size: tuple[int, int]) -> float:
        """Points that it takes at the bottom of a window of this size; 0 unless it is wished for."""
        if not self._desk.flying.shown or size[1] < LOWEST:
            return 0.0
        style, scale = imgui.get_style(), self._desk.preferences.size
        rows = 1 if self._is_wide(size[0]) else 2
        lines = rows * (imgui.get_frame_height() + style.item_spacing.y)
        return lines + self._ruler.height(scale) + 2 * style.window_padding.y + MARGIN

    def draw(self, place: Rectangle, theme: Theme) -> None:
        """Between these sides, standing on this bottom."""
        left, top, right, bottom = place
        imgui.set_next_window_pos(ImVec2(left, top))
        imgui.set_next_window_size(ImVec2(right - left, bottom - top))
        imgui.begin(FLIGHT, None, FIXED | imgui.WindowFlags_.no_scrollbar.value)
        self._edit()
        imgui.same_line()
        self._whole()
        if self._is_wide(right - left + 2 * MARGIN):
            imgui.same_line()
        self._caption()
        self._act(theme)
        imgui.end()

    def _is_wide(self, width: float) -> bool:
        """Whether all stands in one row."""
        return width >= (BUTTONS + SECONDS + SPEED + CAPTION) * self._desk.preferences.size + 2 * MARGIN

    def _edit(self) -> None:
        flying = self._desk.flying
        if button(
            "Stop##film" if flying.playing else "Play##film",
            f"The film as fast as it will be, from here{keys('Play the film')}",
            enabled=flying.count > 1,
        ):
            flying.play()  # fmt: skip
        imgui.same_line()
        if button("Add", f"A keyframe of the camera as it is now{keys('Add a keyframe')}"):
            flying.add()
        chosen = flying.selected is not None
        imgui.same_line()
        tip = f"The selected keyframe gets the camera as it is now{keys('Update the keyframe')}"
        if button("Update", tip, enabled=chosen):
            flying.update()
        imgui.same_line()
        if button("Delete", f"The selected keyframe goes{keys('Delete the keyframe')}", enabled=chosen):
            flying.delete()
        imgui.same_line()
        if button("Record…", f"Write the film into a file{keys('Record a film…')}"):
            self._desk.dialog = Dialog.FILM
        imgui.same_line()
        if button("Hide", f"The keyframes stay; only this goes{keys('Timeline')}"):
            flying.stop()
            flying.shown = False

    def _whole(self) -> None:
        """What is said about all of the film."""
        flying = self._desk.flying
        imgui.begin_disabled(flying.count < 2)
        imgui.set_next_item_width(58 * self._desk.preferences.size)
        tip = "How long the film is, in seconds; all keyframes move with it"
        wished = self._drafts.number("seconds##film", round(flying.seconds, 2), tip, "0")
        if wished is not None and wished != round(flying.seconds, 2):
            flying.last(wished)
        imgui.same_line()
        tip = "One speed throughout: the keyframes say which way, and no more when; else each is passed at its time"
        constant = check("constant speed", flying.flight.speed == CONSTANT, tip)
        imgui.end_disabled()
        if constant != (flying.flight.speed == CONSTANT):
            flying.keep_speed(constant)

    def _caption(self) -> None:
        flying = self._desk.flying
        place = flying.selected
        imgui.begin_disabled(place is None)
        imgui.set_next_item_width(-1)
        shown = flying.flight.keyframes[place].caption if place is not None else ""
        hint = f"caption from keyframe {place + 1} on" if place is not None else "caption of the selected keyframe"
        with_id = f"##caption {place}"  # what is typed for one keyframe is not another's
        typed = self._drafts.text(with_id, shown, "Said in the film from this keyframe on, at the upper left", hint)
        imgui.end_disabled()
        if typed is not None:
            flying.caption_it(typed)

    def _act(self, theme: Theme) -> None:
        """The ruler, and what is dragged and clicked there."""
        flying = self._desk.flying
        did = self._ruler.draw(flying.flight, flying.selected, flying.time, theme, self._desk.preferences.size)
        if did.taken is not None:
            self._gesture += 1
            flying.choose(did.taken)
        if did.moved is not None:
            flying.move(did.moved, ("keyframe", self._gesture))
        if did.let_go:
            flying.settle(("keyframe", self._gesture))
        if did.sought is not None and flying.count:
            flying.seek(did.sought)
        if did.hovered is not None:
            self._tell(did.hovered)

    def _tell(self, place: int) -> None:
        key = self._desk.flying.flight.keyframes[place] if place != BACK else None
        if key is None:
            explain("Drag: look at this time of the film, in seconds")
        else:
            said = f": {key.caption}" if key.caption else ""
            explain(f"keyframe {place + 1}, at {key.time:g} s{said}. A click selects it, a drag moves it in time")
