"""A ruler of seconds with a diamond for each keyframe, and a mark where the film is."""

from collections.abc import Callable
from dataclasses import dataclass

from imgui_bundle import ImVec2, ImVec4, imgui

from explorer.looks.theme import Rgba, Theme
from explorer.pictures.keyframes import FlightFile, Keyframe
from explorer.writing.ticks import linear_ticks

HIGH, RULE, SIDE = 52.0, 20.0, 14.0  # points: of all, of the numbers, and free at both ends
DIAMOND, NEAR = 8.0, 10.0  # half its width, and how near to it the pointer means it
APART = 64.0  # between two numbers, about
DRAGGED = 3.0  # a pointer that went no farther only clicked
SHORTEST, AFTER = 5.0, 1.2  # seconds that are shown at least, and how much more than the film
EMPTY = "Add (Insert) makes a keyframe of the camera as it is"
BACK = -1  # the ruler itself, where no keyframe is


@dataclass(frozen=True)
class Done:
    """What was done in a frame: a keyframe taken hold of, the time it was moved to, and whether it was let go of; a
    time that was looked at; what the pointer is on."""

    taken: int | None = None
    moved: float | None = None
    let_go: bool = False
    sought: float | None = None
    hovered: int | None = None


class Ruler:
    """Knows what is held; while anything is, the scale stays."""

    def __init__(self) -> None:
        self._span = SHORTEST
        self._holds: int | None = None  # a keyframe, or BACK
        self._pressed, self._offset, self._dragged = 0.0, 0.0, False

    def height(self, scale: float) -> float:
        """Points that it takes."""
        return HIGH * scale

    def draw(self, flight: FlightFile, selected: int | None, time: float, theme: Theme, scale: float) -> Done:
        """As wide as there is room."""
        corner, width = imgui.get_cursor_screen_pos(), max(imgui.get_content_region_avail().x, 4 * SIDE * scale)
        imgui.invisible_button("keyframes", ImVec2(width, HIGH * scale))
        if self._holds is None:
            last = flight.keyframes[-1].time if flight.keyframes else 0.0
            self._span = max(AFTER * last, SHORTEST)
        self._left, self._per_second = corner.x + SIDE * scale, (width - 2 * SIDE * scale) / self._span
        done = self._hand(flight, corner.y, scale)
        pen = Pen(theme, scale, (corner.x, corner.y, corner.x + width, corner.y + HIGH * scale), self._x)
        pen.rule(flight, self._span)
        for k, key in enumerate(flight.keyframes):
            pen.diamond(key, selected=k == selected)
        pen.now(flight, time)
        return done

    def _x(self, time: float) -> float:
        return self._left + time * self._per_second

    def _time(self, x: float) -> float:
        return min(max((x - self._left) / self._per_second, 0.0), self._span)

    def _hand(self, flight: FlightFile, top: float, scale: float) -> Done:
        """What pointer and button do."""
        pointer, hovered = imgui.get_mouse_pos(), bool(imgui.is_item_hovered())
        on = self._under(flight, pointer.x, pointer.y, top, scale)
        if imgui.is_item_activated() and imgui.is_mouse_down(0):
            self._holds, self._pressed, self._dragged = on, pointer.x, False
            if on != BACK:
                self._offset = flight.keyframes[on].time - (pointer.x - self._left) / self._per_second
                return Done(taken=on, hovered=on)
        held = self._holds
        if held is None:
            return Done(hovered=on if hovered else None)
        self._dragged = self._dragged or abs(pointer.x - self._pressed) > DRAGGED * scale
        if not imgui.is_item_active():
            self._holds = None
        if held == BACK:
            return Done(sought=self._time(pointer.x))
        moved = self._time(pointer.x + self._offset * self._per_second) if self._dragged else None
        return Done(moved=moved, let_go=self._holds is None)

    def _under(self, flight: FlightFile, x: float, y: float, top: float, scale: float) -> int:
        """The keyframe nearest to the pointer, if it is near and below the numbers; else BACK."""
        away = {k: abs(self._x(key.time) - x) for k, key in enumerate(flight.keyframes)}
        nearest = min(away, key=away.__getitem__, default=BACK)
        below = y >= top + RULE * scale
        return nearest if nearest != BACK and below and away[nearest] <= NEAR * scale else BACK


