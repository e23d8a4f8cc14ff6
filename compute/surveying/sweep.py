"""A survey on its way: points coarse to fine, the heights of the path in between, and word of it all."""

import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self

import numpy as np
from filelock import FileLock, Timeout

from compute.errors import BadInputError
from compute.folder import TRAJECTORY_FILE, LandscapeWriter, open_folder, update_description
from compute.landscape import Domain
from compute.measuring.loss import Evaluation
from compute.measuring.plane_evaluation import PlaneEvaluation
from compute.messages import Focus, Measuring, Message, Note
from compute.refinement import Region
from compute.surveying.sampling import TOLERANCE, Sampler
from compute.surveying.survey import Survey
from compute.surveying.trajectory import PathMeasurement
from compute.trajectory_file import read_trajectory, write_trajectory

REPORT_SECONDS = 0.1  # between two messages
RATE_STEPS = 40  # that the rate is averaged over
EARLY_LEVELS = 2  # levels of the surface that come before the heights of the path
PATH_SECONDS = 1.0  # between two writes of the path's table
LOCK_FILE = ".lock"

Send = Callable[[Message], None]


class Sweep:
    """Measures one survey step by step; the caller owns the loop. Nobody else can while it is entered.

    The rate leaves out the time between steps, pauses included. Before the first point nobody knows how long it takes:
    then the time left is infinite.

    loss       the metric of the path, on the examples of the main metric
    evaluate   what measures, while the sweep is entered
    with_path  whether the heights of the path are measured too; where not, that is the caller's
    """

    def __init__(self, survey: Survey, send: Send, *, with_path: bool = True) -> None:
        self.survey, self._send, self._with_path = survey, send, with_path
        self.loss = f"{survey.metrics[0].partition('_')[0]}_loss"
        self._exits = ExitStack()
        self._seconds: deque[tuple[int, float]] = deque(maxlen=RATE_STEPS)
        self._sent = self._path_written = 0.0

    def __enter__(self) -> Self:
        survey = self.survey
        with ExitStack() as exits:
            exits.enter_context(_lock(survey))
            self.evaluate = exits.enter_context(
                PlaneEvaluation(
                    survey.problem,
                    survey.plane,
                    survey.execution,
                    tuple(dict.fromkeys((*survey.metrics, self.loss))),
                    recalibrate_bn=survey.task.recalibrate_bn,
                    report=self._note,
                )
            )
            self._exits = exits.pop_all()
        writer = LandscapeWriter(survey.folder)
        self.sampler = Sampler(
            writer,
            _Chosen(self.evaluate, survey.metrics),
            self.evaluate.examples,
            survey.focus,
            tolerance=survey.task.tolerance,
            cap=survey.task.cap,
        )
        self._path = self._unmeasured_path() if self._with_path else None
        self._tell_ranges(writer.domain)
        if survey.task.focus:
            low, high, below, above = survey.task.focus
            self.sampler.focus_on(Region((low, high), (below, above), survey.task.focus_throughout))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._path and self._path.points:
            self._write_path(self._path)
        self.sampler.close()
        self._exits.close()

    @property
    def done(self) -> bool:
        """Whether there is nothing left to measure."""
        return self.sampler.next_level is None and self._path is None

    @property
    def early(self) -> bool:
        """Whether its first levels are still to come, without which there is little to see."""
        level = self.sampler.next_level
        return level is not None and level < EARLY_LEVELS

    def step(self) -> None:
        """Measure the next points, or one checkpoint of the path; tell the explorer now and then."""
        if self._path and not self.early:
            self._measure_checkpoint(self._path)
            return
        started, before = time.monotonic(), self.sampler.done
        step = self.sampler.step()
        now = time.monotonic()
        self._seconds.append((self.sampler.done - before, now - started))
        if step.level_complete:
            self._record()
        if step.level_complete or now - self._sent >= REPORT_SECONDS:
            self.report()

    def focus_on(self, wish: Focus) -> None:
        """Measure a region first."""
        alpha, beta = (wish.alpha[0], wish.alpha[1]), (wish.beta[0], wish.beta[1])
        self.sampler.focus_on(Region(alpha, beta, wish.throughout))

    def report(self) -> None:
        """Tell the explorer how far it is."""
        sampler, self._sent = self.sampler, time.monotonic()
        points, seconds = (sum(column) for column in zip(*self._seconds, strict=True)) if self._seconds else (0, 0.0)
        rate = points / seconds if seconds else 0.0
        left = sampler.total - sampler.done
        waiting = left / rate if rate else math.inf if left else 0.0
        surplus = sampler.surplus if math.isfinite(sampler.surplus) else None
        level = sampler.levels - 1 if sampler.next_level is None else sampler.next_level
        self._send(
            Measuring(self.survey.name, level, sampler.levels, sampler.done, sampler.total, rate, waiting, surplus)
        )

    def _tell_ranges(self, domain: Domain) -> None:
        """What was given and is not what is measured."""
        task = self.survey.task
        for name, given, used in (("alpha", task.alpha, domain.alpha), ("beta", task.beta, domain.beta)):
            if given and tuple(given) != used:
                low, high = used
                self._note(
                    f"{self.survey.name}: {name} goes from {low:.6g} to {high:.6g}, so that 0 is on the grid; "
                    "--keep-range leaves it as it was given"
                )

    # ── the levels ────────────────────────────────────────────────────────────────────────────────────────────────

    def _record(self) -> None:
        """Keep the error bar of each complete level, and at the end why it is the end."""
        sampler = self.sampler
        update_description(
            self.survey.folder,
            {
                "refinement": [record.describe() for record in sampler.records],
                "stopped": sampler.stopped,
                "execution": self.evaluate.execution.as_dict(),  # smaller portions, where memory ran out
            },
        )
        if sampler.stopped:
            self._note(f"{self.survey.name}: {_ending(sampler, self.survey.task.tolerance)}")

    def _note(self, line: str) -> None:
        self._send(Note(line))

    # ── the path ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _unmeasured_path(self) -> PathMeasurement | None:
        """What is left to measure of the path: each checkpoint whose loss its table has not."""
        survey = self.survey
        path = open_folder(survey.folder).trajectory
        if path is None or not np.isnan(path.plane_loss).any():
            return None
        evaluation = Evaluation(survey.problem, (self.loss,), survey.execution)

        def loss_at(alpha: float, beta: float) -> float:
            return self.evaluate([(alpha, beta)])[0][self.loss]

        measurement = PathMeasurement(
            survey.problem.model, survey.plane, survey.path, lambda: evaluation()[self.loss], loss_at
        )
        measurement.resume(path)
        return measurement

    def _measure_checkpoint(self, path: PathMeasurement) -> None:
        path.step()
        if path.done or time.monotonic() - self._path_written >= PATH_SECONDS:
            self._write_path(path)
        if path.done:
            self._path = None

    def _write_path(self, path: PathMeasurement) -> None:
        """The table, with what is measured so far."""
        file = self.survey.folder / TRAJECTORY_FILE
        write_trajectory(file, path.merged(read_trajectory(file)))
        self._path_written = time.monotonic()


