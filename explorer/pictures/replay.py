"""A time lapse of a training: the path grows, on the plane that was in force at the time."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from compute.errors import BadInputError
from compute.landscape import Landscape, Trajectory
from compute.levels import first_points
from explorer.ground.fits import Fits, open_fit, runs_of
from explorer.ground.runs import run_paths
from explorer.ground.scene import suited
from explorer.looks.view import View
from explorer.pictures.instants import Flight, Instant, Take, shares
from explorer.pictures.lasting import with_one_scale
from explorer.pictures.telling import counted

GROWING = 0.88  # of the film: after that the whole path is there
TURN = 70.0  # degrees that the camera turns, to end in the view


@dataclass(frozen=True, eq=False)
class Chapter:
    """A plane, and the step from which it is in force."""

    landscape: Landscape
    step: float


def chapters_of(folder: Path) -> list[Chapter]:
    """The planes of a live folder that there is something to be seen of.

    Raises BadInputError, naming the folder, where there is none, or as ``runs_of`` and ``open_fit`` do.
    """
    name = " and ".join(run.name for run in runs_of(folder))
    fits = Fits(folder)
    fits.look()
    opened = [Chapter(open_fit(fit, name), fit.step) for fit in fits.found]
    begun = [one for one in opened if one.landscape.measured >= first_points(one.landscape.domain.shape)]
    if not begun:
        raise BadInputError(f"{folder}: no plane of this training is measured yet; wait for the first one")
    return begun


def training(landscape: Landscape, view: View, take: Take) -> Iterator[Instant]:
    """The path over one landscape grows with the steps. Raises BadInputError where it has none."""
    return _replayed([Chapter(landscape, 0.0)], view, take)


def training_over(chapters: Sequence[Chapter]) -> Flight:
    """The same over several planes, one after the other."""
    return lambda landscape, view, take: _replayed(chapters, view, take)


def _replayed(chapters: Sequence[Chapter], view: View, take: Take) -> Iterator[Instant]:
    paths = [run.path for chapter in chapters for run in run_paths(chapter.landscape)]
    if not paths:
        raise BadInputError(f"{chapters[0].landscape.name}: has no training path; give one with --path")
    first, last = min(float(path.step[0]) for path in paths), max(float(path.step[-1]) for path in paths)
    landscapes = [chapter.landscape for chapter in chapters]
    seen = with_one_scale(suited(view, landscapes[0].domain), landscapes)
    turn = 0.0 if landscapes[0].domain.is_line else TURN
    for share in shares(take):
        moment = first + min(share / GROWING, 1.0) * (last - first)
        landscape = landscapes[max(bisect_right([chapter.step for chapter in chapters], moment) - 1, 0)]
        path = _first_path(landscape) or paths[0]
        number = int(np.searchsorted(path.step, moment + 1e-9, side="right")) - 1
        camera = replace(seen.camera, azimuth=seen.camera.azimuth - turn * (1 - share))
        said = counted(path, number) if number >= 0 else ()
        yield Instant(landscape, replace(seen, camera=camera), moment, said=said)


def _first_path(landscape: Landscape) -> Trajectory | None:
    """That of the run which the counter is about."""
    runs = run_paths(landscape)
    return runs[0].path if runs else None
