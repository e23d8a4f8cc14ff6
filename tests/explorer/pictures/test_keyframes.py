"""Flights from files."""

import json

import numpy as np
import pytest

from compute.errors import BadInputError
from explorer.camera.camera import Camera
from explorer.looks.plain import to_plain
from explorer.looks.view import View
from explorer.pictures.instants import Take
from explorer.pictures.keyframes import FlightFile, Keyframe, along_keyframes, flight_text, read_flight
from tests.explorer.layers.test_layers import landscape

FLIGHT = FlightFile(
    (
        Keyframe(1.0, Camera(), "one"),
        Keyframe(2.0, Camera(azimuth=10, distance=3), step=2.0),
        Keyframe(5.0, Camera(azimuth=80, elevation=20), "three", 8.0),
    )
)


def written(tmp_path, text: str):
    path = tmp_path / "my.flight.json"
    path.write_text(text)
    return path


def plain(**change) -> str:
    return json.dumps({**json.loads(flight_text(FLIGHT)), **change})


def test_a_flight_comes_back_as_it_was_written(tmp_path):
    assert read_flight(written(tmp_path, flight_text(FLIGHT))) == FLIGHT
    assert FLIGHT.seconds == 4.0


def test_only_times_and_cameras_have_to_be_given(tmp_path):
    text = json.dumps({"keyframes": [{"time": 0, "camera": to_plain(Camera())}]})
    assert read_flight(written(tmp_path, text)).keyframes == (Keyframe(0.0, Camera()),)


def test_it_begins_and_ends_at_its_keyframes_whatever_the_length_of_the_film():
    for seconds in (1.0, 4.0):
        shown = list(along_keyframes(FLIGHT)(landscape(), View(), Take(seconds, 10)))
        assert len(shown) == round(seconds * 10)
        assert shown[0].view.camera.distance == pytest.approx(Camera().distance)
        assert shown[-1].view.camera.azimuth == pytest.approx(80)
    assert shown[0].said == (("", "one"),) and shown[-1].said == (("", "three"),)
    assert shown[0].moment == 2.0 and shown[-1].moment == 8.0
    assert 2.0 < shown[20].moment < 8.0


@pytest.mark.parametrize("speed", ["eased", "constant"])
def test_a_caption_at_the_end_can_be_read(speed):
    """The camera rests there for 1.5 seconds; each keyframe is passed at its time all the same."""
    flight = FlightFile(FLIGHT.keyframes, speed)
    assert flight.film_seconds == flight.seconds + 1.5 == 5.5
    shown = list(along_keyframes(flight)(landscape(), View(), Take(flight.film_seconds, 30)))
    assert len(shown) == 165
    said = [instant.said == (("", "three"),) for instant in shown]
    assert 45 <= sum(said) <= 46 and all(said[-45:])
    last = shown[-1].view.camera
    assert last.azimuth == pytest.approx(80) and all(instant.view.camera == last for instant in shown[-44:])
    assert shown[118].view.camera != last
    if speed == "eased":
        assert shown[30].view.camera.azimuth == pytest.approx(10, abs=1.0)


def test_without_a_caption_at_the_end_a_film_is_as_long_as_its_flight():
    bare = FlightFile((*FLIGHT.keyframes[:2], Keyframe(5.0, Camera(azimuth=80))))
    assert bare.film_seconds == bare.seconds == 4.0
    assert FlightFile((Keyframe(3.0, Camera(), "alone"),)).film_seconds == 0


def test_one_speed_on_request():
    constant = FlightFile(FLIGHT.keyframes, "constant")
    for flight, even in ((FLIGHT, False), (constant, True)):
        seconds = 4 * flight.film_seconds / flight.seconds
        eyes = np.array(
            [instant.view.camera.eye for instant in along_keyframes(flight)(landscape(), View(), Take(seconds, 30))]
        )[:121]
        moved = np.linalg.norm(np.diff(eyes, axis=0), axis=1)
        assert bool(moved.std() / moved.mean() < 0.03) is even


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "JSON"),
        ("[]", "object"),
        ('{"keyframes": []}', "1 to"),
        (plain(format=9), "newer"),
        (plain(kind="view"), "kind"),
        (plain(speed="fast"), "speed"),
        (plain(keyframes=[{"time": 0}]), r"keyframes\[0\].camera"),
        (plain(keyframes=[{"time": 0, "camera": {"azimuth": "north"}}]), r"keyframes\[0\].camera.azimuth"),
        (plain(keyframes=[{"time": 0, "camera": {"distance": 1e6}}]), r"keyframes\[0\].camera.distance"),
        (plain(keyframes=2 * [{"time": 0, "camera": {}}]), r"keyframes\[1\].time"),
    ],
)
def test_what_is_no_flight_is_refused_by_its_place(tmp_path, text, what):
    with pytest.raises(BadInputError, match=what) as error:
        read_flight(written(tmp_path, text))
    assert "my.flight.json" in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadInputError, match=r"none.flight.json: no such file"):
        read_flight(tmp_path / "none.flight.json")
