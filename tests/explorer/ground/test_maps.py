"""Maps on a landscape: measured at points of their own, on scales that leave their sign alone, named in words."""

import math
from dataclasses import replace

import numpy as np
import pytest
from PIL import ImageFont

from compute.maps import CURVATURE_LOW, GRADIENT_ALPHA, LAMBDA_RATIO, PLANE_MAPS, SLOPE, SPECTRUM_MAPS
from compute.scale import ScaleKind
from compute.verification import Outcome, Verdict
from explorer.desk.wording import reading_line
from explorer.ground.heights import height_map
from explorer.ground.maps import is_shown, metric_unit, metric_word, points_of, shown_metrics, suited_scaling
from explorer.ground.picking import read
from explorer.ground.scene import usual_colour_map
from explorer.ground.staging import Stage
from explorer.looks.view import Colouring, Scaling, View
from explorer.resources import font
from tests.explorer.layers.test_layers import landscape
from tests.explorer.mapped import mapped_folder, measure_maps, values_at

EVERY = (*PLANE_MAPS, *SPECTRUM_MAPS)


@pytest.fixture
def land(tmp_path):
    return mapped_folder(tmp_path / "mapped")


def test_a_map_of_nine_points_is_a_surface_of_its_own_level_and_right_at_every_point_of_it(land):
    for name in EVERY:
        stage = Stage(land, View(metric=name))
        assert stage.metric == name
        assert stage.map.nodes.values.shape == (9, 9) and stage.map.nodes.stride == 8
        assert stage.map.cells == (8, 8)
        assert not stage.map.nodes.predicted.any()
        assert (stage.map.measured == 1).all()
        alphas, betas = land.domain.alphas[::8], land.domain.betas[::8]
        for row, column in ((0, 0), (3, 5), (8, 2)):
            expected = values_at(alphas[column], betas[row])[name]
            assert stage.map.nodes.values[row, column] == pytest.approx(expected)
            assert stage.map.losses[row * 32, column * 32] == pytest.approx(expected)


def test_what_is_not_measured_yet_of_a_level_is_predicted_and_hatched(tmp_path):
    land = mapped_folder(tmp_path / "m", points=5)
    stage = Stage(land, View(metric=CURVATURE_LOW))
    assert stage.map.nodes.values.shape == (5, 5)
    measure_maps(tmp_path / "m", 65, 9, (CURVATURE_LOW,), most=40)
    assert stage.refresh(View(metric=CURVATURE_LOW))
    assert stage.map.nodes.values.shape == (9, 9)
    assert 0 < stage.map.nodes.predicted.sum() < 56
    assert stage.map.measured.min() == 0
    painted = Stage(stage.landscape, View(colour=Colouring(metric=CURVATURE_LOW)))
    assert painted.map.measured.min() == 1, "the ground is measured"
    np.testing.assert_array_equal(painted.paint.measured, stage.map.measured)


def test_nothing_of_a_map_is_offered_before_its_first_level_is_whole(tmp_path):
    land = mapped_folder(tmp_path / "m", points=2)
    folder = tmp_path / "m"
    assert shown_metrics(land) == ("train_loss",)
    measure_maps(folder, 65, 9, (SLOPE,), most=20)
    stage = Stage(land, View(metric=SLOPE, colour=Colouring(metric=SLOPE)))
    assert not is_shown(land, SLOPE)
    assert stage.metric == "train_loss" and stage.paint.values is None
    measure_maps(folder, 65, 5, (SLOPE,))
    assert points_of(land, SLOPE) == 25
    assert stage.refresh(View(metric=SLOPE))
    assert stage.metric == SLOPE
    assert shown_metrics(land) == ("train_loss", SLOPE)


def test_a_map_that_appears_while_it_is_looked_at_is_taken_in(tmp_path):
    land = mapped_folder(tmp_path / "m", points=5)
    view = View(colour=Colouring(metric=LAMBDA_RATIO), arrows=True)
    stage = Stage(land, view)
    before, ground, pointed = stage.paint, stage.map, stage.scene.arrows
    stage.refresh(view)  # the description is read once more after opening
    assert not stage.refresh(view)
    measure_maps(tmp_path / "m", 65, 9)
    assert stage.refresh(view)
    assert stage.paint is not before and stage.map is ground, "the surface is the same"
    assert stage.scene.arrows is not pointed and stage.scene.arrows.cells == (8, 8)
    assert not stage.refresh(view)


def test_a_map_is_not_refined_by_the_rule_of_the_loss(land):
    """A loss as smooth as this one was known well enough on 17 x 17 points; no map is measured by that rule."""
    flat = np.full((65, 65), np.nan)
    flat[::4, ::4] = 1.0
    flat[:8:2, ::2] = 1.0
    told = {**land.provenance, "tolerance": 0.01}
    smooth = replace(land, metrics={**land.metrics, "train_loss": flat, SLOPE: flat}, provenance=told)
    examples = (~np.isnan(flat)).astype(np.uint32)
    assert Stage(replace(smooth, examples=examples), View()).map.nodes.settled.any()
    assert not Stage(smooth, View(metric=SLOPE)).map.nodes.settled.any()


