"""The curve in its plane against the curve in weight space, and its length against an integral."""

import numpy as np
import pytest
import torch
from scipy.integrate import quad

from compute.connecting.connection import connection_axes
from compute.connecting.curve import length, places, shares
from compute.errors import BadInputError
from compute.plane import dot
from tests.compute.tiny import flat

SHAPES = {"a": (3, 2), "b": (4,)}


def weights(seed: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {name: torch.randn(shape, generator=generator, dtype=torch.float64) for name, shape in SHAPES.items()}


def test_places_in_the_plane_are_those_of_the_curve_in_weight_space():
    first, bend, second = weights(1), weights(2), weights(3)
    axes, middle = connection_axes(first, bend, second)
    for t in (0.0, 0.2, 0.5, 0.9, 1.0):
        alpha, beta = places(middle, np.array(t))
        a, b, c = shares(t)
        there = a * flat(first) + b * flat(bend) + c * flat(second)
        np.testing.assert_allclose(flat(first) + alpha * flat(axes.delta) + beta * flat(axes.eta), there, atol=1e-12)


def test_axes_are_orthogonal_and_as_long_as_the_networks_are_apart():
    first, bend, second = weights(4), weights(5), weights(6)
    axes, _ = connection_axes(first, bend, second)
    apart = float((flat(second) - flat(first)).norm())
    assert axes.norms == pytest.approx((apart, apart), rel=1e-12)
    assert abs(dot(axes.delta, axes.eta)) < 1e-12 * apart**2


def test_a_bend_on_the_line_and_equal_networks_span_no_plane():
    first, second = weights(7), weights(8)
    middle = {name: (first[name] + second[name]) / 2 for name in first}
    with pytest.raises(BadInputError, match="straight line still"):
        connection_axes(first, middle, second)
    with pytest.raises(BadInputError, match="same weights"):
        connection_axes(first, second, first)


@pytest.mark.parametrize("bend", [(0.5, 0.0), (0.5, 0.7), (-1.0, 3.0)])
def test_length_is_the_integral_of_the_speed(bend):
    unit = 2.5

    def speed(t: float) -> float:
        along = 2 * (1 - 2 * t) * bend[0] + 2 * t
        return unit * float(np.hypot(along, 2 * (1 - 2 * t) * bend[1]))

    assert length(bend, (unit, unit)) == pytest.approx(quad(speed, 0, 1, limit=200)[0], rel=1e-6)
