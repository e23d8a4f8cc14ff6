"""The pointer over the scene, by the events that pyglet sends: a hand without a window."""

from dataclasses import replace

import numpy as np
import pytest
from pyglet.window import key, mouse

from compute.landscape import Floats
from explorer.camera.camera import Camera, project
from explorer.camera.steering import orbit, tumble, turn, zoom
from explorer.desk.modes import Navigation, Tool
from explorer.window.drags import CLICKED, DEGREES_PER_POINT, FASTEST_SWING, LOOKING_DEGREES_PER_POINT, beneath
from explorer.window.pointer import DOUBLE_POINTS, DOUBLE_SECONDS, FOCUS_ZOOM, SCROLL_SECONDS, ZOOM_PER_NOTCH
from tests.explorer.hand import Hand, NoFrame
from tests.explorer.lines import line

LEFT, MIDDLE, RIGHT = mouse.LEFT, mouse.MIDDLE, mouse.RIGHT
HERE, THERE = (300.0, 180.0), (340.0, 160.0)
SKY = (5.0, 395.0)


@pytest.fixture(autouse=True)
def _nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.desk.pane.Frame", NoFrame)


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def line_hand() -> Hand:
    return Hand(landscapes=[line(33)])


def ground(hand: Hand, u: float, v: float) -> Floats:
    """(3,) a place on the drawn ground."""
    pane = hand.desk.pane
    rows, columns = pane.stage.heights.shape
    height = float(pane.stage.heights[round(v * (rows - 1)), round(u * (columns - 1))]) * pane.view.relief
    return np.array([2 * u - 1, v - 0.5, height])  # the domain is 4 by 2


# ── turning ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_left_drag_orbits_against_the_hand(hand: Hand) -> None:
    hand.drag(HERE, (320.0, 170.0), THERE, button=LEFT)
    expected = orbit(Camera(), -40 * DEGREES_PER_POINT, 20 * DEGREES_PER_POINT)
    camera = hand.desk.view.camera
    assert (camera.azimuth, camera.elevation) == pytest.approx((expected.azimuth, expected.elevation))


def test_free_orbit_tumbles(hand: Hand) -> None:
    hand.desk.navigation = Navigation.FREE
    hand.drag(HERE, THERE, button=LEFT)
    assert hand.desk.view.camera == tumble(Camera(), -40 * DEGREES_PER_POINT, 20 * DEGREES_PER_POINT)


def test_in_flight_the_left_button_looks_around(hand: Hand) -> None:
    hand.desk.navigation = Navigation.FLY
    hand.drag(HERE, THERE, button=LEFT)
    camera = hand.desk.view.camera
    assert camera == turn(Camera(), -40 * LOOKING_DEGREES_PER_POINT, 20 * LOOKING_DEGREES_PER_POINT)
    np.testing.assert_allclose(camera.eye, Camera().eye, atol=1e-12)


def test_a_drag_is_one_step_of_undo_and_the_next_one_another(hand: Hand) -> None:
    hand.drag(HERE, (310.0, 180.0), (320.0, 190.0), THERE, button=LEFT)
    once = hand.desk.view.camera
    hand.drag(HERE, (310.0, 180.0), (320.0, 190.0), button=LEFT)
    hand.desk.undo()
    assert hand.desk.view.camera == once
    hand.desk.undo()
    assert hand.desk.view.camera == Camera() and not hand.desk.can_undo


def test_a_click_is_no_change(hand: Hand) -> None:
    hand.drag(HERE, button=LEFT)
    assert hand.desk.view.camera == Camera() and not hand.desk.can_undo


# ── swinging on ───────────────────────────────────────────────────────────────────────────────────────────────────────


def flick(hand: Hand, rest: float = 0.0, step: float = 4.0) -> None:
    """Six moves to the right, one a frame, and let go after a rest."""
    hand.now += 5
    hand.press(*HERE, LEFT)
    hand.move(HERE, *[(HERE[0] + step * k, HERE[1]) for k in range(1, 7)], buttons=LEFT)
    hand.now += rest
    hand.release(HERE[0] + 6 * step, HERE[1], LEFT)


def test_let_go_in_motion_the_camera_swings_on_as_fast_and_rests(hand: Hand) -> None:
    flick(hand)
    assert hand.desk.motion.moving
    before = hand.desk.view.camera
    hand.frames(1)
    speed = (hand.desk.view.camera.azimuth - before.azimuth) * 60
    assert speed == pytest.approx(-4 * 60 * DEGREES_PER_POINT, rel=0.06)
    hand.frames(200)
    assert not hand.desk.motion.moving


