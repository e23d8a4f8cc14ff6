"""Everything the user can set about how a landscape is shown. One frozen value; the panel replaces it."""

from dataclasses import dataclass, field
from enum import Enum

from explorer.camera import Camera


class SurfaceMode(Enum):
    """How the surface is drawn; the value is the shader's number."""

    LIT = 0
    WIREFRAME = 1
    COLOUR = 2
    MESH = 3
    HIDDEN = 4


class ContourStyle(Enum):
    """Isolines: none, of one colour, or from cool (low) to warm (high)."""

    OFF = "off"
    ONE_COLOUR = "one colour"
    TWO_COLOURS = "two colours"


@dataclass(frozen=True)
class View:
    """How a landscape is shown. Lengths in points (pixels before HiDPI scaling)."""

    camera: Camera = field(default_factory=Camera)
    metric: str | None = None  # what is shown as height; None, or one that a landscape has not = its main one
    surface: SurfaceMode = SurfaceMode.LIT
    flat: bool = False  # everything on the floor
    relief: float = 0.7  # height of the highest point, in half sides of the domain
    log: bool | None = None  # scale of height and colour; None = chosen from the values
    cap: float | None = None  # losses above are cut off; None = chosen from the values
    colours: str = "viridis"
    contours: ContourStyle = ContourStyle.ONE_COLOUR
    contour_count: int = 24
    contour_width: float = 1.1
    glyphs: bool = True
    path: bool = True
    axes: bool = True
    colour_bar: bool = True
    smooth: bool = True  # spline between the measured points; else straight lines
