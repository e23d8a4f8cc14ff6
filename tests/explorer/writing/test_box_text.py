"""Numbers and names of the axes beside a surface: clear of it, of the legend and of the bar, and steady in a film."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.camera.camera import FRONT_OF_SURFACE, SIDE, TOP, Camera, project
from explorer.ground.heights import extent_world
from explorer.ground.scene import Label, Shot
from explorer.ground.staging import Stage
from explorer.looks.view import View
from explorer.pictures.frame import compose
from explorer.pictures.placing import framed, pixel_ratio
from explorer.writing.annotations import bar_box
from explorer.writing.box import STEEP, height_opacity, side_opacity
from explorer.writing.box_text import box_labels
from explorer.writing.placing import UPRIGHT, Sheet, box_of, overlap
from explorer.writing.skyline import NO_GROUND, ground_places, overhang, room_to
from tests.explorer.layers.test_layers import landscape

SIZE = (1280, 800)
BESIDE = np.array([1.0, 0.0])
NAMES = ("α · 1st principal component (94%)", "β · 2nd principal component (5%)")
LAND = landscape(33)
STEADY_PX = 20.0  # what text moves at most in a picture of a slow film while it can be seen: hardly a line
UNSEEN = 0.3  # opacity at which it may appear somewhere else


def shot_of(camera: Camera, size: tuple[int, int] = SIZE, *, around: bool = False) -> tuple[Shot, Stage]:
    view = framed(View(camera=camera), LAND, size, around=around)
    stage = Stage(LAND, view)
    scene = replace(stage.scene, axis_names=NAMES)
    return compose(scene, view, size, pixel_ratio(size), ground=stage.heights), stage


def beside(shot: Shot) -> list[Label]:
    """Text of the axes: what stands left of the bar and outside of the legend."""
    return [label for label in shot.labels if label.align == (0.5, 0.5) and label.weight == "Regular"][1:]


@pytest.mark.parametrize("camera", [TOP, FRONT_OF_SURFACE, SIDE, Camera(-88.0, 32.0), Camera(2.0, 20.0)])
@pytest.mark.parametrize("size", [SIZE, (960, 600)])
def test_no_number_and_no_name_is_written_on_the_surface(camera: Camera, size: tuple[int, int]) -> None:
    shot, stage = shot_of(camera, size)
    rows, columns = (np.linspace(-0.5, 0.5, n) for n in stage.heights.shape)
    width, depth = extent_world(LAND.domain)
    x, y = np.meshgrid(columns * width, rows * depth)
    ground = project(shot.clip, np.stack([x, y, stage.heights * shot.relief], axis=2).reshape(-1, 3), size)[:, :2]
    seen = [label for label in beside(shot) if label.opacity > 0.1]
    assert len(seen) >= 4
    for label in seen:
        left, bottom, right, top = box_of(label, shot.pixel_ratio)
        within = (ground > (left + 2, bottom + 4)) & (ground < (right - 2, top - 4))
        assert not within.all(axis=1).any(), label.text


def test_over_a_fine_turntable_no_name_jumps_while_it_can_be_seen() -> None:
    view = framed(View(camera=Camera(-60.0, 32.0)), LAND, SIZE, around=True)
    stage = Stage(LAND, view)
    scene, switches = replace(stage.scene, axis_names=NAMES), 0
    before: dict[str, Label] = {}
    for turn in np.arange(0.0, 180.0, 0.5).tolist():
        turned = replace(view, camera=replace(view.camera, azimuth=view.camera.azimuth + turn))
        shot = compose(scene, turned, SIZE, 1.0, ground=stage.heights)
        now = {label.text[0]: label for label in shot.labels if label.text[0] in "αβ"}
        for letter in set(now) & set(before):
            a, b = before[letter], now[letter]
            if np.hypot(a.x - b.x, a.y - b.y) > STEADY_PX or (a.text, a.angle) != (b.text, b.angle):
                switches += 1
                assert min(a.opacity, b.opacity) < UNSEEN, (turn, a, b)
        before = now
    assert switches < 20


def test_what_stands_at_an_edge_is_gone_where_it_changes_to_the_opposite_edge() -> None:
    turns = np.arange(-180.0, 180.0, 0.05)
    views = [View(camera=Camera(turn, 32.0)) for turn in turns.tolist()]
    opacities = np.array([side_opacity(view) for view in views])
    assert (opacities.min(axis=0) < 0.01).all() and (opacities > 0.99).mean() > 0.8
    assert np.abs(np.diff(opacities, axis=0)).max() < 0.05
    for head_on in (TOP, FRONT_OF_SURFACE, SIDE, Camera()):
        assert side_opacity(View(camera=head_on)) == (1.0, 1.0)


def test_the_upright_axis_fades_before_it_is_gone() -> None:
    shares = [height_opacity(View(camera=Camera(-60.0, elevation))) for elevation in (32.0, 68.0, STEEP - 1e-6, 80.0)]
    assert shares == pytest.approx([1.0, 0.5, 0.0, 0.0], abs=1e-3)
    assert height_opacity(View(flat=True)) == 0.0


@pytest.mark.parametrize("size", [(960, 600), SIZE, (400, 711)])
@pytest.mark.parametrize("camera", [FRONT_OF_SURFACE, SIDE, Camera()])
def test_each_axis_has_its_name_or_the_beginning_of_it_clear_of_the_bar(camera: Camera, size: tuple[int, int]) -> None:
    shot, _ = shot_of(camera, size)
    bar = bar_box(shot.scene, shot.bar, shot.pixel_ratio)
    for letter in "αβ":
        (name,) = (label for label in shot.labels if label.text.startswith(letter))
        left, bottom, right, top = box_of(name, shot.pixel_ratio)
        assert not overlap((left - 3, bottom - 3, right + 3, top + 3), bar)
        assert name.text in (*NAMES, letter) or name.text.endswith("…")


def test_text_that_meets_something_is_there_or_gone() -> None:
    """However near that is: a name that goes elsewhere is as strong there."""
    shot, stage = shot_of(Camera())
    sheet = Sheet(SIZE, shot.pixel_ratio, shot.clip, ground=ground_places(
        stage.heights, shot.extent, shot.relief, shot.clip, SIZE))  # fmt: skip
    scene = replace(stage.scene, axis_names=NAMES)
    left, bottom, right, _ = next(box_of(label, 1.0) for label in shot.labels if label.text[0] == "β")
    found: list[float] = []
    for off in np.arange(-40.0, 20.0, 0.25).tolist():
        other = (left - 200.0, bottom - 400.0 + off, right + 200.0, bottom + off)
        found += [label.opacity for label in box_labels(scene, shot.view, sheet, [other])]
    assert min(found) > 0.2, "a ghost"
    assert np.mean(np.array(found) < 0.9) < 0.02


def test_a_name_without_room_is_its_letter_alone() -> None:
    """Or its first words; neither "β · 2nd…" nor "β · 2nd princi…"."""
    texts = {label.text for size in ((400, 711), (300, 500)) for label in shot_of(Camera(), size)[0].labels}
    assert "β" in texts
    assert {text for text in texts if text.endswith("…")} <= {"α · 1st principal…", "β · 2nd principal…"}


def test_text_goes_as_far_as_the_ground_does() -> None:
    ground = np.array([[100.0, 50.0], [130.0, 80.0]])
    assert overhang((80.0, 40.0, 110.0, 60.0), BESIDE, ground) == 20.0
    assert overhang((101.0, 40.0, 120.0, 60.0), BESIDE, ground) == 0.0
    assert overhang((80.0, 40.0, 110.0, 60.0), BESIDE, NO_GROUND) == 0.0
    assert room_to((80.0, 40.0, 110.0, 60.0), ground) < 0 < room_to((0.0, 0.0, 10.0, 10.0), ground)
    box = (100.0, 40.0, 120.0, 60.0)
    moves = [overhang(box, BESIDE, np.array([[110.0, y]])) for y in np.arange(40.0, 90.0, 0.5)]
    assert np.abs(np.diff(moves)).max() <= 2.0 + 1e-9, "no jump when a point comes near from aside"


def test_ground_that_is_unknown_or_behind_the_eye_is_nowhere() -> None:
    shot, stage = shot_of(Camera())
    hole = stage.heights.copy()
    hole[: len(hole) // 2] = np.nan
    places = [ground_places(z, shot.extent, shot.relief, shot.clip, SIZE) for z in (stage.heights, hole)]
    assert 0 < len(places[1]) < len(places[0]) and np.isfinite(places[1]).all()


def test_a_name_beside_a_steep_edge_stands_upright() -> None:
    shot, _ = shot_of(TOP)
    angles = {label.text: label.angle for label in shot.labels}
    assert (angles[NAMES[0]], angles[NAMES[1]]) == (0.0, UPRIGHT)