@dataclass(frozen=True)
class Pen:
    """Draws the ruler into a box: left, top, right, bottom. ``x`` tells where a time is."""

    theme: Theme
    scale: float
    box: tuple[float, float, float, float]
    x: Callable[[float], float]

    @property
    def line(self) -> float:
        """The upper side of what the diamonds lie in."""
        return self.box[1] + RULE * self.scale

    @property
    def middle(self) -> float:
        """How far down the diamonds are."""
        return (self.line + self.box[3]) / 2

    def rule(self, flight: FlightFile, span: float) -> None:
        """Seconds, the length of the film, and what to do where there is none."""
        (left, top, right, bottom), scale, panel = self.box, self.scale, self.theme.panel
        draw, keys = imgui.get_window_draw_list(), flight.keyframes
        frame = _colour(panel.widgets["frame_bg"])
        draw.add_rect_filled(ImVec2(left, self.line), ImVec2(right, bottom), frame, 4 * scale)
        if len(keys) > 1:
            low = ImVec2(self.x(keys[0].time), self.middle - 2 * scale)
            high = ImVec2(self.x(keys[-1].time), self.middle + 2 * scale)
            draw.add_rect_filled(low, high, _colour(panel.widgets["button_active"]), 2 * scale)
        about = (right - left) / (APART * scale)
        for tick in linear_ticks(0.0, span, max(int(about), 2)):
            x, text = self.x(tick), f"{tick:g} s" if tick == 0 else f"{tick:g}"
            draw.add_line(ImVec2(x, self.line - 4 * scale), ImVec2(x, self.line), _colour(panel.grey), scale)
            wide = imgui.calc_text_size(text).x
            place = ImVec2(min(max(x - wide / 2, left), right - wide), top - 3 * scale)
            draw.add_text(place, _colour(panel.grey), text)
        if not keys:
            place = ImVec2(left + SIDE * scale, self.middle - imgui.get_font_size() / 2)
            draw.add_text(place, _colour(panel.grey), EMPTY)

    def diamond(self, key: Keyframe, *, selected: bool) -> None:
        """One keyframe; a dot below it says that it has a caption."""
        draw, half, panel = imgui.get_window_draw_list(), DIAMOND * self.scale, self.theme.panel
        x, y = self.x(key.time), self.middle
        corners = ImVec2(x, y - half), ImVec2(x + half, y), ImVec2(x, y + half), ImVec2(x - half, y)
        top, right, bottom, left = corners
        draw.add_quad_filled(top, right, bottom, left, _colour(panel.accent if selected else panel.grey))
        rim = _colour(panel.text if selected else panel.widgets["frame_bg"])
        draw.add_quad(top, right, bottom, left, rim, 1.5 * self.scale)
        if key.caption:
            draw.add_circle_filled(ImVec2(x, y + half + 3.0 * self.scale), 1.8 * self.scale, _colour(panel.text))

    def now(self, flight: FlightFile, time: float) -> None:
        """Where the film is."""
        if not flight.keyframes:
            return
        draw, scale, colour = imgui.get_window_draw_list(), self.scale, _colour(self.theme.panel.alert)
        x, bottom = self.x(time), self.box[3]
        draw.add_line(ImVec2(x, self.line - 6 * scale), ImVec2(x, bottom), colour, 1.5 * scale)
        left, right = ImVec2(x - 4 * scale, self.line - 5 * scale), ImVec2(x + 4 * scale, self.line - 5 * scale)
        draw.add_triangle_filled(left, right, ImVec2(x, self.line), colour)
        text = f"{time:.2f}"
        size = imgui.calc_text_size(text)
        corner = ImVec2(min(max(x - size.x / 2, self.box[0]), self.box[2] - size.x), self.box[1] - 4 * scale)
        beyond = ImVec2(corner.x + size.x + 12 * scale, corner.y + size.y)
        draw.add_rect_filled(
            ImVec2(corner.x - 12 * scale, corner.y), beyond, _colour((*self.theme.panel.window_bg[:3], 1.0))
        )
        draw.add_text(corner, colour, text)


def _colour(rgba: Rgba) -> int:
    return int(imgui.get_color_u32(ImVec4(*rgba)))