def test_a_hand_that_rests_lets_go_without_a_swing(hand: Hand) -> None:
    flick(hand, rest=0.2)
    assert not hand.desk.motion.moving


def test_where_pictures_are_slow_nobody_knows_whether_the_hand_rested(hand: Hand) -> None:
    """All moves are heard of at once then, together with the release."""
    hand.press(*HERE, LEFT)
    hand.now += 0.4
    for k in range(6):
        hand.window.send("on_mouse_drag", HERE[0] + 4.0 * k, HERE[1], 4.0, 0.0, LEFT, 0)
        hand.now += 0.001
    hand.release(HERE[0] + 20.0, HERE[1], LEFT)
    assert not hand.desk.motion.moving


def test_the_last_moves_say_how_fast_it_was(hand: Hand) -> None:
    """Half a second the other way before does not count."""
    hand.press(*HERE, LEFT)
    hand.move(HERE, *[(HERE[0] - k, HERE[1]) for k in range(30)], buttons=LEFT)
    back = HERE[0] - 29
    hand.move((back, HERE[1]), *[(back + 4.0 * k, HERE[1]) for k in range(10)], buttons=LEFT)
    hand.release(back + 36.0, HERE[1], LEFT)
    before = hand.desk.view.camera.azimuth
    hand.frames(1, 0.001)
    assert (hand.desk.view.camera.azimuth - before) * 1000 == pytest.approx(-4 * 60 * DEGREES_PER_POINT, rel=0.01)


def test_what_came_in_batches_is_as_fast_as_it_was(hand: Hand) -> None:
    """Three moves a picture, 25 pictures a second."""
    hand.press(*HERE, LEFT)
    for _ in range(4):
        hand.now += 0.04
        for _ in range(3):
            hand.window.send("on_mouse_drag", *HERE, 2.0, 0.0, LEFT, 0)
    hand.release(*HERE, LEFT)
    before = hand.desk.view.camera.azimuth
    hand.frames(1, 0.001)
    assert (hand.desk.view.camera.azimuth - before) * 1000 == pytest.approx(-6 * 25 * DEGREES_PER_POINT, rel=0.01)


def test_a_swing_is_never_wild(hand: Hand) -> None:
    flick(hand, step=40.0)
    before = hand.desk.view.camera
    hand.frames(1, 0.001)
    assert abs(hand.desk.view.camera.azimuth - before.azimuth) == pytest.approx(FASTEST_SWING * 0.001, rel=0.01)


def test_inertia_can_be_turned_off_and_flying_has_none(hand: Hand) -> None:
    hand.desk.preferences = replace(hand.desk.preferences, inertia=False)
    flick(hand)
    assert not hand.desk.motion.moving
    hand.desk.preferences = replace(hand.desk.preferences, inertia=True)
    hand.desk.navigation = Navigation.FLY
    flick(hand)
    assert not hand.desk.motion.moving


def test_free_orbit_swings_freely(hand: Hand) -> None:
    hand.desk.navigation = Navigation.FREE
    flick(hand)
    before = hand.desk.view.camera
    hand.frames(1)
    after = hand.desk.view.camera
    assert after.elevation != before.elevation and after.roll != before.roll


def test_a_press_stops_what_moves(hand: Hand) -> None:
    flick(hand)
    hand.now += 1
    hand.press(*THERE, LEFT)
    assert not hand.desk.motion.moving


# ── shifting ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("button", "modifiers"), [(RIGHT, 0), (MIDDLE, 0), (LEFT, key.MOD_SHIFT)])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("panes", [1, 2])
def test_other_drags_take_the_scene_along(button: int, modifiers: int, ratio: float, panes: int) -> None:
    """What lies at the target's depth stays under the pointer; also on HiDPI screens and in a narrow pane."""
    hand = Hand(ratio, panes)
    hand.press(*HERE, button, modifiers)
    hand.release(*HERE, button)  # the pane under the pointer is the active one now
    target = np.array(Camera().target)
    x, y = hand.seen(target)
    hand.drag(HERE, (310.0, 180.0), THERE, button=button, modifiers=modifiers)
    assert hand.seen(target) == pytest.approx((x + 40, y - 20))
    assert not hand.desk.motion.moving


