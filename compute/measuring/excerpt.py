"""What a trial is made on: some of the examples of a problem, and points of a plane near its centre."""

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

from compute.measuring.classification import Examples
from compute.measuring.fixed_batches import size_of
from compute.measuring.moving import Point
from compute.plane import Plane, dot
from compute.problem import Batch, Problem


def excerpt(problem: Problem, splits: Collection[str], count: int) -> Problem:
    """The problem with these splits alone, and of each the first ``count`` examples; of a user's, whole batches.

    Raises BadInputError for a batch without examples.
    """
    kept = {split: batches for split, batches in problem.splits.items() if split in splits}
    return replace(problem, batches={split: _first(problem, split, kept[split], count) for split in kept})


def near_points(plane: Plane, count: int) -> list[Point]:
    """Points on a spiral that fills an ellipse around the centre, a tenth of the way to the origin along each axis."""
    lengths = [dot(axis, axis) ** 0.5 for axis in (plane.theta_star, *plane.axes)]
    alpha, *beta = [0.1 * lengths[0] / length if length else 0.0 for length in lengths[1:]]
    polar = [(math.sqrt((k + 0.5) / count), 2.4 * k) for k in range(count)]
    return [(alpha * r * math.cos(angle), sum(beta) * r * math.sin(angle)) for r, angle in polar]


def _first(problem: Problem, split: str, batches: Sequence[Batch], count: int) -> Sequence[Batch]:
    if isinstance(batches, Examples):
        return batches.first(count)
    found, examples = [], 0
    for batch in batches:
        found.append(batch)
        examples += size_of(problem, split, batch)
        if examples >= count:
            break
    return found
