"""Which critical points of a landscape stand out, and what is told of them."""

import math
from dataclasses import replace

import numpy as np
from numpy.testing import assert_array_equal

from compute.landscape import Domain, Landscape
from compute.scale import ScaleKind
from explorer.ground.staging import Stage
from explorer.looks.view import Scaling, View
from tests.explorer.ground.test_staging import partly
from tests.explorer.layers.test_layers import landscape
from tests.explorer.lines import line
from tests.surfaces import BOWL


def test_features_below_twice_the_error_bar_are_hidden_and_counted_in_pairs():
    rng = np.random.default_rng(1)
    domain, values = BOWL.on_grid(33, 33)
    noisy = np.exp(values + rng.normal(0, 0.05, values.shape))  # one basin, and noise of five per cent
    stage = Stage(Landscape("noisy", domain, {"train_loss": noisy}, np.ones((33, 33), np.uint32)), View())
    assert stage.map.scale.log
    assert [point.slice_index for point in stage.standing.points].count(0) == 1
    assert len(stage.standing.points) - 1 <= 4
    assert stage.standing.hidden > 20
    assert stage.standing.hidden % 2 == 0


def test_a_coarse_level_finds_its_points_in_the_coordinates_of_the_domain():
    stage = Stage(partly(2, n=257), View(height=Scaling(ScaleKind.LINEAR)))
    minima = [(point.alpha, point.beta) for point in stage.standing.points if point.slice_index == 0]
    for x, y in ((3.0, 2.0), (3.584, -1.848)):
        assert min(math.hypot(a - x, b - y) for a, b in minima) < 10 / 128  # one cell of the level


def test_whether_a_point_is_noise_is_judged_by_what_is_known_around_it():
    """A steep funnel has a large error bar on 33 x 33 points; the shallow dale far from it is as real as it was."""
    domain = Domain((-1.0, 1.0), (-1.0, 1.0), 33, 33)
    x, y = np.meshgrid(domain.alphas, domain.betas)
    dale = 2 - 0.06 * np.exp(-20 * ((x + 0.5) ** 2 + (y - 0.4) ** 2)) + 0.1 * x
    square = (x - 0.53) ** 2 + (y + 0.41) ** 2
    funnel = (square + 1e-4) / (square + 0.02)
    stage = Stage(Landscape("two", domain, {"train_loss": dale * funnel}, np.ones((33, 33), np.uint32)), View())
    minima = [(point.alpha, point.beta) for point in stage.standing.points if point.slice_index == 0]
    assert stage.map.nodes.surplus > 0.3
    assert any(math.hypot(a + 0.5, b - 0.4) < 0.15 for a, b in minima)
    assert [point.slice_index for point in stage.standing.points].count(1) == len(minima) - 1


def test_noise_on_a_line_is_hidden_in_pairs():
    land = line(257)
    noise = np.random.default_rng(1).normal(0, 0.05, land.main.shape)
    stage = Stage(replace(land, metrics={"train_loss": land.main * np.exp(noise)}), View())
    assert [point.slice_index for point in stage.standing.points].count(0) <= 4
    assert stage.standing.hidden > 20 and stage.standing.hidden % 2 == 0


def test_list_places_and_counts_are_of_those_that_stand_out_and_of_no_other():
    stage = Stage(landscape(), View(threshold=0.5))
    standing, critical = stage.standing, stage.critical
    assert 0 < len(standing.points) == standing.shown.sum() == sum(standing.counts) < len(critical.points)
    assert standing.hidden == len(critical.points) - len(standing.points)
    assert {critical.points[number] for number in standing.rows.numbers} == set(standing.points)
    domain = stage.landscape.domain
    u = [(point.alpha - domain.alpha[0]) / (domain.alpha[1] - domain.alpha[0]) for point in standing.points]
    v = [(point.beta - domain.beta[0]) / (domain.beta[1] - domain.beta[0]) for point in standing.points]
    np.testing.assert_allclose(standing.uv, np.column_stack([u, v]), atol=1e-6)
    kinds = [point.slice_index for point in standing.points]
    assert_array_equal(standing.counts, [kinds.count(kind) for kind in range(3)])
