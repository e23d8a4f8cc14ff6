"""Cross-sections and regions by keys alone, by the events that pyglet sends: a hand without a window."""

from dataclasses import replace

import numpy as np
import pytest
from pyglet.window import key

from compute.landscape import Domain, Landscape
from explorer.camera.camera import MAP, Camera
from explorer.camera.steering import focus
from explorer.desk.modes import Tool
from explorer.ground.picking import UV
from explorer.window.keyboard import REPEAT_AFTER, REPEAT_EVERY
from explorer.window.tracing import FINE, looked_at
from tests.explorer.hand import Hand, NoFrame, bowl

SHIFT, CTRL = key.MOD_SHIFT, key.MOD_CTRL
CENTRE = (0.5, 0.5)


@pytest.fixture(autouse=True)
def _nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.desk.pane.Frame", NoFrame)


@pytest.fixture
def hand() -> Hand:
    return Hand()


def tap(hand: Hand, *symbols: int, modifiers: int = 0) -> None:
    for symbol in symbols:
        hand.window.send("on_key_press", symbol, modifiers)
        hand.window.send("on_key_release", symbol, modifiers)


def mark(hand: Hand) -> UV:
    """Where the mark is in the next picture, though the interface forgets what is pointed at after each."""
    hand.desk.marked = None
    hand.frames(1)
    assert isinstance(hand.desk.marked, tuple)
    return hand.desk.marked


def pixel(hand: Hand, place: UV) -> np.ndarray:
    """Where a place of the floor is seen: what height the ground has is of no matter to a direction over it."""
    return np.array(hand.seen(np.array([(place[0] - 0.5) * 2, (place[1] - 0.5) * 1, 0.0])))


def test_arrows_move_a_mark_only_while_a_tool_is_on(hand: Hand) -> None:
    tap(hand, key.RIGHT)
    assert hand.desk.marked is None and hand.desk.view.camera != Camera()
    before = hand.desk.view
    tap(hand, key.W, key.RIGHT, key.UP)
    assert hand.desk.view == before and mark(hand) != CENTRE
    tap(hand, key.ESCAPE)
    hand.desk.marked = None
    hand.frames(1)
    assert hand.desk.tool is Tool.LOOK and hand.desk.marked is None


@pytest.mark.parametrize("azimuth", [-60.0, 100.0])
@pytest.mark.parametrize(
    ("elevation", "roll"), [(50.0, 0.0), (90.0, 0.0), (0.5, 0.0), (-40.0, 0.0), (60.0, 90.0), (89.0, 200.0)]
)
def test_right_is_right_in_the_picture_from_wherever_one_looks(
    hand: Hand, azimuth: float, elevation: float, roll: float
) -> None:
    hand.desk.steer(replace(MAP, azimuth=azimuth, elevation=elevation, roll=roll))
    hand.draw()
    tap(hand, key.W)
    for symbol, way in ((key.RIGHT, (1, 0)), (key.LEFT, (-1, 0)), (key.UP, (0, 1)), (key.DOWN, (0, -1))):
        before = looked_at(hand.desk.pane) if hand.desk.marked is None else mark(hand)
        tap(hand, symbol)
        moved = pixel(hand, mark(hand)) - pixel(hand, before)
        assert np.dot(moved / np.linalg.norm(moved), way) > 0.98, symbol


def test_a_step_is_as_long_along_both_axes_and_finer_with_shift_and_close_by(hand: Hand) -> None:
    hand.desk.steer(MAP)
    tap(hand, key.W, key.RIGHT, key.UP)
    right, up = np.subtract(mark(hand), CENTRE)
    assert right * 4 == pytest.approx(up * 2) and right > 0  # the domain is 4 by 2
    tap(hand, key.RIGHT, modifiers=SHIFT)
    assert mark(hand)[0] - CENTRE[0] == pytest.approx((1 + FINE) * right)
    hand.desk.steer(replace(MAP, distance=MAP.distance / 10))
    before = mark(hand)[0]
    tap(hand, key.RIGHT)
    assert mark(hand)[0] - before == pytest.approx(right / 10)


def test_a_held_arrow_goes_on_up_to_the_rim(hand: Hand) -> None:
    hand.desk.steer(MAP)
    tap(hand, key.W)
    hand.window.send("on_key_press", key.RIGHT, 0)
    once, _ = hand.desk.marked
    hand.frames(1, REPEAT_AFTER + 2.5 * REPEAT_EVERY)
    assert hand.desk.marked[0] - CENTRE[0] == pytest.approx(4 * (once - CENTRE[0]))
    hand.frames(200, REPEAT_EVERY)
    assert mark(hand) == (1.0, CENTRE[1])


def test_it_begins_where_one_looks_or_where_one_points(hand: Hand) -> None:
    hand.desk.steer(focus(MAP, np.array([0.5, -0.25, 0.0]), 1.0))
    tap(hand, key.W, key.ENTER)
    assert mark(hand) == pytest.approx((0.75, 0.25))
    tap(hand, key.ESCAPE, key.ESCAPE, key.W)
    hand.desk.marked = (0.1, 0.2)  # by the pointer in a plot
    tap(hand, key.ENTER)
    assert mark(hand) == (0.1, 0.2)


