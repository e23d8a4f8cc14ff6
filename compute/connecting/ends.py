"""The two networks that a curve connects: a problem that both solve, and a checkpoint of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from compute.errors import BadInputError
from compute.messages import Connect, Sample
from compute.plane import Direction, parameters_of
from compute.problem import Problem
from compute.surveying.source import Source, open_problem
from compute.training.run import RunDescription
from compute.training.run_folder import is_run, open_run
from compute.weights.fitting import Checkpoint, last_checkpoint, load_into, read_weights

ALL = 10**9  # examples: as many as there are


@dataclass(frozen=True, eq=False)
class Ends:
    """``first`` and ``second`` are checkpoints, ``source`` where the first one is from, and what is measured."""

    source: Source
    first: Checkpoint
    second: Checkpoint
    folder: str  # of the first network, or its file

    def weights(self, end: Checkpoint) -> Direction:
        """A copy of its parameters; the model has the checkpoint afterwards. Raises BadInputError as ``load_into``."""
        load_into(self.source.problem.model, read_weights(end.path), end.path)
        return parameters_of(self.source.problem.model)


def open_ends(task: Connect, report: Callable[[str], None]) -> Ends:
    """Both ends of a curve, on the examples that it will be measured on. Raises BadInputError for what does not fit."""
    first, second = _end("first", task.first), _end("second", task.second)
    if first.path.resolve() == second.path.resolve():
        raise BadInputError(f"{task.first} and {task.second}: are the same weights; give two networks")
    folder = task.first if task.problem else str(_run("first", first.path))
    if not task.problem:
        _check_same_kind(open_run(Path(folder)), open_run(_run("second", second.path)), task)
    sample = Sample(folder, task.out, task.problem, metrics=task.metrics, examples=task.examples, recalibrate_bn=True)
    problem, provenance = open_problem(sample, report)
    return Ends(Source(problem, [first, second], provenance), first, second, folder)


def check_apart(task: Connect, first: Direction, second: Direction) -> None:
    """Raises BadInputError for weights that no curve joins: the same ones, said before hours of training, and whole
    numbers or the like that differ."""
    different = [name for name in first if not torch.equal(first[name], second[name])]
    if not different:
        raise BadInputError(f"{task.first} and {task.second}: are the same weights; give two networks")
    fixed = [name for name in different if not first[name].is_floating_point()]
    if fixed:
        raise BadInputError(
            f"{task.first} and {task.second}: {fixed[0]} differs and is {first[fixed[0]].dtype}; no curve joins them"
        )


def trained_on(task: Connect, ends: Ends, report: Callable[[str], None]) -> Problem:
    """The same with all its training examples, for the curve is trained on those. Their number may be limited."""
    if task.problem:
        return ends.source.problem
    examples = task.train_examples or ALL
    problem, _ = open_problem(Sample(ends.folder, task.out, metrics="train_loss", examples=examples), report)
    return problem


def _end(which: str, given: str) -> Checkpoint:
    """The last checkpoint of a run or folder, or a file."""
    if not Path(given).exists():
        raise BadInputError(f"{given}: is not there; give for the {which} network a run folder or a file of weights")
    return last_checkpoint(given)


def _run(which: str, path: Path) -> Path:
    """The run that a checkpoint belongs to."""
    found = next((folder for folder in path.parents if is_run(folder)), None)
    if found is None:
        raise BadInputError(
            f"{path}: the {which} network is of no run of basin train; say with --problem what these weights belong to"
        )
    return found


def _check_same_kind(first: RunDescription, second: RunDescription, task: Connect) -> None:
    for what, a, b in (
        ("networks", first.options.model, second.options.model),
        ("data", first.options.data, second.options.data),
        ("data", first.data_digest, second.data_digest),
    ):
        if a != b:
            raise BadInputError(f"{task.first} and {task.second}: are of different {what}, {a} and {b}; no curve joins")


def described(ends: Ends) -> Mapping[str, Any]:
    """Which files they are, for the provenance."""
    return {"first": str(ends.first.path), "second": str(ends.second.path)}
