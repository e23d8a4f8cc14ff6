"""Critical points above the noise: those of the picture and of the worker, by the same error bar."""

import numpy as np
import pytest

from compute.landscape import Domain
from compute.reconstruction import Reconstruction, reconstruct
from compute.topology.noise import NOISE_FACTOR, clear_critical_points, error_bar, level_domain
from compute.topology.persistence import critical_points_with_persistence

DOMAIN = Domain((-1.0, 1.0), (-2.0, 2.0), 17, 17)


def waves(n: int, depth: float) -> np.ndarray:
    """A bowl with a second dent of this depth, all positive."""
    x, y = np.meshgrid(np.linspace(-1, 1, n), np.linspace(-1, 1, n))
    return np.exp(x**2 + y**2 - depth * np.exp(-(((x - 0.5) ** 2 + (y - 0.5) ** 2) / 0.02)))


def nodes(values: np.ndarray, error: float) -> Reconstruction:
    """With the same error bar everywhere."""
    found = reconstruct(values, np.ones(values.shape, np.uint32))
    return Reconstruction(found.values, found.predicted, found.stride, error, found.relative, found.settled,
                          np.full(found.error.shape, error))  # fmt: skip


def test_points_of_persistence_up_to_twice_the_error_bar_are_hidden_and_counted():
    values = waves(17, 0.5)
    every = critical_points_with_persistence(DOMAIN, np.log(values))
    depth = min(point.persistence for point in every)
    assert len(every) == 3 and depth > 0
    for error, count in ((0.0, 3), (0.99 * depth / NOISE_FACTOR, 3), (1.01 * depth / NOISE_FACTOR, 1)):
        points, hidden = clear_critical_points(DOMAIN, nodes(values, error))
        assert (len(points), hidden) == (count, 3 - count)


def test_with_the_logarithm_the_points_are_the_same_and_their_values_logarithms():
    plain, _ = clear_critical_points(DOMAIN, nodes(waves(17, 0.5), 0.0))
    logs, _ = clear_critical_points(DOMAIN, nodes(waves(17, 0.5), 0.0), log=True)
    assert [p.slice_index for p in plain] == [p.slice_index for p in logs]
    assert [np.log(p.value) for p in plain[:2]] == pytest.approx([p.value for p in logs[:2]])
    assert [(p.alpha, p.beta) for p in plain[:2]] == [(p.alpha, p.beta) for p in logs[:2]]
    floored, _ = clear_critical_points(DOMAIN, nodes(waves(17, 0.5), 0.0), log=True, low=2.0)
    assert min(p.value for p in floored) == pytest.approx(np.log(2.0))


def test_the_error_bar_of_a_pair_is_the_larger_of_its_two():
    found = nodes(waves(17, 0.5), 0.0)
    error = found.error.copy()
    error[:8] = 0.25
    found = Reconstruction(found.values, found.predicted, 1, 0.0, True, found.settled, error)
    pair = [p for p in critical_points_with_persistence(DOMAIN, found.values) if p.partner]
    assert len(pair) == 2 and all(p.beta > 0 for p in pair)
    assert error_bar(DOMAIN, found, pair[0]) == 0.0
    error[int(16 * (pair[1].beta + 2) / 4)] = 0.5
    assert [error_bar(DOMAIN, found, p) for p in pair] == [0.5, 0.5]


def test_nothing_finite_has_no_points_and_a_line_has_the_level_of_its_points():
    empty = nodes(waves(17, 0.5), 0.0)
    empty = Reconstruction(np.full((17, 17), np.inf), empty.predicted, 1, 0.0, False, empty.settled, empty.error)
    assert clear_critical_points(DOMAIN, empty) == ((), 0)
    line = Domain((-1.0, 1.0), (0.0, 0.0), 17, 1)
    row = np.cos(9 * line.alphas)[None] + 2
    points, hidden = clear_critical_points(line, reconstruct(row, np.ones(row.shape, np.uint32)))
    assert len(points) + hidden == len(critical_points_with_persistence(line, row))
    assert level_domain(line, reconstruct(row, np.ones(row.shape, np.uint32))) == line
