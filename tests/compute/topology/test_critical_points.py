"""Critical points against closed forms, against Euler's identity and against independently computed counts."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from compute.formats.reading import read_landscape
from compute.landscape import Domain, Floats
from compute.topology.critical_points import MAXIMUM, MINIMUM, SADDLE, CriticalPoint, critical_points
from tests import surfaces
from tests.compute.ply_files import write_ply
from tests.shared_data import reference, shared_file
from tests.surfaces import square

NAN, INF = np.nan, np.inf


def counts(points: tuple[CriticalPoint, ...]) -> tuple[int, int, int]:
    kinds = [point.slice_index for point in points]
    return kinds.count(MINIMUM), kinds.count(SADDLE), kinds.count(MAXIMUM)


def euler(points: tuple[CriticalPoint, ...]) -> int:
    minima, saddles, maxima = counts(points)
    return minima - saddles + maxima


def euler_characteristic(values: Floats) -> int:
    """Vertices − edges + cells of the union of the cells without a hole in a corner."""
    finite = np.isfinite(values)
    cells = [
        (row, column)
        for row, column in np.ndindex(values.shape[0] - 1, values.shape[1] - 1)
        if finite[row : row + 2, column : column + 2].all()
    ]
    vertices = {(r + i, c + j) for r, c in cells for i in (0, 1) for j in (0, 1)}
    along = {(r + i, c) for r, c in cells for i in (0, 1)}
    across = {(r, c + j) for r, c in cells for j in (0, 1)}
    return len(vertices) - len(along) - len(across) + len(cells)


def of_kind(points: tuple[CriticalPoint, ...], index: int) -> Floats:
    return np.array([(p.alpha, p.beta, p.value) for p in points if p.slice_index == index]).reshape(-1, 3)


@pytest.mark.parametrize("resolution", [(50, 50), (65, 49), (101, 120)])
@pytest.mark.parametrize("name", surfaces.ALL)
def test_finds_the_points_of_analytic_surfaces(name: str, resolution: tuple[int, int]) -> None:
    surface = surfaces.ALL[name]
    domain, values = surface.on_grid(*resolution)
    points = critical_points(domain, values)
    assert counts(points) == surface.counts
    # A critical point of the interpolant lies within a cell of one of the surface: for an extremum the lowest vertex
    # of a quadratic form; two cells leave room where its axes are oblique.
    reach = 2 * np.hypot(np.ptp(domain.alphas) / (resolution[0] - 1), np.ptp(domain.betas) / (resolution[1] - 1))
    for index, expected in enumerate((surface.minima, surface.saddles, surface.maxima)):
        found = of_kind(points, index)[:, :2]
        for place in expected:
            assert np.hypot(*(found - place).T).min() < reach, (name, index, place)


def test_face_saddle_is_in_closed_form_and_the_gradient_vanishes_there() -> None:
    values = np.array([[0.0, 3.0], [2.0, 1.0]])
    domain = Domain((10.0, 12.0), (-1.0, 0.0), 2, 2)
    (saddle,) = (point for point in critical_points(domain, values) if point.slice_index == SADDLE)
    # D = 0 − 3 − 2 + 1 = −4, u = (0 − 2)/D = 1/2, v = (0 − 3)/D = 3/4, value (0·1 − 3·2)/D = 3/2
    assert (saddle.alpha, saddle.beta, saddle.value) == (11.0, -0.25, 1.5)
    assert saddle == replace(saddle, slice_index=1, partner=None) and np.isnan(saddle.persistence)


def test_vertex_saddle() -> None:
    values = np.array([[0.0, -1, 0], [1, 0.5, 1], [0.6, -1, 0.6]])
    vertex = [(p.alpha, p.beta, p.value) for p in critical_points(square(values), values) if p.slice_index == SADDLE]
    assert (0.0, 0.0, 0.5) in vertex


def test_boundary_has_minima_but_no_maxima() -> None:
    domain = square(np.zeros((5, 7)))
    x, y = np.meshgrid(domain.alphas, domain.betas)
    assert counts(critical_points(domain, x + y)) == (1, 0, 0)
    assert counts(critical_points(domain, -(x**2) - y**2)) == (4, 4, 1)


def test_values_are_rows_beta_columns_alpha() -> None:
    domain = Domain((0.0, 6.0), (10.0, 14.0), 7, 5)
    values = np.ones(domain.shape)
    values[1, 5] = 0.0
    # the plateau around it counts as rising with the index, so its first corner is a minimum too
    assert of_kind(critical_points(domain, values), MINIMUM).tolist() == [[0.0, 10.0, 1.0], [5.0, 11.0, 0.0]]
    with pytest.raises(ValueError, match="shape"):
        critical_points(domain, values.T)


@pytest.mark.parametrize("shape", [(2, 2), (2, 9), (3, 3), (8, 5), (33, 40)])
@pytest.mark.parametrize("levels", [0, 2, 4])
def test_euler_holds_on_noise_and_on_plateaus(shape: tuple[int, int], levels: int) -> None:
    rng = np.random.default_rng(levels)
    for _ in range(60):
        values = rng.integers(0, levels, shape).astype(float) if levels else rng.normal(size=shape)
        assert euler(critical_points(square(values), values)) == 1


@pytest.mark.parametrize("hole", [NAN, INF, -INF])
@pytest.mark.parametrize("share", [0.02, 0.15, 0.5, 1.0])
def test_holes_change_the_euler_characteristic_and_nothing_else(hole: float, share: float) -> None:
    rng = np.random.default_rng(1)
    for _ in range(60):
        values = rng.normal(size=(11, 14))
        values[rng.random(values.shape) < share] = hole
        points = critical_points(square(values), values)
        assert euler(points) == euler_characteristic(values)
        assert all(np.isfinite(point.value) for point in points)


def test_huge_values_do_not_overflow() -> None:
    big = np.finfo(float).max
    values = np.array([[-big, big], [big, -big]])
    points = critical_points(square(values), values)
    assert of_kind(points, SADDLE).tolist() == [[0.0, 0.0, 0.0]]
    assert counts(critical_points(square(values), np.full((2, 2), 2e10))) == (1, 0, 0)


def test_a_large_grid_takes_well_under_200_ms() -> None:
    domain, values = surfaces.HIMMELBLAU.on_grid(513, 513)
    start = time.thread_time()
    critical_points(domain, values)
    assert time.thread_time() - start < 0.2


@pytest.mark.parametrize("capped", [False, True])
@pytest.mark.parametrize(("name", "expected"), [("ResNet_PCA", (2, 1, 0)), ("VGG_Random", (6, 7, 2))])
def test_reference_counts_and_positions(name: str, expected: tuple[int, int, int], capped: bool) -> None:
    known = reference(name)
    landscape = read_landscape(shared_file(f"{name}.ply"))
    values = np.minimum(landscape.main, known["cap"]) if capped else landscape.main
    points = critical_points(landscape.domain, values)
    exact = known["capped" if capped else "raw"]["bilinear_4nbr_plus_face_saddles"]
    if not capped:
        assert counts(points) == expected
    for index, key in ((MINIMUM, "minima_xy"), (SADDLE, "face_saddle_xyv"), (MAXIMUM, "interior_maxima_xy")):
        # 1e-12: the same closed form with another order of operations, on coordinates below 10
        np.testing.assert_allclose(of_kind(points, index), np.reshape(exact[key], (-1, 3)), rtol=0, atol=1e-12)


def test_counts_on_a_file_made_here(tmp_path: Path) -> None:
    """Twin of the reference test: Himmelblau's function through a PLY file of 26 by 26."""
    landscape = read_landscape(write_ply(tmp_path / "h.ply", *surfaces.HIMMELBLAU.on_grid(26, 26)))
    assert counts(critical_points(landscape.domain, landscape.main)) == surfaces.HIMMELBLAU.counts
