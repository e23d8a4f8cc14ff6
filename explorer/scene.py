"""What is drawn, apart from how: the scene of one landscape, and one shot of it."""

import itertools
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from compute.critical_points import CriticalPoint
from compute.landscape import Domain, Floats, Trajectory
from compute.scale import Scale
from explorer.camera import FRONT, Camera
from explorer.heights import extent_world
from explorer.theme import THEMES, Rgba, Theme
from explorer.view import ContourPlace, Contours, ContourStyle, SurfaceMode, View

PIECES = 128  # a straight piece of the path is at most one such share of the domain, so that it follows the ground

RED, BLUE, GREEN = (0.93, 0.26, 0.24), (0.25, 0.55, 1.0), (0.26, 0.80, 0.36)
YELLOW, CYAN = (1.0, 0.87, 0.20), (0.15, 0.90, 0.95)
HIDDEN_OPACITY = 0.3  # of path and marks behind the ground
DOWN, DIAMOND, UP, DISC, RING = range(5)  # the shapes of shaders/lib/mark.glsl

LINE_RELIEF = 1.7  # a line is drawn so much taller than a surface: the picture has nothing else to show
APART = 0.015  # of the domain: checkpoints nearer than this would be one smear
LOOKS = {0: (DOWN, 16.0, RED), 1: (DIAMOND, 14.0, BLUE), 2: (UP, 16.0, GREEN)}  # by slice index
STEP_PT, END_PT = 6.5, 21.0  # checkpoints; start and end, wide enough to show around a minimum's glyph

FLOOR = -0.03  # a little below the lowest ground, so that grid and ground do not fight for the same depth
FLOOR_WITH_ISOLINES = -0.32  # far enough below it to be seen

Instances = NDArray[np.float32]
UV = tuple[float, float]  # a place, in shares of the domain
Region = tuple[UV, UV]  # two opposite corners
Marked = int | UV | None  # what is pointed at: a checkpoint of the path, or a place
Box = tuple[float, float, float, float]  # left, bottom, right, top in pixels
NO_PATH: Instances = np.empty((0, 6), np.float32)
NO_MARKS: Instances = np.empty((0, 7), np.float32)
NO_PLACES: Instances = np.empty((0, 2), np.float32)


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
    halo: Rgba | None = None  # all around the text, in place of the theme's shadow below it


def shortened(text: str, letters: int) -> str:
    """The text, or as much of its beginning and end as there is room for."""
    half = (letters - 1) // 2
    return text if len(text) <= letters else f"{text[: letters - 1 - half]}…{text[-half:]}"


@dataclass(frozen=True, eq=False)  # arrays have no single truth value: equal means the same
class Scene:
    """One landscape as it stands now. Positions u, v are in [0, 1] over the domain."""

    domain: Domain
    scale: Scale
    cells: tuple[int, int]  # of the measured grid, along alpha and beta
    metric: str
    axis_names: tuple[str, str] = ("α", "β")
    path: Instances = field(default_factory=lambda: NO_PATH)  # u v u v, share at both ends
    marks: Instances = field(default_factory=lambda: NO_MARKS)  # u v shape size r g b
    path_marks: Instances = field(default_factory=lambda: NO_MARKS)
    checkpoints: Instances = field(default_factory=lambda: NO_PLACES)  # u v of each, also outside the domain
    points: Instances = field(default_factory=lambda: NO_PLACES)  # u v of the measured nodes of the level in work
    paint_scale: Scale | None = None  # of the colours; None is that of the height
    paint_name: str = ""  # what the colours stand for; empty is what the height does
    paint_steps: int = 0  # number of values that are told apart, 0 for all
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
    coarse: bool = False  # a quicker, coarser surface while the camera moves
    swatches: Instances = field(default_factory=lambda: NO_MARKS)  # x y in pixels, shape size r g b: the legend
    marked: UV | None = None  # a checkpoint that is pointed at
    region: Region | None = None  # a rectangle that is being dragged
    taken: tuple[Box, ...] = ()  # of the picture, by what is not scene: text has to keep clear

    @property
    def theme(self) -> Theme:
        """Colours of all that does not stand for a value."""
        return THEMES[self.view.theme]

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


def to_uv(domain: Domain, alpha: Floats | np.float64, beta: Floats | np.float64) -> Floats:
    """(n, 2) positions in [0, 1] over the domain; on a line, in the middle of its strip wherever beta is."""
    across = np.full_like(beta, 0.5) if domain.is_line else _share(beta, domain.beta)
    return np.stack([_share(alpha, domain.alpha), across], axis=-1)


