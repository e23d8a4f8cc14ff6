"""Which critical points are meant, and what is drawn of that."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.desk.selection import Selection, is_shown, uv_of
from explorer.ground.scene import NO_PICK
from explorer.ground.staging import Stage
from explorer.looks.view import View
from tests.explorer.layers.test_layers import landscape
from tests.explorer.lines import line


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage(landscape(), View())


def places(stage: Stage, kind: int) -> list[tuple[float, float]]:
    return [(point.alpha, point.beta) for point in stage.standing.points if point.slice_index == kind]


def test_one_is_chosen_a_second_is_added_and_a_third_takes_its_place(stage) -> None:
    one, two, three, _ = places(stage, 0)
    selection = Selection()
    selection.choose(one)
    assert selection.chosen == (one,)
    selection.choose(two, adding=True)
    assert selection.chosen == (one, two)
    selection.choose(three, adding=True)
    assert selection.chosen == (one, three)
    selection.choose(three, adding=True)
    assert selection.chosen == (one,)
    selection.choose(two)
    assert selection.chosen == (two,)
    selection.clear()
    assert selection.chosen == ()


def test_what_is_pointed_at_is_so_until_the_frame_after(stage) -> None:
    selection = Selection()
    place = places(stage, 0)[0]
    selection.point_at(place)
    assert selection.pointed is None
    selection.follow()
    assert selection.pointed == place
    selection.follow()
    assert selection.pointed is None


def test_the_list_is_told_once_of_what_was_chosen_elsewhere(stage) -> None:
    selection = Selection()
    place = places(stage, 0)[0]
    selection.choose(place, reveal=True)
    assert (selection.reveal(), selection.reveal()) == (place, None)
    selection.choose(place)
    assert selection.reveal() is None


def test_ways_are_those_between_two_minima_and_found_once(stage) -> None:
    one, two, *_ = places(stage, 0)
    selection = Selection()
    assert selection.ways(stage) is None
    selection.choose(one)
    selection.choose(places(stage, 1)[0], adding=True)
    assert selection.ways(stage) is None
    selection.choose(two, adding=True)
    found = selection.ways(stage)
    assert found is not None and found.straight.tolist() == [list(one), list(two)]
    assert selection.ways(stage) is found


def test_what_is_hidden_or_gone_is_passed_over(stage) -> None:
    selection = Selection()
    place = places(stage, 1)[0]
    selection.choose(place)
    selection.choose((0.123, 0.456), adding=True)
    assert selection.present(stage) == (place,)
    simplified = Stage(stage.landscape, replace(View(), threshold=1e6))
    assert is_shown(stage, place) and not is_shown(simplified, place)
    assert selection.present(simplified) == () and selection.picked(simplified) is NO_PICK


def test_the_picture_gets_marks_rings_and_ways_in_shares_of_the_domain(stage) -> None:
    one, two, *_ = places(stage, 0)
    selection = Selection()
    assert selection.picked(stage) is NO_PICK
    selection.choose(one)
    alone = selection.picked(stage)
    assert np.allclose(alone.marks[0, :2], uv_of(stage, one)) and len(alone.lowest) == 0 and alone.places == ()
    selection.choose(two, adding=True)
    both = selection.picked(stage)
    assert len(both.marks) == 2 and len(both.straight) == 2
    assert np.allclose(both.lowest[[0, -1]], both.straight) and np.allclose(both.straight[1], uv_of(stage, two))
    found = selection.ways(stage)
    assert both.places == (uv_of(stage, found.at),)
    assert selection.picked(stage) is both  # or the picture would be drawn anew at each frame


def test_it_is_drawn_anew_when_the_surface_is_another_one(stage) -> None:
    selection = Selection()
    selection.choose(places(stage, 0)[0])
    before = selection.picked(stage)
    other = Stage(stage.landscape, View())
    assert selection.picked(other) is not before and len(selection.picked(other).marks) == 1


def test_on_a_line_a_place_is_in_the_middle_of_its_strip() -> None:
    found = Stage(line(), View())
    assert uv_of(found, (found.standing.points[0].alpha, found.standing.points[0].beta))[1] == 0.5
