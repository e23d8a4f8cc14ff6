"""Newton's method in a plane, on losses whose critical points are known."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch

from compute.inspecting.bending import curvatures, kind, newton_step
from compute.inspecting.newton import advance, begin
from compute.inspecting.polish import STEPS, End, Polish
from compute.topology.critical_points import MAXIMUM, MINIMUM, SADDLE
from tests.compute.inspecting.closed_form import SKEWED, UPRIGHT, Function, at_weights, derived, weights_at

CELL = (0.1, 0.1)


def polished(function: Function, axes: np.ndarray = SKEWED, precision: str = "fp64", line: bool = False, start=(0, 0)):
    """The plane and the end of Newton's method from ``start``."""
    plane = derived(function, axes, precision, line)
    state = begin(plane, start, (CELL[0], 0.0) if line else CELL)
    while not state.end:
        state = advance(plane, state)
    return plane, state


def place(state: Polish, axes: np.ndarray = SKEWED) -> np.ndarray:
    return weights_at(state.here.alpha, state.here.beta, axes)


def bowl(x, y):
    return (x - 0.03) ** 2 + 3 * (y + 0.02) ** 2 + 2 * x**4 + 0.7


def saddle(x, y):
    return torch.cos(x - 0.02) + torch.cosh(2 * (y - 0.01))


def summit(x, y):
    return torch.exp(-((x - 0.04) ** 2) - 2 * (y - 0.03) ** 2)


@pytest.mark.parametrize(
    ("function", "where", "index", "eigenvalues"),
    [
        (saddle, (0.02, 0.01), SADDLE, (-1, 4)),
        (summit, (0.04, 0.03), MAXIMUM, (-4, -2)),
        (bowl, (0.02989315, -0.02), MINIMUM, (2.0214464, 6)),  # 2 (x − 0.03) + 8 x³ = 0
    ],
)
@pytest.mark.parametrize("precision", ["fp64", "fp32"])
@pytest.mark.parametrize("axes", [SKEWED, UPRIGHT])
def test_it_finds_place_and_kind_whatever_the_axes(  # noqa: PLR0917  pytest gives them by name
    function, where, index, eigenvalues, precision, axes
):
    """In weight space the answer is the same for all axes, to the tolerance: √ε of a cell."""
    plane, state = polished(function, axes, precision)
    assert state.end is End.CONVERGED and 0 < state.steps <= 5
    assert place(state, axes) == pytest.approx(where, abs=0.1 * math.sqrt(plane.precision) + 1e-7)
    found, error = curvatures(plane, state)
    assert found == pytest.approx(eigenvalues, rel=1e-3) and kind(found, error) == index
    assert np.abs(found - eigenvalues).max() <= error + 1e-6
    assert plane.gram.slope(state.here.gradient) <= state.tolerance


def test_the_residual_falls_quadratically():
    plane = derived(summit)
    state, residuals = begin(plane, (0, 0), CELL), []
    while not state.end:
        residuals.append(plane.gram.slope(state.here.gradient))
        state = advance(plane, state)
    residuals.append(plane.gram.slope(state.here.gradient))
    assert len(residuals) >= 3
    assert all(after < 20 * before**2 for before, after in pairwise(residuals))


def test_it_is_tolerant_of_rounding_and_not_of_more():
    """Relative to the smallest slope a cell away: 2 · 0.1 along x."""
    _, state = polished(lambda x, y: x**2 + 10 * y**2, UPRIGHT, "fp32")
    assert state.tolerance == pytest.approx(math.sqrt(2**-23) * 0.2, rel=1e-5)
    _, state = polished(lambda x, y: x**2 + 1e5 * y**2, UPRIGHT, "fp32")
    assert state.tolerance == pytest.approx(50 * 2**-23 * 2e4, rel=1e-5)  # rounding of the largest


def test_the_curvature_of_a_flat_minimum_is_zero_within_its_error():
    for precision in ("fp64", "fp32"):
        plane, state = polished(lambda x, y: (x - 0.03) ** 4 + (y - 0.03) ** 4, UPRIGHT, precision)
        assert state.end is End.CONVERGED
        assert kind(*curvatures(plane, state)) is None
    plane, state = polished(lambda x, y: (x - 0.03) ** 4 + (y - 0.03) ** 4, UPRIGHT)
    assert place(state, UPRIGHT) == pytest.approx([0.03, 0.03], abs=3e-4)


def test_a_step_is_taken_also_where_the_residual_is_small_already_for_it_shows_how_the_hessian_changes():
    """Beside the level place of x³ the curvature is below 0 on one side and above it on the other."""
    for function in (lambda x, y: (x - 0.001) ** 3 + y**2, lambda x, y: (x + 0.001) ** 3 + y**2):
        plane, state = polished(function, UPRIGHT, "fp32")
        assert begin(plane, (0, 0), CELL).end is None
        assert state.end is End.CONVERGED and state.steps >= 1 and kind(*curvatures(plane, state)) is None


