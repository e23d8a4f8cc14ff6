"""Landscapes and paths from files: one function that finds out what it was given.

a landscape folder      see ``compute.folder``
a file                  what its first bytes or its extension say: see ``ply``, ``hdf5``, ``npz``, ``vtp``, ``table``
the path of a training  a CSV file: ``x,y`` per row, one row an epoch, no header; or the columns of ``trajectory.csv``
"""

import csv
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from compute.errors import BadInputError
from compute.folder import DESCRIPTION_FILE, is_landscape_folder, open_folder
from compute.formats import ply
from compute.formats.exchange import from_file
from compute.formats.hdf5 import read_hdf5
from compute.formats.npz import read_npz
from compute.formats.table import read_table
from compute.formats.vtp import read_vtp
from compute.landscape import MAIN_METRIC, Landscape, Trajectory
from compute.trajectory_file import is_trajectory, read_trajectory


def read_landscape(path: Path, trajectory: Path | None = None) -> Landscape:
    """Open a landscape folder or a file, with the path of the training from a CSV file if one is given.

    ``provenance["kind"]`` is "landscape" for a folder that does not say otherwise, and for a file what it is: "ply",
    "hdf5", "npz", "vtp", "csv". Where a file does not tell how many data examples stand behind its values, ``examples``
    is 1 where there is one, which says only "measured". The CSV takes the place of the path that the landscape holds.
    Raises BadInputError, one line, for whatever cannot be used.
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
    if is_trajectory(_first_line(path)):
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
    reader = _reader(path) if path.is_file() else None
    if reader is None:
        raise BadInputError(f"{path}: not a landscape; give a folder or a file that is one: {', '.join(_EXTENSIONS)}")
    return reader(path)


def _reader(path: Path) -> Callable[[Path], Landscape] | None:
    """What reads the file: its first bytes decide, and where they say nothing its extension."""
    with path.open("rb") as file:
        head = file.read(8)
    return next(
        (read for magic, read in _MAGIC.items() if head.startswith(magic)), _EXTENSIONS.get(path.suffix.lower())
    )


def _read_ply(path: Path) -> Landscape:
    domain, loss = ply.read_ply(path)
    return from_file(path, ply.KIND, domain, {MAIN_METRIC: loss})


def _read_folder(path: Path) -> Landscape:
    if is_landscape_folder(path):
        landscape = open_folder(path)
        provenance = MappingProxyType({"kind": "landscape", **landscape.provenance})
        return replace(landscape, name=path.resolve().name, provenance=provenance)  # "." has no name of its own
    inside = [folder.name for folder in _landscapes_in(path)]
    if inside:
        shown = ", ".join(inside[:5]) + (", …" if len(inside) > 5 else "")
        raise BadInputError(f"{path}: is not a landscape but holds some: {shown}; open one, e.g. {path / inside[0]}")
    deeper = [folder for entry in sorted(path.iterdir()) if entry.is_dir() for folder in _landscapes_in(entry)]
    if deeper:
        raise BadInputError(f"{path}: is not a landscape; {deeper[0].parent} holds some: open one, e.g. {deeper[-1]}")
    raise BadInputError(f"{path}: is not a landscape folder (no {DESCRIPTION_FILE} in it); give one, or a file")


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


_EXTENSIONS: Mapping[str, Callable[[Path], Landscape]] = {
    ".ply": _read_ply,
    ".h5": read_hdf5,
    ".hdf5": read_hdf5,
    ".npz": read_npz,
    ".vtp": read_vtp,
    ".csv": read_table,
}
_MAGIC: Mapping[bytes, Callable[[Path], Landscape]] = {
    b"ply\n": _read_ply,
    b"ply\r": _read_ply,
    b"\x89HDF\r\n\x1a\n": read_hdf5,
    b"PK\x03\x04": read_npz,
    b"<VTKFile": read_vtp,
    b"<?xml": read_vtp,
}
