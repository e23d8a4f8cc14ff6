"""A click on the mark of a critical point in the scene; a drag that begins there is a drag."""

from dataclasses import replace

import numpy as np
import pytest
from pyglet.window import key, mouse

from compute.landscape import Domain, Landscape
from explorer.desk import pane
from explorer.desk.modes import Tool
from explorer.looks.view import Cut
from tests.explorer.hand import Hand, NoFrame


def wells(n: int = 33) -> Landscape:
    domain = Domain((-2.0, 2.0), (-1.0, 1.0), n, n)
    x, y = np.meshgrid(domain.alphas, domain.betas)
    return Landscape("wells", domain, {"train_loss": 0.5 + (x**2 - 1) ** 2 + 2 * y**2}, np.ones((n, n), np.uint32))


LEFT, RIGHT = (-1.0, 0.0), (1.0, 0.0)


@pytest.fixture(autouse=True)
def no_frame(monkeypatch):
    monkeypatch.setattr(pane, "Frame", NoFrame)


@pytest.fixture
def hand() -> Hand:
    return Hand(landscapes=[wells()])


def at(hand: Hand, place: tuple[float, float]) -> tuple[float, float]:
    u, v = (place[0] + 2) / 4, (place[1] + 1) / 2
    return hand.seen(hand.desk.pane.on_ground((u, v)))


def click(hand: Hand, pixel: tuple[float, float], modifiers: int = 0) -> None:
    hand.now += 1.0
    hand.press(*pixel, mouse.LEFT, modifiers)
    hand.release(*pixel, mouse.LEFT)


def test_a_click_chooses_the_point_there_and_shift_adds_a_second_one(hand) -> None:
    before = hand.desk.view
    click(hand, at(hand, LEFT))
    assert hand.desk.selection.chosen == (LEFT,)
    click(hand, at(hand, RIGHT), key.MOD_SHIFT)
    assert hand.desk.selection.chosen == (LEFT, RIGHT)
    assert hand.desk.picked().places == ((0.5, 0.5),)  # the pass between them
    assert hand.desk.view == before


def test_a_click_beside_all_marks_leaves_what_is_chosen(hand) -> None:
    click(hand, at(hand, LEFT))
    click(hand, at(hand, (0.0, 0.6)))
    assert hand.desk.selection.chosen == (LEFT,)


def test_a_drag_and_another_button_choose_nothing(hand) -> None:
    x, y = at(hand, LEFT)
    hand.drag((x, y), (x + 30, y), (x, y), button=mouse.LEFT)
    hand.now += 1.0
    hand.press(x, y, mouse.RIGHT)
    hand.release(x, y, mouse.RIGHT)
    assert hand.desk.selection.chosen == ()


def test_with_a_tool_a_click_is_the_tools(hand) -> None:
    hand.desk.tool = Tool.SECTION
    click(hand, at(hand, LEFT))
    assert hand.desk.selection.chosen == ()


def test_what_is_not_drawn_cannot_be_hit(hand) -> None:
    pixel = at(hand, RIGHT)
    found = hand.desk.within((pixel[0], pixel[1]))
    assert hand.desk.pane.critical(found) == RIGHT
    for hidden in (
        {"glyphs": False},
        {"threshold": 1e6},
        {"cut": Cut(alpha=(0.0, 0.6))},
        {"cut": Cut(height=(0.5, 1))},
    ):
        hand.desk.show(replace(hand.desk.view, **hidden))
        hand.draw()
        kept = hand.desk.pane.critical(found)
        assert kept is None, hidden
        hand.desk.undo()
        hand.draw()


def test_another_landscape_has_other_points() -> None:
    hand = Hand(landscapes=[wells(), replace(wells(), name="other")])
    click(hand, at(hand, LEFT))
    assert hand.desk.selection.chosen
    hand.desk.look("other")
    assert hand.desk.selection.chosen == ()
    click(hand, at(hand, LEFT))
    assert hand.desk.selection.chosen
    click(hand, (100, 200))  # in the first pane, beside all
    assert (hand.desk.name, hand.desk.selection.chosen) == ("wells", ())


def test_the_camera_glides_to_a_point_and_comes_no_nearer_by_asking_again(hand) -> None:
    desk = hand.desk
    desk.fly_to_point(RIGHT)
    near = desk.view.camera
    assert np.allclose(near.target, desk.pane.on_ground((0.75, 0.5)))
    assert near.distance < 5.0
    desk.fly_to_point(LEFT)
    desk.fly_to_point(RIGHT)
    assert desk.view.camera == near
    desk.undo()
    assert desk.view.camera != near
