"""A plane or line that is to be measured: its landscape folder, made once and from then on always read back."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from compute.directions.axes import Axes
from compute.directions.choice import DirectionChoice
from compute.directions.choose import Surroundings, choose_axes, ends
from compute.directions.stored import read_axes, write_axes
from compute.errors import BadInputError
from compute.folder import (
    DIRECTIONS_FILE,
    check_vacant,
    create_folder,
    is_landscape_folder,
    open_folder,
    read_description,
    update_description,
)
from compute.landscape import Floats, Trajectory
from compute.measuring.execution import Execution
from compute.measuring.execution_trial import choose_execution
from compute.messages import Sample
from compute.plane import Plane, parameters_of
from compute.problem import Problem
from compute.surveying.domain import Ground, choose_domain
from compute.surveying.source import Source
from compute.surveying.trajectory import PathMeasurement, joined
from compute.surveying.whereabouts import whereabouts
from compute.training.run_folder import software_versions
from compute.weights.checkpoints import digest
from compute.weights.fitting import Checkpoint, load_into, read_weights

Report = Callable[[str, int, int | None], None]  # of preparations: what, done, total; None: nobody knows

OUR_METRICS = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")  # of what basin train trains

# Between one life of a survey and the next.
MAY_CHANGE = (
    "out", "source", "focus", "focus_throughout", "tolerance", "cap", "trial", "watched", "inspect", "inspect_points"
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Survey:
    """What is needed to measure a plane. ``focus`` (n, 2) are the places of interest: the path, or the centre."""

    task: Sample
    folder: Path
    problem: Problem
    plane: Plane
    path: list[Checkpoint]
    metrics: tuple[str, ...]
    execution: Execution
    focus: Floats

    @property
    def name(self) -> str:
        """What the explorer calls it."""
        return self.folder.resolve().name


def open_survey(task: Sample, source: Source, report: Report) -> Survey:
    """A survey in the folder of the task, made where there is none; the model then has the weights of the centre.

    Raises BadInputError where the folder holds something else, or the same around other weights.
    """
    folder = Path(task.out)
    choice = _choice(task)
    Execution(task.device, task.precision)  # what cannot be is said before what differs from the folder
    metrics_of(task, source.problem)
    centre = _known_centre(task) or _centre(task, choice, source.checkpoints)
    load_into(source.problem.model, read_weights(centre.path), centre.path)
    if is_landscape_folder(folder):
        _check_same(folder, task)
    else:
        check_vacant(folder)
        theta_star = parameters_of(source.problem.model)
        axes = choose_axes(choice, Surroundings(theta_star, source.checkpoints, source.problem, report))
        path = _projected(source.problem, axes.plane(theta_star), source.checkpoints, report)
        make_survey(task, source, centre, axes, path)
    return reopen_survey(task, source)


def _choice(task: Sample) -> DirectionChoice:
    include = tuple(part.strip() for part in task.include.split(",") if part.strip())
    return DirectionChoice(task.directions, task.normalisation, include, task.seed, task.which, task.line)


def _known_centre(task: Sample) -> Checkpoint | None:
    """Where the centre of a landscape that is there lies; its options may name it as seen from elsewhere."""
    folder = Path(task.out)
    known = read_description(folder).get("centre") if is_landscape_folder(folder) else None
    kept = known.get("checkpoint") if isinstance(known, dict) else None
    path = Path(task.source) / kept if isinstance(kept, str) else None
    return Checkpoint(path, 0) if path and path.is_file() else None


def _centre(task: Sample, choice: DirectionChoice, checkpoints: list[Checkpoint]) -> Checkpoint:
    through = ends(choice, checkpoints)
    if through and task.centre:
        raise BadInputError(
            f"--centre {task.centre}: {choice.kind} has its centre in its first checkpoint; leave it out"
        )
    if through:
        return through[0]
    if not task.centre:
        return checkpoints[-1]
    path = Path(task.centre)
    named = [each for each in checkpoints if task.centre == str(each.step) or path == each.path]
    if not named and not path.is_file():
        raise BadInputError(f"--centre {task.centre}: neither a file of weights nor the step of a checkpoint")
    return named[0] if named else Checkpoint(path, 0)


# ── making ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def make_survey(
    task: Sample,
    source: Source,
    centre: Checkpoint,
    axes: Axes,
    path: Trajectory,
    *,
    others: Mapping[str, Trajectory] = MappingProxyType({}),
    execution: Execution | None = None,
    extra: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """The landscape folder of a task, for these axes through the weights of the centre, which the model has.

    ``path`` are the checkpoints over that plane, ``others`` those of further runs by name, for which there is room too;
    ``execution`` None: chosen; ``extra`` goes into the provenance. Raises BadInputError for what cannot be measured.
    """
    problem, folder = source.problem, Path(task.out)
    metrics = metrics_of(task, problem)
    plane = axes.plane(parameters_of(problem.model))
    if execution is None:
        wanted, trial = Execution(task.device, task.precision), task.trial
        execution = choose_execution(problem, plane, metrics, wanted, trial=trial, recalibrate_bn=task.recalibrate_bn)
    domain, how = choose_domain(task, Ground(problem, axes, plane, joined((path, *others.values())), execution))
    provenance = {
        "kind": "landscape",
        "title": _title(source, axes),
        **source.provenance,
        "sample": _kept(task),
        **whereabouts(task.source, folder),
        "centre": {"checkpoint": _within(task.source, centre.path), "digest": digest(problem.model.state_dict())},
        "directions": axes.describe(),
        "explained_variance": list(axes.explained_variance) if axes.explained_variance else None,
        "range": how,
        "examples": {split: problem.examples(split) for split in problem.splits},
        "seed": task.seed,
        **_rule(task),
        "execution": execution.as_dict(),
        "precision": f"{execution.precision} forward, fp64 sums",
        "software": software_versions(),
        **extra,
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_axes(folder / DIRECTIONS_FILE, axes)
    create_folder(folder, domain, metrics, provenance, path, others=others)


def _projected(problem: Problem, plane: Plane, path: list[Checkpoint], report: Report) -> Trajectory:
    measurement = PathMeasurement(problem.model, plane, path)
    for done, _ in enumerate(measurement, 1):
        report("projecting the path", done, measurement.total)
    return measurement.trajectory()


def metrics_of(task: Sample, problem: Problem) -> tuple[str, ...]:
    """What a task measures. Raises BadInputError for a metric that the problem has not."""
    wanted = tuple(dict.fromkeys(part.strip() for part in task.metrics.split(",") if part.strip()))
    known = problem.metric_names
    if task.problem and task.metrics == Sample.metrics:  # the usual choice: of the user's own, all on the first split
        return tuple(name for name in known if name.startswith(f"{next(iter(problem.splits))}_"))
    unknown = [name for name in wanted if name not in known]
    if unknown or not wanted:
        raise BadInputError(
            f"--metrics {task.metrics}: no {unknown[0] if unknown else 'metric'}; there are "
            f"{', '.join(known if task.problem else OUR_METRICS)}"
        )
    return wanted


def _title(source: Source, axes: Axes) -> str:
    kinds = {
        "pca": "plane of the training path",
        "between": "between checkpoints",
        "file": "stored directions",
        "connection": "curve between two networks",
    }
    where = kinds.get(axes.kind, f"{axes.kind.replace(',', ' and ')} directions")
    known = source.provenance
    what = known.get("title") or known.get("problem") or f"{known['model']['name']} on {known['data']['name']}"
    return f"{what}: {where}"


def _within(source: str, path: Path) -> str:
    """A path as it is inside the source, so that a run may be moved; else absolute."""
    there, within = path.resolve(), Path(source).resolve()
    return there.relative_to(within).as_posix() if there.is_relative_to(within) else str(there)


# ── reading back ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _kept(task: Sample) -> dict[str, Any]:
    """The options that decide the values, as landscape.json has them."""
    return {name: value for name, value in asdict(task).items() if name not in MAY_CHANGE}


def _rule(task: Sample) -> dict[str, float | None]:
    """What decides which points are measured, for whoever reconstructs the surface."""
    return {"tolerance": task.tolerance, "cap": task.cap}


def _check_same(folder: Path, task: Sample) -> None:
    found = open_folder(folder).provenance.get("sample")
    if not isinstance(found, dict):
        raise BadInputError(f"{folder}: holds a landscape that basin sample did not make; choose another --out")
    wanted = _kept(task)
    differing = [
        f"--{name.replace('_', '-')} {_typed(found.get(name))}, not {_typed(wanted[name])}"
        for name in wanted
        if found.get(name) != wanted[name]
    ]
    if differing:
        raise BadInputError(f"{folder}: was measured with {'; '.join(differing)}; choose another --out, or remove it")


def _typed(value: Any) -> str:
    """An option as it stands on a command line."""
    if isinstance(value, list):
        return ",".join(f"{part:.17g}" if isinstance(part, float) else str(part) for part in value)
    return "left out" if value in (None, "") else str(value)


def reopen_survey(task: Sample, source: Source) -> Survey:
    """The survey as it was when its first point was measured; the model has the weights of its centre.

    Raises BadInputError when those or the examples have changed.
    """
    folder = Path(task.out)
    landscape = open_folder(folder)
    centre = landscape.provenance.get("centre")
    if not isinstance(centre, dict) or centre.get("digest") != digest(source.problem.model.state_dict()):
        raise BadInputError(f"{folder}: was measured around other weights than those there now; choose another --out")
    counts = {split: source.problem.examples(split) for split in source.problem.splits}
    if landscape.provenance.get("examples") != counts:
        raise BadInputError(f"{folder}: was measured on other examples than those there now; choose another --out")
    may_differ = {**_rule(task), **whereabouts(task.source, folder)}
    if any(landscape.provenance.get(name) != value for name, value in may_differ.items()):
        update_description(folder, may_differ)
    theta_star = parameters_of(source.problem.model)
    plane = read_axes(folder / DIRECTIONS_FILE, theta_star).plane(theta_star)
    path = landscape.trajectory
    places = np.zeros((1, 2))
    if path is not None and len(path) and landscape.provenance["directions"].get("kind") == "pca":
        all_paths = joined((path, *landscape.others.values()))
        places = np.stack([all_paths.alpha, all_paths.beta], axis=1)
    execution = Execution.from_dict(landscape.provenance["execution"])
    metrics = tuple(name for name in landscape.metrics if name not in landscape.maps)
    return Survey(task, folder, source.problem, plane, source.checkpoints, metrics, execution, places)
