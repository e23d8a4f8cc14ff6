"""Surfaces and their directions as HDF5 files that loss-landscape (Li et al. 2018) reads; see ``compute.formats.hdf5``.

The direction file has a group for each axis, ``xdirection`` and ``ydirection``, with datasets ``0``, ``1``, …: one
for each parameter, in the order in which the model lists them.
"""

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open

from compute.errors import BadInputError
from compute.formats.exchange import columns_of, provenance_text
from compute.formats.hdf5 import NOT_COMPUTED, PER_CENT, PROJECTION, SHARE, X, Y
from compute.formats.hdf5_library import library
from compute.landscape import Floats, Landscape

GROUPS = {"delta": "xdirection", "eta": "ydirection"}  # the axes as directions.safetensors calls them


def surface_bytes(landscape: Landscape, path: Path, directions: str = "") -> bytes:
    """The landscape as the surface file ``path``; ``directions`` is the name of the file with the directions.

    Raises BadInputError when h5py is not installed.
    """
    buffer, rows = io.BytesIO(), 0 if landscape.domain.is_line else slice(None)  # a line has no rows there
    with library(path).File(buffer, "w") as file:
        file["dir_file"] = directions
        file[X] = landscape.domain.alphas
        if not landscape.domain.is_line:
            file[Y] = landscape.domain.betas
        for name, values in _stored(landscape).items():
            file[name] = values[rows]
        file["examples"] = landscape.examples[rows]
        file["basin"] = _description(landscape)
        if landscape.trajectory is not None:
            columns = columns_of(landscape.trajectory)
            for name, values in columns.items():
                file[f"trajectory/{name}"] = values
            for name, key in PROJECTION.items():
                file[key] = columns[name]
    return buffer.getvalue()


def parameter_order(source: Path) -> list[str] | None:
    """Names of the parameters in the order of the model, which a safetensors file does not keep by itself.

    They stand as ``parameters`` in the JSON under ``axes`` in its metadata; None where they do not. Raises
    BadInputError when the file is damaged.
    """
    try:
        with safe_open(source, framework="numpy") as tensors:
            axes = json.loads((tensors.metadata() or {}).get("axes", "{}"))
    except (SafetensorError, OSError, ValueError, RecursionError) as error:
        raise BadInputError(f"{source}: cannot be read ({_reason(error)}); move it away to export without it") from None
    names = axes.get("parameters") if isinstance(axes, Mapping) else None
    return [str(name) for name in names] if isinstance(names, list) and names else None


def direction_bytes(source: Path, path: Path, names: Sequence[str], explained_variance: Sequence[float] = ()) -> bytes:
    """The directions of ``source``, a safetensors file, as the direction file ``path``, in the order of ``names``.

    Raises BadInputError when the source is damaged or lacks one, or h5py is not installed.
    """
    buffer = io.BytesIO()
    try:
        with safe_open(source, framework="numpy") as tensors, library(path).File(buffer, "w") as file:
            axes = {key.partition(".")[0] for key in tensors.keys()}  # noqa: SIM118  not a mapping
            for axis, group in GROUPS.items():
                if axis in axes:
                    for number, name in enumerate(names):
                        file[f"{group}/{number}"] = tensors.get_tensor(f"{axis}.{name}")
            if explained_variance:
                file["explained_variance_ratio_"] = np.array(explained_variance, np.float64)
    except (SafetensorError, TypeError, OSError) as error:  # TypeError: a type of number that numpy has not
        raise BadInputError(f"{source}: cannot be exported ({_reason(error)}); move it away to go on without") from None
    return buffer.getvalue()


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _stored(landscape: Landscape) -> dict[str, Floats]:
    """The metrics as they stand in the file: −1 for what was not computed, and accuracies in per cent as well."""
    metrics = dict(landscape.metrics)
    for name, values in landscape.metrics.items():
        if name.endswith(SHARE):
            with np.errstate(over="ignore"):  # accuracies do not, but whatever is called so
                metrics.setdefault(name.removesuffix(SHARE) + PER_CENT, 100 * values)
    missing = landscape.examples == 0
    return {name: np.where(missing & np.isnan(values), NOT_COMPUTED, values) for name, values in metrics.items()}


def _description(landscape: Landscape) -> str:
    provenance = json.loads(provenance_text(landscape))
    return json.dumps({"metrics": list(landscape.metrics), "beta": landscape.domain.beta[0], "provenance": provenance})
