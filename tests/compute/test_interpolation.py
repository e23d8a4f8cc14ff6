"""Interpolation against scipy, closed forms and the errors that theory predicts."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.interpolate import CubicHermiteSpline, CubicSpline, make_interp_spline

from compute.interpolation import refine, weights
from compute.landscape import Floats

# Two ways to solve the same well-conditioned system of equations of order one differ by some ulps.
ROUNDING = 1e-12


def positions(n: int, factor: int) -> Floats:
    return np.arange((n - 1) * factor + 1) / factor


def catmull_rom(nodes: Floats) -> CubicHermiteSpline:
    """Central differences inside; at the ends the slope of the parabola through three nodes."""
    slopes = np.gradient(nodes, edge_order=2)
    return CubicHermiteSpline(np.arange(len(nodes)), nodes, slopes)


def bilinear(values: Floats, factor: int) -> Floats:
    for axis, n in enumerate(values.shape):
        values = np.apply_along_axis(
            lambda line, n=n: np.interp(positions(n, factor), np.arange(n), line), axis, values
        )
    return values


# ── weights ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("n", [17, 18, 33])
@pytest.mark.parametrize("factor", [2, 3, 8])
def test_weights_are_those_of_a_not_a_knot_spline_from_seventeen_points(n: int, factor: int) -> None:
    nodes = np.random.default_rng(n).normal(size=n)
    expected = CubicSpline(np.arange(n), nodes, bc_type="not-a-knot")(positions(n, factor))
    np.testing.assert_allclose(weights(n, factor) @ nodes, expected, atol=ROUNDING)


@pytest.mark.parametrize("n", [9, 10, 16])
@pytest.mark.parametrize("factor", [2, 3, 8])
def test_from_nine_points_they_are_those_of_a_spline_that_is_a_parabola_at_the_rims(n: int, factor: int) -> None:
    nodes = np.random.default_rng(n).normal(size=n)
    parabola = [(3, 0.0)]  # the third derivative at either end is zero
    spline = make_interp_spline(np.arange(n), nodes, k=3, bc_type=(parabola, parabola))
    np.testing.assert_allclose(weights(n, factor) @ nodes, spline(positions(n, factor)), atol=ROUNDING)


@pytest.mark.parametrize("n", [3, 4, 5, 8])
@pytest.mark.parametrize("factor", [2, 3, 8])
def test_weights_are_those_of_catmull_rom_below_nine_points(n: int, factor: int) -> None:
    nodes = np.random.default_rng(n).normal(size=n)
    np.testing.assert_allclose(weights(n, factor) @ nodes, catmull_rom(nodes)(positions(n, factor)), atol=ROUNDING)


def test_two_points_are_joined_by_a_straight_line() -> None:
    np.testing.assert_allclose(weights(2, 4) @ [1.0, 3.0], [1, 1.5, 2, 2.5, 3], atol=ROUNDING)


@pytest.mark.parametrize(("n", "degree"), [(2, 1), (3, 2), (5, 2), (8, 2), (9, 2), (16, 2), (17, 3), (65, 3)])
def test_polynomials_are_reproduced_up_to_the_degree_of_the_scheme(n: int, degree: int) -> None:
    for power in range(degree + 1):
        x = np.linspace(-1, 1, n)
        fine = np.linspace(-1, 1, (n - 1) * 4 + 1)
        np.testing.assert_allclose(weights(n, 4) @ x**power, fine**power, atol=ROUNDING)


def test_a_single_point_stays_what_it_is() -> None:
    np.testing.assert_array_equal(weights(1, 8), [[1.0]])


@pytest.mark.parametrize("n", [1, 2, 3, 5, 9, 33])
def test_weights_sum_to_one(n: int) -> None:
    np.testing.assert_allclose(weights(n, 8).sum(axis=1), 1, atol=ROUNDING)


@pytest.mark.parametrize("n", [2, 5, 9, 33])
def test_weights_know_no_left_and_right(n: int) -> None:
    np.testing.assert_allclose(weights(n, 4), weights(n, 4)[::-1, ::-1], atol=ROUNDING)


def test_weights_are_shared_and_therefore_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        weights(9, 2)[0, 0] = 5


# ── refine ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("shape", [(5, 5), (9, 9), (5, 17), (26, 26), (2, 3), (1, 9)])
@pytest.mark.parametrize("offset", [0.0, 5.0])  # with it all values are positive, and the logarithm is used
def test_old_nodes_keep_their_values_to_the_last_bit(shape: tuple[int, int], offset: float) -> None:
    values = np.random.default_rng(1).uniform(-1, 1, shape) + offset
    fine = refine(values, 4)
    assert fine.shape == tuple((n - 1) * 4 + 1 for n in shape)
    np.testing.assert_array_equal(fine[::4, ::4], values)


def test_factor_one_changes_nothing() -> None:
    values = np.random.default_rng(1).normal(size=(9, 9))
    np.testing.assert_array_equal(refine(values, 1), values)


def test_positive_values_are_interpolated_on_the_logarithm() -> None:
    """exp of a cubic in x and y: exact on the logarithm, and over fourteen decades far from it otherwise."""
    x, y = np.meshgrid(np.linspace(-1, 1, 17), np.linspace(-1, 1, 17))
    fine_x, fine_y = np.meshgrid(np.linspace(-1, 1, 65), np.linspace(-1, 1, 65))
    fine = refine(np.exp(8 * x**3 - 8 * x * y**2 + y), 4)
    # Relative: the logarithm is exact to 1e-12, and so is its exponential.
    np.testing.assert_allclose(fine, np.exp(8 * fine_x**3 - 8 * fine_x * fine_y**2 + fine_y), rtol=1e-11)
    assert (fine > 0).all()


def test_a_single_zero_turns_the_logarithm_off() -> None:
    x, y = np.meshgrid(np.linspace(0, 1, 17), np.linspace(0, 1, 17))
    fine_x, fine_y = np.meshgrid(np.linspace(0, 1, 65), np.linspace(0, 1, 65))
    np.testing.assert_allclose(refine(x**3 + y**2, 4), fine_x**3 + fine_y**2, atol=ROUNDING)


def test_values_of_the_whole_range_of_a_loss_stay_finite() -> None:
    """Losses are computed in single precision, so 3e38 is the largest there is; a needle overshoots on every side."""
    values = np.full((17, 17), 1e-12)
    values[8, 8] = 3e38
    assert np.isfinite(refine(values, 8)).all()


@pytest.mark.parametrize("state", [np.nan, np.inf])
@pytest.mark.parametrize("factor", [2, 4, 8])
def test_diverged_and_unmeasured_nodes_do_not_spread(state: float, factor: int) -> None:
    """They mark the half cells around them and nothing else; beyond, the ground is what the other nodes make it."""
    values = np.random.default_rng(2).uniform(1, 2, (17, 17))
    values[6, 9] = state
    fine = refine(values, factor)
    rows, columns = np.nonzero(~np.isfinite(fine))
    assert fine[6 * factor, 9 * factor] == pytest.approx(state, nan_ok=True)
    assert np.abs(rows / factor - 6).max() <= 0.5 and np.abs(columns / factor - 9).max() <= 0.5
    np.testing.assert_array_equal(np.isnan(fine), ~np.isfinite(fine) & np.isnan(state))
    np.testing.assert_array_equal(fine[::factor, ::factor], values)


@pytest.mark.parametrize("state", [np.nan, np.inf])
@pytest.mark.parametrize("place", [(6, 9), (7, 9), (6, 8), (7, 8), (0, 0), (16, 3)])
@pytest.mark.parametrize("factor", [2, 3, 4, 8])
def test_a_hole_is_as_wide_on_either_side_wherever_the_node_lies(
    state: float, place: tuple[int, int], factor: int
) -> None:
    """A place halfway between a hole and the ground belongs to the hole: the rims of its square included."""
    values = np.ones((17, 17))
    values[place] = state
    hole = ~np.isfinite(refine(values, factor))
    row, column = (np.abs(np.arange(16 * factor + 1) - factor * k) <= factor / 2 for k in place)
    np.testing.assert_array_equal(hole, row[:, None] & column)


@pytest.mark.parametrize("factor", [2, 4])
def test_halfway_between_an_unknown_and_a_diverged_node_it_has_diverged(factor: int) -> None:
    for pair in ([np.nan, np.inf], [np.inf, np.nan]):
        fine = refine(np.array([pair, pair]), factor)
        assert np.isposinf(fine[:, factor // 2]).all()
        np.testing.assert_array_equal(fine[:, [0, factor]], [pair] * (factor + 1))


def test_nothing_but_unknown_nodes_is_unknown() -> None:
    assert np.isnan(refine(np.full((5, 9), np.nan), 4)).all()


def test_a_line_is_interpolated_along_itself() -> None:
    nodes = np.random.default_rng(4).uniform(1, 2, 17)
    expected = np.exp(CubicSpline(np.arange(17), np.log(nodes))(positions(17, 8)))
    np.testing.assert_allclose(refine(nodes[None], 8), expected[None], rtol=1e-12)


def test_nothing_but_diverged_nodes_is_a_diverged_surface() -> None:
    assert np.isposinf(refine(np.full((5, 9), np.inf), 4)).all()


def test_error_of_the_spline_falls_with_the_fourth_power_and_of_straight_lines_with_the_second() -> None:
    """Halving the spacing divides the maximum error by 16 and 4 in the limit; the bands allow for coarse grids."""

    def surface(x: Floats, y: Floats) -> Floats:
        return np.exp(np.sin(3 * x + 1) * np.cos(2 * y))

    def error(interpolate: Callable[[Floats, int], Floats], n: int) -> float:
        factor = 256 // (n - 1)
        truth = surface(*np.meshgrid(np.linspace(-1, 1, 257), np.linspace(-1, 1, 257)))
        return float(np.abs(interpolate(truth[::factor, ::factor], factor) - truth).max())

    sizes = (17, 33, 65)
    for interpolate, order in ((refine, 4), (bilinear, 2)):
        errors = [error(interpolate, n) for n in sizes]
        observed = np.log2(np.array(errors[:-1]) / errors[1:])
        np.testing.assert_allclose(observed, order, atol=0.6)
    assert error(refine, 33) < error(bilinear, 33) / 20
