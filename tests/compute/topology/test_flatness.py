"""ε-sharpness against closed forms and against dense sampling."""

import time

import numpy as np
import pytest

from compute.landscape import Domain
from compute.topology.flatness import Sharpness, epsilon_sharpness
from compute.topology.places import bilinear
from tests import surfaces
from tests.compute.topology.oracle import fields
from tests.surfaces import square

UNIT = [[1.0, 0.0], [0.0, 1.0]]


def test_a_tilted_plane() -> None:
    """3 α + 4 β rises by 5 ε in the direction (3, 4) / 5, whatever the grid."""
    domain = Domain((-2.0, 2.0), (-1.0, 3.0), 8, 13)
    values = 10 + np.add.outer(4 * domain.betas, 3 * domain.alphas)
    found = epsilon_sharpness(domain, values, (0.1, 0.2), 0.5, UNIT)
    assert found is not None and found.whole
    base = 10 + 0.3 + 0.8
    assert found.percent == pytest.approx(100 * 2.5 / (1 + base), rel=1e-12)
    assert found.place == pytest.approx((0.1 + 0.3, 0.2 + 0.4), abs=1e-9)


@pytest.mark.parametrize(("loss", "known"), [(-0.9, True), (-1.0, False), (-3.0, False)])
def test_where_the_loss_is_not_above_minus_one_the_formula_has_no_meaning(loss: float, known: bool) -> None:
    domain = Domain((-1.0, 1.0), (-1.0, 1.0), 3, 3)
    values = loss + np.add.outer(domain.betas**2, domain.alphas**2)
    found = epsilon_sharpness(domain, values, (0.0, 0.0), 0.5, UNIT)
    assert (found is not None) == known
    assert found is None or found.percent == pytest.approx(100 * np.sqrt(0.5) / 0.1)  # u + v on a ball of 1/2


def test_lengths_and_angle_of_the_axes_make_no_difference() -> None:
    """δ = (2, 0), η = (1, 3) of the same plane: the ball is the same one in weight space."""
    axes = np.array([[2.0, 1.0], [0.0, 3.0]])
    domain = Domain((-1.0, 1.0), (-1.0, 1.0), 5, 5)
    alpha, beta = np.meshgrid(domain.alphas, domain.betas)
    x, y = axes @ np.stack([alpha.ravel(), beta.ravel()])
    values = (20 + 3 * x + 4 * y).reshape(domain.shape)
    found = epsilon_sharpness(domain, values, (0.0, 0.0), 0.7, axes.T @ axes)
    assert found is not None and found.percent == pytest.approx(100 * 5 * 0.7 / 21, rel=1e-12)


def test_on_a_saddle_within_a_cell_it_is_that_of_a_hyperbola() -> None:
    """1 + u v rises by ε² / 2 on the diagonal."""
    domain = Domain((-1.0, 1.0), (-1.0, 1.0), 2, 2)
    found = epsilon_sharpness(domain, np.array([[2.0, 0.0], [0.0, 2.0]]), (0.0, 0.0), 0.6, UNIT)
    assert found is not None and found.whole and found.place is not None
    assert found.percent == pytest.approx(100 * 0.18 / 2, rel=1e-12)
    assert np.abs(found.place) == pytest.approx([0.6 / np.sqrt(2)] * 2, abs=1e-9)


def test_a_minimum_of_a_bowl() -> None:
    """x² + 4 y² within ε is highest at (0, ±ε): 4 ε². 0.01: the grid is 1/64 fine"""
    domain = Domain((-1.0, 1.0), (-1.0, 1.0), 129, 129)
    values = np.add.outer(4 * domain.betas**2, domain.alphas**2)
    found = epsilon_sharpness(domain, values, (0.0, 0.0), 0.5, UNIT)
    assert found is not None and found.percent == pytest.approx(100.0, rel=0.01)


