"""What is drawn, as plain tables: the path cut at the domain's rim, and marks that can be told apart."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from compute.critical_points import CriticalPoint
from compute.landscape import Domain, Floats, Trajectory
from compute.scale import Scale, ScaleKind
from explorer.camera.camera import FRONT, Camera
from explorer.ground.marks import (
    CYAN,
    DIAMOND,
    DISC,
    DOWN,
    END_PT,
    PIECES,
    STEP_PT,
    UP,
    YELLOW,
    checkpoint_places,
    critical_marks,
    path_marks,
    path_pieces,
    to_uv,
)
from explorer.ground.scene import (
    FLOOR,
    FLOOR_WITH_ISOLINES,
    Scene,
    checkpoint_place,
    floor_world,
    relief_world,
    shortened,
    suited,
)
from explorer.looks.view import ContourPlace, Contours, ContourStyle, SurfaceMode, View

DOMAIN = Domain((-2.0, 2.0), (10.0, 11.0), 9, 9)
LINE = Domain((-2.0, 2.0), (0.3, 0.3), 9, 1)
SINGLE = 1e-6  # positions are handed over in single precision, whose ulp at 1 is 1.2e-7


def trajectory(*uv: tuple[float, float]) -> Trajectory:
    """Checkpoints at these places of the domain."""
    u, v = np.array(uv, float).reshape(-1, 2).T
    rest = np.zeros(len(u))
    return Trajectory(rest, rest, -2 + 4 * u, 10 + v, rest, rest)


def random_path(rng: np.random.Generator, reach: float) -> Floats:
    """Corners in and around the domain, at most ``reach`` beyond its rim."""
    return rng.uniform(-reach, 1 + reach, (int(rng.integers(2, 9)), 2))


def distance_to_line(points: Floats, start: Floats, end: Floats) -> Floats:
    """Distance of (n, 2) points from the straight line between two places."""
    along = end - start
    t = np.clip((points - start) @ along / (along @ along), 0, 1)
    nearest: Floats = np.linalg.norm(points - start - t[:, None] * along, axis=1)
    return nearest


def length_inside(start: Floats, end: Floats) -> float:
    """Length of the part of a straight line inside the unit square, by counting."""
    t = (np.arange(20_000) + 0.5) / 20_000
    points = start + t[:, None] * (end - start)
    return float(((points >= 0) & (points <= 1)).all(axis=1).mean() * np.linalg.norm(end - start))


def test_uv_is_zero_and_one_at_the_ends_of_the_domain() -> None:
    found = to_uv(DOMAIN, np.array([-2.0, 2.0, 0.0]), np.array([10.0, 11.0, 10.25]))
    assert found.tolist() == [[0, 0], [1, 1], [0.5, 0.25]]


# ── path ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("reach", [0.0, 0.5, 5.0])
def test_pieces_lie_on_the_polyline_and_inside_the_domain(reach: float) -> None:
    rng = np.random.default_rng(1)
    for _ in range(100):
        corners = random_path(rng, reach)
        pieces = path_pieces(DOMAIN, trajectory(*corners))
        assert pieces.dtype == np.float32 and pieces.shape[1:] == (6,)
        assert (pieces[:, :4] >= -SINGLE).all() and (pieces[:, :4] <= 1 + SINGLE).all()
        for ends in (pieces[:, :2], pieces[:, 2:4]):
            lines = [distance_to_line(ends, *pair) for pair in itertools.pairwise(corners)]
            # Far outside, a place is rounded in units of its distance.
            assert (np.min(lines, axis=0) <= SINGLE * (1 + reach)).all()


@pytest.mark.parametrize("reach", [0.0, 0.5, 5.0])
def test_pieces_cover_all_of_the_polyline_that_is_inside(reach: float) -> None:
    rng = np.random.default_rng(2)
    for _ in range(30):
        corners = random_path(rng, reach)
        pieces = path_pieces(DOMAIN, trajectory(*corners))
        covered = np.linalg.norm(pieces[:, 2:4] - pieces[:, :2], axis=1).sum()
        expected = sum(length_inside(*pair) for pair in itertools.pairwise(corners))
        # Counting is right to one of 20 000 samples at each end of each line.
        assert covered == pytest.approx(expected, abs=2e-4 * (1 + 2 * reach) * len(corners))


def test_pieces_are_short_enough_to_follow_the_ground() -> None:
    for corners in ([(0.1, 0.1), (0.9, 0.35)], [(-40.0, 0.5), (60.0, 0.5)]):
        pieces = path_pieces(DOMAIN, trajectory(*corners))
        assert np.abs(pieces[:, 2:4] - pieces[:, :2]).max() <= 1 / PIECES + SINGLE


def test_shares_go_from_start_to_end_without_a_gap() -> None:
    pieces = path_pieces(DOMAIN, trajectory((0.1, 0.1), (0.9, 0.4), (0.5, 0.5), (0.5, 0.9)))
    assert pieces[0, 4] == 0 and pieces[-1, 5] == 1
    np.testing.assert_array_equal(pieces[1:, 4], pieces[:-1, 5])
    np.testing.assert_array_equal(pieces[1:, :2], pieces[:-1, 2:4])
    assert (np.diff(pieces[:, 4]) > 0).all()


def test_a_path_that_leaves_and_comes_back_ends_at_the_rim_and_keeps_its_shares() -> None:
    pieces = path_pieces(DOMAIN, trajectory((0.5, 0.5), (1.5, 0.5), (0.5, 0.25)))
    gone = np.flatnonzero(np.abs(pieces[1:, :2] - pieces[:-1, 2:4]).max(axis=1) > SINGLE)
    assert len(gone) == 1
    leaving, returning = pieces[gone[0]], pieces[gone[0] + 1]
    np.testing.assert_allclose(leaving[2:4], [1, 0.5], atol=SINGLE)
    np.testing.assert_allclose(returning[:2], [1, 0.375], atol=SINGLE)
    np.testing.assert_allclose([leaving[5], returning[4]], [0.25, 0.75], atol=SINGLE)


def test_a_path_that_crosses_the_domain_between_two_checkpoints_is_seen() -> None:
    pieces = path_pieces(DOMAIN, trajectory((-0.5, 0.5), (1.5, 0.5)))
    assert pieces[:, 0].min() == pytest.approx(0, abs=SINGLE) and pieces[:, 2].max() == pytest.approx(1, abs=SINGLE)


@pytest.mark.parametrize("corners", [[(1.1, 0.2), (1.2, 0.9)], [(-1.0, 0.5), (0.5, 2.0)], [(0.5, -0.1), (0.5, -3.0)]])
def test_a_path_outside_leaves_nothing(corners: list[tuple[float, float]]) -> None:
    assert path_pieces(DOMAIN, trajectory(*corners)).shape == (0, 6)


@pytest.mark.parametrize("u", [0.0, 1.0])
def test_a_path_along_the_rim_is_inside(u: float) -> None:
    pieces = path_pieces(DOMAIN, trajectory((u, 0.0), (u, 1.0)))
    assert (pieces[:, 3] - pieces[:, 1]).sum() == pytest.approx(1)


def test_a_path_that_went_very_far_costs_no_more_than_one_that_stayed() -> None:
    """A diverging run multiplies its weights without end."""
    pieces = path_pieces(DOMAIN, trajectory((0.5, 0.5), (1e12, 0.5), (0.5, -1e300), (0.5, 0.5)))
    assert len(pieces) <= 3 * (PIECES + 1)
    assert np.isfinite(pieces).all()


def test_a_checkpoint_that_is_nowhere_leaves_a_gap() -> None:
    corners = [(0.1, 0.1), (0.2, 0.2), (np.nan, np.nan), (0.3, np.inf), (0.6, 0.6), (0.7, 0.7)]
    pieces = path_pieces(DOMAIN, trajectory(*corners))
    assert np.isfinite(pieces).all()
    assert not ((pieces[:, 0] > 0.2 + SINGLE) & (pieces[:, 0] < 0.6 - SINGLE)).any()
    assert pieces[-1, 5] == 1


def test_a_training_that_stands_still_is_no_trouble() -> None:
    assert np.isfinite(path_pieces(DOMAIN, trajectory(*[(0.5, 0.5)] * 3))).all()


@pytest.mark.parametrize("points", [0, 1])
def test_a_path_of_one_point_has_no_pieces(points: int) -> None:
    assert path_pieces(DOMAIN, trajectory(*[(0.5, 0.5)] * points)).shape == (0, 6)


# ── marks ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_checkpoints_are_discs_from_yellow_to_cyan_larger_at_both_ends() -> None:
    corners = [(0.1, 0.2), (0.3, 0.3), (0.6, 0.5), (0.9, 0.9)]
    marks = path_marks(DOMAIN, trajectory(*corners))
    np.testing.assert_allclose(marks[:, :2], corners, atol=SINGLE)
    assert (marks[:, 2] == DISC).all()
    assert marks[:, 3].tolist() == [END_PT, STEP_PT, STEP_PT, END_PT]
    np.testing.assert_allclose(marks[0, 4:], YELLOW, atol=SINGLE)
    np.testing.assert_allclose(marks[-1, 4:], CYAN, atol=SINGLE)
    # Each colour is nearer to the end's than the one before.
    assert (np.diff(np.linalg.norm(marks[:, 4:] - np.array(CYAN), axis=1)) < 0).all()


def test_checkpoints_outside_or_nowhere_have_no_mark() -> None:
    marks = path_marks(DOMAIN, trajectory((0.1, 0.1), (1.1, 0.5), (np.nan, 0.5), (0.5, -0.1), (0.9, 0.9)))
    np.testing.assert_allclose(marks[:, :2], [(0.1, 0.1), (0.9, 0.9)], atol=SINGLE)


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


def test_start_and_end_show_around_the_mark_of_a_minimum() -> None:
    assert END_PT > critical_marks(DOMAIN, (point(0),))[0, 3] > STEP_PT


# ── lines ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_on_a_line_only_alpha_says_where() -> None:
    """Checkpoints are projected on it: their beta, if any, is not of the picture."""
    found = to_uv(LINE, np.array([-2.0, 0.0, 3.0]), np.array([0.3, 9.0, -9.0]))
    assert found.tolist() == [[0, 0.5], [0.5, 0.5], [1.25, 0.5]]
    assert critical_marks(LINE, (point(0, 1.0, 0.3),))[0, :2].tolist() == [0.75, 0.5]


def test_the_path_on_a_line_runs_along_it_and_ends_at_its_ends() -> None:
    pieces = path_pieces(LINE, trajectory((0.25, 0.0), (1.5, 1.0)))
    assert (pieces[:, [1, 3]] == 0.5).all()
    assert pieces[0, 0] == 0.25 and pieces[-1, 2] == pytest.approx(1, abs=SINGLE)
    assert pieces[-1, 5] == pytest.approx(0.6, abs=SINGLE)


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


def test_a_checkpoint_has_a_place_where_it_is_on_the_ground() -> None:
    path = trajectory((0.25, 0.5), (1.5, 0.5), (np.nan, 0.5))
    scene = Scene(DOMAIN, SCALE, (8, 8), "loss", checkpoints=checkpoint_places(DOMAIN, path))
    assert checkpoint_place(scene, 0) == pytest.approx((0.25, 0.5))
    assert [checkpoint_place(scene, k) for k in (1, 2, 3, -1)] == [None] * 4
    assert len(checkpoint_places(DOMAIN, None)) == 0
