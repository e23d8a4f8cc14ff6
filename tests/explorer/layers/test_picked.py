"""What is chosen, pointed at and told of critical points, as pixels."""

from dataclasses import replace

import numpy as np
import pytest

from compute.topology.critical_points import CriticalPoint
from compute.verification import Outcome, Verdict
from explorer.camera.camera import Camera, project
from explorer.ground.marks import DOWN, HALO, LOOKS, SIGN, SIGNS, critical_marks, sign_shape
from explorer.ground.scene import Picked
from explorer.ground.staging import Stage
from explorer.layers.glyphs import AROUND_PT, CHOSEN_PT, CROWD, LARGER, LEAST_PT, MARKED_PT, chosen, fitting
from explorer.looks.theme import THEMES
from explorer.looks.view import Contours, ContourStyle, View
from explorer.pictures.frame import Frame, compose
from tests.explorer.layers.test_layers import landscape

SIZE = (480, 320)
VIEW = View(camera=Camera(azimuth=-90, elevation=89), flat=True, contours=Contours(ContourStyle.OFF), legend=False)


def verdict(point: CriticalPoint, outcome: Outcome) -> Verdict:
    place = (point.alpha, point.beta)
    return Verdict(*place, point.slice_index, outcome, place, 0, 1.0, (1.0, 2.0), 0.0, 0.3, 3, "")


@pytest.fixture
def drawn(gl):
    """Draws the scene with what is picked: (picture, its shot)."""
    with Frame(gl) as frame:

        def draw(stage: Stage, view: View = VIEW, **extra):
            frame.set_heights(stage.heights, stage.map.measured, stage.paint)
            shot = compose(stage.scene, view, SIZE, **extra)
            return frame.pixels(shot).astype(int), shot

        yield draw


def where(shot, uv) -> tuple[int, int]:
    """Row and column of the pixel of a place on flat ground."""
    u, v = uv
    world = np.array([[(u - 0.5) * shot.extent[0], (v - 0.5) * shot.extent[1], 0.0]])
    x, y, _ = project(shot.clip, world, SIZE)[0]
    return SIZE[1] - 1 - int(y), int(x)


def around(picture: np.ndarray, at: tuple[int, int], radius: float) -> np.ndarray:
    """(n, 3) pixels at such a distance."""
    angle = np.linspace(0, 2 * np.pi, 60)
    rows, columns = at[0] + radius * np.sin(angle), at[1] + radius * np.cos(angle)
    return picture[np.rint(rows).astype(int), np.rint(columns).astype(int)]


def has(pixels: np.ndarray, colour, slack: int = 70) -> float:
    """Share of pixels of about this colour."""
    return float((np.abs(pixels - 255 * np.array(colour)).max(axis=-1) < slack).mean())


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_sign_darkens_the_middle_and_leaves_the_shape(drawn, outcome) -> None:
    stage = Stage(landscape(), VIEW)
    point = next(point for point in stage.standing.points if point.slice_index == 1)
    plain, shot = drawn(stage)
    provenance = {"verification": {"points": [verdict(point, outcome).describe()]}}
    signed, _ = drawn(Stage(replace(stage.landscape, provenance=provenance), VIEW))
    row, column = where(shot, ((point.alpha + 5) / 10, (point.beta + 5) / 10))
    middle = np.s_[row - 2 : row + 3, column - 2 : column + 3]
    dark = [(picture[middle].max(axis=2) < 90).sum() for picture in (plain, signed)]
    assert dark[0] == 0 and dark[1] >= 3
    shapes = set(stage.scene.marks[:, 2])
    assert shapes == {0.0, 1.0, 2.0}  # without verdicts there are no signs


