"""Reconstruction against scipy, closed forms and the errors that theory predicts."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.interpolate import CubicHermiteSpline, CubicSpline

from compute.landscape import Counts, Floats
from compute.levels import COARSEST
from compute.reconstruction import Reconstruction, reconstruct, refine, weights
from tests import surfaces
from tests.surfaces import Function

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


@pytest.mark.parametrize("n", [9, 10, 17, 33])
@pytest.mark.parametrize("factor", [2, 3, 8])
def test_weights_are_those_of_a_not_a_knot_spline_from_nine_points(n: int, factor: int) -> None:
    nodes = np.random.default_rng(n).normal(size=n)
    expected = CubicSpline(np.arange(n), nodes, bc_type="not-a-knot")(positions(n, factor))
    np.testing.assert_allclose(weights(n, factor) @ nodes, expected, atol=ROUNDING)


@pytest.mark.parametrize("n", [3, 4, 5, 8])
@pytest.mark.parametrize("factor", [2, 3, 8])
def test_weights_are_those_of_catmull_rom_below_nine_points(n: int, factor: int) -> None:
    nodes = np.random.default_rng(n).normal(size=n)
    np.testing.assert_allclose(weights(n, factor) @ nodes, catmull_rom(nodes)(positions(n, factor)), atol=ROUNDING)


def test_two_points_are_joined_by_a_straight_line() -> None:
    np.testing.assert_allclose(weights(2, 4) @ [1.0, 3.0], [1, 1.5, 2, 2.5, 3], atol=ROUNDING)


@pytest.mark.parametrize(("n", "degree"), [(2, 1), (3, 2), (5, 2), (8, 2), (9, 3), (17, 3), (65, 3)])
def test_polynomials_are_reproduced_up_to_the_degree_of_the_scheme(n: int, degree: int) -> None:
    for power in range(degree + 1):
        x = np.linspace(-1, 1, n)
        fine = np.linspace(-1, 1, (n - 1) * 4 + 1)
        np.testing.assert_allclose(weights(n, 4) @ x**power, fine**power, atol=ROUNDING)


@pytest.mark.parametrize("n", [2, 3, 5, 9, 33])
def test_weights_sum_to_one(n: int) -> None:
    np.testing.assert_allclose(weights(n, 8).sum(axis=1), 1, atol=ROUNDING)


@pytest.mark.parametrize("n", [2, 5, 9, 33])
def test_weights_know_no_left_and_right(n: int) -> None:
    np.testing.assert_allclose(weights(n, 4), weights(n, 4)[::-1, ::-1], atol=ROUNDING)


def test_weights_are_shared_and_therefore_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        weights(9, 2)[0, 0] = 5


# ── refine ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("shape", [(5, 5), (9, 9), (5, 17), (26, 26), (2, 3)])
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
    x, y = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 9))
    fine_x, fine_y = np.meshgrid(np.linspace(-1, 1, 33), np.linspace(-1, 1, 33))
    fine = refine(np.exp(8 * x**3 - 8 * x * y**2 + y), 4)
    # Relative: the logarithm is exact to 1e-12, and so is its exponential.
    np.testing.assert_allclose(fine, np.exp(8 * fine_x**3 - 8 * fine_x * fine_y**2 + fine_y), rtol=1e-11)
    assert (fine > 0).all()


def test_a_single_zero_turns_the_logarithm_off() -> None:
    x, y = np.meshgrid(np.linspace(0, 1, 9), np.linspace(0, 1, 9))
    fine_x, fine_y = np.meshgrid(np.linspace(0, 1, 33), np.linspace(0, 1, 33))
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


# ── reconstruct ───────────────────────────────────────────────────────────────────────────────────────────────────────


def smooth_loss(n_alpha: int, n_beta: int) -> Floats:
    """A loss as networks have it: positive, over more than a decade."""
    x, y = np.meshgrid(np.linspace(-1, 1, n_alpha), np.linspace(-1, 1, n_beta))
    return 0.3 + 3 * (x - 0.1) ** 2 + 1.5 * (y + 0.2) ** 2 + 0.5 * np.sin(2 * x) * y


def counts(shape: tuple[int, int], *selections: tuple[slice, slice]) -> Counts:
    examples = np.zeros(shape, np.uint32)
    for selection in selections:
        examples[selection] = 256
    return examples


def every(stride: int) -> tuple[slice, slice]:
    return np.s_[::stride, ::stride]


def of(values: Floats, examples: Counts) -> Reconstruction:
    """Reconstruct from what a folder holds at that moment: NaN where nothing is measured."""
    return reconstruct(np.where(examples > 0, values, np.nan), examples)


@pytest.mark.parametrize("shape", [(33, 33), (17, 65), (65, 33)])
@pytest.mark.parametrize("stride", [4, 2, 1])
def test_a_complete_level_is_taken_as_it_is(shape: tuple[int, int], stride: int) -> None:
    values = smooth_loss(shape[1], shape[0])
    found = of(values, counts(shape, every(stride)))
    assert found.stride == stride
    assert found.complete and not found.predicted.any()
    np.testing.assert_array_equal(found.values, values[::stride, ::stride])


def test_what_a_finer_level_holds_is_added_to_the_prediction_of_the_coarser_one() -> None:
    values = smooth_loss(33, 33)
    examples = counts(values.shape, every(4), np.s_[:18:2, ::2])
    found = of(values, examples)
    assert found.stride == 2
    np.testing.assert_array_equal(found.predicted, examples[::2, ::2] == 0)
    known = ~found.predicted
    np.testing.assert_array_equal(found.values[known], values[::2, ::2][known])
    np.testing.assert_array_equal(found.values[found.predicted], refine(values[::4, ::4], 2)[found.predicted])


def test_one_point_of_the_finest_level_is_enough_to_work_there() -> None:
    values = smooth_loss(33, 33)
    examples = counts(values.shape, every(4), np.s_[7:8, 3:4])
    found = of(values, examples)
    assert found.stride == 1
    assert found.values[7, 3] == values[7, 3] and not found.predicted[7, 3]
    assert found.predicted.sum() == 33 * 33 - 9 * 9 - 1


def test_a_diverged_node_is_measured_and_stays_diverged() -> None:
    values = smooth_loss(17, 17)
    values[8, 12] = np.inf
    found = of(values, counts(values.shape, every(2)))
    assert np.isposinf(found.values[4, 6]) and not found.predicted.any()
    assert np.isfinite(found.values).sum() == 9 * 9 - 1
    assert np.isfinite(found.surplus)


def test_the_filling_order_does_not_matter_only_what_is_there() -> None:
    """Points come in any order; at every moment measured nodes are kept, and the rest is predicted or unknown."""
    rng = np.random.default_rng(3)
    values = smooth_loss(17, 17)
    examples = np.zeros(values.shape, np.uint32)
    for point in rng.permutation(17 * 17):
        examples.flat[point] = 256
        found = of(values, examples)
        known = examples[:: found.stride, :: found.stride] > 0
        np.testing.assert_array_equal(found.predicted, ~known)
        np.testing.assert_array_equal(found.values[known], values[:: found.stride, :: found.stride][known])
    assert found.complete


@pytest.mark.parametrize("shape", [(26, 26), (7, 12), (10, 5), (3, 3), (2, 2)])
def test_row_by_row_without_a_nested_level_nothing_is_predicted(shape: tuple[int, int]) -> None:
    """Such grids come from other programs. What is measured is shown, the rest is unknown, until all is there."""
    values = smooth_loss(shape[1], shape[0])
    examples = np.zeros(shape, np.uint32)
    examples[: shape[0] // 2] = 1
    found = of(values, examples)
    assert found.stride == 1 and np.isnan(found.surplus)
    np.testing.assert_array_equal(np.isnan(found.values), examples == 0)
    np.testing.assert_array_equal(found.predicted, examples == 0)
    examples[:] = 1
    found = of(values, examples)
    assert found.complete
    np.testing.assert_array_equal(found.values, values)


def test_nothing_measured_is_nothing_known() -> None:
    found = of(smooth_loss(17, 17), counts((17, 17)))
    assert np.isnan(found.values).all() and found.predicted.all() and np.isnan(found.surplus)


def test_a_level_coarser_than_five_points_predicts_nothing() -> None:
    values = smooth_loss(17, 17)
    assert np.isnan(of(values, counts(values.shape, every(8))).values).sum() == 17 * 17 - 9
    assert of(values, counts(values.shape, every(4))).values.shape == (COARSEST, COARSEST)
    # On a strip the shorter side decides.
    strip = smooth_loss(65, 9)
    assert of(strip, counts(strip.shape, every(4))).stride == 1
    assert of(strip, counts(strip.shape, every(2))).stride == 2


def test_the_given_arrays_are_not_touched_nor_kept() -> None:
    """They are mapped files that another process fills: what has been reconstructed may not change afterwards."""
    for examples in (counts((17, 17), every(2), np.s_[:3, :3]), counts((17, 17), every(2)), counts((17, 17), every(1))):
        values = smooth_loss(17, 17)
        found = reconstruct(values, examples)
        assert not np.shares_memory(found.values, values)
        np.testing.assert_array_equal(values, smooth_loss(17, 17))


def test_every_second_node_of_a_grid_that_is_not_nested_is_no_level() -> None:
    """Of 26 columns the last is left out: a surface on the others would end before the domain does."""
    found = of(smooth_loss(26, 26), counts((26, 26), every(2)))
    assert found.values.shape == (26, 26)
    assert np.isnan(found.values).sum() == 26 * 26 - 13 * 13


# ── surplus: the error bar ────────────────────────────────────────────────────────────────────────────────────────────


# Smooth on [-1, 1]², positive, from one order of magnitude to five.
ANALYTIC: dict[str, Function] = {
    "valley": lambda x, y: 0.01 + (x - 0.1) ** 2 + 3 * (y - x**2) ** 2,
    "waves": lambda x, y: 1.2 + np.sin(4 * x) * np.cos(3 * y),
    "blow-up": lambda x, y: 0.05 + np.exp(5 * (x + y)) / 20 + x**2,
    "double well": lambda x, y: 0.05 + surfaces.DOUBLE_WELL.z(1.5 * x, y),
    "himmelblau": lambda x, y: 1 + surfaces.HIMMELBLAU.z(5 * x, 5 * y),
    "bump": lambda x, y: 0.3 + np.exp(-8 * ((x - 0.2) ** 2 + (y + 0.3) ** 2)),
}


def true_error(found: Reconstruction, surface: Function) -> float:
    """The largest |log reconstruction − log truth| on a lattice eight times finer."""
    fine = refine(found.values, 8)
    rows, columns = fine.shape
    truth = surface(*np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows)))
    return float(np.abs(np.log(fine) - np.log(truth)).max())


RESOLVED = [(name, n) for name in ANALYTIC for n in (9, 17, 33, 65) if (name, n) != ("himmelblau", 9)]


def grid_of(name: str, n: int) -> Reconstruction:
    x, y = np.meshgrid(np.linspace(-1, 1, n), np.linspace(-1, 1, n))
    return of(ANALYTIC[name](x, y), counts((n, n), every(1)))


@pytest.mark.parametrize(("name", "n"), RESOLVED)
def test_surplus_bounds_the_true_error_of_the_new_level(name: str, n: int) -> None:
    """Halving the spacing divides the error by up to 16: what the coarser level got wrong exceeds what is wrong now.

    Here by factors from 1.3 (9 points across a curved valley) to 30.
    """
    found = grid_of(name, n)
    assert true_error(found, ANALYTIC[name]) < found.surplus


def test_surplus_is_no_bound_where_the_grid_is_coarser_than_the_wells() -> None:
    """The known limit: four wells, three decades deep, on 9 x 9 points. Then it is short of the error by a fifth."""
    found = grid_of("himmelblau", 9)
    assert 0.5 * true_error(found, ANALYTIC["himmelblau"]) < found.surplus < true_error(found, ANALYTIC["himmelblau"])


def test_surplus_is_what_the_coarser_level_predicted_wrongly() -> None:
    values = smooth_loss(17, 17)
    guess = refine(values[::2, ::2], 2)
    expected = np.abs(np.log(values) - np.log(guess)).max()
    assert of(values, counts((17, 17), every(1))).surplus == pytest.approx(expected, rel=1e-12)


def test_the_first_points_of_a_level_cannot_talk_the_error_bar_down() -> None:
    values = smooth_loss(17, 17)
    complete = of(values, counts((17, 17), every(2))).surplus
    guess = refine(values[::2, ::2], 2)
    assert abs(np.log(values[3, 5]) - np.log(guess[3, 5])) < complete
    assert of(values, counts((17, 17), every(2), np.s_[3:4, 5:6])).surplus == complete


def test_a_new_point_far_from_its_prediction_raises_the_error_bar() -> None:
    values = smooth_loss(17, 17)
    guess = refine(values[::2, ::2], 2)
    values[3, 5] *= 7
    found = of(values, counts((17, 17), every(2), np.s_[3:4, 5:6]))
    assert found.surplus == pytest.approx(abs(np.log(values[3, 5]) - np.log(guess[3, 5])), rel=1e-12)


def test_the_unit_of_the_error_bar_is_that_of_the_whole_grid() -> None:
    assert of(smooth_loss(17, 17), counts((17, 17), every(1))).relative
    assert not of(smooth_loss(17, 17) - 1, counts((17, 17), every(1))).relative


def test_surplus_is_a_plain_difference_where_values_are_not_positive() -> None:
    values = smooth_loss(17, 17) - 1
    expected = np.abs(values - refine(values[::2, ::2], 2)).max()
    assert of(values, counts((17, 17), every(1))).surplus == pytest.approx(expected, rel=1e-12)


def test_there_is_no_surplus_before_a_second_level() -> None:
    assert np.isnan(of(smooth_loss(17, 17), counts((17, 17), every(4))).surplus)
    assert np.isnan(of(smooth_loss(26, 26), counts((26, 26), every(1))).surplus)


def test_diverged_nodes_have_no_part_in_the_surplus() -> None:
    values = smooth_loss(17, 17)
    values[:, 16] = np.inf
    values[3, 5] *= 7  # well above what the coarser level has
    guess = refine(values[::2, ::2], 2)
    found = of(values, counts((17, 17), every(2), np.s_[3:4, 5:17]))
    # Column 15 is half a cell from the diverged ones, where the prediction is "diverged" as well.
    fresh = np.s_[3, 5:15]
    assert found.surplus == pytest.approx(np.abs(np.log(values[fresh]) - np.log(guess[fresh])).max(), rel=1e-12)
