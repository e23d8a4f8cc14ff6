"""The path of a training over a plane: where each checkpoint lies, and how high it and the surface under it are."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from torch import nn

from compute.errors import BadInputError
from compute.keeping import kept_values
from compute.landscape import Trajectory
from compute.plane import Plane, project
from compute.weights.fitting import Checkpoint, load_into, read_weights, stored_weights


@dataclass(frozen=True)
class Point:
    """One checkpoint over the plane: ``loss`` is its own, ``plane_loss`` that of the plane at (alpha, beta)."""

    step: int
    epoch: float
    alpha: float
    beta: float
    residual: float
    loss: float
    plane_loss: float


class PathMeasurement:
    """Projects and measures checkpoints one at a time: the caller owns the loop.

    true_loss  the loss of the model as it is; it is called with each checkpoint's parameters and buffers in the model,
               which then gets back what it had, bit for bit. None: not measured.
    loss_at    the loss at (alpha, beta) of the plane, with the buffers of the centre; None: not measured

    Both over the examples that the plane is sampled with, or their difference means nothing. It is what the residual
    does to the loss, and what other buffers do.
    """

    def __init__(
        self,
        model: nn.Module,
        plane: Plane,
        path: Sequence[Checkpoint],
        true_loss: Callable[[], float] | None = None,
        loss_at: Callable[[float, float], float] | None = None,
    ) -> None:
        self._model, self._plane, self._path = model, plane, path
        self._true_loss, self._loss_at = true_loss, loss_at
        self._shapes = {name: tuple(centre.shape) for name, centre in plane.theta_star.items()}
        self.points: list[Point] = []

    @property
    def total(self) -> int:
        """Number of checkpoints."""
        return len(self._path)

    @property
    def done(self) -> bool:
        """Whether all are measured."""
        return len(self.points) == self.total

    def step(self) -> Point:
        """Project and measure the next checkpoint. Raises BadInputError naming its file, IndexError at the end."""
        checkpoint = self._path[len(self.points)]
        alpha, beta, residual = project(self._plane, stored_weights(checkpoint.path, self._shapes, self._model))
        if not math.isfinite(residual):
            raise BadInputError(f"{checkpoint.path}: not finite, its training diverged; leave it out")
        loss = self._own_loss(checkpoint)
        plane_loss = self._loss_at(alpha, beta) if self._loss_at else math.nan
        epoch = math.nan if checkpoint.epoch is None else checkpoint.epoch
        self.points.append(Point(checkpoint.step, epoch, alpha, beta, residual, loss, plane_loss))
        return self.points[-1]

    def __iter__(self) -> Iterator[Point]:
        while not self.done:
            yield self.step()

    def resume(self, known: Trajectory) -> None:
        """Take over the first points of a table that have both losses."""
        rows = zip(*(getattr(known, name).tolist() for name in COLUMNS), strict=True)
        for values in rows:
            point = Point(int(values[0]), *values[1:])
            if math.isnan(point.loss) or math.isnan(point.plane_loss):
                return
            self.points.append(point)

    def merged(self, known: Trajectory) -> Trajectory:
        """The table with what is measured so far in its first rows."""
        measured = self.trajectory()
        columns = ((getattr(measured, name), getattr(known, name)[len(self.points) :]) for name in COLUMNS)
        return Trajectory(*map(np.concatenate, columns))

    def trajectory(self) -> Trajectory:
        """What is measured so far."""
        columns = {name: np.array([getattr(point, name) for point in self.points], np.float64) for name in COLUMNS}
        return Trajectory(**columns)

    def _own_loss(self, checkpoint: Checkpoint) -> float:
        if self._true_loss is None:
            return math.nan
        with kept_values(self._model):
            load_into(self._model, read_weights(checkpoint.path), checkpoint.path)
            return self._true_loss()


COLUMNS = tuple(Point.__dataclass_fields__)


def joined(paths: Iterable[Trajectory]) -> Trajectory:
    """The rows of several tables in one."""
    tables = list(paths)
    return Trajectory(*(np.concatenate([getattr(table, name) for table in tables]) for name in COLUMNS))
