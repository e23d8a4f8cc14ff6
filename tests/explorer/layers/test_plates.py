"""Plates under what is written over the scene."""

from dataclasses import replace

import moderngl
import numpy as np
import pytest

from explorer.camera.camera import Camera
from explorer.ground.scene import NO_PLATES
from explorer.ground.staging import Stage
from explorer.layers.plates import SOFT_PT
from explorer.looks.view import View
from explorer.pictures.frame import Frame, compose
from explorer.writing.placing import plates_under
from tests.explorer.layers.test_layers import landscape

SIZE = (400, 260)


def both(gl: moderngl.Context, camera: Camera, theme: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The picture, the same without plates, and the plates."""
    view = View(camera=camera, theme=theme)
    stage = Stage(landscape(), view)
    with Frame(gl) as frame:
        frame.set_heights(stage.heights, stage.map.measured, stage.paint)
        shot = compose(stage.scene, view, SIZE, 0.6, caption="A landscape", ground=stage.heights)
        return frame.pixels(shot).copy(), frame.pixels(replace(shot, plates=NO_PLATES)).copy(), shot.plates


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_over_the_scene_there_is_a_plate_and_nowhere_else(gl: moderngl.Context, theme: str) -> None:
    pixels, bare, plates = both(gl, Camera(elevation=40, distance=1.2), theme)
    differs = (pixels != bare).any(axis=2)
    reach = SOFT_PT * 0.6 + 1
    allowed = np.zeros_like(differs)
    for left, bottom, right, top in plates.tolist():
        rows = slice(max(int(SIZE[1] - top - reach), 0), int(SIZE[1] - bottom + reach) + 1)
        allowed[rows, max(int(left - reach), 0) : int(right + reach) + 1] = True
    assert differs.sum() > 500 and not (differs & ~allowed).any()
    brighter = pixels[differs].astype(int).mean() - bare[differs].astype(int).mean()
    assert brighter < -20 if theme == "dark" else brighter > 20


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_over_the_background_there_is_none(gl: moderngl.Context, theme: str) -> None:
    pixels, bare, plates = both(gl, Camera(distance=14.0), theme)
    assert len(plates) and (pixels == bare).all()


def test_where_two_plates_meet_there_is_no_slit(gl: moderngl.Context) -> None:
    view = View(camera=Camera(elevation=89, distance=1.2), colour_bar=False, legend=False, axes=False)
    stage, plates = Stage(landscape(), view), np.array([(100, 150, 220, 170), (140, 60, 170, 147)], np.float32)
    with Frame(gl) as frame:
        frame.set_heights(stage.heights, stage.map.measured, stage.paint)
        shot = compose(stage.scene, view, SIZE, 0.6)
        bare = frame.pixels(shot).astype(int)
        for some in (plates, plates[::-1].copy()):
            change = np.abs(frame.pixels(replace(shot, plates=some)).astype(int) - bare).sum(axis=2)[::-1]
            across = change[80:165, 155]  # up the lower plate, over the gap of 3 pixels into the upper one
            assert across.min() > 0.6 * np.median(across)
            assert change[80:130, 110].max() == 0  # beside the lower, below the upper one


def test_the_plate_of_a_title_is_no_higher_than_the_title() -> None:
    title, bar, number = (0.0, 110.0, 200.0, 125.0), (90.0, 0.0, 104.0, 100.0), (112.0, 93.0, 130.0, 108.0)
    plates = plates_under([title, number, bar], 1.0)
    assert sorted(plates.tolist()) == [list(title), [90.0, 0.0, 130.0, 108.0]]


def test_text_that_is_near_to_other_text_has_one_plate_with_it() -> None:
    near, far = (0.0, 0.0, 10.0, 10.0), (100.0, 100.0, 120.0, 110.0)
    plates = plates_under([near, far, (15.0, 0.0, 30.0, 12.0), (32.0, 0.0, 40.0, 5.0)], 1.0)
    assert sorted(plates.tolist()) == [[0, 0, 40, 12], list(far)]
    assert plates_under([], 1.0).shape == (0, 4)
