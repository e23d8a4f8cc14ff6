"""What panes side by side have in common, and what each keeps."""

from dataclasses import replace

import numpy as np
import pytest

from compute.landscape import Domain, Landscape
from compute.scale import ScaleKind
from explorer.camera.camera import Camera
from explorer.desk.linking import ALONE, CommonScales, common_scaling, follow
from explorer.ground.heights import height_map
from explorer.ground.staging import Stage
from explorer.looks.settings import Links
from explorer.looks.view import ERROR, LEVEL, Colouring, Contours, Scaling, View
from tests.explorer.mapped import mapped_folder, measure_maps


def landscape(low: float, high: float, name: str = "train_loss", n: int = 5) -> Landscape:
    values = np.geomspace(low, high, n * n).reshape(n, n)
    return Landscape("l", Domain((-1, 1), (-1, 1), n, n), {name: values}, np.ones((n, n), np.uint32))


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


def agreed(view: View, links: Links, *lands: Landscape) -> View:
    return CommonScales().agreed(view, view, links, [Stage(land, view) for land in lands])


def test_a_common_scale_reaches_from_the_lowest_value_of_all_to_the_highest():
    lands = landscape(0.5, 2.0), landscape(1.0, 8.0)
    scaling = common_scaling(Scaling(ScaleKind.LINEAR), [land.main.ravel() for land in lands])
    for land in lands:
        scale = height_map(land.domain, land.main, land.examples, scaling, smooth=False).scale
        assert (scale.low, scale.high) == (0.5, 8.0)


def test_a_cap_that_the_user_set_is_that_of_the_common_scale():
    parts = [landscape(0.5, 2.0).main.ravel(), landscape(1.0, 8.0).main.ravel()]
    assert common_scaling(Scaling(ScaleKind.LINEAR, cap=1.5), parts).cap == 1.5


@pytest.mark.parametrize("links", [Links(scale=True), Links(colours=True), Links(scale=True, colours=True)])
def test_scales_agree_only_as_far_as_they_are_linked(links):
    lands = landscape(0.5, 2.0), landscape(1.0, 8.0)
    found = agreed(View(), links, *lands)
    assert (found.height.fixed, bool(found.colour.scaling)) == (links.scale, links.colours)
    assert agreed(View(), Links(), *lands) == View()


def test_colours_of_what_one_has_not_keep_their_scale():
    view = View(colour=Colouring(metric="test_loss", scaling=Scaling(cap=3.0)))
    other = replace(landscape(1, 2), metrics={"train_loss": np.ones((5, 5)), "test_loss": np.ones((5, 5))})
    assert agreed(view, Links(colours=True), landscape(1, 2), other).colour == view.colour


def test_colours_of_the_error_bar_reach_to_the_largest_of_all():
    rough, smooth = landscape(1.0, 8.0, n=9), landscape(1.0, 8.0, n=9)
    rough.main[1::2] *= 3.0
    view = View(colour=Colouring(metric=ERROR), height=Scaling(ScaleKind.LINEAR))
    stages = [Stage(land, view) for land in (rough, smooth)]
    largest = [float(np.nanmax(stage.paint.scale.high)) for stage in stages]
    assert largest[0] > 1.5 * largest[1]
    scaling = CommonScales().agreed(view, view, Links(colours=True), stages).colour.scaling
    assert scaling is not None
    both = np.concatenate([stage.values(ERROR).ravel() for stage in stages])
    assert scaling.cap == pytest.approx(np.nanmax(both))
    for stage in stages:
        stage.refresh(replace(view, colour=Colouring(metric=ERROR, scaling=scaling)))
    assert stages[0].paint.scale.high == stages[1].paint.scale.high


def test_relative_and_plain_error_bars_have_no_scale_in_common():
    view = View(colour=Colouring(metric=ERROR))
    below = landscape(1.0, 8.0)
    below.main[0, 0] = -1.0  # no logarithms: the errors are plain differences
    stages = [Stage(land, view) for land in (landscape(0.001, 8.0), below)]
    assert [stage.map.nodes.relative for stage in stages] == [True, False]
    assert CommonScales().agreed(view, view, Links(colours=True), stages).colour == view.colour


