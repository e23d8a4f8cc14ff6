"""The box, its ticks and its labels, as pure geometry."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from compute.landscape import Domain
from compute.scale import Scale, ScaleKind, choose_scale
from explorer.camera.camera import Camera, Margins, axes, clip_matrix, project
from explorer.ground.heights import extent_world
from explorer.ground.scene import FLOOR, FLOOR_WITH_ISOLINES, Label, Scene
from explorer.looks.theme import THEMES
from explorer.looks.view import Contours, View
from explorer.pictures.frame import compose
from explorer.writing.annotations import bar_box, bar_labels, bar_rectangle, caption_labels, value_ticks
from explorer.writing.box import TICK_WORLD, box_lines, numbered_sides, upright_corner
from explorer.writing.box_text import box_labels
from explorer.writing.placing import SIDES_PT, Sheet, box_of, overlap, without_overlaps
from explorer.writing.ticks import linear_ticks, tick_labels

SIZE = (1280, 800)
DOMAIN = Domain((-1.0, 0.5), (0.0, 1.0), 9, 9)
LINEAR = Scale(0.0, 2.0, ScaleKind.LINEAR, "", 2.0)
LOG = Scale(0.01, 100.0, ScaleKind.LOG, "", 100.0)
SYMLOG = Scale(-100.0, 1000.0, ScaleKind.SYMLOG, "", 1000.0, 0.5)
SCENE = Scene(DOMAIN, LINEAR, (8, 8), "train loss", ("along", "across"))
THEME = THEMES["dark"]
AZIMUTHS = range(-175, 185, 30)
CORNERS = [np.array([x, y]) for x, y in product((-1, 1), (-1, 1))]
CAMERAS = [
    Camera(azimuth, elevation, roll=roll, orthographic=orthographic)
    for azimuth, elevation, (roll, orthographic) in product(
        (-150, -90, -60, 0, 33, 178), (-90, -89, -50, -10, 0, 20, 55, 89, 90), ((0, False), (0, True), (130, True))
    )
]


def sheet_of(view: View, size: tuple[int, int] = SIZE, ratio: float = 1.0) -> Sheet:
    return Sheet(size, ratio, clip_matrix(view.camera, size))


def labels_of(view: View, scene: Scene = SCENE) -> list[Label]:
    return box_labels(scene, view, sheet_of(view))


def looking(azimuth: float, elevation: float = 32.0, **changes: object) -> View:
    return replace(View(camera=Camera(azimuth, elevation)), **changes)  # type: ignore[arg-type]


def half() -> np.ndarray:
    return np.array(extent_world(DOMAIN)) / 2


def inside(points: np.ndarray, polygon: np.ndarray) -> np.ndarray:
    """Which points are strictly inside a convex polygon given in any order."""
    centre = polygon.mean(axis=0)
    ordered = polygon[np.argsort(np.arctan2(*(polygon - centre).T[::-1]))]
    found = np.ones(len(points), bool)
    for a, b in zip(ordered, np.roll(ordered, -1, axis=0), strict=True):
        found &= (b[0] - a[0]) * (points[:, 1] - a[1]) - (b[1] - a[1]) * (points[:, 0] - a[0]) > 1.0
    return found


def grid_of(label: Label) -> np.ndarray:
    """Places in the box of a label, a little inside its rim."""
    left, bottom, right, top = box_of(label, 1.0)
    x, y = np.meshgrid(np.linspace(left + 3, right - 3, 5), np.linspace(bottom + 3, top - 3, 3))
    return np.column_stack([x.ravel(), y.ravel()])


# ── lines ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("azimuth", AZIMUTHS)
def test_lines_stay_on_the_box_but_for_the_ticks(azimuth: float) -> None:
    lines = box_lines(SCENE, looking(azimuth))
    assert lines.dtype == np.float32 and lines.shape[1] == 11 and np.isfinite(lines).all()
    x, y = half() + TICK_WORLD
    for ends in (lines[:, :3], lines[:, 3:6]):
        assert (np.abs(ends[:, 0]) <= x + 1e-6).all() and (np.abs(ends[:, 1]) <= y + 1e-6).all()
        assert (ends[:, 2] >= FLOOR - 1e-6).all() and (ends[:, 2] <= View().relief + 1e-6).all()
    assert ((lines[:, 6:10] >= 0) & (lines[:, 6:10] <= 1)).all() and (lines[:, 10] > 0).all()


def test_lines_run_along_the_axes() -> None:
    lines = box_lines(SCENE, View())
    assert ((lines[:, :3] != lines[:, 3:6]).sum(axis=1) == 1).all()


def test_the_floor_has_one_line_across_at_each_tick() -> None:
    lines = box_lines(SCENE, looking(-60, flat=True))
    half_x, half_y = half()
    full = lines[np.abs(lines[:, 4] - lines[:, 1]) == np.float32(2 * half_y)]
    found = sorted(set(np.round((full[:, 0] / half_x + 1) / 2 * 1.5 - 1, 5).tolist()))
    assert found == pytest.approx(linear_ticks(*DOMAIN.alpha))


@pytest.mark.parametrize("azimuth", AZIMUTHS)
@pytest.mark.parametrize("elevation", [-40.0, 32.0])
def test_walls_stand_behind_the_surface(azimuth: float, elevation: float) -> None:
    """A wall between the eye and the ground would hide what is measured."""
    view = looking(azimuth, elevation)
    lines = box_lines(SCENE, view)
    middle = (lines[:, :3] + lines[:, 3:6]) / 2
    level = (lines[:, 2] == lines[:, 5]) & (lines[:, 2] > FLOOR)
    assert level.sum() == 2 * len(value_ticks(LINEAR))
    assert (middle[level][:, :2] @ axes(view.camera)[2, :2] < 0).all()


@pytest.mark.parametrize(
    "view", [looking(-60, flat=True), looking(-60, relief=0.0), looking(-60, 80), looking(-60, -80)]
)
def test_there_are_no_walls_where_there_is_no_height_to_read(view: View) -> None:
    lines = box_lines(SCENE, view)
    assert np.allclose(lines[:, [2, 5]], FLOOR)
    assert len(labels_of(view)) == len(linear_ticks(*DOMAIN.alpha)) + len(linear_ticks(*DOMAIN.beta)) + 2


@pytest.mark.parametrize("scale", [LOG, SYMLOG])
def test_wall_lines_are_at_the_heights_of_their_losses(scale: Scale) -> None:
    scene, view = replace(SCENE, scale=scale), View()
    lines = box_lines(scene, view)
    level = (lines[:, 2] == lines[:, 5]) & (lines[:, 2] > FLOOR)
    expected = scale.heights(np.array(value_ticks(scale))) * view.relief
    np.testing.assert_allclose(np.unique(lines[level][:, 2]), np.float32(expected), atol=1e-6)


def test_the_box_is_as_high_as_the_surface_also_where_a_unit_of_the_value_is_the_measure() -> None:
    view = View(relief=0.3, normalise=False)
    assert box_lines(SCENE, view)[:, [2, 5]].max() == pytest.approx(0.3 * LINEAR.span)


def test_the_floor_lies_lower_where_isolines_are_projected_on_it() -> None:
    floor = box_lines(SCENE, View(contours=Contours(on_floor=True)))[:, [2, 5]].min()
    assert floor == pytest.approx(FLOOR_WITH_ISOLINES)


# ── which edges ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("camera", CAMERAS)
def test_numbers_and_names_are_never_over_the_floor_nor_over_each_other(camera: Camera) -> None:
    """The upright axis itself leans over the floor when it is seen from steeply below."""
    upright = tick_labels(value_ticks(Scale(100.0, 900.0, ScaleKind.LINEAR, "", 900.0)))
    view = View(camera=camera)
    scene = replace(SCENE, scale=Scale(100.0, 900.0, ScaleKind.LINEAR, "", 900.0))  # numbers that no edge has
    shot = compose(scene, replace(view, colour_bar=False, legend=False), SIZE)
    edge = half()
    floor = project(shot.clip, np.array([(*corner * edge, FLOOR) for corner in CORNERS]), SIZE)[:, :2]
    assert len(shot.labels) >= 2
    for label in shot.labels:
        assert label.text in upright or not inside(grid_of(label), floor).any(), label
    for a, b in combinations([box_of(label, 1.0) for label in shot.labels], 2):
        assert not overlap(a, b)


@pytest.mark.parametrize(("azimuth", "roll"), [*product((-90, -60, 33), (0, 20))])
@pytest.mark.parametrize("orthographic", [False, True])
def test_seen_from_above_every_tick_has_its_number_and_every_axis_its_name(
    azimuth: float, roll: float, orthographic: bool
) -> None:
    view = View(camera=Camera(azimuth, 90.0, roll=roll, orthographic=orthographic), flat=True)
    texts = sorted(label.text for label in compose(SCENE, view, SIZE).labels)
    for ticks in (linear_ticks(*DOMAIN.alpha), linear_ticks(*DOMAIN.beta)):
        assert set(tick_labels(ticks)) <= set(texts)
    assert {"along", "across"} <= set(texts)


def test_a_map_has_its_numbers_below_and_at_the_left() -> None:
    view = View(camera=Camera(-90.0, 90.0, orthographic=True), flat=True)
    assert numbered_sides(view) == (-1, -1)
    labels = {label.text: label for label in labels_of(view)}
    centre = project(sheet_of(view).clip, np.zeros((1, 3)), SIZE)[0]
    assert labels["along"].y < centre[1] and labels["along"].x == pytest.approx(centre[0])
    assert labels["across"].x < centre[0] and labels["across"].y == pytest.approx(centre[1])


@pytest.mark.parametrize("elevation", [-70.0, -20.0, 0.0, 20.0, 89.0, 90.0])
@pytest.mark.parametrize("azimuth", AZIMUTHS)
def test_numbered_edges_are_the_lower_ones_in_the_picture(azimuth: float, elevation: float) -> None:
    view = looking(azimuth, elevation)
    view = replace(view, camera=replace(view.camera, orthographic=True))
    edge = half()
    for axis, sign in zip((1, 0), reversed(numbered_sides(view)), strict=True):
        ends = np.zeros((2, 3))
        ends[:, axis] = np.array([1, -1]) * sign * edge[axis]
        this, other = project(sheet_of(view).clip, ends, SIZE)[:, 1]
        assert this <= other + 0.13 * SIZE[0]
        if abs(elevation) > 15 and abs(this - other) > 0.15 * SIZE[1]:
            assert this < other


@pytest.mark.parametrize("roll", [0.0, 75.0, 180.0])
def test_edges_do_not_change_while_the_camera_rolls(roll: float) -> None:
    view = looking(-60)
    rolled = replace(view, camera=replace(view.camera, roll=roll))
    assert numbered_sides(rolled) == numbered_sides(view)
    np.testing.assert_array_equal(box_lines(SCENE, rolled), box_lines(SCENE, view))


# ── labels ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_tick_has_its_number_and_every_axis_its_name() -> None:
    texts = [label.text for label in labels_of(View())]
    for ticks in (linear_ticks(*DOMAIN.alpha), linear_ticks(*DOMAIN.beta), value_ticks(LINEAR)):
        for text in tick_labels(ticks):
            assert text in texts
    assert texts.count("along") == texts.count("across") == 1


@pytest.mark.parametrize("azimuth", [-150, -60, 33, 110])
@pytest.mark.parametrize("name", ["β", "β · 12 % of the variance", "a direction of the user's own, with a long name"])
@pytest.mark.parametrize("size", [SIZE, (900, 600), (1920, 1080)])
def test_names_cross_neither_axis_nor_panel_nor_colour_bar(azimuth: float, name: str, size: tuple[int, int]) -> None:
    scene = replace(SCENE, axis_names=("α" + name[1:], name))
    for elevation in (15.0, 42.0, 75.0):
        view = looking(azimuth, elevation)
        shot = compose(scene, view, size, margins=Margins(left=312.0, top=26.0))
        edge = half()
        floor = project(shot.clip, np.array([(*corner * edge, FLOOR) for corner in CORNERS]), size)[:, :2]
        for label in shot.labels:
            if label.text not in scene.axis_names:
                continue
            box = box_of(label, 1.0)
            assert not inside(grid_of(label), floor).any()
            assert box[0] >= 312 and box[3] <= size[1] - 26 and not overlap(box, bar_box(scene, shot.bar, 1.0))


def test_a_name_moves_along_its_axis_where_there_is_no_room_in_the_middle() -> None:
    view, sheet = looking(-60), sheet_of(looking(-60))
    free = next(label for label in labels_of(view) if label.text == "along")
    elsewhere = box_labels(SCENE, view, sheet, [box_of(free, 1.0)])
    moved = next(label for label in elsewhere if label.text == "along")
    box, (width, height) = box_of(moved, 1.0), sheet.size
    assert not overlap(box, box_of(free, 1.0))
    assert min(box) >= SIDES_PT and box[2] <= width - SIDES_PT and box[3] <= height - SIDES_PT
    everywhere = [(0.0, 0.0, 1280.0, 800.0)]
    assert not {"along", "across"} & {label.text for label in box_labels(SCENE, view, sheet, everywhere)}


@pytest.mark.parametrize("azimuth", [-150, -60, 33, 110])
def test_a_name_keeps_clear_of_what_is_said_below_where_it_can(azimuth: float) -> None:
    view = looking(azimuth)
    free = {label.text: label for label in labels_of(view)}
    for name in ("along", "across"):
        kept = box_of(free[name], 1.0)
        labels = box_labels(SCENE, view, replace(sheet_of(view), kept=kept))
        moved = {label.text: label for label in labels}
        assert set(moved) == set(free) and not overlap(box_of(moved[name], 1.0), kept)
        everything = (0.0, 0.0, *map(float, SIZE))
        assert labels_of(view) == box_labels(SCENE, view, replace(sheet_of(view), kept=everything))


@pytest.mark.parametrize("azimuth", AZIMUTHS)
def test_the_vertical_axis_is_at_the_left_and_its_numbers_left_of_it(azimuth: float) -> None:
    view = looking(azimuth)
    edge, clip = half(), sheet_of(view).clip
    corner = upright_corner(view.camera, *edge)
    across = project(clip, np.array([(*c * edge, 0.0) for c in CORNERS]), SIZE)[:, 0]
    foot = project(clip, np.array([(*corner, 0.0)]), SIZE)[0]
    assert foot[0] <= across.min() + 0.05 * SIZE[0]
    heights = LINEAR.heights(np.array(value_ticks(LINEAR))) * view.relief
    on_axis = project(clip, np.array([(*corner, height) for height in heights]), SIZE)
    numbers = {label.text: label for label in labels_of(view)[-2 - len(heights) : -2]}
    for text, (x, y, _) in zip(tick_labels(value_ticks(LINEAR)), on_axis, strict=True):
        assert box_of(numbers[text], 1.0)[2] < x and numbers[text].y == pytest.approx(y, abs=8)
    assert (np.diff(on_axis[:, 1]) > 0).all(), "losses grow upwards"


def test_numbers_that_have_no_room_are_fewer_and_never_touch() -> None:
    """Seen from far away, or on nearly flat ground."""
    for view in (looking(-60, relief=0.1), View(camera=Camera(distance=30.0))):
        labels = labels_of(view)[:-2]
        assert 0 < len(labels) < len(labels_of(View())) - 2
        kept = without_overlaps(labels, 1.0)
        assert len(kept) >= len(labels) - 3


def test_what_is_behind_the_eye_has_no_label() -> None:
    """Zoomed in to the middle of the ground, most of the box is behind."""
    view = View(camera=Camera(-90.0, 5.0, 0.1, (0.0, 0.0, 0.2)))
    labels = labels_of(view)
    assert 0 < len(labels) < len(labels_of(View()))
    assert "along" not in [label.text for label in labels]


def test_text_grows_with_the_pixels_of_a_point() -> None:
    """The same picture at twice the pixels: every label in the same place, but for rounding of letters."""
    one, two = compose(SCENE, View(), SIZE, 1.0), compose(SCENE, View(), (2560, 1600), 2.0)
    assert [label.text for label in one.labels] == [label.text for label in two.labels]
    for a, b in zip(one.labels, two.labels, strict=True):
        assert (a.x, a.y) == pytest.approx((b.x / 2, b.y / 2), abs=4)
        assert np.array(box_of(a, 1.0)) == pytest.approx(np.array(box_of(b, 2.0)) / 2, abs=4)


def test_a_caption_is_at_the_upper_left_beside_the_panel() -> None:
    sheet = Sheet(SIZE, 1.0, np.eye(4), left=312.0, top=26.0)
    (label,) = caption_labels("ResNet-56", View(), sheet)
    box = box_of(label, 1.0)
    assert 312 < box[0] < 340 and 0 < SIZE[1] - 26 - box[3] < 30
    assert caption_labels("", View(), sheet) == []
    (long,) = caption_labels("x" * 400, View(), sheet)
    assert box_of(long, 1.0)[2] < SIZE[0] and "…" in long.text


# ── everything together ───────────────────────────────────────────────────────────────────────────────────────────────

SCALES = (SYMLOG, Scale(1e-9, 1e9, ScaleKind.LOG, "", 1e9), Scale(2.3, 2.300001, ScaleKind.LINEAR, "", 5.0), LINEAR)


@pytest.mark.parametrize("seed", range(150))
def test_whatever_is_shown_no_text_touches_another(seed: int) -> None:
    """Pictures of every size, panels, themes, cameras near and far, domains tiny and huge, lines and planes."""
    rng = np.random.default_rng(seed)
    size, ratio = (*rng.choice([150, 200, 480, 800, 1280, 3840], 2).tolist(),), float(rng.choice([0.6, 1.0, 2.0]))
    beta = (0.3, 0.3) if rng.random() < 0.3 else (float(rng.normal()), float(rng.normal() + 5))
    domain = Domain((-(10.0 ** rng.uniform(-8, 8)), 10.0 ** rng.uniform(-8, 8)), beta, 33, 1 if beta[0] == 0.3 else 33)
    marks = np.zeros((3, 7), np.float32)
    marks[:, 2] = range(3)
    names = ("α · 1st principal component", "β · 2nd principal component (5 %)") if rng.random() < 0.5 else ("α", "β")
    metric = "loss " * int(rng.integers(1, 12))
    scene = Scene(domain, SCALES[seed % 4], (32, domain.n_beta - 1), metric, names, marks=marks, diverged=seed % 3 == 0)
    elevation = float(rng.choice([-90, 0, 90, *rng.uniform(-90, 90, 3)]))
    target = (*rng.uniform(-1, 1, 3).tolist(),)
    camera = Camera(rng.uniform(-180, 180), elevation, 10 ** rng.uniform(-1.3, 1.6), target, rng.uniform(-180, 180))
    view = View(
        camera=replace(camera, orthographic=bool(rng.integers(2))),
        flat=bool(rng.integers(2)),
        normalise=bool(rng.integers(2)),
        relief=float(rng.choice([0.0, 0.1, 0.62, 3.0])),
    )
    caption = "a landscape " * int(rng.integers(0, 6))
    margins = Margins(left=float(rng.choice([0, 0.3]) * size[0]), top=float(rng.choice([0, 26])))
    shot = compose(scene, view, size, ratio, caption=caption, margins=margins)
    assert np.isfinite(shot.lines).all() and np.isfinite([(label.x, label.y) for label in shot.labels]).all()
    for a, b in combinations([box_of(label, ratio) for label in shot.labels], 2):
        assert not overlap(a, b)


# ── colour bar ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("size", [SIZE, (1920, 1080), (640, 480), (3840, 2160)])
def test_the_bar_is_inside_the_picture_and_in_the_middle(size: tuple[int, int], ratio: float) -> None:
    left, bottom, width, height = bar_rectangle(size, ratio)
    assert 0 < left < left + width < size[0] and 0 < bottom < bottom + height < size[1]
    assert bottom + height / 2 == pytest.approx(size[1] / 2)
    assert height <= 320 * ratio


@pytest.mark.parametrize("scale", [LINEAR, LOG, SYMLOG])
def test_numbers_of_the_bar_are_at_the_heights_of_their_losses(scale: Scale) -> None:
    rectangle = bar_rectangle(SIZE, 1.0)
    labels = bar_labels(replace(SCENE, scale=scale), rectangle, 1.0, THEME)
    numbers = labels[:-2]
    assert [label.text for label in numbers] == tick_labels(value_ticks(scale))
    shares = [(label.y - rectangle[1]) / rectangle[3] for label in numbers]
    np.testing.assert_allclose(shares, scale.heights(np.array(value_ticks(scale))), atol=1e-12)
    assert all(label.x > rectangle[0] + rectangle[2] for label in numbers)


@pytest.mark.parametrize(("scale", "words"), [(LINEAR, "linear"), (LOG, "log scale"), (SYMLOG, "symmetric log")])
def test_the_bar_says_what_it_shows_and_on_which_scale(scale: Scale, words: str) -> None:
    title, kind = bar_labels(replace(SCENE, scale=scale), bar_rectangle(SIZE, 1.0), 1.0, THEME)[-2:]
    assert (title.text, kind.text) == ("train loss", words)
    assert title.y > kind.y > bar_rectangle(SIZE, 1.0)[1] + bar_rectangle(SIZE, 1.0)[3]


def test_the_bar_has_no_numbers_and_no_scale_where_there_is_no_value() -> None:
    labels = bar_labels(replace(SCENE, scale=choose_scale(np.array([np.nan]))), bar_rectangle(SIZE, 1.0), 1.0, THEME)
    assert [label.text for label in labels] == ["train loss"]


@pytest.mark.parametrize("ratio", [0.6, 1.0, 2.0])
def test_the_scale_is_named_also_where_a_number_is_at_the_end_of_the_bar(ratio: float) -> None:
    size = (round(1280 * ratio), round(800 * ratio))
    for top in (4.6, 4.9, 5.0, 5.1, 6.0):
        scene = replace(SCENE, scale=Scale(0.05, top, ScaleKind.LOG, "", top))
        texts = {label.text for label in compose(scene, replace(View(), axes=False), size, ratio).labels}
        assert {"train loss", "log scale"} <= texts and ("5" in texts) == (top >= 5.0)


def test_where_colours_are_of_something_else_the_height_is_named_too() -> None:
    rectangle, scene = bar_rectangle(SIZE, 1.0), replace(SCENE, paint_name="|λmin / λmax|", paint_scale=LOG)
    title, kind, height = bar_labels(scene, rectangle, 1.0, THEME)[-3:]
    assert (title.text, kind.text, height.text) == ("|λmin / λmax|", "log scale", "height: train loss")
    assert title.y > kind.y > height.y > rectangle[1] + rectangle[3]
    steps = bar_labels(replace(scene, paint_steps=4), rectangle, 1.0, THEME)[-2:]
    assert [label.text for label in steps] == ["|λmin / λmax|", "height: train loss"] and steps[0].y < title.y
    same = bar_labels(replace(scene, paint_name=SCENE.metric), rectangle, 1.0, THEME)
    assert not any(label.text.startswith("height") for label in same)
    long = bar_labels(replace(scene, metric="a metric of the user's own " * 5), rectangle, 1.0, THEME)[-1]
    assert box_of(long, 1.0)[2] <= SIZE[0] - 8 and "…" in long.text


def test_ticks_of_values_are_those_of_their_scale() -> None:
    assert value_ticks(LOG, 4) == [0.01, 0.1, 1, 10, 100]
    assert value_ticks(LINEAR, 4) == [0, 0.5, 1, 1.5, 2]
    assert value_ticks(SYMLOG) == [-100, -10, -1, 0, 1, 10, 100, 1000]


def test_nothing_measured_yet_still_makes_a_box() -> None:
    scene = replace(SCENE, scale=Scale(0.0, 1.0, ScaleKind.LINEAR, "nothing measured yet", 1.0))
    assert np.isfinite(box_lines(scene, View())).all()
    assert labels_of(View(), scene)


@pytest.mark.parametrize("ratio", [0.6, 1.0, 2.0])
@pytest.mark.parametrize("metric", ["a", "train loss", "a name of twenty-three ", "a metric of the user's own " * 5])
def test_the_title_of_the_bar_stays_in_the_picture_however_long_it_is(metric: str, ratio: float) -> None:
    size = (round(1280 * ratio), round(800 * ratio))
    title = bar_labels(replace(SCENE, metric=metric), bar_rectangle(size, ratio), ratio, THEME)[-2]
    left, _, right, _ = box_of(title, ratio)
    assert left > 0.6 * size[0] and right <= size[0] - 8 * ratio
    assert title.text == metric or (len(title.text) < 40 and "…" in title.text)
