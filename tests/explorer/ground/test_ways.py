"""Ways between two minima, on surfaces whose barriers are known."""

import numpy as np
import pytest

from compute.landscape import Domain
from compute.scale import ScaleKind
from explorer.ground.critical import critical_points_of
from explorer.ground.heights import height_map
from explorer.ground.picking import sample
from explorer.ground.ways import ways
from explorer.looks.view import Scaling
from tests.surfaces import DOUBLE_WELL, HIMMELBLAU


def found(domain: Domain, values: np.ndarray, kind: ScaleKind = ScaleKind.LINEAR):
    return critical_points_of(height_map(domain, values, np.ones(values.shape, np.uint32), Scaling(kind)))


@pytest.mark.parametrize("kind", [ScaleKind.LINEAR, ScaleKind.LOG])
def test_in_the_double_well_both_ways_lead_over_the_saddle(kind: ScaleKind) -> None:
    domain, values = DOUBLE_WELL.on_grid(33, 33)
    way = ways(found(domain, values + 0.5, kind), (-1.0, 0.0), (1.0, 0.0))
    assert way.straight_barrier == pytest.approx(1.0) and way.lowest_barrier == pytest.approx(1.0)
    assert way.at == (0.0, 0.0) and way.loss == pytest.approx(1.5)
    assert way.straight.tolist() == [[-1.0, 0.0], [1.0, 0.0]]
    assert way.lowest[0].tolist() == [-1.0, 0.0] and way.lowest[-1].tolist() == [1.0, 0.0]


@pytest.mark.parametrize("kind", [ScaleKind.LINEAR, ScaleKind.LOG])
def test_the_lowest_way_is_never_higher_than_its_pass_nor_than_the_straight_one(kind: ScaleKind) -> None:
    domain, values = HIMMELBLAU.on_grid(65, 65)
    critical = found(domain, values + 1, kind)
    minima = [
        (p.alpha, p.beta) for k, p in enumerate(critical.points) if p.slice_index == 0 and critical.persistence[k] > 1
    ]
    assert len(minima) == 4
    for k, start in enumerate(minima):
        for end in minima[:k]:
            way = ways(critical, start, end)
            along = way.lowest[:-1, None] + np.linspace(0, 1, 9)[None, :, None] * np.diff(way.lowest, axis=0)[:, None]
            uv = (along.reshape(-1, 2) + 5) / 10
            heights = sample(critical.surface, uv)
            highest = np.exp(heights.max()) if kind is ScaleKind.LOG else heights.max()
            assert highest == pytest.approx(way.loss)
            ends = critical.losses[[critical.number(start), critical.number(end)]]
            assert way.lowest_barrier == pytest.approx(way.loss - ends.max())
            assert way.lowest_barrier <= way.straight_barrier * (1 + 1e-9)
            assert critical.number(way.at) is not None  # the pass is a saddle of the slice


def test_a_straight_barrier_is_that_of_the_surface_along_the_line() -> None:
    """Between (3, 2) and (−2.8, 3.13) of Himmelblau: against the function itself, finely sampled."""
    domain, values = HIMMELBLAU.on_grid(257, 257)
    critical = found(domain, values)
    ends = [
        min(critical.points, key=lambda p, m=m: np.hypot(p.alpha - m[0], p.beta - m[1])) for m in HIMMELBLAU.minima[:2]
    ]
    start, end = ((p.alpha, p.beta) for p in ends)
    t = np.linspace(0, 1, 20001)
    exact = HIMMELBLAU.z(start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])).max()
    assert ways(critical, start, end).straight_barrier == pytest.approx(exact - max(p.value for p in ends), rel=2e-3)


def test_where_a_wall_that_diverged_lies_between_no_way_leads() -> None:
    domain, values = DOUBLE_WELL.on_grid(33, 33)
    values[:, 16] = np.inf
    way = ways(found(domain, values + 0.5), (-1.0, 0.0), (1.0, 0.0))
    assert way.at is None and len(way.lowest) == 0
    assert way.straight_barrier == way.lowest_barrier == np.inf


def test_on_a_line_there_is_one_way_over_the_highest_point_between() -> None:
    domain = Domain((-2, 2), (0, 0), 33, 1)
    values = (domain.alphas[None] ** 2 - 1) ** 2 + 0.5
    way = ways(found(domain, values), (1.0, 0.0), (-1.0, 0.0))
    assert way.straight_barrier == way.lowest_barrier == pytest.approx(1.0)
    assert way.at == (0.0, 0.0) and way.loss == pytest.approx(1.5)
