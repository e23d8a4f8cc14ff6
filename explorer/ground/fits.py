"""The planes that were fitted to a training one after the other: the live folder as it is read.

OUT/live.json, OUT/fit-0001/, OUT/fit-0002/, …: each fit is a landscape folder whose description says under "fit" to
what part of the path the plane was fitted. A fit is in force from the last step that it was fitted to, until the next.
"""

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compute.errors import BadInputError
from compute.folder import is_landscape_folder, open_folder
from compute.landscape import Landscape
from compute.surveying.whereabouts import found_source

LIVE_FILE = "live.json"
FIT = "fit-"
MAX_BYTES = 2**22


@dataclass(frozen=True, eq=False)
class Fit:
    """One plane: its number, its folder, and the step from which it is in force."""

    number: int
    folder: Path
    step: float


@dataclass(frozen=True)
class Run:
    """A training that is followed: its name, and its folder."""

    name: str
    source: Path


def is_live_folder(folder: Path) -> bool:
    """Whether a folder holds the fits of trainings that are or were followed."""
    return (folder / LIVE_FILE).is_file()


def runs_of(folder: Path) -> tuple[Run, ...]:
    """The trainings of a live folder. Raises BadInputError, naming the file, where it is damaged."""
    path = folder / LIVE_FILE
    try:
        with path.open("rb") as file:
            runs = json.loads(file.read(MAX_BYTES))["runs"]
        return tuple(Run(str(run["name"]), found_source(run, folder) or Path(run["source"])) for run in runs)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInputError(f"{path}: is not the description of a live folder ({error})") from None


def named_runs(sources: Sequence[str]) -> tuple[Run, ...]:
    """Trainings called after their folders; two of one name by a number, too."""
    runs: list[Run] = []
    for source in map(Path, sources):
        stem, taken = source.resolve().name, {run.name for run in runs}
        names = itertools.chain([stem], (f"{stem} {k}" for k in itertools.count(2)))
        runs.append(Run(next(name for name in names if name not in taken), source))
    return tuple(runs)


class Fits:
    """The fits of a live folder, in order; ``look`` takes in new ones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found: tuple[Fit, ...] = ()

    def look(self) -> bool:
        """Whether there are others than at the last look; costs one listing of the folder."""
        names = sorted(path.name for path in self.folder.glob(f"{FIT}*") if path.name[len(FIT) :].isdigit())
        known = {fit.folder.name: fit for fit in self.found}
        found = [known.get(name) or _fit(self.folder / name) for name in names]
        now = tuple(fit for fit in found if fit is not None)
        changed = [fit.folder for fit in now] != [fit.folder for fit in self.found]
        self.found = now
        return changed

    def at(self, moment: float | None) -> int | None:
        """Which fit is in force at a step, None: at the end; its place in ``found``. The first before its own step."""
        if not self.found:
            return None
        later = [k for k, fit in enumerate(self.found) if moment is None or fit.step <= moment]
        return later[-1] if later else 0


def open_fit(fit: Fit, name: str) -> Landscape:
    """The landscape of a fit, under the name of what is followed. Raises BadInputError as ``open_folder``."""

    return replace(open_folder(fit.folder), name=name)


def _fit(folder: Path) -> Fit | None:
    """None for a folder that is not whole yet."""
    if not is_landscape_folder(folder):
        return None
    try:
        known: Any = open_folder(folder).provenance.get("fit")
    except (BadInputError, OSError):
        return None
    if not isinstance(known, Mapping) or not isinstance(known.get("last_step"), int | float):
        return None
    return Fit(int(folder.name[len(FIT) :]), folder, float(known["last_step"]))
