"""Choosing how values are computed, by a short measured trial."""

import math
import time
import warnings
from collections.abc import Sequence
from dataclasses import replace

import torch

from compute.classification import Examples
from compute.execution import CHUNK, Execution
from compute.metric_values import functions_of
from compute.placement import require
from compute.plane import Plane, dot
from compute.plane_evaluation import PlaneEvaluation, Point
from compute.problem import SPLITS, Batch, Problem, tensors

SECONDS = 1.0
CLEARLY = 1.1  # times as fast must another choice be: then trials on a busy machine mostly end alike
_ROUNDS = 3
_FIRST_EXAMPLES = 8
_MOST_POINTS = 256
_CHUNKS = (32, 512, 2048)
_STACKS = (8, 32, 128)
_STACK_SECONDS = 0.05  # for all of a stack: points that take longer gain nothing from company, and need much memory
_STACK_BYTES = 2**28  # of weights
_TOLERANCES = {"fp64": 1e-9, "fp32": 1e-4, "bf16": 0.05, "fp16": 0.01}  # relative: above rounding, below a fault


def choose_execution(
    problem: Problem,
    plane: Plane,
    metrics: Sequence[str] | None,
    wanted: Execution,
    *,
    trial: bool = True,
    recalibrate_bn: bool = False,
    seconds: float = SECONDS,
) -> Execution:
    """How to measure this problem: the device and precision of ``wanted``, the rest by trial, in about ``seconds``.

    A choice that is faster but comes to other values than the usual one is not taken. Without a trial it is the usual
    one, the same whenever it is made. Raises BadInputError when this machine has no such device or precision, and as
    ``PlaneEvaluation`` does.
    """
    require(wanted)
    usual = usual_execution(problem, wanted)
    return _Trial(problem, plane, metrics, recalibrate_bn, seconds).choose(usual) if trial else usual


def usual_execution(problem: Problem, wanted: Execution) -> Execution:
    """What is best for most: for images on a CPU channels_last, and as many threads as there are now.

    A user's own model is not given another memory format unasked: one that takes a ``view`` may not stand it.
    """
    if wanted.device != "cpu":
        return replace(wanted, chunk=4 * CHUNK)
    images = any(isinstance(batches, Examples) and batches.images.dim() == 4 for batches in problem.splits.values())
    return replace(wanted, channels_last=images, threads=wanted.threads or torch.get_num_threads())


