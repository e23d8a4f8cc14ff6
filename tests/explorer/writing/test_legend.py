"""The legend names what occurs in the scene, in a corner that is free; points and crowds of marks stay legible."""

from dataclasses import replace

import numpy as np
import pytest

from compute.landscape import Domain
from compute.scale import Scale, ScaleKind
from compute.verification import Outcome
from explorer.camera.camera import Camera, Margins
from explorer.ground.marks import DIAMOND, DISC, DOWN, LOOKS, UP, measured_places, sign_shape
from explorer.ground.runs import NEUTRAL
from explorer.ground.scene import Instances, Scene
from explorer.layers.glyphs import LEAST_PT, SHARE, fitting
from explorer.layers.points import LEAST_APART_PT, spacing, thinned
from explorer.layers.section import draped, outline
from explorer.looks.view import View
from explorer.pictures.frame import compose
from explorer.writing.legend import CLEAR_PT, RUN_LETTERS, entries, legend
from explorer.writing.placing import SIDES_PT, Sheet, box_of

DOMAIN = Domain((-1.0, 1.0), (-1.0, 1.0), 33, 33)
SCENE = Scene(DOMAIN, Scale(0.0, 1.0, ScaleKind.LINEAR, "", 1.0), (32, 32), "loss")
SHEET = Sheet((1280, 800), 1.0, np.eye(4))


def marks(*kinds: int) -> Instances:
    """One mark of each slice index, apart from each other."""
    rows = [(0.1 * k, 0.1 * k, *LOOKS[kind][:2], *LOOKS[kind][2]) for k, kind in enumerate(kinds)]
    return np.array(rows, np.float32).reshape(-1, 7)


FULL = replace(
    SCENE, marks=marks(0, 1, 2), path_marks=np.zeros((2, 7), np.float32), points=np.zeros((9, 2), np.float32)
)


def test_shapes_and_colours_are_those_of_the_marks() -> None:
    names = {name: (shape, colour) for name, shape, _, colour in entries(FULL, View(points=True))}
    assert list(names) == ["minimum", "saddle", "maximum", "start of training", "end of training", "measured point"]
    for name, kind in (("minimum", 0), ("saddle", 1), ("maximum", 2)):
        assert names[name] == (LOOKS[kind][0], LOOKS[kind][2])
    assert [names[name][0] for name in ("minimum", "saddle", "maximum", "start of training")] == [
        DOWN,
        DIAMOND,
        UP,
        DISC,
    ]


@pytest.mark.parametrize(
    ("view", "missing"),
    [
        (View(glyphs=False, points=True), {"minimum", "saddle", "maximum"}),
        (View(path=False, points=True), {"start of training", "end of training"}),
        (View(), {"measured point"}),
    ],
)
def test_what_is_hidden_has_no_entry(view: View, missing: set[str]) -> None:
    everything = {name for name, *_ in entries(FULL, View(points=True))}
    assert {name for name, *_ in entries(FULL, view)} == everything - missing


def test_what_does_not_occur_has_no_entry() -> None:
    assert [name for name, *_ in entries(replace(SCENE, marks=marks(0, 0)), View(points=True))] == ["minimum"]
    assert legend(SCENE, View(), SHEET, []) == (SCENE.marks, [], []) or len(legend(SCENE, View(), SHEET, [])[0]) == 0
    assert not len(legend(FULL, View(legend=False), SHEET, [])[0])


def test_the_end_of_a_path_has_the_name_that_the_scene_gives_it() -> None:
    names = [name for name, *_ in entries(replace(FULL, path_end="step 410"), View(glyphs=False))]
    assert names == ["start of training", "step 410"]


def of_runs(count: int) -> Scene:
    """A scene with the paths of so many runs."""
    return replace(FULL, runs=tuple((f"run {k}", (0.1 * k, 0.5, 0.5)) for k in range(count)))


def test_of_several_runs_each_is_named_in_its_colour() -> None:
    found = [(name, shape, colour) for name, shape, _, colour in entries(of_runs(3), View(glyphs=False))]
    assert found[0] == ("start of training", DISC, NEUTRAL)
    assert found[1:] == [(name, DISC, colour) for name, colour in of_runs(3).runs]
    assert entries(of_runs(3), View(glyphs=False, path=False)) == []
    long = replace(FULL, runs=(("a" * 100, (1.0, 0.0, 0.0)), ("b", (0.0, 0.0, 1.0))))
    assert len(entries(long, View(glyphs=False))[1][0]) == RUN_LETTERS


