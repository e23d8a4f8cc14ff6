"""Minima, saddles and maxima of a slice: exact for the bilinear interpolant of the grid.

On one cell with corners a (lower left), b (lower right), c (upper left), d (upper right) and u, v in [0, 1] the surface
is ``f(u, v) = a + (b - a) u + (c - a) v + D u v`` with ``D = a - b - c + d``. It has no extremum inside a cell, so
extrema are vertices, and at most one saddle inside each cell.

*Order.* Equal values are told apart by their row-major vertex index: the vertex with the larger index counts as
higher (simulation of simplicity, Edelsbrunner & Mücke 1990). "Lower" and "higher" below mean this strict order.

*Vertices.* The neighbours left, right, below and above form a ring, two of them joined where they share a cell with the
vertex. No lower neighbour: minimum. All four cells there and all four neighbours lower: maximum. The lower neighbours
fall into two pieces: saddle. A vertex on the boundary may be a minimum or a saddle, never a maximum: to the topology of
sublevel sets a summit on the boundary is nothing (on a sphere closed by a lid at +inf it would not be one either).

*Cells.* Both ends of one diagonal higher than both ends of the other: a saddle at ``u = (a - c) / D``,
``v = (a - b) / D``. A flat cell, where D = 0 although the order decides, has it in the middle.

*Holes.* NaN (not measured) and infinite (diverged) vertices are absent, and so are the cells that touch them. The
surface is the union of the cells that are left, so a vertex or an edge without a cell does not belong to it.

Then ``minima - saddles + maxima`` is the Euler characteristic of the surface: 1 on a full rectangle.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Domain, Floats

Indices = NDArray[np.intp]
Bools = NDArray[np.bool_]

MINIMUM, SADDLE, MAXIMUM = 0, 1, 2
OUTSIDE = -1  # what lies beyond the boundary, where a neighbouring vertex is asked for
_REGULAR = 3


@dataclass(frozen=True)
class CriticalPoint:
    """A critical point of the slice; of the full loss it need not be one.

    ``slice_index`` is 0 for a minimum, 1 for a saddle, 2 for a maximum. ``persistence`` is in units of the value: inf
    for the lowest minimum of each connected piece, NaN where it was not computed or where a saddle closes a loop around
    a hole and so has no partner. ``partner`` is (alpha, beta) of the point it is paired with.
    """

    alpha: float
    beta: float
    value: float
    slice_index: int
    persistence: float = float("nan")
    partner: tuple[float, float] | None = None


@dataclass(frozen=True)
class Saddles:
    """Vertex saddles, then face saddles, in grid units; n of them.

    ``low`` holds a vertex from each of the two lower pieces that meet there, ``high`` the same for the higher ones, as
    row-major indices or OUTSIDE. Saddles and vertices of equal value are ordered by ``tie``; a vertex has 2 × index.
    """

    column: Floats  # (n,) 0 … columns - 1
    row: Floats  # (n,) 0 … rows - 1
    value: Floats  # (n,)
    low: Indices  # (n, 2)
    high: Indices  # (n, 2)
    tie: Indices  # (n,)


@dataclass(frozen=True)
class Skeleton:
    """All critical points of a grid, in grid units. Extrema are row-major vertex indices, in rising order."""

    values: Floats  # (rows, columns)
    cells: Bools  # (rows - 1, columns - 1) which cells are there
    minima: Indices
    saddles: Saddles
    maxima: Indices


def critical_points(domain: Domain, values: Floats) -> tuple[CriticalPoint, ...]:
    """Every critical point of ``values`` (n_beta, n_alpha): minima, saddles (vertices, then faces), maxima, row by row.

    Persistence is not computed (NaN); see ``compute.topology.persistence``. Raises ValueError when ``values`` has
    another shape than ``domain``.
    """
    return locate(domain, skeleton(domain, values))


def skeleton(domain: Domain, values: Floats) -> Skeleton:
    """Find the critical points. Raises ValueError when the shape of ``values`` is not that of ``domain``."""
    if values.shape != domain.shape:
        raise ValueError(f"values have shape {values.shape}, the domain has {domain.shape}")
    finite = np.isfinite(values)
    filled = np.where(finite, values, 0.0)  # absent vertices have no cell, so what stands there is never read
    cells = finite[:-1, :-1] & finite[:-1, 1:] & finite[1:, :-1] & finite[1:, 1:]
    code = _neighbourhoods(filled, cells).ravel()
    kinds, low, high = _table()
    kind = kinds[code]
    at = np.flatnonzero(kind == SADDLE)
    rows, columns = np.divmod(at, values.shape[1])
    steps = np.array([1, values.shape[1], -1, -values.shape[1]])
    highest = high[code[at]]
    vertex_saddles = Saddles(
        columns.astype(float),
        rows.astype(float),
        filled.ravel()[at],
        at[:, None] + steps[low[code[at]]],
        np.where(highest == OUTSIDE, OUTSIDE, at[:, None] + steps[highest]),
        2 * at,
    )
    saddles = _join(vertex_saddles, _face_saddles(filled, cells))
    return Skeleton(filled, cells, np.flatnonzero(kind == MINIMUM), saddles, np.flatnonzero(kind == MAXIMUM))


def locate(
    domain: Domain, found: Skeleton, persistence: Floats | None = None, partner: Indices | None = None
) -> tuple[CriticalPoint, ...]:
    """Critical points in the coordinates of the plane, minima first, then saddles, then maxima.

    ``persistence`` and ``partner`` (the position in this same order, -1 for none) have one entry for each point.
    """
    extrema = np.concatenate([found.minima, found.maxima])
    rows, columns = np.divmod(extrema, domain.n_alpha)
    first = len(found.minima)
    counts = first, len(found.saddles.value), len(found.maxima)
    column = np.concatenate([columns[:first], found.saddles.column, columns[first:]])
    row = np.concatenate([rows[:first], found.saddles.row, rows[first:]])
    heights = found.values.ravel()[extrema]
    value = np.concatenate([heights[:first], found.saddles.value, heights[first:]])
    alpha = np.interp(column, np.arange(domain.n_alpha), domain.alphas).tolist()
    beta = np.interp(row, np.arange(domain.n_beta), domain.betas).tolist()
    index = np.repeat([MINIMUM, SADDLE, MAXIMUM], counts).tolist()
    if persistence is None or partner is None:
        return tuple(map(CriticalPoint, alpha, beta, value.tolist(), index))
    partners = [(alpha[other], beta[other]) if other >= 0 else None for other in partner.tolist()]
    return tuple(map(CriticalPoint, alpha, beta, value.tolist(), index, persistence.tolist(), partners))


def _neighbourhoods(values: Floats, cells: Bools) -> NDArray[np.uint8]:
    """(rows, columns) codes. Bits 0-3: right, above, left, below is lower; bits 4-7: the cell after each is there."""
    code = np.zeros(values.shape, np.uint8)
    code[:, :-1] |= (values[:, 1:] < values[:, :-1]).view(np.uint8)
    code[:-1] |= (values[1:] < values[:-1]).view(np.uint8) << 1
    code[:, 1:] |= (values[:, :-1] <= values[:, 1:]).view(np.uint8) << 2
    code[1:] |= (values[:-1] <= values[1:]).view(np.uint8) << 3
    there = cells.view(np.uint8)
    code[:-1, :-1] |= there << 4
    code[:-1, 1:] |= there << 5
    code[1:, 1:] |= there << 6
    code[1:, :-1] |= there << 7
    return code


@cache
def _table() -> tuple[NDArray[np.int8], Indices, Indices]:
    """For each of the 256 codes: the kind (256,), and the ring positions of ``low`` and ``high`` (256, 2)."""
    kinds = np.full(256, _REGULAR, np.int8)
    low = np.full((256, 2), OUTSIDE)
    high = np.full((256, 2), OUTSIDE)
    for code in range(256):
        cells = {k for k in range(4) if code >> 4 + k & 1}
        ring = {(k + step) % 4 for k in cells for step in (0, 1)}
        lower = {k for k in ring if code >> k & 1}
        pieces = _pieces(lower, cells)
        if ring and not lower:
            kinds[code] = MINIMUM
        elif len(cells) == 4 and len(lower) == 4:
            kinds[code] = MAXIMUM
        elif len(pieces) == 2:
            kinds[code] = SADDLE
            low[code] = pieces
            # On the boundary a higher neighbour with a cell missing beside it lies outside already, and the others, at
            # most two side by side, are one piece.
            inner = sorted(k for k in ring - lower if {k, (k - 1) % 4} <= cells)
            high[code] = inner if len(cells) == 4 else [*inner[:1], OUTSIDE, OUTSIDE][:2]
    return kinds, low, high


def _pieces(nodes: set[int], cells: set[int]) -> list[int]:
    """One node from each connected piece of ``nodes`` on the ring, where cell k joins k and k + 1."""
    label = {k: k for k in nodes}
    for k in cells:
        if {k, (k + 1) % 4} <= nodes:
            old, new = label[k], label[(k + 1) % 4]
            label = {node: new if name == old else name for node, name in label.items()}
    return sorted(set(label.values()))


def _face_saddles(values: Floats, cells: Bools) -> Saddles:
    a, b, c, d = values[:-1, :-1], values[:-1, 1:], values[1:, :-1], values[1:, 1:]
    rising = (a > b) & (a > c) & (d >= b) & (d >= c)  # the diagonal a d is the high one; index order is a < b < c < d
    falling = (a <= b) & (a <= c) & (d < b) & (d < c)
    row, column = np.nonzero((rising | falling) & cells)
    # a quarter of each value: the differences of the largest doubles must not overflow
    qa, qb, qc, qd = (part[row, column] / 4 for part in (a, b, c, d))
    slope = (qa - qb) + (qd - qc)
    flat = slope == 0
    divisor = np.where(flat, 1.0, slope)
    u: Floats = np.where(flat, 0.5, (qa - qc) / divisor)
    v: Floats = np.where(flat, 0.5, (qa - qb) / divisor)
    value = (1 - v) * a[row, column] + v * c[row, column]
    index = row * values.shape[1] + column
    main = np.stack([index, index + values.shape[1] + 1], axis=1)
    other = np.stack([index + 1, index + values.shape[1]], axis=1)
    up = rising[row, column][:, None]
    low, high = np.where(up, other, main), np.where(up, main, other)
    return Saddles(u + column, v + row, *_between(values.ravel(), value, low, high))


def _between(flat: Floats, value: Floats, low: Indices, high: Indices) -> tuple[Floats, Indices, Indices, Indices]:
    """Put face saddles after both low and before both high corners in the order, whatever the rounding."""
    top = np.where(flat[low[:, 1]] >= flat[low[:, 0]], low[:, 1], low[:, 0])
    bottom = np.where(flat[high[:, 0]] <= flat[high[:, 1]], high[:, 0], high[:, 1])
    value = np.clip(value, flat[top], flat[bottom])
    return value, low, high, np.where(value == flat[top], 2 * top + 1, 2 * bottom - 1)


def _join(first: Saddles, second: Saddles) -> Saddles:
    return Saddles(
        *(
            np.concatenate([getattr(first, name), getattr(second, name)])
            for name in ("column", "row", "value", "low", "high", "tie")
        )
    )
