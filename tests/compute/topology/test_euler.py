"""Euler's check: what is counted by cells, by critical points, and by two independent ways."""

import networkx
import numpy as np
import pytest
from scipy import ndimage

from compute.landscape import Domain, Floats
from compute.topology.euler import alternating_sum, euler_characteristic
from compute.topology.persistence import critical_points_with_persistence, significant
from tests import surfaces
from tests.compute.topology.oracle import fields, surface_graph
from tests.surfaces import square


def pieces_less_holes(values: Floats) -> int:
    """Euler–Poincaré: connected pieces − holes, for what is drawn on a grid twice as fine with nodes, edges and cells.

    A hole is a connected piece of what is left, sides and corners alike, that does not reach the frame around."""
    finite = np.isfinite(values)
    cells = finite[:-1, :-1] & finite[:-1, 1:] & finite[1:, :-1] & finite[1:, 1:]
    drawn = np.zeros([2 * n + 1 for n in values.shape], np.bool_)
    for row, column in np.argwhere(cells).tolist():
        drawn[2 * row + 1 : 2 * row + 4, 2 * column + 1 : 2 * column + 4] = True
    _, inside = ndimage.label(drawn)  # nodes and edges are drawn too, so by sides
    _, outside = ndimage.label(~drawn, np.ones((3, 3)))
    return inside - (outside - 1)


@pytest.mark.parametrize("holes", [0.0, 0.05, 0.2, 0.5, 1.0])
def test_cells_points_pieces_and_holes_agree(holes: float) -> None:
    found = set()
    for values in fields(200, holes, seed=11):
        domain = square(values)
        characteristic = euler_characteristic(domain, values)
        assert characteristic == pieces_less_holes(values)
        points = critical_points_with_persistence(domain, values)
        assert alternating_sum(domain, points) == characteristic
        for threshold in (0.0, 0.7):
            assert alternating_sum(domain, significant(points, threshold)) == characteristic
        graph = surface_graph(np.where(np.isfinite(values), 0.0, np.nan))
        cells = sum(
            np.isfinite(values[j : j + 2, i : i + 2]).all() for j, i in np.ndindex(*(n - 1 for n in values.shape))
        )
        assert characteristic == graph.number_of_nodes() - graph.number_of_edges() + cells
        found.add(characteristic)
    assert found == {1} if holes == 0 else found == {0} if holes == 1 else len(found) > 2


@pytest.mark.parametrize("holes", [0.0, 0.3, 1.0])
def test_a_line_has_as_many_as_it_has_pieces(holes: float) -> None:
    rng = np.random.default_rng(2)
    for _ in range(100):
        row = rng.integers(0, 5, 30) * 1.0
        row[rng.random(30) < holes] = np.nan
        domain = Domain((0.0, 1.0), (0.0, 0.0), 30, 1)
        graph = networkx.Graph((k, k + 1) for k in range(29) if np.isfinite(row[k]) and np.isfinite(row[k + 1]))
        expected = networkx.number_connected_components(graph)
        assert euler_characteristic(domain, row[None]) == expected
        assert alternating_sum(domain, critical_points_with_persistence(domain, row[None])) == expected


def test_a_surface_with_two_holes_and_an_island() -> None:
    domain, values = surfaces.HIMMELBLAU.on_grid(33, 33)
    assert euler_characteristic(domain, values) == 1
    values[5:7, 5:9] = np.inf
    values[20, 20] = np.nan
    assert euler_characteristic(domain, values) == -1
    values[:, 28] = np.nan
    assert euler_characteristic(domain, values) == 0
    assert alternating_sum(domain, critical_points_with_persistence(domain, values)) == 0
    with pytest.raises(ValueError, match="shape"):
        euler_characteristic(domain, values[1:])
