"""A landscape on its way to a scene: follows what is measured, and eases the ground to it."""

from dataclasses import replace

import numpy as np

from compute.landscape import Floats, Landscape
from compute.maps import GRADIENT_ALPHA, GRADIENT_BETA
from compute.verification import verdicts
from explorer.ground.arrows import gradient_arrows
from explorer.ground.critical import critical_points_of, judged
from explorer.ground.easing import Heights, eased, resampled
from explorer.ground.following import Following
from explorer.ground.grounds import colours_key, colours_of, ground_key, ground_of, metric_shown
from explorer.ground.heights import DIVERGED
from explorer.ground.maps import is_shown, is_signed, metric_word, points_of
from explorer.ground.marks import critical_marks, measured_places
from explorer.ground.paint import error_values
from explorer.ground.paths import checkpoint_places, path_marks, path_pieces
from explorer.ground.provenance import axis_names, is_connection, is_live_fit, origin
from explorer.ground.runs import run_names, run_paths, runs_until
from explorer.ground.scene import Instances, Scene
from explorer.ground.standing import Standing
from explorer.looks.view import ERROR, LEVEL, View


class Stage:
    """One landscape being shown. ``heights`` is the ground as drawn now, ``map.heights`` where it moves to; ``paint``
    is what it is coloured by, ``runs`` are the paths shown."""

    def __init__(self, landscape: Landscape, view: View, moment: float | None = None) -> None:
        self.landscape = landscape
        self.moment = moment  # the step up to which the path is shown; None: all of it
        self._following = Following(landscape)
        self.metric = metric_shown(landscape, view.metric)
        self._key = ground_key(landscape, view)
        self._lay_path()
        self._pointed: tuple[int, ...] = ()
        self._lay_arrows()
        self.map = ground_of(landscape, self.metric, view.height, view)
        self.heights: Heights = self.map.heights
        self.critical = critical_points_of(self.map)
        self._sift(view.threshold)
        self.paint, self._painted = colours_of(landscape, self.map, self.metric, view), colours_key(landscape, view)
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
        if name == LEVEL:
            return self.landscape.examples.astype(np.float64)
        return self.landscape.metrics[name] if is_shown(self.landscape, name) else None

    def refresh(self, view: View) -> bool:
        """Take in new values, what the writer says about them, another metric or scale; True when something changed."""
        news = self._following.news()
        if news is not None:
            self.landscape = news
            self._lay_path()
            self._judge()
        land = self.landscape
        key, painted = ground_key(land, view), colours_key(land, view)
        changed = self._lay_arrows() or news is not None
        if (key, painted, view.threshold) == (self._key, self._painted, self.standing.threshold):
            self.scene = self._scene() if changed else self.scene
            return changed
        if key != self._key:
            self.metric = metric_shown(land, view.metric)
            self.map = ground_of(land, self.metric, view.height, view)
            self.critical = critical_points_of(self.map)
        self._sift(view.threshold)
        if (key, painted) == (self._key, self._painted) and not changed:  # the threshold alone
            self.scene = replace(self.scene, marks=self._marks())
            return True
        if (key, painted) != (self._key, self._painted):
            self._key, self._painted = key, painted
            self.paint = colours_of(land, self.map, self.metric, view)
        self.scene = self._scene()
        return True

    def advance(self, seconds: float) -> bool:
        """Move the ground towards its goal; True when it moved."""
        if not self.moving:
            return False
        self.heights = eased(self.heights, self.map.heights, seconds)
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

    def _lay_arrows(self) -> bool:
        """Where it goes downhill; True when more is known of that."""
        points = points_of(self.landscape, GRADIENT_ALPHA), points_of(self.landscape, GRADIENT_BETA)
        if points == self._pointed:
            return False
        self._pointed, self._arrows = points, gradient_arrows(self.landscape)
        return True

    def _sift(self, threshold: float | None) -> None:
        """Which critical points stand out, and what is told of them."""
        self.standing = Standing(self.landscape.domain, self.critical, threshold)
        self._judge()

    def _marks(self) -> Instances:
        return critical_marks(self.landscape.domain, self.standing.points, self.verdicts)

    def _judge(self) -> None:
        """What became of the critical points once the network was asked: about those of the loss, and of no other."""
        land = self.landscape
        found = verdicts(land.provenance) if self.metric == land.main_name else ()
        self.verdicts = judged(self.critical, found)

    def _scene(self) -> Scene:
        land = self.landscape
        return Scene(
            domain=land.domain,
            scale=self.map.scale,
            cells=self.map.cells,
            metric=metric_word(self.metric),
            axis_names=axis_names(land),
            marks=self._marks(),
            path=self._path,
            path_marks=self._path_marks,
            checkpoints=checkpoint_places(land.domain, self.runs),
            runs=tuple((run.name, run.colour) for run in self.runs) if len(run_names(land)) > 1 else (),
            path_start="first network" if is_connection(land) else Scene.path_start,
            path_end=self._path_end(),
            points=measured_places(land.domain, self.map.nodes.predicted),
            arrows=self._arrows,
            paint_scale=self.paint.scale,
            paint_name=metric_word(self.paint.name),
            paint_signed=is_signed(self.paint.name),
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
