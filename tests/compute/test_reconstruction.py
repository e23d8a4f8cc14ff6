"""Reconstruction against brute force and the true errors on known surfaces."""

import numpy as np
import pytest

from compute.interpolation import refine
from compute.landscape import Counts, Floats
from compute.levels import COARSEST
from compute.reconstruction import Reconstruction, reconstruct
from compute.refinement import Rule, climb, doubtful
from tests import surfaces
from tests.compute.sweeping import SURFACES, grid, measured_by
from tests.surfaces import Function

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


def test_one_value_that_is_not_positive_makes_all_of_the_surplus_a_plain_difference() -> None:
    values = smooth_loss(17, 17) - 0.31
    row, column = np.unravel_index(values.argmin(), values.shape)
    assert values[row, column] < 0 < values[::2, ::2].min()
    found = of(values, counts((17, 17), every(2), np.s_[row : row + 1, column : column + 1]))
    guess = refine(values[::4, ::4], 2)
    assert not found.relative
    assert found.surplus == pytest.approx(np.abs(values[::2, ::2] - guess).max(), rel=1e-12)


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


# ── what needs no measuring ───────────────────────────────────────────────────────────────────────────────────────────


def swept(name: str, n_alpha: int, rule: Rule, n_beta: int | None = None) -> tuple[Floats, Counts]:
    """The end of a sweep: NaN where it did not measure."""
    values = grid(SURFACES[name], n_alpha, n_beta)
    measured = measured_by(values, rule)
    return np.where(measured, values, np.nan), measured.astype(np.uint32)


@pytest.mark.parametrize(("name", "tolerance"), [("cusp", 0.01), ("kink", 0.02), ("signed", 0.01)])
def test_at_the_end_of_a_sweep_that_stopped_by_itself_all_else_is_settled(name: str, tolerance: float) -> None:
    values, examples = swept(name, 257, Rule(tolerance))
    found = reconstruct(values, examples, Rule(tolerance))
    assert found.complete and 0.5 < found.settled.mean() < 1
    np.testing.assert_array_equal(found.settled, found.predicted)
    assert found.surplus <= tolerance * (1.0 if found.relative else np.nanmax(values) - np.nanmin(values))
    assert not reconstruct(values, examples).complete and not reconstruct(values, examples).settled.any()


def test_where_the_finest_level_is_in_doubt_what_is_around_is_predicted() -> None:
    rule = Rule(1e-3)
    values, examples = swept("kink", 129, rule)
    found = reconstruct(values, examples, rule)
    last = list(climb(values, examples > 0, rule))[-1]
    doubt = np.zeros(values.shape, bool)
    for row, column in np.argwhere(doubtful(last, rule)):
        doubt[row : row + 2, column : column + 2] = True
    np.testing.assert_array_equal(found.settled, found.predicted & ~doubt)
    assert found.surplus > 1e-3


def test_while_a_level_is_in_work_what_is_wanted_is_predicted_and_the_rest_settled() -> None:
    rule = Rule(0.01)
    values = grid(SURFACES["kink"], 129)
    measured = np.zeros(values.shape, bool)
    measured[::4, ::4] = True
    wanted = list(climb(values, measured, rule))[-1].wanted
    rng = np.random.default_rng(5)
    some = wanted & (rng.uniform(size=wanted.shape) < 0.5)
    measured[::2, ::2] |= some
    found = reconstruct(np.where(measured, values, np.nan), measured.astype(np.uint32), rule)
    assert found.stride == 2
    np.testing.assert_array_equal(found.predicted, ~measured[::2, ::2])
    np.testing.assert_array_equal(found.settled, ~wanted)


def test_up_to_33_points_nothing_is_settled_before_the_sweep_has_stopped() -> None:
    values = grid(SURFACES["kink"], 65)
    examples = counts(values.shape, every(4), np.s_[2:3, ::2])
    assert not reconstruct(values, examples, Rule(0.01)).settled.any()
    flat = grid(lambda x, y: 3 + x + y, 65)
    found = reconstruct(flat, counts(flat.shape, every(4), np.s_[2:3, 2:5:2]), Rule(0.01))
    assert found.stride == 2 and found.complete and found.settled.sum() == found.predicted.sum() > 700


def test_points_measured_out_of_turn_are_used_and_unsettle_nothing() -> None:
    rule = Rule(0.01)
    values, examples = swept("cusp", 129, rule)
    before = reconstruct(values, examples, rule)
    assert before.stride == 1 or before.complete
    truth = grid(SURFACES["cusp"], 129)
    values[99:104, 99:104], examples[99:104, 99:104] = truth[99:104, 99:104], 1
    after = reconstruct(values, examples, rule)
    assert after.complete and after.stride == 1
    np.testing.assert_array_equal(after.values[99:104, 99:104], truth[99:104, 99:104])
    assert not after.predicted[99:104, 99:104].any()


