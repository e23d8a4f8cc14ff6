"""What a film is made of: how long, how often and how large it is, and what each of its pictures shows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from compute.landscape import Landscape
from explorer.ground.scene import UV
from explorer.looks.view import View


@dataclass(frozen=True)
class Take:
    """Seconds, pictures a second, and pixels of each (width, height)."""

    seconds: float = 6.0
    fps: int = 30
    size: tuple[int, int] = (1280, 720)

    @property
    def count(self) -> int:
        """Number of pictures."""
        return max(round(self.seconds * self.fps), 1)


@dataclass(frozen=True, eq=False)
class Instant:
    """One picture: a landscape, how it is seen, the step up to which the path is shown (None: all of it), a place on
    the ground that is marked, and what is said about the moment: names and values, a row each."""

    landscape: Landscape
    view: View
    moment: float | None = None
    marked: UV | None = None
    said: tuple[tuple[str, str], ...] = ()
    line_text: float = 1.0  # opacity of the values along isolines


# A flight knows nothing but what it is given, so that the same film comes of the same input.
Flight = Callable[[Landscape, View, Take], Iterator[Instant]]


def shares(take: Take) -> list[float]:
    """How far into the film each picture is, from 0 to 1."""
    last = max(take.count - 1, 1)
    return [k / last for k in range(take.count)]


def eased(share: float) -> float:
    """From 0 to 1 with rest at both ends; what is beyond stays there."""
    inside = min(max(share, 0.0), 1.0)
    return inside * inside * (3 - 2 * inside)
