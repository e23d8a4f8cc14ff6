"""Surfaces with known critical points, and ways to make grids of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Domain, Floats

Function = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True)
class Surface:
    """A function z(x, y) and its critical points (x, y) inside ``domain``: (minima, saddles, maxima)."""

    z: Function
    minima: tuple[tuple[float, float], ...]
    saddles: tuple[tuple[float, float], ...]
    maxima: tuple[tuple[float, float], ...]
    alpha: tuple[float, float]
    beta: tuple[float, float]

    @property
    def counts(self) -> tuple[int, int, int]:
        return len(self.minima), len(self.saddles), len(self.maxima)

    def on_grid(self, n_alpha: int, n_beta: int) -> tuple[Domain, Floats]:
        """The surface on an even grid of its domain; values (n_beta, n_alpha)."""
        domain = Domain(self.alpha, self.beta, n_alpha, n_beta)
        return domain, self.z(*np.meshgrid(domain.alphas, domain.betas))


def _himmelblau(x: Floats, y: Floats) -> Floats:
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


BOWL = Surface(lambda x, y: (x - 0.25) ** 2 + 2 * (y + 0.5) ** 2, ((0.25, -0.5),), (), (), (-1, 1), (-1, 1))

# On the boundary: (±1, 0) are the two highest places, (0, ±1) the two lowest, which are minima of the slice.
SADDLE = Surface(lambda x, y: x**2 - y**2, ((0, -1), (0, 1)), ((0, 0),), (), (-1, 1), (-1, 1))

# z(±1, 0) = 0, z(0, 0) = 1: the second minimum has persistence 1.
DOUBLE_WELL = Surface(lambda x, y: (x**2 - 1) ** 2 + 2 * y**2, ((-1, 0), (1, 0)), ((0, 0),), (), (-2, 2), (-1, 1))

# Himmelblau (1972), Applied Nonlinear Programming; roots of the gradient to eight digits.
HIMMELBLAU = Surface(
    _himmelblau,
    ((3.0, 2.0), (-2.80511809, 3.13131252), (-3.77931025, -3.28318599), (3.58442834, -1.84812653)),
    ((0.08667750, 2.88425470), (3.38515418, 0.07385188), (-0.12796135, -1.95371498), (-3.07302575, -0.08135304)),
    ((-0.27084459, -0.92303856),),
    (-5, 5),
    (-5, 5),
)

# x³ − 3xy² falls in three directions from the origin, so the index there is −2. On a grid the point splits into two
# simple saddles. The three valleys end on the boundary in one minimum each.
MONKEY_SADDLE = Surface(
    lambda x, y: x**3 - 3 * x * y**2, ((-1, 0), (1, -1), (1, 1)), ((0, 0), (0, 0)), (), (-1, 1), (-1, 1)
)

ALL = {
    "bowl": BOWL,
    "saddle": SADDLE,
    "double well": DOUBLE_WELL,
    "himmelblau": HIMMELBLAU,
    "monkey saddle": MONKEY_SADDLE,
}


def square(values: NDArray[np.float64]) -> Domain:
    """[-1, 1]² with the resolution of ``values``."""
    return Domain((-1.0, 1.0), (-1.0, 1.0), values.shape[1], values.shape[0])
