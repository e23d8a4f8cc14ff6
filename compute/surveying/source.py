"""What a plane is measured on: the problem, its checkpoints, and where they come from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compute.errors import BadInputError
from compute.measuring.classification import classification
from compute.messages import Sample
from compute.problem import SPLITS, Problem
from compute.problems import load_problem
from compute.training.log import read_log
from compute.training.run import RunDescription, run_dataset, run_model
from compute.training.run_folder import is_run, open_run
from compute.weights.fitting import Checkpoint, find_checkpoints

Report = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Source:
    """A problem and its checkpoints in their order. ``provenance`` says what model and data are, in plain types."""

    problem: Problem
    checkpoints: list[Checkpoint]
    provenance: Mapping[str, Any]


def open_source(task: Sample, report: Report) -> Source:
    """A run of `basin train`, or the user's own problem with checkpoints from elsewhere. Raises BadInputError."""
    problem, provenance = open_problem(task, report)
    path = find_checkpoints(task.source) if task.problem else _path(Path(task.source))
    return Source(problem, path, provenance)


def open_problem(task: Sample, report: Report) -> tuple[Problem, dict[str, Any]]:
    """What is measured, whether there are checkpoints yet or not, and its provenance. Raises BadInputError."""
    if task.problem:
        problem = load_problem(task.problem)
        return problem, {"problem": task.problem, "checkpoints": task.source} | dict(problem.provenance)
    folder = Path(task.source)
    if not folder.exists():
        raise BadInputError(f"{task.source}: is not there; give a run folder of basin train")
    if not is_run(folder):
        raise BadInputError(
            f"{task.source}: not a run of basin train; give one, or say with --problem what these weights belong to"
        )
    run = open_run(folder)
    data = run_dataset(run, report)
    problem = classification(run_model(run), data, task.examples, splits(task))
    return problem, _provenance(run, problem)


def _path(folder: Path) -> list[Checkpoint]:
    """The checkpoints that the log of a run has, with their epochs."""
    epochs = {row.step: row.epoch for row in read_log(folder)}
    path = [replace(each, epoch=epochs[each.step]) for each in find_checkpoints(folder) if each.step in epochs]
    missing = sorted(set(epochs) - {each.step for each in path})
    if missing:
        raise BadInputError(
            f"{folder}: its log has a step {missing[0]}, but no checkpoint is there; put it back, or train again"
        )
    return path


def splits(task: Sample) -> tuple[str, ...]:
    """The splits that the metrics name, and that of the training where its statistics or derivatives are asked for.

    All, where the metrics name one that there is not, so that it can be refused.
    """
    named = {name.strip().partition("_")[0] for name in task.metrics.split(",")}
    if task.recalibrate_bn or {"hessian", "gradient"} & set(task.directions.split(",")):
        named.add(SPLITS[0])
    return tuple(split for split in SPLITS if split in named) if named <= set(SPLITS) else SPLITS


def _provenance(run: RunDescription, problem: Problem) -> dict[str, Any]:
    options = run.options
    return {
        "model": {"name": options.model, "parameters": sum(p.numel() for p in problem.model.parameters())},
        "data": {"name": options.data, "digest": run.data_digest, "image_size": run.image_size},
        "training": {"seed": options.settings.seed, "epochs": options.settings.epochs},
    }
