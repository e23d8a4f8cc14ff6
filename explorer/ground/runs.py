"""The training runs of a landscape: their names, their paths over its plane, and the colours they are told apart by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from compute.landscape import Landscape, Trajectory
from explorer.looks.theme import Rgb

YELLOW, CYAN = (1.0, 0.87, 0.20), (0.15, 0.90, 0.95)  # start and end of a run that is alone
NEUTRAL = (1.0, 1.0, 1.0)  # the start of several
DIM, LIGHT = 0.72, 0.22  # of its colour, how dark a path of several begins, and how much of white is in its end

# Hues of runs side by side. Found by search: as far as can be from each other as people see them who are red-, green-
# or blue-blind, from white, and from the colours of viridis; bright enough for a dark ground.
PALETTE: tuple[Rgb, ...] = (
    (1.00, 0.73, 0.35),  # apricot
    (0.32, 0.38, 0.98),  # blue
    (0.99, 0.45, 0.64),  # pink
    (0.08, 0.87, 1.00),  # cyan
    (0.74, 0.27, 0.20),  # brick
    (0.44, 0.63, 1.00),  # periwinkle
    (0.70, 0.59, 0.04),  # gold
    (0.61, 0.31, 0.63),  # purple
)


@dataclass(frozen=True, eq=False)
class RunPath:
    """A run and its path over the plane. The path is drawn from ``start`` to ``end``; ``colour`` stands for all of it
    and is that of its last mark."""

    name: str
    path: Trajectory
    colour: Rgb = CYAN
    start: Rgb = YELLOW
    end: Rgb = CYAN


def run_paths(landscape: Landscape) -> tuple[RunPath, ...]:
    """The runs that have a path, the landscape's own first.

    A run alone goes from yellow to cyan. Of several each has a hue, by its place among the names that the landscape
    says it was made for, so that it keeps it when another one arrives.
    """
    names = run_names(landscape)
    paths = [(names[0], landscape.trajectory), *landscape.others.items()]
    known = [(name, path) for name, path in paths if path is not None and len(path)]
    if len(names) == 1:
        return tuple(RunPath(name, path) for name, path in known)
    return tuple(hued(name, path, run_colour(names, name)) for name, path in known)


def run_names(landscape: Landscape) -> list[str]:
    """Names of all runs, also of those without a path: the landscape's own first, then as the landscape lists them."""
    fit = landscape.provenance.get("fit")
    listed = fit.get("runs") if isinstance(fit, dict) else landscape.provenance.get("paths")
    listed = [str(name) for name in listed] if isinstance(listed, list) and listed else [landscape.name]
    return list(dict.fromkeys([*listed, *landscape.others]))


def run_colour(names: Sequence[str], name: str) -> Rgb:
    """The hue of one run of several; beyond eight they come again. That of a run alone is cyan."""
    if len(names) == 1:
        return CYAN
    return PALETTE[(names.index(name) if name in names else len(names)) % len(PALETTE)]


def hued(name: str, path: Trajectory, colour: Rgb) -> RunPath:
    """A path in one hue, lighter towards its end."""
    r, g, b = colour
    light = 1 - LIGHT
    end = (LIGHT + light * r, LIGHT + light * g, LIGHT + light * b)
    return RunPath(name, path, colour, (DIM * r, DIM * g, DIM * b), end)


def runs_until(runs: Iterable[RunPath], step: float | None) -> tuple[RunPath, ...]:
    """The runs as they were at a step, those that had a checkpoint by then; None: as they are now."""
    if step is None:
        return tuple(runs)
    cut = (replace(run, path=path_until(run.path, step)) for run in runs)
    return tuple(run for run in cut if len(run.path))


def path_until(trajectory: Trajectory, step: float) -> Trajectory:
    """The checkpoints up to a step, that one included."""
    kept = trajectory.step <= step
    if kept.all():
        return trajectory
    columns = ("step", "epoch", "alpha", "beta", "residual", "loss", "plane_loss")
    return Trajectory(**{name: getattr(trajectory, name)[kept] for name in columns})


def checkpoint_of(runs: Sequence[RunPath], number: int) -> tuple[RunPath, int] | None:
    """The run and its checkpoint that a number among the checkpoints of all runs, one run after the other, means."""
    for run in runs:
        if 0 <= number < len(run.path):
            return run, number
        number -= len(run.path)
    return None


def number_of(runs: Sequence[RunPath], run: RunPath, index: int) -> int:
    """The number of a checkpoint of one run among those of all."""
    before = runs[: next(k for k, other in enumerate(runs) if other is run)]
    return sum(len(other.path) for other in before) + index


def same_checkpoint(runs: Sequence[RunPath], number: int, others: Sequence[RunPath]) -> int | None:
    """The number that a checkpoint of some runs has among those of others, which may be shorter or longer."""
    found = checkpoint_of(runs, number)
    run = next((other for other in others if found and other.name == found[0].name), None)
    return number_of(others, run, found[1]) if found and run and found[1] < len(run.path) else None


def newest_checkpoint(runs: Sequence[RunPath]) -> int | None:
    """The number of the checkpoint of the highest step of all runs, the first run's if others are as far."""
    ends = [float(run.path.step[-1]) for run in runs]
    if not ends:
        return None
    first = int(np.argmax(ends))
    return number_of(runs, runs[first], len(runs[first].path) - 1)
