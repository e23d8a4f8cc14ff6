"""A hand without a window: a desk that draws nothing, and events as pyglet sends them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import numpy as np

from compute.landscape import Domain, Floats, Landscape
from explorer.camera.camera import project
from explorer.desk.beginning import Beginning
from explorer.desk.desk import Desk
from explorer.window.controls import Controls

SIZE = (640, 400)  # points
FRAME = 1 / 60


def bowl(n: int = 33) -> Landscape:
    domain = Domain((-2.0, 2.0), (-1.0, 1.0), n, n)
    x, y = np.meshgrid(domain.alphas, domain.betas)
    return Landscape("bowl", domain, {"train_loss": 0.2 + x**2 + 2 * y**2}, np.ones((n, n), np.uint32))


class NoFrame:
    """In place of the renderer."""

    def __init__(self, ctx: object) -> None:
        self.ctx = ctx

    def set_heights(self, *_: object) -> None:
        """Nothing is uploaded."""

    def draw(self, shot: object, samples: int = 0) -> object:
        """Nothing is drawn."""
        return shot

    def release(self) -> None:
        """Nothing is held."""


@dataclass
class Window:
    """As far as the controls know it. Sends events to its handlers."""

    width: int = SIZE[0]
    height: int = SIZE[1]
    ratio: float = 1.0
    pressed_keys: set[int] = field(default_factory=set)
    handlers: dict[str, Callable[..., object]] = field(default_factory=dict)

    def push_handlers(self, **handlers: Callable[..., object]) -> None:
        """Remember them by name."""
        self.handlers.update(handlers)

    def get_framebuffer_size(self) -> tuple[int, int]:
        """In pixels."""
        return round(self.width * self.ratio), round(self.height * self.ratio)

    def send(self, name: str, *details: object) -> object:
        """One event."""
        return self.handlers[name](*details)


@dataclass
class Attention:
    """What the panel wants."""

    wants_mouse: bool = False
    wants_keyboard: bool = False


class Hand:
    """A desk with controls, and the gestures that tests make."""

    def __init__(self, ratio: float = 1.0, panes: int = 1, landscapes: Sequence[Landscape] = ()) -> None:
        shown = landscapes or [replace(bowl(), name=f"bowl {k}") for k in range(panes)]
        self.desk = Desk(
            SimpleNamespace(info={"GL_RENDERER": "llvmpipe"}),  # type: ignore[arg-type]
            Beginning({landscape.name: landscape for landscape in shown}, side_by_side=True),
        )
        self.desk.preferences = replace(self.desk.preferences, eased=False)
        self.window, self.gui = Window(ratio=ratio), Attention()
        self.now = 100.0
        self.wakes = 0
        self.controls = Controls(self.window, self.desk, self.gui, self._wake, clock=lambda: self.now)  # type: ignore[arg-type]
        self.draw()

    def _wake(self) -> None:
        self.wakes += 1

    def draw(self) -> None:
        """As the window does before each picture."""
        self.desk.place((0, 0, *self.window.get_framebuffer_size()))
        for pane in self.desk.panes:
            pane.draw(self.window.ratio)

    def frames(self, count: int = 1, seconds: float = FRAME) -> None:
        """So many frames pass."""
        for _ in range(count):
            self.now += seconds
            self.controls.advance(seconds)
            self.desk.advance(seconds)
            self.draw()

    def press(self, x: float, y: float, button: int, modifiers: int = 0) -> None:
        """A button goes down."""
        self.window.send("on_mouse_press", x, y, button, modifiers)

    def release(self, x: float, y: float, button: int) -> None:
        """A button goes up."""
        self.window.send("on_mouse_release", x, y, button, 0)

    def drag(self, start: tuple[float, float], *places: tuple[float, float], button: int, modifiers: int = 0) -> None:
        """Press, move from place to place, one a frame, rest, and let go."""
        self.press(*start, button, modifiers)
        self.move(start, *places, buttons=button)
        self.now += 1.0
        self.release(*(places or [start])[-1], button)

    def move(self, start: tuple[float, float], *places: tuple[float, float], buttons: int) -> None:
        """Move with buttons down."""
        x, y = start
        for there in places:
            self.now += FRAME
            self.window.send("on_mouse_drag", *there, there[0] - x, there[1] - y, buttons, 0)
            x, y = there
            self.draw()

    def seen(self, place: Floats) -> tuple[float, float]:
        """Where in the window, in points, a place (3,) of the world is seen in the active pane."""
        pane = self.desk.pane
        assert pane.clip is not None
        x, y, _ = project(pane.clip, place[None], pane.size)[0]
        left, bottom, _, _ = pane.rectangle
        return (float(x) + left) / self.window.ratio, (float(y) + bottom) / self.window.ratio
