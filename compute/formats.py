"""Landscapes and paths from files: one function that finds out what it was given.

a landscape folder      see ``compute.folder``
NAME.ply                a grid of vertices with the loss as property ``s``, see ``compute.ply``
NAME.csv beside it      the path of the training: ``x,y`` per row, one row an epoch, no header
"""

import csv
import math
from dataclasses import fields, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from compute.errors import BadInputError
from compute.folder import DESCRIPTION_FILE, is_landscape_folder, open_folder, read_trajectory
from compute.landscape import MAIN_METRIC, Landscape, Trajectory
from compute.ply import is_ply, read_ply


def read_landscape(path: Path, trajectory: Path | None = None) -> Landscape:
    """Open a landscape folder or a PLY file, with the path of the training from a CSV file if one is given.

    ``provenance["kind"]`` is "landscape" for a folder that does not say otherwise, and "ply" for a PLY. How many data
    examples stand behind the values of a PLY is unknown: ``examples`` is 1 everywhere, which says only "measured". The
    CSV takes the place of the path that a folder holds. Raises BadInputError, one line, for whatever cannot be used.
    """
    try:
        landscape = _read(path)
        return landscape if trajectory is None else replace(landscape, trajectory=read_path(trajectory))
    except OSError as error:
        raise BadInputError(f"{error.filename or path}: cannot be read ({error.strerror or error})") from None


def read_landscapes(path: Path, trajectory: Path | None = None) -> dict[str, Landscape]:
    """By name: what ``read_landscape`` opens, or all landscape folders in a folder, such as the planes of one run."""
    inside = _landscapes_in(path) if path.is_dir() else []
    found = [read_landscape(folder, trajectory) for folder in inside or [path]]
    return {landscape.name: landscape for landscape in found}


def read_path(path: Path) -> Trajectory:
    """The path of a training from a CSV file: ``x,y`` per row and no header, or the columns of ``trajectory.csv``.

    In the first form step and epoch count the rows from 0, and residual and loss are NaN: unknown. Raises BadInputError
    naming the line at fault; OSError when the file cannot be read.
    """
    _check_exists(path)
    if path.is_dir():
        raise BadInputError(f"{path}: is a folder; give a CSV file with x,y per row")
    if _first_line(path) == ",".join(column.name for column in fields(Trajectory)):
        return read_trajectory(path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            points = [_point(path, number, row) for number, row in enumerate(csv.reader(file), 1) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInputError(f"{path}: not a CSV file ({error}); give x,y per row") from None
    if not points:
        raise BadInputError(f"{path}: is empty; give x,y per row, or leave the path away")
    x, y = np.array(points, np.float64).T
    count, unknown = np.arange(len(x), dtype=np.float64), np.full(len(x), np.nan)
    return Trajectory(step=count, epoch=count, alpha=x, beta=y, residual=unknown, loss=unknown)


def _read(path: Path) -> Landscape:
    _check_exists(path)
    if path.is_dir():
        return _read_folder(path)
    if path.name == DESCRIPTION_FILE:
        raise BadInputError(f"{path}: is the description of a landscape; open its folder, {path.parent}")
    if not path.is_file() or not (is_ply(path) or path.suffix.lower() == ".ply"):
        raise BadInputError(f"{path}: not a landscape; give a landscape folder or a PLY file")
    domain, loss = read_ply(path)
    return Landscape(
        name=path.stem,
        domain=domain,
        metrics=MappingProxyType({MAIN_METRIC: loss}),
        examples=np.ones(domain.shape, np.uint32),
        provenance=MappingProxyType({"kind": "ply", "source": path.name}),
    )


def _read_folder(path: Path) -> Landscape:
    if is_landscape_folder(path):
        landscape = open_folder(path)
        provenance = MappingProxyType({"kind": "landscape", **landscape.provenance})
        return replace(landscape, name=path.resolve().name, provenance=provenance)  # "." has no name of its own
    inside = [folder.name for folder in _landscapes_in(path)]
    if inside:
        shown = ", ".join(inside[:5]) + (", …" if len(inside) > 5 else "")
        raise BadInputError(f"{path}: is not a landscape but holds some: {shown}; open one, e.g. {path / inside[0]}")
    raise BadInputError(f"{path}: is not a landscape folder (no {DESCRIPTION_FILE} in it); give one, or a PLY file")


def _landscapes_in(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if is_landscape_folder(entry))


def _check_exists(path: Path) -> None:
    if not path.exists():
        raise BadInputError(f"{path}: no such file or folder; check the spelling")


def _first_line(path: Path) -> str:
    with path.open("rb") as file:
        return file.readline(256).decode("utf-8", "replace").strip()


def _point(path: Path, number: int, row: list[str]) -> tuple[float, float]:
    try:
        x, y = map(float, row)
    except ValueError:
        shown = ",".join(row)[:40]
        raise BadInputError(f"{path}: line {number} is {shown!r}; every row must be two numbers, x,y") from None
    if not (math.isfinite(x) and math.isfinite(y)):
        raise BadInputError(f"{path}: line {number} is {x},{y}; every number must be finite")
    return x, y
