"""What a landscape is, as plain numbers: the content of ``basin info --json``."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from compute.critical_points import MAXIMUM, MINIMUM, SADDLE, critical_points
from compute.landscape import Domain, Floats, Landscape
from compute.levels import finest_complete_stride

SMALLEST = 3  # points per axis; a coarser grid has no interior


def describe(landscape: Landscape) -> dict[str, Any]:
    """Everything there is to say in numbers. Ready for ``json.dumps(…, allow_nan=False)``; unknown is None.

    kind                what it was read from: "landscape", "ply", …
    domain              {alpha, beta}: [min, max]
    resolution          [n_beta, n_alpha], the shape of the arrays
    measured            number of grid points measured so far
    metrics             by name {min, max, argmin: [alpha, beta], diverged}, over the measured and finite points;
                        ``diverged`` counts the measured points that are not finite. None where nothing was measured.
    critical_points     {minima, saddles, maxima} of the main metric, all of them however shallow, on the finest
                        complete nested level: every 2^k-th row and column, with the smallest k for which 2^k divides
                        the number of cells of both axes, all those points are measured and, unless k = 0, at least 3
                        stay on each axis. None where there is no such level.
    trajectory          {points, explained_variance}, or None. The latter as ``provenance`` has it.
    provenance          as the landscape has it; NaN and inf become None
    """
    return {
        "kind": landscape.provenance.get("kind", "landscape"),
        "domain": {"alpha": list(landscape.domain.alpha), "beta": list(landscape.domain.beta)},
        "resolution": list(landscape.domain.shape),
        "measured": landscape.measured,
        "metrics": {name: _range(landscape, values) for name, values in landscape.metrics.items()},
        "critical_points": _count(landscape),
        "trajectory": _trajectory(landscape),
        "provenance": _plain(landscape.provenance),
    }


def _range(landscape: Landscape, values: Floats) -> dict[str, Any]:
    measured = np.asarray(landscape.examples) > 0
    numbers = np.array(values)  # a copy: another process may be writing
    finite = measured & np.isfinite(numbers)
    diverged = int(np.count_nonzero(measured & ~finite))
    if not finite.any():
        return {"min": None, "max": None, "argmin": None, "diverged": diverged}
    lowest = np.where(finite, numbers, np.inf)
    row, column = np.unravel_index(lowest.argmin(), numbers.shape)
    place = [float(landscape.domain.alphas[column]), float(landscape.domain.betas[row])]
    return {"min": float(lowest.min()), "max": float(numbers[finite].max()), "argmin": place, "diverged": diverged}


def _count(landscape: Landscape) -> dict[str, int | None]:
    names = {"minima": MINIMUM, "saddles": SADDLE, "maxima": MAXIMUM}
    stride = finest_complete_stride(np.asarray(landscape.examples) > 0, SMALLEST)
    if stride is None:
        return dict.fromkeys(names)
    values = np.array(landscape.main[::stride, ::stride])
    level = Domain(landscape.domain.alpha, landscape.domain.beta, values.shape[1], values.shape[0])
    kinds = [point.slice_index for point in critical_points(level, values)]
    return {name: kinds.count(index) for name, index in names.items()}


def _trajectory(landscape: Landscape) -> dict[str, Any] | None:
    if landscape.trajectory is None:
        return None
    return {
        "points": len(landscape.trajectory),
        "explained_variance": _plain(landscape.provenance.get("explained_variance")),
    }


def _plain(value: Any) -> Any:
    """The same in types that JSON knows."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)
