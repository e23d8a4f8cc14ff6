"""The task Follow from its start to its end: what is refused, what is waited for, and whose the folder is."""

from pathlib import Path

import torch

from compute.errors import BadInputError
from compute.levels import check_resolution
from compute.listener import Listener
from compute.live.fit import Send
from compute.live.fits import claimed, in_known_order
from compute.live.layout import CENTRES
from compute.live.live import POLL_SECONDS, Live
from compute.live.making import Ground
from compute.live.runs import named_runs
from compute.measuring.execution import Execution
from compute.measuring.placement import require
from compute.messages import Follow, Note, Sample
from compute.surveying.source import open_problem


def follow(task: Follow, send: Send, listener: Listener) -> None:
    """Follow until the listener raises. Raises BadInputError for what cannot be followed."""
    _check(task)
    _limit_memory(task, send)
    _wait_for(Path(task.sources[0]), send, listener)
    with claimed(Path(task.out)):
        task = in_known_order(task)
        runs = named_runs(task.sources)
        one = Sample(runs[0].source, task.out, task.problem, metrics=task.metrics, examples=task.examples)
        problem, provenance = open_problem(one, lambda line: send(Note(line)))
        with Live(Ground(task, runs, problem, provenance), send, listener) as live:
            while True:
                live.step()


def _check(task: Follow) -> None:
    if not task.sources or not all(task.sources):
        raise BadInputError("nothing to follow; give the folder of a run")
    if len({Path(source).resolve() for source in task.sources}) < len(task.sources):
        raise BadInputError("the same run is given twice; give each once")
    if task.centre not in CENTRES:
        raise BadInputError(f"--centre {task.centre}: choose {' or '.join(CENTRES)}")
    if not task.refit_at > 0:
        raise BadInputError(f"--refit-at {task.refit_at:g}: give a share above 0, as 0.35")
    if task.threads < 1:
        raise BadInputError(f"--threads {task.threads}: give a whole number of at least 1")
    if not 0 < task.memory_share <= 1:
        raise BadInputError(f"--memory-share {task.memory_share:g}: give a share of the memory in (0, 1]")
    check_resolution(task.resolution)
    require(Execution(task.device, task.precision))


def _limit_memory(task: Follow, send: Send) -> None:
    """Leave the rest of a GPU's memory to the training."""
    device = torch.device(task.device)
    if device.type == "cuda":  # which asks for a number, though the device may have none
        number = torch.cuda.current_device() if device.index is None else device.index
        torch.cuda.set_per_process_memory_fraction(float(task.memory_share), number)
    elif device.type == "mps":
        send(Note(f"--memory-share {task.memory_share:g}: not kept to on {task.device}, which has no such limit"))


def _wait_for(source: Path, send: Send, listener: Listener) -> None:
    """Until the run has begun: before, nothing may lie in its folder, or it would not."""
    told = False
    while not source.is_dir() or not any(not path.name.startswith(".") for path in source.iterdir()):
        if not told:
            send(Note(f"{source}: waiting for it to begin"))
            told = True
        listener.look(POLL_SECONDS)
