"""Barriers against closed forms and against dense sampling."""

import numpy as np
import pytest

from compute.landscape import Domain
from compute.topology.barrier import Barrier, line_barrier, straight_barrier
from compute.topology.lowest_path import lowest_path
from compute.topology.places import bilinear
from tests import surfaces
from tests.compute.topology.oracle import fields
from tests.surfaces import square

NAN, INF = np.nan, np.inf


def test_a_measured_line() -> None:
    # chord from 1 to 3: 1, 1.5, 2, 2.5, 3
    t, values = np.linspace(0, 1, 5), np.array([1.0, 2.0, 4.0, 4.25, 3.0])
    assert line_barrier(t, values) == Barrier(height=2.0, position=0.5, excess=1.25)


def test_a_line_that_sags_has_no_barrier() -> None:
    t = np.linspace(0, 1, 9)
    assert line_barrier(t, 2 + t**2) == Barrier(0.0, 0.0, 0.0)


def test_a_parabola_between_its_ends() -> None:
    """t (1 − t) + t: the chord is t, so the rise is t (1 − t), 1/4 at 1/2; the top is 1 at the end."""
    t = np.linspace(0, 1, 101)
    found = line_barrier(t, t * (1 - t) + t)
    assert found.height == pytest.approx(0.25, abs=1e-15) and found.position == 0.5 and found.excess == 0.0


@pytest.mark.parametrize("value", [NAN, INF])
@pytest.mark.parametrize("at", [0, 2, 4])
def test_what_is_not_finite_is_an_endless_barrier(value: float, at: int) -> None:
    values = np.ones(5)
    values[at] = value
    assert line_barrier(np.linspace(0, 1, 5), values) == Barrier(INF, at / 4, INF)


@pytest.mark.parametrize(("t", "values"), [([0.0], [1.0]), ([0.0, 0.0], [1.0, 2.0]), ([0.0, 1.0], [1.0])])
def test_what_a_line_needs(t: list[float], values: list[float]) -> None:
    with pytest.raises(ValueError, match="rising t"):
        line_barrier(np.array(t), np.array(values))


def test_within_one_cell_the_barrier_is_that_of_a_parabola() -> None:
    """u + v − 2 u v along the diagonal is 2 t (1 − t): 1/2 in the middle."""
    domain = Domain((0.0, 2.0), (0.0, 4.0), 2, 2)
    values = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert straight_barrier(domain, values, (0, 0), (2, 4)) == Barrier(0.5, 0.5, 0.5)
    assert straight_barrier(domain, values, (2, 4), (0, 0)) == Barrier(0.5, 0.5, 0.5)
    # the other diagonal is 1 − 2 t (1 − t), which sags
    assert straight_barrier(domain, values, (2, 0), (0, 4)) == Barrier(0.0, 0.0, 0.0)


def test_the_double_well() -> None:
    domain, values = surfaces.DOUBLE_WELL.on_grid(65, 33)
    assert straight_barrier(domain, values, (-1, 0), (1, 0)) == Barrier(1.0, 0.5, 1.0)


@pytest.mark.parametrize("seed", range(4))
def test_against_dense_sampling(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for values in fields(40, seed=seed):
        domain = Domain((-2.0, 3.0), (1.0, 2.0), values.shape[1], values.shape[0])
        (a, b), (c, d) = ((rng.uniform(-2, 3), rng.uniform(1, 2)) for _ in range(2))
        found = straight_barrier(domain, values, (a, b), (c, d))
        assert found is not None
        t = np.append(np.linspace(0.0, 1.0, 2001), found.position)
        columns = (a + t * (c - a) + 2) / 5 * (values.shape[1] - 1)
        heights = bilinear(values, columns, (b + t * (d - b) - 1) * (values.shape[0] - 1))
        rise = heights - ((1 - t) * heights[0] + t * heights[-2])
        assert rise[-1] == pytest.approx(found.height, abs=1e-12)
        assert rise.max() <= found.height + 1e-12
        above = heights.max() - max(heights[0], heights[-2])
        # kinks between the samples: slopes below 60 per unit of t, of which samples are 1/2000 apart
        assert above - 1e-12 <= found.excess <= above + 0.02
        lowest = lowest_path(domain, values, (a, b), (c, d))
        assert lowest is not None and lowest.barrier <= found.excess + 1e-12


def test_along_a_line_of_the_grid_and_through_nodes() -> None:
    values = np.array([[0.0, 5, 0], [1, 2, 1], [0, 9, 0]])
    assert straight_barrier(square(values), values, (-1, 0), (1, 0)) == Barrier(1.0, 0.5, 1.0)
    # the second cell is 2 + 6 s − 8 s² along its diagonal: 3.125 at s = 3/8
    assert straight_barrier(square(values), values, (-1, -1), (1, 1)) == Barrier(3.125, 0.6875, 3.125)
    assert straight_barrier(square(values), values, (0, -1), (0, 1)) == Barrier(0.0, 0.0, 0.0)


def test_what_diverged_and_what_is_not_measured() -> None:
    values = np.ones((5, 5))
    values[1, 1], values[3, 3] = INF, NAN
    domain = Domain((0.0, 4.0), (0.0, 4.0), 5, 5)
    found = straight_barrier(domain, values, (3.0, 0.5), (0.0, 0.5))
    assert found is not None and (found.height, found.excess) == (INF, INF)
    assert found.position == pytest.approx(1 / 3)
    assert straight_barrier(domain, values, (4.0, 4.0), (2.5, 2.5)) is None
    found = straight_barrier(domain, values, (4.0, 4.0), (0.0, 0.0))
    assert found is not None and found.height == INF
    # between the two a cell is there on one side at least, until the other one is gone too
    assert straight_barrier(domain, values, (2.0, 0.0), (2.0, 4.0)) == Barrier(0.0, 0.0, 0.0)
    values[3, 1] = NAN
    assert straight_barrier(domain, values, (2.0, 0.0), (2.0, 4.0)) is None
    assert straight_barrier(domain, values, (4.0, 0.0), (2.0, 2.0)) == Barrier(0.0, 0.0, 0.0)


def test_a_line() -> None:
    domain = Domain((0.0, 6.0), (7.0, 7.0), 7, 1)
    values = np.array([[1.0, 3, 0, 4, 2, NAN, 5]])
    found = straight_barrier(domain, values, (0.0, 7.0), (4.0, 7.0))
    assert found is not None and found.position == 0.75 and found.height == 4 - 1.75 and found.excess == 2.0
    assert straight_barrier(domain, values, (0.0, 7.0), (4.5, 7.0)) is None
    values[0, 5] = INF
    assert straight_barrier(domain, values, (4.0, 7.0), (6.0, 7.0)) == Barrier(INF, 0.0, INF)


def test_from_a_place_to_itself() -> None:
    domain, values = surfaces.BOWL.on_grid(5, 5)
    assert straight_barrier(domain, values, (0.1, 0.2), (0.1, 0.2)) == Barrier(0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="outside"):
        straight_barrier(domain, values, (0.1, 0.2), (0.1, 1.2))