class _Trial:
    """Times executions at points near the centre, on as many examples as there is time for."""

    def __init__(
        self, problem: Problem, plane: Plane, metrics: Sequence[str] | None, recalibrate_bn: bool, seconds: float
    ) -> None:
        self._problem, self._plane, self._metrics, self._recalibrate_bn = problem, plane, metrics, recalibrate_bn
        self._splits = set(functions_of(problem, problem.metric_names if metrics is None else metrics))
        self._limit, self._deadline = seconds, math.inf
        self._radii = _radii(plane)
        self._sample = self._first_examples(_FIRST_EXAMPLES)
        self._points, self._point_seconds = 1, math.inf

    def choose(self, usual: Execution) -> Execution:
        """The fastest of those tried; the usual one unless another is clearly faster."""
        chosen = self._that_works(usual)
        self._deadline = time.perf_counter() + self._limit
        share = self._limit / 12  # for one measurement
        few = self._seconds(chosen)
        self._sample = self._first_examples(max(_FIRST_EXAMPLES, int(share / few * self._examples)))
        self._point_seconds = self._seconds(chosen)
        self._points = max(1, min(_MOST_POINTS, int(share / 2 / self._point_seconds)))
        for candidates in (self._threads, self._formats, self._chunks, self._stacks):
            chosen = self._fastest(chosen, candidates(chosen))
        return chosen

    def _that_works(self, usual: Execution) -> Execution:
        """Without channels_last, where the model does not stand it; whatever else is wrong is raised here."""
        try:
            self._values(usual, self._near_points(1))
        except Exception:  # whatever the model says to channels_last
            if not usual.channels_last:
                raise
            usual = replace(usual, channels_last=False)
            self._values(usual, self._near_points(1))
        return usual

    # ── what is tried ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _formats(self, chosen: Execution) -> list[Execution]:
        """Not where gradients are taken: oneDNN's backward pass crashes on some convolutions in channels_last.

        See github.com/uxlfoundation/oneDNN/issues/6035.
        """
        parts = (tensor for batches in self._sample.splits.values() for tensor in tensors(list(batches)))
        images = any(tensor.dim() == 4 and tensor.is_floating_point() for tensor in parts)
        other = replace(chosen, channels_last=not chosen.channels_last)
        return [other] if images and not self._problem.differentiates else []

    def _chunks(self, chosen: Execution) -> list[Execution]:
        """Up to the first that takes all examples at once; none where there is no time for a whole chunk as it is."""
        cut = all(isinstance(batches, Examples) for batches in self._sample.splits.values())
        if not cut or self._examples < min(chosen.chunk, sum(self._problem.examples(split) for split in self._splits)):
            return []
        smaller = [chunk for chunk in _CHUNKS if chunk < self._examples]
        larger = [chunk for chunk in _CHUNKS if chunk >= self._examples][:1]
        return [replace(chosen, chunk=chunk) for chunk in smaller + larger if chunk != chosen.chunk]

    def _stacks(self, chosen: Execution) -> list[Execution]:
        weights = sum(parameter.nbytes for parameter in self._problem.model.parameters())
        most = min(_STACK_BYTES / max(1, weights), _STACK_SECONDS / self._point_seconds)
        return [replace(chosen, points_at_once=rows) for rows in _STACKS if rows <= most]

    def _threads(self, chosen: Execution) -> list[Execution]:
        return [replace(chosen, threads=1)] if chosen.threads and chosen.threads > 1 else []

    # ── how it is tried ───────────────────────────────────────────────────────────────────────────────────────────────

    def _fastest(self, chosen: Execution, others: Sequence[Execution]) -> Execution:
        """Each round times all of them in turn, so that a busy moment hits all; of each the best round counts.

        Those that take twice as long as the fastest are out after a round.
        """
        fit = [other for other in others if self._in_time() and self._agrees(other, chosen)]
        times = {execution: self._seconds(execution) for execution in ([chosen, *fit] if fit else [])}
        for _ in range(_ROUNDS - 1):
            for execution in [each for each in times if each == chosen or times[each] < 2 * min(times.values())]:
                if len(times) > 1 and self._in_time():
                    times[execution] = min(times[execution], self._seconds(execution))
        if not times:
            return chosen
        fastest = min(times, key=times.__getitem__)
        taken = fastest if times[chosen] > CLEARLY * times[fastest] else chosen
        self._point_seconds = times[taken]
        return taken

    def _agrees(self, other: Execution, chosen: Execution) -> bool:
        """Whether it can be done, comes to the same values, and to the same bits wherever in a stack a point stands."""
        rows = other.points_at_once
        points = self._near_points(min(rows, 8))
        try:
            with warnings.catch_warnings(action="ignore"):  # vmap tells of what it does slowly: that is measured
                found, expected = self._values(other, points), self._values(chosen, points)
                if rows > 1:
                    many = self._near_points(rows)
                    straight, turned = self._values(other, many), self._values(other, many[1:] + many[:1])
                    alone = self._values(other, many[-1:])
                    if turned[-1:] + turned[:-1] != straight or alone != straight[-1:]:
                        return False
        except Exception:  # not for this model: what vmap cannot vectorise raises all kinds
            return False
        tolerance = _TOLERANCES[other.precision]
        return all(self._close(*pair, tolerance) for pair in zip(found, expected, strict=True))

    def _close(self, found: dict[str, float], expected: dict[str, float], tolerance: float) -> bool:
        """A share of examples may differ by two of them, which stood between two classes."""
        slack = {name: 0.0 if name.endswith("_loss") else 2 / self._examples for name in expected}
        return all(
            math.isclose(found[name], expected[name], rel_tol=tolerance, abs_tol=max(slack[name], 1e-7))
            for name in expected
        )

    def _values(self, execution: Execution, points: list[Point]) -> list[dict[str, float]]:
        with self._evaluation(execution) as evaluate:
            return evaluate(points)

    def _seconds(self, execution: Execution) -> float:
        """For one point."""
        rows = execution.points_at_once
        points = self._near_points(-(-self._points // rows) * rows)
        with self._evaluation(execution) as evaluate:
            if self._points > 1:
                evaluate(points[:rows])  # the first pass takes longer, by little where it is long
            started = time.perf_counter()
            evaluate(points)
            return (time.perf_counter() - started) / len(points)

    def _evaluation(self, execution: Execution) -> PlaneEvaluation:
        return PlaneEvaluation(self._sample, self._plane, execution, self._metrics, recalibrate_bn=self._recalibrate_bn)

    def _in_time(self) -> bool:
        return time.perf_counter() < self._deadline

    # ── on what ───────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _examples(self) -> int:
        return sum(self._sample.examples(split) for split in self._splits)

    def _first_examples(self, count: int) -> Problem:
        """The problem with about so many examples of each split that is measured."""
        needed = self._splits | ({SPLITS[0]} if self._recalibrate_bn else set())
        sample = {
            split: _first(self._problem, batches, count)
            for split, batches in self._problem.splits.items()
            if split in needed
        }
        return replace(self._problem, batches=sample)

    def _near_points(self, count: int) -> list[Point]:
        """Points on a spiral that fills an ellipse around the centre."""
        alpha, beta = self._radii
        polar = [(math.sqrt((k + 0.5) / count), 2.4 * k) for k in range(count)]
        return [(alpha * r * math.cos(angle), beta * r * math.sin(angle)) for r, angle in polar]


def _first(problem: Problem, batches: Sequence[Batch], count: int) -> Sequence[Batch]:
    """Whole batches of a user's, at least one."""
    if isinstance(batches, Examples):
        return batches.first(count)
    found, examples = [], 0
    for batch in batches:
        found.append(batch)
        examples += problem.size(batch)
        if examples >= count:
            break
    return found


def _radii(plane: Plane) -> Point:
    """A tenth of the way to the origin, along each axis."""
    lengths = [dot(axis, axis) ** 0.5 for axis in (plane.theta_star, *plane.axes)]
    alpha, *beta = [0.1 * lengths[0] / length if length else 0.0 for length in lengths[1:]]
    return alpha, beta[0] if beta else 0.0