# ── the wheel ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ratio", [1.0, 1.5])
def test_the_wheel_zooms_and_the_ground_under_the_pointer_stays(ratio: float) -> None:
    hand = Hand(ratio)
    place = ground(hand, 0.75, 0.25)
    pointed = hand.seen(place)
    hand.window.send("on_mouse_scroll", *pointed, 0.0, 3.0)
    hand.draw()
    assert hand.desk.view.camera.distance == pytest.approx(Camera().distance * ZOOM_PER_NOTCH**3)
    assert hand.seen(place) == pytest.approx(pointed, abs=0.05)


def test_beside_the_ground_it_zooms_to_the_target(hand: Hand) -> None:
    hand.window.send("on_mouse_scroll", *SKY, 0.0, -1.0)
    assert hand.desk.view.camera == zoom(Camera(), 1 / ZOOM_PER_NOTCH)


def test_notches_in_quick_succession_are_one_step_of_undo(hand: Hand) -> None:
    for pause in (0.0, 0.2, 0.2, SCROLL_SECONDS + 0.1, 0.2):
        hand.now += pause
        hand.window.send("on_mouse_scroll", *HERE, 0.0, 1.0)
        hand.draw()
    hand.desk.undo()
    assert hand.desk.view.camera.distance == pytest.approx(Camera().distance * ZOOM_PER_NOTCH**3)
    hand.desk.undo()
    assert hand.desk.view.camera == Camera()


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_wheel_that_goes_sideways_takes_the_scene_along(ratio: float) -> None:
    hand = Hand(ratio)
    target = np.array(Camera().target)
    x, y = hand.seen(target)
    hand.window.send("on_mouse_scroll", *HERE, 2.0, 0.0)
    hand.draw()
    assert hand.seen(target) == pytest.approx((x - 60, y))
    assert hand.desk.view.camera.distance == Camera().distance


# ── double clicks ─────────────────────────────────────────────────────────────────────────────────────────────────────


def clicks(hand: Hand, pointed: tuple[float, float], *pauses: float, apart: float = 0.0) -> None:
    for k, pause in enumerate((0.0, *pauses)):
        hand.now += pause
        hand.press(pointed[0] + k * apart, pointed[1], LEFT)
        hand.release(pointed[0] + k * apart, pointed[1], LEFT)


def test_a_double_click_goes_to_what_is_seen_there(hand: Hand) -> None:
    place = ground(hand, 0.75, 0.25)
    clicks(hand, hand.seen(place), 0.2)
    camera = hand.desk.view.camera
    assert camera.target == pytest.approx(tuple(place), abs=2e-3)
    assert camera.distance == pytest.approx(FOCUS_ZOOM * Camera().distance)
    assert (camera.azimuth, camera.elevation) == (Camera().azimuth, Camera().elevation)
    hand.desk.undo()
    assert hand.desk.view.camera == Camera()


def test_it_glides_there(hand: Hand) -> None:
    hand.desk.preferences = replace(hand.desk.preferences, eased=True)
    clicks(hand, hand.seen(ground(hand, 0.75, 0.25)), 0.2)
    assert hand.desk.view.camera == Camera() and hand.desk.motion.moving
    hand.frames(10)
    assert Camera().distance > hand.desk.view.camera.distance > FOCUS_ZOOM * Camera().distance
    hand.frames(20)
    assert hand.desk.view.camera.distance == pytest.approx(FOCUS_ZOOM * Camera().distance)


@pytest.mark.parametrize(
    ("pauses", "apart"), [((DOUBLE_SECONDS + 0.05,), 0.0), ((0.2,), DOUBLE_POINTS + 1.0), ((), 0.0)]
)
def test_two_clicks_that_are_no_double_one(hand: Hand, pauses: tuple[float, ...], apart: float) -> None:
    clicks(hand, hand.seen(ground(hand, 0.6, 0.4)), *pauses, apart=apart)
    assert hand.desk.view.camera == Camera()


def test_where_pictures_are_slow_a_second_click_is_heard_of_late(hand: Hand) -> None:
    hand.frames(1, 0.3)
    clicks(hand, hand.seen(ground(hand, 0.6, 0.4)), DOUBLE_SECONDS + 0.25)
    assert hand.desk.view.camera.distance == pytest.approx(FOCUS_ZOOM * Camera().distance)


