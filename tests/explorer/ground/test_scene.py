"""What is drawn, as plain tables: marks that can be told apart, and how a landscape is seen."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from compute.landscape import Domain
from compute.scale import Scale, ScaleKind
from compute.topology.critical_points import CriticalPoint
from explorer.camera.camera import FRONT, Camera
from explorer.ground.marks import DIAMOND, DISC, DOWN, UP, critical_marks, to_uv
from explorer.ground.runs import CYAN, YELLOW
from explorer.ground.scene import (
    FLOOR,
    FLOOR_WITH_ISOLINES,
    floor_world,
    relief_world,
    shortened,
    suited,
)
from explorer.looks.view import ContourPlace, Contours, ContourStyle, SurfaceMode, View

DOMAIN = Domain((-2.0, 2.0), (10.0, 11.0), 9, 9)
LINE = Domain((-2.0, 2.0), (0.3, 0.3), 9, 1)
SINGLE = 1e-6  # positions are handed over in single precision, whose ulp at 1 is 1.2e-7


def test_uv_is_zero_and_one_at_the_ends_of_the_domain() -> None:
    found = to_uv(DOMAIN, np.array([-2.0, 2.0, 0.0]), np.array([10.0, 11.0, 10.25]))
    assert found.tolist() == [[0, 0], [1, 1], [0.5, 0.25]]


# ── marks ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def point(slice_index: int, alpha: float = 0.0, beta: float = 10.5) -> CriticalPoint:
    return CriticalPoint(alpha, beta, 0.5, slice_index)


def test_minima_saddles_and_maxima_differ_in_shape_and_in_colour() -> None:
    """Also without colour, and also for those who see red and green alike."""
    marks = critical_marks(DOMAIN, tuple(point(k) for k in range(3)))
    assert marks[:, 2].tolist() == [DOWN, DIAMOND, UP]
    assert len({DOWN, DIAMOND, UP, DISC}) == 4
    colours = [*marks[:, 4:], np.array(YELLOW), np.array(CYAN)]
    assert all(np.linalg.norm(a - b) > 0.3 for a, b in itertools.combinations(colours, 2))


def test_minima_are_red_saddles_blue_and_maxima_green() -> None:
    marks = critical_marks(DOMAIN, tuple(point(k) for k in range(3)))
    assert marks[:, 4:].argmax(axis=1).tolist() == [0, 2, 1]


def test_marks_stand_where_the_points_are() -> None:
    marks = critical_marks(DOMAIN, (point(0, -2.0, 10.0), point(1, 2.0, 11.0), point(2, 0.0, 10.25)))
    assert marks.dtype == np.float32
    np.testing.assert_allclose(marks[:, :2], [(0, 0), (1, 1), (0.5, 0.25)], atol=SINGLE)


def test_no_points_are_an_empty_table() -> None:
    assert critical_marks(DOMAIN, ()).shape == (0, 7)


def test_marks_of_more_persistence_come_last_and_so_on_top() -> None:
    points = tuple(replace(point(0, 0.1 * k, 10.5), persistence=p) for k, p in enumerate((3.0, np.inf, 1.0, np.nan)))
    assert critical_marks(DOMAIN, points)[:, 0].tolist() == pytest.approx([0.575, 0.55, 0.5, 0.525])


# ── lines ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_on_a_line_only_alpha_says_where() -> None:
    """Checkpoints are projected on it: their beta, if any, is not of the picture."""
    found = to_uv(LINE, np.array([-2.0, 0.0, 3.0]), np.array([0.3, 9.0, -9.0]))
    assert found.tolist() == [[0, 0.5], [0.5, 0.5], [1.25, 0.5]]
    assert critical_marks(LINE, (point(0, 1.0, 0.3),))[0, :2].tolist() == [0.75, 0.5]


def test_a_surface_is_seen_as_the_user_wishes() -> None:
    view = View(flat=True, relief=0.3)
    assert suited(view, DOMAIN) is view


def test_a_line_is_seen_from_the_front_until_the_camera_is_moved() -> None:
    assert suited(View(), LINE).camera == FRONT
    moved = Camera(azimuth=10.0)
    assert suited(View(camera=moved), LINE).camera == moved


def test_a_line_is_upright_and_without_what_only_a_surface_has() -> None:
    view = View(flat=True, surface=SurfaceMode.MESH, glyphs=False)
    found = suited(view, LINE)
    assert found.relief > view.relief and not found.flat and not found.colour_bar
    assert found.contours.style is ContourStyle.OFF
    assert (found.surface, found.glyphs, found.path, found.axes) == (SurfaceMode.MESH, False, True, True)


@pytest.mark.parametrize(
    ("text", "letters", "expected"),
    [("loss", 4, "loss"), ("losses", 5, "lo…es"), ("abcdefgh", 4, "ab…h"), ("", 3, "")],
)
def test_long_names_keep_their_beginning_and_their_end(text: str, letters: int, expected: str) -> None:
    assert shortened(text, letters) == expected


# ── heights in the world ──────────────────────────────────────────────────────────────────────────────────────────────


SCALE = Scale(1.0, 100.0, ScaleKind.LOG, "", 100.0)


def test_the_relief_is_that_of_the_highest_point_or_of_one_unit_of_the_scaled_value() -> None:
    assert relief_world(View(relief=0.5), SCALE) == 0.5
    assert relief_world(View(relief=0.5, normalise=False), SCALE) == pytest.approx(0.5 * np.log(100))
    assert relief_world(View(flat=True), SCALE) == relief_world(View(flat=True, normalise=False), SCALE) == 0


def test_the_floor_is_lowered_for_isolines_that_would_lie_under_the_surface() -> None:
    lines = Contours(on_floor=True)
    assert floor_world(View(contours=lines)) == FLOOR_WITH_ISOLINES < FLOOR
    assert floor_world(View(contours=Contours(place=ContourPlace.FLOOR))) == FLOOR_WITH_ISOLINES
    assert floor_world(View(contours=lines, surface=SurfaceMode.HIDDEN)) == FLOOR_WITH_ISOLINES
    for view in (
        View(),
        View(contours=lines, flat=True),
        View(contours=Contours(ContourStyle.OFF, on_floor=True)),
        View(contours=Contours(place=ContourPlace.FLOOR), surface=SurfaceMode.HIDDEN),
    ):
        assert floor_world(view) == FLOOR
