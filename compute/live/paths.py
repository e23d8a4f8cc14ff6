"""The path of one run over the plane in work: it grows with each checkpoint, and gets its heights between points.

Of a long path every stride-th row gets its heights, the stride the least power of two that leaves MEASURED of them, and
the newest does: so the rows chosen for a path are among those chosen before it grew.
"""

import math
import time
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np

from compute.landscape import Floats, Trajectory
from compute.surveying.trajectory import COLUMNS, Point
from compute.trajectory_file import read_trajectory, write_trajectory

MEASURED = 256
WRITE_SECONDS = 0.5  # between two writes at least,
WRITE_SHARE = 20  # and so many times as long as one takes
SAME = 1e-9  # relative: coordinates that agree are of the same weights


class LivePath:
    """Points by step. ``file`` is where it is kept, read back where it is there."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._points: dict[int, Point] = {}
        self._written, self._writing, self._changed = -math.inf, 0.0, False
        if file.exists():
            self._points = {point.step: point for point in points_of(read_trajectory(file))}

    def __contains__(self, step: int) -> bool:
        return step in self._points

    def __getitem__(self, step: int) -> Point:
        return self._points[step]

    @property
    def steps(self) -> list[int]:
        """Those of its points, ascending."""
        return sorted(self._points)

    @property
    def trajectory(self) -> Trajectory:
        """The points in order of their steps."""
        return trajectory_of(self._points[step] for step in self.steps)

    def put(self, step: int, epoch: float | None, place: Floats | tuple[float, float, float]) -> None:
        """A checkpoint lies at (alpha, beta, residual); heights that are known of just that point stay."""
        point = new_point(step, epoch, place)
        known = self._points.get(step)
        if known is not None and np.allclose(_place(known), _place(point), rtol=SAME, atol=SAME * _size(point)):
            return
        self._points[step], self._changed = point, True

    def raise_to(self, point: Point) -> None:
        """The heights of a checkpoint are known, and its place from its own weights."""
        self._points[point.step], self._changed = point, True

    def forget(self, steps: Iterable[int]) -> None:
        """The training has left these."""
        for step in steps:
            self._changed |= self._points.pop(step, None) is not None

    def without_heights(self, there: Collection[int]) -> int | None:
        """The next step to measure of those whose files are there: the newest, then in order; None when done."""
        steps = self.steps
        stride = 1 << max(0, math.ceil(math.log2(max(1, len(steps)) / MEASURED)))
        chosen = steps[-1:] + steps[::stride]
        return next((step for step in chosen if math.isnan(self._points[step].plane_loss) and step in there), None)

    def touch(self) -> None:
        """Have it written again, with the same content."""
        self._changed = True

    def write(self, *, at_once: bool = False) -> bool:
        """Keep what is new, if it is time; whether that was done."""
        waited = time.monotonic() - self._written
        if not self._changed or not (at_once or waited > max(WRITE_SECONDS, WRITE_SHARE * self._writing)):
            return False
        started = time.monotonic()
        self.file.parent.mkdir(exist_ok=True)
        write_trajectory(self.file, self.trajectory)
        self._written = time.monotonic()
        self._writing, self._changed = self._written - started, False
        return True


def new_point(step: int, epoch: float | None, place: Floats | tuple[float, float, float]) -> Point:
    """A point of which only its place is known."""
    alpha, beta, residual = map(float, place)
    return Point(step, math.nan if epoch is None else epoch, alpha, beta, residual, math.nan, math.nan)


def points_of(trajectory: Trajectory) -> list[Point]:
    """The rows of a table."""
    rows = zip(*(getattr(trajectory, name).tolist() for name in COLUMNS), strict=True)
    return [Point(int(step), *rest) for step, *rest in rows]


def trajectory_of(points: Iterable[Point]) -> Trajectory:
    """The table of these rows."""
    rows = list(points)
    return Trajectory(*(np.array([getattr(point, name) for point in rows], np.float64) for name in COLUMNS))


def _place(point: Point) -> tuple[float, float, float]:
    return point.alpha, point.beta, point.residual


def _size(point: Point) -> float:
    return math.hypot(*_place(point))
