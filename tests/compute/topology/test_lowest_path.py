"""The lowest way against closed forms, against the minimum spanning tree of networkx, and looked at densely."""

import time

import networkx
import numpy as np
import pytest

from compute.landscape import Domain, Floats
from compute.topology.lowest_path import LowestPath, lowest_path
from compute.topology.merge_tree import merge_tree
from compute.topology.places import bilinear, cell_of
from tests import surfaces
from tests.compute.topology.oracle import fields, merge_height, minimax, surface_graph
from tests.surfaces import square

NAN, INF = np.nan, np.inf
ROUNDING = 1e-12  # of values below 10


def in_cells(domain: Domain, alphas: Floats, betas: Floats) -> tuple[Floats, Floats]:
    return (
        np.interp(alphas, domain.alphas, np.arange(domain.n_alpha)),
        np.interp(betas, domain.betas, np.arange(domain.n_beta)),
    )


def highest(domain: Domain, values: Floats, path: LowestPath) -> float:
    """Seen on the way at 20 places to a stretch, all of which must lie on the surface and fall or rise evenly."""
    t = np.linspace(0.0, 1.0, 20)[:, None]
    columns, rows = (x[:-1] + t * np.diff(x) for x in in_cells(domain, path.alphas, path.betas))
    finite = np.isfinite(values)
    cells = finite[:-1, :-1] & finite[:-1, 1:] & finite[1:, :-1] & finite[1:, 1:]
    near = {(round(x, 9), round(y, 9)) for x, y in zip(columns.ravel().tolist(), rows.ravel().tolist(), strict=True)}
    assert all(cell_of(cells, spot) for spot in near)
    heights = bilinear(np.where(finite, values, 0.0), columns.ravel(), rows.ravel()).reshape(columns.shape)
    steps = np.diff(heights, axis=0) * np.where(heights[0] >= heights[-1], -1, 1)
    assert steps.min() >= -ROUNDING
    return float(heights.max())


def check(
    domain: Domain, values: Floats, path: LowestPath, start: tuple[float, float], end: tuple[float, float]
) -> None:
    """What must hold of every lowest way."""
    assert [(path.alphas[k], path.betas[k]) for k in (0, -1)] == [start, end]
    filled = np.where(np.isfinite(values), values, 0.0)
    there = bilinear(filled, *in_cells(domain, path.alphas, path.betas))
    np.testing.assert_allclose(path.values, there, rtol=0, atol=ROUNDING)
    assert path.pass_value == path.values.max()
    assert (path.pass_alpha, path.pass_beta) in set(zip(path.alphas.tolist(), path.betas.tolist(), strict=True))
    assert path.barrier == path.pass_value - max(path.values[0], path.values[-1]) >= 0


def test_the_double_well_is_crossed_at_its_saddle() -> None:
    domain, values = surfaces.DOUBLE_WELL.on_grid(65, 33)
    path = lowest_path(domain, values, (-1.0, 0.0), (1.0, 0.0))
    assert path is not None
    check(domain, values, path, (-1.0, 0.0), (1.0, 0.0))
    assert (path.pass_alpha, path.pass_beta, path.pass_value, path.barrier) == (0.0, 0.0, 1.0, 1.0)
    assert not path.betas.any()
    np.testing.assert_allclose(path.values, (path.alphas**2 - 1) ** 2, atol=1e-14)


def test_a_saddle_inside_a_cell_is_passed_exactly() -> None:
    values = np.array([[0.0, 3.0], [2.0, 1.0]])
    domain = Domain((10.0, 12.0), (-1.0, 0.0), 2, 2)
    path = lowest_path(domain, values, (10.0, -1.0), (12.0, 0.0))
    assert path is not None
    # u = 1/2, v = 3/4, value 3/2, see test_critical_points
    assert (path.pass_alpha, path.pass_beta, path.pass_value) == (11.0, -0.25, 1.5)
    assert path.alphas.tolist() == [10.0, 11.0, 12.0] and path.values.tolist() == [0.0, 1.5, 1.0]
    assert path.barrier == 0.5


@pytest.mark.parametrize("holes", [0.0, 0.1, 0.3])
def test_between_minima_it_is_as_high_as_the_merge_tree_says(holes: float) -> None:
    ways = 0
    for values in fields(40, holes, largest=10):
        domain = square(values)
        tree = merge_tree(domain, values)
        places = [(p.alpha, p.beta) for p in tree.points[: len(tree.branches)]]
        for first in range(len(places)):
            for second in range(first):
                path = lowest_path(domain, values, places[first], places[second])
                if path is None:
                    assert merge_height(tree.branches, first, second) == INF
                    continue
                assert path.pass_value == merge_height(tree.branches, first, second)
                check(domain, values, path, places[first], places[second])
                assert highest(domain, values, path) <= path.pass_value + ROUNDING
                ways += 1
    assert ways > 100


