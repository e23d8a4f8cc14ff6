"""Where a plane is measured: as the user said, around the path, or as far as the loss takes to rise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compute.directions.axes import Axes
from compute.errors import BadInputError
from compute.landscape import Domain, Trajectory
from compute.measuring.execution import Execution
from compute.measuring.plane_evaluation import PlaneEvaluation
from compute.messages import Sample
from compute.plane import Plane, dot
from compute.problem import Problem
from compute.surveying.ranges import (
    BETWEEN,
    AutomaticRange,
    Range,
    automatic_range,
    given_range,
    line_domain,
    path_domain,
    path_line,
)


@dataclass(frozen=True, eq=False)
class Ground:
    """A plane before anything is measured: its axes, the path over it, and how points are to be measured."""

    problem: Problem
    axes: Axes
    plane: Plane
    path: Trajectory
    execution: Execution


def choose_domain(task: Sample, ground: Ground) -> tuple[Domain, Mapping[str, Any]]:
    """The grid of a task, and for the provenance how it was decided. Raises BadInputError for impossible ranges."""
    path, line, n = ground.path, ground.plane.eta is None, task.resolution
    if line and task.beta:
        raise BadInputError("--beta: a line has no second axis; leave it out")
    if task.alpha and (task.beta or line):
        alpha, beta, how = (0.0, 1.0), (0.0, 1.0), {"kind": "given"}
    elif ground.axes.kind == "between":
        alpha = beta = given_range(*BETWEEN, n)
        how = {"kind": "from half before the first checkpoint to half behind the others"}
    elif ground.axes.kind in ("pca", "connection"):
        around = path_line(path.alpha.tolist(), n) if line else path_domain(path.alpha.tolist(), path.beta.tolist(), n)
        alpha, beta, how = around.alpha, around.beta, {"kind": "the path with a margin"}
    else:
        found = _until_risen(task, ground)
        alpha, how = given_range(*found.alpha, n), found.describe()
        beta = found.beta if line else given_range(*found.beta, n)
    alpha = _given(task, task.alpha) or alpha
    return (line_domain(alpha, n) if line else Domain(alpha, _given(task, task.beta) or beta, n, n)), how


def _given(task: Sample, wanted: list[float] | None) -> Range | None:
    if wanted is None:
        return None
    low, high = wanted
    return (low, high) if task.keep_range else given_range(low, high, task.resolution)


def _until_risen(task: Sample, ground: Ground) -> AutomaticRange:
    problem, plane = ground.problem, ground.plane
    loss = problem.metric_names[0]
    lengths = [dot(axis, axis) ** 0.5 for axis in (plane.theta_star, *plane.axes)]
    units = lengths[0] / lengths[1], lengths[0] / lengths[2] if plane.eta is not None else None
    with PlaneEvaluation(problem, plane, ground.execution, (loss,), recalibrate_bn=task.recalibrate_bn) as evaluate:
        return automatic_range(lambda alpha, beta: evaluate([(alpha, beta)])[0][loss], units, task.rise)
