"""The ends of a cross-section are named above the ground, where there is ground to see."""

from dataclasses import replace

import numpy as np
import pytest

from compute.landscape import Domain
from compute.scale import Scale, ScaleKind
from explorer.camera.camera import project
from explorer.ground.scene import Scene
from explorer.looks.view import Cut, View
from explorer.pictures.frame import compose
from explorer.writing.ground_text import END_ABOVE_PT, section_ends

SIZE = (900, 700)
SCENE = Scene(Domain((0.0, 1.0), (0.0, 1.0), 5, 5), Scale(0.0, 1.0, ScaleKind.LINEAR, "", 1.0), (4, 4), "loss")
GROUND = np.tile(np.linspace(0, 1, 5, dtype=np.float32), (5, 1))  # as high as alpha
VIEW = View(section=((0.25, 0.5), (0.75, 1.0)))


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_both_ends_have_their_letter_above_the_ground(ratio: float) -> None:
    shot = compose(SCENE, VIEW, SIZE, ratio)
    labels = section_ends(shot, GROUND)
    assert [label.text for label in labels] == ["A", "B"]
    places = np.array([(-0.5, 0.0, 0.25 * shot.relief), (0.5, 1.0, 0.75 * shot.relief)])
    for label, (x, y, _) in zip(labels, project(shot.clip, places, SIZE), strict=True):
        assert (label.x, label.y) == pytest.approx((x, y + END_ABOVE_PT * ratio))


def test_what_is_not_there_has_no_letter() -> None:
    assert section_ends(compose(SCENE, replace(VIEW, section=None), SIZE), GROUND) == []
    hole = GROUND.copy()
    hole[2, 1] = np.nan
    assert [label.text for label in section_ends(compose(SCENE, VIEW, SIZE), hole)] == ["B"]
    cut = compose(SCENE, replace(VIEW, cut=Cut(alpha=(0.0, 0.6))), SIZE)
    assert [label.text for label in section_ends(cut, GROUND)] == ["A"]


def test_above_the_cap_the_ends_stand_on_the_rim_where_the_top_is_open() -> None:
    shot = compose(SCENE, VIEW, SIZE)
    assert [label.y for label in section_ends(shot, 4 * GROUND)] == [
        label.y for label in section_ends(shot, 9 * GROUND)
    ]
