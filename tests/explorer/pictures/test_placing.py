"""Where films are taken from: all of the landscape in every picture, and none of it under the colour bar."""

from itertools import product

import numpy as np
import pytest

from compute.formats.reading import read_landscape
from explorer.camera.camera import MAP, Camera, project
from explorer.command_line.chosen_view import CAMERAS
from explorer.ground.heights import extent_world
from explorer.ground.staging import Stage
from explorer.looks.view import View
from explorer.pictures.flights import turntable
from explorer.pictures.frame import compose
from explorer.pictures.instants import Take
from explorer.pictures.placing import framed, pixel_ratio
from explorer.resources import resource

SIZES = [(540, 960), (1080, 1920), (720, 720), (1280, 720), (400, 250), (160, 96), (120, 400)]


@pytest.fixture(scope="module")
def ready():
    return read_landscape(resource("assets", "ready"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("camera", [Camera(), CAMERAS["iso"], CAMERAS["side"], MAP])
def test_over_a_full_turn_the_landscape_stays_in_the_picture_beside_the_bar_and_about_one_place(ready, size, camera):
    take = Take(6, 10, size)
    view = framed(View(camera=camera), ready, size, around=True)
    scene, (width, depth) = Stage(ready, view).scene, extent_world(ready.domain)
    corners, middles = np.array(list(product((-width / 2, width / 2), (-depth / 2, depth / 2), (0, 1)))), []
    for instant in turntable(ready, view, take):
        shot = compose(scene, instant.view, size, pixel_ratio(size))
        box = corners * (1, 1, shot.relief)
        pixels = project(shot.clip, box, size)
        assert (pixels[:, 2] > 0).all() and (pixels[:, :2] > 0).all()
        assert (pixels[:, 0] < shot.bar[0]).all() and (pixels[:, 1] < size[1]).all()
        middles.append(project(shot.clip, np.array([[0.0, 0.0, 0.0]]), size)[0])
    assert np.ptp(middles, axis=0) == pytest.approx((0, 0, 0), abs=1e-6)


def test_a_turntable_is_as_near_as_may_be(ready):
    """From some side the landscape takes most of the width that the colour bar leaves in a narrow picture."""
    size, widths = (540, 960), []
    view = framed(View(), ready, size, around=True)
    for instant in turntable(ready, view, Take(6, 10, size)):
        shot = compose(Stage(ready, view).scene, instant.view, size, pixel_ratio(size))
        width, depth = extent_world(ready.domain)
        corners = np.array(list(product((-width / 2, width / 2), (-depth / 2, depth / 2), (0, shot.relief))))
        widths.append(np.ptp(project(shot.clip, corners, size)[:, 0]) / shot.bar[0])
    assert max(widths) > 0.85
