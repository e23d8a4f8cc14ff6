"""The planes that were fitted to a training one after the other: the live folder as it is read.

OUT/live.json, OUT/fit-0001/, OUT/fit-0002/, …: each fit is a landscape folder whose description says under "fit" to
what part of the path the plane was fitted. A fit is in force from the last step that it was fitted to, until the next.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compute.errors import BadInputError
from compute.folder import open_folder, read_description
from compute.landscape import Landscape
from compute.live.layout import LIVE_FILE, fit_number, run_names
from compute.surveying.whereabouts import found_source

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
    """Trainings, called as the worker calls them."""
    return tuple(Run(name, Path(source)) for name, source in zip(run_names(sources), sources, strict=True))


class Fits:
    """The fits of a live folder, in order; ``look`` takes in new ones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found: tuple[Fit, ...] = ()

    def look(self) -> bool:
        """Whether there are others than at the last look; costs one listing of the folder."""
        known = {fit.folder.name: fit for fit in self.found}
        numbered = [(fit_number(path.name), path) for path in self.folder.glob("*")]
        ordered = sorted((number, path) for number, path in numbered if number is not None)
        found = [known.get(path.name) or _fit(number, path) for number, path in ordered]
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


def _fit(number: int, folder: Path) -> Fit | None:
    """None for a folder that is not whole yet; its description alone is read."""
    try:
        known: Any = read_description(folder).get("fit")
    except (BadInputError, OSError):
        return None
    if not isinstance(known, Mapping) or not isinstance(known.get("last_step"), int | float):
        return None
    return Fit(number, folder, float(known["last_step"]))
