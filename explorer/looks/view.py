"""Everything the user can set about how a landscape is shown. One frozen value; whoever changes it makes another."""

from dataclasses import dataclass, field
from enum import Enum

from compute.scale import ScaleKind
from explorer.camera.camera import Camera

# What a surface can be coloured by besides the metrics of the landscape.
ERROR, LEVEL = "error bar", "refinement level"

Span = tuple[float, float]


class SurfaceMode(Enum):
    """How the surface is drawn; the value is the shader's number."""

    LIT = 0
    WIREFRAME = 1
    COLOUR = 2
    MESH = 3
    HIDDEN = 4
    FACETED = 5


class ContourStyle(Enum):
    """Isolines: none, of one colour, from cool (low) to warm (high), or in the colours of the colour map."""

    OFF = "off"
    ONE_COLOUR = "one colour"
    TWO_COLOURS = "two colours"
    COLOUR_MAP = "colour map"


class ContourPlace(Enum):
    """Where isolines lie: on the surface as it is drawn, at their own height whatever the surface does, or below it."""

    SURFACE = "surface"
    HEIGHT = "height"
    FLOOR = "floor"


class Spacing(Enum):
    """How levels are spread between the lowest value and the cap."""

    HEIGHT = "as height"  # evenly on the scale of the height
    LINEAR = "linear"  # equal differences
    GEOMETRIC = "geometric"  # equal factors


@dataclass(frozen=True)
class Scaling:
    """A scale as far as the user decided it; None leaves the choice to ``compute.scale.choose_scale``.

    ``cap`` is the value above which nothing more is told apart, inf for none; ``percentile`` in (0, 100] puts it there
    instead; ``floor`` is the same at the lower end. ``fixed``: both are the ends of the scale even where no value gets
    there, so that pictures can be compared.
    """

    kind: ScaleKind | None = None
    cap: float | None = field(default=None, metadata={"infinite": True})  # see explorer.looks.plain
    percentile: float | None = None
    floor: float | None = None
    fixed: bool = False


@dataclass(frozen=True)
class Colouring:
    """Colours of the surface. ``map`` None suits the values; ``metric`` None colours by the height's metric;
    ``scaling`` None on the height's scale, or, of another metric, on one chosen from its values."""

    map: str | None = None
    metric: str | None = None  # a metric of the landscape, ERROR or LEVEL
    scaling: Scaling | None = None


@dataclass(frozen=True)
class Contours:
    """Isolines. ``levels`` are explicit values in place of ``count`` and ``spacing``; ``width`` is in points."""

    style: ContourStyle = ContourStyle.ONE_COLOUR
    place: ContourPlace = ContourPlace.SURFACE
    spacing: Spacing = Spacing.HEIGHT
    count: int = 24
    levels: tuple[float, ...] = ()
    width: float = 1.1
    emphasis: int = 5  # every so many lines one is heavier; 0 none
    labels: bool = True  # along the lines, in the map view
    on_floor: bool = False  # projected on the floor grid, whatever else is drawn


@dataclass(frozen=True)
class Cut:
    """What is kept: shares of the domain along alpha and beta, and of the height; the rest is cut off."""

    alpha: Span = (0.0, 1.0)
    beta: Span = (0.0, 1.0)
    height: Span = (0.0, 1.0)


@dataclass(frozen=True)
class View:
    """How a landscape is shown. Lengths in points (pixels before HiDPI scaling), places in shares of the domain."""

    camera: Camera = field(default_factory=Camera)
    theme: str = "dark"  # of explorer.looks.theme.THEMES
    metric: str | None = None  # what is shown as height; None, or one that a landscape has not = its main one
    surface: SurfaceMode = SurfaceMode.LIT
    opacity: float = 1.0  # of the surface; below 1 its inside is seen
    flat: bool = False  # everything on the floor
    relief: float = 0.62  # height of the highest point, in half sides of the domain
    normalise: bool = True  # else relief is the height of one unit of the scaled value, the same for every landscape
    height: Scaling = field(default_factory=Scaling)
    colour: Colouring = field(default_factory=Colouring)
    open_top: bool = True  # what is above the cap is cut away, so that one looks inside; else it is a plateau
    cut: Cut = field(default_factory=Cut)
    occlusion: bool = True  # soft shadow in hollows; on hardware GL only
    contours: Contours = field(default_factory=Contours)
    glyphs: bool = True
    threshold: float | None = None  # persistence of the critical points shown, as explorer.ground.critical reads it
    path: bool = True
    points: bool = False  # what is measured
    arrows: bool = False  # downhill in the plane, where the gradient was measured
    axes: bool = True
    colour_bar: bool = True
    legend: bool = True
    section: tuple[Span, Span] | None = None  # (u, v) of both ends of the cross-section
    smooth: bool = True  # spline between the measured points; else straight lines

    @property
    def is_map(self) -> bool:
        """Whether the view is a flat map from above."""
        return self.flat and self.camera.orthographic and self.camera.elevation > 89
