"""How much of a cell lies below a level, exactly.

On the unit square with corners a (lower left), b (lower right), c (upper left), d (upper right) the bilinear surface
is, at each v, a straight line in u from L(v) = a + (c − a) v to R(v) = b + (d − b) v. So the part of that line below a
level h is 0, 1, (h − L) / (R − L) or (h − R) / (L − R), and over v each is integrated in closed form, with a logarithm.
"""

import numpy as np

from compute.landscape import Floats
from compute.topology.critical_points import Bools

FEW, TERMS = 0.1, 18  # up to this ε, a series of so many terms is exact to rounding: 0.1^18 / 20 < 1e-19
LEAST = -1 + 2.0**-52  # of ε, so that its logarithm is finite: what that leaves out is less than rounding


def area_below(corners: Floats, level: float, left: Bools, right: Bools) -> Floats:
    """(cells,) the area, at most 1, of what lies at or below the level; ``corners`` (cells, 4) are a, b, c, d of each.

    ``left`` and ``right`` (cells,) say whether to count what hangs together with the left or the right side only, where
    the two are apart; what reaches from side to side counts where ``left`` or ``right`` holds.
    """
    a, b, c, d = (corners - level).T
    cuts = np.sort(np.stack([np.zeros(len(a)), _crossing(a, c), _crossing(b, d), np.ones(len(a))], axis=1), axis=1)
    total = np.zeros(len(a))
    for low, high in ((cuts[:, k], cuts[:, k + 1]) for k in range(3)):
        middle = (low + high) / 2
        on_left, on_right = a + (c - a) * middle <= 0, b + (d - b) * middle <= 0
        ends = [((1 - v) * a + v * c, (1 - v) * b + v * d) for v in (low, high)]
        (left_low, right_low), (left_high, right_high) = ends
        part = np.where(on_left & on_right, (left | right) * 1.0, 0.0)
        one = on_left & ~on_right & left
        part = np.where(one, _mean(-left_low, -left_high, right_low - left_low, right_high - left_high), part)
        one = ~on_left & on_right & right
        part = np.where(one, _mean(-right_low, -right_high, left_low - right_low, left_high - right_high), part)
        total += (high - low) * part
    return total


def _crossing(first: Floats, second: Floats) -> Floats:
    """Where a straight line from one value to another is 0, as a share of the way; 0 where it does not change sign."""
    changes = (first <= 0) != (second <= 0)
    return np.where(changes, first / np.where(changes, first - second, 1.0), 0.0)


def _mean(n0: Floats, n1: Floats, m0: Floats, m1: Floats) -> Floats:
    """∫ (n0 + (n1 − n0) x) / (m0 + (m1 − m0) x) dx over [0, 1], for 0 <= n <= m; elsewhere it has no meaning.

    With the larger m first and ε = m1 / m0 − 1, (n0 A + n1 B) / m0, A + B = ∫ 1 / (1 + ε x) dx = log(1 + ε) / ε and
    B = ∫ x / (1 + ε x) dx = (1 − A − B) / ε = Σ (−ε)^k / (k + 2).
    """
    swap = m1 > m0
    n0, n1, m0, m1 = (np.where(swap, *pair) for pair in ((n1, n0), (n0, n1), (m1, m0), (m0, m1)))
    valid = m0 > 0
    m0 = np.where(valid, m0, 1.0)
    m1 = np.clip(m1, 0.0, m0)
    epsilon = np.maximum(m1 / m0 - 1, LEAST)
    far = epsilon < -FEW
    divisor = np.where(epsilon == 0, 1.0, epsilon)
    both = np.where(epsilon == 0, 1.0, np.log1p(epsilon) / divisor)
    near = sum((-np.where(far, 0.0, epsilon)) ** k / (k + 2) for k in range(TERMS))
    second = np.where(far, (1 - both) / divisor, near)
    mean = (np.clip(n0, 0.0, m0) * (both - second) + np.clip(n1, 0.0, m1) * second) / m0
    return np.where(valid, mean, 0.0)
