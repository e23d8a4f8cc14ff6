"""From a measured grid to the display lattice, and to the texels that carry its slopes."""

import itertools

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from compute.interpolation import refine
from compute.landscape import Counts, Domain, Floats
from compute.refinement import Rule
from compute.scale import ScaleKind
from explorer.ground.heights import (
    DISPLAY_NODES,
    DIVERGED,
    HIGHEST,
    LINE_DEPTH,
    LINE_NODES,
    LOWEST,
    MIN_ASPECT,
    display_factor,
    extent_world,
    height_map,
    texels,
)
from explorer.looks.view import Scaling
from tests.compute.sweeping import SURFACES, grid, measured_by
from tests.explorer.lines import line
from tests.surfaces import HIMMELBLAU

DOMAIN, VALUES = HIMMELBLAU.on_grid(33, 17)
SCALING = {True: Scaling(ScaleKind.LOG), False: Scaling(ScaleKind.LINEAR), None: Scaling()}
VALUES = VALUES + 1


def measured(shape: tuple[int, int], *selections: tuple[slice, slice]) -> Counts:
    examples = np.zeros(shape, np.uint32)
    for selection in selections or (np.s_[:, :],):
        examples[selection] = 1
    return examples


def domain(n_alpha: int, n_beta: int, width: float = 2.0, depth: float = 2.0) -> Domain:
    return Domain((-0.25 * width, 0.75 * width), (-0.5 * depth, 0.5 * depth), n_alpha, n_beta)


# ── proportions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_longer_side_is_two_and_proportions_are_true() -> None:
    rng = np.random.default_rng(1)
    for width, depth in 10.0 ** rng.uniform(-6, 6, (200, 1)) * rng.uniform(0.5, 1, (200, 2)):
        x, y = extent_world(domain(9, 9, float(width), float(depth)))
        assert max(x, y) == 2
        assert x / y == pytest.approx(width / depth)


def test_a_narrow_domain_is_drawn_wider_or_nothing_could_be_seen() -> None:
    assert extent_world(domain(9, 9, 1.0, 100.0)) == (2 * MIN_ASPECT, 2)
    assert extent_world(domain(9, 9, 100.0, 1.0)) == (2, 2 * MIN_ASPECT)


@pytest.mark.parametrize(("n_alpha", "n_beta"), [(2, 2), (5, 5), (9, 33), (26, 26), (51, 51), (257, 65), (1000, 3)])
def test_the_lattice_is_fine_enough_and_not_much_finer(n_alpha: int, n_beta: int) -> None:
    longer = (max(n_alpha, n_beta) - 1) * display_factor(domain(n_alpha, n_beta)) + 1
    assert DISPLAY_NODES <= longer < max(2 * DISPLAY_NODES, n_alpha + 1)


def test_the_lattice_depends_on_the_domain_alone() -> None:
    """So that the ground can be eased from one state to the next, node by node."""
    shapes = {
        height_map(DOMAIN, VALUES, measured(VALUES.shape, *selections)).heights.shape
        for selections in [[np.s_[::4, ::4]], [np.s_[::2, ::2]], [np.s_[::4, ::4], np.s_[3:4, 5:6]], [np.s_[:, :]]]
    }
    assert shapes == {(129, 257)}


# ── height map ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_measured_values_are_on_the_lattice_exactly() -> None:
    ground = height_map(DOMAIN, VALUES, measured(VALUES.shape))
    np.testing.assert_array_equal(ground.losses[::8, ::8], VALUES)
    assert ground.cells == (32, 16)
    # Heights are single precision: half an ulp of 1 is 6e-8.
    np.testing.assert_allclose(ground.heights[::8, ::8], ground.scale.heights(VALUES), atol=1e-7)
    assert ground.heights.dtype == np.float32
    assert ground.heights.min() == 0 and ground.heights.max() == 1


def test_the_surface_between_is_the_reconstruction_or_straight_if_wished() -> None:
    smooth = height_map(DOMAIN, VALUES, measured(VALUES.shape))
    np.testing.assert_array_equal(smooth.losses, refine(VALUES, 8))
    for log, (there, back) in {False: (np.positive, np.positive), True: (np.log, np.exp)}.items():
        straight = height_map(DOMAIN, VALUES, measured(VALUES.shape), scaling=SCALING[log], smooth=False)
        np.testing.assert_allclose(straight.losses[::8, ::8], VALUES, rtol=1e-13)
        shown = there(VALUES)
        middles = back((shown[:-1, :-1] + shown[1:, :-1] + shown[:-1, 1:] + shown[1:, 1:]) / 4)
        np.testing.assert_allclose(straight.losses[4::8, 4::8], middles, rtol=1e-13)


