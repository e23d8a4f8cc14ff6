"""Maps of a landscape: further values at some points of its grid, such as curvature, measured after the surface.

Each is an array like that of a metric, NaN where it was not measured, so that it can be shown as height or colour. The
description's entry ``maps`` has for each its ``examples``, and whatever else there is to be known of it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from compute.folder import add_arrays, map_for_writing, read_description, update_description
from compute.landscape import Bools, Domain

# In the plane, by automatic differentiation. Lengths are those of weight space, whatever the axes' lengths and angle.
GRADIENT_ALPHA, GRADIENT_BETA = "gradient_alpha", "gradient_beta"  # ∂L/∂α, ∂L/∂β
SLOPE = "slope"  # |projection of ∇L on the plane|, per unit of weight space
GRADIENT_NORM = "gradient_norm"  # |∇L| over all weights
CURVATURE_LOW, CURVATURE_HIGH = "curvature_low", "curvature_high"  # eigenvalues of the Hessian within the plane
PLANE_MAPS = (GRADIENT_ALPHA, GRADIENT_BETA, SLOPE, GRADIENT_NORM, CURVATURE_LOW, CURVATURE_HIGH)

# Of the Hessian over all weights (Li et al. 2018, section 6).
LAMBDA_MIN, LAMBDA_MAX = "lambda_min", "lambda_max"
LAMBDA_RATIO = "lambda_ratio"  # |λmin / λmax|
SPECTRUM_MAPS = (LAMBDA_MIN, LAMBDA_MAX, LAMBDA_RATIO)


class MapWriter:
    """Writes some maps of a landscape folder, made where they are missing; the others stay as they are.

    ``about`` is what the description says of each, at least ``examples``, the number behind each value. Raises
    BadInputError as ``open_folder`` does, and where maps of that name were measured on something else.
    """

    def __init__(self, folder: Path, domain: Domain, names: tuple[str, ...], about: Mapping[str, Any]) -> None:
        known = read_description(folder).get("maps")
        known = known if isinstance(known, dict) else {}
        if any(known.get(name) != about for name in names):
            add_arrays(folder, domain, names)
            update_description(folder, {"maps": {**known, **{name: dict(about) for name in names}}})
        self._arrays = {name: map_for_writing(folder, domain, name) for name in names}

    @property
    def measured(self) -> Bools:
        """(n_beta, n_alpha) where all of these maps have a value, finite or not."""
        present: Bools = np.logical_and.reduce([~np.isnan(array) for array in self._arrays.values()])
        return present

    def record(self, row: int, column: int, values: Mapping[str, float]) -> None:
        """Store the values of one grid point. NaN becomes +inf: diverged."""
        for name, array in self._arrays.items():
            value = values[name]
            array[row, column] = np.inf if np.isnan(value) else value

    def close(self) -> None:
        """Let go of the files."""
        self._arrays.clear()
