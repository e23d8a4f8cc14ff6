"""A drawing of lines, areas and text, apart from the format it is written in. Points from the bottom left."""

from dataclasses import dataclass, field

from compute.landscape import Floats
from explorer.looks.theme import Rgb

CAP, DESCENT = 1.21, 0.24  # of the size of text: from its lowest to its highest, and below its line


@dataclass(frozen=True, eq=False)
class Stroke:
    """A line through (n, 2) points, of a width in points."""

    points: Floats
    colour: Rgb
    width: float
    name: str = ""  # what it is, for who edits the file


@dataclass(frozen=True, eq=False)
class Area:
    """A filled polygon (n, 2) with a rim."""

    points: Floats
    colour: Rgb
    rim: Rgb | None = None
    width: float = 1.0


@dataclass(frozen=True)
class Text:
    """A line of text: its anchor, which part of it sits there (0 left or bottom, 1 right or top), and its angle."""

    text: str
    x: float
    y: float
    size: float
    colour: Rgb
    align: tuple[float, float] = (0.5, 0.5)
    strong: bool = False
    angle: float = 0.0

    @property
    def rise(self) -> float:
        """From the anchor up to the line that the letters stand on, before turning."""
        return (DESCENT - self.align[1] * CAP) * self.size


@dataclass
class Drawing:
    """What is drawn, the first below; ``ground`` None leaves it out; ``title`` is for who lists or reads out files."""

    size: tuple[int, int]
    ground: Rgb | None = None
    title: str = ""
    shapes: list[Stroke | Area | Text] = field(default_factory=list)
