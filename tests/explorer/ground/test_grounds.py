"""What a view asks for of a landscape."""

from dataclasses import replace

from explorer.ground.grounds import colours_key, ground_key, metric_shown
from explorer.looks.view import Scaling, SurfaceMode, View
from tests.explorer.layers.test_layers import landscape, with_metrics


def test_the_metric_wished_for_is_shown_where_there_is_one():
    land = with_metrics(landscape())
    assert metric_shown(land, None) == "train_loss"
    assert metric_shown(land, "test_accuracy") == "test_accuracy"
    assert metric_shown(land, "perplexity") == "train_loss"  # the wish may be another landscape's


def test_a_ground_is_another_one_only_where_what_it_depends_on_is():
    land = with_metrics(landscape())
    same, other = ground_key(land, View()), View(metric="test_accuracy")
    assert same == ground_key(land, View(flat=True, threshold=1.0))
    for view in (other, View(height=Scaling(cap=1.0)), View(smooth=False), View(surface=SurfaceMode.FACETED)):
        assert ground_key(land, view) != same
    assert colours_key(land, View()) == colours_key(land, other)
    fewer = land.examples.copy()
    fewer[0] = 0
    assert ground_key(replace(land, examples=fewer), View()) != same
