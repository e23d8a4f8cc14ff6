"""What panes side by side have in common, and what each keeps."""

from dataclasses import replace

import numpy as np
import pytest

from compute.landscape import Domain, Landscape
from compute.scale import ScaleKind
from explorer.camera.camera import Camera
from explorer.desk.linking import ALONE, agreed, common_scaling, follow
from explorer.ground.heights import height_map
from explorer.looks.settings import Links
from explorer.looks.view import ERROR, Colouring, Contours, Scaling, View


def landscape(low: float, high: float, name: str = "train_loss") -> Landscape:
    values = np.geomspace(low, high, 25).reshape(5, 5)
    return Landscape("l", Domain((-1, 1), (-1, 1), 5, 5), {name: values}, np.ones((5, 5), np.uint32))


OWN = View(metric="test_loss", height=Scaling(cap=3.0), section=((0, 0), (1, 1)))
LEADER = View(
    camera=Camera(azimuth=10.0), metric="train_loss", height=Scaling(ScaleKind.LOG, cap=9.0), theme="light",
    contours=Contours(count=7),
)  # fmt: skip


def test_a_linked_look_follows_and_what_belongs_to_the_landscape_stays():
    found = follow(OWN, LEADER, Links(), replace(landscape(1, 2), metrics={"test_loss": np.ones((5, 5))}))
    assert (found.camera, found.contours, found.theme) == (LEADER.camera, LEADER.contours, "light")
    assert found.height == Scaling(ScaleKind.LOG, cap=3.0)  # the kind is a look, the cap a value
    assert (found.metric, found.section) == ("test_loss", OWN.section)  # train_loss it has not


def test_what_is_not_linked_stays_but_for_the_theme():
    assert follow(OWN, LEADER, ALONE, landscape(1, 2)) == replace(OWN, theme="light")
    only_camera = follow(OWN, LEADER, replace(ALONE, camera=True), landscape(1, 2))
    assert only_camera == replace(OWN, theme="light", camera=LEADER.camera)


def test_a_common_scale_reaches_from_the_lowest_value_of_all_to_the_highest():
    first, second = landscape(0.5, 2.0), landscape(1.0, 8.0)
    scaling = common_scaling(Scaling(ScaleKind.LINEAR), [(first, "train_loss"), (second, "train_loss")])
    for land in (first, second):
        scale = height_map(land.domain, land.main, land.examples, scaling, smooth=False).scale
        assert (scale.low, scale.high) == (0.5, 8.0)


def test_a_cap_that_the_user_set_is_that_of_the_common_scale():
    shown = [(landscape(0.5, 2.0), "train_loss"), (landscape(1.0, 8.0), "train_loss")]
    assert common_scaling(Scaling(ScaleKind.LINEAR, cap=1.5), shown).cap == 1.5


@pytest.mark.parametrize("links", [Links(scale=True), Links(colours=True), Links(scale=True, colours=True)])
def test_scales_agree_only_as_far_as_they_are_linked(links):
    shown = [(landscape(0.5, 2.0), "train_loss"), (landscape(1.0, 8.0), "train_loss")]
    view = View()
    found = agreed(view, view, links, shown)
    assert (found.height.fixed, bool(found.colour.scaling)) == (links.scale, links.colours)
    assert agreed(view, view, Links(), shown) is view


def test_colours_of_something_else_than_the_height_keep_their_scale():
    view = View(colour=Colouring(metric=ERROR))
    assert agreed(view, view, Links(colours=True), [(landscape(1, 2), "train_loss")]).colour == view.colour


def test_accuracies_have_a_linear_scale_also_in_common():
    shown = [(landscape(0.002, 0.9, "test_accuracy"), "test_accuracy"), (landscape(0.1, 1.0, "acc"), "acc")]
    assert common_scaling(Scaling(), shown).kind is ScaleKind.LINEAR
    assert common_scaling(Scaling(ScaleKind.LOG), shown).kind is ScaleKind.LOG


def test_colours_of_another_metric_agree_too_and_as_the_user_wishes():
    lands = [replace(landscape(1, 2), metrics={"train_loss": np.ones((5, 5)), "test_loss": np.full((5, 5), top)})
             for top in (3.0, 5.0)]  # fmt: skip
    lands[0].metrics["test_loss"][0, 0] = 1.0
    shown = [(land, "train_loss") for land in lands]
    view = View(colour=Colouring(metric="test_loss"))
    scaling = agreed(view, view, Links(colours=True), shown).colour.scaling
    assert scaling is not None and (scaling.floor, scaling.cap) == (1.0, 5.0)
    view = View(colour=Colouring(metric="test_loss", scaling=Scaling(cap=4.0)))
    scaling = agreed(view, view, Links(colours=True), shown).colour.scaling
    assert scaling is not None and scaling.cap == 4.0
    view = View(colour=Colouring(scaling=Scaling(ScaleKind.SYMLOG)))
    scaling = agreed(view, view, Links(colours=True), shown).colour.scaling
    assert scaling is not None and scaling.kind is ScaleKind.SYMLOG


def test_more_values_make_another_common_scale():
    land = landscape(1.0, 2.0)
    land.examples[2:] = 0
    land.main[2:] = np.nan
    before = common_scaling(Scaling(ScaleKind.LINEAR), [(land, "train_loss")])
    land.main[2:], land.examples[2:] = 7.0, 1
    assert (
        before.cap is not None
        and before.cap < 2
        and common_scaling(Scaling(ScaleKind.LINEAR), [(land, "train_loss")]).cap == 7.0
    )


def test_a_common_scale_is_one_that_each_can_be_shown_on():
    first, second = landscape(1e-3, 1.0), landscape(1e-2, 1.0)
    second.main[0, :2] = -1.0  # two of its 25, and of all 50 too few to rule a logarithm out
    shown = [(land, "train_loss") for land in (first, second)]
    for wish in (Scaling(), Scaling(ScaleKind.LOG)):
        common = common_scaling(wish, shown)
        found = [height_map(land.domain, land.main, land.examples, common, smooth=False).scale for land, _ in shown]
        assert [(scale.kind, scale.low, scale.high) for scale in found] == [(ScaleKind.LINEAR, -1.0, 1.0)] * 2
    nothing = replace(first, metrics={"train_loss": np.full((5, 5), np.nan)})
    assert common_scaling(Scaling(), [shown[0], (nothing, "train_loss")]).kind is ScaleKind.LOG
