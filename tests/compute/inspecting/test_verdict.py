"""Each kind of verdict, on losses whose critical points are known."""

import math

import pytest
import torch

from compute.inspecting.newton import advance, begin
from compute.inspecting.verdict import judge
from compute.landscape import Domain
from compute.topology.critical_points import MAXIMUM, MINIMUM, SADDLE, CriticalPoint
from compute.verification import Outcome, Verdict
from tests.compute.inspecting.closed_form import SKEWED, UPRIGHT, derived

CELL = 0.1
DOMAIN = Domain((-1.0, 1.0), (-1.0, 1.0), 21, 21)
LINE = Domain((-1.0, 1.0), (0.0, 0.0), 21, 1)
VERIFIED, MOVED, REFUTED = Outcome


def verdict(function, index, at=(0.0, 0.0), axes=UPRIGHT, domain=DOMAIN) -> Verdict:
    plane = derived(function, axes, line=domain.is_line)
    state = begin(plane, at, (CELL, 0.0) if domain.is_line else (CELL, CELL))
    while not state.end:
        state = advance(plane, state)
    return judge(plane, domain, CriticalPoint(*at, 1.0, index), state)


def bowl_at(x0: float, y0: float = 0.0):
    return lambda x, y: (x - x0) ** 2 + 2 * (y - y0) ** 2 + 5


@pytest.mark.parametrize(
    ("function", "index", "outcome", "found"),
    [
        (bowl_at(0.03, -0.04), MINIMUM, VERIFIED, MINIMUM),
        (bowl_at(0.0999), MINIMUM, VERIFIED, MINIMUM),  # within one cell
        (bowl_at(0.1001), MINIMUM, MOVED, MINIMUM),
        (bowl_at(0.0, 0.199), MINIMUM, MOVED, MINIMUM),  # within two
        (bowl_at(0.0, 0.201), MINIMUM, REFUTED, None),
        (bowl_at(0.03), SADDLE, MOVED, MINIMUM),  # another kind, near
        (bowl_at(0.15), SADDLE, REFUTED, MINIMUM),  # another kind, farther
        (lambda x, y: (x - 0.02) * (y + 0.01), SADDLE, VERIFIED, SADDLE),
        (lambda x, y: -torch.cosh(x - 0.02) - y**2, MAXIMUM, VERIFIED, MAXIMUM),
        (lambda x, y: (x - 0.03) ** 4 + (y - 0.03) ** 4, MINIMUM, VERIFIED, MINIMUM),  # by a loop
        (lambda x, y: (x - 0.03) ** 3 + y**2, MINIMUM, MOVED, None),  # no loop tells: its kind is open
        (lambda x, y: (x - 0.02).abs() + y**2, MINIMUM, VERIFIED, MINIMUM),  # a kink
        (lambda x, y: (x - 0.02).abs() - y**2, SADDLE, VERIFIED, SADDLE),
        (lambda x, y: x + y**2, MINIMUM, REFUTED, None),
        (lambda x, y: torch.log(x - 1), MINIMUM, REFUTED, None),
    ],
)
def test_the_outcome_follows_from_distance_and_kind(function, index, outcome, found):
    result = verdict(function, index)
    assert (result.outcome, result.found_index) == (outcome, found), result.reason


def test_distances_are_in_cells_of_the_axes_not_in_weights():
    """Along the long axis a cell is 2 long in the weights: what is 0.19 away lies within it."""
    assert verdict(bowl_at(0.19), MINIMUM, axes=SKEWED).outcome is VERIFIED
    assert verdict(bowl_at(0.21), MINIMUM, axes=SKEWED).outcome is MOVED


def test_numbers_are_those_of_the_place_that_was_found():
    result = verdict(bowl_at(0.03, -0.04), MINIMUM)
    assert result.found == pytest.approx((0.03, -0.04), abs=1e-12)
    assert result.value == pytest.approx(5.0) and result.eigenvalues == pytest.approx((2.0, 4.0))
    assert result.residual < 1e-12 and result.gradient_norm == pytest.approx(result.residual, abs=1e-15)
    assert (result.alpha, result.beta, result.slice_index, result.steps) == (0.0, 0.0, MINIMUM, 1)


def test_the_full_gradient_is_what_the_slice_does_not_see():
    """Along the line y = 0 the other derivative stays: 0.7."""
    result = verdict(lambda x, y: (x - 0.03) ** 2 + 0.7 * y, MINIMUM, domain=LINE)
    assert result.outcome is VERIFIED and result.residual < 1e-12
    assert result.gradient_norm == pytest.approx(0.7) and result.eigenvalues == pytest.approx((2.0,))


@pytest.mark.parametrize(
    ("function", "at", "index"),
    [
        (lambda x, y: x + y**2, (-1.0, 0.0), MINIMUM),
        (lambda x, y: -x + y**2, (1.0, 0.0), MINIMUM),
        (lambda x, y: y + x**2, (0.0, -1.0), MINIMUM),
        (lambda x, y: x + y, (-1.0, -1.0), MINIMUM),  # a corner
        (lambda x, y: x - y**2, (-1.0, 0.0), SADDLE),
    ],
)
def test_a_candidate_on_the_rim_where_the_loss_falls_further_outside_is_refuted_as_such(function, at, index):
    result = verdict(function, index, at)
    assert result.outcome is REFUTED
    assert result.reason.endswith("of the rim only: the loss falls further outside")


def test_a_candidate_on_the_rim_where_the_gradient_vanishes_is_verified():
    assert verdict(bowl_at(-1.02), MINIMUM, (-1.0, 0.0)).outcome is VERIFIED
    assert verdict(bowl_at(-1.5), MINIMUM, (-1.0, 0.0)).outcome is REFUTED


def test_a_refuted_one_inside_or_where_the_loss_rises_outside_does_not_speak_of_the_rim():
    assert "rim" not in verdict(lambda x, y: x + y**2, MINIMUM, (-0.9, 0.0)).reason
    assert "rim" not in verdict(lambda x, y: -x + y**2, MINIMUM, (-1.0, 0.0)).reason


def test_the_ends_of_a_line_are_its_rim():
    assert "rim" in verdict(lambda x, y: x - y, MINIMUM, (-1.0, 0.0), domain=LINE).reason
    assert verdict(lambda x, y: (x - 0.01).abs(), MINIMUM, domain=LINE).outcome is VERIFIED
    assert verdict(lambda x, y: -(x**2), MAXIMUM, domain=LINE).found_index == MAXIMUM


def test_reasons_say_what_was_found():
    assert verdict(bowl_at(0.03), MINIMUM).reason == "the gradient within the plane vanishes"
    assert verdict(bowl_at(0.15), MINIMUM).reason == "the gradient within the plane vanishes 1.5 cells away"
    assert verdict(bowl_at(0.03), SADDLE).reason == "the gradient within the plane vanishes, but it is a minimum"
    kink = verdict(lambda x, y: (x - 0.001).abs() + (y + 0.002).abs() + x**2, MINIMUM).reason
    assert kink == (
        "the gradient points as around a minimum at 1/16 of a cell around it, though the gradient does not vanish but "
        "jumps, as at a kink of ReLU"
    )


def test_what_is_not_finite_can_be_written_and_read_again():
    result = verdict(lambda x, y: torch.log(x - 1), MINIMUM)
    assert math.isnan(result.residual) and result.describe()["residual"] is None
