import numpy as np
import pytest

from compute.landscape import Domain
from explorer.ground.heights import HeightMap, height_map
from explorer.ground.section import SAMPLES, profile

RANGE = Domain((-2.0, 2.0), (-1.0, 1.0), 33, 17)


def ground(function, domain: Domain = RANGE, measured=None, smooth: bool = True) -> HeightMap:
    alpha, beta = np.meshgrid(domain.alphas, domain.betas)
    values = function(alpha, beta).astype(np.float64)
    examples = np.ones(domain.shape, np.uint32) if measured is None else measured.astype(np.uint32)
    return height_map(domain, np.where(examples > 0, values, np.nan), examples, smooth=smooth)


def test_the_values_are_those_of_the_surface_over_the_distance_in_the_plane():
    cut = profile(ground(lambda a, b: 3 * a - 2 * b), ((0.25, 0.0), (0.75, 1.0)))
    alpha, beta = np.linspace(-1, 1, SAMPLES), np.linspace(-1, 1, SAMPLES)
    assert cut.value == pytest.approx(3 * alpha - 2 * beta, abs=1e-12)
    assert cut.length == pytest.approx(np.hypot(2, 2))
    assert cut.distance == pytest.approx(np.linspace(0, np.hypot(2, 2), SAMPLES))
    assert cut.uv[0].tolist() == [0.25, 0.0]


def test_a_parabola_is_met_to_the_accuracy_of_the_spline():
    cut = profile(ground(lambda a, b: a**2 + 2 * b**2 + 1), ((0.1, 0.2), (0.9, 0.9)))
    alpha, beta = (-2 + 4 * cut.uv[:, 0]), (-1 + 2 * cut.uv[:, 1])
    assert cut.value == pytest.approx(alpha**2 + 2 * beta**2 + 1, abs=2e-3)
    assert ((cut.low <= cut.value) & (cut.value <= cut.high)).all()
    assert (cut.high > cut.low).any()


def test_the_error_band_is_a_factor_of_positive_values_and_a_difference_of_others():
    positive = ground(lambda a, b: np.exp(a) + b**2)
    cut = profile(positive, ((0.0, 0.5), (1.0, 0.5)))
    error = np.array([positive.nodes.error_at(u, v) for u, v in cut.uv])
    assert cut.high / cut.value == pytest.approx(np.exp(error))
    assert cut.low * cut.high == pytest.approx(cut.value**2)
    signed = ground(lambda a, b: np.sin(3 * a) + b**2)
    cut = profile(signed, ((0.0, 0.5), (1.0, 0.5)))
    error = np.array([signed.nodes.error_at(u, v) for u, v in cut.uv])
    assert cut.high - cut.value == pytest.approx(error)
    assert cut.value - cut.low == pytest.approx(error)


def test_measured_nodes_beside_the_line_are_at_their_feet():
    land = ground(lambda a, b: 5 + a + b)
    cut = profile(land, ((0.0, 0.5), (1.0, 0.5)))  # along a row of nodes
    assert cut.node_distance == pytest.approx(RANGE.alphas + 2)
    assert cut.node_value == pytest.approx(5 + RANGE.alphas)
    between = profile(land, ((0.0, 0.5 + 0.3 / 16), (1.0, 0.5 + 0.3 / 16)))  # 0.3 of a cell off the row
    assert between.node_value == pytest.approx(5 + RANGE.alphas)


def test_only_nodes_within_half_a_cell_and_between_the_ends_count():
    land = ground(lambda a, b: 5 + a + b)
    cut = profile(land, ((0.25, 0.0), (0.75, 1.0)))
    i, j = np.meshgrid(np.arange(33), np.arange(17))
    p, q = np.array([8.0, 0.0]), np.array([24.0, 16.0])
    direction = (q - p) / np.linalg.norm(q - p)
    along = (i - p[0]) * direction[0] + (j - p[1]) * direction[1]
    away = np.hypot(i - p[0] - along * direction[0], j - p[1] - along * direction[1])
    expected = (away <= 0.5) & (along >= 0) & (along <= np.linalg.norm(q - p))
    assert len(cut.node_value) == expected.sum()
    assert (np.diff(cut.node_distance) >= 0).all()
    assert 0 < len(cut.node_value) < 33 * 17


def test_what_is_not_measured_or_diverged_is_no_number():
    values = ground(lambda a, b: np.where(a > 1, np.inf, 2.0 + a), smooth=False)
    cut = profile(values, ((0.0, 0.5), (1.0, 0.5)))
    assert np.isfinite(cut.value[: SAMPLES // 2]).all()
    assert np.isnan(cut.value[-10:]).all()
    assert np.isfinite(cut.node_value).all()


def test_a_place_by_its_distance_is_on_the_line_and_never_beyond_its_ends():
    cut = profile(ground(lambda a, b: a), ((0.0, 0.0), (1.0, 0.5)))
    assert cut.place(cut.length / 4) == pytest.approx((0.25, 0.125))
    assert cut.place(-1) == (0.0, 0.0)
    assert cut.place(1e9) == (1.0, 0.5)


def test_a_point_is_no_section_and_ends_outside_are_brought_to_the_rim():
    land = ground(lambda a, b: a)
    assert profile(land, ((0.5, 0.5), (0.5, 0.5))) is None
    cut = profile(land, ((-1.0, 0.5), (2.0, 0.5)))
    assert cut.length == pytest.approx(4.0)


def test_a_line_has_its_values_along_it_whatever_the_second_coordinate():
    domain = Domain((-1.0, 3.0), (0.0, 0.0), 17, 1)
    land = height_map(domain, (domain.alphas**2)[None], np.ones((1, 17), np.uint32))
    cut = profile(land, ((0.25, 0.0), (0.75, 1.0)))
    assert cut.length == pytest.approx(2.0)
    assert cut.value == pytest.approx(np.linspace(0, 2, SAMPLES) ** 2, abs=5e-3)
    assert cut.node_value == pytest.approx(domain.alphas[4:13] ** 2)