@pytest.mark.parametrize("holes", [0.0, 0.15])
def test_between_any_places_it_is_as_high_as_the_minimum_spanning_tree_says(holes: float) -> None:
    """On a grid four times as fine both places are nodes, and the surface is the same one."""
    rng = np.random.default_rng(3)
    ways = 0
    for values in fields(50, holes, seed=5, largest=6):
        domain, fine = square(values), finer(values, 4)
        spanning = networkx.minimum_spanning_tree(surface_graph(fine))
        for _ in range(6):
            ends = [tuple(int(rng.integers(n)) for n in fine.shape) for _ in range(2)]
            start, end = ((-1 + 2 * i / (fine.shape[1] - 1), -1 + 2 * j / (fine.shape[0] - 1)) for j, i in ends)
            path = lowest_path(domain, values, start, end)
            if path is None:
                assert not all(node in spanning for node in ends) or minimax(spanning, *ends) == INF
                continue
            # 1e-11: a saddle in a cell of a sixteenth of the size, where the differences of corners are as small
            assert path.pass_value == pytest.approx(minimax(spanning, *ends), abs=1e-11)
            check(domain, values, path, start, end)
            assert start == end or highest(domain, values, path) <= path.pass_value + ROUNDING
            ways += 1
    assert ways > 100


def finer(values: Floats, factor: int) -> Floats:
    """The same bilinear surface on a finer grid; NaN inside of cells that are not there, and on sides without any."""
    shape = tuple((n - 1) * factor + 1 for n in values.shape)
    rows, columns = np.indices(shape) / factor
    finite = np.isfinite(values)
    fine = bilinear(np.where(finite, values, 0.0), columns.ravel(), rows.ravel()).reshape(shape)
    kept = np.zeros(shape, np.bool_)
    for j, i in np.argwhere(finite[:-1, :-1] & finite[:-1, 1:] & finite[1:, :-1] & finite[1:, 1:]).tolist():
        kept[j * factor : (j + 1) * factor + 1, i * factor : (i + 1) * factor + 1] = True
    return np.where(kept, fine, NAN)


def test_a_hole_is_walked_around() -> None:
    """A valley along the diagonal with a hole in its middle: the way goes along the rim of the hole."""
    domain = Domain((0.0, 8.0), (0.0, 8.0), 9, 9)
    x, y = np.meshgrid(domain.alphas, domain.betas)
    values = (x - y) ** 2
    values[4, 4] = INF
    path = lowest_path(domain, values, (0.0, 0.0), (8.0, 8.0))
    assert path is not None
    check(domain, values, path, (0.0, 0.0), (8.0, 8.0))
    inside = (path.alphas > 3) & (path.alphas < 5) & (path.betas > 3) & (path.betas < 5)
    assert not inside.any()
    # around the corner (3, 5) or (5, 3) of the hole, where (x - y)² is 4
    assert path.pass_value == 4.0 and {path.pass_alpha, path.pass_beta} == {3.0, 5.0}
    values[:, 4] = NAN
    assert lowest_path(domain, values, (0.0, 0.0), (8.0, 8.0)) is None
    assert lowest_path(domain, values, (0.0, 0.0), (4.0, 4.0)) is None  # in the hole
    assert lowest_path(domain, values, (0.0, 0.0), (3.0, 7.0)) is not None  # on its rim


def test_on_one_slope_there_is_no_barrier_and_no_detour_over_the_minimum() -> None:
    domain, values = surfaces.BOWL.on_grid(17, 17)
    path = lowest_path(domain, values, (0.9, 0.8), (0.8, 0.9))
    assert path is not None and path.barrier == 0
    assert (path.pass_alpha, path.pass_beta) in ((0.9, 0.8), (0.8, 0.9))
    assert path.betas.min() > -0.5 + 0.1


def test_from_a_place_to_itself() -> None:
    domain, values = surfaces.BOWL.on_grid(5, 5)
    path = lowest_path(domain, values, (0.3, 0.3), (0.3, 0.3))
    assert path is not None and path.barrier == 0 and set(path.alphas) == {0.3}


def test_a_line() -> None:
    domain = Domain((0.0, 6.0), (7.0, 7.0), 7, 1)
    values = np.array([[1.0, 3, 0, 4, 2, NAN, 5]])
    path = lowest_path(domain, values, (3.5, 7.0), (0.5, 7.0))
    assert path is not None
    assert path.alphas.tolist() == [3.5, 3, 2, 1, 0.5] and set(path.betas) == {7.0}
    assert path.values.tolist() == [3, 4, 0, 3, 2]
    assert (path.pass_alpha, path.pass_value, path.barrier) == (3.0, 4.0, 1.0)
    assert lowest_path(domain, values, (3.5, 7.0), (4.5, 7.0)) is None


def test_what_it_refuses() -> None:
    domain, values = surfaces.BOWL.on_grid(5, 7)
    with pytest.raises(ValueError, match="shape"):
        lowest_path(domain, values.T, (0, 0), (1, 1))
    with pytest.raises(ValueError, match="outside"):
        lowest_path(domain, values, (0, 0), (1, 1.01))
    with pytest.raises(ValueError, match="outside"):
        lowest_path(domain, values, (0, NAN), (1, 1))


@pytest.mark.parametrize("noisy", [False, True])
def test_a_large_grid_takes_well_under_a_second(noisy: bool) -> None:
    domain, values = surfaces.HIMMELBLAU.on_grid(513, 513)
    if noisy:
        values = values + np.random.default_rng(0).normal(size=values.shape)
    start = time.process_time()
    assert lowest_path(domain, values, (3.0, 2.0), (-3.8, -3.3)) is not None
    assert time.process_time() - start < 0.9
