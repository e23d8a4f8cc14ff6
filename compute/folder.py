"""The landscape folder: both the file format and the memory that the processes share.

Plain ``.npy`` arrays that the worker maps for writing and all others for reading. A value is written before its
``examples`` count, so a cell with a count is always complete, whenever the writer is killed.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from compute.atomic import write_atomically
from compute.errors import BadInputError
from compute.landscape import Counts, Domain, Floats, Landscape, Trajectory
from compute.trajectory_file import read_trajectory, write_trajectory

FORMAT = 1
DESCRIPTION_FILE = "landscape.json"
EXAMPLES_FILE = "examples.npy"
TRAJECTORY_FILE = "trajectory.csv"
PATHS_FOLDER = "paths"  # of further runs over the same plane: NAME.csv, each like TRAJECTORY_FILE
DIRECTIONS_FILE = "directions.safetensors"  # written and read by the method half
STRUCTURE = ("format", "domain", "resolution", "metrics")  # keys that say how to read the arrays


class LandscapeWriter:
    """The only writer of a landscape folder; opening an existing folder resumes it.

    Raises BadInputError as ``open_folder`` does.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        description = read_description(folder)
        self.domain = _domain(folder, description)
        self._metrics = {
            name: _map_array(folder / f"{name}.npy", self.domain, np.float64, "r+") for name in description["metrics"]
        }
        self._examples = _map_array(folder / EXAMPLES_FILE, self.domain, np.uint32, "r+")

    @property
    def examples(self) -> Counts:
        """(n_beta, n_alpha) counts; 0 = still to be measured."""
        return self._examples

    def value(self, metric: str, row: int, column: int) -> float:
        """The value recorded at one grid point."""
        return float(self._metrics[metric][row, column])

    def record(self, row: int, column: int, values: Mapping[str, float], examples: int) -> None:
        """Store the values of one grid point, then the count that makes them valid. NaN becomes +inf: diverged."""
        for name, value in values.items():
            self._metrics[name][row, column] = math.inf if math.isnan(value) else value
        self._examples[row, column] = examples

    def flush(self) -> None:
        """Hand everything recorded to the file system (the page cache already survives a killed process)."""
        for array in (*self._metrics.values(), self._examples):
            cast("np.memmap[Any, Any]", array).flush()

    def close(self) -> None:
        """Let go of the files; of what is there ``examples`` stays. Whoever got that before keeps its file open."""
        self._metrics.clear()
        self._examples = np.array(self._examples)


