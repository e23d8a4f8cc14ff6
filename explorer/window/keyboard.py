"""Keys that go down and up: what they do at once, what goes on while they are held, and flying."""

from pyglet.window import key

from explorer.camera.steering import fly
from explorer.desk.action import Action
from explorer.desk.actions import by_key
from explorer.desk.desk import Desk
from explorer.desk.modes import Navigation
from explorer.desk.notices import Notice
from explorer.window.shortcuts import of_character, shortcut
from explorer.window.tracing import ARROWS, Tracing

REPEAT_AFTER, REPEAT_EVERY = 0.3, 0.04  # seconds
FLY_SPEED = 0.35  # distances to the target per second
LEAST_SPEED = 0.15  # half sides of the domain per second
FASTER = 3.0  # with Shift

_WAYS = {"w": (1, 0, 0), "s": (-1, 0, 0), "d": (0, 1, 0), "a": (0, -1, 0), "e": (0, 0, 1), "q": (0, 0, -1)}
_SHIFTS = (key.LSHIFT, key.RSHIFT)
MODIFIERS = {*_SHIFTS, key.LCTRL, key.RCTRL, key.LALT, key.RALT, key.LCOMMAND, key.RCOMMAND}


class Keyboard:
    """Which keys are down, as far as that matters here."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ways: dict[int, tuple[int, int, int]] = {}  # of the keys to fly with that are down
        self._fast: set[int] = set()
        self._repeating: tuple[int, Action, float] | None = None  # symbol, action, seconds until it is due
        self._answered = False  # whether the last key that went down did something
        self._refused = Notice("")  # what was not possible last: of several keys in vain the last one is told
        self._flight: object = None  # one step of undo
        self._tracing = Tracing(desk)

    @property
    def active(self) -> bool:
        """Whether a key that is held goes on doing something."""
        return bool(self._ways) or self._repeating is not None

    def press(self, symbol: int, modifiers: int) -> None:
        """A key goes down."""
        self._repeating = None
        if symbol in _SHIFTS:
            self._fast.add(symbol)
        name = shortcut(symbol, modifiers)
        way = _WAYS.get(name.removeprefix("Shift+").lower())
        if way and self._desk.navigation is Navigation.FLY:
            self._flight = self._flight if self._ways else object()
            self._ways[symbol] = way
            self._answered = True
            return
        self._answered = self._trace(symbol, name) or self._do(symbol, by_key(name))

    def type(self, text: str) -> None:
        """A character, for keyboards on which it is on a key of another name."""
        if not self._answered:
            self._do(0, by_key(of_character(text)))

    def release(self, symbol: int) -> None:
        """A key goes up. With a modifier the others change their names, so that one of them might never go up."""
        self._ways.pop(symbol, None)
        self._fast.discard(symbol)
        if self._repeating and (symbol == self._repeating[0] or symbol in MODIFIERS):
            self._repeating = None

    def give_way(self) -> None:
        """The pointer leads the tool from now on."""
        self._tracing.back()

    def let_go(self) -> None:
        """All keys are up, whatever was heard of them."""
        self._ways.clear()
        self._fast.clear()
        self._repeating = None

    def advance(self, seconds: float) -> None:
        """What goes on while keys are held."""
        if self._desk.navigation is not Navigation.FLY:
            self._ways.clear()
        if self._ways:
            self._fly(seconds)
        if self._repeating:
            self._repeat(*self._repeating, seconds)
        self._tracing.follow()

    def _trace(self, symbol: int, name: str) -> bool:
        """Lead the tool that is on; whether the key does that."""
        arrow = name.removeprefix("Shift+")
        if not self._tracing.possible:
            self._tracing.follow()
            return False
        if arrow in ARROWS:
            fine = arrow != name
            return self._do(symbol, Action("", "", lambda desk: self._tracing.step(arrow, fine=fine), repeats=True))
        if name == "Enter":
            self._tracing.confirm()
        return name == "Enter" or (name == "Esc" and self._tracing.back())

    def _do(self, symbol: int, action: Action | None) -> bool:
        if action is None:
            return False
        if not action.enabled(self._desk):
            self._desk.notices.dismiss(self._refused)
            self._refused = Notice(action.refusal(self._desk))
            self._desk.notices.add(self._refused)
            return True
        action.do(self._desk)
        if action.repeats and symbol:
            self._repeating = (symbol, action, REPEAT_AFTER)
        return True

    def _repeat(self, symbol: int, action: Action, due: float, seconds: float) -> None:
        due -= seconds
        while due <= 0:
            action.do(self._desk)
            due += REPEAT_EVERY
        self._repeating = (symbol, action, due)

    def _fly(self, seconds: float) -> None:
        camera = self._desk.pane.camera
        speed = max(FLY_SPEED * camera.distance, LEAST_SPEED) * (FASTER if self._fast else 1.0)
        forward, right, up = (speed * seconds * sum(way) for way in zip(*self._ways.values(), strict=True))
        self._desk.steer(fly(camera, forward, right, up), self._flight)
