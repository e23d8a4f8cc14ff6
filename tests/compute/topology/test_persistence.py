"""Persistence against closed forms, against gudhi, and against independently computed pairs."""

from pathlib import Path

import gudhi
import numpy as np
import pytest

from compute.formats.reading import read_landscape
from compute.landscape import Floats
from compute.topology.critical_points import critical_points
from compute.topology.persistence import critical_points_with_persistence, persistence_pairs, significant
from tests import surfaces
from tests.compute.ply_files import write_ply
from tests.shared_data import reference, shared_file
from tests.surfaces import square

DIGITS = 9  # to compare values that differ by the order of operations


def pairs(values: Floats, slice_index: int) -> list[tuple[float, float]]:
    found = persistence_pairs(square(values), values)
    return sorted((round(p.birth, DIGITS), round(p.death, DIGITS)) for p in found if p.slice_index == slice_index)


def oracle(values: Floats) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Pairs of gudhi: lower star on triangles, where a cell with a face saddle gets a vertex in its middle."""
    columns = values.shape[1]
    heights = dict(enumerate(values.ravel().tolist()))
    tree = gudhi.SimplexTree()
    for row, column in np.ndindex(values.shape[0] - 1, columns - 1):
        a, b, c, d = (row * columns + column + step for step in (0, 1, columns, columns + 1))
        if not np.isfinite([heights[k] for k in (a, b, c, d)]).all():
            continue
        for triangle in _triangles(heights, a, b, c, d):
            tree.insert(triangle)
    for (*simplex,), _ in list(tree.get_simplices()):
        tree.assign_filtration(simplex, max(heights[k] for k in simplex))
    tree.compute_persistence(min_persistence=0, persistence_dim_max=True)
    minima, maxima = (tree.persistence_intervals_in_dimension(k).reshape(-1, 2) for k in (0, 1))
    return _finite(minima), _finite(maxima)


def _triangles(heights: dict[int, float], a: int, b: int, c: int, d: int) -> list[list[int]]:
    fa, fb, fc, fd = (heights[k] for k in (a, b, c, d))
    if min(fa, fd) > max(fb, fc) or max(fa, fd) < min(fb, fc):
        centre = len(heights)
        heights[centre] = (fa * fd - fb * fc) / (fa - fb - fc + fd)
        return [[a, b, centre], [b, d, centre], [c, d, centre], [a, c, centre]]
    return [[a, b, d], [a, c, d]]


def _finite(intervals: Floats) -> list[tuple[float, float]]:
    kept = intervals[np.isfinite(intervals[:, 1]) & (intervals[:, 1] > intervals[:, 0])]
    return sorted((round(birth, DIGITS), round(death, DIGITS)) for birth, death in kept.tolist())


def random_fields(count: int, hole_share: float = 0.0) -> list[Floats]:
    rng = np.random.default_rng(7)
    fields = []
    for number in range(count):
        shape = tuple(rng.integers(2, 13, 2))
        noisy = rng.normal(size=shape) if number % 2 else rng.integers(0, 4, shape).astype(float)
        noisy[rng.random(shape) < hole_share] = np.nan if number % 4 < 2 else np.inf
        fields.append(noisy)
    return fields


@pytest.mark.parametrize("holes", [0.0, 0.1, 0.35])
def test_pairs_are_those_of_gudhi(holes: float) -> None:
    for values in random_fields(150, holes):
        minima, maxima = oracle(values)
        assert pairs(values, 0) == minima, values
        assert pairs(values, 2) == maxima, values


def test_pairs_are_those_of_a_cubical_complex_where_no_cell_has_a_saddle() -> None:
    """Without face saddles the sublevel sets of the interpolant are those of the 4-connected vertices."""
    for surface in (surfaces.DOUBLE_WELL, surfaces.HIMMELBLAU, surfaces.BOWL):
        _, values = surface.on_grid(41, 39)
        cubical = gudhi.CubicalComplex(vertices=values)
        cubical.compute_persistence()
        minima, maxima = (cubical.persistence_intervals_in_dimension(k).reshape(-1, 2) for k in (0, 1))
        # The two differ only in the cells that have a saddle: by less than such a cell is high. Here 1 % of the range.
        for index, expected in ((0, minima), (2, maxima)):
            np.testing.assert_allclose(pairs(values, index), _finite(expected), atol=0.01 * np.ptp(values))


@pytest.mark.parametrize("hole", [np.nan, np.inf])
@pytest.mark.parametrize("seed", range(20))
def test_pairs_are_those_of_a_cubical_complex_with_absent_cells(seed: int, hole: float) -> None:
    """g(α) + h(β) has no saddle inside a cell, as D = 0. In gudhi a vertex at +inf takes its cells along."""
    rng = np.random.default_rng(seed)
    steps = rng.integers(0, 5, (2, 40)) * 1.0 if seed % 2 else rng.normal(size=(2, 40))
    values = np.add.outer(steps[0, :23], steps[1, :31])
    for row, column in ((3, 4), (9, 20), (15, 9)):  # so far apart that no edge is left without a cell
        values[row : row + rng.integers(1, 4), column : column + rng.integers(1, 5)] = hole
    cubical = gudhi.CubicalComplex(vertices=np.where(np.isfinite(values), values, np.inf))
    cubical.compute_persistence(min_persistence=0)
    for index, dimension in ((0, 0), (2, 1)):
        expected = _finite(cubical.persistence_intervals_in_dimension(dimension).reshape(-1, 2))
        assert len(expected) > 20
        assert pairs(values, index) == expected
    loops = cubical.persistence_intervals_in_dimension(1).reshape(-1, 2)
    points = critical_points_with_persistence(square(values), values)
    assert sum(np.isnan(point.persistence) for point in points) == np.isinf(loops[:, 1]).sum() == 3


def test_double_well_is_as_deep_as_its_barrier() -> None:
    domain, values = surfaces.DOUBLE_WELL.on_grid(65, 33)
    points = critical_points_with_persistence(domain, values)
    left, right, saddle = points
    assert [left.persistence, right.persistence, saddle.persistence] == [np.inf, 1.0, 1.0]
    assert right.partner == (saddle.alpha, saddle.beta) == (0.0, 0.0)
    assert saddle.partner == (right.alpha, right.beta) == (1.0, 0.0)
    assert left.partner is None


def test_maximum_is_paired_with_the_saddle_below_it() -> None:
    domain, values = surfaces.HIMMELBLAU.on_grid(201, 201)
    *_, maximum = critical_points_with_persistence(domain, values)
    # the summit at 181.617 meets a higher place at the highest saddle, 178.337; 0.1: the grid is 0.05 fine
    assert maximum.slice_index == 2
    assert maximum.persistence == pytest.approx(181.617 - 178.337, abs=0.1)
    assert maximum.partner == pytest.approx((-0.128, -1.954), abs=0.05)


def test_every_point_of_a_disc_but_the_lowest_has_a_partner_of_equal_persistence() -> None:
    for values in random_fields(100)[1::2]:  # no plateaus, where a face saddle may lie on a vertex
        points = critical_points_with_persistence(square(values), values)
        assert [(p.alpha, p.beta, p.value) for p in points] == [
            (p.alpha, p.beta, p.value) for p in critical_points(square(values), values)
        ]
        at = {(p.alpha, p.beta): p for p in points}
        lowest = [p for p in points if p.partner is None]
        assert len(lowest) == 1 and lowest[0].persistence == np.inf and lowest[0].value == values.min()
        for point in points:
            if point.partner is None:
                continue
            other = at[point.partner]
            assert other.partner == (point.alpha, point.beta)
            assert {point.slice_index, other.slice_index} in ({0, 1}, {1, 2})
            assert point.persistence == other.persistence == abs(point.value - other.value)


@pytest.mark.parametrize("threshold", [0.0, 0.3, 1.0, 100.0])
def test_what_is_significant_obeys_euler(threshold: float) -> None:
    for values in random_fields(40):
        points = critical_points_with_persistence(square(values), values)
        kept = significant(points, threshold)
        kinds = [point.slice_index for point in kept]
        assert kinds.count(0) - kinds.count(1) + kinds.count(2) == 1
        assert set(kept) == {point for point in points if point.persistence > threshold}
        expected = [pair for pair in persistence_pairs(square(values), values) if pair.persistence > threshold]
        assert len(kept) == 1 + 2 * len(expected)


def test_a_saddle_around_a_hole_has_no_partner_and_stays() -> None:
    ring = np.array([[0.0, 1, 2], [1, np.nan, 3], [2, 3, 4]])
    values = np.kron(ring, np.ones((2, 2))) + 0.01 * np.arange(36).reshape(6, 6)
    lowest, saddle = significant(critical_points_with_persistence(square(values), values), 1e9)
    assert (lowest.slice_index, saddle.slice_index) == (0, 1)
    assert lowest.persistence == np.inf and np.isnan(saddle.persistence) and saddle.partner is None


def test_plateaus_have_pairs_of_zero_persistence_which_do_not_count() -> None:
    values = np.minimum(np.add.outer(np.linspace(-2, 2, 9) ** 2, np.linspace(-2, 2, 9) ** 2), 3.0)
    assert persistence_pairs(square(values), values) == ()
    assert len(significant(critical_points_with_persistence(square(values), values))) == 1


@pytest.mark.parametrize("variant", ["raw", "capped"])
@pytest.mark.parametrize("name", ["ResNet_PCA", "VGG_Random"])
def test_reference_pairs(name: str, variant: str) -> None:
    known = reference(name)
    landscape = read_landscape(shared_file(f"{name}.ply"))
    values = landscape.main if variant == "raw" else np.minimum(landscape.main, known["cap"])
    expected = known[variant]["persistence"]["bilinear"]
    found = persistence_pairs(landscape.domain, values)
    for index, key in ((0, "H0_pairs"), (2, "H1_pairs")):
        mine = [(pair.birth, pair.death) for pair in found if pair.slice_index == index]
        # 1e-13: face saddles by another order of operations, values below 1
        np.testing.assert_allclose(np.reshape(mine, (-1, 2)), np.reshape(expected[key], (-1, 2)), rtol=0, atol=1e-13)


def test_pairs_of_a_file_made_here(tmp_path: Path) -> None:
    """Twin of the reference test."""
    domain, values = surfaces.DOUBLE_WELL.on_grid(17, 9)
    landscape = read_landscape(write_ply(tmp_path / "well.ply", domain, values))
    (pair,) = persistence_pairs(landscape.domain, landscape.main)
    assert (pair.birth, pair.death, pair.slice_index, pair.persistence) == (0.0, 1.0, 0, 1.0)
