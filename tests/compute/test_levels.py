"""Nested levels, against brute force over all spacings."""

import numpy as np
import pytest

from compute.landscape import Domain
from compute.levels import (
    COARSEST,
    FEWEST,
    finest_complete_stride,
    first_points,
    level_of,
    level_points,
    level_shape,
    levels,
    points_per_axis,
)

SHAPES = [(5, 5), (9, 9), (17, 17), (33, 33), (9, 17), (17, 5), (51, 51), (26, 26), (51, 33), (3, 3), (1, 33), (1, 51)]


@pytest.mark.parametrize(
    ("resolution", "expected"),
    [
        (65, [5, 9, 17, 33, 65]),
        (1025, [5, 9, 17, 33, 65, 129, 257, 513, 1025]),
        (51, [26, 51]),
        (101, [26, 51, 101]),
        (41, [6, 11, 21, 41]),
        (57, [8, 15, 29, 57]),
        (26, [26]),
        (9, [5, 9]),
        (7, [7]),
        (5, [5]),
        (4, [4]),
        (3, [3]),
    ],
)
def test_the_levels_of_some_resolutions(resolution: int, expected: list[int]) -> None:
    assert levels(resolution) == len(expected)
    shape = (resolution, resolution)
    points = [level_shape(shape, 2**k)[0] for k in reversed(range(len(expected)))]
    assert points == expected
    assert first_points(shape) == expected[0] ** 2


@pytest.mark.parametrize("resolution", range(FEWEST, 200))
def test_there_are_as_many_levels_as_leave_five_points(resolution: int) -> None:
    possible = [k for k in range(12) if (resolution - 1) % 2**k == 0 and (resolution - 1) // 2**k >= COARSEST - 1]
    assert levels(resolution) == max(possible, default=0) + 1


@pytest.mark.parametrize("shape", [(2,), (0,), (-1,), (2, 9), (9, 2), (1, 2), (1, 1), (1,)])
def test_what_is_no_grid_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="too coarse"):
        levels(*shape)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_axis_with_the_fewest_levels_decides_and_that_of_a_line_has_no_say(shape: tuple[int, int]) -> None:
    assert levels(*shape) == min(levels(n) for n in shape if n > 1)
    assert points_per_axis(shape) == min(n for n in shape if n > 1)


@pytest.mark.parametrize("shape", SHAPES)
def test_each_level_is_an_even_grid_that_contains_the_one_before(shape: tuple[int, int]) -> None:
    level = level_of(shape)
    finest = levels(*shape) - 1
    assert level.shape == shape
    assert set(np.unique(level)) == set(range(finest + 1))
    for k in range(finest + 1):
        stride = 2 ** (finest - k)
        grid = np.zeros(shape, bool)
        grid[::stride, ::stride] = True
        assert np.array_equal(level <= k, grid)
        assert grid[-1, -1]
        assert grid.sum() == np.prod(level_shape(shape, stride))
    assert (level == 0).sum() == first_points(shape)


@pytest.mark.parametrize("resolution", [5, 9, 65, 1025])
def test_zero_is_on_the_coarsest_level_of_a_symmetric_range(resolution: int) -> None:
    domain, coarsest = Domain((-3.0, 1.0), (-2.0, 2.0), resolution, resolution), level_of((resolution, resolution)) == 0
    assert coarsest[np.flatnonzero(domain.betas == 0)[0], np.flatnonzero(domain.alphas == 0)[0]]


def by_brute_force(measured: np.ndarray, at_least: int) -> int | None:
    for stride in (2**k for k in range(8)):
        if not all((n - 1) % stride == 0 for n in measured.shape):
            return None
        if stride > 1 and any(n > 1 and len(range(0, n, stride)) < at_least for n in measured.shape):
            return None
        if measured[::stride, ::stride].all():
            return stride
    return None


@pytest.mark.parametrize("shape", [*SHAPES, (2, 2), (2, 9), (1, 2)])
@pytest.mark.parametrize("at_least", [3, COARSEST])
def test_the_finest_complete_level_is_found(shape: tuple[int, int], at_least: int) -> None:
    rng = np.random.default_rng(1)
    for stride in (1, 2, 4, 8):
        measured = rng.uniform(size=shape) < 0.3
        measured[::stride, ::stride] = True
        for _ in range(2):
            assert finest_complete_stride(measured, at_least) == by_brute_force(measured, at_least)
            measured[0, 0] = False


def test_without_any_point_nothing_is_complete() -> None:
    for shape in [*SHAPES, (1, 1), (2, 2)]:
        assert finest_complete_stride(np.zeros(shape, bool)) is None


@pytest.mark.parametrize(
    ("shape", "expected"), [((65, 33), [33, 17, 9, 5]), ((1, 9), [9, 5]), ((26, 26), [26]), ((51, 51), [51, 26])]
)
def test_points_per_axis_of_every_level(shape: tuple[int, int], expected: list[int]) -> None:
    assert level_points(shape) == expected
