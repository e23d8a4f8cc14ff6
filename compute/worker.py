"""The compute process: trains, builds the planes, and measures them while the explorer looks on."""

import math
import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

import torch

from compute.claim import RUN, claim
from compute.datasets import digits
from compute.demo import DemoPlane, check, open_planes, settings
from compute.errors import BadInputError
from compute.folder import LandscapeWriter
from compute.loss import Evaluation
from compute.messages import (
    Demo,
    Finished,
    Look,
    Measuring,
    Message,
    Opened,
    Pause,
    Resume,
    Stop,
    Training,
)
from compute.models import ResNet, small_resnet
from compute.plane import Mover, moving
from compute.process import Channel
from compute.sampling import Sampler
from compute.training import Training as Run

REPORT_SECONDS = 0.1  # between two messages of the same kind
RATE_POINTS = 40  # points that the rate is averaged over
EARLY_LEVELS = 2  # levels that every plane gets before any plane gets more
PAUSED_SECONDS = 0.2  # how long to wait for a message while paused


class StopRequested(Exception):  # noqa: N818  no error: the explorer asked for it
    """The explorer wants the worker to end."""


class Listener:
    """What the explorer asked for so far."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._paused = False
        self.plane = "pca"

    def listen(self) -> None:
        """Take in all wishes, and wait here while paused. Raises StopRequested."""
        self._obey(self._channel.receive())
        while self._paused:
            self._obey(self._channel.receive(PAUSED_SECONDS))

    def _obey(self, messages: list[Message]) -> None:
        for message in messages:
            match message:
                case Stop():
                    raise StopRequested
                case Pause() | Resume():
                    self._paused = isinstance(message, Pause)
                case Look():
                    self.plane = message.plane


def run(task: Message, channel: Channel) -> None:
    """Do a task to its end, or until the explorer asks to stop. Raises BadInputError and whatever torch raises."""
    if not isinstance(task, Demo):
        raise TypeError(f"no such task: {task}")
    torch.set_num_threads(max(1, _cores() - 1))  # one core is the explorer's
    torch.set_num_interop_threads(1)  # a plain network has no branches to run side by side
    try:
        _demo(task, channel)
        channel.send(Finished())
    except StopRequested:
        pass
    except OSError as error:
        where, what = error.filename or task.out, error.strerror or error
        raise BadInputError(f"{where}: {what}; what is finished is kept: make room, or choose another --out") from error


def _cores() -> int:
    """Cores that this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2


def _demo(task: Demo, channel: Channel) -> None:
    out = Path(task.out)
    data = digits()
    check(task, data)
    claim(out, task)
    listener = Listener(channel)
    model = small_resnet(data.train_images.shape[1], data.classes, task.seed)
    evaluation = Evaluation(model, data.train_images[: task.examples], data.train_labels[: task.examples])
    training = Run(model, data, settings(task), out / RUN, evaluation)
    _train(training, channel, listener)
    planes = open_planes(out, task, model, data, training)
    for plane in planes:
        channel.send(Opened(plane.name, str(plane.folder)))
    _measure(planes, model, evaluation, channel, listener)


def _train(training: Run, channel: Channel, listener: Listener) -> None:
    first, busy, reported = training.step_number, 0.0, 0.0
    while not training.done:
        listener.listen()
        started = time.monotonic()
        training.step()
        now = time.monotonic()
        busy += now - started  # without the time spent paused
        if now - reported >= REPORT_SECONDS or training.done:
            reported = now
            left = busy / (training.step_number - first) * (training.steps - training.step_number)
            epoch, epochs = (n / training.steps_per_epoch for n in (training.step_number, training.steps))
            channel.send(Training(epoch, round(epochs), training.loss, left))


def _measure(
    planes: list[DemoPlane], model: ResNet, evaluation: Evaluation, channel: Channel, listener: Listener
) -> None:
    """All planes to their finest level, the one in view first; the model is left as it was."""
    with ExitStack() as stack:
        sweeps = {}
        for plane in planes:
            measure = _at(stack.enter_context(moving(model, plane.plane)), evaluation)
            sampler = Sampler(LandscapeWriter(plane.folder), measure, evaluation.examples, plane.focus)
            sweeps[plane.name] = Sweep(plane.name, sampler, channel)
            sweeps[plane.name].send()
        while any(sweep.sampler.next_level is not None for sweep in sweeps.values()):
            listener.listen()
            sweeps[_next_plane(sweeps, listener.plane)].step()


def _at(mover: Mover, evaluation: Evaluation) -> Callable[[float, float], Mapping[str, float]]:
    def measure(alpha: float, beta: float) -> Mapping[str, float]:
        mover.move(alpha, beta)
        return evaluation()

    return measure


def _next_plane(sweeps: "dict[str, Sweep]", watched: str) -> str:
    """Coarse levels of every plane first, then the watched plane to its end."""

    def urgency(name: str) -> tuple[bool, bool, bool]:
        level = sweeps[name].sampler.next_level
        return level is None, level is not None and level >= EARLY_LEVELS, name != watched

    return min(sweeps, key=urgency)


class Sweep:
    """A sampler and what the explorer is told of it. The rate leaves out the time between steps, pauses included.

    Before the first point nobody knows how long it takes: then the time left is infinite.
    """

    def __init__(self, plane: str, sampler: Sampler, channel: Channel) -> None:
        self.sampler = sampler
        self._plane, self._channel = plane, channel
        self._seconds: deque[float] = deque(maxlen=RATE_POINTS)
        self._sent = 0.0

    def step(self) -> None:
        """Measure one point; tell the explorer now and then."""
        started = time.monotonic()
        step = self.sampler.step()
        now = time.monotonic()
        self._seconds.append(now - started)
        if step.level_complete or now - self._sent >= REPORT_SECONDS:
            self.send()

    def send(self) -> None:
        """Tell the explorer how far the plane is."""
        sampler = self.sampler
        self._sent = time.monotonic()
        rate = len(self._seconds) / sum(self._seconds) if self._seconds else 0.0
        points = sampler.total - sampler.done
        left = points / rate if rate else math.inf if points else 0.0
        level = sampler.levels - 1 if sampler.next_level is None else sampler.next_level
        self._channel.send(Measuring(self._plane, level, sampler.levels, sampler.done, sampler.total, rate, left))
