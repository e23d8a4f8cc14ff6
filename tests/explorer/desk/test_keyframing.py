"""What is done to keyframes, without a window."""

from dataclasses import replace

import numpy as np
import pytest

from compute.errors import BadInputError
from explorer.camera.camera import Camera
from explorer.camera.splines import camera_at
from explorer.desk.keyframing import (
    GAP,
    LAID,
    NOTHING,
    STEP,
    added,
    at,
    begun,
    changed,
    clock,
    is_flight,
    laid,
    lasting,
    moved,
    save_flight,
    way_of,
    without,
)
from explorer.looks.view import View
from explorer.pictures.instants import Take
from explorer.pictures.keyframes import (
    CONSTANT,
    FlightFile,
    Keyframe,
    along_keyframes,
    read_flight,
    said_at,
    step_at,
)
from tests.explorer.layers.test_layers import landscape
from tests.explorer.lines import line


def flight(*times: float, **more) -> FlightFile:
    """Keyframes whose azimuth says their number."""
    return FlightFile(tuple(Keyframe(time, Camera(azimuth=10.0 * k)) for k, time in enumerate(times)), **more)


def told(found: FlightFile) -> list[tuple[float, float]]:
    return [(key.time, key.camera.azimuth) for key in found.keyframes]


NEW = Camera(azimuth=99.0)


@pytest.mark.parametrize(
    ("times", "time", "place", "expected"),
    [
        ((), 3.0, 0, [3.0]),
        ((0.0,), 0.0, 1, [0.0, STEP]),
        ((0.0, 2.0), 2.0, 2, [0.0, 2.0, 2.0 + STEP]),
        ((0.0, 2.0), 0.0, 1, [0.0, 1.0, 2.0]),
        ((0.0, 2.0), 1.5, 1, [0.0, 1.5, 2.0]),
        ((0.0, 2.0), 5.0, 2, [0.0, 2.0, 5.0]),
        ((0.0, 0.06, 1.0), 0.0, 1, [0.0, STEP / 2, 0.06 + STEP, 1.0 + STEP]),
    ],
)
def test_a_keyframe_comes_where_the_film_is_or_behind_the_one_there(times, time, place, expected):
    found, where = added(flight(*times), time, NEW)
    assert where == place
    assert [key.time for key in found.keyframes] == pytest.approx(expected)
    assert found.keyframes[place].camera == NEW
    assert found.keyframes[:place] == flight(*times).keyframes[:place]


def test_a_keyframe_has_a_level_horizon():
    found, _ = added(NOTHING, 0.0, Camera(roll=30.0))
    assert found.keyframes[0].camera == Camera()
    assert changed(found, 0, Keyframe(5.0, Camera(roll=9.0))).keyframes == (Keyframe(0.0, Camera()),)


def test_no_more_keyframes_than_a_file_may_hold():
    full = flight(*np.arange(1000.0).tolist())
    assert added(full, 0.5, NEW) == (full, 999)


def test_a_keyframe_moved_beyond_another_changes_places_with_it():
    found, where = moved(flight(0.0, 1.0, 2.0), 0, 1.5)
    assert (told(found), where) == ([(1.0, 10.0), (1.5, 0.0), (2.0, 20.0)], 1)
    assert told(begun(found)) == [(0.0, 10.0), (0.5, 0.0), (1.0, 20.0)]


@pytest.mark.parametrize(("time", "free"), [(1.0, 1.0 - GAP), (0.98, 1.0 - GAP), (1.02, 1.0 + GAP), (4e9, 3600.0)])
def test_no_two_keyframes_are_at_one_time(time, free):
    found, where = moved(flight(0.0, 1.0), 0, time)
    assert found.keyframes[where].time == pytest.approx(free)
    assert found.keyframes[1 - where].time == 1.0


def test_a_crowd_of_keyframes_leaves_no_two_at_one_time():
    crowd = flight(*(round(k * GAP, 2) for k in range(9)), 3.0)
    found, _ = moved(crowd, 9, 0.2)
    times = [key.time for key in found.keyframes]
    assert min(np.diff(times)) >= GAP - 1e-9 and len(times) == 10


def test_without_its_first_one_it_begins_at_the_next():
    assert told(without(flight(0.0, 1.0, 3.0), 0)) == [(0.0, 10.0), (2.0, 20.0)]
    assert without(flight(0.0), 0) == NOTHING


@pytest.mark.parametrize(("seconds", "expected"), [(6.0, [0, 2, 6]), (1.5, [0, 0.5, 1.5]), (0.0, [0, 0.05, 0.1])])
def test_it_lasts_as_long_as_is_wished_for(seconds, expected):
    assert [key.time for key in lasting(flight(0.0, 1.0, 3.0), seconds).keyframes] == pytest.approx(expected)


def test_which_keyframe_caption_and_step_are_at_a_time():
    keys = (
        Keyframe(0.0, Camera(), "one", 10.0),
        Keyframe(1.0, Camera()),
        Keyframe(2.0, Camera(), "three", 30.0),
    )
    found = FlightFile(keys)
    assert [at(found, time) for time in (0.0, 0.03, 0.5, 1.96)] == [0, 0, None, 2]
    assert [said_at(found.keyframes, time) for time in (0.0, 1.5, 2.0)] == ["one", "one", "three"]
    assert [step_at(found.keyframes, time) for time in (0.0, 1.0, 9.0)] == [10.0, 20.0, 30.0]
    assert step_at(flight(0.0, 1.0).keyframes, 0.5) is None


@pytest.mark.parametrize("speed", ["eased", CONSTANT])
def test_the_clock_says_what_the_film_shows_when(speed):
    """Against the film itself, picture by picture."""
    keys = tuple(Keyframe(t, Camera(azimuth=a, distance=d)) for t, a, d in ((0, 0, 5), (1, 50, 3), (4, 60, 6)))
    found = FlightFile(keys, speed)
    way = way_of(found)
    seconds, times = clock(found, way)
    for k, instant in enumerate(along_keyframes(found)(landscape(), View(), Take(4.0, 6))):
        camera = camera_at(way, float(np.interp(k / 23 * 4.0, seconds, times)))
        assert camera.eye == pytest.approx(instant.view.camera.eye, abs=2e-3)


def test_a_flight_without_keyframes_has_no_way():
    assert way_of(NOTHING) is None


@pytest.mark.parametrize("name", LAID)
def test_a_ready_made_way_is_laid_as_keyframes(name):
    view = View(camera=Camera(azimuth=33.0))
    found = laid(name, landscape(), view, 8.0)
    assert found.seconds == 8.0
    if name == "turntable":
        assert found.keyframes[0].camera == found.keyframes[-1].camera == view.camera
        turned = np.diff(np.unwrap([key.camera.azimuth for key in found.keyframes], period=360))
        assert turned == pytest.approx(360 / 8) and found.speed == CONSTANT
    if name == "rise":
        assert found.keyframes[0].camera.elevation == 90 and found.keyframes[-1].camera == view.camera


def test_a_line_has_no_way_that_needs_a_surface():
    with pytest.raises(BadInputError, match="needs a surface"):
        laid("descent", line(), View(), 6.0)


def test_it_is_saved_as_a_file_that_is_read_again(tmp_path):
    found = replace(flight(0.0, 1.0), speed=CONSTANT)
    path = save_flight(found, tmp_path / "my tour")
    assert path.name == "my tour.flight.json" and is_flight(path) and not is_flight(tmp_path / "my.json")
    assert read_flight(path) == found
    assert save_flight(found, path) == path
