"""Moves of the camera: the hand holds what it touches, turns are turns, and what is fitted is in the picture."""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from compute.landscape import Floats
from explorer.camera.camera import (
    FITTING_ASPECT,
    MAP,
    MAX_DISTANCE,
    MIN_DISTANCE,
    TOP,
    Camera,
    Margins,
    axes,
    clip_matrix,
    project,
)
from explorer.camera.steering import (
    FLIGHT_REACH,
    ROOM,
    fit,
    fit_around,
    fly,
    focus,
    level,
    orbit,
    pan,
    tumble,
    turn,
    zoom,
)
from tests.explorer.camera.test_camera import MARGINS, PIXEL, SIZES, place, random_cameras


def test_orbit_never_passes_the_pole() -> None:
    rng = np.random.default_rng(5)
    camera = Camera()
    for right, up in rng.normal(scale=60, size=(2000, 2)):
        camera = orbit(camera, float(right), float(up))
        assert abs(camera.elevation) <= 90
        assert -180 <= camera.azimuth < 180
        assert axes(camera)[1, 2] >= 0, "upside down"


def test_orbit_keeps_distance_and_target_and_can_be_undone() -> None:
    camera = Camera()
    there = orbit(camera, 47.0, 11.0)
    assert (there.distance, there.target) == (camera.distance, camera.target)
    assert (there.azimuth, there.elevation) == (camera.azimuth + 47, camera.elevation + 11)
    back = orbit(there, -47.0, -11.0)
    np.testing.assert_allclose(back.eye, camera.eye, atol=1e-12)


def test_a_full_turn_is_no_turn() -> None:
    np.testing.assert_allclose(orbit(Camera(), 720.0, 0.0).eye, Camera().eye, atol=1e-12)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("margins", MARGINS)
def test_pan_moves_the_ground_with_the_pointer(size: tuple[int, int], margins: Margins) -> None:
    """Exact at the depth of the target, which is where the eye looks."""
    for camera in random_cameras(20, seed=1):
        clip = clip_matrix(camera, size, margins)
        before = place(camera, clip, np.array(camera.target), size)
        moved = pan(camera, 17.0, -9.0, size[1], clip)
        after = place(moved, clip_matrix(moved, size, margins), np.array(camera.target), size)
        np.testing.assert_allclose(after[:2] - before[:2], [17, -9], atol=PIXEL * max(size))


@pytest.mark.parametrize("size", [size for size in SIZES if size[0] >= FITTING_ASPECT * size[1]])
def test_pan_needs_no_matrix_in_a_wide_picture(size: tuple[int, int]) -> None:
    camera = Camera()
    assert pan(camera, 5.0, 7.0, size[1]).target == pytest.approx(
        pan(camera, 5.0, 7.0, size[1], clip_matrix(camera, size)).target
    )


def test_pan_never_loses_the_landscape() -> None:
    camera = Camera()
    for _ in range(1000):
        camera = pan(camera, 500.0, 300.0, 800)
    assert max(abs(x) for x in camera.target) <= 3


