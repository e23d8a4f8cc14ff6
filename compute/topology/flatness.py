"""ε-sharpness within the slice: by how much the loss can rise within a ball around a place.

    100 · (max over |θ − θ*| <= ε of L(θ) − L(θ*)) / (1 + L(θ*))

The formula and the per cent are those of Keskar et al. 2017, "On large-batch training for deep learning" (Metric 2.1),
who look for the maximum in a box around θ*, in all weights or in a random subspace; the ball is that of Dinh et al.
2017, "Sharp minima can generalize for deep nets". Ours is the part of that ball in the plane, so it is a lower bound of
theirs, and its radius is a length in weight space, whatever the axes' lengths and angle.

Exact for the bilinear interpolant, which has no summit inside a cell: the maximum lies at a node, where a line of the
grid meets the rim of the ball, or on the rim within a cell. There the interpolant is a trigonometric polynomial of
degree two in the angle, and the zeros of its derivative those of a quartic in e^{iφ}.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from compute.landscape import Domain, Floats
from compute.topology.critical_points import Bools, Indices
from compute.topology.places import bilinear, cell_of, check_shape, height_at, spot_of

TURN = 2 * np.pi


@dataclass(frozen=True)
class Sharpness:
    """``percent`` as above, at least 0, and (alpha, beta) where the maximum is; inf and None where the ball holds what
    diverged. ``whole`` is False where a part of the ball lies outside of the domain or was not measured: then it is a
    lower bound even within the plane."""

    percent: float
    place: tuple[float, float] | None
    whole: bool


@dataclass(frozen=True, eq=False)
class _Ball:
    """In cells of the grid: centre (2,) + root (2, 2) y, |y| <= 1."""

    centre: Floats
    root: Floats

    def rim(self, angles: Floats) -> Floats:
        """(n, 2) column, row."""
        return np.asarray(self.centre + np.stack([np.cos(angles), np.sin(angles)], axis=1) @ self.root.T)


def epsilon_sharpness(
    domain: Domain, values: Floats, centre: tuple[float, float], epsilon: float, gram: ArrayLike
) -> Sharpness | None:
    """Of ``values`` (n_beta, n_alpha), losses and not logarithms, around ``centre`` (alpha, beta).

    ``epsilon`` > 0 is in units of weight space, ``gram`` (2, 2) the products of the two directions. None where the
    centre is in a hole, or its loss at most −1, where the formula has no meaning. Raises ValueError for a line, a ball
    without size, directions that are parallel, when the shape of ``values`` is not that of ``domain``, or the centre
    lies outside of it.
    """
    check_shape(domain, values)
    if domain.is_line or not epsilon > 0:
        raise ValueError(f"a ball needs a surface and a positive radius, and epsilon is {epsilon}")
    finite = np.isfinite(values)
    cells = finite[:-1, :-1] & finite[:-1, 1:] & finite[1:, :-1] & finite[1:, 1:]
    spot = spot_of(domain, centre)
    if cell_of(cells, spot) is None:
        return None
    filled = np.where(finite, values, 0.0)
    base = height_at(filled, spot)
    if base <= -1:
        return None
    ball = _ball(domain, np.array(spot), epsilon, np.asarray(gram, np.float64))
    angles, of_cell, inside = _arcs(ball, cells.shape)
    nodes = _nodes(ball, values.shape)
    reached = _reached(nodes, of_cell[inside], cells.shape)
    lost = reached & ~cells
    if np.isinf(values[_corners(lost)]).any():
        return Sharpness(np.inf, None, False)
    there = inside.copy()
    there[inside] = cells[tuple(of_cell[inside].T)]
    rim = _tops(ball, filled, of_cell[there], angles[:-1][there], angles[1:][there])
    places = np.concatenate([[spot], np.argwhere(nodes & _corners(cells))[:, ::-1], rim])
    heights = bilinear(filled, *places.T)
    highest = int(heights.argmax())
    column, row = places[highest]
    place = (
        float(np.interp(column, np.arange(domain.n_alpha), domain.alphas)),
        float(np.interp(row, np.arange(domain.n_beta), domain.betas)),
    )
    return Sharpness(100 * float(heights[highest] - base) / (1 + base), place, bool(inside.all() and not lost.any()))


def _ball(domain: Domain, centre: Floats, epsilon: float, gram: Floats) -> _Ball:
    cell = np.array([np.ptp(domain.alpha), np.ptp(domain.beta)]) / np.array([domain.n_alpha - 1, domain.n_beta - 1])
    try:
        root = np.linalg.cholesky(gram * np.outer(cell, cell))  # x C Cᵀ x = ε² on the rim, so x = ε C⁻ᵀ (cos φ, sin φ)
    except np.linalg.LinAlgError:
        raise ValueError("the two directions are parallel, or one is zero") from None
    return _Ball(centre, epsilon * np.linalg.inv(root).T)


def _arcs(ball: _Ball, shape: tuple[int, ...]) -> tuple[Floats, Indices, Bools]:
    """The rim cut at the lines of the grid: (n + 1,) rising angles, (n, 2) the cell (row, column) of each arc, and
    whether that is in the domain."""
    found = []
    for axis, count in enumerate(shape[::-1]):
        reach = float(np.hypot(*ball.root[axis]))
        # centre + reach cos(φ − φ0) = line
        share = (np.arange(count + 1) - ball.centre[axis]) / reach
        half, middle = np.arccos(share[np.abs(share) <= 1]), np.arctan2(ball.root[axis, 1], ball.root[axis, 0])
        found += [middle + half, middle - half]
    cuts = np.unique(np.concatenate(found) % TURN) if sum(map(len, found)) else np.zeros(1)
    angles = np.concatenate([cuts, [cuts[0] + TURN]])
    of_cell = np.floor(ball.rim((angles[:-1] + angles[1:]) / 2)[:, ::-1]).astype(np.intp)
    inside: Bools = np.logical_and.reduce((of_cell >= 0) & (of_cell < shape), axis=1)
    return angles, of_cell, inside


def _nodes(ball: _Ball, shape: tuple[int, ...]) -> Bools:
    """(rows, columns) the nodes in the ball."""
    rows, columns = np.indices(shape)
    away = np.stack([columns, rows], axis=-1) - ball.centre
    inside: Bools = (np.linalg.solve(ball.root, away.reshape(-1, 2).T) ** 2).sum(axis=0).reshape(shape) <= 1
    return inside


def _reached(nodes: Bools, rim: Indices, shape: tuple[int, ...]) -> Bools:
    """(rows - 1, columns - 1) the cells that the ball reaches into: with a corner in it, or with an arc of its rim."""
    reached: Bools = nodes[:-1, :-1] | nodes[:-1, 1:] | nodes[1:, :-1] | nodes[1:, 1:]
    reached[tuple(rim.T)] = True
    return reached


def _corners(cells: Bools) -> Bools:
    """(rows, columns) the corners of these cells."""
    padded = np.pad(cells, 1)
    corners: Bools = padded[:-1, :-1] | padded[:-1, 1:] | padded[1:, :-1] | padded[1:, 1:]
    return corners


def _tops(ball: _Ball, values: Floats, of_cell: Indices, low: Floats, high: Floats) -> Floats:
    """(places, 2) column, row: of each arc its ends, and where the interpolant may be highest along it."""
    first, second = _series(ball, values, of_cell)
    angle = _zeros(first, second)
    angle = low[:, None] + (angle - low[:, None]) % TURN
    return ball.rim(np.concatenate([low, high, angle[angle <= high[:, None]]]))


def _series(ball: _Ball, values: Floats, of_cell: Indices) -> tuple[Floats, Floats]:
    """(arcs,) complex p and q: the interpolant of the cell along the rim is constant + Re(p e^{iφ} + q e^{2iφ})."""
    row, column = of_cell.T
    a, b, c, d = (values[row + j, column + i] for j in (0, 1) for i in (0, 1))
    u, v = (ball.centre - of_cell[:, ::-1]).T
    along_u, along_v, twist = (b - a) + (a - b - c + d) * v, (c - a) + (a - b - c + d) * u, a - b - c + d
    x, y = ball.root[:, 0] - 1j * ball.root[:, 1]  # Re(x e^{iφ}) is the first coordinate
    return along_u * x + along_v * y, twist * x * y / 2


def _zeros(first: Floats, second: Floats) -> Floats:
    """(arcs, 5) angles, among which are those of the summits: Im(p e^{iφ} + 2 q e^{2iφ}) = 0 has the zeros z = e^{iφ}
    of 2 q z⁴ + p z³ − p̄ z − 2 q̄, and where q is nothing beside p, the direction of p̄. At worst they are 1e-7 off, of
    which the height at a top is not aware."""
    small = np.abs(second) <= 1e-9 * np.abs(first)
    lead = np.where(small, 1.0, 2 * second)
    companion = np.zeros((len(first), 4, 4), np.complex128)
    companion[:, 0, 0] = -first / lead
    companion[:, 0, 2] = first.conj() / lead
    companion[:, 0, 3] = 2 * second.conj() / lead
    companion[:, [1, 2, 3], [0, 1, 2]] = 1
    plain = -np.angle(first)[:, None]
    return np.concatenate([np.angle(np.linalg.eigvals(companion)), plain], axis=1)
