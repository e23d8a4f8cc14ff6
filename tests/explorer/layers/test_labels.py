"""Text over whatever lies behind it, as pixels."""

from dataclasses import replace

import moderngl
import numpy as np
import pytest

from explorer.ground.scene import Label, Shot
from explorer.layers.labels import Labels
from explorer.looks.theme import THEMES
from explorer.looks.view import View
from explorer.pictures.frame import BLENDING, compose
from tests.explorer.writing.test_annotations import SCENE

SIZE = (48, 24)
GREY = 0.45


def drawn(gl: moderngl.Context, text: str, *, opacity: float = 1.0, size: float = 12) -> np.ndarray:
    """(rows, columns) how bright each pixel is, of text of the light theme on grey."""
    shot: Shot = compose(SCENE, View(theme="light"), SIZE)
    label = Label(text, SIZE[0] / 2, SIZE[1] / 2, size=size, opacity=opacity)
    picture = gl.texture(SIZE, 4)
    target, layer = gl.framebuffer([picture]), Labels(gl)
    target.use()
    target.clear(GREY, GREY, GREY, 1.0)
    gl.blend_func = BLENDING  # type: ignore[assignment]
    layer.draw(replace(shot, labels=(label,)))
    data = np.frombuffer(picture.read(alignment=1), np.uint8)
    gl.extra.use()  # type: ignore[attr-defined]
    for thing in (layer, target, picture):
        thing.release()
    return data.reshape(SIZE[1], SIZE[0], 4)[::-1, :, 1] / 255


@pytest.mark.parametrize("size", [11, 12, 14])
def test_a_decimal_point_is_told_from_its_halo(gl: moderngl.Context, size: float) -> None:
    """Or 0.1 reads as 01."""
    assert drawn(gl, ".", size=size).min() < 0.5 * GREY


def test_a_halo_is_no_stronger_than_it_is_said_to_be(gl: moderngl.Context) -> None:
    most = THEMES["light"].halo[3]
    assert GREY + 0.2 < drawn(gl, "8", size=16).max() <= GREY + most * (1 - GREY) + 0.01


def test_the_halo_of_faint_text_is_fainter_still(gl: moderngl.Context) -> None:
    """Or it would be a dark ghost of text on a dark ground."""
    full, half = (drawn(gl, "8", opacity=opacity) - GREY for opacity in (1.0, 0.5))
    assert half.max() < 0.3 * full.max()


def test_faint_text_is_fainter_with_its_halo(gl: moderngl.Context) -> None:
    full, half, none = (np.abs(drawn(gl, "8", opacity=opacity) - GREY).max() for opacity in (1.0, 0.5, 0.0))
    assert none < 0.01 < half < full
