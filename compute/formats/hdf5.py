"""Surfaces in HDF5 files, in the layout of github.com/tomgoldstein/loss-landscape (Li et al. 2018).

    xcoordinates, ycoordinates   (nx,), (ny,) coordinates, called alpha and beta here; without the second it is a line
    train_loss, test_loss, …     (ny, nx), row = y, column = x, or (nx,): −1 = not computed, NaN = diverged
    train_acc, test_acc          accuracy in per cent; here train_accuracy, test_accuracy, shares of 1
    dir_file                     () name of the file with the directions
    proj_xcoord, proj_ycoord     (points,) the path of the training; that project keeps them in a file of their own

That project allocates (nx, ny) and fills it in the order of (ny, nx), so an array of shape (nx, ny) is read as those
numbers in that order, not transposed.

What Basin writes (``compute.formats.hdf5_export``) has more, which others ignore: ``basin``, JSON with the names of the
metrics, the beta of a line and the provenance; each accuracy also as a share, to the last bit; ``examples``, so that a
loss of −1 is told from a point that was not computed; ``trajectory``, a group with a dataset for each column.

Also read: ``X``, ``Y`` and ``losses``, all (ny, nx), as losscape writes them.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from compute.errors import BadInputError
from compute.formats.exchange import COLUMNS, as_counts, from_file, provenance_from, shown, trajectory_from
from compute.formats.grid import check_size, domain_of_axes
from compute.formats.hdf5_library import is_numeric, library, numbers, shape_of, text
from compute.landscape import MAIN_METRIC, Domain, Floats, Landscape, Trajectory

KIND = "hdf5"
X, Y = AXES = ("xcoordinates", "ycoordinates")
LOSSCAPE = ("X", "Y", "losses")
PROJECTION = {"alpha": "proj_xcoord", "beta": "proj_ycoord"}
TAKEN = (*AXES, *PROJECTION.values(), "dir_file", "examples", "basin", "trajectory", ".")
NOT_COMPUTED = -1.0
PER_CENT, SHARE = "_acc", "_accuracy"
MAX_NAMES = 1000


def read_hdf5(path: Path) -> Landscape:
    """The landscape in an HDF5 file.

    Raises BadInputError when it holds none, is damaged, or h5py is not installed; OSError when it cannot be opened.
    """
    with path.open("rb"):  # says why it cannot be opened more clearly than h5py
        h5py = library(path)
    try:
        with h5py.File(path, "r") as file:
            return _read(path, file)
    except BadInputError:
        raise
    except Exception as error:  # h5py answers damage with any of half a dozen kinds
        reason = " ".join(str(error).split())[:200]
        raise BadInputError(f"{path}: the HDF5 file is damaged or cut short ({reason}); write it again") from None


def _read(path: Path, file: Any) -> Landscape:
    if len(file) > MAX_NAMES:
        raise BadInputError(f"{path}: holds {len(file)} arrays, more than any surface; is it one?")
    if all(name in file for name in LOSSCAPE):
        return _read_losscape(path, file)
    if X not in file:
        what = "directions and no surface" if "xdirection" in file else f"{shown(', '.join(file)) or 'nothing'}"
        raise BadInputError(f"{path}: holds {what}; a surface has {X}, {Y} and {MAIN_METRIC}")
    own = provenance_from(path, text(path, file, "basin")) if "basin" in file else None
    betas = numbers(path, file, Y) if Y in file else np.array([_beta(own or {})])
    domain = domain_of_axes(path, AXES, numbers(path, file, X), betas)
    check_size(path, domain.n_alpha * domain.n_beta, len(file))
    return _read_foreign(path, file, domain) if own is None else _read_own(path, file, domain, own)


def _read_own(path: Path, file: Any, domain: Domain, own: Mapping[str, Any]) -> Landscape:
    examples = as_counts(path, "examples", _grid(path, file, "examples", domain))
    names, provenance = own.get("metrics"), own.get("provenance")
    if not (isinstance(names, list) and names and all(isinstance(name, str) for name in names)):
        raise BadInputError(f"{path}: its description names no metrics; export it again")
    metrics = {name: _grid(path, file, name, domain) for name in names}
    missing = examples == 0
    return from_file(
        path,
        KIND,
        domain,
        {name: np.where(missing & (values == NOT_COMPUTED), np.nan, values) for name, values in metrics.items()},
        examples=examples,
        trajectory=_trajectory(path, file, {name: f"trajectory/{name}" for name in COLUMNS}),
        provenance=provenance if isinstance(provenance, dict) else {},
    )


def _read_foreign(path: Path, file: Any, domain: Domain) -> Landscape:
    shapes = _shapes(domain)
    names = [name for name in file if name not in TAKEN and is_numeric(file, name) and shape_of(file, name) in shapes]
    if not names:
        raise BadInputError(f"{path}: holds no array of shape {domain.shape}; a surface has {MAIN_METRIC} or the like")
    metrics = {}
    for name in names:
        values = _grid(path, file, name, domain)
        if name.endswith((PER_CENT, "_loss")):
            values = np.where(values == NOT_COMPUTED, np.nan, np.where(np.isnan(values), np.inf, values))
        per_cent = name.endswith(PER_CENT)
        metrics[name.removesuffix(PER_CENT) + SHARE if per_cent else name] = values / 100 if per_cent else values
    directions = text(path, file, "dir_file")
    return from_file(
        path,
        KIND,
        domain,
        metrics,
        trajectory=_trajectory(path, file, PROJECTION),
        provenance={"direction file": directions} if directions else {},
    )


def _read_losscape(path: Path, file: Any) -> Landscape:
    x, y, losses = (numbers(path, file, name) for name in LOSSCAPE)
    if x.ndim != 2 or not x.shape == y.shape == losses.shape:
        raise BadInputError(f"{path}: X, Y and losses have shapes {x.shape}, {y.shape}, {losses.shape}, not one")
    domain = domain_of_axes(path, ("a row of X", "a column of Y"), x[0], y[:, 0])
    if (x != x[0]).any() or (y != y[:, :1]).any():
        raise BadInputError(f"{path}: X and Y are no grid; X must be the same in all rows, Y in all columns")
    return from_file(path, KIND, domain, {MAIN_METRIC: np.where(np.isnan(losses), np.inf, losses)})


def _grid(path: Path, file: Any, name: str, domain: Domain) -> Floats:
    """An array in the order of the grid; one of shape (nx, ny) is in that order too, see above."""
    values = numbers(path, file, name)
    if values.shape not in _shapes(domain):
        raise BadInputError(f"{path}: {shown(name)} has shape {values.shape}; the coordinates make {domain.shape}")
    return values.reshape(domain.shape)


def _shapes(domain: Domain) -> set[tuple[int, ...]]:
    return {domain.shape, domain.shape[::-1], *([(domain.n_alpha,)] if domain.is_line else [])}


def _trajectory(path: Path, file: Any, keys: Mapping[str, str]) -> Trajectory | None:
    return trajectory_from(path, {name: numbers(path, file, key) for name, key in keys.items() if key in file})


def _beta(own: Mapping[str, Any]) -> float:
    """Where a line lies: 0, unless the file says otherwise."""
    beta = own.get("beta", 0.0)
    return float(beta) if isinstance(beta, int | float) else 0.0
