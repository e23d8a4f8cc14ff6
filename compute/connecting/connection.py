"""From two networks to a landscape: the plane of a curve of low loss between them, and the straight line to compare.

The plane has its origin in the first network and the second one at (1, 0); beta is orthogonal to that in weight space
and of the same length, so that the picture is true to angles and lengths.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from compute.connecting.bending import Bending
from compute.connecting.ends import Ends, check_apart, described, open_ends, trained_on
from compute.connecting.minibatches import Minibatches
from compute.connecting.ways import TABLE_FILE, describe_ways, measure_ways, write_ways
from compute.connection_record import CURVE, KEY, LINE
from compute.directions.axes import Axes, checked
from compute.errors import BadInputError
from compute.folder import DIRECTIONS_FILE, check_vacant, is_landscape_folder, read_description
from compute.levels import check_resolution
from compute.measuring.batchnorm import layers_with_statistics
from compute.measuring.execution import Execution
from compute.measuring.execution_trial import choose_execution
from compute.measuring.placement import require
from compute.measuring.plane_evaluation import PlaneEvaluation
from compute.messages import Connect, Sample
from compute.plane import Direction, dot
from compute.problem import Problem
from compute.surveying.survey import make_survey, metrics_of
from compute.surveying.sweep import LOCK_FILE
from compute.weights.checkpoints import digest, write_tensors

BEND_FILE = "bend.safetensors"  # the parameters of the bend
STATE_FILE = "curve.state.pt"  # of a training that goes on
STRAIGHT = 1e-6  # of the networks' distance: a bend no farther off their line is rounding
SAVE_SECONDS = 20.0  # between two saves of the training

# What decides the curve, and is kept with it.
OPTIONS = ("steps", "rate", "batch", "train_examples", "points", "seed")

Report = Callable[[str, int, int | None], None]


def connect(task: Connect, note: Callable[[str], None], report: Report) -> Sample:
    """Train the curve and make its landscape folder; returns the task that measures it. Goes on where it broke off.

    ``report`` hears (what, done, total) before each step, and may raise to break off: what is done is kept. Raises
    BadInputError for networks that do not fit each other, a folder of something else, and a training that diverges.
    """
    _check(task)
    folder = Path(task.out)
    ends = open_ends(task, note)
    second, first = ends.weights(ends.second), ends.weights(ends.first)  # the model keeps the first, the origin
    check_apart(task, first, second)
    about = {**{name: getattr(task, name) for name in OPTIONS}, "ends": [digest(first), digest(second)]}
    sample = _sample(task, ends)
    if is_landscape_folder(folder):
        _check_known(folder, about)
        return sample
    check_vacant(folder, STATE_FILE, BEND_FILE, TABLE_FILE)
    metrics_of(sample, ends.source.problem)  # said before the bend is trained
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / LOCK_FILE, timeout=0):
            bend = _bent(task, trained_on(task, ends, note), (first, second), about, report)
            _make(task, sample, ends, (first, bend, second), about=about, report=report)
    except Timeout:
        raise BadInputError(f"{folder}: another process works in it; wait for it, or end it") from None
    (folder / STATE_FILE).unlink(missing_ok=True)
    return sample


def _check(task: Connect) -> None:
    for name, least in (("steps", 1), ("batch", 1), ("points", 3), ("train_examples", 0)):
        if getattr(task, name) < least:
            raise BadInputError(f"--{name.replace('_', '-')} {getattr(task, name)}: give at least {least}")
    if not 0 < task.rate < float("inf"):
        raise BadInputError(f"--rate {task.rate:g}: give a learning rate above 0")
    check_resolution(task.resolution)
    require(Execution(task.device, task.precision))


def _sample(task: Connect, ends: Ends) -> Sample:
    """The task that measures the plane, as basin sample would be told it."""
    return Sample(
        source=ends.folder,
        out=task.out,
        problem=task.problem,
        centre=str(ends.first.path),
        directions=f"file:{Path(task.out) / DIRECTIONS_FILE}",
        metrics=task.metrics,
        resolution=task.resolution,
        examples=task.examples,
        seed=task.seed,
        tolerance=task.tolerance,
        # On the way from one network to another the statistics of neither are right.
        recalibrate_bn=bool(layers_with_statistics(ends.source.problem.model)),
        device=task.device,
        precision=task.precision,
        trial=task.trial,
    )


def _check_known(folder: Path, about: dict[str, Any]) -> None:
    known = read_description(folder).get(KEY)
    if not isinstance(known, dict):
        raise BadInputError(f"{folder}: holds a landscape that basin connect did not make; choose another --out")
    for name, wanted in about.items():
        if known.get(name) != wanted:
            what = "was made between other networks" if name == "ends" else f"was made with --{name} {known.get(name)}"
            raise BadInputError(f"{folder}: {what}; choose another --out, or remove it")


def _bent(
    task: Connect,
    problem: Problem,
    ends: tuple[Direction, Direction],
    about: dict[str, Any],
    report: Report,
) -> Direction:
    """The trained bend."""
    execution = Execution(task.device, task.precision, chunk=task.batch)
    bending = Bending(task, problem, ends, Minibatches(problem, task.batch, task.seed, execution))
    state, saved = Path(task.out) / STATE_FILE, time.monotonic()
    if state.exists():
        bending.resume(state, about)
    try:
        with bending.training():
            while bending.done < bending.total:
                report("bending the curve", bending.done, bending.total)
                bending.step()
                if time.monotonic() - saved >= SAVE_SECONDS:
                    bending.save(state, about)
                    saved = time.monotonic()
            report("bending the curve", bending.total, bending.total)
    finally:
        if bending.done and bending.finite:
            bending.save(state, about)
    return bending.direction(ends[0])


def _make(
    task: Connect,
    sample: Sample,
    ends: Ends,
    weights: tuple[Direction, Direction, Direction],
    *,
    about: dict[str, Any],
    report: Report,
) -> None:
    """The folder: the plane, both ways over it, and the bend as a file of weights."""
    first, bend, second = weights
    axes, place = connection_axes(first, bend, second)
    problem, plane = ends.source.problem, axes.plane(first)
    metrics = metrics_of(sample, problem)
    loss = f"{metrics[0].partition('_')[0]}_loss"
    wanted = Execution(task.device, task.precision)
    recalibrate = sample.recalibrate_bn
    execution = choose_execution(problem, plane, metrics, wanted, trial=task.trial, recalibrate_bn=recalibrate)
    everything = tuple(dict.fromkeys((*metrics, loss)))
    with PlaneEvaluation(problem, plane, execution, everything, recalibrate_bn=recalibrate) as evaluate:
        ways = measure_ways(evaluate, place, task.points, report)
    folder = Path(task.out)
    write_ways(folder, ways)
    write_tensors(folder / BEND_FILE, bend)
    about = {**about, **described(ends), **describe_ways(ways, place, axes.norms[0])}
    make_survey(
        sample, ends.source, ends.first, axes, ways[CURVE].trajectory(loss),
        others={LINE: ways[LINE].trajectory(loss)}, execution=execution, extra={KEY: about, "paths": [CURVE, LINE]},
    )  # fmt: skip


def connection_axes(first: Direction, bend: Direction, second: Direction) -> tuple[Axes, tuple[float, float]]:
    """δ = B − A, and η orthogonal to it and as long in the plane of the bend; and where in it the bend lies.

    In float64. Raises BadInputError where the three lie on one line.
    """
    delta = {name: second[name].double() - first[name].double() for name in first}
    offset = {name: bend[name].double() - first[name].double() for name in first}
    square = dot(delta, delta)
    if square == 0:
        raise BadInputError("both networks have the same weights; give two different ones")
    alpha = dot(offset, delta) / square
    across = {name: offset[name] - alpha * delta[name] for name in first}
    beta = (dot(across, across) / square) ** 0.5
    if beta < STRAIGHT:
        raise BadInputError("the curve is a straight line still; give more --steps or a higher --rate")
    eta = {name: part / beta for name, part in across.items()}
    typed = [{name: part.to(first[name]) for name, part in axis.items()} for axis in (delta, eta)]
    axes = checked(Axes(KEY, "none", typed[0], typed[1]), "the curve")
    return axes, (alpha, beta)