def test_another_metric_is_settled_where_the_main_one_is() -> None:
    rule = Rule(0.01)
    values, examples = swept("cusp", 129, rule)
    other = np.where(examples > 0, grid(SURFACES["kink"], 129), np.nan)
    main, found = reconstruct(values, examples, rule), reconstruct(other, examples, rule, judged=values)
    np.testing.assert_array_equal(found.settled, main.settled)
    assert found.surplus > 2 * main.surplus  # but its error bar is its own


@pytest.mark.parametrize("stage", ["33", "65", "end"])
@pytest.mark.parametrize("name", ["cusp", "kink", "signed"])
def test_the_error_of_each_cell_bounds_what_is_wrong_in_it(name: str, stage: str) -> None:
    """In the picture, between all nodes; with a few exceptions, for which twice the error suffices."""
    rule = Rule(0.01)
    values, examples = swept(name, 129, rule)
    if stage != "end":
        values, examples = grid(SURFACES[name], 129), counts((129, 129), every(4 if stage == "33" else 2))
    found = reconstruct(values, examples, rule)
    shown, truth = refine(found.values, 4 * found.stride), grid(SURFACES[name], 513)
    wrong = np.abs(np.log(shown / truth)) if found.relative else np.abs(shown - truth)
    step = 4 * found.stride
    rows, columns = found.error.shape
    inside = np.max([wrong[i : i + rows * step : step, j : j + columns * step : step]
                     for i in range(step + 1) for j in range(step + 1)], axis=0)  # fmt: skip
    worth_telling = inside > 1e-6
    assert worth_telling.any()
    assert (inside > found.error)[worth_telling].mean() < 0.01
    assert (inside <= 2 * found.error)[worth_telling].all()
    assert inside.max() < found.surplus


def test_the_error_at_a_place_is_that_of_its_cell() -> None:
    found = reconstruct(*swept("kink", 33, Rule(None)))
    assert found.error.shape == (32, 32)
    for row, column in ((0, 0), (5, 17), (31, 31)):
        assert found.error_at((column + 0.4) / 32, (row + 0.7) / 32) == found.error[row, column]
    assert found.error_at(1.0, 1.0) == found.error[31, 31]
    assert 20 * np.median(found.error) < found.surplus == found.error.max()
    coarse = of(smooth_loss(17, 17), counts((17, 17), every(4)))
    assert np.isnan(coarse.error_at(0.3, 0.3))


def test_near_a_new_border_of_divergence_the_error_bar_is_that_of_the_whole() -> None:
    values = smooth_loss(33, 33)
    values[20, 20] = np.inf
    found = of(values, counts(values.shape, every(1)))
    assert found.error_at(20 / 32, 20 / 32) == found.surplus
    assert np.isfinite(found.surplus)


def test_what_the_cap_hides_has_no_part_in_the_error_bar() -> None:
    rule = Rule(0.01, cap=2.0)
    values = smooth_loss(65, 65)
    values[36:54, 36:54] = 1e3
    values[40:50, 40:50] *= 10 ** np.random.default_rng(6).uniform(0, 9, (10, 10))
    examples = counts(values.shape, every(1))
    shown = reconstruct(values, examples, rule)
    guess = refine(values[::2, ::2], 2)
    seen = (values[:-1, :-1] < 2) | (values[1:, :-1] < 2) | (values[:-1, 1:] < 2) | (values[1:, 1:] < 2)
    miss = np.abs(np.log(values / guess))
    corners = np.max([miss[:-1, :-1], miss[1:, :-1], miss[:-1, 1:], miss[1:, 1:]], axis=0)
    assert shown.surplus == pytest.approx(corners[seen].max(), rel=1e-9)
    assert reconstruct(values, examples).surplus > 1.5 * shown.surplus


# ── lines ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("stride", [16, 8, 2, 1])
def test_a_line_is_reconstructed_as_a_surface_is(stride: int) -> None:
    values = grid(SURFACES["cusp"], 65, 1)
    examples = counts(values.shape, every(stride), np.s_[:, :3])
    found = of(values, examples)
    known = examples[:, :: found.stride] > 0
    np.testing.assert_array_equal(found.predicted, ~known)
    np.testing.assert_array_equal(found.values[known], values[:, :: found.stride][known])
    assert np.isfinite(found.values).all()
    assert found.error.shape == (1, found.values.shape[1] - 1)


def test_a_line_is_settled_where_it_is_smooth() -> None:
    rule = Rule(0.01)
    values, examples = swept("signed", 1025, rule, 1)
    found = reconstruct(values, examples, rule)
    assert found.complete and 0.3 < found.settled.mean() < 1
    truth = grid(SURFACES["signed"], 1025, 1)
    assert np.abs(found.values - truth[:, :: found.stride]).max() < found.surplus <= 0.01 * np.ptp(truth)


@pytest.mark.parametrize("shape", [(2, 2), (2, 9), (1, 2), (1, 1), (3, 3), (26, 26)])
def test_grids_too_small_for_a_rule_have_none(shape: tuple[int, int]) -> None:
    values = np.random.default_rng(7).uniform(1, 2, shape)
    found = reconstruct(values, np.ones(shape, np.uint32), Rule(0.01))
    np.testing.assert_array_equal(found.values, values)
    assert found.complete
