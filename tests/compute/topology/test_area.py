"""The area below a level in one cell against closed forms and against quadrature."""

import numpy as np
import pytest
from scipy import integrate

from compute.topology.area import area_below

BOTH = np.array([True])


def area(corners: list[float], level: float, left: bool = True, right: bool = True) -> float:
    (found,) = area_below(np.array([corners]), level, np.array([left]), np.array([right]))
    return float(found)


@pytest.mark.parametrize("level", [1e-9, 1e-3, 0.25, 0.9, 1 - 1e-9, 1.0])
def test_below_a_hyperbola(level: float) -> None:
    """u v <= h: h − h log h. 1e-15: rounding"""
    for corners in ([0, 0, 0, 1], [0, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0]):
        assert area(corners, level) == pytest.approx(level - level * np.log(level), abs=1e-15)


@pytest.mark.parametrize("twist", [0.0, 1e-15, 1e-9, 1e-4, 0.05, 0.2, 3.0])
@pytest.mark.parametrize("level", [0.3, 0.999999, 1.7])
def test_nearly_flat_cells_are_as_exact_as_twisted_ones(twist: float, level: float) -> None:
    """u + v + k u v <= h, also by integrating v(u) = (h − u) / (1 + k u), cut to [0, 1]."""
    cut = [max((level - 1) / (1 + twist), 0.0), min(level, 1.0)]  # v falls from 1 to 0 here
    middle, _ = integrate.quad(lambda u: (level - u) / (1 + twist * u), *cut, epsabs=1e-14)
    assert area([0, 1, 1, 2 + twist], level) == pytest.approx(cut[0] + middle, abs=1e-13)


def test_random_cells_against_quadrature() -> None:
    rng = np.random.default_rng(0)
    for number in range(200):
        corners = (rng.normal(size=4) if number % 2 else rng.integers(0, 3, 4) * 1.0).tolist()
        level = float(rng.normal())
        a, b, c, d = corners
        breaks = [(level - x) / (y - x) for x, y in ((a, c), (b, d)) if x != y]
        inside = [k for k in breaks if 0 < k < 1]
        expected, _ = integrate.quad(length, 0, 1, (corners, level), points=inside or None, epsabs=1e-11)
        assert area(corners, level) == pytest.approx(expected, abs=1e-9)


def length(v: float, corners: list[float], level: float) -> float:
    """How much of the line at v lies below."""
    a, b, c, d = corners
    left, right = a + (c - a) * v, b + (d - b) * v
    if left == right:
        return float(left <= level)
    share = min(max((level - left) / (right - left), 0.0), 1.0)
    return share if right > left else 1 - share


def test_two_pieces_that_are_apart_are_told_apart() -> None:
    """u + v − 2 u v <= h < 1/2: around (0, 0) and (1, 1), mirror images of each other."""
    corners, level = [0.0, 1.0, 1.0, 0.0], 0.4
    whole, left, right = (area(corners, level, *sides) for sides in ((True, True), (True, False), (False, True)))
    # v <= (h − u) / (1 − 2 u) for u in [0, h]: ∫ = h / 2 + (1 − 2h) log(1 − 2h) / 4
    assert left == pytest.approx(level / 2 + (1 - 2 * level) * np.log(1 - 2 * level) / 4, abs=1e-15)
    assert right == pytest.approx(left, abs=1e-15) and whole == pytest.approx(2 * left, abs=1e-15)
    # where the two meet, the denominator goes to 0: some digits less
    assert area(corners, 0.5) == pytest.approx(0.5, abs=1e-14)
    assert area(corners, level, False, False) == 0


def test_all_nothing_and_a_plateau() -> None:
    assert area([1, 2, 3, 4], 4.0) == 1 and area([1, 2, 3, 4], 0.5) == 0
    assert area([1, 1, 1, 1], 1.0) == 1
    assert area([1, 1, 1, 1], 1.0 - 1e-15) == 0
    assert area([0, 1, 0, 1], 0.25) == 0.25 and area([0, 0, 1, 1], 0.25) == 0.25
    assert area_below(np.empty((0, 4)), 1.0, np.empty(0, np.bool_), np.empty(0, np.bool_)).shape == (0,)
