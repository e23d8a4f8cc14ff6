"""What all formats share: the landscape made of what a file held, and what of a landscape goes into a file."""

import json
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compute.errors import BadInputError
from compute.landscape import MAIN_METRIC, Counts, Domain, Floats, Landscape, Trajectory

COLUMNS = tuple(column.name for column in fields(Trajectory))


def from_file(
    path: Path,
    kind: str,
    domain: Domain,
    metrics: Mapping[str, Floats],
    *,
    examples: Counts | None = None,
    trajectory: Trajectory | None = None,
    provenance: Mapping[str, Any] = MappingProxyType({}),
) -> Landscape:
    """The landscape that a file of this kind holds; ``provenance`` is what the file says of where it comes from.

    Where the file does not count the examples, ``examples`` is 1 at each point whose main metric is there, which says
    only "measured".
    """
    main = metrics[MAIN_METRIC if MAIN_METRIC in metrics else next(iter(metrics))]
    return Landscape(
        name=path.stem,
        domain=domain,
        metrics=MappingProxyType({_printable(name): values for name, values in metrics.items()}),
        examples=(~np.isnan(main)).astype(np.uint32) if examples is None else examples,
        trajectory=trajectory,
        provenance=MappingProxyType({**provenance, "kind": kind, "source": path.name}),
    )


def for_file(landscape: Landscape, path: Path, metric: str | None, taken: Collection[str] = ()) -> Landscape:
    """A copy with what goes into the file ``path``: one metric or, where none is named, all; NaN where none counts.

    A copy, because another process may be writing: the counts come first, so every value that counts is there. Raises
    BadInputError when there is no such metric, or one that is no name in a file, or ``taken`` for something else in it.
    """
    if metric is not None and metric not in landscape.metrics:
        raise BadInputError(f"{path}: no metric {metric!r} in {landscape.name}; it has {', '.join(landscape.metrics)}")
    names = [metric] if metric is not None else list(landscape.metrics)
    if wrong := [name for name in names if not name or not name.isprintable() or "/" in name or name in taken]:
        raise BadInputError(f"{path}: cannot hold a metric called {wrong[0]!r}; rename it, or choose another --metric")
    examples = np.array(landscape.examples)
    metrics = {
        name: np.array(landscape.metrics[name])  # a map is NaN wherever it does not count
        if name in landscape.maps
        else np.where(examples > 0, landscape.metrics[name], np.nan)
        for name in names
    }
    return replace(landscape, metrics=metrics, examples=examples)


def provenance_text(landscape: Landscape) -> str:
    """The provenance as JSON in ASCII."""
    return json.dumps(dict(landscape.provenance), default=_plain)


def provenance_from(path: Path, text: str) -> dict[str, Any]:
    """What ``provenance_text`` wrote. Raises BadInputError when it is not that."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"{path}: its description is not valid JSON ({error}); export it again") from None
    if not isinstance(found, dict):
        raise BadInputError(f"{path}: its description is no JSON object; export it again")
    return found


def columns_of(trajectory: Trajectory) -> dict[str, Floats]:
    """The columns of a trajectory by name, in order."""
    return {name: np.asarray(getattr(trajectory, name), np.float64) for name in COLUMNS}


def trajectory_from(path: Path, columns: Mapping[str, Floats]) -> Trajectory | None:
    """The trajectory with these columns; those that a file lacks are unknown. None without alpha and beta."""
    if "alpha" not in columns or "beta" not in columns:
        return None
    points = len(columns["alpha"])
    if any(values.shape != (points,) for values in columns.values()):
        raise BadInputError(f"{path}: the columns of the trajectory differ in length; export it again")
    if not (np.isfinite(columns["alpha"]).all() and np.isfinite(columns["beta"]).all()):
        raise BadInputError(f"{path}: the trajectory has places that are not finite; export it again")
    count, unknown = np.arange(points, dtype=np.float64), np.full(points, np.nan)
    usual = {name: count if name in ("step", "epoch") else unknown for name in COLUMNS}
    return Trajectory(**{**usual, **{name: columns[name] for name in COLUMNS if name in columns}})


def shown(name: str) -> str:
    """A name that a file made up, fit for one line of a terminal."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())[:60]


def as_floats(path: Path, name: str, array: NDArray[Any]) -> Floats:
    """Numbers of any real type as float64, or BadInputError."""
    if array.dtype.kind not in "fiub":
        raise BadInputError(f"{path}: {shown(name)} holds {array.dtype}; it must hold numbers")
    with np.errstate(over="ignore"):
        return array.astype(np.float64)


def as_counts(path: Path, name: str, array: NDArray[Any]) -> Counts:
    """Whole numbers from 0 as uint32, or BadInputError."""
    numbers = as_floats(path, name, array)
    if not ((numbers >= 0) & (numbers < 2**32) & (numbers == np.floor(numbers))).all():
        raise BadInputError(f"{path}: {name} must be counts, whole numbers from 0")
    return numbers.astype(np.uint32)


def _printable(name: str) -> str:
    return name if name.isprintable() and name else shown(name) or "metric"


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    return dict(value) if isinstance(value, Mapping) else str(value)
