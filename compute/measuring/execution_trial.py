"""Choosing how values are computed, by a short measured trial."""

import math
import time
import warnings
from collections.abc import Sequence
from dataclasses import replace

import torch

from compute.measuring.classification import Examples
from compute.measuring.excerpt import excerpt, near_points
from compute.measuring.execution import CHUNK, Execution
from compute.measuring.metric_values import functions_of
from compute.measuring.moving import Point
from compute.measuring.placement import require
from compute.measuring.plane_evaluation import PlaneEvaluation
from compute.plane import Plane
from compute.problem import SPLITS, Problem, tensors

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
        self._kept = self._splits | ({SPLITS[0]} if recalibrate_bn else set())
        self._limit, self._deadline = seconds, math.inf
        self._sample = excerpt(problem, self._kept, _FIRST_EXAMPLES)
        self._points, self._point_seconds, self._one_thread = 1, math.inf, False

    def choose(self, usual: Execution) -> Execution:
        """The fastest of those tried; the usual one unless another is clearly faster."""
        chosen = self._that_works(usual)
        self._one_thread = chosen.threads == 1
        self._deadline = time.perf_counter() + self._limit
        share = self._limit / 12  # for one measurement
        few = self._seconds(chosen)
        count = max(_FIRST_EXAMPLES, int(share / few * self._examples))
        self._sample = excerpt(self._problem, self._kept, count)
        self._point_seconds = self._seconds(chosen)
        self._points = max(1, min(_MOST_POINTS, int(share / 2 / self._point_seconds)))
        for candidates in (self._threads, self._formats, self._chunks, self._stacks):
            chosen = self._fastest(chosen, candidates(chosen))
        return chosen

    def _that_works(self, usual: Execution) -> Execution:
        """Without channels_last, where the model does not stand it; whatever else is wrong is raised here."""
        try:
            self._values(usual, near_points(self._plane, 1))
        except Exception:  # whatever the model says to channels_last
            if not usual.channels_last:
                raise
            usual = replace(usual, channels_last=False)
            self._values(usual, near_points(self._plane, 1))
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
        """Another one when it is clearly faster in its best round, and faster in every round.

        Each round times all of them in turn, so that a busy moment hits all. Those that take twice as long as the
        fastest are out after the first.
        """
        fit = [other for other in others if self._in_time() and self._agrees(other, chosen)]
        if not fit:
            return chosen
        rounds = [{execution: self._seconds(execution) for execution in (chosen, *fit)}]
        fit = [other for other in fit if rounds[0][other] < 2 * min(rounds[0].values())]
        while fit and len(rounds) < _ROUNDS and self._in_time():
            rounds.append({execution: self._seconds(execution) for execution in (chosen, *fit)})
        best = {execution: min(times[execution] for times in rounds) for execution in (chosen, *fit)}
        faster = [
            other
            for other in fit
            if best[chosen] > CLEARLY * best[other] and all(times[chosen] > times[other] for times in rounds)
        ]
        taken = min(faster, key=best.__getitem__, default=chosen)
        self._point_seconds = best[taken]
        return taken

    def _agrees(self, other: Execution, chosen: Execution) -> bool:
        """Whether it can be done, comes to the same values, and to the same bits wherever in a stack a point stands."""
        rows = other.points_at_once
        points = near_points(self._plane, min(rows, 8))
        try:
            with warnings.catch_warnings(action="ignore"):  # vmap tells of what it does slowly: that is measured
                found, expected = self._values(other, points), self._values(chosen, points)
                if rows > 1:
                    many = near_points(self._plane, rows)
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
        """For one point: CPU time where one thread does it all, which other programs do not lengthen."""
        rows = execution.points_at_once
        clock = time.process_time if execution.device == "cpu" and self._one_thread else time.perf_counter
        points = near_points(self._plane, -(-self._points // rows) * rows)
        with self._evaluation(execution) as evaluate:
            if self._points > 1:
                evaluate(points[:rows])  # the first pass takes longer, by little where it is long
            started = clock()
            evaluate(points)
            return (clock() - started) / len(points)

    def _evaluation(self, execution: Execution) -> PlaneEvaluation:
        return PlaneEvaluation(self._sample, self._plane, execution, self._metrics, recalibrate_bn=self._recalibrate_bn)

    def _in_time(self) -> bool:
        return time.perf_counter() < self._deadline

    @property
    def _examples(self) -> int:
        return sum(self._sample.examples(split) for split in self._splits)