def test_what_the_network_said_of_the_loss_is_not_told_of_a_map(land):
    """A map may have its lowest point in the same place."""
    same = replace(land, metrics={**land.metrics, SLOPE: land.main})
    first = Stage(same, View()).standing.points[0]
    point = Verdict(first.alpha, first.beta, first.slice_index, Outcome.REFUTED, (0, 0), 0, 1, (1, 2), 0, 0, 1, "")
    told = replace(same, provenance={**land.provenance, "verification": {"points": [point.describe()]}})
    assert list(Stage(told, View()).verdicts) == [(first.alpha, first.beta)]
    stage = Stage(told, View(metric=SLOPE))
    assert stage.metric == SLOPE and not stage.verdicts


SIGNED = np.linspace(-3, 9, 50)


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("train_accuracy", np.array([0.1, 0.9]), ScaleKind.LINEAR),
        (LAMBDA_RATIO, np.geomspace(1e-5, 1, 40), ScaleKind.LINEAR),
        (CURVATURE_LOW, SIGNED, ScaleKind.LINEAR),
        (CURVATURE_LOW, -np.linspace(1, 2, 9), ScaleKind.LINEAR),
        (CURVATURE_LOW, np.append(SIGNED, 1e4), ScaleKind.SYMLOG),
        (CURVATURE_LOW, np.append(SIGNED, [-1e4, np.inf, np.nan]), ScaleKind.SYMLOG),
        (CURVATURE_LOW, np.geomspace(1, 1e4, 40), None),
        (SLOPE, np.geomspace(1, 1e4, 40), None),
        ("train_loss", SIGNED, None),
    ],
)
def test_the_scale_suits_the_map(name, values, kind):
    found, reason = suited_scaling(name, values, Scaling(cap=5.0))
    assert found == Scaling(kind, 5.0)
    assert bool(reason) == (kind is not None)
    assert suited_scaling(name, values, Scaling(ScaleKind.LOG)) == (Scaling(ScaleKind.LOG), "")


def test_values_below_zero_are_told_apart_though_few(tmp_path):
    """Three in a hundred, the others over decades: the usual scale would lay them on the floor."""
    values = np.geomspace(0.1, 1000, 100)
    values[:3] = -50.0, -5.0, -0.5
    grid = values.reshape(10, 10)
    land = replace(landscape(10), metrics={"train_loss": np.ones((10, 10)), CURVATURE_LOW: grid})
    land = replace(land, provenance={"maps": {CURVATURE_LOW: {"examples": 1}}})
    usual = height_map(land.domain, grid, land.examples)
    assert usual.scale.log
    stage = Stage(land, View(metric=CURVATURE_LOW))
    low = stage.map.scale.heights(np.array([-50.0, -5.0, -0.5, 0.5]))
    assert (np.diff(low) > 0.02).all()
    assert stage.map.scale.reason == "chosen: a few values are much larger than the others"
    own = Stage(land, View(metric=CURVATURE_LOW, colour=Colouring(scaling=Scaling())))
    assert own.paint.scale.kind is ScaleKind.SYMLOG


def test_colours_are_red_and_blue_where_the_sign_matters_and_there_are_both(land):
    def colours(metric: str | None) -> str:
        return usual_colour_map(Stage(land, View(colour=Colouring(metric=metric))).scene)

    assert colours(CURVATURE_LOW) == colours(GRADIENT_ALPHA) == "redblue"
    assert colours(None) == colours(SLOPE) == colours(LAMBDA_RATIO) == "viridis"
    positive = {**land.metrics, CURVATURE_LOW: np.abs(land.metrics[CURVATURE_LOW]) + 1}
    stage = Stage(replace(land, metrics=positive), View(colour=Colouring(metric=CURVATURE_LOW)))
    assert usual_colour_map(stage.scene) == "viridis"
    assert usual_colour_map(Stage(land, View(metric=CURVATURE_LOW)).scene) == "redblue", "as height too"


def test_the_pointer_tells_the_map_between_its_points(land):
    stage = Stage(land, View(colour=Colouring(metric=GRADIENT_ALPHA)))
    line = reading_line(read(stage.map, 0.5, 0.5), stage)
    assert values_at(0.0, 0.0)[GRADIENT_ALPHA] == -14.0
    assert "∂L/∂α −14 " in line
    between = reading_line(read(stage.map, 0.5 + 1 / 16, 0.5), stage)
    x = land.domain.alphas
    mean = (values_at(x[32], 0.0)[GRADIENT_ALPHA] + values_at(x[40], 0.0)[GRADIENT_ALPHA]) / 2
    assert f"∂L/∂α {mean:.4g}".replace("-", "−") in between


@pytest.mark.parametrize("weight", ["Regular", "SemiBold"])
def test_every_map_has_a_name_and_a_unit_that_the_typeface_can_write(weight):
    typeface = ImageFont.truetype(str(font(weight)), 20)
    missing = bytes(typeface.getmask("\uffff"))
    for name in EVERY:
        assert metric_word(name) != name
        assert (metric_unit(name) == "") == (name == LAMBDA_RATIO)
        for letter in metric_word(name).replace(" ", ""):
            assert bytes(typeface.getmask(letter)) != missing, letter
    assert metric_word("train_loss") == "train loss" and metric_unit("train_loss") == ""
    assert len({metric_word(name) for name in EVERY}) == len(EVERY)


def test_the_words_are_short_enough_for_the_colour_bar():
    assert max(len(metric_word(name)) for name in EVERY) <= 36
    assert math.isfinite(values_at(0.0, 0.0)[LAMBDA_RATIO])