def test_a_third_click_is_not_the_second_of_another_two(hand: Hand) -> None:
    clicks(hand, hand.seen(ground(hand, 0.6, 0.4)), 0.1, 0.1)
    assert hand.desk.view.camera.distance == pytest.approx(FOCUS_ZOOM * Camera().distance)


def test_two_quick_drags_are_no_double_click(hand: Hand) -> None:
    for _ in range(2):
        hand.press(*HERE, LEFT)
        hand.move(HERE, THERE, HERE, buttons=LEFT)
        hand.release(*HERE, LEFT)
    assert hand.desk.view.camera.distance == Camera().distance


def test_right_clicks_and_the_sky_are_not_gone_to(hand: Hand) -> None:
    for _ in range(2):
        hand.press(*HERE, RIGHT)
        hand.release(*HERE, RIGHT)
    clicks(hand, SKY, 0.1)
    assert hand.desk.view.camera == Camera()


# ── the cross-section ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_section_is_laid_from_press_to_release(hand: Hand) -> None:
    hand.desk.tool = Tool.SECTION
    ends = [hand.seen(ground(hand, u, v)) for u, v in ((0.25, 0.25), (0.5, 0.5), (0.75, 0.625))]
    hand.drag(*ends, button=LEFT)
    (start, end) = hand.desk.view.section or ((0, 0), (0, 0))
    assert start == pytest.approx((0.25, 0.25), abs=2e-3) and end == pytest.approx((0.75, 0.625), abs=2e-3)
    assert hand.desk.view.camera == Camera() and hand.desk.tool is Tool.SECTION
    hand.desk.undo()
    assert hand.desk.view.section is None


def test_esc_takes_a_section_back_while_it_is_dragged(hand: Hand) -> None:
    hand.desk.tool = Tool.SECTION
    before = ((0.1, 0.1), (0.9, 0.9))
    hand.desk.show(replace(hand.desk.view, section=before))
    a, b = (hand.seen(ground(hand, u, 0.25)) for u in (0.25, 0.75))
    hand.press(*a, LEFT)
    hand.move(a, b, buttons=LEFT)
    assert hand.desk.view.section != before
    assert hand.window.send("on_key_press", key.ESCAPE, 0) is True
    assert hand.desk.view.section == before and hand.desk.tool is Tool.SECTION
    hand.move(b, a, buttons=LEFT)
    hand.release(*a, LEFT)
    assert hand.desk.view.section == before
    hand.window.send("on_key_press", key.ESCAPE, 0)
    assert hand.desk.tool is Tool.LOOK and not hand.desk.leaving


def test_a_drag_over_the_rim_ends_on_it(hand: Hand) -> None:
    hand.desk.tool = Tool.SECTION
    a = hand.seen(ground(hand, 0.5, 0.5))
    hand.drag(a, (a[0], 2.0), button=LEFT)
    _, (u, v) = hand.desk.view.section or ((0, 0), (0.5, 0.5))
    assert u in (0, 1) or v in (0, 1)
    hand.now += 1
    hand.drag(a, (a[0], 20000.0), button=LEFT)  # above the horizon: as far as one sees
    _, (u, v) = hand.desk.view.section or ((0, 0), (0.5, 0.5))
    assert u in (0, 1) or v in (0, 1)
    away = np.subtract((u, v), (0.5, 0.5)) * (2, 1) @ Camera().eye[:2]
    assert away < 0, "beyond the middle as seen from the eye"


def test_beside_the_ground_a_tool_leaves_the_camera_to_the_hand(hand: Hand) -> None:
    for tool in (Tool.SECTION, Tool.REFINE):
        hand.desk.tool = tool
        before = hand.desk.view.camera
        hand.drag(SKY, (25.0, 395.0), button=LEFT)
        assert hand.desk.view.camera != before and hand.desk.view.section is None
        assert hand.desk.tool is tool


def test_a_line_has_no_section(line_hand: Hand) -> None:
    line_hand.desk.tool = Tool.SECTION
    line_hand.drag((320.0, 200.0), (360.0, 210.0), button=LEFT)
    assert line_hand.desk.view.section is None and line_hand.desk.can_undo


# ── refining ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def regions(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is sent to the worker."""
    sent: list[object] = []
    monkeypatch.setattr(hand.desk, "refine", sent.append)
    hand.desk.tool = Tool.REFINE
    return sent


