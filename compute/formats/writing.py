"""Landscapes into files for other programs; the extension says which.

Written is what is measured, as it is now: a landscape may still be filling. A second file stands beside the first for
what its format has no place for, the path of the training or the directions; both are there whole, or neither is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import IO

import numpy as np

from compute import trajectory_file
from compute.atomic import write_atomically
from compute.errors import BadInputError
from compute.folder import DIRECTIONS_FILE, folder_of
from compute.formats import hdf5, npz, ply, table, vtp
from compute.formats.exchange import for_file
from compute.formats.hdf5_export import direction_bytes, parameter_order, surface_bytes
from compute.formats.obj import obj_bytes
from compute.landscape import Domain, Floats, Landscape
from compute.levels import finest_complete_stride

EXPORTS: Mapping[str, str] = MappingProxyType(
    {
        ".ply": "grid of vertices with the loss as property s, as sv_term_project reads it; one metric",
        ".vtp": "VTK PolyData for ParaView",
        ".h5": "HDF5 as loss-landscape (Li et al. 2018) reads it",
        ".npz": "arrays for numpy.load",
        ".csv": "table, one row a grid point",
        ".obj": "mesh whose height is the metric; one metric",
    }
)
SMALLEST = 3  # points per axis of a level that is exported in place of the whole grid


@dataclass(frozen=True)
class Exported:
    """The files that were written, the one asked for first, and what there is to say about them."""

    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Order:
    """What is to be written where; ``metric`` as it was asked for."""

    landscape: Landscape
    path: Path
    metric: str | None
    log_height: bool

    @property
    def single(self) -> str:
        """The one metric of a format that has place for one, and the main one of all others."""
        return self.metric or self.landscape.main_name

    def beside(self, ending: str) -> Path:
        """The second file."""
        return self.path.with_name(f"{self.path.stem}_{ending}")

    def content(self, taken: Sequence[str] = ()) -> Landscape:
        """What goes into the file, see ``for_file``."""
        return for_file(self.landscape, self.path, self.metric, taken)


Parts = dict[Path, bytes]


def export(landscape: Landscape, path: Path, metric: str | None = None, *, log_height: bool = False) -> Exported:
    """Write a landscape into a file, with one metric, or all that the format has place for.

    HDF5 keeps the directions of a landscape folder beside the surface; ``log_height`` makes the height of an OBJ the
    decimal logarithm. Raises BadInputError when the landscape cannot be written so, OSError when the disk is full or
    the folder not writable; nothing is left behind then, and files that were there stay.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise BadInputError(f"{path}: unknown extension {path.suffix!r}; choose {', '.join(EXPORTS)}")
    if not path.parent.is_dir():
        raise BadInputError(f"{path}: its folder does not exist; make {path.parent} first")
    parts, notes = write(_Order(landscape, path, metric, log_height))
    if folders := [file for file in parts if file.is_dir()]:
        raise BadInputError(f"{folders[0]}: is a folder, where a file is to be written; choose another name")
    _write_together(list(parts.items()))
    return Exported(tuple(parts), notes)


def _write_together(parts: Sequence[tuple[Path, bytes]]) -> None:
    """Write files so that, on any error, none of them is new: each is moved to its place once all have their bytes."""
    if not parts:
        return
    (path, content), *others = parts

    def write(file: IO[bytes]) -> None:
        file.write(content)
        file.flush()
        _write_together(others)

    write_atomically(path, write)


def _ply(order: _Order) -> tuple[Parts, tuple[str, ...]]:
    content = for_file(order.landscape, order.path, order.single)
    domain, values, note = _complete(order.path, content, content.metrics[order.single])
    parts = {order.path: ply.ply_bytes(domain, values)}
    if content.trajectory:
        parts[order.beside(ply.PATH_ENDING)] = ply.path_bytes(content.trajectory)
    return parts, note


def _complete(path: Path, landscape: Landscape, values: Floats) -> tuple[Domain, Floats, tuple[str, ...]]:
    """The finest nested level with a number at every point."""
    domain = landscape.domain
    if domain.is_line:
        raise BadInputError(f"{path}: PLY holds surfaces and this is a line; choose .csv, .npz, .vtp or .h5")
    stride = finest_complete_stride(np.isfinite(values), SMALLEST)
    if stride is None:
        missing, diverged = np.count_nonzero(np.isnan(values)), np.count_nonzero(np.isinf(values))
        raise BadInputError(
            f"{path}: of {values.size} points {missing} are not measured and {diverged} diverged, for which PLY has no "
            "place; choose .vtp, .obj or .npz"
        )
    level = values[::stride, ::stride]
    note = f"{level.shape[1]} x {level.shape[0]} points, the finest level with a number at every point"
    domain = replace(domain, n_alpha=level.shape[1], n_beta=level.shape[0])
    return domain, level, (note,) if stride > 1 else ()


def _vtp(order: _Order) -> tuple[Parts, tuple[str, ...]]:
    content = order.content(vtp.TAKEN)
    parts = {order.path: vtp.vtp_bytes(content, order.single)}
    if content.trajectory:
        parts[order.beside("path.vtp")] = vtp.trajectory_bytes(content.trajectory)
    return parts, ()


def _hdf5(order: _Order) -> tuple[Parts, tuple[str, ...]]:
    content, beside = order.content(hdf5.TAKEN), order.beside("directions.h5")
    folder = folder_of(order.landscape)
    directions = folder / DIRECTIONS_FILE if folder and (folder / DIRECTIONS_FILE).is_file() else None
    names = parameter_order(directions) if directions else None
    parts = {order.path: surface_bytes(content, order.path, beside.name if names else "")}
    if directions and names:
        parts[beside] = direction_bytes(directions, beside, names, _variance(content))
    if directions and not names:
        return parts, (f"without the directions: {directions} does not tell the order of the parameters",)
    return parts, ()


def _variance(landscape: Landscape) -> list[float]:
    shares = landscape.provenance.get("explained_variance")
    known = shares if isinstance(shares, list | tuple) else ()
    return [float(share) for share in known] if all(isinstance(share, float | int) for share in known) else []


def _npz(order: _Order) -> tuple[Parts, tuple[str, ...]]:
    return {order.path: npz.npz_bytes(order.content(npz.TAKEN))}, ()


def _csv(order: _Order) -> tuple[Parts, tuple[str, ...]]:
    content = order.content(table.TAKEN)
    parts = {order.path: table.table_bytes(content)}
    if content.trajectory:
        parts[order.beside("path.csv")] = trajectory_file.trajectory_bytes(content.trajectory)
    return parts, ()


def _obj(order: _Order) -> tuple[Parts, tuple[str, ...]]:
    content = for_file(order.landscape, order.path, order.single)
    return {order.path: obj_bytes(content, order.single, order.log_height)}, ()


_WRITERS: Mapping[str, Callable[[_Order], tuple[Parts, tuple[str, ...]]]] = {
    ".ply": _ply,
    ".vtp": _vtp,
    ".h5": _hdf5,
    ".hdf5": _hdf5,
    ".npz": _npz,
    ".csv": _csv,
    ".obj": _obj,
}