class _Chosen:
    """A measurement that gives the metrics of the landscape alone; the loss of the path is measured beside them."""

    def __init__(self, evaluate: PlaneEvaluation, metrics: tuple[str, ...]) -> None:
        self._evaluate, self._metrics = evaluate, metrics

    @property
    def at_once(self) -> int:
        """How many points are best measured together."""
        return self._evaluate.at_once

    def __call__(self, points: Sequence[tuple[float, float]]) -> list[dict[str, float]]:
        """The metrics at each point."""
        return [{name: values[name] for name in self._metrics} for values in self._evaluate(points)]


def _ending(sampler: Sampler, tolerance: float | None) -> str:
    """Why no more is measured, in words."""
    unit = "" if sampler.records[-1].relative else ", as a plain difference"
    known = math.isfinite(sampler.surplus)
    bar = f"the largest surplus is {sampler.surplus:.2g}{unit}" if known else "no surplus is known"
    if sampler.stopped == TOLERANCE:
        of = "" if sampler.records[-1].relative else " of the range shown"
        return f"stopped after {sampler.done:,} points: {bar}, under the tolerance of {tolerance:g}{of}"
    return f"all {sampler.done:,} points of the finest level that are wanted are measured; {bar}"


@contextmanager
def _lock(survey: Survey) -> Iterator[None]:
    """Only one process measures into a folder. The system gives the lock back when its holder dies."""
    try:
        with FileLock(survey.folder / LOCK_FILE, timeout=0):
            yield
    except Timeout:
        raise BadInputError(f"{survey.folder}: another process measures into it; wait for it, or end it") from None