def _share(value: Floats | np.float64, bounds: tuple[float, float]) -> Floats | np.float64:
    return (value - bounds[0]) / (bounds[1] - bounds[0])


def path_pieces(domain: Domain, trajectory: Trajectory) -> Instances:
    """(n, 6) straight pieces, fine enough to lie on the ground; what lies outside the domain is cut off.

    Checkpoints whose place is not finite (a training run that diverged) leave a gap.
    """
    corners = to_uv(domain, trajectory.alpha, trajectory.beta)
    pieces = []
    for k, (start, end) in enumerate(itertools.pairwise(corners)):
        if not np.isfinite([start, end]).all():
            continue
        low, high = _inside(start, end)
        if low > high:
            continue
        count = max(1, int(np.ceil(np.abs((high - low) * (end - start)).max() * PIECES)))
        t = np.linspace(low, high, count + 1)[:, None]
        points = start + t * (end - start)
        along = (k + t) / max(len(corners) - 1, 1)
        pieces.append(np.hstack([points[:-1], points[1:], along[:-1], along[1:]]))
    return np.vstack(pieces).astype(np.float32) if pieces else NO_PATH


def _inside(start: Floats, end: Floats) -> tuple[float, float]:
    """Range of t in [0, 1] where start + t (end − start) is in the unit square; low > high where nowhere."""
    step = np.where(end == start, 1e-300, end - start)  # at rest on one axis: never leaves it, or never enters
    with np.errstate(over="ignore"):
        a, b = (-1e-9 - start) / step, (1 + 1e-9 - start) / step
    return max(float(np.minimum(a, b).max()), 0.0), min(float(np.maximum(a, b).min()), 1.0)


def path_marks(domain: Domain, trajectory: Trajectory) -> Instances:
    """(n, 7) a small disc at each checkpoint, larger ones at start (yellow) and end (cyan)."""
    corners = to_uv(domain, trajectory.alpha, trajectory.beta)
    share = np.linspace(0, 1, len(corners))[:, None]
    table = np.zeros((len(corners), 7))
    table[:, :2], table[:, 2], table[:, 3] = corners, DISC, STEP_PT
    table[:, 4:] = (1 - share) * np.array(YELLOW) + share * np.array(CYAN)
    table[[0, -1], 3] = END_PT
    inside = ((corners >= 0) & (corners <= 1)).all(axis=1)
    return table[inside & _apart(corners)].astype(np.float32)


def _apart(corners: Floats) -> NDArray[np.bool_]:
    """Which marks to draw: the ends, and between them those that touch neither an end nor the mark drawn before."""
    keep = np.zeros(len(corners), np.bool_)
    keep[[0, -1]] = True
    last = corners[0]
    for k in range(1, len(corners) - 1):
        near = min(np.abs(corners[k] - place).max() for place in (last, corners[0], corners[-1]))
        if near >= APART:
            keep[k], last = True, corners[k]
    return keep


def checkpoint_places(domain: Domain, trajectory: Trajectory | None) -> Instances:
    """(n, 2) u v of each checkpoint, also outside the domain."""
    return NO_PLACES if trajectory is None else to_uv(domain, trajectory.alpha, trajectory.beta).astype(np.float32)


def measured_places(domain: Domain, predicted: NDArray[np.bool_]) -> Instances:
    """(n, 2) u v of the nodes of a level that are not predicted."""
    rows, columns = predicted.shape
    row, column = np.nonzero(~predicted)
    v = np.full(len(row), 0.5) if domain.is_line else row / max(rows - 1, 1)
    return np.column_stack([column / max(columns - 1, 1), v]).astype(np.float32)


def checkpoint_place(scene: Scene, index: int) -> UV | None:
    """Where a checkpoint is, if that is on the ground."""
    if not 0 <= index < len(scene.checkpoints):
        return None
    u, v = scene.checkpoints[index].tolist()
    return (u, v) if 0 <= u <= 1 and 0 <= v <= 1 else None


def critical_marks(domain: Domain, points: tuple[CriticalPoint, ...]) -> Instances:
    """(n, 7) minima red and pointing down, saddles blue diamonds, maxima green and pointing up.

    Those of little persistence come first, so that the others are drawn over them.
    """
    rows = []
    for point in sorted(points, key=lambda point: float(np.nan_to_num(point.persistence))):
        shape, size, colour = LOOKS[point.slice_index]
        u, v = to_uv(domain, np.float64(point.alpha), np.float64(point.beta)).tolist()
        rows.append((u, v, shape, size, *colour))
    return np.array(rows, np.float32).reshape(-1, 7)