@pytest.mark.parametrize("size", SIZES)
def test_zoom_keeps_the_point_under_the_pointer_in_place(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(6)
    for camera in random_cameras(50, seed=2):
        point = np.asarray(camera.target) + 0.3 * camera.distance * rng.uniform(-1, 1, 3)
        point = np.clip(point, -1.2, 1.2)
        factor = float(rng.uniform(0.5, 1.5))
        zoomed = zoom(camera, factor, point)
        before = place(camera, clip_matrix(camera, size), point, size)
        after = place(zoomed, clip_matrix(zoomed, size), point, size)
        np.testing.assert_allclose(after[:2], before[:2], atol=PIXEL * max(size))
        assert camera.orthographic or after[2] == pytest.approx(before[2] * factor)


def test_zoom_keeps_the_point_in_place_at_the_end_of_its_range_too() -> None:
    size, point = (1280, 800), np.array([0.3, -0.2, 0.1])
    for camera, factor in ((Camera(distance=0.06), 0.5), (Camera(distance=30), 2.0)):
        zoomed = zoom(camera, factor, point)
        assert zoomed.distance in (MIN_DISTANCE, MAX_DISTANCE)
        before = place(camera, clip_matrix(camera, size), point, size)
        after = place(zoomed, clip_matrix(zoomed, size), point, size)
        np.testing.assert_allclose(after[:2], before[:2], atol=1e-3)


def test_zoom_to_nothing_in_particular_keeps_the_target() -> None:
    assert zoom(Camera(), 0.5) == replace(Camera(), distance=Camera().distance / 2)


def test_zoom_in_and_out_again_is_no_zoom() -> None:
    point = np.array([0.4, 0.1, 0.2])
    there_and_back = zoom(zoom(Camera(), 0.5, point), 2.0, point)
    np.testing.assert_allclose(there_and_back.eye, Camera().eye, atol=1e-12)


def test_focus_brings_a_point_to_the_middle_from_the_same_side() -> None:
    point = np.array([0.4, -0.3, 0.2])
    there = focus(Camera(roll=7.0), point, 0.6)
    assert there.target == pytest.approx(tuple(point))
    assert (there.azimuth, there.elevation, there.roll) == (Camera().azimuth, Camera().elevation, 7.0)
    assert there.distance == pytest.approx(0.6 * Camera().distance)


# ── turns by the camera's own axes ────────────────────────────────────────────────────────────────────────────────────


def about(axis: Floats, degrees: float, vectors: Floats) -> Floats:
    """(n, 3) vectors, turned about an axis by quaternions: an independent way to Rodrigues' formula."""
    half = math.radians(degrees) / 2
    w, q = math.cos(half), math.sin(half) * axis
    crossed = 2 * np.cross(q, vectors)
    return np.asarray(vectors + w * crossed + np.cross(q, crossed))


def test_tumble_turns_the_frame_about_its_own_axes() -> None:
    rng = np.random.default_rng(11)
    for camera in random_cameras(200):
        right, up = rng.uniform(-120, 120, 2).tolist()
        before = axes(camera)
        np.testing.assert_allclose(axes(tumble(camera, right, 0)), about(before[1], right, before), atol=1e-9)
        np.testing.assert_allclose(axes(tumble(camera, 0, up)), about(before[0], -up, before), atol=1e-9)
        axis = right * before[1] - up * before[0]
        both = about(axis / np.linalg.norm(axis), float(np.hypot(right, up)), before)
        np.testing.assert_allclose(axes(tumble(camera, right, up)), both, atol=1e-9)


def test_tumble_keeps_target_and_distance() -> None:
    for camera in random_cameras(50):
        there = tumble(camera, 31.0, -47.0)
        assert (there.target, there.distance, there.orthographic) == (
            camera.target,
            camera.distance,
            camera.orthographic,
        )
        assert np.linalg.norm(there.eye - camera.target) == pytest.approx(camera.distance)


def test_tumble_is_the_turntable_where_the_camera_is_level() -> None:
    """Level with the floor both go straight up and straight round."""
    level_camera = Camera(azimuth=20.0, elevation=0.0)
    for right, up in ((10.0, 0.0), (-25.0, 0.0), (0.0, 30.0), (0.0, -8.0)):
        a, b = tumble(level_camera, right, up), orbit(level_camera, right, up)
        np.testing.assert_allclose(axes(a), axes(b), atol=1e-9)


def test_tumble_goes_over_the_pole_without_a_jump() -> None:
    """Small steps of the hand are small steps of the picture, wherever the camera is; also at exactly 90 degrees."""
    camera = replace(Camera(), elevation=80.0)
    for step in range(400):
        before = axes(camera)
        camera = tumble(camera, 0.0, 1.0) if step < 200 else tumble(camera, 0.6, 0.8)
        cosine = (np.trace(before @ axes(camera).T) - 1) / 2
        assert math.degrees(math.acos(min(cosine, 1.0))) == pytest.approx(1.0, abs=1e-4)
    camera = replace(Camera(), elevation=90.0)
    moved = axes(tumble(camera, 0.0, 0.001))
    np.testing.assert_allclose(moved, axes(camera), atol=2e-5)


def test_at_the_pole_azimuth_stays_and_the_picture_is_not_turned() -> None:
    """There azimuth and roll are one; whatever rounding leaves of the direction must not decide between them."""
    for azimuth in (-170.0, -60.0, 33.0, 90.0):
        there = tumble(Camera(azimuth=azimuth, elevation=80.0), 0.0, 10.0)
        assert there.elevation == pytest.approx(90.0, abs=1e-6)
        assert (there.azimuth, there.roll) == (pytest.approx(azimuth), pytest.approx(0.0, abs=1e-6))


def test_tumble_all_the_way_round_is_no_turn() -> None:
    camera = Camera()
    for _ in range(36):
        camera = tumble(camera, 6.0, 8.0)
    np.testing.assert_allclose(axes(camera), axes(Camera()), atol=1e-9)


def test_tumble_and_back_is_no_turn() -> None:
    for camera in random_cameras(50):
        back = tumble(tumble(camera, 70.0, -130.0), -70.0, 130.0)
        np.testing.assert_allclose(axes(back), axes(camera), atol=1e-9)


def test_level_keeps_the_line_of_sight() -> None:
    for camera in random_cameras(20):
        np.testing.assert_allclose(level(camera).eye, camera.eye, atol=1e-12)
        assert axes(level(camera))[0, 2] == 0


# ── flight ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("right", "up"), [(25.0, 0.0), (0.0, 12.0), (-200.0, -7.0)])
def test_looking_around_keeps_the_eye_and_turns_that_way(right: float, up: float) -> None:
    for camera in (replace(camera, elevation=camera.elevation / 2, roll=0.0) for camera in random_cameras(50)):
        there = turn(camera, right, up)
        np.testing.assert_allclose(there.eye, camera.eye, atol=1e-9)
        ahead, frame = -axes(there)[2], axes(camera)
        assert not right or np.sign(ahead @ frame[0]) == np.sign(math.sin(math.radians(right)))
        assert right or np.sign(ahead @ frame[1]) == np.sign(up)


def test_looking_around_never_turns_over() -> None:
    camera = turn(turn(Camera(), 0.0, 500.0), 10.0, 0.0)
    assert camera.elevation == -90.0


def test_flying_moves_eye_and_target_alike() -> None:
    for camera in (replace(camera, distance=min(camera.distance, 3.0)) for camera in random_cameras(50)):
        right, _, back = axes(camera)
        there = fly(camera, 0.3, 0.2, 0.1)
        step = -0.3 * back + 0.2 * right + np.array([0, 0, 0.1])
        np.testing.assert_allclose(there.eye - camera.eye, step, atol=1e-12)
        np.testing.assert_allclose(np.subtract(there.target, camera.target), step, atol=1e-12)


def test_flying_ends_where_nothing_is_to_be_seen_any_more_and_turns_back() -> None:
    camera = Camera()
    for _ in range(100):
        camera = fly(camera, -1.0, 0.0, 0.0)
    assert float(np.abs(camera.eye).max()) == pytest.approx(FLIGHT_REACH)
    assert float(np.linalg.norm(camera.eye - camera.target)) == pytest.approx(camera.distance)
    assert np.linalg.norm(fly(camera, 1.0, 0.0, 0.0).eye) < np.linalg.norm(camera.eye)


def test_after_a_flight_far_away_panning_does_not_jump() -> None:
    camera = fly(turn(Camera(), 170.0, 0.0), 3.0, 0.0, 0.0)
    assert max(abs(x) for x in camera.target) > 3
    assert np.linalg.norm(np.subtract(pan(camera, 1.0, 0.0, 800).target, camera.target)) < 0.01


# ── fit ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


CORNERS = np.array(list(product((-1, 1), (-0.7, 0.7), (0, 0.7))), float)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("margins", MARGINS)
def test_what_is_fitted_fills_the_free_area_just(size: tuple[int, int], margins: Margins) -> None:
    """All corners inside of it; and two of them, left and right or above and below, at the rim of what may be used."""
    left, right, top = margins.left, margins.right, margins.top
    if size[0] - left - right < size[0] / 4:
        pytest.skip("the margins leave too little of this picture")
    low, high = np.array([left, 0.0]), np.array([size[0] - right, size[1] - top])
    for camera in random_cameras(30, seed=3):
        there = fit(camera, CORNERS, size, margins)
        assert (there.azimuth, there.elevation, there.roll, there.orthographic) == (
            camera.azimuth,
            camera.elevation,
            camera.roll,
            camera.orthographic,
        )
        pixels = project(clip_matrix(there, size, margins), CORNERS, size)
        assert (pixels[:, 2] > 0).all()
        share = 2 * (pixels[:, :2] - low) / (high - low) - 1
        assert np.abs(share).max() == pytest.approx(ROOM, abs=1e-9)
        k = int((share.max(axis=0) - share.min(axis=0)).argmax())
        assert share[:, k].max() == pytest.approx(ROOM) and share[:, k].min() == pytest.approx(-ROOM)


@pytest.mark.parametrize(("around", "share"), [(20.0, 0.97 - 40 / 400), (1000.0, 0.97 * 0.7)])
def test_there_is_room_around_what_is_fitted_but_never_for_text_alone(around: float, share: float) -> None:
    for camera in (TOP, MAP):
        there = fit(camera, np.array([[0, -1, 0], [0, 1, 0]], float), (1000, 400), around=around)
        pixels = project(clip_matrix(there, (1000, 400)), np.array([[0, -1, 0], [0, 1, 0]], float), (1000, 400))
        assert pixels[1, 1] - pixels[0, 1] == pytest.approx(400 * share)


def test_the_room_above_may_be_another_also_with_perspective() -> None:
    size, around, above, bottom = (2400, 900), 52.0, 16.0, 74.0
    slack = (1 - ROOM) / 2 * (900 - bottom)
    for camera in random_cameras(20, seed=5):
        there = fit(camera, CORNERS, size, Margins(bottom=bottom), around=around, above=above)
        y = project(clip_matrix(there, size, Margins(bottom=bottom)), CORNERS, size)[:, 1]
        assert y.min() == pytest.approx(bottom + around + slack, abs=1e-6)
        assert y.max() == pytest.approx(900 - above - slack, abs=1e-6)


def test_fitting_twice_changes_nothing() -> None:
    for camera in random_cameras(20, seed=4):
        once = fit(camera, CORNERS, (1280, 800), Margins(left=300.0, top=26.0))
        twice = fit(once, CORNERS, (1280, 800), Margins(left=300.0, top=26.0))
        assert twice.distance == pytest.approx(once.distance) and twice.target == pytest.approx(once.target)


def test_a_single_point_is_fitted_from_as_near_as_may_be() -> None:
    camera = fit(Camera(), np.array([[0.2, 0.3, 0.1]]), (640, 480))
    assert camera.distance == MIN_DISTANCE and camera.target == pytest.approx((0.2, 0.3, 0.1))


@pytest.mark.parametrize("move", [orbit, tumble, turn])
def test_no_turn_is_no_change(move: Callable[[Camera, float, float], Camera]) -> None:
    for camera in random_cameras(20):
        np.testing.assert_allclose(axes(move(camera, 0.0, 0.0)), axes(camera), atol=1e-12)
        np.testing.assert_allclose(move(camera, 0.0, 0.0).eye, camera.eye, atol=1e-9)


# ── around ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("right", [0.0, 60.0])
def test_what_is_fitted_around_stays_in_the_free_area_and_about_its_middle_while_it_is_turned(
    size: tuple[int, int], right: float
) -> None:
    if right > size[0] / 4:
        pytest.skip("the margin leaves too little of this picture")
    low, high = np.zeros(2), np.array([size[0] - right, size[1]])
    radius = float(np.hypot(1, 0.7))
    for camera in random_cameras(30, seed=5):
        there = fit_around(camera, radius, 0.7, size, Margins(right=right))
        assert there.target[:2] == (0, 0)
        shares = []
        for azimuth in np.arange(0, 360, 5):
            turned = replace(there, azimuth=float(azimuth))
            pixels = project(clip_matrix(turned, size, Margins(right=right)), CORNERS, size)
            assert (pixels[:, 2] > 0).all()
            shares.append(2 * (pixels[:, :2] - low) / (high - low) - 1)
        assert np.abs(shares).max() <= ROOM + 1e-3  # a circle of places stands for all of it
        if not camera.roll:
            assert np.abs(shares).max() > 0.9 * ROOM
            off = np.max(shares, axis=(0, 1)) + np.min(shares, axis=(0, 1))
            assert off[0] == pytest.approx(0, abs=1e-9)
            assert off[1] == pytest.approx(0, abs=0.3)  # the eye is farther off than the height alone asks for
