"""The camera against geometry and the matrices of the books: what is projected is found again."""

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from compute.landscape import Floats
from explorer.camera.camera import (
    FIELD_OF_VIEW,
    FRONT_OF_SURFACE,
    ISOMETRIC,
    MAP,
    MAX_ELEVATION,
    NO_MARGINS,
    SIDE,
    TOP,
    Camera,
    Margins,
    axes,
    clip_matrix,
    project,
    ray,
)

SIZES = [(1280, 800), (1920, 1080), (800, 800), (500, 900), (200, 150), (3000, 300)]
MARGINS = [NO_MARGINS, Margins(left=312.0), Margins(right=60.0, top=30.0), Margins(330.0, 55.0, 26.0)]
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
            roll=float(rng.uniform(-180, 180)) if k % 2 else 0.0,
            orthographic=k % 4 > 1,
        )
        for k in range(count)
    ]


def place(camera: Camera, clip: Floats, point: Floats, size: tuple[int, int]) -> Floats:
    return project(clip, np.array([point]), size)[0]


# ── geometry ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_axes_are_a_right_handed_frame_and_right_stays_level() -> None:
    for camera in random_cameras(200):
        frame = axes(camera)
        np.testing.assert_allclose(frame @ frame.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(frame) == pytest.approx(1)
        assert camera.roll or (frame[0, 2] == 0 and frame[1, 2] > 0)
        np.testing.assert_allclose(camera.eye, camera.target + camera.distance * frame[2], atol=1e-12)


def test_azimuth_zero_looks_from_plus_x_and_elevation_lifts_the_eye() -> None:
    np.testing.assert_allclose(Camera(0, 0, 2, (0, 0, 0)).eye, [2, 0, 0], atol=1e-12)
    np.testing.assert_allclose(Camera(90, 0, 2, (0, 0, 0)).eye, [0, 2, 0], atol=1e-12)
    np.testing.assert_allclose(Camera(0, 30, 2, (0, 0, 1)).eye, [math.sqrt(3), 0, 2], atol=1e-12)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("margins", MARGINS)
def test_the_target_is_in_the_middle_of_what_the_margins_leave(size: tuple[int, int], margins: Margins) -> None:
    left, right, top = margins.left, margins.right, margins.top
    for camera in random_cameras(20):
        x, y, w = place(camera, clip_matrix(camera, size, margins), np.array(camera.target), size)
        assert x == pytest.approx((left + size[0] - right) / 2, abs=PIXEL)
        assert y == pytest.approx((size[1] - top) / 2, abs=PIXEL)
        assert w == pytest.approx(1.0 if camera.orthographic else camera.distance)


def test_a_margin_at_the_bottom_is_as_one_at_the_top() -> None:
    for camera in random_cameras(20):
        low, high = (clip_matrix(camera, (1280, 800), Margins(bottom=b, top=74.0 - b)) for b in (74.0, 0.0))
        points = np.array([camera.target, camera.target + 0.1 * axes(camera)[1]])
        a, b = (project(clip, points, (1280, 800))[:, :2] for clip in (low, high))
        np.testing.assert_allclose(a - b, [[0.0, 74.0]] * 2, atol=PIXEL)
        assert a[0, 1] == pytest.approx((800 + 74) / 2, abs=PIXEL)


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
@pytest.mark.parametrize("margins", MARGINS)
def test_the_whole_landscape_is_in_the_picture_at_first(size: tuple[int, int], margins: Margins) -> None:
    """However narrow the window; as long as a quarter of it is left beside the panel."""
    left, right, top = margins.left, margins.right, margins.top
    if size[0] - left - right < size[0] / 4:
        pytest.skip("the margins leave too little of this picture")
    corners = np.array(list(product((-1, 1), (-1, 1), (0, 0.75))), float)
    for azimuth in range(-180, 180, 15):
        camera = replace(Camera(), azimuth=azimuth)
        pixels = project(clip_matrix(camera, size, margins), corners, size)
        # As it opens, all of it is in. Turned, a corner that points at the eye may run over the rim by 4 %.
        slack = 0.0 if camera == Camera() else 0.04
        across = (pixels[:, 0] - left) / (size[0] - left - right)
        assert across.min() >= -slack and across.max() <= 1 + slack
        upward = pixels[:, 1] / (size[1] - top)
        assert upward.min() >= -slack and upward.max() <= 1 + slack


# ── project and ray ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("margins", MARGINS)
def test_project_and_ray_are_inverse(size: tuple[int, int], margins: Margins) -> None:
    rng = np.random.default_rng(2)
    for camera in random_cameras(30):
        clip = clip_matrix(camera, size, margins)
        pixel = (float(rng.uniform(0, size[0])), float(rng.uniform(0, size[1])))
        origin, direction = ray(camera, clip, pixel, size)
        assert np.linalg.norm(direction) == pytest.approx(1)
        assert camera.orthographic or np.array_equal(origin, camera.eye)
        along = origin + np.array([[0.1], [1.0], [30.0]]) * camera.distance * direction
        found = project(clip, along, size)
        np.testing.assert_allclose(found[:, :2], [pixel] * 3, atol=PIXEL * max(size))
        assert (found[:, 2] > 0).all()


def test_what_is_behind_the_eye_has_a_negative_w_and_still_numbers() -> None:
    for camera in (replace(camera, orthographic=False) for camera in random_cameras(50)):
        clip = clip_matrix(camera, (640, 480))
        found = project(clip, np.array([camera.eye + axes(camera)[2], camera.eye]), (640, 480))
        assert found[0, 2] < 0 and np.isfinite(found).all()


@pytest.mark.parametrize("size", SIZES)
def test_without_perspective_lines_of_sight_are_parallel_and_begin_before_everything(size: tuple[int, int]) -> None:
    corners = np.array([(*corner, 1.0) for corner in product((-1, 1), (-1, 1), (0, 3))])
    for camera in (replace(camera, orthographic=True) for camera in random_cameras(40)):
        clip = clip_matrix(camera, size)
        (a, along), (b, same) = (ray(camera, clip, pixel, size) for pixel in ((3.0, 9.0), (150.0, 90.0)))
        np.testing.assert_array_equal(along, same)
        np.testing.assert_allclose(along, -axes(camera)[2], atol=1e-12)
        assert np.linalg.norm(a - b) > 0
        assert ((corners[:, :3] - a) @ along > 0).all() and ((corners[:, :3] - b) @ along > 0).all()


# ── against the books ─────────────────────────────────────────────────────────────────────────────────────────────────


def look_at(eye: Floats, centre: Floats, up: Floats) -> Floats:
    """gluLookAt, as its manual page defines it."""
    f = (centre - eye) / np.linalg.norm(centre - eye)
    s = np.cross(f, up / np.linalg.norm(up))
    s /= np.linalg.norm(s)
    turned, moved = np.eye(4), np.eye(4)
    turned[:3, :3] = np.stack([s, np.cross(s, f), -f])
    moved[:3, 3] = -eye
    return turned @ moved


def perspective(degrees: float, aspect: float) -> Floats:
    """The rows of gluPerspective that say where in the picture a point is."""
    f = 1 / math.tan(math.radians(degrees) / 2)
    return np.array([[f / aspect, 0, 0, 0], [0, f, 0, 0], [0, 0, -1, 0]])


def ortho(half_width: float, half_height: float) -> Floats:
    """The same rows of glOrtho, symmetric."""
    return np.array([[1 / half_width, 0, 0, 0], [0, 1 / half_height, 0, 0], [0, 0, 0, 1]])


def up_of(camera: Camera) -> Floats:
    """Straight up, turned around the line of sight by Rodrigues' formula; the camera's roll is anticlockwise as seen
    from behind it, and so around the axis that points back at the eye."""
    back = (camera.eye - camera.target) / camera.distance
    roll, up = math.radians(camera.roll), np.array([0.0, 0.0, 1.0])
    return up * math.cos(roll) + np.cross(back, up) * math.sin(roll) + back * float(back @ up) * (1 - math.cos(roll))


@pytest.mark.parametrize("size", [size for size in SIZES if size[0] >= 1.4 * size[1]])
def test_the_matrix_is_that_of_look_at_and_of_the_projection(size: tuple[int, int]) -> None:
    width, height = size
    for camera in random_cameras(60):
        half = camera.distance * math.tan(math.radians(FIELD_OF_VIEW / 2))
        wanted = ortho(half * width / height, half) if camera.orthographic else perspective(30, width / height)
        expected = wanted @ look_at(camera.eye, np.array(camera.target), up_of(camera))
        np.testing.assert_allclose(clip_matrix(camera, size)[[0, 1, 3]], expected, atol=1e-11, rtol=1e-9)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("margins", MARGINS)
def test_with_and_without_perspective_the_target_is_equally_large(size: tuple[int, int], margins: Margins) -> None:
    for camera in random_cameras(20):
        at_target = np.asarray(camera.target) + 0.1 * axes(camera)[:2]
        a, b = (
            project(clip_matrix(replace(camera, orthographic=o), size, margins), at_target, size)[:, :2]
            for o in (False, True)
        )
        np.testing.assert_allclose(a, b, atol=PIXEL * max(size))


@pytest.mark.parametrize("distance", [4.0, 5.2, 9.0, 30.0])
def test_layers_that_keep_apart_by_a_step_of_depth_do_so_both_ways(distance: float) -> None:
    """A step of depth at the target is as far in the world with perspective as without, 2 % apart for the planes."""
    camera = Camera(distance=distance)
    behind = np.stack([np.asarray(camera.target) - s * axes(camera)[2] for s in (0.0, 0.001)])
    steps = []
    for orthographic in (False, True):
        clip = clip_matrix(replace(camera, orthographic=orthographic), (640, 480))
        z, w = (np.column_stack([behind, np.ones(2)]) @ clip.T)[:, 2:].T
        steps.append(float(np.diff(z / w)[0]))
    assert steps[1] == pytest.approx(steps[0], rel=0.02)


def test_all_of_the_scene_is_between_the_clipping_planes_without_perspective() -> None:
    corners = np.array([(*corner, 1.0) for corner in product((-1, 1), (-1, 1), (0, 3))])
    for camera in random_cameras(200):
        for distance in (camera.distance, 0.05):
            clip = clip_matrix(replace(camera, orthographic=True, distance=distance), (1280, 800))
            homogeneous = corners @ clip.T
            assert (np.abs(homogeneous[:, 2]) <= homogeneous[:, 3]).all()


def test_without_perspective_as_much_is_seen_before_the_target_as_behind_it() -> None:
    for camera in (replace(camera, orthographic=True) for camera in random_cameras(20)):
        assert (clip_matrix(camera, (640, 480)) @ np.append(camera.target, 1))[2] == pytest.approx(0, abs=1e-12)


def test_an_eye_close_to_the_ground_sees_it_close() -> None:
    """In flight the target may be far while the ground is near."""
    camera = Camera(azimuth=0, elevation=0, distance=5.0, target=(-4.5, 0.0, 0.3))  # the eye is at x = 0.5
    clip = clip_matrix(camera, (640, 480))
    near = clip @ np.array([0.495, 0.0, 0.3, 1.0])
    assert near[2] >= -near[3] and near[3] == pytest.approx(0.005)


def test_at_the_poles_the_frame_is_whole_and_azimuth_turns_it() -> None:
    for elevation, azimuth in product((90.0, -90.0), (-90.0, 0.0, 33.0)):
        frame = axes(Camera(azimuth=azimuth, elevation=elevation))
        np.testing.assert_allclose(frame @ frame.T, np.eye(3), atol=1e-12)
        np.testing.assert_allclose(frame[2], [0, 0, math.copysign(1, elevation)], atol=1e-12)
        turned = math.radians(azimuth)
        np.testing.assert_allclose(frame[0], [-math.sin(turned), math.cos(turned), 0], atol=1e-12)


def test_roll_turns_the_picture_clockwise() -> None:
    size = (800, 800)
    above = np.array([Camera().target]) + 0.2 * axes(Camera())[1]
    for roll, expected in ((0.0, (400, 400)), (90.0, (400, 400))):
        x, y, _ = project(clip_matrix(Camera(roll=roll), size), above, size)[0]
        across, up = x - expected[0], y - expected[1]
        assert (across == pytest.approx(0, abs=1e-9) and up > 10) if roll == 0 else (across > 10 and abs(up) < 1e-9)


# ── sides ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_side_is_what_it_is_called() -> None:
    """Right, up and backward as vectors of the world."""
    x, y, z = np.eye(3)
    for camera, expected in (
        (TOP, (x, y, z)),
        (MAP, (x, y, z)),
        (FRONT_OF_SURFACE, (x, z, -y)),
        (SIDE, (y, z, x)),
    ):
        np.testing.assert_allclose(axes(camera), expected, atol=1e-12)
    assert MAP.orthographic


def test_isometric_shows_the_three_axes_equally_long() -> None:
    size = (1280, 800)
    assert ISOMETRIC.orthographic
    pixels = project(clip_matrix(ISOMETRIC, size), np.vstack([np.zeros(3), np.eye(3)]), size)[:, :2]
    lengths = np.linalg.norm(pixels[1:] - pixels[0], axis=1)
    np.testing.assert_allclose(lengths, lengths[0])
    assert pixels[3, 1] > pixels[0, 1] and pixels[1, 0] > pixels[0, 0] and pixels[2, 0] > pixels[0, 0]


def test_on_the_map_alpha_goes_right_and_beta_up_in_the_same_measure() -> None:
    size = (1280, 800)
    points = np.array([[0, 0, 0], [0.5, 0, 0.7], [0, 0.5, 0.2]], float)  # height does not matter
    pixels = project(clip_matrix(MAP, size), points, size)[:, :2]
    (dx, dy), (ex, ey) = pixels[1] - pixels[0], pixels[2] - pixels[0]
    assert dx == pytest.approx(ey) and dx > 50
    assert abs(dy) < 1e-9 and abs(ex) < 1e-9