def test_a_dragged_rectangle_is_shown_and_then_refined(hand: Hand, regions: list[object]) -> None:
    a, b = hand.seen(ground(hand, 0.75, 0.25)), hand.seen(ground(hand, 0.25, 0.625))
    hand.press(*a, LEFT)
    hand.move(a, b, buttons=LEFT)
    shown = hand.desk.region
    assert shown is not None and not regions
    assert np.ravel(shown) == pytest.approx([0.25, 0.25, 0.75, 0.625], abs=3e-3)
    hand.release(*b, LEFT)
    assert regions == [shown] and hand.desk.region is None and hand.desk.tool is Tool.LOOK


def test_a_click_refines_around_it(hand: Hand, regions: list[object]) -> None:
    hand.drag(hand.seen(ground(hand, 0.5, 0.25)), button=LEFT)
    ((u0, v0), (u1, v1)) = regions[0]  # type: ignore[misc]
    assert (u1 - u0, v1 - v0) == pytest.approx((2 * CLICKED, 2 * CLICKED))
    assert ((u0 + u1) / 2, (v0 + v1) / 2) == pytest.approx((0.5, 0.25), abs=2e-3)


def test_esc_or_another_window_takes_a_rectangle_back(hand: Hand, regions: list[object]) -> None:
    a, b = hand.seen(ground(hand, 0.75, 0.25)), hand.seen(ground(hand, 0.25, 0.625))
    for event in (("on_key_press", key.ESCAPE, 0), ("on_deactivate",), ("on_hide",)):
        hand.press(*a, LEFT)
        hand.move(a, b, buttons=LEFT)
        assert hand.desk.region is not None
        hand.window.send(*event)
        assert hand.desk.region is None
        hand.release(*b, LEFT)
    assert regions == [] and hand.desk.tool is Tool.REFINE


# ── panes and panel ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("event", ["press", "scroll"])
def test_the_pane_under_the_pointer_becomes_the_active_one(event: str) -> None:
    hand = Hand(panes=2)
    assert hand.desk.active == 0
    for x, which in ((500.0, 1), (100.0, 0)):
        if event == "press":
            hand.drag((x, 200.0), button=LEFT)
        else:
            hand.window.send("on_mouse_scroll", x, 200.0, 0.0, 1.0)
        assert hand.desk.active == which


def test_in_the_second_pane_what_is_pointed_at_is_found() -> None:
    hand = Hand(panes=2)
    hand.drag((500.0, 200.0), button=LEFT)
    place = ground(hand, 0.625, 0.5)
    pointed = hand.seen(place)
    hand.now += 5
    clicks(hand, pointed, 0.1)
    assert hand.desk.view.camera.target == pytest.approx(tuple(place), abs=2e-3)


def test_what_the_panel_covers_is_left_alone(hand: Hand) -> None:
    hand.controls.covered = [(200.0, 210.0, 400.0, 300.0)]  # from the top; HERE is at 220
    hand.drag(HERE, THERE, button=LEFT)
    hand.window.send("on_mouse_scroll", *HERE, 0.0, 1.0)
    clicks(hand, HERE, 0.1)
    assert hand.desk.view.camera == Camera() and hand.controls.pixel is None
    hand.controls.covered = []
    hand.gui.wants_mouse = True
    hand.drag(HERE, THERE, button=LEFT)
    assert hand.desk.view.camera == Camera()


def test_a_drag_that_began_in_the_scene_goes_on_over_the_panel(hand: Hand) -> None:
    hand.press(*HERE, LEFT)
    hand.controls.covered = [(0.0, 0.0, 640.0, 400.0)]
    hand.gui.wants_mouse = True
    hand.move(HERE, THERE, buttons=LEFT)
    assert hand.desk.view.camera != Camera()


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_the_pixel_pointed_at(ratio: float) -> None:
    hand = Hand(ratio)
    assert hand.controls.pixel is None
    hand.window.send("on_mouse_motion", 100.0, 50.0, 1, 1)
    assert hand.controls.pixel == (100 * ratio, 50 * ratio)
    hand.press(100.0, 50.0, LEFT)
    assert hand.controls.pixel is None and hand.controls.dragging
    hand.release(100.0, 50.0, LEFT)
    assert hand.controls.pixel is not None and not hand.controls.dragging
    hand.window.send("on_mouse_leave", 100.0, 50.0)
    assert hand.controls.pixel is None


# ── nothing left stuck ────────────────────────────────────────────────────────────────────────────────────────────────


