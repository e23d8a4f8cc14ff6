"""Ranges: zero on the grid, margins around a path, and the width at which the loss has risen."""

import json
import math

import numpy as np
import pytest

from compute.errors import BadInputError
from compute.landscape import Domain
from compute.levels import COARSEST
from compute.surveying.ranges import (
    LEAST_LOSS,
    MARGIN,
    NARROW,
    NARROWEST,
    START,
    WIDE,
    automatic_range,
    given_range,
    line_domain,
    path_domain,
    path_line,
    path_range,
)

RESOLUTIONS = (5, 9, 17, 65, 1025, 26, 51, 101, 12, 4, 3)


def coordinates(generator: np.random.Generator) -> list[float]:
    """Values of any size, on one side of zero or on both."""
    size, shift = 10 ** generator.uniform(-6, 6), generator.uniform(-3, 3)
    return (size * (generator.normal(size=generator.integers(1, 9)) + shift)).tolist()


@pytest.mark.parametrize("seed", range(50))
def test_range_holds_path_and_margin_and_zero_lies_exactly_on_every_grid(seed):
    values = coordinates(np.random.default_rng(seed))
    low, high = path_range(values)
    box = min(*values, 0), max(*values, 0)
    margin = MARGIN * (box[1] - box[0])
    slack = 1e-12 * (high - low)
    assert low <= box[0] - margin + slack and box[1] + margin - slack <= high
    for resolution in (5, 9, 17, 65, 1025):
        assert np.count_nonzero(np.linspace(low, high, resolution) == 0) == 1
    assert np.linspace(low, high, 5)[0] < 0 < np.linspace(low, high, 5)[-1]


@pytest.mark.parametrize("seed", range(20))
def test_range_is_the_smallest_of_its_kind(seed):
    """No step smaller by a thousandth covers the box, wherever zero is put."""
    values = coordinates(np.random.default_rng(seed))
    low, high = path_range(values)
    width = max(*values, 0) - min(*values, 0)
    needed = min(*values, 0) - MARGIN * width, max(*values, 0) + MARGIN * width
    step = 0.999 * (high - low) / (COARSEST - 1)
    assert not any(-j * step <= needed[0] and needed[1] <= ((COARSEST - 1) - j) * step for j in (1, 2, 3))


def test_a_path_that_never_left_the_centre_gets_a_range_all_the_same():
    low, high = path_range([0.0, 0.0])
    assert low < 0 < high


