"""The frame around a line: in one plane with the curve, numbers where they can be read."""

from dataclasses import replace

import numpy as np
import pytest

from compute.landscape import Domain
from compute.scale import Scale, ScaleKind
from explorer.camera.camera import FRONT, Camera, Margins, clip_matrix, project
from explorer.ground.scene import FLOOR, Label, Scene
from explorer.looks.view import View
from explorer.pictures.frame import compose
from explorer.writing.annotations import TITLE_LETTERS, value_ticks
from explorer.writing.box import STEEP
from explorer.writing.chart import ROOM, TICK_WORLD, chart_labels, chart_lines, chart_ticks
from explorer.writing.ticks import linear_ticks, tick_labels

SIZE = (1280, 800)
DOMAIN = Domain((-1.0, 0.5), (2.0, 2.0), 33, 1)
LOG = Scale(0.01, 100.0, ScaleKind.LOG, "", 100.0)
SCENE = Scene(DOMAIN, LOG, (32, 0), "test loss", ("along", "across"))
ALPHA, VALUES = tick_labels(linear_ticks(*DOMAIN.alpha)), tick_labels(value_ticks(LOG))


def seen(camera: Camera = FRONT) -> View:
    return View(camera=camera, relief=1.0)


def labels_of(view: View, scene: Scene = SCENE) -> list[Label]:
    return chart_labels(scene, view, clip_matrix(view.camera, SIZE), SIZE, 1.0)


def pixel_of(view: View, x: float, z: float) -> tuple[float, float]:
    px, py, _ = project(clip_matrix(view.camera, SIZE), np.array([[x, 0.0, z]]), SIZE)[0]
    return float(px), float(py)


def test_everything_is_in_the_plane_of_the_curve_and_only_ticks_stand_out_of_the_frame() -> None:
    lines = chart_lines(SCENE, seen())
    assert lines.dtype == np.float32 and lines.shape[1] == 11
    assert (lines[:, [1, 4]] == 0).all()
    x, z = lines[:, [0, 3]], lines[:, [2, 5]]
    outside = (np.abs(x) > 1 + 1e-6) | (z < FLOOR - 1e-6) | (z > 1 + ROOM + 1e-6)
    assert outside.any(axis=1).sum() == len(ALPHA) + len(VALUES)
    assert np.abs(x).max() == pytest.approx(1 + TICK_WORLD) and z.min() == pytest.approx(FLOOR - TICK_WORLD)


def test_there_is_one_grid_line_for_each_number() -> None:
    lines = chart_lines(SCENE, seen())
    across = lines[(lines[:, 0] == -1) & (lines[:, 3] == 1)]
    heights = LOG.heights(np.array(value_ticks(LOG)))
    np.testing.assert_allclose(np.sort(across[:, 2]), np.sort([FLOOR, 1 + ROOM, *heights]), atol=1e-6)
    upright = lines[(lines[:, 0] == lines[:, 3]) & (lines[:, 5] > 1)]
    places = (np.array(linear_ticks(*DOMAIN.alpha)) + 1) / 1.5 * 2 - 1
    np.testing.assert_allclose(np.sort(upright[:, 0]), np.sort([-1, 1, *places]), atol=1e-6)


def test_numbers_are_below_and_at_the_left_of_the_grid_lines_they_name() -> None:
    view = seen()
    labels = {label.text: label for label in labels_of(view)}
    for text, tick in zip(ALPHA, linear_ticks(*DOMAIN.alpha), strict=True):
        below = next(label for label in labels_of(view) if label.text == text)
        x, y = pixel_of(view, (tick + 1) / 1.5 * 2 - 1, FLOOR)
        assert below.x == pytest.approx(x, abs=0.01) and y - 60 < below.y < y - 15
    for text, tick in zip(VALUES, value_ticks(LOG), strict=True):
        x, y = pixel_of(view, -1.0, float(LOG.heights(np.array([tick]))[0]))
        assert labels[text].y == pytest.approx(y, abs=0.01) and x - 40 < labels[text].x < x
        assert labels[text].align == (1.0, 0.5)