def test_another_button_changes_nothing_about_a_drag(hand: Hand) -> None:
    hand.press(*HERE, LEFT)
    hand.press(*HERE, RIGHT)
    hand.move(HERE, (310.0, 180.0), buttons=LEFT | RIGHT)
    hand.release(310.0, 180.0, RIGHT)
    hand.move((310.0, 180.0), (320.0, 180.0), buttons=LEFT)
    assert hand.desk.view.camera.azimuth == pytest.approx(Camera().azimuth - 20 * DEGREES_PER_POINT)
    hand.release(320.0, 180.0, LEFT)
    assert not hand.controls.dragging


@pytest.mark.parametrize("event", [("on_deactivate",), ("on_hide",), ("on_mouse_motion", 320.0, 180.0, 3, 0)])
def test_a_release_that_is_not_heard_of_leaves_nothing_stuck(hand: Hand, event: tuple[object, ...]) -> None:
    hand.press(*HERE, LEFT)
    hand.move(HERE, (310.0, 180.0), buttons=LEFT)
    turned = hand.desk.view.camera
    hand.now += 1
    hand.window.send(*event)  # type: ignore[arg-type]
    assert not hand.controls.dragging and not hand.desk.motion.moving
    hand.move((310.0, 180.0), (400.0, 180.0), buttons=LEFT)
    assert hand.desk.view.camera == turned


def test_a_drag_with_another_button_alone_has_missed_its_release(hand: Hand) -> None:
    hand.press(*HERE, LEFT)
    hand.move(HERE, THERE, buttons=RIGHT)
    assert not hand.controls.dragging and hand.desk.view.camera == Camera()


def test_focus_is_lost_without_a_swing(hand: Hand) -> None:
    hand.press(*HERE, LEFT)
    hand.move(HERE, *[(HERE[0] + 4 * k, HERE[1]) for k in range(1, 7)], buttons=LEFT)
    hand.window.send("on_deactivate")
    assert not hand.desk.motion.moving


def test_a_drag_goes_on_outside_of_the_window(hand: Hand) -> None:
    hand.press(*HERE, LEFT)
    hand.window.send("on_mouse_leave", 0.0, 0.0)
    hand.move(HERE, (-40.0, 180.0), buttons=LEFT)
    assert hand.desk.view.camera.azimuth == pytest.approx(Camera().azimuth + 340 * DEGREES_PER_POINT)


def test_esc_takes_a_turn_or_a_shift_back(hand: Hand) -> None:
    for button in (LEFT, RIGHT):
        hand.press(*HERE, button)
        hand.move(HERE, THERE, buttons=button)
        assert hand.desk.view.camera != Camera()
        hand.window.send("on_key_press", key.ESCAPE, 0)
        assert hand.desk.view.camera == Camera() and not hand.controls.dragging and not hand.desk.leaving
        hand.release(*THERE, button)


def test_each_event_wakes_the_window(hand: Hand) -> None:
    for event in (
        ("on_mouse_motion", 10.0, 10.0, 1, 1),
        ("on_mouse_press", 10.0, 10.0, LEFT, 0),
        ("on_mouse_drag", 11.0, 10.0, 1, 0, LEFT, 0),
        ("on_mouse_release", 11.0, 10.0, LEFT, 0),
        ("on_mouse_scroll", 11.0, 10.0, 0.0, 1.0),
        ("on_mouse_leave", 11.0, 10.0),
        ("on_key_press", key.T, 0),
        ("on_key_release", key.T, 0),
        ("on_deactivate",),
    ):
        before = hand.wakes
        hand.window.send(*event)  # type: ignore[arg-type]
        assert hand.wakes > before, event[0]


def test_a_drag_over_the_rim_ends_at_the_height_that_is_drawn(hand: Hand) -> None:
    """Where heights are not normalised the relief is another one than the view's."""
    hand.desk.show(replace(hand.desk.view, normalise=False, relief=0.3, open_top=False))
    hand.draw()
    start, pane = (0.5, 0.95), hand.desk.pane
    height = pane.on_ground(start)[2]
    assert height > 0.35  # of a relief of 0.3
    place = np.array([0.2, 1.6, height])  # beyond the rim
    seen = project(pane.clip, place[None], pane.size)[0, :2]
    if pane.ground(tuple(seen)) is None:
        assert beneath(pane, tuple(seen), start)[0] == pytest.approx(0.2 / 2 + 0.5, abs=1e-6)
    else:
        pytest.fail("the pixel is on the ground")
