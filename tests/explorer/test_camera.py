"""The turntable camera against geometry: what is projected is found again, and the hand holds what it touches."""

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from compute.landscape import Floats
from explorer.camera import (
    FITTING_ASPECT,
    MAX_DISTANCE,
    MAX_ELEVATION,
    MIN_DISTANCE,
    Camera,
    axes,
    clip_matrix,
    orbit,
    pan,
    project,
    ray,
    zoom,
)

SIZES = [(1280, 800), (1920, 1080), (800, 800), (500, 900), (200, 150), (3000, 300)]
MARGINS = [(0.0, 0.0), (312.0, 0.0), (0.0, 60.0), (330.0, 55.0)]
# Inverting a well-conditioned 4 x 4 matrix costs some digits of double precision; a millionth of a pixel is plenty.
PIXEL = 1e-6


def random_cameras(count: int, seed: int = 0) -> list[Camera]:
    rng = np.random.default_rng(seed)
    return [
        Camera(
            azimuth=float(rng.uniform(-180, 180)),
            elevation=float(rng.uniform(-MAX_ELEVATION, MAX_ELEVATION)),
            distance=float(10.0 ** rng.uniform(-1, 1)),
            target=tuple(rng.uniform(-1, 1, 3).tolist()),  # type: ignore[arg-type]
        )
        for _ in range(count)
    ]


def place(camera: Camera, clip: Floats, point: Floats, size: tuple[int, int]) -> Floats:
    return project(clip, np.array([point]), size)[0]


# ── geometry ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_axes_are_a_right_handed_frame_and_right_stays_level() -> None:
    for camera in random_cameras(200):
        frame = axes(camera)
        np.testing.assert_allclose(frame @ frame.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(frame) == pytest.approx(1)
        assert frame[0, 2] == 0 and frame[1, 2] > 0
        np.testing.assert_allclose(camera.eye, camera.target + camera.distance * frame[2], atol=1e-12)


def test_azimuth_zero_looks_from_plus_x_and_elevation_lifts_the_eye() -> None:
    np.testing.assert_allclose(Camera(0, 0, 2, (0, 0, 0)).eye, [2, 0, 0], atol=1e-12)
    np.testing.assert_allclose(Camera(90, 0, 2, (0, 0, 0)).eye, [0, 2, 0], atol=1e-12)
    np.testing.assert_allclose(Camera(0, 30, 2, (0, 0, 1)).eye, [math.sqrt(3), 0, 2], atol=1e-12)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("left", "right"), MARGINS)
def test_the_target_is_in_the_middle_of_what_the_margins_leave(
    size: tuple[int, int], left: float, right: float
) -> None:
    for camera in random_cameras(20):
        x, y, w = place(camera, clip_matrix(camera, size, left, right), np.array(camera.target), size)
        assert x == pytest.approx((left + size[0] - right) / 2, abs=PIXEL)
        assert y == pytest.approx(size[1] / 2, abs=PIXEL)
        assert w == pytest.approx(camera.distance)


def test_up_in_the_world_is_up_in_the_picture_and_right_is_right() -> None:
    size = (1280, 800)
    for camera in random_cameras(50):
        clip = clip_matrix(camera, size)
        middle = place(camera, clip, np.array(camera.target), size)
        above = place(camera, clip, camera.target + 0.01 * camera.distance * axes(camera)[1], size)
        beside = place(camera, clip, camera.target + 0.01 * camera.distance * axes(camera)[0], size)
        assert above[1] > middle[1] and above[0] == pytest.approx(middle[0])
        assert beside[0] > middle[0] and beside[1] == pytest.approx(middle[1])


def test_nearer_is_less_deep_and_all_of_the_box_is_between_the_clipping_planes() -> None:
    corners = np.array([(*corner, 1.0) for corner in product((-1, 1), (-1, 1), (0, 2))])
    for camera in random_cameras(200):
        clip = clip_matrix(camera, (1280, 800))
        near, far = ((clip @ np.append(camera.eye - t * axes(camera)[2], 1)) for t in (0.5, 5.0))
        assert near[2] / near[3] < far[2] / far[3]
        homogeneous = corners @ clip.T
        assert (homogeneous[:, 2] <= homogeneous[:, 3]).all(), "beyond the far plane"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("left", "right"), MARGINS)
def test_the_whole_landscape_is_in_the_picture_at_first(size: tuple[int, int], left: float, right: float) -> None:
    """However narrow the window; as long as a quarter of it is left beside the panel."""
    if size[0] - left - right < size[0] / 4:
        pytest.skip("the margins leave too little of this picture")
    corners = np.array(list(product((-1, 1), (-1, 1), (0, 0.75))), float)
    for azimuth in range(-180, 180, 15):
        camera = replace(Camera(), azimuth=azimuth)
        pixels = project(clip_matrix(camera, size, left, right), corners, size)
        # As it opens, all of it is in. Turned, a corner that points at the eye may run over the rim by 4 %.
        slack = 0.0 if camera == Camera() else 0.04
        across = (pixels[:, 0] - left) / (size[0] - left - right)
        assert across.min() >= -slack and across.max() <= 1 + slack
        assert pixels[:, 1].min() >= -slack * size[1] and pixels[:, 1].max() <= (1 + slack) * size[1]


# ── project and ray ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("left", "right"), MARGINS)
def test_project_and_ray_are_inverse(size: tuple[int, int], left: float, right: float) -> None:
    rng = np.random.default_rng(2)
    for camera in random_cameras(30):
        clip = clip_matrix(camera, size, left, right)
        pixel = (float(rng.uniform(0, size[0])), float(rng.uniform(0, size[1])))
        origin, direction = ray(camera, clip, pixel, size)
        assert np.linalg.norm(direction) == pytest.approx(1)
        np.testing.assert_array_equal(origin, camera.eye)
        along = origin + np.array([[0.1], [1.0], [30.0]]) * camera.distance * direction
        found = project(clip, along, size)
        np.testing.assert_allclose(found[:, :2], [pixel] * 3, atol=PIXEL * max(size))
        assert (found[:, 2] > 0).all()


def test_what_is_behind_the_eye_has_a_negative_w_and_still_numbers() -> None:
    for camera in random_cameras(50):
        clip = clip_matrix(camera, (640, 480))
        found = project(clip, np.array([camera.eye + axes(camera)[2], camera.eye]), (640, 480))
        assert found[0, 2] < 0 and np.isfinite(found).all()


# ── moves ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_orbit_never_passes_the_pole() -> None:
    rng = np.random.default_rng(5)
    camera = Camera()
    for right, up in rng.normal(scale=60, size=(2000, 2)):
        camera = orbit(camera, float(right), float(up))
        assert abs(camera.elevation) <= MAX_ELEVATION < 90
        assert -180 <= camera.azimuth < 180
        assert axes(camera)[1, 2] > 0, "upside down"


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
@pytest.mark.parametrize(("left", "right"), MARGINS)
def test_pan_moves_the_ground_with_the_pointer(size: tuple[int, int], left: float, right: float) -> None:
    """Exact at the depth of the target, which is where the eye looks."""
    for camera in random_cameras(20, seed=1):
        clip = clip_matrix(camera, size, left, right)
        before = place(camera, clip, np.array(camera.target), size)
        moved = pan(camera, 17.0, -9.0, size[1], clip)
        after = place(moved, clip_matrix(moved, size, left, right), np.array(camera.target), size)
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
        assert after[2] == pytest.approx(before[2] * factor)


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
