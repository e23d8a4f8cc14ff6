"""A landscape becoming a scene: what is followed, how the ground moves, and which critical points are shown."""

import math
from dataclasses import replace

import numpy as np
import pytest

from compute.landscape import Landscape
from explorer.staging import EASE_SECONDS, Stage, axis_names
from explorer.view import View
from tests.explorer.test_layers import landscape
from tests.surfaces import BOWL


def partly(stride: int, n: int = 33) -> Landscape:
    """Himmelblau's function, measured on every so many rows and columns; the arrays may be filled further."""
    land = landscape(n)
    examples = np.zeros_like(land.examples)
    examples[::stride, ::stride] = 8
    return replace(land, examples=examples)


def test_nothing_to_do_while_nothing_changes():
    stage = Stage(partly(8), View())
    assert not stage.refresh(View())
    assert not stage.moving
    assert not stage.advance(1.0)


def test_new_values_move_the_ground_towards_them_by_the_stated_time_constant():
    land = partly(8)
    stage = Stage(land, View(log=True))
    before = stage.heights.copy()
    land.examples[::4, ::4] = 8
    assert stage.refresh(View(log=True))
    goal = stage.map.heights
    assert np.abs(goal - before).max() > 0.01
    stage.advance(EASE_SECONDS)
    np.testing.assert_allclose(stage.heights - goal, (before - goal) / math.e, atol=1e-5)
    for _ in range(40):
        stage.advance(EASE_SECONDS)
    assert not stage.moving
    assert stage.heights is goal


def test_the_lattice_keeps_its_shape_from_level_to_level():
    land = partly(8)
    stage = Stage(land, View())
    shape = stage.heights.shape
    for stride in (4, 2, 1):
        land.examples[::stride, ::stride] = 8
        stage.refresh(View())
        assert stage.map.heights.shape == shape
        assert stage.map.cells == (32 // stride, 32 // stride)


def test_ground_appears_in_place_where_there_was_none():
    land = partly(8)
    land.examples[:] = 0
    stage = Stage(land, View())
    assert np.isnan(stage.heights).all()
    land.examples[::8, ::8] = 8
    stage.refresh(View())
    stage.advance(1e-3)
    assert np.isfinite(stage.heights).all()


def test_the_scale_is_part_of_the_state():
    stage = Stage(landscape(), View())
    assert stage.refresh(View(cap=100.0))
    assert stage.map.scale.high == 100.0


def test_features_below_twice_the_error_bar_are_hidden_and_counted_in_pairs():
    rng = np.random.default_rng(1)
    domain, values = BOWL.on_grid(33, 33)
    noisy = np.exp(values + rng.normal(0, 0.05, values.shape))  # one basin, and noise of five per cent
    stage = Stage(Landscape("noisy", domain, {"train_loss": noisy}, np.ones((33, 33), np.uint32)), View())
    assert stage.map.scale.log
    assert [point.slice_index for point in stage.points].count(0) == 1
    assert len(stage.points) - 1 <= 4
    assert stage.hidden_points > 20
    assert stage.hidden_points % 2 == 0


def test_a_coarse_level_finds_its_points_in_the_coordinates_of_the_domain():
    stage = Stage(partly(2, n=257), View(log=False))
    minima = [(point.alpha, point.beta) for point in stage.points if point.slice_index == 0]
    for x, y in ((3.0, 2.0), (3.584, -1.848)):
        assert min(math.hypot(a - x, b - y) for a, b in minima) < 10 / 128  # one cell of the level


@pytest.mark.parametrize(("provenance", "names"), [
    ({}, ("α", "β")),
    ({"directions": {"kind": "random"}}, ("α · random", "β · random")),
    ({"directions": {"kind": "pca"}, "explained_variance": [0.721, 0.2]},
     ("α · 1st principal component (72%)", "β · 2nd principal component (20%)")),
])  # fmt: skip
def test_axes_are_named_by_what_is_known(provenance, names):
    assert axis_names(replace(landscape(), provenance=provenance)) == names
