"""How high the loss rises on the straight way from one place to another."""

from dataclasses import dataclass

import numpy as np

from compute.landscape import Domain, Floats
from compute.topology.places import check_shape, spot_of
from compute.topology.segment import Gap, Piece, pieces


@dataclass(frozen=True)
class Barrier:
    """``height`` is the largest rise above the straight line between the values at both ends, at least 0, and
    ``position`` in [0, 1] where it is (Frankle et al. 2020, "Linear mode connectivity and the lottery ticket
    hypothesis"); ``excess`` is the highest value less the higher end (Draxler et al. 2018, "Essentially no barriers";
    Garipov et al. 2018), never more than ``height``. All in units of the value; inf where the way leads through what
    diverged."""

    height: float
    position: float
    excess: float


def line_barrier(t: Floats, values: Floats) -> Barrier:
    """max over t of L(t) − ((1 − t) L(0) + t L(1)), of values measured at rising ``t``, the first and last at the ends.

    Both (points,), at least two of them. inf, at the first such point, where a value is not finite. Raises ValueError
    where ``t`` does not rise or there is no value for each.
    """
    if len(t) < 2 or t.shape != values.shape or not (np.diff(t) > 0).all():
        raise ValueError("a barrier needs a value at each of two or more rising t")
    share = (t - t[0]) / (t[-1] - t[0])
    if not np.isfinite(values).all():
        return Barrier(np.inf, float(share[np.flatnonzero(~np.isfinite(values))[0]]), np.inf)
    rise = values - ((1 - share) * values[0] + share * values[-1])
    highest = int(rise.argmax())
    return Barrier(float(rise[highest]), float(share[highest]), float(values.max() - max(values[0], values[-1])))


def straight_barrier(
    domain: Domain, values: Floats, start: tuple[float, float], end: tuple[float, float]
) -> Barrier | None:
    """The same along the straight line between two places (alpha, beta), over ``values`` (n_beta, n_alpha).

    Exact for the bilinear interpolant: within a cell the line sees a parabola, whose highest point has a closed form.
    inf where the line meets a cell, or a node of a line, that diverged; None where it meets none of those, but one that
    is not measured (NaN). Raises ValueError when the shape of ``values`` is not that of ``domain``, or a place lies
    outside of it.
    """
    check_shape(domain, values)
    first, last = spot_of(domain, start), spot_of(domain, end)
    found = list(pieces(np.repeat(values, 2, axis=0) if domain.is_line else values, first, last))
    gaps = [piece for piece in found if isinstance(piece, Gap)]
    if gaps:
        diverged = [gap.begin for gap in gaps if gap.diverged]
        return Barrier(np.inf, diverged[0], np.inf) if diverged else None
    return _of_pieces([piece for piece in found if isinstance(piece, Piece)])


def _of_pieces(way: list[Piece]) -> Barrier:
    low, high = way[0].h0, way[-1].h1
    height, position = 0.0, 0.0
    for piece in way:
        chord = [(1 - t) * low + t * high for t in (piece.begin, piece.end)]
        s, rise = piece.top(piece.h0 - chord[0], piece.h1 - chord[1])
        if rise > height:
            height, position = rise, piece.begin + s * (piece.end - piece.begin)
    highest = max(piece.top(piece.h0, piece.h1)[1] for piece in way)
    return Barrier(height, position, highest - max(low, high))