def test_straight_lines_reproduce_a_bilinear_surface() -> None:
    x, y = np.meshgrid(np.linspace(0, 1, 9), np.linspace(0, 1, 5))
    straight = height_map(domain(9, 5), 1 + 2 * x - y + 3 * x * y, measured((5, 9)), smooth=False)
    fine_x, fine_y = np.meshgrid(np.linspace(0, 1, 257), np.linspace(0, 1, 129))
    np.testing.assert_allclose(straight.losses, 1 + 2 * fine_x - fine_y + 3 * fine_x * fine_y, atol=1e-13)


def test_wishes_about_scale_and_cap_reach_the_scale() -> None:
    examples = measured(VALUES.shape)
    assert height_map(DOMAIN, VALUES, examples, scaling=SCALING[False]).scale.log is False
    assert height_map(DOMAIN, VALUES, examples, scaling=SCALING[True]).scale.log is True
    capped = height_map(DOMAIN, VALUES, examples, scaling=Scaling(cap=50.0))
    assert capped.scale.high == 50.0
    beyond = capped.losses > 50.0
    assert (capped.heights[beyond] > 1).all() and (capped.heights[~beyond] <= 1).all()


def test_heights_of_a_surface_go_on_beyond_the_cap_and_the_floor_but_stay_numbers() -> None:
    x, y = np.meshgrid(np.linspace(-1, 1, 33), np.linspace(-1, 1, 17))
    values = 1 + 10 * x + y
    ground = height_map(DOMAIN, values, measured(values.shape), Scaling(ScaleKind.LINEAR, cap=4.0, floor=0.0))
    np.testing.assert_allclose(ground.heights, np.clip(ground.losses / 4, LOWEST, HIGHEST), atol=1e-6)
    assert (ground.heights.min(), ground.heights.max()) == (LOWEST, HIGHEST)
    strip = height_map(line().domain, line().main, line().examples, Scaling(ScaleKind.LINEAR, cap=0.5))
    assert (strip.heights.min(), strip.heights.max()) == (0, 1)  # a line has no inside to look at


@pytest.mark.parametrize("kind", list(ScaleKind))
def test_straight_lines_are_straight_on_the_scale_that_is_shown(kind: ScaleKind) -> None:
    values = 5.0 + np.random.default_rng(3).normal(size=VALUES.shape)
    ground = height_map(DOMAIN, values, measured(values.shape), Scaling(kind), smooth=False)
    middle = ground.heights[::8, 4::8]
    np.testing.assert_allclose(middle, (ground.heights[::8, :-1:8] + ground.heights[::8, 8::8]) / 2, atol=1e-6)


def test_what_diverged_is_marked_as_such() -> None:
    values = VALUES.copy()
    values[3:9, 5:12] = np.inf
    ground = height_map(DOMAIN, values, measured(VALUES.shape))
    np.testing.assert_array_equal(ground.measured == DIVERGED, np.isposinf(ground.losses))
    assert np.isnan(ground.heights[ground.measured == DIVERGED]).all() and (ground.measured == DIVERGED).sum() > 1000


@pytest.mark.parametrize("smooth", [True, False])
@pytest.mark.parametrize("state", [np.inf, np.nan])
def test_a_diverged_or_unmeasured_node_is_a_hole_and_its_neighbours_stand(smooth: bool, state: float) -> None:
    values, examples = VALUES.copy(), measured(VALUES.shape)
    values[5, 20] = state
    examples[5, 20] = np.isinf(state)
    if np.isnan(state):  # nothing coarser is complete then: take (5, 20) out of a grid that has no levels
        values, examples = values[:16, :32], examples[:16, :32]
    land = Domain(DOMAIN.alpha, DOMAIN.beta, values.shape[1], values.shape[0])
    ground = height_map(land, values, examples, smooth=smooth)
    factor = display_factor(land)
    on_nodes = np.isnan(ground.heights[::factor, ::factor])
    assert np.argwhere(on_nodes).tolist() == [[5, 20]]
    rows, columns = np.nonzero(np.isnan(ground.heights))
    assert np.abs(rows / factor - 5).max() < 1 and np.abs(columns / factor - 20).max() < 1


