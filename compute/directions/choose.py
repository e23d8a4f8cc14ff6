"""The directions that a user chose."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from compute.directions.axes import Axes, checked, paired
from compute.directions.between import between_axes
from compute.directions.choice import DirectionChoice
from compute.directions.gaussian import random_axes, random_axis, random_details
from compute.directions.gradient import gradient_axis
from compute.directions.hessian import hessian_axes
from compute.directions.pca import pca_axes
from compute.directions.stored import read_axes
from compute.errors import BadInputError
from compute.plane import Direction
from compute.problem import Problem
from compute.weights.fitting import Checkpoint, StoredWeights, last_checkpoint, stored_weights

ENDS = {"first": 0, "last": -1}  # of the path, by name
SHOWN = 8  # steps in a message

Report = Callable[[str, int, int | None], None]


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What directions are made from. ``theta_star`` are the weights of the centre, a copy; for "between" those of A.

    ``checkpoints`` is the path, needed by "pca" and where "between" names steps; ``problem`` is needed by "hessian" and
    "gradient". ``report`` is told (what, done, total), total None where nobody knows it.
    """

    theta_star: Direction
    checkpoints: Sequence[Checkpoint] = ()
    problem: Problem | None = None
    report: Report = field(default=lambda what, done, total: None)


def choose_axes(choice: DirectionChoice, around: Surroundings) -> Axes:
    """The directions of a choice. Raises BadInputError, naming the option or the file, when there are none such."""
    return checked(_axes(choice, around), f"--directions {choice.kind}")


def ends(choice: DirectionChoice, checkpoints: Sequence[Checkpoint]) -> list[Checkpoint]:
    """The checkpoints of "between", of which the first belongs in the centre; for other kinds none.

    Each is a file, a run or folder, whose last one it is, or else a step of the path. Raises BadInputError where it is
    none of these.
    """
    return [_end(text, choice, checkpoints) for text in choice.ends] if choice.kinds == ("between",) else []


def _axes(choice: DirectionChoice, around: Surroundings) -> Axes:
    match choice.kinds:
        case ("between",):
            _, *others = ends(choice, around.checkpoints)
            return between_axes(around.theta_star, [_stored(end, around) for end in others])
        case ("file",):
            axes = read_axes(choice.file, around.theta_star)
            return replace(axes, eta=None) if choice.line else axes
        case ("gradient",) if not choice.line:
            return paired(_of_kind("gradient", choice, around, True), _second_random(choice, around))
        case (kind,):
            return _of_kind(kind, choice, around, choice.line)
        case (kind, "random"):
            return paired(_of_kind(kind, choice, around, True), _second_random(choice, around))
        case kinds:
            first, second = (_of_kind(kind, choice, around, True) for kind in kinds)
            return paired(first, second)


def _of_kind(kind: str, choice: DirectionChoice, around: Surroundings, line: bool) -> Axes:
    theta_star, report = around.theta_star, around.report
    match kind:
        case "random":
            return random_axes(theta_star, choice.seed, choice.normalisation, choice.include, line)
        case "pca":
            path = [_stored(checkpoint, around) for checkpoint in around.checkpoints]
            return pca_axes(path, theta_star, line, partial(report, "principal components"))
        case "hessian":
            return hessian_axes(
                _problem(kind, around),
                theta_star,
                which=choice.which,
                seed=choice.seed,
                line=line,
                report=lambda products: report("products with the Hessian", products, None),
            )
        case _:
            return gradient_axis(_problem(kind, around), theta_star)


def _second_random(choice: DirectionChoice, around: Surroundings) -> Axes:
    """A random line along what would be the second of two random directions."""
    eta = random_axis(around.theta_star, choice.seed, 1, choice.normalisation, choice.include)
    details = random_details(around.theta_star, choice.seed, choice.include)
    return Axes("random", choice.normalisation, eta, None, details=details)


def _problem(kind: str, around: Surroundings) -> Problem:
    if around.problem is None:
        raise BadInputError(f"--directions {kind}: takes the derivatives of a loss, so it needs a model and data")
    return around.problem


def _stored(checkpoint: Checkpoint, around: Surroundings) -> StoredWeights:
    shapes = {name: tuple(x.shape) for name, x in around.theta_star.items()}
    return stored_weights(checkpoint.path, shapes, around.problem.model if around.problem else None)


def _end(text: str, choice: DirectionChoice, checkpoints: Sequence[Checkpoint]) -> Checkpoint:
    path = Path(text)
    if path.is_file():
        return Checkpoint(path, 0)
    if path.is_dir():
        return last_checkpoint(path)
    if checkpoints and text in ENDS:
        return checkpoints[ENDS[text]]
    for checkpoint in checkpoints:
        if text.isdecimal() and checkpoint.step == int(text):
            return checkpoint
    steps = ", ".join(str(checkpoint.step) for checkpoint in checkpoints[:SHOWN])
    more = ", …" if len(checkpoints) > SHOWN else ""
    raise BadInputError(
        f"--directions {choice.kind}: {text} is neither a file, nor a run, nor the step of a checkpoint; "
        f"there are first, last{f', {steps}{more}' if steps else ''}"
    )
