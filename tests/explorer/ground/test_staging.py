"""A landscape becoming a scene: what is followed, how the ground moves, and which critical points are shown."""

import math
from dataclasses import replace

import numpy as np
import pytest

from compute.landscape import Domain, Landscape
from compute.metric_names import is_share
from compute.refinement import Rule
from compute.scale import ScaleKind
from explorer.ground.easing import EASE_SECONDS
from explorer.ground.staging import Stage
from explorer.looks.view import Scaling, View
from tests.compute.sweeping import SURFACES, grid, measured_by
from tests.explorer.desk.live_folder import path_until
from tests.explorer.layers.test_layers import landscape, with_metrics
from tests.explorer.lines import BARRIER, WELLS, line


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


def test_another_metric_is_another_ground_with_its_own_scale_points_and_error_bar():
    land = with_metrics(landscape())
    stage = Stage(land, View())
    before = stage.map, stage.standing.points, stage.standing.hidden
    view = View(metric="test_accuracy")
    assert stage.refresh(view)
    assert stage.scene.metric == "test accuracy" and stage.moving
    alone = Stage(replace(land, metrics={"test_accuracy": land.metrics["test_accuracy"]}), View())
    np.testing.assert_array_equal(stage.map.heights, alone.map.heights)
    assert (stage.standing.points, stage.standing.hidden) == (alone.standing.points, alone.standing.hidden)
    assert stage.map.nodes.surplus == alone.map.nodes.surplus != before[0].nodes.surplus
    stage.refresh(View())
    np.testing.assert_array_equal(stage.map.heights, before[0].heights)
    assert (stage.standing.points, stage.standing.hidden) == before[1:]


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
    found = sorted((point.alpha, point.slice_index) for point in stage.standing.points)
    assert [kind for _, kind in found] == [0, 2, 0]
    assert [alpha for alpha, _ in found] == pytest.approx([WELLS[0], BARRIER, WELLS[1]], abs=0.05)
    assert stage.standing.hidden == 0
    assert (stage.scene.marks[:, 1] == 0.5).all() and (stage.scene.path_marks[:, 1] == 0.5).all()


def test_a_line_with_nothing_measured_yet_is_shown():
    land = line()
    stage = Stage(replace(land, examples=np.zeros_like(land.examples)), View())
    assert np.isnan(stage.heights).all() and stage.standing.points == ()
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