def test_alpha_is_named_below_its_numbers_and_there_is_no_beta() -> None:
    labels = {label.text: label for label in labels_of(seen())}
    assert labels["along"].y < min(labels[text].y for text in ("−1", "0.5")) - 15
    assert "across" not in labels


@pytest.mark.parametrize(
    ("scale", "title"),
    [
        (LOG, "test loss (log scale)"),
        (Scale(0, 2, ScaleKind.LINEAR, "", 2), "test loss (linear scale)"),
        (Scale(-2, 2, ScaleKind.SYMLOG, "", 2), "test loss (symmetric log scale)"),
    ],
)
def test_the_title_says_what_is_shown_and_on_which_scale(scale: Scale, title: str) -> None:
    label = labels_of(seen(), replace(SCENE, scale=scale))[-1]
    assert label.text == title
    assert label.y > pixel_of(seen(), -1.0, 1 + ROOM)[1]


def test_a_long_name_is_cut_in_its_middle() -> None:
    label = labels_of(seen(), replace(SCENE, metric="beginning " + "x" * 300 + " end"))[-1]
    assert label.text.startswith("beginning") and label.text.endswith(" end (log scale)")
    assert len(label.text) == TITLE_LETTERS + len(" (log scale)")


@pytest.mark.parametrize("azimuth", range(-175, 185, 30))
def test_the_values_are_numbered_at_the_left_from_either_side(azimuth: float) -> None:
    view = seen(replace(FRONT, azimuth=azimuth))
    left = min(pixel_of(view, x, 0.5)[0] for x in (-1.0, 1.0))
    numbers = [label for label in labels_of(view) if label.align == (1.0, 0.5)]
    assert [label.text for label in numbers] == VALUES
    assert all(label.x < left + 0.02 * SIZE[0] for label in numbers)


def test_where_an_axis_is_seen_end_on_it_has_no_numbers() -> None:
    above = [label.text for label in labels_of(seen(replace(FRONT, elevation=STEEP + 1)))]
    assert above == [*ALPHA, "along", "test loss (log scale)"]
    along = [label.text for label in labels_of(seen(replace(FRONT, azimuth=4.0)))]
    assert along == ["along", *VALUES, "test loss (log scale)"]


def test_the_ends_that_values_all_but_reach_have_their_ticks() -> None:
    """Accuracies from 0.8 to 99.7 per cent, say, are read off between 0 and 100."""
    ticks = dict(chart_ticks(Scale(0.008, 0.997, ScaleKind.LINEAR, "", 0.997)))
    assert list(ticks) == ["0", "0.2", "0.4", "0.6", "0.8", "1"]
    assert -0.02 <= ticks["0"] < 0 and 1 < ticks["1"] <= 1.02
    assert "0" not in dict(chart_ticks(Scale(0.1, 0.9, ScaleKind.LINEAR, "", 0.9)))


def test_a_line_is_framed_by_a_chart_and_a_surface_by_a_box() -> None:
    shot = compose(SCENE, View(), SIZE)
    assert (shot.lines[:, [1, 4]] == 0).all() and "across" not in {label.text for label in shot.labels}
    assert not len(compose(SCENE, View(axes=False), SIZE).lines)
    surface = compose(replace(SCENE, domain=Domain((-1.0, 0.5), (0.0, 1.0), 33, 33)), View(), SIZE)
    assert (surface.lines[:, [1, 4]] != 0).any() and "across" in {label.text for label in surface.labels}


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080), (600, 900), (400, 300)])
@pytest.mark.parametrize("panel", [0.0, 0.25])
def test_from_the_front_the_whole_chart_is_in_the_picture(size: tuple[int, int], panel: float) -> None:
    shot = compose(SCENE, View(), size, 1.0, margins=Margins(left=panel * size[0]))
    corners = np.array([(x, 0.0, z) for x in (-1, 1) for z in (FLOOR, shot.relief + ROOM)])
    pixels = project(shot.clip, corners, size)[:, :2]
    assert (pixels[:, 0] > panel * size[0]).all() and (pixels < size).all() and (pixels[:, 1] > 0).all()