@pytest.mark.parametrize("seed", range(3))
def test_against_dense_sampling(seed: int) -> None:
    rng = np.random.default_rng(seed)
    found_on_rims = 0
    for noise in fields(60, seed=seed, largest=9):
        values = noise + 5
        domain = Domain((-2.0, 3.0), (1.0, 3.0), values.shape[1], values.shape[0])
        cells = np.array([5.0, 2.0]) / (np.array(values.shape[::-1]) - 1)
        centre = np.array([rng.uniform(-1, 2), rng.uniform(1.6, 2.4)])
        root = rng.normal(size=(2, 2)) + np.eye(2)
        gram, epsilon = root.T @ root, rng.uniform(0.2, 1.0)
        found = epsilon_sharpness(domain, values, (centre[0], centre[1]), epsilon, gram)
        assert found is not None and found.place is not None
        away = np.array(found.place) - centre
        assert away @ gram @ away <= epsilon**2 * (1 + 1e-9)
        on_rim = away @ gram @ away > epsilon**2 * (1 - 1e-9)
        angle, radius = rng.uniform(0, 2 * np.pi, 20000), np.sqrt(rng.uniform(0, 1, 20000))
        radius[:8000] = 1.0
        steps = np.linalg.solve(root, epsilon * radius * np.stack([np.cos(angle), np.sin(angle)]))
        spots = (centre + steps.T - (-2, 1)) / cells
        inside = ((spots >= 0) & (spots <= np.array(values.shape[::-1]) - 1)).all(axis=1)
        assert found.whole == inside.all()
        nodes = np.argwhere(values > 0)[:, ::-1]
        away = nodes * cells + (-2, 1) - centre
        nodes = nodes[np.einsum("ni,ij,nj->n", away, gram, away) <= epsilon**2]
        spots = np.concatenate([spots[inside], nodes])
        base = bilinear(values, *((centre - (-2, 1)) / cells)[:, None])[0]
        rise = 100 * (bilinear(values, *spots.T).max() - base) / (1 + base)
        assert found.percent >= max(rise, 0) - 1e-9
        if found.whole:
            assert found.percent <= rise + 0.02 * (1 + found.percent)  # so near come 20,000 samples and the nodes
            found_on_rims += on_rim
    assert found_on_rims > 5


def test_what_diverged_and_what_is_not_measured() -> None:
    domain, values = surfaces.BOWL.on_grid(17, 17)
    whole = epsilon_sharpness(domain, values, (0.25, -0.5), 0.3, UNIT)
    assert whole is not None and whole.whole
    values[6, 10] = np.nan
    part = epsilon_sharpness(domain, values, (0.25, -0.5), 0.3, UNIT)
    assert part is not None and not part.whole and part.percent <= whole.percent
    values[5, 12] = np.inf
    assert epsilon_sharpness(domain, values, (0.25, -0.5), 0.3, UNIT) == Sharpness(np.inf, None, False)
    values[4, 10] = np.inf
    assert epsilon_sharpness(domain, values, (0.25, -0.5), 0.01, UNIT) is None
    assert epsilon_sharpness(domain, values, (-0.5, 0.5), 0.01, UNIT) is not None
    beyond = epsilon_sharpness(domain, values, (-1.0, 1.0), 0.2, UNIT)
    assert beyond is not None and not beyond.whole


def test_a_ball_larger_than_the_domain_and_one_far_smaller_than_a_cell() -> None:
    domain, values = surfaces.BOWL.on_grid(9, 7)
    found = epsilon_sharpness(domain, values, (0.0, 0.0), 100.0, UNIT)
    base = bilinear(values, np.array([4.0]), np.array([3.0]))[0]
    assert found is not None and not found.whole
    assert found.percent == pytest.approx(100 * (values.max() - base) / (1 + base), rel=1e-14)
    tiny = epsilon_sharpness(domain, values, (0.1, 0.1), 1e-7, UNIT)
    # in that cell, by differences of its corners: ∂α at β = 0.1 and ∂β at α = 0.1 are the same all along, D = 0
    along = (values[3, 5] - values[3, 4]) / 0.25, (values[4, 4] - values[3, 4]) * 3
    height = bilinear(values, np.array([4.4]), np.array([3.3]))[0]
    assert tiny is not None and tiny.whole
    assert tiny.percent == pytest.approx(1e-5 * np.hypot(*along) / (1 + height), rel=1e-6)
    flat = epsilon_sharpness(domain, np.ones(domain.shape), (0.1, 0.1), 0.3, UNIT)
    assert flat is not None and flat.percent == pytest.approx(0, abs=1e-13)


def test_what_it_refuses() -> None:
    domain, values = surfaces.BOWL.on_grid(5, 5)
    for epsilon in (0.0, -1.0, np.nan):
        with pytest.raises(ValueError, match="radius"):
            epsilon_sharpness(domain, values, (0, 0), epsilon, UNIT)
    with pytest.raises(ValueError, match="parallel"):
        epsilon_sharpness(domain, values, (0, 0), 0.1, [[1.0, 1.0], [1.0, 1.0]])
    with pytest.raises(ValueError, match="surface"):
        epsilon_sharpness(Domain((0, 1), (0, 0), 3, 1), np.zeros((1, 3)), (0, 0), 1.0, UNIT)


def test_a_large_grid_takes_well_under_a_second() -> None:
    values = 5 + np.random.default_rng(0).normal(size=(513, 513))
    start = time.process_time()
    assert epsilon_sharpness(square(values), values, (0.0, 0.0), 0.9, UNIT) is not None
    assert time.process_time() - start < 0.8
