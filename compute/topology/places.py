"""Places on a grid, in cells: where a place lies, in which cell, and how high the bilinear interpolant is there."""

import numpy as np

from compute.landscape import ZERO_TOLERANCE, Domain, Floats
from compute.topology.critical_points import Bools

Spot = tuple[float, float]  # (column, row), whole numbers at the nodes


def spot_of(domain: Domain, place: tuple[float, float]) -> Spot:
    """Where (alpha, beta) lies; on a line of the grid if but for rounding it does. Raises ValueError outside of the
    domain."""
    (alpha, beta), (low, high), (first, last) = place, domain.alpha, domain.beta
    if not (low <= alpha <= high and first <= beta <= last):
        raise ValueError(f"({alpha:g}, {beta:g}) lies outside of the domain")
    return _along(alpha, domain.alphas), _along(beta, domain.betas)


def _along(value: float, lines: Floats) -> float:
    found = float(np.interp(value, lines, np.arange(len(lines))))
    nearest = float(round(found))
    return nearest if abs(found - nearest) <= ZERO_TOLERANCE * len(lines) else found


def check_shape(domain: Domain, values: Floats) -> None:
    """Raises ValueError when the shape of ``values`` is not that of ``domain``."""
    if values.shape != domain.shape:
        raise ValueError(f"values have shape {values.shape}, the domain has {domain.shape}")


def touched(spot: Spot, shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """(row, column) of the cells that hold a spot: one, or those on both sides of a line, or around a node. ``shape``
    is that of the cells."""
    sides = [
        sorted({min(int(np.floor(x)), n - 1), max(int(np.ceil(x)) - 1, 0)})
        for x, n in zip(spot[::-1], shape, strict=True)
    ]
    return [(row, column) for row in sides[0] for column in sides[1]]


def cell_of(cells: Bools, spot: Spot) -> tuple[int, int] | None:
    """(row, column) of a cell that is there and holds the spot."""
    return next((cell for cell in touched(spot, cells.shape) if cells[cell]), None)


def bilinear(values: Floats, columns: Floats, rows: Floats) -> Floats:
    """Heights at spots, exact at nodes. What stands at absent nodes must be finite; it has no say in cells that are."""
    column = np.minimum(columns.astype(int), values.shape[1] - 2)
    row = np.minimum(rows.astype(int), values.shape[0] - 2)
    u, v = columns - column, rows - row
    below = (1 - u) * values[row, column] + u * values[row, column + 1]
    above = (1 - u) * values[row + 1, column] + u * values[row + 1, column + 1]
    return np.asarray((1 - v) * below + v * above)


def height_at(values: Floats, spot: Spot) -> float:
    """The same at one spot."""
    return float(bilinear(values, *np.array(spot)[:, None])[0])


def downhill(values: Floats, cell: tuple[int, int], spot: Spot) -> tuple[Spot, Spot]:
    """The way from a spot in a cell (row, column) down to a corner: over which spot of a side, and to which corner.

    First along alpha or beta, whichever is steeper, then along the side. Both are straight and fall, or stay level.
    From a corner it leads nowhere.
    """
    row, column = cell
    a, b, c, d = values[row : row + 2, column : column + 2].ravel().tolist()
    u, v = spot[0] - column, spot[1] - row
    rise_u, rise_v = (1 - v) * (b - a) + v * (d - c), (1 - u) * (c - a) + u * (d - b)
    if u in (0, 1) or (v not in (0, 1) and abs(rise_u) > abs(rise_v)):
        u = u if u in (0, 1) else float(rise_u < 0)
        low, high = (a, c) if u == 0 else (b, d)
        corner = u, v if v in (0, 1) else float(high < low)
    else:
        v = v if v in (0, 1) else float(rise_v < 0)
        low, high = (a, b) if v == 0 else (c, d)
        corner = float(high < low), v
    return (column + u, row + v), (column + corner[0], row + corner[1])