def test_signs_are_told_apart_and_refuted_points_are_pale() -> None:
    point = CriticalPoint(0.0, 0.0, 1.0, 0, 0.5)
    domain = landscape().domain
    rows = {o: critical_marks(domain, (point,), {(0.0, 0.0): verdict(point, o)})[0] for o in Outcome}
    assert {int(row[2]) for row in rows.values()} == {DOWN + SIGNS * sign for sign in SIGN.values()}
    assert sign_shape(DOWN, Outcome.MOVED) == DOWN + SIGNS * SIGN[Outcome.MOVED]
    red = np.array(LOOKS[0][2])
    assert np.allclose(rows[Outcome.VERIFIED][4:], red) and np.allclose(rows[Outcome.MOVED][4:], red)
    assert np.ptp(rows[Outcome.REFUTED][4:]) < 0.5 * np.ptp(red)


def test_what_is_chosen_is_larger_in_a_ring_of_its_colour(drawn) -> None:
    stage = Stage(landscape(), VIEW)
    mark = stage.scene.marks[-1:]
    before, shot = drawn(stage)
    picture, shot = drawn(stage, picked=Picked(mark))
    at = where(shot, mark[0, :2])
    colour = THEMES["dark"].chosen
    assert has(around(picture, at, 0.42 * CHOSEN_PT), colour) > 0.6
    assert has(around(before, at, 0.42 * CHOSEN_PT), colour) == 0
    table = chosen(shot)
    assert table[0, 2] == HALO and table[1, 3] == pytest.approx(LARGER * mark[0, 3])
    hidden, _ = drawn(stage, replace(VIEW, glyphs=False), picked=Picked(mark))
    assert has(around(hidden, at, 0.42 * CHOSEN_PT), colour) == 0


def test_the_ring_around_what_is_pointed_at_lets_a_critical_point_be_seen(drawn) -> None:
    stage = Stage(landscape(), VIEW)
    u, v = stage.scene.marks[-1, :2].tolist()
    plain, _ = drawn(stage)
    picture, shot = drawn(stage, marked=(u, v))
    at = where(shot, (u, v))
    inside = np.s_[at[0] - 5 : at[0] + 6, at[1] - 5 : at[1] + 6]
    assert np.array_equal(picture[inside], plain[inside])
    assert has(around(picture, at, 0.42 * AROUND_PT), (1, 1, 1)) > 0.6
    elsewhere, _ = drawn(stage, marked=(0.5, 0.25))
    row, column = where(shot, (0.5, 0.25))
    assert has(around(elsewhere, (row, column), 0.36 * MARKED_PT), (1, 1, 1)) > 0.6


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_ways_are_drawn_the_lowest_solid_and_the_straight_one_dashed(drawn, theme) -> None:
    view = replace(VIEW, theme=theme)
    stage = Stage(landscape(), view)
    straight = np.array([[0.1, 0.15], [0.4, 0.15]], np.float32)
    lowest = np.array([[0.1, 0.15], [0.1, 0.4], [0.4, 0.4], [0.4, 0.15]], np.float32)
    picture, shot = drawn(stage, view, picked=Picked(straight=straight, lowest=lowest))
    colour = THEMES[theme].chosen

    def along(v: float) -> np.ndarray:
        places = [where(shot, (u, v)) for u in np.linspace(0.15, 0.35, 200)]
        return np.array([picture[row, column] for row, column in places])

    assert has(along(0.4), colour) > 0.9
    assert 0.25 < has(along(0.15), colour) < 0.75
    hidden, _ = drawn(stage, replace(view, glyphs=False), picked=Picked(straight=straight, lowest=lowest))
    assert np.array_equal(hidden, drawn(stage, replace(view, glyphs=False))[0])


def test_in_a_large_crowd_all_marks_are_small() -> None:
    marks = np.zeros((CROWD + 1, 7), np.float32)
    marks[:, :2] = np.random.default_rng(0).random((CROWD + 1, 2))
    marks[:, 3] = 16
    fitted = fitting(marks, (2.0, 2.0), 500.0)
    assert (fitted[:, 3] == LEAST_PT).all() and (marks[:, 3] == 16).all()
