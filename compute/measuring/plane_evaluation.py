"""The metrics of a problem at points of a plane."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Self

import torch

from compute.errors import BadInputError
from compute.measuring.batchnorm import Recalibration
from compute.measuring.execution import USUAL, Execution
from compute.measuring.loss import SEED, Evaluation
from compute.measuring.memory import keep_freed_memory
from compute.measuring.moving import Point, Stack, moving
from compute.measuring.placement import exact_convolutions, is_out_of_memory, own_threads
from compute.measuring.stacked import StackedEvaluation
from compute.plane import Plane
from compute.problem import Problem
from compute.randomness import seeded


class PlaneEvaluation:
    """Measures points of a plane while it is entered; afterwards the model is what it was, bit for bit.

    at_once     so many points are measured together; asking for as many is fastest
    execution   how; when memory ran out, with the smaller portions that it goes on with, of which ``report`` hears
    metrics     what is measured; examples: on how many, see ``Evaluation``

    The value of a point depends on the point alone: not on those before, nor on those measured with it. Several of one
    model may be entered, nested, and take turns. Raises BadInputError as ``Evaluation`` does, and for another network's
    plane.
    """

    def __init__(
        self,
        problem: Problem,
        plane: Plane,
        execution: Execution = USUAL,
        metrics: Sequence[str] | None = None,
        *,
        recalibrate_bn: bool = False,
        report: Callable[[str], None] = lambda line: None,
    ) -> None:
        if execution.points_at_once > 1 and (problem.differentiates or recalibrate_bn):
            why = "--recalibrate-bn" if recalibrate_bn else "a problem that takes derivatives"
            raise BadInputError(f"execution: points_at_once {execution.points_at_once} cannot go with {why}; give 1")
        self._evaluation = Evaluation(problem, metrics, execution)
        self._recalibration = Recalibration(self._evaluation) if recalibrate_bn else None
        self._plane, self._report = plane, report
        self._exits = ExitStack()
        self.at_once = execution.points_at_once
        self.metrics, self.examples = self._evaluation.metrics, self._evaluation.examples

    @property
    def execution(self) -> Execution:
        """How it is measured now."""
        return replace(self._evaluation.execution, points_at_once=self.at_once)

    def __enter__(self) -> Self:
        execution, model = self.execution, self._evaluation.problem.model
        keep_freed_memory()
        with ExitStack() as exits:
            exits.enter_context(own_threads(execution))
            self._threads = torch.get_num_threads()  # to be set again after another sweep's turn
            exits.enter_context(exact_convolutions(execution))
            exits.enter_context(seeded(torch.device(execution.device), SEED))
            self._mover = exits.enter_context(moving(model, self._plane, execution))
            self._random = torch.default_generator.get_state()
            self._stacked = self._stack()
            self._exits = exits.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._exits.close()

    def __call__(self, points: Sequence[Point]) -> list[dict[str, float]]:
        """The metrics at each point (alpha, beta). Weights that overflow make all of them +inf, as a loss does.

        Raises BadInputError when a metric is no scalar, or memory does not suffice for a single example.
        """
        if torch.get_num_threads() != self._threads:
            torch.set_num_threads(self._threads)
        found: list[dict[str, float]] = []
        before = self._evaluation.execution
        self._mover.refresh()
        with self._evaluation.computing():
            while len(found) < len(points):
                found += self._some(points[len(found) : len(found) + self.at_once])
        self._mover.refresh()
        if self._evaluation.execution != before:
            self._report(f"out of memory: chunks of {self._evaluation.execution.chunk} examples from here on")
        return found

    def _some(self, points: Sequence[Point]) -> list[dict[str, float]]:
        """The first few of these points, at least one."""
        if self._stacked is None:
            return [self._at(*point) for point in points]
        try:
            return self._stacked.measure(points)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
        self.at_once //= 2  # only here is what the failed attempt held free again
        self._stacked = self._stack()
        self._report(f"out of memory: {self.at_once} points at once from here on")
        return []

    def _at(self, alpha: float, beta: float) -> dict[str, float]:
        torch.default_generator.set_state(self._random)
        if self._evaluation.execution.device.startswith("cuda"):
            torch.cuda.manual_seed(SEED)
        self._mover.move(alpha, beta)
        if not self._mover.finite or (self._recalibration and not self._recalibration()):
            return self._evaluation.diverged
        return self._evaluation.measure()

    def _stack(self) -> StackedEvaluation | None:
        if self.at_once == 1:
            return None
        return StackedEvaluation(self._evaluation, Stack(self._mover.planes, self.at_once))
