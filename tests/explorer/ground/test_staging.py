"""A landscape becoming a scene: what is followed, how the ground moves, and which critical points are shown."""

import math
from dataclasses import replace

import numpy as np
import pytest

from compute.landscape import Domain, Landscape
from compute.refinement import Rule
from compute.scale import ScaleKind
from explorer.ground.maps import is_share
from explorer.ground.staging import EASE_SECONDS, Stage, metric_shown
from explorer.looks.view import Scaling, View
from tests.compute.sweeping import SURFACES, grid, measured_by
from tests.explorer.desk.live_folder import path_until
from tests.explorer.layers.test_layers import landscape, with_metrics
from tests.explorer.lines import BARRIER, WELLS, line
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
    stage = Stage(land, View(height=Scaling(ScaleKind.LOG)))
    before = stage.heights.copy()
    land.examples[::4, ::4] = 8
    assert stage.refresh(View(height=Scaling(ScaleKind.LOG)))
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
    assert stage.refresh(View(height=Scaling(cap=100.0)))
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
    stage = Stage(partly(2, n=257), View(height=Scaling(ScaleKind.LINEAR)))
    minima = [(point.alpha, point.beta) for point in stage.points if point.slice_index == 0]
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
    minima = [(point.alpha, point.beta) for point in stage.points if point.slice_index == 0]
    assert stage.map.nodes.surplus > 0.3
    assert any(math.hypot(a + 0.5, b - 0.4) < 0.15 for a, b in minima)
    assert [point.slice_index for point in stage.points].count(1) == len(minima) - 1


def test_ground_that_needs_no_measuring_is_not_hatched():
    domain, values = Domain((-1.0, 1.0), (-1.0, 1.0), 129, 129), grid(SURFACES["cusp"], 129)
    done = measured_by(values, Rule(0.01))
    metrics = {"train_loss": np.where(done, values, np.nan), "train_accuracy": np.where(done, 1 / (1 + values), np.nan)}
    land = Landscape("swept", domain, metrics, done.astype(np.uint32), provenance={"tolerance": 0.01})
    metrics["test_loss"] = np.where(done, 2 + np.sin(40 * values), np.nan)  # another would have asked for more
    for metric in metrics:
        stage = Stage(land, View(metric=metric))
        assert (stage.map.measured == 1).all() and stage.map.nodes.complete
    assert (Stage(replace(land, provenance={}), View()).map.measured == 0).any()


# ── metrics ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_metric_wished_for_is_shown_where_there_is_one():
    land = with_metrics(landscape())
    assert metric_shown(land, None) == "train_loss"
    assert metric_shown(land, "test_accuracy") == "test_accuracy"
    assert metric_shown(land, "perplexity") == "train_loss"  # the wish may be another landscape's


def test_another_metric_is_another_ground_with_its_own_scale_points_and_error_bar():
    land = with_metrics(landscape())
    stage = Stage(land, View())
    before = stage.map, stage.points, stage.hidden_points
    view = View(metric="test_accuracy")
    assert stage.refresh(view)
    assert stage.scene.metric == "test accuracy" and stage.moving
    alone = Stage(replace(land, metrics={"test_accuracy": land.metrics["test_accuracy"]}), View())
    np.testing.assert_array_equal(stage.map.heights, alone.map.heights)
    assert (stage.points, stage.hidden_points) == (alone.points, alone.hidden_points)
    assert stage.map.nodes.surplus == alone.map.nodes.surplus != before[0].nodes.surplus
    stage.refresh(View())
    np.testing.assert_array_equal(stage.map.heights, before[0].heights)
    assert (stage.points, stage.hidden_points) == before[1:]


@pytest.mark.parametrize(("metric", "share"), [
    ("train_accuracy", True), ("test_accuracy", True), ("top5_accuracy", True), ("train_acc", True),
    ("train_loss", False), ("perplexity", False),
])  # fmt: skip
def test_accuracies_are_linear_unless_the_user_decides(metric, share):
    """Though their values may span decades."""
    assert is_share(metric) == share
    land = landscape()
    land = replace(land, metrics={metric: 100 * np.exp(-land.main / 80)})
    assert Stage(land, View()).map.scale.log is not share
    scale = Stage(land, View(height=Scaling(ScaleKind.LOG))).map.scale
    assert scale.log and scale.reason.startswith("set by you")
    if share:
        assert "accurac" in Stage(land, View()).map.scale.reason


# ── lines ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_line_has_minima_and_a_maximum_between_them():
    stage = Stage(line(257), View())
    found = sorted((point.alpha, point.slice_index) for point in stage.points)
    assert [kind for _, kind in found] == [0, 2, 0]
    assert [alpha for alpha, _ in found] == pytest.approx([WELLS[0], BARRIER, WELLS[1]], abs=0.05)
    assert stage.hidden_points == 0
    assert (stage.scene.marks[:, 1] == 0.5).all() and (stage.scene.path_marks[:, 1] == 0.5).all()


def test_noise_on_a_line_is_hidden_in_pairs():
    land = line(257)
    noise = np.random.default_rng(1).normal(0, 0.05, land.main.shape)
    stage = Stage(replace(land, metrics={"train_loss": land.main * np.exp(noise)}), View())
    assert [point.slice_index for point in stage.points].count(0) <= 4
    assert stage.hidden_points > 20 and stage.hidden_points % 2 == 0


def test_a_line_with_nothing_measured_yet_is_shown():
    land = line()
    stage = Stage(replace(land, examples=np.zeros_like(land.examples)), View())
    assert np.isnan(stage.heights).all() and stage.points == ()
    land.examples[:] = 0


def test_the_end_of_a_path_is_called_what_it_is():
    land = replace(landscape(9), trajectory=path_until(1200))
    assert Stage(land, View()).scene.path_end == "end of training"
    stage = Stage(replace(land, provenance={"fit": {"runs": ["mine"]}}), View())
    assert stage.scene.path_end == "newest checkpoint"
    stage.show_until(1195.0)
    assert stage.scene.path_end == "step 1,190"
    stage.show_until(None)
    assert stage.scene.path_end == "newest checkpoint"


def test_the_ways_from_one_network_to_another_are_no_trainings():
    land = replace(landscape(9), trajectory=path_until(1200), others={"straight line": path_until(1200)})
    assert Stage(land, View()).scene.path_start == "start of training"
    land = replace(land, provenance={"connection": {"steps": 9}, "paths": ["curve", "straight line"]})
    scene = Stage(land, View()).scene
    assert scene.path_start == "first network" and [name for name, _ in scene.runs] == ["curve", "straight line"]
