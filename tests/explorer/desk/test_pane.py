"""One landscape in its part of the window: drawn anew only when something changed, and what lies under a pixel."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.camera.camera import FRONT, Camera, Margins, project
from explorer.camera.steering import orbit, pan, zoom
from explorer.desk.beginning import Beginning
from explorer.desk.desk import Desk
from explorer.gl.graphics import is_software
from explorer.ground.marks import to_uv
from explorer.ground.picking import world_point
from explorer.looks.settings import Preferences
from explorer.looks.view import View
from explorer.writing.box_text import NUMBER_PT
from explorer.writing.placing import box_of, overlap
from tests.explorer.layers.test_layers import landscape
from tests.explorer.lines import line

SIZE = (900, 500)


@pytest.fixture
def panes(gl):
    made = []

    def make(size=SIZE, left=0.0, **landscapes):
        desk = Desk(gl, Beginning(landscapes))
        desk.preferences = Preferences(eased=False)
        desk.place((0, 0, *size), Margins(left=left))
        made.append(desk)
        return desk

    yield make
    gl.extra.use()
    for desk in made:
        desk.release()


def drawn(desk):
    desk.pane.draw(1.0)
    return desk


def shot(desk):
    return drawn(desk).pane._shot


def pixel_of(desk, u, v):
    """Where a point of the ground is in the picture."""
    seen = desk.pane._shot
    place = world_point(desk.pane.stage.heights, (u, v), seen.extent, seen.relief)
    x, y, _ = project(seen.clip, place[None], seen.size)[0]
    return float(x), float(y)


def test_a_pane_draws_again_what_changed_and_nothing_else(panes):
    desk = panes(one=landscape(17), two=landscape(33))
    draws, draw = [], desk.pane._frame.draw
    desk.pane._frame.draw = lambda shot, samples: draws.append(shot) or draw(shot, samples)
    for _ in range(3):
        drawn(desk)
    assert len(draws) == 1
    desk.change(lambda view: replace(view, relief=0.3))
    drawn(desk), drawn(desk)
    assert len(draws) == 2
    desk.look("two")
    drawn(desk)
    desk.change(lambda view: replace(view, colour=replace(view.colour, metric="error bar")))
    drawn(desk), drawn(desk)
    assert len(draws) == 4


def test_while_it_moves_it_is_coarse_and_at_rest_fine_on_a_software_driver(gl, panes):
    desk = panes((240, 160), one=landscape(257))
    between, moving = desk.pane.draw(1.0).read(), desk.pane.draw(1.0, moving=True).read()
    resting = desk.pane.draw(1.0, resting=True).read()
    assert (moving != between) == is_software(gl) and resting != between
    assert desk.pane.draw(1.0).read() == resting  # what is smooth already stays


def test_panning_moves_the_target_by_exactly_as_many_pixels_beside_a_panel_too(panes):
    for left in (0.0, 200.0):
        desk = panes(left=left, one=landscape(17))
        before, target = shot(desk).clip, np.array([desk.view.camera.target])
        desk.steer(pan(desk.pane.camera, 30, -12, 500, before))
        there = [project(clip, target, SIZE)[0, :2] for clip in (before, shot(desk).clip)]
        np.testing.assert_allclose(there[1] - there[0], [30, -12], atol=0.01)


def test_a_line_and_a_surface_are_each_seen_as_they_were_last(panes):
    desk = panes(surface=landscape(17), line=line())
    desk.steer(orbit(desk.pane.camera, 20, 5))
    surface = desk.view.camera
    desk.look("line")
    assert shot(desk).view.camera == FRONT
    desk.steer(orbit(desk.pane.camera, 10, 5))
    from_the_side = desk.view.camera
    assert (from_the_side.azimuth, from_the_side.elevation) == (FRONT.azimuth + 10, FRONT.elevation + 5)
    desk.look("surface")
    assert shot(desk).view.camera == surface
    desk.look("line")
    assert shot(desk).view.camera == from_the_side


def test_the_pointer_reads_a_line_above_and_below_its_curve(panes):
    desk = panes(line=line())
    for camera in (Camera(), Camera(azimuth=-40, elevation=25, distance=4)):
        desk.show(replace(desk.view, camera=camera, path=False))
        drawn(desk)
        x, y = pixel_of(desk, 0.75, 0.5)
        for up in (-15, 0, 40):
            assert desk.reading((x, y + up)).alpha == pytest.approx(1.0, abs=0.03)
        assert desk.reading((x, 5.0)) is None and desk.reading((5.0, y)) is None


def test_zooming_keeps_what_the_pointer_is_on_also_beside_the_curve_of_a_line(panes):
    desk = drawn(panes(line=line()))
    x, y = pixel_of(desk, 0.8, 0.5)
    before = desk.pane.world((x, y + 60))
    desk.steer(zoom(desk.pane.camera, 0.7, before))
    np.testing.assert_allclose(drawn(desk).pane.world((x, y + 60)), before, atol=1e-6)


@pytest.mark.parametrize("name", ["surface", "line"])
def test_a_checkpoint_is_known_by_its_mark(panes, name):
    desk = panes(surface=landscape(33), line=line())
    desk.look(name)
    desk.show(replace(desk.view, camera=Camera() if name == "line" else Camera(elevation=70)))
    drawn(desk)
    path, domain = desk.pane.stage.landscape.trajectory, desk.pane.stage.landscape.domain
    for k in range(4):
        u, v = to_uv(domain, path.alpha[k], path.beta[k])
        x, y = pixel_of(desk, u, v)
        assert desk.reading((x + 3, y - 3)).checkpoint == k
    assert desk.reading((x, y - 25)).checkpoint is None
    desk.change(lambda view: replace(view, path=False))
    assert drawn(desk).reading((x, y)).checkpoint is None


def test_checkpoints_of_all_runs_are_found_and_only_those_that_are_shown(panes):
    land = landscape(33)
    other = replace(land.trajectory, beta=-land.trajectory.beta - 1.0)
    desk = panes(one=replace(land, others={"other": other}))
    desk.show(replace(desk.view, camera=Camera(elevation=70)))
    drawn(desk)
    for k in range(1, 4):
        for path, number in ((land.trajectory, k), (other, len(other) + k)):
            place = pixel_of(desk, *to_uv(land.domain, path.alpha[k], path.beta[k]))
            assert desk.reading(place).checkpoint == number
    desk.pane.stage.show_until(land.trajectory.step[1])
    drawn(desk)
    for path, number in ((land.trajectory, 1), (other, 2 + 1)):
        assert desk.reading(pixel_of(desk, *to_uv(land.domain, path.alpha[1], path.beta[1]))).checkpoint == number
        assert desk.reading(pixel_of(desk, *to_uv(land.domain, path.alpha[3], path.beta[3]))).checkpoint is None


def test_checkpoints_outside_the_domain_are_not_pointed_at(panes):
    land = landscape(17)
    away = replace(land.trajectory, alpha=land.trajectory.alpha + 100.0)
    desk = drawn(panes(one=replace(land, trajectory=away)))
    for u, v in np.ndindex(5, 5):
        assert desk.pane.checkpoint(pixel_of(desk, u / 4, v / 4)) is None


def test_the_scene_alone_is_as_large_as_asked_for_and_transparent_where_nothing_is(panes):
    desk = drawn(panes((240, 160), one=landscape(33)))
    desk.show(replace(desk.view, axes=False, colour_bar=False, legend=False))
    large = desk.pane.pixels(2.0, 1.0, transparent=True)
    assert large.shape == (320, 480, 4)
    assert large[0, 0, 3] == 0 and large[160, 240, 3] == 255
    assert desk.pane.pixels(1.0, 1.0, transparent=False).shape == (160, 240, 3)
    assert desk.view == replace(View(), axes=False, colour_bar=False, legend=False)


def test_isolines_are_those_of_the_whole_lattice_however_coarse_the_picture_is(panes, monkeypatch):
    whole, desk = drawn(panes(one=landscape(33))), panes(one=landscape(33))
    monkeypatch.setattr(desk.pane, "_quality", lambda **_: (0, 16))
    picture = desk.pane.draw(1.0)
    coarse = len(desk.pane._frame.isoline_segments())
    found = desk.pane.segments()
    assert 0 < coarse < len(found) / 2
    np.testing.assert_array_equal(found, whole.pane.segments())
    picture.read()  # it is still there


def test_names_of_the_axes_keep_clear_of_the_line_below_the_scene(panes):
    desk = panes(one=landscape(17), left=200.0)
    pane = desk.pane
    left, bottom, right, top = pane._kept(2.0)
    assert ((left + right) / 2, bottom) == (550.0, 24.0) and right - left == 920.0 and top - bottom == 124.0
    names = {label.text: box_of(label, 1.0) for label in shot(desk).labels if label.text in ("α", "β")}
    assert set(names) == {"α", "β"} and not any(overlap(box, pane._kept(1.0)) for box in names.values())


def numbers(shot):
    """Where the numbers of the axes are: all text but names, the bar's and the legend's."""
    return [box_of(label, 1.0) for label in shot.labels if label.align == (0.5, 0.5) and label.size == NUMBER_PT]


def test_what_is_seen_at_first_or_fitted_leaves_the_numbers_clear_of_the_line_below(panes):
    desk = panes((1280, 800), left=312.0, one=landscape(17))
    pane = desk.pane
    for below in (0, 250):  # the second: a plot has come up
        desk.place((0, below, 1280, 800 - below), Margins(left=312.0, top=23.0))
        drawn(desk)
        for camera in (Camera(), pane.fitted(Camera())):
            desk.steer(camera)
            boxes = numbers(shot(desk))
            assert len(boxes) > 8 and min(bottom for _, bottom, _, _ in boxes) > pane._kept(1.0)[3]
            assert max(top for *_, top in boxes) < pane.size[1] - 23
    desk.place((0, 0, 1280, 800), Margins(left=312.0, top=23.0))
    drawn(desk).steer(pane.fitted(Camera()))
    desk.place((0, 250, 1280, 550), Margins(left=312.0, top=23.0))
    assert min(bottom for _, bottom, _, _ in numbers(shot(desk))) > 56  # clear of one line, and nearly of two


def test_a_saved_picture_has_all_of_its_text_inside(panes, monkeypatch):
    desk = panes((1280, 800), left=312.0, one=landscape(17))
    drawn(desk).steer(desk.pane.fitted(Camera()))
    desk.place((0, 250, 1280, 550), Margins(left=312.0, top=23.0))
    drawn(desk)
    saved = []
    monkeypatch.setattr(desk.pane._frame, "pixels", lambda shot, **_: saved.append(shot))
    desk.pane.pixels(1.0, 1.0, transparent=False)
    boxes = numbers(saved[0])
    assert len(boxes) == len(numbers(shot(desk)))
    assert all(bottom > 0 and top < 550 for _, bottom, _, top in boxes)
    low, high = min(box[1] for box in boxes), max(box[3] for box in boxes)
    assert low > 20 and high - low < 450  # as large as in the window


def test_of_panes_side_by_side_each_keeps_its_part_of_the_line_free(panes):
    desk = panes(one=landscape(17), two=landscape(33))
    desk.toggle_side_by_side()
    desk.place((0, 40, *SIZE), Margins(left=100.0))
    for pane in desk.panes:
        x, y, _, _ = pane.rectangle
        assert (pane.readout[0] + x, pane.readout[1] + y) == (500.0, 40.0)
