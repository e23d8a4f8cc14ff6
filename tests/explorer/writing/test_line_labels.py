"""Values along the isolines of a map: on the line, along it, upright, clear of everything else."""

import tracemalloc
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from compute.landscape import Domain
from compute.scale import Scale, ScaleKind
from explorer.camera.camera import Camera, project
from explorer.gl.lettering import text_size
from explorer.ground.isolines import Lines
from explorer.ground.levels import Levels, contour_levels
from explorer.ground.scene import NO_MARKS, Label, Scene, Shot
from explorer.looks.view import Contours, View
from explorer.pictures.frame import compose
from explorer.writing.line_labels import SIZE_PT, line_labels

SIZE = (900, 800)
DOMAIN = Domain((-1.0, 1.0), (-1.0, 1.0), 33, 33)
SCALE = Scale(0.0, 1.0, ScaleKind.LINEAR, "", 1.0)
MAP = View(flat=True, camera=Camera(-90.0, 90.0, 4.4, (0.0, 0.0, 0.0), orthographic=True), colour_bar=False)


def shot_of(contours: Contours, view: View = MAP, **scene: object) -> Shot:
    return compose(Scene(DOMAIN, SCALE, (32, 32), "loss", **scene), replace(view, contours=contours), SIZE)  # type: ignore[arg-type]


def circle(radius: float, middle: tuple[float, float] = (0.5, 0.5)) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 400)
    return (np.column_stack([np.cos(angle), np.sin(angle)]) * radius + middle).astype(np.float32)


def circles(levels: Levels) -> Lines:
    return [(k, circle(0.48 * height)) for k, height in enumerate(levels.heights)]


def pixels(shot: Shot, uv: np.ndarray) -> np.ndarray:
    """(n, 2) from u v to pixels, on flat ground."""
    return project(shot.clip, np.column_stack([np.asarray(uv) * 2 - 1, np.zeros(len(uv))]), SIZE)[:, :2]


def ends(label: Label) -> tuple[np.ndarray, np.ndarray]:
    """Where the text begins and ends."""
    width, _ = text_size(label.text, round(SIZE_PT), "SemiBold")
    along = np.array([np.cos(np.radians(label.angle)), np.sin(np.radians(label.angle))]) * width / 2
    return np.array([label.x, label.y]) - along, np.array([label.x, label.y]) + along


@pytest.mark.parametrize("azimuth", [-90.0, 20.0])
def test_labels_lie_on_their_lines_and_along_them(azimuth: float) -> None:
    contours = Contours(count=8, emphasis=0)
    levels = contour_levels(SCALE, contours)
    shot = shot_of(contours, replace(MAP, camera=replace(MAP.camera, azimuth=azimuth)))
    middle = pixels(shot_of(contours), np.array([[0.5, 0.5]]))[0]
    per_uv = (pixels(shot_of(contours), np.array([[1.0, 0.5]]))[0][0] - middle[0]) * 2
    labels = line_labels(shot, circles(levels), levels)
    assert {label.text for label in labels} >= {f"{value:.3g}" for value in levels.values[2:]}
    for label in labels:
        index = [f"{value:.3g}" for value in levels.values].index(label.text)
        away = np.array([label.x, label.y]) - middle
        assert np.linalg.norm(away) == pytest.approx(0.48 * levels.heights[index] * per_uv, abs=1.5)
        tangent = np.degrees(np.arctan2(away[0], -away[1]))
        assert (label.angle - tangent + 90) % 180 - 90 == pytest.approx(0, abs=4)


def test_text_is_never_upside_down() -> None:
    contours = Contours(count=10, emphasis=0)
    levels = contour_levels(SCALE, contours)
    labels = line_labels(shot_of(contours), circles(levels), levels)
    assert all(-90 <= label.angle <= 90 for label in labels)
    assert max(abs(label.angle) for label in labels) > 0


