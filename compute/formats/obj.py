"""Landscapes as Wavefront OBJ meshes, for programs that draw or print things; written only.

    v alpha beta height   one a measured point that is finite, row-major, alpha fastest
    f a b c d             the cells of ``compute.formats.cells``; l a b on a line

The height is the metric, or its decimal logarithm, for which a value of 0 or less is left out.
"""

import numpy as np

from compute.formats.cells import cells
from compute.landscape import Floats, Landscape


def obj_bytes(landscape: Landscape, metric: str, log_height: bool = False) -> bytes:
    """The surface of one metric as a mesh, every number to the last bit."""
    height = _log(landscape.metrics[metric]) if log_height else landscape.metrics[metric]
    alphas, betas = np.meshgrid(landscape.domain.alphas, landscape.domain.betas)
    there = np.isfinite(height)
    number = np.cumsum(there.ravel())  # OBJ counts vertices from 1
    corners = number[cells(height)]
    rows = zip(alphas[there].tolist(), betas[there].tolist(), height[there].tolist(), strict=True)
    letter = "l" if landscape.domain.is_line else "f"
    lines = [
        f"# {_one_line(landscape.name)}: v alpha beta {'log10 of ' if log_height else ''}{_one_line(metric)}",
        *(f"v {x!r} {y!r} {z!r}" for x, y, z in rows),
        *(f"{letter} {' '.join(map(str, cell))}" for cell in corners.tolist()),
    ]
    return ("\n".join(lines) + "\n").encode()


def _log(values: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        height = np.log10(values)
    return np.where(np.isnan(values), np.nan, np.where(np.isfinite(height), height, np.inf))


def _one_line(text: str) -> str:
    return " ".join(text.split())