def create_folder(
    folder: Path,
    domain: Domain,
    metrics: tuple[str, ...],
    provenance: Mapping[str, Any],
    trajectory: Trajectory | None = None,
    *,
    others: Mapping[str, Trajectory] = MappingProxyType({}),
) -> None:
    """Make an empty landscape folder; its description is written last, so a folder without one is no landscape.

    ``trajectory`` is the path over the plane, ``others`` are those of further runs by name.
    Raises BadInputError when the folder holds a landscape already, ValueError for a metric that cannot be a file name
    beside the others.
    """
    _check_metrics(metrics)
    if is_landscape_folder(folder):
        raise BadInputError(f"{folder}: holds a landscape already; resume it, remove it, or choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    for name in metrics:
        _save_array(folder / f"{name}.npy", np.full(domain.shape, np.nan))
    _save_array(folder / EXAMPLES_FILE, np.zeros(domain.shape, np.uint32))
    if trajectory is not None:
        write_trajectory(folder / TRAJECTORY_FILE, trajectory)
    for name, path in others.items():
        (folder / PATHS_FOLDER).mkdir(exist_ok=True)
        write_trajectory(folder / PATHS_FOLDER / f"{name}.csv", path)
    description = {
        **provenance,
        "format": FORMAT,
        "domain": {"alpha": list(domain.alpha), "beta": list(domain.beta)},
        "resolution": list(domain.shape),
        "metrics": list(metrics),
    }
    _write_description(folder, description)


def add_arrays(folder: Path, domain: Domain, names: tuple[str, ...]) -> None:
    """Empty arrays of maps, in place of any of the same names; to be named in the description afterwards.

    Raises ValueError for one that would be another file's, BadInputError as ``open_folder`` does.
    """
    taken = tuple(read_description(folder)["metrics"])
    _check_metrics((*taken, *names))
    for name in names:
        _save_array(folder / f"{name}.npy", np.full(domain.shape, np.nan))


def map_for_writing(folder: Path, domain: Domain, name: str) -> Floats:
    """One array of a folder, shared with its readers. Raises BadInputError as ``open_folder`` does."""
    return _map_array(folder / f"{name}.npy", domain, np.float64, "r+")


def folder_of(landscape: Landscape) -> Path | None:
    """The folder whose arrays a landscape has mapped into memory; None for one from elsewhere."""
    counts = landscape.examples
    return Path(counts.filename).parent if isinstance(counts, np.memmap) and counts.filename else None


def update_description(folder: Path, extra: Mapping[str, Any]) -> None:
    """Put ``extra`` into the description, in place of entries of the same names; readers see the old one or the new.

    Raises BadInputError as ``open_folder`` does, ValueError for an entry that says how to read the arrays.
    """
    if fixed := [key for key in STRUCTURE if key in extra]:
        raise ValueError(f"{', '.join(fixed)} cannot change: the arrays are stored by it")
    _write_description(folder, {**read_description(folder), **extra})


def is_landscape_folder(folder: Path) -> bool:
    """Whether the folder holds a landscape, finished or not."""
    return (folder / DESCRIPTION_FILE).is_file()


def check_vacant(folder: Path, *also: str) -> None:
    """Whether a landscape may be made in a folder: it is not there, or holds nothing but what the making leaves behind
    when it is broken off, of which ``also`` are further files. Raises BadInputError, naming what is there."""
    if folder.exists() and not folder.is_dir():
        raise BadInputError(f"{folder}: is a file; choose another --out")
    left = {EXAMPLES_FILE, TRAJECTORY_FILE, PATHS_FOLDER, DIRECTIONS_FILE, *also}
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    foreign = [name for name in names if name not in left and name[0] != "." and not name.endswith(".npy")]
    if foreign:
        raise BadInputError(f"{folder}: holds {foreign[0]} and is no landscape; choose another --out")


def open_folder(folder: Path) -> Landscape:
    """Map a landscape folder for reading; values that another process adds later appear in the arrays.

    Raises BadInputError when the folder is not a landscape, damaged, or written by a newer version.
    """
    description = read_description(folder)
    domain = _domain(folder, description)
    trajectory_file = folder / TRAJECTORY_FILE
    names = (*description["metrics"], *_map_names(folder, description))
    return Landscape(
        name=folder.name,
        domain=domain,
        metrics=MappingProxyType({name: _map_array(folder / f"{name}.npy", domain, np.float64) for name in names}),
        examples=_map_array(folder / EXAMPLES_FILE, domain, np.uint32),
        trajectory=read_trajectory(trajectory_file) if trajectory_file.exists() else None,
        provenance=MappingProxyType({key: value for key, value in description.items() if key not in STRUCTURE[1:]}),
        others=MappingProxyType(_further_paths(folder)),
    )


def _map_names(folder: Path, description: Mapping[str, Any]) -> list[str]:
    maps = description.get("maps", {})
    if not isinstance(maps, dict) or any(Path(name).name != name for name in maps):
        raise BadInputError(f"{folder / DESCRIPTION_FILE}: maps are not named as files; remove that entry")
    return [name for name in maps if name not in description["metrics"]]


def _further_paths(folder: Path) -> dict[str, Trajectory]:
    files = sorted((folder / PATHS_FOLDER).glob("*.csv"))
    return {file.stem: read_trajectory(file) for file in files if not file.name.startswith(".")}


def _save_array(path: Path, array: NDArray[Any]) -> None:
    write_atomically(path, lambda file: np.save(file, array, allow_pickle=False))


def _map_array(path: Path, domain: Domain, dtype: type[np.generic], mode: Literal["r", "r+"] = "r") -> NDArray[Any]:
    try:
        with np.errstate(over="ignore"):  # an absurd shape is refused, not warned about
            array = np.lib.format.open_memmap(path, mode="r")  # not np.load, which would also take a zip or a pickle
            if mode == "r+":  # only now: it would lengthen a file that is cut off, with zeros for losses
                array = np.lib.format.open_memmap(path, mode=mode)
    except FileNotFoundError:
        raise BadInputError(f"{path}: missing; the landscape folder is incomplete, sample it again") from None
    except Exception as error:  # numpy reads the header as Python: a damaged one raises any of half a dozen kinds
        reason = str(error).partition("\n")[0]
        raise BadInputError(f"{path}: not a readable .npy array ({reason}); sample it again") from None
    if array.shape != domain.shape or array.dtype != dtype:
        raise BadInputError(
            f"{path}: holds {array.dtype} {array.shape}, {DESCRIPTION_FILE} says {np.dtype(dtype)} {domain.shape}"
        )
    return cast("NDArray[Any]", array)


def _check_metrics(metrics: tuple[str, ...]) -> None:
    for name in metrics:
        if not name or Path(name).name != name or f"{name}.npy".casefold() == EXAMPLES_FILE:
            raise ValueError(f"{name!r} cannot be the name of a metric: its file would be another's")
    if len({name.casefold() for name in metrics}) < len(metrics):
        raise ValueError(f"two of the metrics {', '.join(metrics)} share a name")


def _write_description(folder: Path, description: Mapping[str, Any]) -> None:
    text = json.dumps(description, indent=2).encode() + b"\n"
    write_atomically(folder / DESCRIPTION_FILE, lambda file: file.write(text))


def read_description(folder: Path) -> dict[str, Any]:
    """What landscape.json says, without the arrays. Raises BadInputError as ``open_folder`` does."""
    path = folder / DESCRIPTION_FILE
    try:
        description = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInputError(f"{folder}: no {DESCRIPTION_FILE} in it, so it is not a landscape folder") from None
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"{path}: not valid JSON ({error})") from None
    version = description.get("format") if isinstance(description, dict) else None
    if not isinstance(version, int):
        raise BadInputError(f"{path}: has no format number, so it is not a Basin landscape")
    if version > FORMAT:
        raise BadInputError(f"{path}: format {version} is newer than this Basin reads ({FORMAT}); upgrade loss-basin")
    return cast("dict[str, Any]", description)


def _domain(folder: Path, description: Mapping[str, Any]) -> Domain:
    try:
        n_beta, n_alpha = (int(n) for n in description["resolution"])
        alpha, beta = ((float(low), float(high)) for low, high in map(description["domain"].get, ("alpha", "beta")))
        metrics = description["metrics"]
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise BadInputError(
            f"{folder / DESCRIPTION_FILE}: domain, resolution or metrics missing or malformed ({error})"
        ) from None
    named = isinstance(metrics, list) and all(isinstance(m, str) and Path(m).name == m for m in metrics)
    if not (named and metrics and _is_axis(*alpha, n_alpha) and (_is_axis(*beta, n_beta) or _is_one(*beta, n_beta))):
        raise BadInputError(
            f"{folder / DESCRIPTION_FILE}: needs two points per axis (or one beta, for a line), rising ranges, a metric"
        )
    return Domain(alpha, beta, n_alpha, n_beta)


def _is_axis(low: float, high: float, points: int) -> bool:
    return points >= 2 and low < high and math.isfinite(high - low)


def _is_one(low: float, high: float, points: int) -> bool:
    return points == 1 and low == high and math.isfinite(low)
