"""Noise of a known bound: what is spurious falls below twice the bound, and what is four times as high survives.

The stability theorem (Cohen-Steiner, Edelsbrunner & Harer 2007): where two surfaces differ by at most b, their pairs of
birth and death can be matched so that births and deaths move by at most b each, and what is left over has a persistence
of at most 2 b. So a persistence changes by at most 2 b; a pair of the noisy surface above 2 b is one of the true ones,
and a true one above 4 b is still above 2 b. The bilinear interpolants differ nowhere by more than at the nodes.
"""

import gudhi
import numpy as np
import pytest

from compute.landscape import Floats
from compute.topology.persistence import critical_points_with_persistence, persistence_pairs, significant
from tests import surfaces
from tests.surfaces import square

# The least persistent pair of each on the grids below: the barrier between two wells, the summit of Himmelblau (3.28).
CLEAR = {"double well": (surfaces.DOUBLE_WELL, 1.0), "himmelblau": (surfaces.HIMMELBLAU, 3.2)}


def pairs(values: Floats, slice_index: int) -> Floats:
    found = persistence_pairs(square(values), values)
    return np.array([(p.birth, p.death) for p in found if p.slice_index == slice_index], np.float64).reshape(-1, 2)


@pytest.mark.parametrize("share", [0.05, 0.245])
@pytest.mark.parametrize("name", CLEAR)
def test_just_the_true_pairs_are_above_twice_the_bound(name: str, share: float) -> None:
    surface, least = CLEAR[name]
    domain, values = surface.on_grid(101, 120)
    bound = share * least
    true = {index: pairs(values, index) for index in (0, 2)}
    assert all((pair[:, 1] - pair[:, 0] > 4 * bound).all() for pair in true.values())
    spurious = 0
    for seed in range(20):
        noisy = values + np.random.default_rng(seed).uniform(-bound, bound, values.shape)
        points = critical_points_with_persistence(domain, noisy)
        kept = significant(points, 2 * bound)
        kinds = [point.slice_index for point in kept]
        assert (kinds.count(0), kinds.count(1), kinds.count(2)) == surface.counts
        for index, expected in true.items():
            found = pairs(noisy, index)
            found = found[found[:, 1] - found[:, 0] > 2 * bound]
            assert np.abs(np.sort(found, axis=0) - np.sort(expected, axis=0)).max(initial=0) <= bound
        spurious += len(points) - len(kept)
    assert spurious > 20 * 3  # the noise does make false ones


@pytest.mark.parametrize("seed", range(20))
def test_pairs_move_by_no_more_than_the_noise(seed: int) -> None:
    """In the bottleneck distance, by gudhi, of surfaces without any structure too."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(12, 15)) * rng.choice([0.1, 1.0])
    bound = 0.3
    noisy = values + rng.uniform(-bound, bound, values.shape)
    for index in (0, 2):
        distance = gudhi.bottleneck_distance(pairs(values, index), pairs(noisy, index))
        assert 0 < distance <= bound * (1 + 1e-9)
