"""A survey on its way: points coarse to fine, the heights of the path in between, and word of it all."""

import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self

import numpy as np
from filelock import FileLock, Timeout

from compute.errors import BadInputError
from compute.folder import TRAJECTORY_FILE, LandscapeWriter, open_folder, update_description
from compute.measuring.loss import Evaluation
from compute.measuring.plane_evaluation import PlaneEvaluation
from compute.messages import Focus, Measuring, Message, Note
from compute.refinement import Region
from compute.surveying.sampling import TOLERANCE, Sampler
from compute.surveying.survey import Survey
from compute.surveying.trajectory import PathMeasurement
from compute.trajectory_file import write_trajectory

REPORT_SECONDS = 0.1  # between two messages
RATE_STEPS = 40  # that the rate is averaged over
EARLY_LEVELS = 2  # levels of the surface that come before the heights of the path
LOCK_FILE = ".lock"

Send = Callable[[Message], None]


class Sweep:
    """Measures one survey step by step; the caller owns the loop. Nobody else can while it is entered.

    The rate leaves out the time between steps, pauses included. Before the first point nobody knows how long it takes:
    then the time left is infinite.
    """

    def __init__(self, survey: Survey, send: Send) -> None:
        self.survey, self._send = survey, send
        self._exits = ExitStack()
        self._seconds: deque[tuple[int, float]] = deque(maxlen=RATE_STEPS)
        self._sent = 0.0

    def __enter__(self) -> Self:
        survey = self.survey
        with ExitStack() as exits:
            exits.enter_context(_lock(survey))
            self._evaluate = exits.enter_context(
                PlaneEvaluation(
                    survey.problem,
                    survey.plane,
                    survey.execution,
                    survey.metrics,
                    recalibrate_bn=survey.task.recalibrate_bn,
                    report=self._note,
                )
            )
            self._exits = exits.pop_all()
        self.sampler = Sampler(
            LandscapeWriter(survey.folder),
            self._evaluate,
            self._evaluate.examples,
            survey.focus,
            tolerance=survey.task.tolerance,
            cap=survey.task.cap,
        )
        self._path = self._unmeasured_path()
        self._tell_ranges()
        if survey.task.focus:
            low, high, below, above = survey.task.focus
            self.sampler.focus_on(Region((low, high), (below, above)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
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
        self.sampler.focus_on(Region((wish.alpha[0], wish.alpha[1]), (wish.beta[0], wish.beta[1])))

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

    def _tell_ranges(self) -> None:
        """What was given and is not what is measured."""
        task, domain = self.survey.task, LandscapeWriter(self.survey.folder).domain
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
                "execution": self._evaluate.execution.as_dict(),  # smaller portions, where memory ran out
            },
        )
        if sampler.stopped:
            self._note(f"{self.survey.name}: {_ending(sampler, self.survey.task.tolerance)}")

    def _note(self, line: str) -> None:
        self._send(Note(line))

    # ── the path ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _unmeasured_path(self) -> PathMeasurement | None:
        """What is left to measure of the path: all of it until its table has the losses."""
        survey = self.survey
        path = open_folder(survey.folder).trajectory
        if path is None or not np.isnan(path.plane_loss).any():
            return None
        loss = f"{next(iter(survey.problem.splits))}_loss"
        evaluation = Evaluation(survey.problem, (loss,), survey.execution)

        def loss_at(alpha: float, beta: float) -> float:
            return self._evaluate([(alpha, beta)])[0][loss]

        return PathMeasurement(survey.problem.model, survey.plane, survey.path, lambda: evaluation()[loss], loss_at)

    def _measure_checkpoint(self, path: PathMeasurement) -> None:
        path.step()
        if path.done:
            write_trajectory(self.survey.folder / TRAJECTORY_FILE, path.trajectory())
            self._path = None


def _ending(sampler: Sampler, tolerance: float | None) -> str:
    """Why no more is measured, in words."""
    bar = f"the largest surplus is {sampler.surplus:.2g}" if math.isfinite(sampler.surplus) else "no surplus is known"
    if sampler.stopped == TOLERANCE:
        return f"stopped after {sampler.done:,} points: {bar}, under the tolerance of {tolerance:g}"
    return f"all {sampler.done:,} points of the finest level that are wanted are measured; {bar}"


@contextmanager
def _lock(survey: Survey) -> Iterator[None]:
    """Only one process measures into a folder. The system gives the lock back when its holder dies."""
    try:
        with FileLock(survey.folder / LOCK_FILE, timeout=0):
            yield
    except Timeout:
        raise BadInputError(f"{survey.folder}: another process measures into it; wait for it, or end it") from None
