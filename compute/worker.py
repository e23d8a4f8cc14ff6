"""The compute process: trains, builds the planes, and measures them while the explorer looks on."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import torch

from compute.claim import claim
from compute.connecting.connection import connect
from compute.demo import run_folder, run_options, samples
from compute.errors import BadInputError
from compute.inspecting.inspections import Inspections
from compute.inspecting.opening import check_possible, named
from compute.levels import check_resolution
from compute.listener import Listener, StopRequested
from compute.live.task import follow
from compute.messages import Connect, Demo, Finished, Follow, Message, Note, Opened, Preparing, Sample, Train, Training
from compute.process import Channel
from compute.surveying.source import open_source
from compute.surveying.survey import Survey, open_survey
from compute.surveying.sweep import Sweep
from compute.training.run_folder import RunOptions, make_options
from compute.training.task import train
from compute.training.training import Training as Run

REPORT_SECONDS = 0.1  # between two messages of the same kind
NICENESS = 10  # beside a window, whose pictures go first, or a training


def run(task: Message, channel: Channel) -> None:
    """Do a task to its end, or until the explorer asks to stop. Raises BadInputError and whatever torch raises."""
    beside_a_window = isinstance(task, Demo) or (isinstance(task, Sample) and task.watched)
    threads = task.threads if isinstance(task, Follow) else _cores() - beside_a_window  # one core is the explorer's
    torch.set_num_threads(max(1, threads))
    if (beside_a_window or isinstance(task, Follow)) and hasattr(os, "nice"):
        os.nice(NICENESS)
    torch.set_num_interop_threads(1)  # a plain network has no branches to run side by side
    listener = Listener(channel)
    try:
        match task:
            case Demo():
                _demo(task, channel, listener)
            case Train():
                _train(Path(task.out), make_options(task.options), channel, listener)
            case Sample():
                _sample((task,), channel, listener)
            case Connect():
                _connect(task, channel, listener)
            case Follow():
                follow(task, channel.send, listener)
            case _:
                raise TypeError(f"no such task: {task}")
        channel.send(Finished())
    except StopRequested:
        pass
    except OSError as error:
        where, what = error.filename or getattr(task, "out", ""), error.strerror or error
        raise BadInputError(f"{where}: {what}; what is finished is kept: make room, or choose another --out") from error


def _cores() -> int:
    """Cores that this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2


def _demo(task: Demo, channel: Channel, listener: Listener) -> None:
    check_resolution(task.resolution)
    claim(Path(task.out), task)
    _train(Path(run_folder(task)), run_options(task), channel, listener)
    _sample(samples(task), channel, listener)


def _train(folder: Path, options: RunOptions, channel: Channel, listener: Listener) -> None:
    reported = 0.0

    def progress(run: Run, seconds_left: float) -> None:
        nonlocal reported
        if time.monotonic() - reported >= REPORT_SECONDS or run.done:
            reported = time.monotonic()
            epoch, epochs = (n / run.steps_per_epoch for n in (run.step_number, run.steps))
            channel.send(Training(epoch, round(epochs), run.loss, seconds_left))

    train(folder, options, progress, listener.listen, _notes(channel))


def _notes(channel: Channel) -> Callable[[str], None]:
    return lambda line: channel.send(Note(line))


def _sample(tasks: Sequence[Sample], channel: Channel, listener: Listener) -> None:
    """All planes to their end: the first levels of each, then the one in view. Then what is to be looked into there."""
    for task in tasks:
        named(task.inspect)
    surveys = [_open(task, channel, listener) for task in tasks]
    planned = [(survey, what) for survey in surveys for what in named(survey.task.inspect)]
    for survey, what in planned:
        check_possible(what, survey)
    with ExitStack() as stack:
        sweeps = {survey.name: stack.enter_context(Sweep(survey, channel.send)) for survey in surveys}
        for name, sweep in sweeps.items():
            channel.send(Opened(name, str(sweep.survey.folder)))
            sweep.report()
        inspections = Inspections({survey.name: survey for survey in surveys}, channel.send)
        while True:
            listener.listen()
            _heed(listener, sweeps, inspections)
            waiting = [name for name, sweep in sweeps.items() if not sweep.done]
            if inspections.busy:
                inspections.step()
            elif waiting:
                early = [name for name in waiting if sweeps[name].early]
                chosen = early or waiting
                sweeps[listener.plane if listener.plane in chosen else chosen[0]].step()
            elif planned:
                survey, what = planned.pop(0)
                inspections.ask(survey.name, what, ordered=True)
            else:
                return


def _heed(listener: Listener, sweeps: Mapping[str, Sweep], inspections: Inspections) -> None:
    """Pass on what the explorer wants of the planes."""
    for focus in listener.focus:
        if focus.plane in sweeps:
            sweeps[focus.plane].focus_on(focus)
    for wish in listener.inspect:
        (inspections.ask if wish.wanted else inspections.leave)(wish.plane, wish.what)
    listener.focus.clear()
    listener.inspect.clear()


def _connect(task: Connect, channel: Channel, listener: Listener) -> None:
    reported = 0.0

    def preparing(what: str, done: int, total: int | None) -> None:
        nonlocal reported
        listener.listen()
        if time.monotonic() - reported >= REPORT_SECONDS or done == total:
            reported = time.monotonic()
            channel.send(Preparing(what, done, total))

    _sample((connect(task, _notes(channel), preparing),), channel, listener)


def _open(task: Sample, channel: Channel, listener: Listener) -> Survey:
    def preparing(what: str, done: int, total: int | None) -> None:
        listener.look()
        channel.send(Preparing(what, done, total))

    listener.look()
    return open_survey(task, open_source(task, _notes(channel)), preparing)
