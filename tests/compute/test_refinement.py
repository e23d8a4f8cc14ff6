"""Which nodes are wanted, against brute force over nodes and cells, and in which order."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from compute.interpolation import refine
from compute.landscape import Domain, Floats
from compute.levels import level_of, levels
from compute.refinement import (
    EVERYTHING,
    TRUSTED_FROM,
    WHOLE_UP_TO,
    Bools,
    Level,
    Region,
    Rule,
    climb,
    coarsest,
    doubtful,
    finer,
    in_order,
    need,
    rule_of,
    visible,
    wanted_next,
)
from tests.compute.sweeping import SURFACES, cusp, grid, kink, measured_by, wall

RULE = Rule(0.01)


def all_of(values: Floats) -> Bools:
    return np.ones(values.shape, np.bool_)


def level(values: Floats, stride: int) -> Level:
    """A level that is measured throughout, with the surplus over the one before."""
    return finer(coarsest(values, all_of(values), 2 * stride), values, all_of(values))


def cells(nodes: np.ndarray) -> list[tuple[int, int]]:
    return list(np.ndindex(max(nodes.shape[0] - 1, 1), max(nodes.shape[1] - 1, 1)))


def corners(nodes: np.ndarray, row: int, column: int) -> np.ndarray:
    return nodes[row : row + 2, column : column + 2]


# ── surplus ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("shape", [(33, 33), (17, 33), (1, 33)])
@pytest.mark.parametrize("name", ["cusp", "kink", "signed"])
def test_the_surplus_of_a_cell_is_the_largest_miss_at_its_corners(name: str, shape: tuple[int, int]) -> None:
    values = grid(SURFACES[name], shape[1], shape[0])
    guess = refine(values[::2, ::2], 2)
    miss = np.abs(np.log(values) - np.log(guess)) if (values > 0).all() else np.abs(values - guess)
    found = level(values, 1)
    assert found.relative == (values > 0).all()
    for row, column in cells(values):
        assert found.surplus[row, column] == pytest.approx(corners(miss, row, column).max(), rel=1e-12)


def test_the_error_of_a_cell_is_the_largest_surplus_around_it() -> None:
    found = level(grid(kink, 33), 1)
    for row, column in cells(found.values):
        around = found.surplus[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
        assert found.error[row, column] == around.max()


def test_where_corners_are_missing_the_error_of_the_larger_cell_stands() -> None:
    """So the first points of a level, where it is smoothest, cannot talk the error bar down."""
    values = grid(cusp, 33)
    measured = np.zeros(values.shape, np.bool_)
    measured[::2, ::2] = True
    measured[:9] = True  # eight rows of cells are complete
    measured[11, 4] = True  # one corner of four cells
    before = level(values, 2)
    guess = refine(before.values, 2)
    found = finer(replace(before, stride=2), values, measured)
    missed = np.abs(np.log(values) - np.log(guess))
    for row, column in cells(values):
        inherited = before.error[row // 2, column // 2]
        expected = corners(missed, row, column).max() if row < 8 else inherited
        if 10 <= row <= 11 and 3 <= column <= 4:
            expected = max(inherited, missed[11, 4])
        assert found.surplus[row, column] == pytest.approx(expected, rel=1e-12)
    np.testing.assert_array_equal(found.values, np.where(measured, values, guess))
    np.testing.assert_array_equal(found.known, measured)


def test_on_the_coarsest_level_nothing_was_foretold() -> None:
    values = grid(cusp, 65)
    found = coarsest(values, all_of(values), 16)
    assert found.complete and found.values.shape == (5, 5)
    assert np.isnan(found.surplus).all() and np.isnan(found.error).all()
    np.testing.assert_array_equal(found.values, values[::16, ::16])


def test_what_was_foretold_to_diverge_and_did_not_or_the_other_way_round_has_an_infinite_surplus() -> None:
    values = grid(cusp, 33)
    values[8, 8] = np.inf  # foretells its half cells: the eight nodes around it are finite
    values[21, 21] = np.inf  # nothing foretold it
    found = level(values, 1)
    infinite = {(row, column) for row, column in cells(values) if np.isinf(found.surplus[row, column])}
    assert infinite == {(r, c) for r in range(6, 10) for c in range(6, 10)} | {
        (r, c) for r in (20, 21) for c in (20, 21)
    }
    values[7:10, 7:10] = np.inf
    assert not np.isinf(level(values, 1).surplus[7:9, 7:9]).any()


def test_a_logarithm_and_a_difference_are_never_mixed() -> None:
    """Where the first value that is not positive turns up, what was foretold before is forgotten."""
    values = grid(cusp, 65)
    values[1, 1] = -1e-3
    before = level(values, 2)
    assert before.relative
    measured = all_of(values)
    measured[40:, 41] = False
    after = finer(before, values, measured)
    assert not after.relative
    assert np.isnan(after.surplus[62, 40:42]).sum() == 0  # the corners that are there still say something
    guess = refine(before.values, 2)
    assert after.surplus[62, 40] == pytest.approx(np.abs(values - guess)[62:64, 40].max(), rel=1e-12)
    assert doubtful(after, RULE)[60, 40] == (after.error[60, 40] > 0.01 * (values.max() - values.min()))


# ── the rule ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def in_doubt(found: Level, tolerance: float, cap: float) -> np.ndarray:
    """Cell by cell, in the words of the rule."""
    result = np.zeros(found.surplus.shape, np.bool_)
    for row, column in cells(found.values):
        around = corners(found.values, row, column)
        seen = bool((around < cap).any())
        near = found.surplus[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
        result[row, column] = seen and (not np.isfinite(around).all() or bool((near > tolerance).any()))
    return result


@pytest.mark.parametrize("name", list(SURFACES))
@pytest.mark.parametrize("shape", [(65, 65), (33, 65), (1, 65)])
def test_in_doubt_is_what_exceeds_the_tolerance_and_what_touches_it(name: str, shape: tuple[int, int]) -> None:
    values = grid(SURFACES[name], shape[1], shape[0])
    found = level(values, 1)
    finite = values[np.isfinite(values)]
    unit = 1.0 if found.relative else float(finite.max() - finite.min())
    middle = 1.01 * float(np.median(found.error[np.isfinite(found.error)]))
    expected = in_doubt(found, middle, np.inf)
    np.testing.assert_array_equal(doubtful(found, Rule(middle / unit, cap=np.inf)), expected)
    assert 0.2 < expected.mean() < 0.8


def test_beyond_the_cap_nothing_is_in_doubt() -> None:
    found = level(grid(kink, 65), 1)
    np.testing.assert_array_equal(doubtful(found, Rule(0.01, cap=0.6)), in_doubt(found, 0.01, 0.6))
    assert 0 < doubtful(found, Rule(0.01, cap=0.6)).sum() < doubtful(found, RULE).sum()
    np.testing.assert_array_equal(doubtful(found, Rule(0.01, cap=np.inf)), doubtful(found, RULE))


def test_without_a_wish_the_cap_is_that_of_the_picture() -> None:
    """A needle in a flat plane is cut off at the 90th percentile; there it does not matter how it is shaped."""
    values = 1 + 0.1 * grid(kink, 65) ** 2
    values[20:25, 20:25] = 90.0
    values[22, 22] = 50.0
    found = level(values, 1)
    assert not visible(found, RULE)[20:24, 20:24].any() and visible(found, RULE).mean() > 0.9
    assert doubtful(found, RULE)[19, 19] and not doubtful(found, RULE)[21, 21]
    assert doubtful(found, Rule(0.01, cap=np.inf))[21, 21]


def test_the_border_of_what_diverged_is_in_doubt_and_its_inside_is_not() -> None:
    """With any tolerance: the circle of radius 0.91 is found to one cell of the finest level."""
    values = grid(wall, 129)
    measured = measured_by(values, Rule(10.0))
    diverged = np.isinf(values)
    for row, column in cells(values):
        if corners(diverged, row, column).any() and not corners(diverged, row, column).all():
            assert corners(measured, row, column).all()
    assert measured.sum() < 0.4 * values.size
    assert not measured[1, 1] and not measured[127, 2]


@pytest.mark.parametrize("points", [9, 17, 33, 65])
def test_up_to_33_points_per_axis_it_is_all_or_nothing_and_below_17_all(points: int) -> None:
    """A first agreement may be an accident."""
    rough, flat = level(grid(kink, points), 1), level(grid(lambda x, y: 2 + x + y, points), 1)
    assert doubtful(rough, RULE).any()
    assert doubtful(rough, RULE).all() == (2 * points - 1 <= WHOLE_UP_TO)
    assert doubtful(flat, RULE).all() == doubtful(flat, RULE).any() == (points < TRUSTED_FROM)


@pytest.mark.parametrize("name", list(SURFACES))
def test_without_a_tolerance_everything_is_wanted(name: str) -> None:
    values = grid(SURFACES[name], 65)
    assert measured_by(values, EVERYTHING).all()
    assert visible(level(values, 1), EVERYTHING).all()


def test_what_was_never_foretold_is_in_doubt() -> None:
    """A grid whose first level has more than 33 points per axis, or nearly: 26 before 51."""
    values = grid(kink, 51)
    assert doubtful(coarsest(values, all_of(values), 2), RULE).all()
    assert measured_by(values, RULE).all()
    assert not measured_by(grid(kink, 101), RULE).all()


def test_of_a_cell_in_doubt_all_nodes_are_wanted_and_no_others() -> None:
    values = grid(kink, 129)
    found = level(values, 2)
    doubt, wanted = doubtful(found, RULE), wanted_next(found, RULE)
    expected = np.zeros((129, 129), np.bool_)
    expected[::2, ::2] = True
    for row, column in np.argwhere(doubt):
        expected[2 * row : 2 * row + 3, 2 * column : 2 * column + 3] = True
    np.testing.assert_array_equal(wanted, expected)
    inside = np.random.default_rng(1).uniform(size=expected.shape) < 0.5
    expected &= inside
    expected[::2, ::2] = True
    np.testing.assert_array_equal(wanted_next(found, RULE, inside), expected)


# ── climbing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", list(SURFACES))
@pytest.mark.parametrize("shape", [(129, 129), (65, 129), (1, 257), (101, 51)])
def test_levels_are_nested_and_each_is_complete_before_the_next(name: str, shape: tuple[int, int]) -> None:
    values = grid(SURFACES[name], shape[1], shape[0])
    measured = measured_by(values, RULE)
    climbed = list(climb(values, measured, RULE))
    assert [each.stride for each in climbed] == [2**k for k in reversed(range(levels(*shape)))]
    assert all(each.complete for each in climbed)
    for before, after in itertools.pairwise(climbed):
        np.testing.assert_array_equal(after.wanted[::2, ::2] & before.wanted, before.wanted)
        np.testing.assert_array_equal(after.values[after.known], values[:: after.stride, :: after.stride][after.known])
    np.testing.assert_array_equal(climbed[-1].wanted, measured)
    whole = level_of(shape) <= max(k for k, each in enumerate(climbed) if each.wanted.all())
    assert measured[whole].all()


def test_the_first_level_that_is_not_complete_is_the_last() -> None:
    values = grid(kink, 65)
    measured = np.zeros(values.shape, np.bool_)
    assert [each.complete for each in climb(values, measured, RULE)] == [False]
    measured[::16, ::16] = True
    assert [each.complete for each in climb(values, measured, RULE)] == [True, False]
    measured[::4, ::4] = True
    measured[5, 5] = True
    last = list(climb(values, measured, RULE))[-1]
    assert last.stride == 2 and last.wanted.all() and last.known.sum() == 17 * 17


def test_what_the_rule_did_not_ask_for_has_no_part_in_it() -> None:
    """Else what is measured at the end would depend on where the user looked on the way."""
    values = grid(kink, 129)
    measured = measured_by(values, RULE)
    assert 0.05 < measured.mean() < 0.5
    extra = measured.copy()
    extra[10:50, 70:120] = True
    extra[:, 3] = True
    np.testing.assert_array_equal(measured_by(values, RULE, extra), extra)
    for pure, impure in zip(climb(values, measured, RULE), climb(values, extra, RULE), strict=True):
        np.testing.assert_array_equal(pure.wanted, impure.wanted)
        np.testing.assert_array_equal(pure.surplus, impure.surplus)


def test_values_that_are_not_measured_are_not_looked_at() -> None:
    values = grid(kink, 129)
    measured = measured_by(values, RULE)
    np.testing.assert_array_equal(measured_by(np.where(measured, values, np.nan), RULE), measured)
    np.testing.assert_array_equal(measured_by(np.where(measured, values, 1e30), RULE), measured)


@pytest.mark.parametrize("name", ["cusp", "kink", "signed"])
@pytest.mark.parametrize("tolerance", [0.003, 0.01, 0.1])
def test_the_error_everywhere_is_within_what_the_sweep_says(name: str, tolerance: float) -> None:
    """Against the surface itself at four times as many points. Where it ended early that is the tolerance."""
    values, fine = grid(SURFACES[name], 257), grid(SURFACES[name], 1025)
    measured = measured_by(values, Rule(tolerance))
    last = list(climb(values, measured, Rule(tolerance)))[-1]
    shown = refine(last.values, 4)
    error = np.abs(np.log(shown / fine)) if last.relative else np.abs(shown - fine)
    assert error.max() < np.nanmax(last.surplus)
    assert measured.mean() < 0.25
    if not doubtful(last, Rule(tolerance)).any():
        assert error.max() < tolerance * (1.0 if last.relative else np.ptp(values))


def test_a_feature_between_the_points_of_every_whole_level_is_missed() -> None:
    """The known limit of every rule that stops: a needle a fortieth of the domain wide, off the nodes."""
    values = grid(lambda x, y: 1 + x**2 + 50 * np.exp(-((x - 0.22) ** 2 + (y - 0.53) ** 2) / 2e-4), 129)
    assert not measured_by(values, RULE)[98, 78]
    assert values[98, 78] > 50


# ── the order ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def everything(domain: Domain) -> np.ndarray:
    return np.argwhere(np.ones(domain.shape, np.bool_))


def test_points_of_equal_need_come_by_their_distance_to_the_path() -> None:
    """In shares of the domain, so that an axis of large numbers has no more to say than the other."""
    domain = Domain((-300.0, 100.0), (-0.02, 0.02), 17, 17)
    path = np.array([[50.0, 0.015], [-210.0, -0.011], [0.0, 0.0]])
    order = in_order(everything(domain), np.zeros(17 * 17), domain, path)
    assert sorted(order) == list(np.ndindex(17, 17))

    def distance(row: int, column: int) -> float:
        return min(
            np.hypot((domain.alphas[column] - alpha) / 400, (domain.betas[row] - beta) / 0.04) for alpha, beta in path
        )

    # Places that differ by less than a millionth count as equal.
    assert np.diff([distance(*point) for point in order]).min() > -2e-6


def test_points_equally_near_come_row_by_row() -> None:
    domain = Domain((-1.0, 1.0), (-1.0, 1.0), 5, 5)
    order = in_order(everything(domain), np.zeros(25), domain, np.zeros((1, 2)))
    assert order[:5] == [(2, 2), (1, 2), (2, 1), (2, 3), (3, 2)]
    assert order[-4:] == [(0, 0), (0, 4), (4, 0), (4, 4)]


def test_on_a_line_only_alpha_counts() -> None:
    domain = Domain((0.0, 8.0), (0.7, 0.7), 9, 1)
    assert in_order(everything(domain), np.zeros(9), domain, np.array([[2.2, 0.0]]))[:4] == [
        (0, 2),
        (0, 3),
        (0, 1),
        (0, 4),
    ]


def test_the_greater_need_comes_first_and_then_the_path() -> None:
    domain = Domain((-1.0, 1.0), (-1.0, 1.0), 9, 9)
    rng = np.random.default_rng(2)
    needs = rng.integers(-1, 4, 81).astype(float)
    order = in_order(everything(domain), needs, domain, np.array([[0.3, 0.1]]))
    by_point = needs.reshape(9, 9)
    along = [by_point[point] for point in order]
    assert along == sorted(needs, reverse=True)
    for octave in (-1, 0, 1, 2, 3):
        places = np.array([point for point in order if by_point[point] == octave])
        distance = np.hypot(domain.alphas[places[:, 1]] - 0.3, domain.betas[places[:, 0]] - 0.1)
        assert np.diff(distance).min() > -1e-5


@pytest.mark.parametrize("name", ["cusp", "signed"])
def test_need_is_the_octave_of_the_largest_surplus_that_a_node_touches(name: str) -> None:
    values = grid(SURFACES[name], 17)
    found = level(values, 1)
    unit = 0.02 * (1.0 if found.relative else np.ptp(values))
    octaves = need(found, (33, 33), Rule(0.02))
    for row, column in np.ndindex(33, 33):
        around = found.surplus[max((row - 1) // 2, 0) : row // 2 + 1, max((column - 1) // 2, 0) : column // 2 + 1]
        times = around.max() / unit
        assert octaves[row, column] == (np.floor(np.log2(times)) if times >= 1 else -1)
    assert octaves.max() > 2 and octaves.min() == -1


def test_where_nothing_was_foretold_there_is_no_need_and_at_a_new_border_a_little() -> None:
    values = grid(cusp, 17)
    assert (need(coarsest(values, all_of(values), 1), (33, 33), EVERYTHING) == -1).all()
    values[3, 3] = np.inf
    octaves = need(level(values, 1), (33, 33), Rule(1e3))
    assert (octaves[4:9, 4:9] == 0).all() and (octaves == 0).sum() == 25


# ── regions ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("stride", "margin"), [(1, 4), (2, 4), (4, 2), (8, 2)])
def test_a_region_holds_its_nodes_and_those_of_some_cells_around(stride: int, margin: int) -> None:
    domain = Domain((-1.0, 1.0), (0.0, 8.0), 65, 129)
    nodes = Region((-0.5, 0.3), (2.0, 3.1)).nodes(domain, stride)
    alphas, betas = domain.alphas[::stride], domain.betas[::stride]
    assert nodes.shape == (len(betas), len(alphas))
    across, along = margin * 2 / 64 * stride, margin * 8 / 128 * stride
    for row, column in np.ndindex(nodes.shape):
        a, b = alphas[column], betas[row]
        assert nodes[row, column] == (-0.5 - across <= a <= 0.3 + across and 2 - along <= b <= 3.1 + along)


def test_a_region_beside_the_domain_holds_nothing_and_on_a_line_beta_is_all_or_nothing() -> None:
    assert not Region((2.0, 3.0), (0.0, 8.0)).nodes(Domain((-1.0, 1.0), (0.0, 8.0), 9, 5)).any()
    line = Domain((-1.0, 1.0), (0.5, 0.5), 33, 1)
    assert Region((0.0, 0.5), (0.5, 0.5)).nodes(line).sum() == 9 + 4 + 4
    assert not Region((0.0, 0.5), (0.6, 0.7)).nodes(line).any()


def test_the_rule_by_which_it_was_measured_is_read_from_the_description():
    def rule(**known: object) -> Rule:
        return rule_of(known)

    assert rule() == rule(tolerance=None) == rule(tolerance="0.01") == rule(tolerance=-1.0) == EVERYTHING
    assert rule(tolerance=math.nan) == rule(tolerance=math.inf) == EVERYTHING
    assert rule(tolerance=0.02) == rule(tolerance=0.02, cap="high") == Rule(0.02, None)
    assert rule(tolerance=0.02, cap=3.0) == Rule(0.02, 3.0)
