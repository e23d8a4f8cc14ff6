"""Flights and swings: where they begin and end, that they are smooth, and that frames cut time as they like."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from explorer.camera.camera import MAP, TOP, Camera, axes, clip_matrix, project
from explorer.camera.motion import FLIGHT_SECONDS, REST, SWING_SECONDS, Motion, between
from explorer.camera.steering import orbit, tumble, zoom
from tests.explorer.camera.test_camera import random_cameras

FRAME = 1 / 60


def flown(start: Camera, end: Camera, frame: float = FRAME) -> list[Camera]:
    """All cameras of a flight, the last one is where it rests."""
    motion, way = Motion(), [start]
    motion.start(start, end)
    while motion.moving:
        camera = motion.advance(way[-1], frame)
        assert camera is not None
        way.append(camera)
        assert len(way) < 1000
    return way


# ── flights ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_flight_ends_exactly_where_it_was_sent_and_rests() -> None:
    for start, end in zip(random_cameras(20), random_cameras(20, seed=1), strict=True):
        motion = Motion()
        motion.start(start, end)
        assert motion.moving and motion.goal == end
        camera = start
        for _ in range(math.ceil(FLIGHT_SECONDS / FRAME)):
            camera = motion.advance(camera, FRAME) or camera
        assert camera == end
        assert not motion.moving and motion.goal is None and motion.advance(camera, FRAME) is None


@pytest.mark.parametrize("frame", [FRAME, 1 / 7, 10.0])
def test_however_long_a_frame_takes_the_flight_takes_its_time(frame: float) -> None:
    way = flown(Camera(), TOP, frame)
    assert len(way) - 1 == math.ceil(FLIGHT_SECONDS / frame - 1e-9)
    assert way[-1] == TOP


def test_nowhere_to_go_is_rest() -> None:
    motion = Motion()
    motion.start(Camera(), Camera())
    assert not motion.moving and motion.advance(Camera(), FRAME) is None


def test_it_sets_off_and_arrives_gently_and_is_halfway_at_half_time() -> None:
    """Smoothstep: 3 t² − 2 t³."""
    start, end = Camera(azimuth=0.0), Camera(azimuth=100.0)
    for share in (0.0, 0.1, 0.25, 0.5, 0.9):
        assert between(start, end, share).azimuth == pytest.approx(100 * (3 * share**2 - 2 * share**3))


def test_the_shorter_way_round_is_taken() -> None:
    assert between(Camera(azimuth=170.0), Camera(azimuth=-170.0), 0.5).azimuth in (180.0, -180.0)
    assert between(Camera(azimuth=-170.0), Camera(azimuth=170.0), 0.5).azimuth in (180.0, -180.0)
    assert between(Camera(roll=170.0), Camera(roll=-160.0), 0.5).roll == pytest.approx(-175.0)
    for start, end in zip(random_cameras(50), random_cameras(50, seed=1), strict=True):
        turned = np.diff(np.unwrap([c.azimuth for c in flown(start, end)], period=360))
        assert abs(turned.sum()) <= 180 + 1e-9 and (np.sign(turned[turned != 0]) == np.sign(turned.sum())).all()


def test_the_distance_changes_by_equal_factors() -> None:
    assert between(Camera(distance=1.0), Camera(distance=16.0), 0.5).distance == pytest.approx(4.0)


def test_who_is_level_stays_level() -> None:
    for start, end in zip(random_cameras(20), random_cameras(20, seed=1), strict=True):
        way = flown(replace(start, roll=0.0), replace(end, roll=0.0))
        assert {camera.roll for camera in way} == {0.0}


def test_no_frame_is_a_jump() -> None:
    """One frame in 21 turns by at most 1.5 / 21 of the way and a little: of three angles of up to 180 degrees each."""
    for start, end in zip(random_cameras(30), random_cameras(30, seed=1), strict=True):
        way = flown(start, end)
        for a, b in itertools.pairwise(way):
            cosine = (np.trace(axes(a) @ axes(b).T) - 1) / 2
            assert math.degrees(math.acos(min(max(cosine, -1.0), 1.0))) < 3 * 180 * 1.6 / 21


def test_what_keeps_its_place_when_zoomed_keeps_it_on_the_way() -> None:
    size, point = (1280, 800), np.array([0.4, -0.3, 0.2])
    start = Camera()
    end = zoom(start, 0.2, point)
    places = [project(clip_matrix(camera, size), point[None], size)[0, :2] for camera in flown(start, end)]
    np.testing.assert_allclose(places, [places[0]] * len(places), atol=1e-6)


def test_distances_that_hardly_differ_are_no_trouble() -> None:
    start = Camera(distance=5.2, target=(0.0, 0.0, 0.0))
    end = Camera(distance=math.nextafter(5.2, 6), target=(1.0, 0.0, 0.0))
    assert between(start, end, 0.25).target[0] == pytest.approx(3 / 16 - 2 / 64)


def test_perspective_is_there_on_the_whole_way_and_goes_at_the_end() -> None:
    there, back = flown(Camera(), MAP), flown(MAP, Camera())
    assert [camera.orthographic for camera in there] == [False] * (len(there) - 1) + [True]
    assert [camera.orthographic for camera in back] == [True] + [False] * (len(back) - 1)
    assert all(camera.orthographic for camera in flown(MAP, replace(MAP, distance=2.0)))


def test_stop_stops() -> None:
    motion = Motion()
    motion.start(Camera(), TOP)
    motion.stop()
    assert not motion.moving and motion.advance(Camera(), FRAME) is None


# ── swings ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def swung(right: float, up: float, frame: float = FRAME) -> tuple[list[Camera], float]:
    motion, way, spent = Motion(), [Camera(elevation=0.0)], 0.0
    motion.throw(right, up)
    while motion.moving:
        way.append(motion.advance(way[-1], frame) or way[-1])
        spent += frame
        assert spent < 5
    return way, spent


def test_a_swing_goes_on_as_the_hand_went_and_fades() -> None:
    way, _ = swung(200.0, -50.0)
    steps = np.diff([(camera.azimuth, camera.elevation) for camera in way], axis=0)
    assert steps[0] == pytest.approx([200 * FRAME, -50 * FRAME], rel=0.05)
    np.testing.assert_allclose(steps[1:] / steps[:-1], math.exp(-FRAME / SWING_SECONDS), rtol=1e-6)


def test_a_swing_rests_once_it_is_slow() -> None:
    way, spent = swung(100.0, 0.0)
    assert spent == pytest.approx(SWING_SECONDS * math.log(100 / REST), abs=FRAME)
    travelled = way[-1].azimuth - way[0].azimuth
    assert travelled == pytest.approx(SWING_SECONDS * (100 - REST), abs=REST * FRAME)


def test_a_swing_does_not_depend_on_how_time_is_cut() -> None:
    ends = []
    for frame in (0.005, 0.01, 0.1):
        motion, camera = Motion(), Camera()
        motion.throw(300.0, 20.0)
        for _ in range(round(0.2 / frame)):
            camera = motion.advance(camera, frame) or camera
        ends.append((camera.azimuth, camera.elevation))
    np.testing.assert_allclose(ends, [ends[0]] * 3, atol=1e-9)


def test_a_slow_hand_lets_go_without_a_swing() -> None:
    motion = Motion()
    motion.throw(0.7 * REST, -0.7 * REST)
    assert not motion.moving


def test_a_swing_turns_as_the_hand_turned() -> None:
    for turn in (orbit, tumble):
        motion = Motion()
        motion.throw(90.0, 400.0, turn)
        way = SWING_SECONDS * (1 - math.exp(-FRAME / SWING_SECONDS))
        assert motion.advance(Camera(), FRAME) == turn(Camera(), 90 * way, 400 * way)


def test_the_last_one_counts() -> None:
    motion = Motion()
    motion.throw(90.0, 0.0)
    motion.start(Camera(), TOP)
    assert motion.advance(Camera(), 1.0) == TOP and not motion.moving
    motion.start(Camera(), TOP)
    motion.throw(90.0, 0.0)
    assert motion.goal is None and motion.moving
