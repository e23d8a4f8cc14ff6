"""Minima and maxima of a line against a closed form, against gudhi, and against what must always hold."""

import gudhi
import numpy as np
import pytest

from compute.landscape import Domain, Floats
from compute.topology.critical_points import MAXIMUM, MINIMUM, CriticalPoint
from compute.topology.extrema import extrema
from compute.topology.persistence import critical_points_with_persistence, persistence_pairs, significant

NAN, INF = np.nan, np.inf


def line(values: list[float] | Floats) -> tuple[Domain, Floats]:
    """Values at 0, 1, 2, … along alpha, at beta 7."""
    row = np.asarray(values, np.float64)[None]
    return Domain((0.0, row.size - 1.0), (7.0, 7.0), row.size, 1), row


def places(points: tuple[CriticalPoint, ...], kind: int) -> list[float]:
    return [point.alpha for point in points if point.slice_index == kind]


def pairs(points: tuple[CriticalPoint, ...]) -> list[tuple[float, float]]:
    """(birth, death) of every minimum that ends, if it lives at all."""
    ends = [(p.value, p.value + p.persistence) for p in points if p.slice_index == MINIMUM and p.persistence < INF]
    return sorted(pair for pair in ends if pair[1] > pair[0])


def test_a_double_well_has_its_two_minima_and_the_barrier_between_them() -> None:
    """(x² − 1)² + x / 10 on [−2, 2]; the roots of 4x³ − 4x + 1 / 10 by an independent method."""
    domain = Domain((-2.0, 2.0), (0.0, 0.0), 2001, 1)
    values = ((domain.alphas**2 - 1) ** 2 + domain.alphas / 10)[None]
    points = extrema(domain, values)
    left, top, right = sorted(np.roots([4, 0, -4, 0.1]).real.tolist())
    assert places(points, MINIMUM) == pytest.approx([left, right], abs=1e-3)
    assert places(points, MAXIMUM) == pytest.approx([top], abs=1e-3)
    lowest, second, barrier = points
    height = {x: (x**2 - 1) ** 2 + x / 10 for x in (left, top, right)}
    assert lowest.persistence == INF and lowest.partner is None
    assert second.persistence == barrier.persistence == pytest.approx(height[top] - height[right], abs=1e-5)
    assert second.partner == (barrier.alpha, 0.0) and barrier.partner == (second.alpha, 0.0)
    assert {point.beta for point in points} == {0.0}


@pytest.mark.parametrize("values_of", [lambda rng: rng.normal(size=60), lambda rng: rng.integers(0, 5, 60) * 1.0])
def test_pairs_are_those_of_gudhi(values_of) -> None:
    for seed in range(40):
        domain, values = line(values_of(np.random.default_rng(seed)))
        cubical = gudhi.CubicalComplex(vertices=values[0])
        cubical.compute_persistence()
        expected = sorted((b, d) for b, d in cubical.persistence_intervals_in_dimension(0).tolist() if b < d < INF)
        assert len(expected) > 5
        np.testing.assert_allclose(pairs(extrema(domain, values)), expected, rtol=1e-12)
        found = persistence_pairs(domain, values)
        assert sorted((pair.birth, pair.death) for pair in found) == expected
        assert {pair.slice_index for pair in found} == {MINIMUM}
        depths = [pair.persistence for pair in found]
        assert depths == sorted(depths, reverse=True)


@pytest.mark.parametrize("holes", [0.0, 0.2, 0.6])
def test_minima_and_maxima_alternate_and_each_piece_has_one_minimum_more(holes: float) -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        domain, values = line(rng.integers(0, 6, 50) * 1.0)
        values[0, rng.uniform(size=50) < holes] = rng.choice([NAN, INF])
        points = extrema(domain, values)
        rims = np.flatnonzero(np.diff(np.isfinite(values[0]), prepend=False, append=False)).reshape(-1, 2)
        for first, end in rims.tolist():
            inside = sorted((p.alpha, p.slice_index) for p in points if first <= p.alpha < end)
            expected = [MINIMUM, MAXIMUM] * ((len(inside) + 1) // 2)
            assert [kind for _, kind in inside] == expected[: len(inside)]
            assert len(inside) % 2 == (end - first > 1)
        assert sum(p.persistence == INF for p in points) == (rims[:, 1] - rims[:, 0] > 1).sum()


@pytest.mark.parametrize(
    ("values", "minima", "maxima"),
    [
        ([1, 2, 3], [0], []),  # a summit at an end is nothing
        ([3, 2, 1], [2], []),
        ([1, 3, 2], [0, 2], [1]),
        ([2, 2, 2], [0], []),  # the first of equals is the lowest
        ([3, 1, 1, 3], [1], []),
        ([1, 3, 3, 1], [0, 3], [2]),
        ([2, 1, NAN, 3, 4], [1, 3], []),
        ([2, INF, 1, INF, 3], [], []),  # no point has a neighbour
        ([1, 2], [0], []),
        ([1], [], []),
    ],
)
def test_small_lines(values: list[float], minima: list[int], maxima: list[int]) -> None:
    points = extrema(*line(values))
    assert (places(points, MINIMUM), places(points, MAXIMUM)) == (minima, maxima)


def test_noise_is_left_out_in_pairs() -> None:
    domain, values = line([5, 1, 1.1, 1.05, 4, 0, 6])
    clear = significant(critical_points_with_persistence(domain, values), 0.2)
    assert (places(clear, MINIMUM), places(clear, MAXIMUM)) == ([1, 5], [4])


def test_a_plane_or_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="line"):
        extrema(Domain((0, 1), (0, 1), 2, 2), np.zeros((2, 2)))
    with pytest.raises(ValueError, match=r"\(1, 2\)"):
        extrema(Domain((0, 1), (0, 0), 3, 1), np.zeros((1, 2)))
    with pytest.raises(ValueError, match=r"\(1, 2\)"):
        persistence_pairs(Domain((0, 1), (0, 0), 3, 1), np.zeros((1, 2)))
