"""From one network to another: a line, or a plane through three (Goodfellow et al. 2015, Garipov et al. 2018)."""

from collections.abc import Sequence

from compute.directions.axes import Axes
from compute.plane import Direction
from compute.weights.fitting import StoredWeights
from compute.weights.pieces import double, part, pieces, put, unfilled


def between_axes(theta_star: Direction, ends: Sequence[StoredWeights]) -> Axes:
    """δ = B − A and η = C − A, of A = theta_star and the one or two others, as they are: B lies at (1, 0), C at (0, 1).

    Not made orthogonal nor scaled; so the cosine says what triangle they span.
    """
    delta, *eta = (_difference(end, theta_star) for end in ends)
    details = {"ends": [str(end.file.path) for end in ends]}
    return Axes("between", "none", delta, eta[0] if eta else None, details=details)


def _difference(end: StoredWeights, theta_star: Direction) -> Direction:
    difference = unfilled(theta_star)
    with end.open() as read:
        for piece in pieces(theta_star):
            put(difference, piece, double(read(piece)) - double(part(theta_star, piece)))
    return difference