@pytest.mark.parametrize("resolution", RESOLUTIONS)
@pytest.mark.parametrize("seed", range(10))
def test_zero_lies_on_the_grid_around_a_path_of_any_resolution(seed, resolution):
    """And on the coarsest level of it: 51 points are 26 and then the ones between, 26 are all at once."""
    generator = np.random.default_rng(seed)
    domain = path_domain(coordinates(generator), coordinates(generator), resolution)
    assert domain.shape == (resolution, resolution)
    stride = {51: 2, 101: 4}.get(resolution, (resolution - 1) // 4 if resolution % 4 == 1 else 1)
    for low, high in (domain.alpha, domain.beta):
        assert np.count_nonzero(np.linspace(low, high, resolution)[::stride] == 0) == 1


@pytest.mark.parametrize("seed", range(20))
def test_a_domain_around_a_thin_path_is_no_strip(seed):
    generator = np.random.default_rng(seed)
    alphas, betas = coordinates(generator), coordinates(generator)
    domain = path_domain(alphas, betas, 9)
    width, depth = (high - low for low, high in (domain.alpha, domain.beta))
    longer = max(high - low for low, high in map(path_range, (alphas, betas)))  # before widening
    assert min(width, depth) >= (1 - 1e-12) * NARROWEST * min(max(width, depth), longer)
    for values, (low, high) in ((alphas, domain.alpha), (betas, domain.beta)):
        assert low < min(values) and max(values) < high


def test_lines_have_one_row():
    line = path_line([0.0, 3.0], 26)
    assert line.shape == (1, 26) and line.alpha == path_range([0.0, 3.0], cells=25) and line.betas.tolist() == [0]
    assert line_domain((-0.5, 1.5), 9) == Domain((-0.5, 1.5), (0.0, 0.0), 9, 1)


@pytest.mark.parametrize("resolution", RESOLUTIONS)
@pytest.mark.parametrize("seed", range(30))
def test_a_given_range_is_widened_as_little_as_puts_zero_on_the_grid(seed, resolution):
    generator = np.random.default_rng(seed)
    low, high = -(10 ** generator.uniform(-5, 5)), 10 ** generator.uniform(-5, 5)
    wider = given_range(low, high, resolution)
    assert wider[0] <= low and high <= wider[1]
    assert np.count_nonzero(np.linspace(*wider, resolution) == 0) == 1
    step, cells = (wider[1] - wider[0]) / (resolution - 1), resolution - 1
    smaller = step * (1 - 1e-9)
    assert not any(-j * smaller <= low and high <= (cells - j) * smaller for j in range(1, cells))
    assert given_range(*wider, resolution) == wider


@pytest.mark.parametrize(
    ("low", "high", "resolution"),
    [
        (-1, 1, 51), (-1, 1, 65), (-9, 9.75, 26), (-0.3, 0.6, 4), (-0.7, 0.7, 101), (-0.1, 0.2, 4), (-0.5, 1.5, 9),
        (0.2, 1, 7), (-3, -1, 26), (0, 1, 26), (-1, 0, 26),
    ],
)  # fmt: skip
def test_a_range_with_zero_on_the_grid_or_outside_stays_as_it_is(low, high, resolution):
    """Also where only rounding separates a point from zero: there the domain says 0."""
    assert given_range(low, high, resolution) == (low, high)
    inside = low <= 0 <= high
    assert np.count_nonzero(Domain((low, high), (0, 0), resolution, 1).alphas == 0) == inside


def test_the_seeds_random_range_is_widened_by_one_cell_in_all():
    """-0.5 in steps of 0.04, 26 points: 0 lies half-way between two of them."""
    low, high = given_range(-0.5, 0.5, 26)
    assert (low, high) == pytest.approx((-0.5, 13 / 24)) or (low, high) == pytest.approx((-13 / 24, 0.5))


@pytest.mark.parametrize("bad", [(1, -1), (1, 1), (math.nan, 1), (0, math.inf)])
def test_what_is_no_range_is_refused(bad):
    with pytest.raises(BadInputError, match="lower one first"):
        given_range(*bad, 9)


def test_two_points_are_no_grid():
    with pytest.raises(BadInputError, match="--resolution 2"):
        given_range(-1, 1, 2)
    with pytest.raises(BadInputError, match="--resolution 2"):
        path_domain([1.0], [1.0], 2)


def half(found) -> tuple[float, float]:
    assert found.alpha[0] == -found.alpha[1] and found.beta[0] == -found.beta[1]
    return found.alpha[1], found.beta[1]


def test_the_automatic_range_of_a_bowl_in_closed_form():
    """c + |x|²: at half-width r four points of eight have r², four 2 r², so the median rises by 1.5 r²."""
    centre, rise = 0.04, 20.0
    found = automatic_range(lambda a, b: centre + a * a + b * b, rise=rise)
    needed = math.sqrt((rise - 1) * centre / 1.5)
    assert half(found) == (2.0 ** math.ceil(math.log2(needed)),) * 2
    assert found.risen == pytest.approx((centre + 1.5 * half(found)[0] ** 2) / centre)
    assert found.reached and found.risen >= rise


@pytest.mark.parametrize("steepness", [1e-3, 1.0, 1e3, 1e6])
def test_it_narrows_where_the_loss_is_steep_and_widens_where_it_is_not(steepness):
    """Always on the same ladder of halves and doubles, and no wider than twice what is needed."""
    found = automatic_range(lambda a, b: 0.5 + steepness * (a * a + b * b))
    needed = math.sqrt(19 * 0.5 / 1.5 / steepness)
    if needed > WIDE:
        assert half(found) == (WIDE, WIDE) and not found.reached
    else:
        assert needed <= half(found)[0] < 2 * needed and found.reached
    assert math.log2(half(found)[0] / START) == round(math.log2(half(found)[0] / START))


def test_each_axis_has_its_own_unit():
    """Measured in their units, the bowl is round."""
    round_one = automatic_range(lambda a, b: 0.1 + a * a + b * b)
    found = automatic_range(lambda a, b: 0.1 + (a / 3) ** 2 + (b / 100) ** 2, unit=(3.0, 100.0))
    assert half(found) == pytest.approx((3 * half(round_one)[0], 100 * half(round_one)[0]))
    assert found.risen == pytest.approx(round_one.risen)


def test_a_line_asks_two_points_of_the_boundary():
    asked = []

    def loss_at(alpha: float, beta: float) -> float:
        asked.append((alpha, beta))
        return 0.1 + alpha * alpha

    found = automatic_range(loss_at, unit=(1.0, None))
    assert all(beta == 0 for _, beta in asked) and found.beta == (0, 0)
    assert found.evaluations == len(asked) == len(set(asked))
    assert found.alpha[1] >= math.sqrt(19 * 0.1) > found.alpha[1] / 2


def test_no_point_is_asked_twice():
    asked = []
    found = automatic_range(lambda a, b: asked.append((a, b)) or 0.1 + a * a + b * b)
    assert found.evaluations == len(asked) == len(set(asked))


def test_a_perfect_fit_counts_as_a_small_loss():
    found = automatic_range(lambda a, b: a * a + b * b)
    assert found.reached and 1.5 * half(found)[0] ** 2 >= 20 * LEAST_LOSS > 1.5 * (half(found)[0] / 2) ** 2


def test_divergence_counts_as_risen_and_does_not_spread():
    found = automatic_range(lambda a, b: math.nan if abs(a) > 0.3 else 0.1)
    assert found.reached and half(found)[0] == 0.5  # six of eight points lie there
    assert found.describe()["risen"] is None
    json.dumps(found.describe(), allow_nan=False)


def test_a_wall_everywhere_ends_at_the_narrowest():
    found = automatic_range(lambda a, b: 0.1 if a == b == 0 else 1e9)
    assert half(found)[0] == NARROW and not found.reached


def test_a_centre_that_diverged_tells_no_range():
    with pytest.raises(BadInputError, match="in the centre"):
        automatic_range(lambda a, b: math.inf)


def test_the_automatic_range_has_zero_on_the_grid_after_it_was_put_there():
    found = automatic_range(lambda a, b: 0.1 + a * a + b * b)
    for resolution in RESOLUTIONS:
        assert 0.0 in np.linspace(*given_range(*found.alpha, resolution), resolution)
