"""Nested levels, and the order in which points come."""

import numpy as np
import pytest

from compute.landscape import Domain
from compute.levels import COARSEST, level_of, levels
from compute.refinement import schedule

CENTRE = np.zeros((1, 2))
SHAPES = [(5, 5), (9, 9), (17, 17), (33, 33), (9, 17), (17, 5)]


def square(n_beta: int, n_alpha: int) -> Domain:
    return Domain((-3.0, 1.0), (-2.0, 2.0), n_alpha, n_beta)


def empty(domain: Domain) -> np.ndarray:
    return np.zeros(domain.shape, np.uint32)


@pytest.mark.parametrize(("resolution", "expected"), [(5, 1), (9, 2), (17, 3), (65, 5), (1025, 9)])
def test_resolutions_are_five_doubled_again_and_again(resolution, expected):
    assert levels(resolution) == expected


@pytest.mark.parametrize("resolution", [-1, 0, 1, 2, 3, 4, 6, 8, 10, 64, 100])
def test_other_resolutions_have_no_nested_levels(resolution):
    with pytest.raises(ValueError, match=f"resolution of {resolution}"):
        levels(resolution)


@pytest.mark.parametrize("shape", SHAPES)
def test_each_level_is_an_even_grid_that_contains_the_one_before(shape):
    level = level_of(shape)
    finest = levels(min(shape)) - 1
    assert level.shape == shape
    assert set(np.unique(level)) == set(range(finest + 1))
    for k in range(finest + 1):
        stride = 2 ** (finest - k)
        grid = np.zeros(shape, bool)
        grid[::stride, ::stride] = True
        assert np.array_equal(level <= k, grid)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_coarsest_level_has_five_points_on_the_shorter_axis_and_holds_the_centre(shape):
    """0 is a multiple of a quarter of the range from its edge, so it is on the coarsest grid already."""
    domain, coarsest = square(*shape), level_of(shape) == 0
    rows, columns = np.unique(np.nonzero(coarsest)[0]), np.unique(np.nonzero(coarsest)[1])
    assert min(len(rows), len(columns)) == COARSEST
    assert coarsest[np.flatnonzero(domain.betas == 0)[0], np.flatnonzero(domain.alphas == 0)[0]]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_point_comes_once_and_a_level_is_over_before_the_next_begins(shape):
    domain = square(*shape)
    plan = list(schedule(domain, empty(domain), CENTRE))
    assert sorted(point for _, point in plan) == list(np.ndindex(shape))
    assert [level for level, _ in plan] == sorted(level for level, _ in plan)
    assert all(level_of(shape)[point] == level for level, point in plan)


def test_within_a_level_points_near_the_path_come_first():
    """Distances in shares of the domain, so that an axis of large numbers has no more to say than the other."""
    domain = Domain((-300.0, 100.0), (-0.02, 0.02), 17, 17)
    path = np.array([[50.0, 0.015], [-210.0, -0.011], [0.0, 0.0]])
    plan = list(schedule(domain, empty(domain), path))

    def distance(row: int, column: int) -> float:
        return min(
            np.hypot((domain.alphas[column] - alpha) / 400, (domain.betas[row] - beta) / 0.04) for alpha, beta in path
        )

    for k in range(3):
        distances = [distance(*point) for level, point in plan if level == k]
        assert np.diff(distances).min() > -2e-6  # places that differ by less than a millionth count as equal


def test_points_equally_near_come_row_by_row():
    domain = Domain((-1.0, 1.0), (-1.0, 1.0), 5, 5)
    order = [point for _, point in schedule(domain, empty(domain), CENTRE)]
    assert order[:5] == [(2, 2), (1, 2), (2, 1), (2, 3), (3, 2)]
    assert order[-4:] == [(0, 0), (0, 4), (4, 0), (4, 4)]


@pytest.mark.parametrize("seed", range(5))
def test_what_is_measured_already_never_comes_again_and_the_rest_keeps_its_order(seed):
    domain = square(17, 17)
    examples = np.random.default_rng(seed).integers(0, 2, domain.shape).astype(np.uint32) * 256
    whole = [step for step in schedule(domain, empty(domain), CENTRE) if not examples[step[1]]]
    assert list(schedule(domain, examples, CENTRE)) == whole


def test_a_finished_grid_leaves_nothing_to_do():
    domain = square(9, 9)
    assert not list(schedule(domain, np.ones(domain.shape, np.uint32), CENTRE))
