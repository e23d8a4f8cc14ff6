"""The way of a camera, and the frames at its keyframes, as lines."""

import numpy as np
import pytest

from explorer.camera.camera import Camera, axes
from explorer.camera.splines import camera_at, track
from explorer.looks.theme import THEMES
from explorer.writing.flight_lines import CLEAR, DEPTH, FINE, NEAR, SMALL, UNDER_WAY, WAY_PT, flight_lines

THEME = THEMES["dark"]
WAY = track([Camera(azimuth=0.0), Camera(azimuth=50.0, elevation=20.0), Camera(azimuth=90.0)], [0.0, 1.0, 3.0])
FAR = Camera(azimuth=180.0, distance=20.0)


def of_way(lines: np.ndarray) -> np.ndarray:
    return lines[lines[:, 10] == np.float32(WAY_PT)]


def test_the_way_goes_through_where_the_eye_will_be():
    lines = of_way(flight_lines(WAY, None, FAR, THEME).lines)
    assert len(lines) == 2 * FINE
    assert lines[1:, :3] == pytest.approx(lines[:-1, 3:6])
    for row, time in ((0, 0.0), (FINE // 2, 0.5), (FINE, 1.0), (FINE + FINE // 2, 2.0)):
        assert lines[row, :3] == pytest.approx(camera_at(WAY, time).eye, abs=1e-5)


def test_the_frame_of_a_keyframe_stands_before_its_eye_and_the_selected_one_is_told_apart():
    lines = flight_lines(WAY, 1, FAR, THEME).lines
    assert set(map(tuple, of_way(lines)[:, 6:10])) == {tuple(np.float32(THEME.panel.accent))}
    frames = lines[lines[:, 10] != np.float32(WAY_PT)].reshape(3, 10, 11)
    assert [tuple(frame[0, 6:10]) == tuple(np.float32(THEME.panel.accent)) for frame in frames] == [False, True, False]
    for k, time in enumerate(WAY.times):
        camera = camera_at(WAY, time)
        corners = frames[k, :4, 3:6]
        assert frames[k, :4, :3] == pytest.approx(np.tile(camera.eye, (4, 1)), abs=1e-5)
        depth = DEPTH if k == 1 else SMALL
        assert (corners - camera.eye) @ axes(camera)[2] == pytest.approx(-depth, abs=1e-5)
    assert frames[0, 0, 9] == frames[2, 0, 9] < 0.5 < frames[1, 0, 9], "others are fainter"


def test_what_surrounds_the_eye_is_left_out():
    seen = camera_at(WAY, 1.0)
    lines = flight_lines(WAY, 1, seen, THEME).lines
    ends = lines[:, :6].reshape(-1, 3)
    assert len(lines) < len(flight_lines(WAY, 1, FAR, THEME).lines)
    assert np.linalg.norm(ends - seen.eye, axis=1).min() > NEAR


def test_on_the_way_all_of_it_is_faint_and_what_is_near_is_fainter():
    seen = camera_at(WAY, 1.5)
    lines = flight_lines(WAY, 1, seen, THEME).lines
    assert 0 < lines[:, 9].max() <= UNDER_WAY + 1e-6
    away = np.linalg.norm(lines[:, :6].reshape(-1, 2, 3) - seen.eye, axis=2).min(axis=1)
    near = of_way(lines[(away < 0.5 * (NEAR + CLEAR))])
    assert len(near) and near[:, 9].max() < 0.6 * lines[:, 9].max()


def test_one_keyframe_has_a_frame_and_no_way():
    assert len(flight_lines(track([Camera()], [0.0]), None, FAR, THEME).lines) == 10
