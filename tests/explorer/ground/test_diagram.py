"""The persistence diagram as numbers."""

import numpy as np
import pytest

from compute.landscape import Domain
from compute.scale import ScaleKind
from compute.topology.critical_points import MAXIMUM, SADDLE
from compute.topology.persistence import persistence_pairs
from explorer.ground.critical import critical_points_of
from explorer.ground.diagram import above_diagonal, dots, persistence_between, reach
from explorer.ground.heights import height_map
from explorer.looks.view import Scaling
from tests.surfaces import HIMMELBLAU


@pytest.mark.parametrize("kind", [ScaleKind.LINEAR, ScaleKind.LOG])
def test_dots_are_the_pairs_in_losses_and_the_deepest_minimum(kind: ScaleKind) -> None:
    domain, values = HIMMELBLAU.on_grid(33, 33)
    ground = height_map(domain, values + 1, np.ones((33, 33), np.uint32), Scaling(kind))
    found = dots(critical_points_of(ground))
    surface = np.log(values + 1) if kind is ScaleKind.LOG else values + 1
    raw = [(pair.birth, pair.death) for pair in persistence_pairs(domain, surface)]
    pairs = np.exp(raw) if kind is ScaleKind.LOG else np.array(raw)
    finite = np.isfinite(found.death)
    assert np.allclose(sorted(zip(found.birth[finite], found.death[finite], strict=True)), sorted(map(tuple, pairs)))
    assert found.birth[~finite].tolist() == pytest.approx([values.min() + 1])
    assert not finite[0]  # the most persistent comes first
    low, high = reach(found, ground.scale)
    assert (low, high) == pytest.approx((values.min() + 1, pairs[:, 1].max()))


def test_on_a_line_each_basin_is_one_dot() -> None:
    domain = Domain((-2, 2), (0, 0), 33, 1)
    values = (domain.alphas[None] ** 2 - 1) ** 2 + 0.5
    ground = height_map(domain, values, np.ones((1, 33), np.uint32), Scaling(ScaleKind.LINEAR))
    critical = critical_points_of(ground)
    found = dots(critical)
    assert found.birth.tolist() == [0.5, 0.5] and found.death.tolist() == [np.inf, 1.5]
    assert MAXIMUM not in critical.kinds[found.number]


def test_saddles_have_no_dot_of_their_own() -> None:
    domain, values = HIMMELBLAU.on_grid(17, 17)
    critical = critical_points_of(height_map(domain, values + 1, np.ones((17, 17), np.uint32)))
    assert SADDLE not in critical.kinds[dots(critical).number]


def test_a_lone_minimum_shows_the_range_of_the_surface() -> None:
    domain = Domain((-1, 1), (-1, 1), 9, 9)
    x, y = np.meshgrid(domain.alphas, domain.betas)
    ground = height_map(domain, 1 + x**2 + y**2, np.ones((9, 9), np.uint32), Scaling(ScaleKind.LINEAR))
    assert reach(dots(critical_points_of(ground)), ground.scale) == pytest.approx((1.0, 3.0))


@pytest.mark.parametrize("log", [False, True])
def test_the_line_of_a_threshold_is_where_the_persistence_is_that(log: bool) -> None:
    births = np.array([0.5, 1.0, 30.0])
    deaths = above_diagonal(births, 0.25, log=log)
    for birth, death in zip(births.tolist(), deaths.tolist(), strict=True):
        assert persistence_between(birth, death, log=log) == pytest.approx(0.25)
    assert deaths[0] == pytest.approx(0.625 if log else 0.75)
    assert persistence_between(2.0, 1.0, log=log) == 0.0