def test_a_section_is_laid_from_end_to_end_and_is_one_step_of_undo(hand: Hand) -> None:
    hand.desk.steer(MAP)
    tap(hand, key.W, key.LEFT, key.LEFT)
    start = mark(hand)
    tap(hand, key.ENTER)
    assert hand.desk.anchor == start and hand.desk.view.section is None
    tap(hand, key.RIGHT, key.UP)
    assert hand.desk.view.section == (start, mark(hand)), "it is not shown while it is laid"
    tap(hand, key.UP, key.ENTER)
    end = mark(hand)
    assert hand.desk.view.section == (start, end) and hand.desk.anchor is None and hand.desk.tool is Tool.SECTION
    tap(hand, key.ENTER, key.DOWN, key.ENTER)
    assert hand.desk.view.section == (end, mark(hand)), "the next one does not begin where the last one ended"
    tap(hand, key.Z, modifiers=CTRL)
    assert hand.desk.view.section == (start, end)
    tap(hand, key.Z, modifiers=CTRL)
    assert hand.desk.view.section is None and hand.desk.view.camera == MAP


def test_esc_takes_back_one_end_then_the_tool(hand: Hand) -> None:
    hand.desk.show(replace(hand.desk.view, section=((0.0, 0.0), (1.0, 1.0))))
    before = hand.desk.view
    tap(hand, key.W, key.LEFT)
    start = mark(hand)
    tap(hand, key.ENTER, key.UP, key.UP, key.ESCAPE)
    assert hand.desk.view == before and hand.desk.anchor is None and hand.desk.tool is Tool.SECTION
    assert mark(hand) == start
    tap(hand, key.ESCAPE)
    assert hand.desk.tool is Tool.LOOK and not hand.desk.leaving and not hand.desk.notices.shown


def refined(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    asked: list[object] = []
    monkeypatch.setattr(hand.desk, "refine", asked.append)
    monkeypatch.setattr("explorer.desk.measurement.sample_of", lambda landscape, folder: None)  # it could be measured
    return asked


def test_a_rectangle_is_shown_while_its_corner_is_led_and_then_measured(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = refined(hand, monkeypatch)
    hand.desk.steer(MAP)
    tap(hand, key.Q, key.RIGHT)
    (u0, v0) = mark(hand)
    tap(hand, key.ENTER, key.LEFT, key.LEFT, key.UP)
    (u1, v1) = mark(hand)
    assert hand.desk.region == ((u1, v0), (u0, v1)) and u1 < u0 and v0 < v1
    assert asked == []
    region = hand.desk.region
    tap(hand, key.ENTER)
    assert asked == [region] and hand.desk.region is None
    assert hand.desk.tool is Tool.LOOK and hand.desk.anchor is None
    tap(hand, key.RIGHT)
    assert hand.desk.view.camera != MAP, "the arrows do not orbit again"


def test_enter_twice_is_a_click_and_esc_measures_nothing(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = refined(hand, monkeypatch)
    tap(hand, key.Q, key.ENTER, key.RIGHT, key.ESCAPE)
    assert hand.desk.region is None and hand.desk.tool is Tool.REFINE
    tap(hand, key.ESCAPE)
    assert hand.desk.tool is Tool.LOOK and asked == []
    hand.desk.marked = None
    tap(hand, key.Q, key.ENTER, key.ENTER)
    ((low, high),) = asked  # type: ignore[misc]
    np.testing.assert_allclose([low, high], [[0.45, 0.45], [0.55, 0.55]])


def test_the_pointer_takes_over_and_another_landscape_ends_it() -> None:
    hand = Hand(landscapes=[replace(bowl(), name=name) for name in ("one", "two")])
    other = ((0.0, 0.0), (1.0, 1.0))
    hand.desk.show(replace(hand.desk.view, section=other))
    hand.desk.active = 1 - hand.desk.active
    tap(hand, key.W, key.ENTER, key.RIGHT)
    assert hand.desk.view.section is not None
    hand.press(*hand.seen(np.zeros(3)), 1)
    assert hand.desk.view.section is None and hand.desk.anchor is None
    hand.release(*hand.seen(np.zeros(3)), 1)
    tap(hand, key.ENTER, key.RIGHT)
    laid = hand.desk.view.section
    left = hand.desk.pane
    hand.desk.active = 1 - hand.desk.active
    hand.frames(1)
    assert hand.desk.anchor is None and left.view.section == laid and laid is not None
    assert hand.desk.view.section == other


def test_what_cannot_be_measured_is_not_refined_and_the_notice_says_what_is_not_possible(hand: Hand) -> None:
    tap(hand, key.Q)
    assert hand.desk.tool is Tool.LOOK
    (notice,) = hand.desk.notices.shown
    assert notice.text == (
        "“Refine here” is not possible: bowl 0: basin sample did not make it, so that no more of it can be measured"
    )


def test_refining_is_left_by_its_key_also_where_nothing_can_be_refined(hand: Hand) -> None:
    hand.desk.tool = Tool.REFINE  # as it was on another landscape
    tap(hand, key.Q)
    assert hand.desk.tool is Tool.LOOK and not hand.desk.notices.shown


def test_on_a_line_nothing_is_laid_and_arrows_orbit() -> None:
    domain = Domain((-1.0, 1.0), (0.0, 0.0), 9, 1)
    line = Landscape("line", domain, {"train_loss": 1 + domain.alphas[None] ** 2}, np.ones((1, 9), np.uint32))
    hand = Hand(landscapes=[line])
    tap(hand, key.W, key.Q)
    assert hand.desk.tool is Tool.LOOK
    assert "only of a surface" in hand.desk.notices.shown[-1].text
    hand.desk.tool = Tool.SECTION  # as it was on a surface, before the line came into its place
    before = hand.desk.view.camera
    tap(hand, key.RIGHT)
    assert hand.desk.view.camera != before