@pytest.mark.parametrize(("count", "rows"), [(8, 9), (9, 10), (12, 10)])
def test_of_many_runs_the_first_are_named_and_the_others_counted(count: int, rows: int) -> None:
    scene = of_runs(count)
    found = entries(scene, View(glyphs=False))
    assert len(found) == rows and [name for name, *_ in found[1:9]] == [f"run {k}" for k in range(8)]
    assert (found[-1][0] == f"and {count - 8} more") == (count > 8)
    swatches, labels, _ = legend(scene, View(glyphs=False), SHEET, [])
    assert len(labels) == rows and len(swatches) == 9  # what only counts has no mark


def test_where_there_is_no_room_for_all_the_runs_are_named() -> None:
    above = [(900.0, 100.0, 1280.0, 800.0)]
    swatches, labels, (box,) = legend(of_runs(3), View(), SHEET, above)
    assert [label.text for label in labels] == ["start of training", "run 0", "run 1", "run 2"]
    assert len(swatches) == 4 and box[3] <= 100
    for scene, view in ((of_runs(3), View(path=False, points=True)), (FULL, View()), (of_runs(5), View())):
        assert not legend(scene, view, SHEET, [(900.0, 70.0, 1280.0, 800.0)])[1]


def test_each_mark_stands_left_of_its_name_in_the_first_free_corner() -> None:
    swatches, labels, (box,) = legend(FULL, View(points=True), SHEET, [])
    clear = CLEAR_PT  # around it, where there is no other text
    box = (box[0] + clear, box[1] + clear, box[2] - clear, box[3] - clear)
    assert box[2] == pytest.approx(1280 - 14) and box[1] == pytest.approx(14)
    assert box[0] >= SIDES_PT and box[3] <= 800 - SIDES_PT
    for swatch, label in zip(swatches, labels, strict=True):
        assert swatch[1] == pytest.approx(label.y) and swatch[0] + swatch[3] / 2 < label.x
        left, bottom, right, top = box_of(label, 1.0)
        assert box[0] <= left and right <= box[2] + 1 and box[1] <= bottom + 1 and top <= box[3] + 1
    _, _, (upper,) = legend(FULL, View(), SHEET, [(1000.0, 0.0, 1280.0, 60.0)])
    assert upper[3] == pytest.approx(800 - 14 + clear)
    assert not legend(FULL, View(), SHEET, [(1000.0, 0.0, 1280.0, 800.0)])[1]


def test_it_is_where_nothing_is_said_at_times_if_it_can() -> None:
    _, _, (lower,) = legend(FULL, View(), SHEET, [])
    said = replace(SHEET, kept=(600.0, 10.0, 1270.0, 60.0))
    _, _, (raised,) = legend(FULL, View(), said, [])
    assert 55 < raised[1] < lower[3], "a little up, and not to the upper corner"
    assert legend(FULL, View(), said, [(900.0, 140.0, 1280.0, 600.0)])[2] == [lower], "nor where there is no room"
    for kept in ((600.0, 10.0, 1000.0, 60.0), (0.0, 0.0, 1280.0, 800.0)):
        assert legend(FULL, View(), replace(SHEET, kept=kept), [])[2] == [lower]


@pytest.mark.parametrize("size", [(200, 150), (700, 500), (3840, 2160)])
def test_the_legend_gives_way_where_there_is_no_room(size: tuple[int, int]) -> None:
    shot = compose(FULL, View(points=True), size)
    names = {name for name, *_ in entries(FULL, View(points=True))}
    shown = [label for label in shot.labels if label.text in names]
    assert len(shown) == len(shot.swatches) == (0 if size[0] == 200 else 6)


@pytest.mark.parametrize("size", [(1280, 800), (900, 600)])
def test_below_the_chart_of_a_line_it_is_a_row_that_leaves_the_numbers_alone(size: tuple[int, int]) -> None:
    scene = replace(FULL, domain=Domain((-1.0, 1.0), (0.0, 0.0), 33, 1), cells=(32, 0))
    shot = compose(scene, View(), size, margins=Margins(left=312.0))
    assert len(shot.swatches) == 5 and len(set(shot.swatches[:, 1].tolist())) == 1
    assert (np.diff(shot.swatches[:, 0]) > 20).all() and shot.swatches[0, 0] > 312
    without = compose(scene, View(legend=False), size, margins=Margins(left=312.0))
    assert {label.text for label in without.labels} <= {label.text for label in shot.labels}


# ── points ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("cells", [8, 64, 512])
@pytest.mark.parametrize("distance", [1.0, 5.0, 20.0])
def test_points_keep_apart_and_no_more_are_left_out_than_needed(cells: int, distance: float) -> None:
    shot = compose(replace(SCENE, cells=(cells, cells)), View(camera=Camera(distance=distance)), (1280, 800))
    every, apart = spacing(shot)
    assert apart >= LEAST_APART_PT or every >= cells
    assert every == 1 or apart / 2 < LEAST_APART_PT
    assert apart == pytest.approx(shot.domain_px / cells * every)