def test_nothing_measured_is_a_hole_throughout() -> None:
    ground = height_map(DOMAIN, np.full(VALUES.shape, np.nan), np.zeros(VALUES.shape, np.uint32))
    assert np.isnan(ground.heights).all() and (ground.measured == 0).all()


def test_measured_ground_is_told_from_predicted_ground() -> None:
    complete = height_map(DOMAIN, VALUES, measured(VALUES.shape, np.s_[::4, ::4]))
    assert (complete.measured == 1).all()
    # The left half of the next level, and nothing of its right half but the nodes of the coarser one.
    half = height_map(DOMAIN, VALUES, measured(VALUES.shape, np.s_[::4, ::4], np.s_[::2, :17:2]))
    assert half.cells == (16, 8)
    assert half.measured.dtype == np.float32 and half.measured.min() == 0 and half.measured.max() == 1
    assert (half.measured[:, :112] == 1).all()
    # Lone nodes of the coarser level, whose neighbours are predicted, do not speckle that part.
    assert (half.measured[:, 128 + 16 :] == 0).all()


# ── lines ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("smooth", [True, False])
@pytest.mark.parametrize("log", [True, False])
def test_a_line_is_a_strip_of_two_equal_rows_with_its_measured_values_on_it(smooth: bool, log: bool) -> None:
    land = line(65)
    assert extent_world(land.domain) == (2, LINE_DEPTH)
    ground = height_map(land.domain, land.main, land.examples, scaling=SCALING[log], smooth=smooth)
    assert ground.heights.shape == ground.measured.shape == ground.losses.shape == (2, LINE_NODES)
    assert ground.cells == (64, 0)
    np.testing.assert_array_equal(ground.heights[0], ground.heights[1])
    np.testing.assert_allclose(ground.losses[0, ::16], land.main[0], rtol=1e-14)
    assert (ground.measured == 1).all() and ground.heights.min() == 0 and ground.heights.max() == 1
    assert texels(ground.heights, ground.measured).shape == (2, LINE_NODES, 4)


def test_between_its_points_a_line_is_the_spline_or_straight() -> None:
    land = line(65)
    alphas = np.linspace(-0.5, 1.5, LINE_NODES)
    ground = height_map(land.domain, land.main, land.examples)
    spline = CubicSpline(land.domain.alphas, np.log(land.main[0]))
    np.testing.assert_allclose(ground.losses[0], np.exp(spline(alphas)), rtol=1e-11)
    straight = height_map(land.domain, land.main, land.examples, scaling=SCALING[False], smooth=False)
    np.testing.assert_allclose(straight.losses[0], np.interp(alphas, land.domain.alphas, land.main[0]), rtol=1e-12)


@pytest.mark.parametrize("state", [np.inf, np.nan])
def test_a_line_ends_at_its_last_finite_point_and_what_follows_does_not_bend_it(state: float) -> None:
    land = line(65)
    values, examples = land.main.copy(), land.examples.copy()
    values[0, 20:24] = state
    values[0, 41] = state  # between them 17 points, a not-a-knot spline
    ground = height_map(land.domain, values, examples)
    gone = np.isnan(ground.heights[0])
    expected = np.zeros(LINE_NODES, bool)
    expected[19 * 16 + 1 : 24 * 16] = expected[40 * 16 + 1 : 42 * 16] = True
    np.testing.assert_array_equal(gone, expected)
    for first, last in ((0, 19), (24, 40), (42, 64)):
        spline = CubicSpline(np.arange(first, last + 1), np.log(values[0, first : last + 1]))
        piece = np.exp(spline(np.arange(first * 16, last * 16 + 1) / 16))
        np.testing.assert_allclose(ground.losses[0, first * 16 : last * 16 + 1], piece, rtol=1e-11)


@pytest.mark.parametrize("points", [2, 3, 5, 26, 51, 2000])
def test_a_line_of_any_number_of_points_has_a_curve(points: int) -> None:
    land = line(points)
    ground = height_map(land.domain, land.main, land.examples)
    assert ground.heights.shape[1] >= LINE_NODES and np.isfinite(ground.heights).all()


