"""The box, its ticks and its labels, as pure geometry."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from compute.landscape import Domain
from compute.scale import Scale, ScaleKind
from explorer.annotations import (
    FLOOR,
    LETTER,
    NAME_WORLD,
    TICK_WORLD,
    bar_labels,
    bar_rectangle,
    box_labels,
    box_lines,
    value_ticks,
)
from explorer.camera import Camera, clip_matrix, project
from explorer.heights import extent_world
from explorer.scene import Label, Scene
from explorer.ticks import linear_ticks, tick_labels
from explorer.view import View

SIZE = (1280, 800)
DOMAIN = Domain((-1.0, 0.5), (0.0, 1.0), 9, 9)
LINEAR = Scale(0.0, 2.0, ScaleKind.LINEAR, "", 2.0)
LOG = Scale(0.01, 100.0, ScaleKind.LOG, "", 100.0)
SCENE = Scene(DOMAIN, LINEAR, (8, 8), "train loss", ("along", "across"))
AZIMUTHS = range(-175, 185, 30)


def clip_of(view: View) -> np.ndarray:
    return clip_matrix(view.camera, SIZE)


def labels_of(view: View, scene: Scene = SCENE) -> list[Label]:
    return box_labels(scene, view, clip_of(view), SIZE, 1.0)


def looking(azimuth: float, elevation: float = 32.0, **changes: object) -> View:
    return replace(View(camera=Camera(azimuth, elevation)), **changes)  # type: ignore[arg-type]


# ── lines ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("azimuth", AZIMUTHS)
def test_lines_stay_on_the_box_but_for_the_ticks(azimuth: float) -> None:
    lines = box_lines(SCENE, looking(azimuth))
    assert lines.dtype == np.float32 and lines.shape[1] == 11 and np.isfinite(lines).all()
    x, y = (side / 2 + TICK_WORLD for side in extent_world(DOMAIN))
    for ends in (lines[:, :3], lines[:, 3:6]):
        assert (np.abs(ends[:, 0]) <= x + 1e-6).all() and (np.abs(ends[:, 1]) <= y + 1e-6).all()
        assert (ends[:, 2] >= FLOOR - 1e-6).all() and (ends[:, 2] <= View().relief + 1e-6).all()
    assert ((lines[:, 6:10] >= 0) & (lines[:, 6:10] <= 1)).all() and (lines[:, 10] > 0).all()


def test_lines_run_along_the_axes() -> None:
    lines = box_lines(SCENE, View())
    assert ((lines[:, :3] != lines[:, 3:6]).sum(axis=1) == 1).all()


def test_the_floor_has_one_line_across_at_each_tick() -> None:
    lines = box_lines(SCENE, looking(-60, flat=True))
    half_x, half_y = (side / 2 for side in extent_world(DOMAIN))
    full = lines[np.abs(lines[:, 4] - lines[:, 1]) == np.float32(2 * half_y)]
    found = sorted(set(np.round((full[:, 0] / half_x + 1) / 2 * 1.5 - 1, 5).tolist()))
    assert found == pytest.approx(linear_ticks(*DOMAIN.alpha))


@pytest.mark.parametrize("azimuth", AZIMUTHS)
def test_walls_stand_behind_the_surface_and_ticks_before_it(azimuth: float) -> None:
    """A wall between the eye and the ground would hide what is measured."""
    view = looking(azimuth)
    lines = box_lines(SCENE, view)
    outward = view.camera.eye - np.asarray(view.camera.target)
    middle = (lines[:, :3] + lines[:, 3:6]) / 2
    level = (lines[:, 2] == lines[:, 5]) & (lines[:, 2] > FLOOR)
    assert level.sum() == 2 * len(value_ticks(LINEAR))
    assert (middle[level][:, :2] @ outward[:2] < 0).all()
    half_x, half_y = (side / 2 for side in extent_world(DOMAIN))
    stand_out = (np.abs(middle[:, 0]) > half_x) | (np.abs(middle[:, 1]) > half_y)
    beyond = np.where(np.abs(middle[:, 0]) > half_x, middle[:, 0] * outward[0], middle[:, 1] * outward[1])
    assert stand_out.sum() == len(linear_ticks(*DOMAIN.alpha)) + len(linear_ticks(*DOMAIN.beta))
    assert (beyond[stand_out] > 0).all()


@pytest.mark.parametrize(
    "view", [looking(-60, flat=True), looking(-60, relief=0.0), looking(-60, 80.0), looking(-60, -80.0)]
)
def test_there_are_no_walls_where_there_is_no_height_to_read(view: View) -> None:
    lines = box_lines(SCENE, view)
    assert np.allclose(lines[:, [2, 5]], FLOOR)
    assert len(labels_of(view)) == len(linear_ticks(*DOMAIN.alpha)) + len(linear_ticks(*DOMAIN.beta)) + 2


def test_wall_lines_are_at_the_heights_of_their_losses() -> None:
    scene, view = replace(SCENE, scale=LOG), View()
    lines = box_lines(scene, view)
    level = (lines[:, 2] == lines[:, 5]) & (lines[:, 2] > FLOOR)
    expected = LOG.heights(np.array(value_ticks(LOG))) * view.relief
    np.testing.assert_allclose(np.unique(lines[level][:, 2]), expected, atol=1e-6)


# ── labels ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_tick_has_its_number_and_every_axis_its_name() -> None:
    texts = [label.text for label in labels_of(View())]
    for ticks in (linear_ticks(*DOMAIN.alpha), linear_ticks(*DOMAIN.beta), value_ticks(LINEAR)):
        for text in tick_labels(ticks):
            assert text in texts
    assert texts.count("along") == texts.count("across") == 1
    assert (
        len(texts) == len(linear_ticks(*DOMAIN.alpha)) + len(linear_ticks(*DOMAIN.beta)) + len(value_ticks(LINEAR)) + 2
    )


@pytest.mark.parametrize("azimuth", AZIMUTHS)
@pytest.mark.parametrize("elevation", [5.0, 32.0, 60.0])
def test_names_and_numbers_are_outside_the_floor_on_the_near_side(azimuth: float, elevation: float) -> None:
    """So that they never lie over the surface: nearer to the lower rim than the middle of the floor."""
    view = looking(azimuth, elevation)
    centre = project(clip_of(view), np.array([[0.0, 0.0, FLOOR]]), SIZE)[0]
    for label in labels_of(view):
        if label.text in ("along", "across"):
            assert label.y < centre[1]


@pytest.mark.parametrize(("azimuth", "name", "side"), [(-90.0, "along", 1), (0.0, "across", 0)])
def test_numbers_stand_outside_the_floor_and_names_farther_out(azimuth: float, name: str, side: int) -> None:
    """Seen along one axis, so that the other runs across the picture and its near edge is the lower one."""
    view = looking(azimuth, 60.0)
    labels = labels_of(view)  # numbers of alpha, numbers of beta, then names
    first, count = (
        (0 if side else len(linear_ticks(*DOMAIN.alpha))),
        len(linear_ticks(*(DOMAIN.beta, DOMAIN.alpha)[side])),
    )
    named = next(label for label in labels if label.text == name)
    half = extent_world(DOMAIN)[side] / 2
    out = -1 if side else 1
    place = np.zeros((2, 3))
    place[:, side] = out * half, out * (half + NAME_WORLD)
    place[:, 2] = FLOOR
    edge, expected = project(clip_of(view), place, SIZE)
    for label in labels[first : first + count]:
        assert named.y < label.y < edge[1]
    assert (named.x, named.y) == pytest.approx(tuple(expected[:2]))


@pytest.mark.parametrize("azimuth", AZIMUTHS)
def test_the_vertical_axis_is_at_the_left_and_its_numbers_left_of_it(azimuth: float) -> None:
    view = looking(azimuth)
    half = [side / 2 for side in extent_world(DOMAIN)]
    corners = np.array([(x * half[0], y * half[1], FLOOR) for x, y in product((-1, 1), (-1, 1))])
    across = project(clip_of(view), corners, SIZE)[:, 0]
    left, foot = across.min(), corners[across.argmin()]
    upright = [label for label in labels_of(view) if label.align == (1.0, 0.5)]
    assert [label.text for label in upright] == tick_labels(value_ticks(LINEAR))
    # Perspective: the axis leans; it stays within 5 % of the picture's width of its foot.
    assert all(label.x < left + 0.05 * SIZE[0] for label in upright)
    heights = LINEAR.heights(np.array(value_ticks(LINEAR))) * view.relief
    axis = project(clip_of(view), np.array([(*foot[:2], height) for height in heights]), SIZE)
    np.testing.assert_allclose([label.y for label in upright], axis[:, 1], atol=1e-9)
    assert (np.diff(axis[:, 1]) > 0).all(), "losses grow upwards"


def test_numbers_of_the_vertical_axis_never_touch() -> None:
    """Seen from far away, or on nearly flat ground, there is room for a few of them only."""
    for view in (looking(-60, relief=0.1), View(camera=Camera(distance=30.0))):
        rows = [label.y for label in labels_of(view) if label.align == (1.0, 0.5)]
        assert 0 < len(rows) < len(value_ticks(LINEAR))
        assert np.diff(rows).min(initial=np.inf) >= 12  # the size of the letters


def test_what_is_behind_the_eye_has_no_label() -> None:
    """Zoomed in to the middle of the ground, most of the box is behind."""
    view = View(camera=Camera(-90.0, 5.0, 0.1, (0.0, 0.0, 0.2)))
    labels = labels_of(view)
    half_y = extent_world(DOMAIN)[1] / 2
    assert 0 < len(labels) < len(labels_of(View()))
    assert project(clip_of(view), np.array([[0.0, -half_y - NAME_WORLD, FLOOR]]), SIZE)[0, 2] < 0
    assert "along" not in [label.text for label in labels]


# ── colour bar ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("size", [SIZE, (1920, 1080), (640, 480), (3840, 2160)])
def test_the_bar_is_inside_the_picture_and_in_the_middle(size: tuple[int, int], ratio: float) -> None:
    left, bottom, width, height = bar_rectangle(size, ratio)
    assert 0 < left < left + width < size[0] and 0 < bottom < bottom + height < size[1]
    assert bottom + height / 2 == pytest.approx(size[1] / 2)
    assert height <= 320 * ratio


@pytest.mark.parametrize("scale", [LINEAR, LOG])
def test_numbers_of_the_bar_are_at_the_heights_of_their_losses(scale: Scale) -> None:
    rectangle = bar_rectangle(SIZE, 1.0)
    labels = bar_labels(replace(SCENE, scale=scale), rectangle, 1.0)
    numbers = labels[:-2]
    assert [label.text for label in numbers] == tick_labels(value_ticks(scale))
    shares = [(label.y - rectangle[1]) / rectangle[3] for label in numbers]
    np.testing.assert_allclose(shares, scale.heights(np.array(value_ticks(scale))), atol=1e-12)
    assert all(label.x > rectangle[0] + rectangle[2] for label in numbers)


@pytest.mark.parametrize(("scale", "words"), [(LINEAR, "linear"), (LOG, "log scale")])
def test_the_bar_says_what_it_shows_and_on_which_scale(scale: Scale, words: str) -> None:
    title, kind = bar_labels(replace(SCENE, scale=scale), bar_rectangle(SIZE, 1.0), 1.0)[-2:]
    assert (title.text, kind.text) == ("train loss", words)
    assert title.y > kind.y > bar_rectangle(SIZE, 1.0)[1] + bar_rectangle(SIZE, 1.0)[3]


def test_ticks_of_values_are_those_of_their_scale() -> None:
    assert value_ticks(LOG, 4) == [0.01, 0.1, 1, 10, 100]
    assert value_ticks(LINEAR, 4) == [0, 0.5, 1, 1.5, 2]


def test_nothing_measured_yet_still_makes_a_box() -> None:
    scene = replace(SCENE, scale=Scale(0.0, 1.0, ScaleKind.LINEAR, "nothing measured yet", 1.0))
    assert np.isfinite(box_lines(scene, View())).all()
    assert labels_of(View(), scene)


@pytest.mark.parametrize("ratio", [0.6, 1.0, 2.0])
@pytest.mark.parametrize("metric", ["a", "train loss", "a name of twenty-three ", "a metric of the user's own " * 5])
def test_the_title_of_the_bar_stays_in_the_picture_however_long_it_is(metric: str, ratio: float) -> None:
    size = (round(1280 * ratio), round(800 * ratio))
    title = bar_labels(replace(SCENE, metric=metric), bar_rectangle(size, ratio), ratio)[-2]
    width = len(title.text) * title.size * LETTER * ratio
    left = title.x - title.align[0] * width
    assert left > 0.6 * size[0] and left + width <= size[0] - 8 * ratio
    assert title.text == metric or (len(title.text) < 40 and "…" in title.text)
