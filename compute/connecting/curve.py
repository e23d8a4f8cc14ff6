"""The quadratic Bézier curve from A over a bend to B, in coordinates of the plane that holds it.

φ(t) = (1 − t)² A + 2 t (1 − t) θ + t² B, t in [0, 1] (Garipov et al. 2018, arXiv:1802.10026, section 3.2). With the
origin in A, B at (1, 0) and θ at ``bend`` (alpha, beta) its coordinates are α(t) = 2 t (1 − t) α_θ + t² and
β(t) = 2 t (1 − t) β_θ.
"""

import numpy as np

from compute.landscape import Floats

PIECES = 2048  # chords that a length is summed over; they fall short of it by less than 1e-6 of it


def shares(t: float) -> tuple[float, float, float]:
    """What A, the bend and B count at t: three numbers from 0 to 1 whose sum is 1."""
    return (1 - t) ** 2, 2 * t * (1 - t), t**2


def places(bend: tuple[float, float], t: Floats) -> tuple[Floats, Floats]:
    """Alpha and beta of the curve at each t, of any shape."""
    middle = 2 * t * (1 - t)
    return middle * bend[0] + t**2, middle * bend[1]


def length(bend: tuple[float, float], unit: tuple[float, float] = (1.0, 1.0)) -> float:
    """Of the curve, where the two axes are orthogonal and ``unit`` long."""
    alpha, beta = places(bend, np.linspace(0.0, 1.0, PIECES + 1))
    return float(np.hypot(np.diff(alpha) * unit[0], np.diff(beta) * unit[1]).sum())
