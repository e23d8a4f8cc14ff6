"""Surfaces to be measured without a network, and a sweep that asks for nothing but what the rule wants."""

from collections.abc import Callable

import numpy as np

from compute.landscape import Floats
from compute.refinement import Bools, Rule, climb

Function = Callable[[Floats, Floats], Floats]


def grid(surface: Function, n_alpha: int, n_beta: int | None = None) -> Floats:
    """A surface on [−1, 1]²; with one row on the line y = 0.3."""
    n_beta = n_alpha if n_beta is None else n_beta
    y = np.linspace(-1, 1, n_beta) if n_beta > 1 else np.array([0.3])
    return surface(*np.meshgrid(np.linspace(-1, 1, n_alpha), y))


def cusp(x: Floats, y: Floats) -> Floats:
    """The log has a narrow funnel at (0.13, −0.21), as that of a trained network has."""
    return 1e-2 + (x - 0.13) ** 2 + 2 * (y + 0.21) ** 2


def kink(x: Floats, y: Floats) -> Floats:
    """Not smooth along a slanting line, as with ReLU."""
    return 0.5 + np.abs(x - 0.4 * y - 0.11) + 0.2 * y**2


def wall(x: Floats, y: Floats) -> Floats:
    """Diverges beyond a circle."""
    with np.errstate(divide="ignore"):
        return np.where(x**2 + y**2 < 0.83, 1 / np.maximum(0.9 - x**2 - y**2, 0), np.inf)


def signed(x: Floats, y: Floats) -> Floats:
    """No logarithm."""
    return np.tanh(12 * (x + 0.3 * y - 0.17)) + 0.3 * y


SURFACES: dict[str, Function] = {"cusp": cusp, "kink": kink, "wall": wall, "signed": signed}


def measured_by(values: Floats, rule: Rule, before: Bools | None = None) -> Bools:
    """What is measured at the end of a sweep of nothing but that which is wanted."""
    measured = np.zeros(values.shape, np.bool_) if before is None else before.copy()
    while not (level := list(climb(values, measured, rule))[-1]).complete:
        measured[:: level.stride, :: level.stride] |= level.wanted
    return measured
