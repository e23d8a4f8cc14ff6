"""The pointer over the scene: which pane it means, drags, double clicks and the wheel. Knows no window system."""

from collections.abc import Callable

from explorer.camera.steering import focus, pan, zoom
from explorer.desk.desk import Desk
from explorer.desk.modes import Tool
from explorer.window import drags
from explorer.window.drags import Drag

ZOOM_PER_NOTCH = 0.88
POINTS_PER_NOTCH = 30.0  # of a wheel that goes sideways
FOCUS_ZOOM = 0.7
DOUBLE_SECONDS, DOUBLE_POINTS = 0.4, 6.0  # between the clicks of a double one
SCROLL_SECONDS = 0.7  # a wheel that rests longer than this makes another step of undo

Point = tuple[float, float]  # of the window, in points from its bottom left
NEVER = -1e9


class Pointer:
    """One drag at a time, by the button that began it. ``clock`` tells seconds, ``ratio`` is pixels per point."""

    def __init__(self, desk: Desk, clock: Callable[[], float]) -> None:
        self._desk, self._clock = desk, clock
        self.ratio = 1.0
        self.late = 0.0  # seconds that an event may wait until it is heard of: as long as the last picture took
        self._drag: tuple[Drag, int] | None = None  # and its button
        self._pressed: tuple[Point, bool] | None = None  # where a button that chooses went down, and whether to add
        self._click = (NEVER, 0.0, 0.0)  # when and where the left button went down last
        self._scroll: tuple[float, object] = (NEVER, None)  # when, and which step of undo

    @property
    def dragging(self) -> bool:
        """Whether a button is down that began a drag."""
        return self._drag is not None

    def press(self, point: Point, button: int, *, shifting: bool, choosing: bool = False) -> None:
        """A button goes down over the scene; ``shifting``: to move the scene aside, and not to turn it; ``choosing``:
        a click, without a drag, chooses the critical point there, as a second one if shifting."""
        self._pressed = (point, shifting) if choosing and not self._drag else None
        pixel = None if self._drag else self._activate(point)
        if pixel is None:
            return
        self._desk.motion.stop()
        if not shifting and self._is_double(point) and self._focus(pixel):
            return
        height = max(1, round(self._desk.pane.size[1] / self.ratio))
        self._drag = drags.begin(self._desk, pixel, height, shifting=shifting), button

    def move(self, point: Point, by: Point, buttons: int) -> None:
        """The pointer moves with these buttons down. Without the drag's own, its release was never heard of."""
        if self._drag is None:
            return
        if self._pressed and _apart(self._pressed[0], point) > DOUBLE_POINTS:
            self._pressed = None
        if not self._is_at_click(point):
            self._click = (NEVER, *point)  # a drag is no click, and so none of a double one
        drag, button = self._drag
        if buttons & button:
            drag.move(self._within(point), by, self._clock())
        else:
            self.release(button)

    def release(self, button: int) -> None:
        """A button goes up."""
        if self._drag and self._drag[1] == button:
            (drag, _), self._drag = self._drag, None
            drag.release(self._clock())
            if self._pressed and self._desk.tool is Tool.LOOK:
                self._choose(*self._pressed)
            self._pressed = None

    def cancel(self) -> bool:
        """Take back the drag, if there is one."""
        if self._drag is None:
            return False
        (drag, _), self._drag = self._drag, None
        drag.cancel()
        return True

    def let_go(self) -> None:
        """Another window has the pointer. The scene stays as it is, without a swing; nothing is measured."""
        if self._drag:
            (drag, _), self._drag = self._drag, None
            drag.abandon()

    def scroll(self, point: Point, right: float, up: float) -> None:
        """The wheel turns: nearer to what is under the pointer; sideways, where it does that, the scene goes aside."""
        pixel = None if self._drag else self._activate(point)
        if pixel is None:
            return
        desk, now = self._desk, self._clock()
        gesture = self._scroll[1] if now - self._scroll[0] <= SCROLL_SECONDS else object()
        self._scroll = (now, gesture)
        camera = zoom(desk.pane.camera, ZOOM_PER_NOTCH**up, desk.pane.world(pixel)) if up else desk.pane.camera
        if right:
            way = -right * POINTS_PER_NOTCH * self.ratio
            camera = pan(camera, way, 0.0, desk.pane.size[1], desk.pane.clip)
        desk.steer(camera, gesture)

    def _within(self, point: Point) -> drags.Pixel:
        return self._desk.within((point[0] * self.ratio, point[1] * self.ratio))

    def _activate(self, point: Point) -> drags.Pixel | None:
        """Make the pane under the pointer the active one; the pixel of it, None where there is no pane."""
        which = self._desk.pane_at((point[0] * self.ratio, point[1] * self.ratio))
        if which is None:
            return None
        if which != self._desk.active:
            self._desk.active = which
            self._desk.selection.clear()  # it was of another surface
        return self._within(point)

    def _is_double(self, point: Point) -> bool:
        """Whether this is the second of two clicks; a third one is the first of the next two."""
        now = self._clock()
        soon = now - self._click[0] <= DOUBLE_SECONDS + self.late
        double = self._desk.tool is Tool.LOOK and soon and self._is_at_click(point)
        self._click = (NEVER if double else now, *point)
        return double

    def _is_at_click(self, point: Point) -> bool:
        return _apart(self._click[1:], point) <= DOUBLE_POINTS

    def _choose(self, point: Point, adding: bool) -> None:
        """The critical point that is drawn there, if one is."""
        place = self._desk.pane.critical(self._within(point))
        if place is not None:
            self._desk.selection.choose(place, adding=adding, reveal=True)

    def _focus(self, pixel: drags.Pixel) -> bool:
        """Glide to what is seen at a pixel."""
        place = self._desk.pane.world(pixel)
        if place is not None:
            self._desk.fly_to(focus(self._desk.pane.camera, place, FOCUS_ZOOM))
        return place is not None


def _apart(one: Point, other: Point) -> float:
    """How far along either axis."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))