def test_refinement_levels_have_the_steps_of_the_landscape_with_the_most():
    view = View(colour=Colouring(metric=LEVEL))
    stages = [Stage(land, view) for land in (landscape(1, 2), landscape(1, 2, n=9))]
    assert [stage.paint.steps for stage in stages] == [1, 2]
    scaling = CommonScales().agreed(view, view, Links(colours=True), stages).colour.scaling
    for stage in stages:
        stage.refresh(replace(view, colour=Colouring(metric=LEVEL, scaling=scaling)))
    assert [stage.paint.steps for stage in stages] == [2, 2]
    assert {float(stages[0].paint.values[0, 0]), float(stages[1].paint.values[0, 0])} == {0.25, 0.75}


def test_a_map_has_the_scale_of_a_map_also_in_common_and_takes_in_what_is_measured_later(tmp_path):
    view = View(colour=Colouring(metric="curvature_low"))
    lands = mapped_folder(tmp_path / "a", 17, 5), mapped_folder(tmp_path / "b", 17, 2)
    stages, scales = [Stage(land, view) for land in lands], CommonScales()
    assert scales.agreed(view, view, Links(colours=True), stages).colour.scaling is None, "one has none yet"
    measure_maps(tmp_path / "b", 17, 9)
    both = np.concatenate([land.metrics["curvature_low"].ravel() for land in lands])
    scaling = scales.agreed(view, view, Links(colours=True), stages).colour.scaling
    assert scaling == Scaling(ScaleKind.LINEAR, np.nanmax(both), None, np.nanmin(both), fixed=True)


def test_accuracies_have_a_linear_scale_also_in_common():
    lands = landscape(0.002, 0.9, "test_accuracy"), landscape(0.1, 1.0, "acc")
    assert agreed(View(), Links(scale=True), *lands).height.kind is ScaleKind.LINEAR
    log = View(height=Scaling(ScaleKind.LOG))
    assert agreed(log, Links(scale=True), *lands).height.kind is ScaleKind.LOG


def test_colours_of_another_metric_agree_too_and_as_the_user_wishes():
    lands = [replace(landscape(1, 2), metrics={"train_loss": np.ones((5, 5)), "test_loss": np.full((5, 5), top)})
             for top in (3.0, 5.0)]  # fmt: skip
    lands[0].metrics["test_loss"][0, 0] = 1.0
    scaling = agreed(View(colour=Colouring(metric="test_loss")), Links(colours=True), *lands).colour.scaling
    assert scaling is not None and (scaling.floor, scaling.cap) == (1.0, 5.0)
    view = View(colour=Colouring(metric="test_loss", scaling=Scaling(cap=4.0)))
    scaling = agreed(view, Links(colours=True), *lands).colour.scaling
    assert scaling is not None and scaling.cap == 4.0
    view = View(colour=Colouring(scaling=Scaling(ScaleKind.SYMLOG)))
    scaling = agreed(view, Links(colours=True), *lands).colour.scaling
    assert scaling is not None and scaling.kind is ScaleKind.SYMLOG


def test_more_values_make_another_common_scale_and_the_same_ones_are_not_looked_at_again(monkeypatch):
    land = landscape(1.0, 2.0)
    land.examples[2:] = 0
    land.main[2:] = np.nan
    view, scales = View(height=Scaling(ScaleKind.LINEAR)), CommonScales()
    stages = [Stage(land, view)]
    before = scales.agreed(view, view, Links(scale=True), stages).height.cap
    monkeypatch.setattr("explorer.desk.linking.common_scaling", lambda *_: pytest.fail("made again"))
    assert scales.agreed(view, view, Links(scale=True), stages).height.cap == before < 2
    monkeypatch.undo()
    land.main[2:], land.examples[2:] = 7.0, 1
    assert scales.agreed(view, view, Links(scale=True), stages).height.cap == 7.0


def test_a_common_scale_is_one_that_each_can_be_shown_on():
    first, second = landscape(1e-3, 1.0), landscape(1e-2, 1.0)
    second.main[0, :2] = -1.0  # two of its 25, and of all 50 too few to rule a logarithm out
    for wish in (Scaling(), Scaling(ScaleKind.LOG)):
        common = common_scaling(wish, [first.main.ravel(), second.main.ravel()])
        found = [
            height_map(land.domain, land.main, land.examples, common, smooth=False).scale for land in (first, second)
        ]
        assert [(scale.kind, scale.low, scale.high) for scale in found] == [(ScaleKind.LINEAR, -1.0, 1.0)] * 2
    assert common_scaling(Scaling(), [first.main.ravel(), np.full(25, np.nan)]).kind is ScaleKind.LOG
