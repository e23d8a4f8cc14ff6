"""A landscape with maps, from formulas: gradient and Hessian of Himmelblau's function over a skew plane."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from compute.folder import LandscapeWriter, create_folder, open_folder
from compute.landscape import Floats, Landscape
from compute.maps import PLANE_MAPS, SPECTRUM_MAPS, MapWriter
from tests.surfaces import HIMMELBLAU

NORMS, COSINE = (2.0, 3.0), 0.25  # of the axes in weight space, and of the angle between them
GRAM = np.array([[NORMS[0] ** 2, NORMS[0] * NORMS[1] * COSINE], [NORMS[0] * NORMS[1] * COSINE, NORMS[1] ** 2]])
OFF_PLANE = 5.0  # of the gradient, out of the plane
PROVENANCE: dict[str, Any] = {
    "directions": {"kind": "random", "normalisation": "filter", "norms": list(NORMS), "cosine": COSINE},
    "seed": 3,
}
ABOUT = {"examples": 64}


def derivatives(x: float, y: float) -> tuple[Floats, Floats]:
    """(2,) gradient and (2, 2) Hessian of Himmelblau's function in the coordinates of the plane."""
    a, b = x**2 + y - 11, x + y**2 - 7
    gradient = np.array([4 * a * x + 2 * b, 2 * a + 4 * b * y])
    mixed = 4 * x + 4 * y
    return gradient, np.array([[8 * x**2 + 4 * a + 2, mixed], [mixed, 8 * y**2 + 4 * b + 2]])


def values_at(x: float, y: float) -> dict[str, float]:
    """What each map has there; the spectrum is made up of that of the plane and two directions beyond it."""
    gradient, hessian = derivatives(x, y)
    slope = float(np.sqrt(gradient @ np.linalg.solve(GRAM, gradient)))
    low, high = np.sort(np.linalg.eigvals(np.linalg.solve(GRAM, hessian)).real).tolist()
    least, most = min(low, -1.0), max(high, 8.0)
    plane = (*gradient.tolist(), slope, float(np.hypot(slope, OFF_PLANE)), low, high)
    return dict(zip((*PLANE_MAPS, *SPECTRUM_MAPS), (*plane, least, most, abs(least / most)), strict=True))


def mapped_folder(folder: Path, n: int = 65, points: int = 9, **provenance: Any) -> Landscape:
    """On n x n points, all maps on so many along each axis; a folder that is mapped into memory."""
    domain, loss = HIMMELBLAU.on_grid(n, n)
    create_folder(folder, domain, ("train_loss",), {**PROVENANCE, **provenance})
    writer = LandscapeWriter(folder)
    for row, column in np.ndindex(n, n):
        writer.record(row, column, {"train_loss": loss[row, column] + 1.0}, 64)
    writer.close()
    measure_maps(folder, n, points)
    return open_folder(folder)


def with_maps(land: Landscape, every: int = 4) -> Landscape:
    """Himmelblau's function with all maps at every so many rows and columns, in memory."""
    maps = {name: np.full(land.domain.shape, np.nan) for name in (*PLANE_MAPS, *SPECTRUM_MAPS)}
    for row, beta in enumerate(land.domain.betas.tolist()):
        for column, alpha in enumerate(land.domain.alphas.tolist()):
            if row % every == column % every == 0:
                for name, value in values_at(alpha, beta).items():
                    maps[name][row, column] = value
    about = {"maps": dict.fromkeys(maps, ABOUT)}
    return replace(land, metrics={**land.metrics, **maps}, provenance={**land.provenance, **PROVENANCE, **about})


def measure_maps(
    folder: Path, n: int, points: int, names: tuple[str, ...] = (*PLANE_MAPS, *SPECTRUM_MAPS), most: int = 10**6
) -> None:
    """Some maps of a folder, coarse to fine as a worker does it, until so many points are there."""
    domain, _ = HIMMELBLAU.on_grid(n, n)
    writer = MapWriter(folder, domain, names, ABOUT)
    every = (n - 1) // (points - 1)
    wanted = [(row, column) for row in range(0, n, every) for column in range(0, n, every)]
    coarse = 2 * every
    for row, column in sorted(wanted, key=lambda place: place[0] % coarse + place[1] % coarse > 0)[:most]:
        found = values_at(float(domain.alphas[column]), float(domain.betas[row]))
        writer.record(row, column, {name: found[name] for name in names})
    writer.close()
