"""A landscape on its way to a scene: follows what is measured, and eases the ground to it."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from compute.critical_points import CriticalPoint
from compute.landscape import Landscape
from compute.persistence import critical_points_with_persistence, significant
from explorer.heights import HeightMap, height_map
from explorer.scene import NO_MARKS, NO_PATH, Scene, critical_marks, path_marks, path_pieces
from explorer.view import View

EASE_SECONDS = 0.25  # time constant of the ground's motion
SETTLED = 2e-4  # heights closer than this to their goal jump there
NOISE_FACTOR = 2.0  # features below twice the error bar cannot be told from noise

Heights = NDArray[np.float32]


class Stage:
    """One landscape being shown. ``heights`` is the ground as drawn now, ``map.heights`` where it moves to."""

    def __init__(self, landscape: Landscape, view: View) -> None:
        self.landscape = landscape
        self._key = self._state(view)
        path = landscape.trajectory if landscape.trajectory is not None and len(landscape.trajectory) else None
        self._path = path_pieces(landscape.domain, path) if path else NO_PATH
        self._path_marks = path_marks(landscape.domain, path) if path else NO_MARKS
        self.map = self._height_map(view)
        self.heights: Heights = self.map.heights
        self.points, self.hidden_points = _points(self.map)
        self.scene = self._scene()

    @property
    def origin(self) -> str:
        """Where the numbers come from, in one line, as far as it is known."""
        return origin(self.landscape)

    @property
    def moving(self) -> bool:
        """Whether the ground has not yet reached its goal."""
        return self.heights is not self.map.heights

    def refresh(self, view: View) -> bool:
        """Take in newly measured values, or another scale; True when something changed."""
        key = self._state(view)
        if key == self._key:
            return False
        self._key = key
        self.map = self._height_map(view)
        self.points, self.hidden_points = _points(self.map)
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

    def settle(self) -> None:
        """Jump to the goal."""
        self.heights = self.map.heights

    def _state(self, view: View) -> tuple[object, ...]:
        return self.landscape.measured, view.log, view.cap, view.smooth

    def _height_map(self, view: View) -> HeightMap:
        land = self.landscape
        return height_map(land.domain, land.main, land.examples, log=view.log, cap=view.cap, smooth=view.smooth)

    def _scene(self) -> Scene:
        land = self.landscape
        return Scene(
            domain=land.domain,
            scale=self.map.scale,
            cells=self.map.cells,
            metric=land.main_name.replace("_", " "),
            axis_names=axis_names(land),
            marks=critical_marks(land.domain, self.points),
            path=self._path,
            path_marks=self._path_marks,
        )


def axis_names(landscape: Landscape) -> tuple[str, str]:
    """What the axes are, as far as the provenance knows, with the share of variance explained."""
    directions = landscape.provenance.get("directions")
    kind = directions.get("kind") if isinstance(directions, dict) else None
    variance = landscape.provenance.get("explained_variance")
    if kind == "pca" and isinstance(variance, list):
        shares = [f" ({share:.0%})" if isinstance(share, float) else "" for share in [*variance, None, None]]
        return f"α · 1st principal component{shares[0]}", f"β · 2nd principal component{shares[1]}"
    if kind == "random":
        return "α · random", "β · random"
    return "α", "β"


def origin(landscape: Landscape) -> str:
    """Where the numbers come from, in one line, as far as it is known."""
    known = landscape.provenance
    ours = known.get("kind", "landscape") == "landscape" and landscape.measured
    parts = [
        f"mean over {int(landscape.examples.max()):,} examples" if ours else "",
        f"seed {known['seed']}" if "seed" in known else "",
        str(known.get("precision", "")),
    ]
    return ", ".join(part for part in parts if part)


def _points(ground: HeightMap) -> tuple[tuple[CriticalPoint, ...], int]:
    """Critical points of the measured grid, on the scale that is shown, above the noise; and how many lie below it.

    The error bar of positive values is relative, so that persistence is taken of the logarithm, whatever is shown: the
    points are the same ones, in the same order, since they depend on the order of the values alone.
    """
    values = np.where(np.isfinite(ground.nodes.values), ground.nodes.values, np.nan)
    if not np.isfinite(values).any():
        return (), 0
    rows, columns = values.shape
    level = replace(ground.domain, n_alpha=columns, n_beta=rows)
    shown = np.log(np.maximum(values, ground.scale.low)) if ground.scale.log else values
    found = judged = critical_points_with_persistence(level, shown)
    if ground.nodes.relative and not ground.scale.log:
        judged = critical_points_with_persistence(level, np.log(values))
    if len(judged) != len(found):  # values so close that their logarithms are equal
        return found, 0
    clear = set(significant(judged, NOISE_FACTOR * np.nan_to_num(ground.nodes.surplus)))
    kept = tuple(point for point, judgement in zip(found, judged, strict=True) if judgement in clear)
    return kept, len(found) - len(kept)
