"""Cameras through keyframes, against SciPy's Hermite splines and plain geometry."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.interpolate import CubicHermiteSpline

from explorer.camera.camera import Camera
from explorer.camera.splines import camera_at, even_times, looking, track

KEYS = (
    Camera(azimuth=-60, elevation=50, distance=5.4),
    Camera(azimuth=20, elevation=20, distance=2.0, target=(0.4, -0.2, 0.1)),
    Camera(azimuth=110, elevation=60, distance=3.0, target=(-0.4, 0.3, 0.0)),
    Camera(azimuth=150, elevation=30, distance=6.0),
)
TIMES = (0.0, 1.0, 3.0, 4.5)


def test_each_keyframe_is_passed_at_its_time():
    way = track(KEYS, TIMES)
    for camera, time in zip(KEYS, TIMES, strict=True):
        found = camera_at(way, time)
        assert (found.azimuth, found.elevation, found.distance) == pytest.approx(
            (camera.azimuth, camera.elevation, camera.distance)
        )
        assert found.target == pytest.approx(camera.target)


def test_between_them_it_is_the_cubic_with_the_slope_of_the_neighbours_and_rest_at_the_ends():
    values = np.array([camera.elevation for camera in KEYS])
    slopes = np.gradient(values, TIMES) * 0.0
    for k in (1, 2):
        slopes[k] = (values[k + 1] - values[k - 1]) / (TIMES[k + 1] - TIMES[k - 1])
    reference = CubicHermiteSpline(TIMES, values, slopes)
    way = track(KEYS, TIMES)
    for time in np.linspace(0, 4.5, 37):
        assert camera_at(way, time).elevation == pytest.approx(float(reference(time)))


def test_it_rests_before_the_first_and_after_the_last_and_never_rolls():
    rolled = [replace(camera, roll=30.0) for camera in KEYS]
    way = track(rolled, TIMES)
    assert camera_at(way, -1.0) == camera_at(way, 0.0)
    assert camera_at(way, 9.0) == camera_at(way, 4.5)
    assert all(camera_at(way, time).roll == 0 for time in np.linspace(0, 4.5, 20))


def test_it_turns_the_shorter_way_round():
    way = track([Camera(azimuth=170), Camera(azimuth=-170)], [0, 1])
    middle = camera_at(way, 0.5).azimuth
    assert abs(abs(middle) - 180) < 1e-6


def test_one_speed_means_equal_ways_between_pictures():
    way = track(KEYS, TIMES)
    cameras = [camera_at(way, time) for time in even_times(way, 200)]
    eyes, targets = np.array([camera.eye for camera in cameras]), np.array([camera.target for camera in cameras])
    moved = np.hypot(*(np.linalg.norm(np.diff(places, axis=0), axis=1) for places in (eyes, targets)))
    assert moved.std() / moved.mean() < 0.02
    by_time = np.array([camera_at(way, time).eye for time in np.linspace(0, 4.5, 200)])
    uneven = np.linalg.norm(np.diff(by_time, axis=0), axis=1)
    assert uneven.std() / uneven.mean() > 0.2


def test_even_times_of_a_camera_that_does_not_move_are_even():
    way = track([Camera(), Camera()], [0, 2])
    assert even_times(way, 5) == pytest.approx([0, 0.5, 1, 1.5, 2])


def test_perspective_begins_at_once_and_ends_at_last():
    flat, deep = Camera(orthographic=True), Camera()
    way = track([flat, deep, flat, flat], [0, 1, 2, 3])
    found = [camera_at(way, time).orthographic for time in (0, 0.5, 1, 1.5, 2, 2.5, 3)]
    assert found == [True, False, False, False, True, True, True]


def test_looking_sees_the_target_from_the_eye():
    eye, target = np.array([1.0, -2.0, 1.5]), np.array([0.2, 0.1, 0.3])
    camera = looking(eye, target)
    assert camera.eye == pytest.approx(eye)
    assert camera.target == pytest.approx(tuple(target))
    assert camera.roll == 0


@pytest.mark.parametrize("times", [(0.0, 1.0, 1.0, 2.0), (0.0, 1.0, 2.0)])
def test_times_that_do_not_rise_are_refused(times):
    with pytest.raises(ValueError, match="rise"):
        track(KEYS, times)
