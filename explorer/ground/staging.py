"""A landscape on its way to a scene: follows what is measured, and eases the ground to it."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Floats, Landscape
from compute.refinement import EVERYTHING, Rule
from compute.scale import ScaleKind
from explorer.ground.following import Following
from explorer.ground.heights import DIVERGED, HeightMap, height_map
from explorer.ground.marks import critical_marks, measured_places
from explorer.ground.noise import clear_points
from explorer.ground.paint import Paint, by_error, by_height, by_level, by_metric, error_values
from explorer.ground.paths import checkpoint_places, path_marks, path_pieces
from explorer.ground.provenance import axis_names, is_live_fit, origin
from explorer.ground.runs import run_names, run_paths, runs_until
from explorer.ground.scene import Scene
from explorer.looks.view import ERROR, LEVEL, Scaling, SurfaceMode, View

EASE_SECONDS = 0.25  # time constant of the ground's motion
SETTLED = 2e-4  # heights closer than this to their goal jump there

Heights = NDArray[np.float32]


class Stage:
    """One landscape being shown. ``heights`` is the ground as drawn now, ``map.heights`` where it moves to; ``paint``
    is what it is coloured by, ``runs`` are the paths shown."""

    def __init__(self, landscape: Landscape, view: View, moment: float | None = None) -> None:
        self.landscape = landscape
        self.moment = moment  # the step up to which the path is shown; None: all of it
        self._following = Following(landscape)
        self.metric = metric_shown(landscape, view.metric)
        self._key = self._state(view)
        self._lay_path()
        self.map = self._height_map(self.metric, view.height, view)
        self.heights: Heights = self.map.heights
        self.points, self.hidden_points = clear_points(self.map)
        self.paint, self._painted = self._paint(view), self._paint_state(view)
        self.scene = self._scene()

    @property
    def origin(self) -> str:
        """Where the numbers come from, in one line, as far as it is known."""
        return origin(self.landscape)

    @property
    def moving(self) -> bool:
        """Whether the ground has not yet reached its goal."""
        return self.heights is not self.map.heights

    def values(self, name: str) -> Floats | None:
        """What a surface can be coloured by, of this name; None where the landscape has no such thing."""
        if name == ERROR:
            return error_values(self.map.nodes)
        return self.landscape.examples.astype(np.float64) if name == LEVEL else self.landscape.metrics.get(name)

    def refresh(self, view: View) -> bool:
        """Take in new values, what the writer says about them, another metric or scale; True when something changed."""
        news = self._following.news()
        if news is not None:
            self.landscape = news
            self._lay_path()
            self.scene = self._scene()
        key, painted = self._state(view), self._paint_state(view)
        if (key, painted) == (self._key, self._painted):
            return news is not None
        if key != self._key:
            self.metric = metric_shown(self.landscape, view.metric)
            self.map = self._height_map(self.metric, view.height, view)
            self.points, self.hidden_points = clear_points(self.map)
        self._key, self._painted = key, painted
        self.paint = self._paint(view)
        self.scene = self._scene()
        return True

    def advance(self, seconds: float) -> bool:
        """Move the ground towards its goal; True when it moved."""
        if not self.moving:
            return False
        goal = self.map.heights
        step = goal - np.where(np.isnan(self.heights), goal, self.heights)  # new ground appears in place
        rest = step * np.float32(math.exp(-seconds / EASE_SECONDS))
        settled = not np.nanmax(np.abs(rest), initial=0.0) > SETTLED
        self.heights = goal if settled else goal - rest
        return True

    def show_until(self, moment: float | None) -> bool:
        """Show the path up to a step, None: all of it; True when that is another one than before."""
        if moment == self.moment:
            return False
        self.moment = moment
        self._lay_path()
        self.scene = self._scene()
        return True

    def rise_from(self, before: "Stage") -> None:
        """Begin with the ground of another landscape, and ease from there to the own."""
        self.heights = resampled(before.heights, self.map.heights.shape)

    def settle(self) -> None:
        """Jump to the goal."""
        self.heights = self.map.heights

    def _lay_path(self) -> None:
        domain = self.landscape.domain
        self.runs = runs_until(run_paths(self.landscape), self.moment)
        self._path, self._path_marks = path_pieces(domain, self.runs), path_marks(domain, self.runs)

    def _state(self, view: View) -> tuple[object, ...]:
        land = self.landscape
        return land.measured, refinement_rule(land), view.metric, view.height, _is_smooth(view)

    def _paint_state(self, view: View) -> tuple[object, ...]:
        return view.colour.metric, view.colour.scaling

    def _height_map(self, metric: str, scaling: Scaling, view: View) -> HeightMap:
        land, linear = self.landscape, scaling.kind is None and is_share(metric)
        ground = height_map(
            land.domain,
            land.metrics[metric],
            land.examples,
            replace(scaling, kind=ScaleKind.LINEAR) if linear else scaling,
            smooth=_is_smooth(view) and not is_share(metric),  # a spline would leave [0, 1], and its steps mean nothing
            rule=refinement_rule(land),
            judged=land.main,
        )
        if not linear:
            return ground
        return replace(ground, scale=replace(ground.scale, reason="chosen: accuracies are linear"))

    def _paint(self, view: View) -> Paint:
        """Of a metric that the landscape has not, the colours are those of the height."""
        wish, scaling = view.colour.metric, view.colour.scaling
        if wish == ERROR:
            return by_error(self.map.nodes, scaling)
        if wish == LEVEL:
            return by_level(self.landscape.examples, scaling)
        if wish is None or wish == self.metric or wish not in self.landscape.metrics:
            return by_height(self.map, self.metric, scaling)
        return by_metric(self._height_map(wish, scaling or Scaling(), view), wish)

    def _scene(self) -> Scene:
        land = self.landscape
        return Scene(
            domain=land.domain,
            scale=self.map.scale,
            cells=self.map.cells,
            metric=self.metric.replace("_", " "),
            axis_names=axis_names(land),
            marks=critical_marks(land.domain, self.points),
            path=self._path,
            path_marks=self._path_marks,
            checkpoints=checkpoint_places(land.domain, self.runs),
            runs=tuple((run.name, run.colour) for run in self.runs) if len(run_names(land)) > 1 else (),
            path_end=self._path_end(),
            points=measured_places(land.domain, self.map.nodes.predicted),
            paint_scale=self.paint.scale,
            paint_name=self.paint.name.replace("_", " "),
            paint_steps=self.paint.steps,
            diverged=self._has_diverged(),
        )

    def _path_end(self) -> str:
        """What the path ends at: of a training that is followed nobody knows whether that is its end."""
        if self.moment is not None and self.runs:
            return f"step {self.runs[0].path.step[-1]:,.10g}"
        return "newest checkpoint" if is_live_fit(self.landscape) else "end of training"

    def _has_diverged(self) -> bool:
        """Whether any of the ground or of its colours stands for a network that diverged."""
        painted = self.paint.values is not None and bool(np.isposinf(self.paint.values).any())
        return painted or bool((self.map.measured == DIVERGED).any())


def resampled(heights: Heights, shape: tuple[int, int]) -> Heights:
    """The ground on another lattice over the same square: bilinear, and where a corner is unknown from the nearest."""
    if heights.shape == shape:
        return heights
    rows, columns = (np.linspace(0, n - 1, m) for n, m in zip(heights.shape, shape, strict=True))
    i, j = (
        np.minimum(np.floor(at).astype(int), max(n - 2, 0))
        for at, n in ((rows, heights.shape[0]), (columns, heights.shape[1]))
    )
    a, b = (rows - i)[:, None], (columns - j)[None, :]
    below, right = np.minimum(i + 1, heights.shape[0] - 1), np.minimum(j + 1, heights.shape[1] - 1)
    smooth = (1 - a) * ((1 - b) * heights[np.ix_(i, j)] + b * heights[np.ix_(i, right)]) + a * (
        (1 - b) * heights[np.ix_(below, j)] + b * heights[np.ix_(below, right)]
    )
    nearest = heights[np.ix_(np.rint(rows).astype(int), np.rint(columns).astype(int))]
    found: Heights = np.where(np.isnan(smooth), nearest, smooth).astype(np.float32)
    return found


def _is_smooth(view: View) -> bool:
    """Facets are straight between the measured points."""
    return view.smooth and view.surface is not SurfaceMode.FACETED


def metric_shown(landscape: Landscape, wish: str | None) -> str:
    """The metric that is shown as height: the one wished for where the landscape has it, else its main one."""
    return wish if wish is not None and wish in landscape.metrics else landscape.main_name


def refinement_rule(landscape: Landscape) -> Rule:
    """By what was decided where to measure, as far as the provenance knows."""
    tolerance, cap = (landscape.provenance.get(key) for key in ("tolerance", "cap"))
    if not isinstance(tolerance, float) or not 0 < tolerance < math.inf:
        return EVERYTHING
    return Rule(tolerance, cap if isinstance(cap, float) else None)


def is_share(metric: str) -> bool:
    """Whether a metric is bounded on both sides, so that it has no scale but the linear one."""
    return metric.endswith(("accuracy", "acc"))
