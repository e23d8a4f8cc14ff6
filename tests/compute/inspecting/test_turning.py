"""Loops around critical points: smooth, flat and kinked ones, and places where there is none."""

import math

import pytest
import torch

from compute.inspecting.turning import enclosed
from compute.topology.critical_points import MAXIMUM, MINIMUM, SADDLE
from tests.compute.inspecting.closed_form import SKEWED, UPRIGHT, derived

CELL = (0.1, 0.1)
OTHER = -7  # no index that there is: then the smallest loop that tells decides


@pytest.mark.parametrize("axes", [SKEWED, UPRIGHT])
@pytest.mark.parametrize(
    ("function", "index"),
    [
        (lambda x, y: x**2 + y**2, MINIMUM),
        (lambda x, y: x**2 + 1000 * y**2, MINIMUM),  # a valley, around whose ends the gradient turns quickly
        (lambda x, y: -(x**2) - 30 * y**2, MAXIMUM),
        (lambda x, y: x * y, SADDLE),
        (lambda x, y: x**2 - 200 * y**2, SADDLE),
        (lambda x, y: x**4 + y**4, MINIMUM),
        (lambda x, y: (x - 0.002).abs() + (y + 0.001).abs(), MINIMUM),
        (lambda x, y: (x - 0.002).abs() + 0.3 * x - (y + 0.001).abs(), SADDLE),
        (lambda x, y: x**3 + y**2, None),  # the gradient vanishes, but the loss falls on to one side
        (lambda x, y: x**3 - 3 * x * y**2, None),  # three valleys: it turns twice
        (lambda x, y: x + y**2, None),
        (lambda x, y: (x - 0.002).abs() + 2 * x + y**2, None),  # a kink in a slope
        (lambda x, y: 0 * x, None),
    ],
)
def test_a_loop_tells_what_it_encloses(function, index, axes):
    found = enclosed(derived(function, axes), (0.0, 0.0), CELL, OTHER)
    assert found == (None if index is None else (index, 1 / 16))


def test_where_the_gradient_turns_quickly_between_two_places_the_way_between_is_halved():
    """A narrow valley at an angle of 15 degrees, half-way between two of the twelve places."""
    c, s = math.cos(math.pi / 12), math.sin(math.pi / 12)
    plane = derived(lambda x, y: (c * x + s * y) ** 2 + 1e4 * (c * y - s * x) ** 2, UPRIGHT)
    assert enclosed(plane, (0.0, 0.0), CELL, OTHER) == (MINIMUM, 1 / 16)


def test_a_jump_to_the_opposite_could_have_turned_either_way_and_tells_nothing():
    """A crease, level all along but for what could be rounding."""
    for least in (0.0, 1e-6):
        plane = derived(lambda x, y, least=least: x.abs() + least * y**2, UPRIGHT)
        assert enclosed(plane, (0.0, 0.0), CELL, OTHER) is None


def test_a_larger_loop_is_tried_for_the_index_wanted():
    """A small dent in a saddle: a minimum within a sixteenth of a cell, and a saddle of the whole."""
    plane = derived(lambda x, y: x**2 - y**2 - 2e-4 * torch.exp(-(x**2 + y**2) / 1e-4), UPRIGHT)
    assert enclosed(plane, (0.0, 0.0), CELL, MINIMUM) == (MINIMUM, 1 / 16)
    assert enclosed(plane, (0.0, 0.0), CELL, SADDLE) == (SADDLE, 1 / 4)
    plane = derived(lambda x, y: x**2 + y**2 - 0.01 * (x - 0.03).abs(), UPRIGHT)  # minima at ±0.005 but for the kink
    assert enclosed(plane, (0.03, 0.0), CELL, MINIMUM) == (MINIMUM, 1.0)


def test_a_loop_on_which_more_points_outwards_may_enclose_nothing_but_a_maximum():
    """The Laplacian is 12 on average, and the only critical point is a maximum at (0.85, 0.34) cells."""

    def cubic(x, y):
        x, y = 10 * x, 10 * y
        return 3 * x + y + 5 * x**2 + 4 * x * y + y**2 - 5 * x**3 - 3 * x**2 * y - 2 * x * y**2 - 5 * y**3

    found = [enclosed(derived(sign, UPRIGHT), (0.0, 0.0), CELL, OTHER) for sign in (cubic, lambda x, y: -cubic(x, y))]
    assert found[0] in (None, (MAXIMUM, 1.0)) and found[1] in (None, (MINIMUM, 1.0))


def test_where_a_part_of_the_loop_diverged_nothing_is_told():
    plane = derived(lambda x, y: x**2 + y**2 + 0 * torch.log(0.01 - x), UPRIGHT)
    assert enclosed(plane, (0.0, 0.0), CELL, OTHER) == (MINIMUM, 1 / 16)
    assert enclosed(plane, (0.005, 0.0), CELL, OTHER) is None


@pytest.mark.parametrize(
    ("function", "index"),
    [
        (lambda x, y: (x - 0.001).abs(), MINIMUM),
        (lambda x, y: -(x**2), MAXIMUM),
        (lambda x, y: x, None),
    ],
)
def test_on_a_line_two_places_tell(function, index):
    found = enclosed(derived(function, UPRIGHT, line=True), (0.0, 0.0), (0.1, 0.0), OTHER)
    assert found == (None if index is None else (index, 1 / 16))