def test_a_slope_without_a_critical_point_is_no_progress_and_no_kink():
    _, state = polished(lambda x, y: x + 0.3 * y**2)
    assert state.end is End.STALLED
    _, state = polished(lambda x, y: torch.exp(3 * x) + y**2)  # its critical point is at −∞
    assert state.end is End.LEFT


@pytest.mark.parametrize("start", [(0.0, 0.0), (0.013, -0.021), (-0.02, 0.01)])
def test_a_kink_is_called_so(start):
    for function in (
        lambda x, y: (x - 0.02).abs() + y**2,
        lambda x, y: (x - 0.02).abs() + 0.2 * x + 0.5 * x**2 + (y - 0.01).abs(),
        lambda x, y: torch.relu(x) - 0.3 * x + y**2,
    ):
        assert polished(function, start=start)[1].end is End.KINK


def test_two_halved_steps_that_gain_little_are_enough():
    """To and fro over the kink, each time a little nearer: the residual stays above 1."""
    _, state = polished(lambda x, y: (x - 0.03).abs() + 2 * (x - 0.03) ** 2 + y**2, UPRIGHT)
    assert state.end is End.KINK and (state.steps, state.idle) == (2, 2)


def test_the_tip_of_a_kink_is_no_place_where_the_gradient_vanishes():
    """torch.abs has slope 0 at 0, so that the residual there is 0."""
    plane, state = polished(lambda x, y: x.abs() + y**2)
    assert plane.gram.slope(state.here.gradient) == 0 and state.end is End.KINK


def test_a_point_three_cells_away_is_found_but_is_not_near():
    _, state = polished(lambda x, y: (x - 0.3) ** 2 + y**2, UPRIGHT)
    assert state.end is End.CONVERGED and state.cells_away == pytest.approx(3.0)
    assert state.steps == 3  # a cell each


def test_no_step_is_longer_than_a_cell_along_either_axis():
    plane = derived(lambda x, y: (x - 0.25) ** 2 + (y + 0.4) ** 2)
    state = begin(plane, (0, 0), CELL)
    while not state.end:
        before, state = state, advance(plane, state)
        moved = abs(state.here.alpha - before.here.alpha), abs(state.here.beta - before.here.beta)
        assert max(moved) <= 0.1 * (1 + 1e-12)


def test_a_long_way_along_one_eigenvector_does_not_shorten_the_step_along_the_other():
    """Along y Newton's step is 10 long and is cut to a cell; along x it is 0.05 and stays."""
    plane = derived(lambda x, y: (x - 0.05) ** 2 + 1e-4 * (y - 10) ** 2, UPRIGHT)
    assert newton_step(plane, begin(plane, (0, 0), CELL)) == pytest.approx([0.05, 0.1])


def test_it_backtracks_where_the_full_step_leads_up():
    """√(1 + 900 x²): Newton's step overshoots where |30 x| > 1."""
    _, state = polished(lambda x, y: (1 + 900 * (x - 0.06) ** 2).sqrt() + y**2, UPRIGHT)
    assert state.end is End.CONVERGED and place(state, UPRIGHT) == pytest.approx([0.06, 0.0], abs=1e-8)


def test_on_a_line_there_is_one_curvature():
    plane, state = polished(summit, line=True)
    found, error = curvatures(plane, state)
    along = SKEWED[0] / np.linalg.norm(SKEWED[0])
    assert state.end is End.CONVERGED and len(found) == 1 and kind(found, error) == MAXIMUM
    assert state.here.alpha * SKEWED[0][0] == pytest.approx(0.04, abs=1e-9) and state.here.beta == 0.0
    assert found[0] == pytest.approx(-2 * math.exp(-2 * 0.03**2) * along[0] ** 2, rel=1e-9)


def test_where_the_network_diverged_it_ends():
    _, state = polished(lambda x, y: torch.log(x - 1))
    assert state.end is End.DIVERGED
    _, state = polished(lambda x, y: (x - 0.05) ** 2 + y**2 - 1e-3 * torch.log(0.06 - x), UPRIGHT)
    assert state.end is End.CONVERGED  # steps beyond 0.06 do not count
    assert 0.02 < place(state, UPRIGHT)[0] < 0.06


def test_it_ends_after_so_many_steps():
    """The logarithm has slope 1 / x: each step doubles x and halves the residual."""
    state = begin(plane := derived(lambda x, y: torch.log(x + 1e-7) + y**2, UPRIGHT), (0, 0), CELL)
    for _ in range(STEPS + 5):
        state = advance(plane, state)
    assert state.end is End.LIMIT and state.steps == STEPS
    assert advance(plane, state) is state


def test_weights_and_coordinates_of_these_tests_belong_together():
    assert weights_at(*at_weights(0.3, -0.2)) == pytest.approx([0.3, -0.2])