def test_ground_that_needs_no_measuring_counts_as_measured() -> None:
    """Beyond 33 points a level is measured in part; what is left out is as well known, by the metric that decided."""
    values, rule = grid(SURFACES["cusp"], 129), Rule(0.01)
    done = measured_by(values, rule)
    examples, known = done.astype(np.uint32), np.where(done, values, np.nan)
    land = domain(129, 129)
    assert 0.05 < done.mean() < 0.5
    assert (height_map(land, known, examples, rule=rule).measured == 1).all()
    assert (height_map(land, known, examples).measured == 0).mean() > 0.2
    other = np.where(done, np.cos(40 * values), np.nan)
    assert (height_map(land, other, examples, rule=rule, judged=known).measured == 1).all()


# ── texels ────────────────────────────────────────────────────────────────────────────────────────────────────────────

ROWS, COLUMNS = 97, 129


def analytic() -> tuple[Floats, Floats, Floats]:
    """A height over (u, v), and its slopes."""
    u, v = np.meshgrid(np.linspace(0, 1, COLUMNS), np.linspace(0, 1, ROWS))
    height = 0.5 + 0.3 * np.sin(3 * u) * np.cos(2 * v)
    return height, 0.9 * np.cos(3 * u) * np.cos(2 * v), -0.6 * np.sin(3 * u) * np.sin(2 * v)


def test_texels_carry_height_and_measured_as_they_are() -> None:
    height = analytic()[0].astype(np.float32)
    flags = np.random.default_rng(1).uniform(size=height.shape).astype(np.float32)
    found = texels(height, flags)
    assert found.shape == (ROWS, COLUMNS, 4) and found.dtype == np.float32 and found.flags.c_contiguous
    np.testing.assert_array_equal(found[..., 0], height)
    np.testing.assert_array_equal(found[..., 3], flags)


def test_slopes_are_those_of_the_surface_per_unit_of_u_and_v() -> None:
    height, du, dv = analytic()
    found = texels(height.astype(np.float32), np.ones(height.shape, np.float32))
    # Central differences: h² / 6 times the third derivative (8.1 and 2.4); single precision adds 6e-8 / h.
    inside = np.s_[1:-1, 1:-1]
    np.testing.assert_allclose(found[inside][..., 1], du[inside], atol=8.1 / 6 / (COLUMNS - 1) ** 2 + 6e-8 * COLUMNS)
    np.testing.assert_allclose(found[inside][..., 2], dv[inside], atol=2.4 / 6 / (ROWS - 1) ** 2 + 6e-8 * ROWS)
    # One-sided at the rims: h / 2 times the second derivative (2.7 and 1.2).
    np.testing.assert_allclose(found[:, [0, -1], 1], du[:, [0, -1]], atol=2.7 / 2 / (COLUMNS - 1) + 1e-4)
    np.testing.assert_allclose(found[[0, -1], :, 2], dv[[0, -1]], atol=1.2 / 2 / (ROWS - 1) + 1e-4)


def test_slopes_are_numbers_beside_a_hole() -> None:
    height = analytic()[0].astype(np.float32)
    height[40, 50] = np.nan
    found = texels(height, np.ones(height.shape, np.float32))
    assert np.isfinite(found[..., 1:3]).all()
    assert np.isnan(found[..., 0]).sum() == 1
    assert (found[40, [49, 51], 1] == 0).all() and (found[[39, 41], 50, 2] == 0).all()


def test_texels_of_a_part_are_those_of_the_whole() -> None:
    height = analytic()[0].astype(np.float32)
    height[40, 50] = np.nan
    flags = np.random.default_rng(1).uniform(size=height.shape).astype(np.float32)
    whole = texels(height, flags)
    for rows, columns in itertools.product(
        [(0, 1), (0, 40), (33, 64), (96, 97), (64, 97)], [(0, 9), (45, 60), (128, 129)]
    ):
        part = slice(*rows), slice(*columns)
        np.testing.assert_array_equal(texels(height, flags, *part), whole[part])


@pytest.mark.parametrize("smooth", [True, False])
def test_a_floor_changes_heights_and_not_what_is_read(smooth: bool) -> None:
    values = np.geomspace(0.01, 1.0, VALUES.size).reshape(VALUES.shape)
    ground = height_map(DOMAIN, values, measured(values.shape), Scaling(ScaleKind.LOG, floor=0.1), smooth=smooth)
    assert ground.losses.min() == pytest.approx(0.01) and ground.scale.low == 0.1
    assert ground.heights.min() < 0
