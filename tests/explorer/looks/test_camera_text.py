"""A camera through text and back, and one clear line for any other text."""

import json
import math
from dataclasses import asdict

import pytest

from compute.errors import BadInputError
from explorer.camera.camera import FRONT, MAP, Camera
from explorer.looks.camera_text import LONGEST, camera_from_json, camera_json
from tests.explorer.camera.test_camera import random_cameras


def test_any_camera_comes_back_bit_for_bit() -> None:
    for camera in (Camera(), FRONT, MAP, *random_cameras(100)):
        text = camera_json(camera)
        assert "\n" not in text
        assert camera_from_json(text) == camera
        assert camera_from_json(f"\n {json.dumps(json.loads(text), indent=2)}\n") == camera


def test_the_text_has_every_field_by_its_name() -> None:
    camera = Camera(azimuth=12.5, target=(0.25, 0.5, 1.0), orthographic=True)
    assert json.loads(camera_json(camera)) == {**asdict(camera), "target": [0.25, 0.5, 1.0]}


def text(**changed: object) -> str:
    return json.dumps({**asdict(Camera()), **changed})


def without(name: str) -> str:
    return json.dumps({key: value for key, value in asdict(Camera()).items() if key != name})


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("", "no camera"),
        ("hello", "no camera"),
        ("{", "no camera"),
        ("[]", "no camera"),
        ("null", "no camera"),
        ("42", "no camera"),
        ("{}", "no camera"),
        ('{"alpha": 1}', "no camera"),
        ("[" * 4000, "no camera"),
        (json.dumps(asdict(Camera())) + " " * LONGEST, "no camera"),
        (without("roll"), "camera.roll: is missing"),
        (without("target"), "camera.target: is missing"),
        (text(azimuth="12"), "camera.azimuth"),
        (text(azimuth=True), "camera.azimuth"),
        (text(azimuth=None), "camera.azimuth"),
        (text(orthographic=1), "camera.orthographic"),
        (text(target=[0, 0]), "camera.target"),
        (text(target=[0, 0, "0"]), "camera.target[2]"),
        (text(target=0.5), "camera.target"),
        (text(fov=30), "camera.fov"),
        (text(azimuth=math.nan), "camera.azimuth"),
        (text(distance=math.inf), "camera.distance"),
        (text(target=[0, -math.inf, 0]), "camera.target[1]"),
        (text(distance=0), "camera.distance: 0 is not between"),
        (text(distance=-5.2), "camera.distance: -5.2 is not between"),
        (text(distance=1e300), "camera.distance: 1e+300 is not between"),
        (text(elevation=90.5), "camera.elevation: 90.5 is not between"),
        (text(target=[0, 0, 1e9]), "camera.target: 1e+09 is not between"),
        (text(roll=1e6), "camera.roll"),
        (text(azimuth=-721), "camera.azimuth"),
        (text(azimuth=10**400), "camera.azimuth"),
    ],
)
def test_anything_else_is_refused_in_one_line(given: str, named: str) -> None:
    with pytest.raises(BadInputError) as error:
        camera_from_json(given)
    assert named in str(error.value)
    assert "\n" not in str(error.value) and len(str(error.value)) < 160


def test_exactly_from_above_is_a_camera() -> None:
    assert camera_from_json(text(elevation=-90)).elevation == -90.0