def test_a_domain_as_wide_as_the_picture_says_so() -> None:
    """Orthographic from above: the frame of the floor, measured in pixels."""
    view = View(flat=True, camera=Camera(-90.0, 90.0, 4.0, (0.0, 0.0, 0.0), orthographic=True))
    shot = compose(SCENE, view, (1000, 800))
    ends = np.array([[-1, 0, 0, 1], [1, 0, 0, 1]]) @ shot.clip.T
    assert shot.domain_px == pytest.approx((ends[1, 0] - ends[0, 0]) / 2 * 1000)


def test_thinned_points_are_those_of_the_coarser_grid() -> None:
    points = measured_places(DOMAIN, np.zeros((33, 33), np.bool_))
    assert len(thinned(points, (32, 32), 1)) == 33 * 33
    coarse = thinned(points, (32, 32), 4)
    assert {tuple(row) for row in coarse.tolist()} == {(i / 8, j / 8) for i in range(9) for j in range(9)}


def test_only_what_is_measured_has_a_point() -> None:
    predicted = np.ones((5, 9), np.bool_)
    predicted[1, 2] = predicted[4, 8] = False
    assert measured_places(DOMAIN, predicted).tolist() == [[0.25, 0.25], [1, 1]]
    line = Domain((0.0, 1.0), (0.0, 0.0), 9, 1)
    assert measured_places(line, predicted[:1] & False)[:, 1].tolist() == [0.5] * 9


# ── crowds ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_marks_are_no_larger_than_their_distance() -> None:
    rng = np.random.default_rng(0)
    table = np.repeat(marks(0), 700, axis=0)
    table[:, :2] = rng.random((700, 2))
    fitted = fitting(table, (2.0, 1.0), 600.0)
    places = table[:, :2] * (600, 300)
    away = np.linalg.norm(places[:, None] - places, axis=2)
    np.fill_diagonal(away, np.inf)
    expected = np.minimum(16, np.maximum(SHARE * away.min(axis=1), LEAST_PT))
    np.testing.assert_allclose(fitted[:, 3], expected, rtol=1e-4)
    assert (fitted[:, :3] == table[:, :3]).all()


def test_marks_with_room_keep_their_size() -> None:
    table = marks(0, 1, 2)
    assert np.array_equal(fitting(table, (2.0, 2.0), 600.0), table)
    assert fitting(marks(), (2.0, 2.0), 600.0).shape == (0, 7) and len(fitting(marks(1), (2.0, 2.0), 600.0)) == 1


# ── lines over the ground ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_line_over_the_ground_is_whole_and_fine_enough() -> None:
    pieces = draped(((0.1, 0.2), (0.9, 0.8), (0.9, -3.0)), 100.0)
    assert pieces[0, :2] == pytest.approx((0.1, 0.2)) and pieces[-1, 2:4] == pytest.approx((0.9, 0.0))
    np.testing.assert_array_equal(pieces[1:, :2], pieces[:-1, 2:4])
    lengths = np.linalg.norm(pieces[:, 2:4] - pieces[:, :2], axis=1)
    assert lengths.max() <= 1 / 256 + 1e-6 and lengths.sum() == pytest.approx(1.8, abs=1e-4)
    assert pieces[-1, 5] == pytest.approx(180, abs=0.1) and (np.diff(pieces[:, 4]) > 0).all()


def test_a_line_without_length_is_no_trouble() -> None:
    assert np.isfinite(draped(((0.5, 0.5), (0.5, 0.5)), 100.0)).all()


def test_a_rectangle_is_closed_whichever_corners_are_given() -> None:
    for region in (((0.2, 0.3), (0.6, 0.9)), ((0.6, 0.3), (0.2, 0.9))):
        corners = outline(region)
        assert corners[0] == corners[-1] and set(corners) == {(0.2, 0.3), (0.6, 0.3), (0.6, 0.9), (0.2, 0.9)}


def test_signs_of_what_the_network_said_have_a_name_each_where_they_occur() -> None:
    signed = marks(0, 1, 2)
    signed[0, 2], signed[2, 2] = sign_shape(DOWN, Outcome.VERIFIED), sign_shape(UP, Outcome.REFUTED)
    names = {name: shape for name, shape, *_ in entries(replace(SCENE, marks=signed), View())}
    assert list(names) == ["minimum", "saddle", "maximum", "verified", "refuted"]
    assert names["verified"] == sign_shape(DISC, Outcome.VERIFIED) and names["minimum"] == DOWN
    assert [name for name, *_ in entries(replace(SCENE, marks=signed), View(glyphs=False))] == []