def test_labels_touch_neither_each_other_nor_marks_nor_the_rim() -> None:
    rng = np.random.default_rng(0)
    marks = np.zeros((40, 7), np.float32)
    marks[:, :2] = rng.random((40, 2))
    contours = Contours(count=24, emphasis=0)
    levels = contour_levels(SCALE, contours)
    lines = [
        (k, circle(r, (0.2 + 0.6 * x, 0.2 + 0.6 * y))) for k, (r, x, y) in enumerate(rng.random((24, 3)) * 0.5 + 0.1)
    ]
    shot = shot_of(contours, marks=marks)
    labels = line_labels(shot, lines, levels)
    assert len(labels) > 8
    for a, b in combinations(labels, 2):
        places = [np.linspace(*ends(label), 9) for label in (a, b)]
        assert np.linalg.norm(places[0][:, None] - places[1], axis=2).min() > SIZE_PT * 0.9
    low, high = pixels(shot, np.array([[0, 0], [1, 1]]))
    for label in labels:
        text = np.linspace(*ends(label), 9)
        assert np.linalg.norm(text[:, None] - pixels(shot, marks[:, :2]), axis=2).min() > SIZE_PT
        assert ((text > low + 4) & (text < high - 4)).all()


def test_a_path_of_many_pieces_is_kept_clear_at_no_great_cost() -> None:
    """Each place of the text is compared with each of the path: thousands of them on a few pixels would be too many."""
    along = np.linspace(0.05, 0.95, 6001)
    path = np.zeros((6000, 10), np.float32)
    path[:, 0], path[:, 1], path[:, 2], path[:, 3] = along[:-1], along[:-1], along[1:], along[1:]
    contours = Contours(count=8, emphasis=0)
    levels, shot = contour_levels(SCALE, contours), shot_of(contours, path=path)
    tracemalloc.start()
    labels = line_labels(shot, circles(levels), levels)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 60e6 and len(labels) >= 4
    places = pixels(shot, path[:, :2])
    for label in labels:
        text = np.linspace(*ends(label), 9)
        assert np.linalg.norm(text[:, None] - places, axis=2).min() > SIZE_PT


def test_heavier_lines_are_labelled_and_of_few_all() -> None:
    many = Contours(count=24, emphasis=5)
    levels = contour_levels(SCALE, many)
    found = {label.text for label in line_labels(shot_of(many), circles(levels), levels)}
    assert found <= {f"{levels.values[k]:.3g}" for k in (4, 9, 14, 19)} and len(found) >= 3
    few = Contours(count=6, emphasis=5)
    levels = contour_levels(SCALE, few)
    assert len({label.text for label in line_labels(shot_of(few), circles(levels), levels)}) >= 4


def test_a_line_that_is_short_or_crooked_has_no_label() -> None:
    levels = Levels((0.5,), (0.5,))
    shot = shot_of(Contours(levels=(0.5,)))
    zigzag = np.column_stack([np.linspace(0.1, 0.9, 400), 0.5 + 0.02 * (np.arange(400) // 2 % 2 * 2 - 1)])
    assert line_labels(shot, [(0, zigzag.astype(np.float32))], levels) == []
    assert line_labels(shot, [(0, circle(0.01))], levels) == []
    assert len(line_labels(shot, [(0, circle(0.3))], levels)) >= 1
    assert line_labels(shot, [], levels) == []


def test_nothing_is_written_where_other_text_is() -> None:
    levels = Levels((0.5,), (0.5,))
    shot = shot_of(Contours(levels=(0.5,)))
    assert line_labels(replace(shot, taken=((0.0, 0.0, 900.0, 800.0),)), [(0, circle(0.3))], levels) == []
    left_half = replace(shot, taken=((0.0, 0.0, 450.0, 800.0),))
    assert all(label.x > 450 for label in line_labels(left_half, [(0, circle(0.3))], levels))
    assert len(NO_MARKS) == 0


@pytest.mark.parametrize("turn", [0.0, 40.0, 90.0])
def test_text_stands_where_its_line_is_straightest(turn: float) -> None:
    angle = np.linspace(0, np.pi / 2, 100)
    arc = np.column_stack([0.3 * np.sin(angle), 0.3 - 0.3 * np.cos(angle)])  # goes on where the straight part ends
    straight = np.column_stack([np.linspace(-0.3, 0, 100), np.zeros(100)])
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    turned = np.vstack([straight, arc[1:]]) @ np.array([[c, s], [-s, c]]) * 0.9 + 0.5
    shot = shot_of(Contours(levels=(0.5,)))
    label, *_ = line_labels(shot, [(0, turned.astype(np.float32))], Levels((0.5,), (0.5,)))
    first, last = pixels(shot, turned[[0, 99]])
    along = (np.array([label.x, label.y]) - first) @ (last - first) / ((last - first) @ (last - first))
    assert 0 < along < 1
    assert label.angle == pytest.approx((turn + 90) % 180 - 90, abs=0.5) or turn == 90
