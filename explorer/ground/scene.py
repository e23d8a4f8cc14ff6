"""What is drawn, apart from how: the scene of one landscape, and one shot of it."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Domain, Floats
from compute.scale import Scale
from explorer.camera.camera import FRONT, Camera
from explorer.ground.heights import extent_world
from explorer.looks.theme import THEMES, Rgb, Rgba, Theme
from explorer.looks.view import ContourPlace, Contours, ContourStyle, SurfaceMode, View
from explorer.resources import USUAL, USUAL_DIVERGING

HIDDEN_OPACITY = 0.3  # of path and marks behind the ground

LINE_RELIEF = 1.7  # a line is drawn so much taller than a surface: the picture has nothing else to show

FLOOR = -0.03  # a little below the lowest ground, so that grid and ground do not fight for the same depth
FLOOR_WITH_ISOLINES = -0.32  # far enough below it to be seen

Instances = NDArray[np.float32]
UV = tuple[float, float]  # a place, in shares of the domain
Region = tuple[UV, UV]  # two opposite corners
Marked = int | UV | None  # what is pointed at: a checkpoint, by its number among those of all runs, or a place
Box = tuple[float, float, float, float]  # left, bottom, right, top in pixels
NO_PATH: Instances = np.empty((0, 10), np.float32)
NO_MARKS: Instances = np.empty((0, 7), np.float32)
NO_PLACES: Instances = np.empty((0, 2), np.float32)
NO_PLATES: Instances = np.empty((0, 4), np.float32)
NO_LINES: Instances = np.empty((0, 11), np.float32)


@dataclass(frozen=True)
class Label:
    """Text in the picture: anchor (x, y in pixels from the bottom left) and which part of the text sits there.

    ``angle`` turns it around its anchor, in degrees anticlockwise; ``colour`` None is that of the theme's text.
    """

    text: str
    x: float
    y: float
    align: tuple[float, float] = (0.5, 0.5)  # 0 left or bottom, 1 right or top
    size: float = 12.0  # points
    colour: Rgba | None = None
    weight: str = "Regular"
    angle: float = 0.0
    halo: Rgba | None = None  # around the text; None is that of the theme
    opacity: float = 1.0  # of all of it


def shortened(text: str, letters: int) -> str:
    """The text, or as much of its beginning and end as there is room for."""
    half = (letters - 1) // 2
    return text if len(text) <= letters else f"{text[: letters - 1 - half]}…{text[-half:]}"


@dataclass(frozen=True, eq=False)  # arrays have no single truth value: equal means the same
class Arrows:
    """Where it goes steepest down: at nodes of a level, ``cells`` along alpha and beta.

    ``rows`` (n, 5): u v, the direction in the world as x y of length 1, and from 0 to 1 how steep.
    """

    rows: Instances
    cells: tuple[int, int]


NO_ARROWS = Arrows(np.empty((0, 5), np.float32), (1, 1))


@dataclass(frozen=True, eq=False)  # arrays have no single truth value: equal means the same
class Scene:
    """One landscape as it stands now. Positions u, v are in [0, 1] over the domain."""

    domain: Domain
    scale: Scale
    cells: tuple[int, int]  # of the measured grid, along alpha and beta
    metric: str
    axis_names: tuple[str, str] = ("α", "β")
    path: Instances = field(default_factory=lambda: NO_PATH)  # u v u v, r g b at both ends
    marks: Instances = field(default_factory=lambda: NO_MARKS)  # u v shape size r g b
    path_marks: Instances = field(default_factory=lambda: NO_MARKS)
    checkpoints: Instances = field(default_factory=lambda: NO_PLACES)  # u v, of all runs, also outside the domain
    runs: tuple[tuple[str, Rgb], ...] = ()  # names and colours of the runs whose paths are shown, where several
    path_start: str = "start of training"  # what the first mark of all paths stands for
    path_end: str = "end of training"  # what the last mark of a path that is alone stands for
    points: Instances = field(default_factory=lambda: NO_PLACES)  # u v of the measured nodes of the level in work
    paint_scale: Scale | None = None  # of the colours; None is that of the height
    paint_name: str = ""  # what the colours stand for; empty is what the height does
    paint_steps: int = 0  # number of values that are told apart, 0 for all
    paint_signed: bool = False  # whether the sign of the values matters
    arrows: Arrows = field(default_factory=lambda: NO_ARROWS)
    diverged: bool = False  # whether the loss is not finite somewhere

    @property
    def colour_scale(self) -> Scale:
        """The scale of the colours."""
        return self.paint_scale or self.scale

    @property
    def colour_name(self) -> str:
        """What the colours stand for."""
        return self.paint_name or self.metric


@dataclass(frozen=True, eq=False)  # arrays have no single truth value: equal means the same
class Picked:
    """Critical points that were chosen, and the ways between two of them."""

    marks: Instances = field(default_factory=lambda: NO_MARKS)  # as those of a scene; they are drawn larger, in a ring
    places: tuple[UV, ...] = ()  # ringed without a mark of their own: passes
    straight: Instances = field(default_factory=lambda: NO_PLACES)  # u v from end to end
    lowest: Instances = field(default_factory=lambda: NO_PLACES)


NO_PICK = Picked()


@dataclass(frozen=True, eq=False)  # arrays have no single truth value: equal means the same
class Shot:
    """One picture of a scene: everything a layer may ask for while it draws."""

    scene: Scene
    view: View
    size: tuple[int, int]  # pixels
    pixel_ratio: float  # pixels per point
    clip: Floats  # (4, 4) world → clip
    lines: Instances  # start xyz, end xyz, rgba, width: the axes
    labels: tuple[Label, ...]
    bar: tuple[float, float, float, float]  # colour bar: left, bottom, width, height in pixels
    cells: int | None = None  # the most of the lattice that is drawn along an axis, where it has to be quick
    swatches: Instances = field(default_factory=lambda: NO_MARKS)  # x y in pixels, shape size r g b: the legend
    marked: UV | None = None  # a checkpoint or critical point that is pointed at
    picked: Picked = NO_PICK
    region: Region | None = None  # a rectangle that is being dragged
    flight: Instances = field(default_factory=lambda: NO_LINES)  # as lines: the way of a film's camera
    plates: Instances = field(default_factory=lambda: NO_PLATES)  # left, bottom, right, top in pixels, under text
    line_text: float = 1.0  # opacity of the values along isolines
    taken: tuple[Box, ...] = ()  # of the picture, by what is not scene: text has to keep clear

    @property
    def theme(self) -> Theme:
        """Colours of all that does not stand for a value."""
        return THEMES[self.view.theme]

    @property
    def colour_map(self) -> str:
        """The one that was chosen, or suits the values."""
        return self.view.colour.map or usual_colour_map(self.scene)

    @property
    def relief(self) -> float:
        """World height of unit height."""
        return relief_world(self.view, self.scene.scale)

    @property
    def domain_px(self) -> float:
        """How many pixels the longer side of the domain takes in the picture at the distance of the target."""
        w = float((np.array([*self.view.camera.target, 1.0]) @ self.clip.T)[3])
        per_world = float(np.linalg.norm(self.clip[0, :3])) / max(w, 1e-6) * self.size[0] / 2
        return max(self.extent) * per_world

    @property
    def full_relief(self) -> float:
        """The same if nothing lay flat on the floor."""
        return relief_world(replace(self.view, flat=False), self.scene.scale)

    @property
    def floor(self) -> float:
        """z of the floor grid."""
        return floor_world(self.view)

    @property
    def extent(self) -> tuple[float, float]:
        """World size of the domain."""
        return extent_world(self.scene.domain)


def usual_colour_map(scene: Scene) -> str:
    """A diverging one where the colours are of values on both sides of 0 and their sign matters."""
    scale = scene.colour_scale
    return USUAL_DIVERGING if scene.paint_signed and scale.low < 0 < scale.high else USUAL


def relief_world(view: View, scale: Scale) -> float:
    """World height of unit height: the same for every landscape, or for every unit of the scaled value."""
    if view.flat:
        return 0.0
    return view.relief if view.normalise else view.relief * scale.span


def floor_world(view: View) -> float:
    """z of the floor grid: well below the surface where isolines lie on it."""
    lines, hidden = view.contours, view.surface is SurfaceMode.HIDDEN
    if lines.style is ContourStyle.OFF or view.flat:
        return FLOOR
    alone = lines.place is ContourPlace.FLOOR
    return FLOOR_WITH_ISOLINES if (alone and not hidden) or (lines.on_floor and not alone) else FLOOR


def suited(view: View, domain: Domain) -> View:
    """The view as this landscape is seen by it. A line is all height: taller than a surface, with nothing to lie flat,
    no isolines, no need of a colour bar beside its axis, and seen from the front as long as nobody moved the camera."""
    if not domain.is_line:
        return view
    camera = FRONT if view.camera == Camera() else view.camera
    relief = LINE_RELIEF * view.relief
    return replace(
        view, camera=camera, relief=relief, flat=False, contours=Contours(ContourStyle.OFF), colour_bar=False
    )


def checkpoint_place(scene: Scene, index: int) -> UV | None:
    """Where a checkpoint is, if that is on the ground."""
    if not 0 <= index < len(scene.checkpoints):
        return None
    u, v = scene.checkpoints[index].tolist()
    return (u, v) if 0 <= u <= 1 and 0 <= v <= 1 else None
