"""One plane in work: measured between news, and left when it no longer fits."""

import math
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Self

from compute.errors import BadInputError
from compute.landscape import Domain
from compute.live.cloud import Cloud, Key
from compute.live.fits import path_file
from compute.live.making import Ground
from compute.live.paths import LivePath
from compute.live.runs import Run
from compute.measuring.loss import Evaluation
from compute.messages import Message
from compute.plane import Direction, project
from compute.surveying.survey import Survey
from compute.surveying.sweep import Sweep
from compute.surveying.trajectory import PathMeasurement

ARRIVALS_SHARE = 0.25  # of the time until the first levels are there, for the heights of new checkpoints

Send = Callable[[Message], None]


class Fit:
    """Measures while it is entered, a step at a time: the caller owns the loop."""

    def __init__(self, ground: Ground, number: int, survey: Survey, centre: Key, send: Send) -> None:
        self.number, self.survey, self.centre = number, survey, centre
        self._ground = ground
        self.paths = {run.name: LivePath(path_file(survey.folder, ground.runs, run)) for run in ground.runs}
        self.sweep = Sweep(survey, send, with_path=False)
        self._unreadable: set[Key] = set()
        self._path_next = False
        self._arrived: dict[str, set[int]] = {run.name: set() for run in ground.runs}  # while it is entered
        self._arrivals_seconds = 0.0  # that their heights took before the first levels were there
        self._inexact: list[Key] = []  # of whom the cloud does not know exactly where they lie, the next one last
        self.opened = time.monotonic()
        self._exits = ExitStack()

    def __enter__(self) -> Self:
        self._exits.enter_context(self.sweep)
        self._own_loss = Evaluation(self.survey.problem, (self.sweep.loss,), self.survey.execution)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        try:
            self.write(at_once=True)
        finally:
            self._exits.close()

    @property
    def domain(self) -> Domain:
        """Where it is measured."""
        return self.sweep.sampler.domain

    def begin(self, cloud: Cloud) -> None:
        """Where the cloud does not know it exactly, checkpoints are projected again, in the pauses between points.

        The latest of each run at once, for they decide whether the plane fits.
        """
        self._read, inexact = cloud.read, cloud.inexact()
        latest = {(run.name, run.latest) for run in self._ground.runs}
        for key in latest.intersection(inexact):
            self._project(*key)
        self._inexact = [key for key in inexact if key not in latest]

    def take(self, run: Run, step: int, weights: Direction) -> None:
        """A new checkpoint lies over the plane."""
        self._arrived[run.name].add(step)
        self.paths[run.name].put(step, run.epoch(step), project(self.survey.plane, weights))

    def fill(self, cloud: Cloud) -> None:
        """After another life: what the cloud knows and the paths do not comes in, what no run has any more goes."""
        for run in self._ground.runs:
            path = self.paths[run.name]
            path.forget(step for step in path.steps if step not in run.taken and step not in run.present)
        for (name, step), place in cloud.coordinates(self.survey.plane):
            if step not in self.paths[name]:
                self.paths[name].put(step, self._ground.run(name).epoch(step), place)

    def outside(self, run: Run) -> bool:
        """Whether the latest checkpoint of a run lies outside of what is measured."""
        if run.latest not in self.paths[run.name]:
            return False
        point, domain = self.paths[run.name][run.latest], self.domain
        within = domain.alpha[0] <= point.alpha <= domain.alpha[1] and domain.beta[0] <= point.beta <= domain.beta[1]
        return not within

    def residual(self, run: Run) -> float:
        """How far the latest checkpoint of a run is from the plane; 0 without any."""
        path = self.paths[run.name]
        return path[run.latest].residual if run.latest in path else 0.0

    def step(self) -> bool:
        """Measure the next points, or a checkpoint of a path, in turn; whether there was something to measure.

        Before the first levels are there only new checkpoints, whose files may soon be thinned out, in a share of time.
        """
        self._project_again()
        left, early, started = self.sweep.sampler.next_level is not None, self.sweep.early, time.monotonic()
        self._path_next = not (self._path_next and left)
        if early and self._arrivals_seconds > ARRIVALS_SHARE * (started - self.opened):
            self._path_next = False
        if self._path_next and (self._measure_new() if early else self._measure_checkpoint()):
            self._arrivals_seconds += time.monotonic() - started if early else 0.0
            return True
        if left:
            self.sweep.step()
        return left or bool(self._inexact)

    def write(self, *, at_once: bool = False) -> None:
        """Keep the paths; the first last, for that is the file that is watched."""
        first, *others = self.paths.values()
        written = [path.write(at_once=at_once) for path in others]
        if any(written):
            first.touch()
            at_once = True
        first.write(at_once=at_once)

    def _project_again(self) -> None:
        """The newest of those whose place is not exact, from its own weights."""
        while self._inexact and not self._project(*self._inexact.pop()):
            pass

    def _project(self, name: str, step: int) -> bool:
        """Whether there was something to read."""
        run, path = self._ground.run(name), self.paths[name]
        if step not in run.present or step not in path:
            return False
        with suppress(BadInputError):  # it has gone, or is being written anew
            path.put(step, run.epoch(step), project(self.survey.plane, self._read(run.present[step])))
        return True

    def _measure_checkpoint(self) -> bool:
        """The new ones first, since the old ones have outlived a thinning."""
        return self._measure_new() or self._measure_of({run.name: set(run.present) for run in self._ground.runs})

    def _measure_new(self) -> bool:
        return self._measure_of({run.name: self._arrived[run.name] & run.present.keys() for run in self._ground.runs})

    def _measure_of(self, steps: Mapping[str, set[int]]) -> bool:
        for run in self._ground.runs:
            readable = {step for step in steps[run.name] if (run.name, step) not in self._unreadable}
            step = self.paths[run.name].without_heights(readable)
            if step is not None:
                self._measure(run, step)
                return True
        return False

    def _measure(self, run: Run, step: int) -> None:
        loss, problem, plane = self.sweep.loss, self.survey.problem, self.survey.plane

        def plane_loss(alpha: float, beta: float) -> float:
            return self.sweep.evaluate([(alpha, beta)])[0][loss]

        path = [run.checkpoint(step)]
        measurement = PathMeasurement(problem.model, plane, path, lambda: self._own_loss()[loss], plane_loss)
        try:
            point = measurement.step()
        except BadInputError:  # it has gone, or is being written anew; those that were taken in were sound
            self._unreadable.add((run.name, step))
            return
        if math.isnan(point.plane_loss):
            self._unreadable.add((run.name, step))
        self.paths[run.name].raise_to(point)
