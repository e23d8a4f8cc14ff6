"""Keys over the scene, by the events that pyglet sends: a hand without a window."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pyglet.window import key

from explorer.camera.camera import SIDE, TOP, Camera, axes
from explorer.desk.action import Action
from explorer.desk.actions import ACTIONS, ARROW_DEGREES, KEY_ZOOM
from explorer.desk.modes import Dialog, Navigation, Tool
from explorer.desk.needs import Need
from explorer.looks.view import SurfaceMode
from explorer.window.keyboard import FASTER, FLY_SPEED, LEAST_SPEED, REPEAT_AFTER, REPEAT_EVERY
from explorer.window.shortcuts import shortcut
from tests.explorer.hand import Hand, NoFrame

SHIFT, CTRL = key.MOD_SHIFT, key.MOD_CTRL


@pytest.fixture(autouse=True)
def _nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.desk.pane.Frame", NoFrame)


@pytest.fixture
def hand() -> Hand:
    return Hand()


def down(hand: Hand, symbol: int, modifiers: int = 0) -> object:
    return hand.window.send("on_key_press", symbol, modifiers)


def up(hand: Hand, symbol: int, modifiers: int = 0) -> None:
    hand.window.send("on_key_release", symbol, modifiers)


def tap(hand: Hand, symbol: int, modifiers: int = 0) -> None:
    down(hand, symbol, modifiers)
    up(hand, symbol, modifiers)


# ── the table of actions ──────────────────────────────────────────────────────────────────────────────────────────────


def test_each_key_of_the_table_can_be_pressed() -> None:
    """No key is written in another way than a press of it is called."""
    symbols = [value for name, value in vars(key).items() if name.isupper() and isinstance(value, int)]
    symbols += [getattr(key, f"_{digit}") for digit in range(10)]
    names = {shortcut(symbol, held) for symbol in symbols for held in (0, SHIFT, CTRL, CTRL | SHIFT)}
    for action in ACTIONS:
        assert set(action.keys) <= names, action.label


def test_no_key_means_two_things() -> None:
    keys = [name for action in ACTIONS for name in action.keys]
    assert len(keys) == len(set(keys))


def test_keys_change_the_view_and_ctrl_z_takes_it_back(hand: Hand) -> None:
    tap(hand, key._2)
    assert hand.desk.view.surface is SurfaceMode.WIREFRAME
    tap(hand, key.P)
    assert hand.desk.view.points
    tap(hand, key.Z, CTRL)
    assert not hand.desk.view.points and hand.desk.view.surface is SurfaceMode.WIREFRAME
    tap(hand, key.Z, CTRL)
    assert hand.desk.view.surface is SurfaceMode.LIT
    tap(hand, key.Z, CTRL | SHIFT)
    assert hand.desk.view.surface is SurfaceMode.WIREFRAME


def test_a_letter_with_alt_is_another_key(hand: Hand) -> None:
    before = hand.desk.view
    for modifiers in (key.MOD_ALT, CTRL | key.MOD_ALT):
        tap(hand, key.P, modifiers)
    assert hand.desk.view == before


def test_locks_change_nothing(hand: Hand) -> None:
    tap(hand, key.P, key.MOD_CAPSLOCK | key.MOD_NUMLOCK)
    assert hand.desk.view.points


def test_escape_never_closes_the_window_behind_our_back(hand: Hand) -> None:
    """pyglet does so unless a handler returns True."""
    hand.gui.wants_keyboard = True
    assert down(hand, key.ESCAPE) is True and not hand.desk.leaving
    hand.gui.wants_keyboard, hand.controls.list_open = False, True
    assert down(hand, key.ESCAPE) is True and not hand.desk.leaving
    hand.controls.list_open = False
    assert down(hand, key.ESCAPE) is True and not hand.desk.leaving
    assert down(hand, key.ESCAPE) is True and hand.desk.leaving
    assert down(hand, key.P) is None


@pytest.mark.parametrize("field", ["wants_keyboard", "list_open"])
def test_who_types_changes_nothing_else(hand: Hand, field: str) -> None:
    setattr(hand.gui if field == "wants_keyboard" else hand.controls, field, True)
    before = hand.desk.view
    for symbol in (key._2, key.P, key.LEFT, key.PLUS):
        tap(hand, symbol)
    hand.window.send("on_text", "?")
    hand.frames(60)
    assert hand.desk.view == before and hand.desk.dialog is Dialog.NONE


@pytest.mark.parametrize("field", ["wants_keyboard", "list_open"])
def test_ctrl_q_ends_at_once_also_while_somebody_types(hand: Hand, field: str) -> None:
    setattr(hand.gui if field == "wants_keyboard" else hand.controls, field, True)
    tap(hand, key.Q)
    assert not hand.desk.leaving
    down(hand, key.Q, key.MOD_CTRL)
    assert hand.desk.leaving


def test_a_sign_on_a_key_of_another_name_is_known_by_what_is_typed(hand: Hand) -> None:
    """? on a keyboard where it is Shift + ß, sent as a key that pyglet has no name for."""
    down(hand, key.user_key(200), SHIFT)
    hand.window.send("on_text", "?")
    assert hand.desk.dialog is Dialog.KEYS


def test_a_sign_that_is_a_key_is_not_done_twice(hand: Hand) -> None:
    down(hand, key.QUESTION, SHIFT)
    hand.window.send("on_text", "?")
    assert hand.desk.dialog is Dialog.KEYS
    hand.window.send("on_text", "?")  # held: the window system repeats what is typed
    assert hand.desk.dialog is Dialog.KEYS


@pytest.mark.parametrize("possible", [True, False])
def test_what_is_not_possible_is_not_done_but_said(hand: Hand, monkeypatch: pytest.MonkeyPatch, possible: bool) -> None:
    done: list[object] = []
    action = Action("Prune…", "", done.append, ("p",), need=Need(lambda desk: possible, "there is none"))
    monkeypatch.setattr("explorer.window.keyboard.by_key", {"p": action}.get)
    tap(hand, key.P)
    tap(hand, key.X)
    assert done == ([hand.desk] if possible else [])
    said = ["“Prune” is not possible: there is none"]
    assert [notice.text for notice in hand.desk.notices.shown] == ([] if possible else said)


def test_of_several_keys_in_vain_the_last_one_is_told(hand: Hand) -> None:
    hand.desk.say("opened bowl")
    for symbol in (key.C, key.S, key.S):
        tap(hand, symbol, SHIFT)
    opened, refused = hand.desk.notices.shown
    assert opened.text == "opened bowl" and refused.text.startswith("“Measure sharpness of the centre” is not possible")


def test_escape_closes_the_window_only_when_it_is_pressed_again_soon(hand: Hand) -> None:
    for _ in range(2):
        tap(hand, key.ESCAPE)
        assert [notice.text for notice in hand.desk.notices.shown] == ["Esc again closes the window"]
        hand.frames(1, 3.1)
        assert not hand.desk.leaving and not hand.desk.notices.shown
    tap(hand, key.ESCAPE)
    hand.frames(1, 2.9)
    tap(hand, key.ESCAPE)
    assert hand.desk.leaving


def test_ctrl_q_closes_the_window_at_once(hand: Hand) -> None:
    tap(hand, key.Q, CTRL)
    assert hand.desk.leaving


# ── held keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def azimuth(hand: Hand) -> float:
    return hand.desk.view.camera.azimuth - Camera().azimuth


def test_arrows_turn_at_once_and_go_on_while_they_are_held(hand: Hand) -> None:
    down(hand, key.RIGHT)
    step = azimuth(hand)
    assert abs(step) == ARROW_DEGREES
    hand.frames(1, REPEAT_AFTER - 0.001)
    assert azimuth(hand) == step and hand.controls.dragging
    hand.frames(1, 0.002)
    assert azimuth(hand) == 2 * step
    hand.frames(10, REPEAT_EVERY)
    assert azimuth(hand) == pytest.approx(12 * step)
    up(hand, key.RIGHT)
    hand.frames(10)
    assert azimuth(hand) == pytest.approx(12 * step) and not hand.controls.dragging


def test_however_long_a_frame_takes_a_held_key_does_as_much(hand: Hand) -> None:
    down(hand, key.RIGHT)
    hand.frames(1, REPEAT_AFTER + 9.5 * REPEAT_EVERY)
    assert abs(azimuth(hand)) == pytest.approx(11 * ARROW_DEGREES)


@pytest.mark.parametrize("symbol", [key.PLUS, key.EQUAL, key.NUM_ADD])
def test_plus_and_minus_zoom(hand: Hand, symbol: int) -> None:
    tap(hand, symbol)
    assert hand.desk.view.camera.distance == pytest.approx(Camera().distance * KEY_ZOOM)
    tap(hand, key.MINUS)
    assert hand.desk.view.camera.distance == pytest.approx(Camera().distance)


def test_a_held_sign_ends_when_shift_goes_up_first(hand: Hand) -> None:
    """Its key goes up as another character then, = in place of +; and pyglet would take + to be down for ever."""
    down(hand, key.LSHIFT)
    hand.window.pressed_keys |= {key.LSHIFT, key.PLUS, key.P}
    down(hand, key.PLUS, SHIFT)
    up(hand, key.LSHIFT)
    assert hand.window.pressed_keys == {key.LSHIFT, key.P}
    up(hand, key.EQUAL)
    before = hand.desk.view.camera
    hand.frames(60)
    assert hand.desk.view.camera == before and not hand.controls.dragging


def test_another_key_ends_the_repeating_of_the_first(hand: Hand) -> None:
    down(hand, key.RIGHT)
    tap(hand, key.P)
    before = azimuth(hand)
    hand.frames(60)
    assert azimuth(hand) == before


@pytest.mark.parametrize("event", ["on_deactivate", "on_hide"])
def test_when_focus_is_lost_no_key_is_held(hand: Hand, event: str) -> None:
    hand.desk.navigation = Navigation.FLY
    hand.window.pressed_keys |= {key.W, key.RIGHT}
    down(hand, key.LSHIFT)
    down(hand, key.W)
    down(hand, key.RIGHT)
    hand.window.send(event)
    before = hand.desk.view.camera
    hand.frames(60)
    assert hand.desk.view.camera == before and not hand.controls.dragging
    assert hand.window.pressed_keys == set()
    down(hand, key.W)
    hand.frames(1, 0.1)
    assert np.linalg.norm(hand.desk.view.camera.eye - before.eye) == pytest.approx(0.1 * FLY_SPEED * before.distance)


def test_holding_a_key_is_one_step_of_undo(hand: Hand) -> None:
    down(hand, key.RIGHT)
    hand.frames(60)
    up(hand, key.RIGHT)
    tap(hand, key.Z, CTRL)
    assert hand.desk.view.camera == Camera()


# ── flying ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pilot(hand: Hand) -> Hand:
    tap(hand, key.F)
    assert hand.desk.navigation is Navigation.FLY
    return hand


def flown(hand: Hand, seconds: float = 0.5) -> np.ndarray:
    """How far the eye went, along right, up and back of the camera, in units of its speed."""
    before = hand.desk.view.camera
    hand.frames(round(seconds * 50), 0.02)
    way = hand.desk.view.camera.eye - before.eye
    assert np.allclose(way, np.subtract(hand.desk.view.camera.target, before.target))
    return np.asarray(way / (FLY_SPEED * before.distance * seconds))


@pytest.mark.parametrize(
    ("symbol", "way"),
    [
        (key.W, lambda frame: -frame[2]),
        (key.S, lambda frame: frame[2]),
        (key.D, lambda frame: frame[0]),
        (key.A, lambda frame: -frame[0]),
        (key.E, lambda frame: np.array([0, 0, 1])),
        (key.Q, lambda frame: np.array([0, 0, -1])),
    ],
)
def test_each_key_flies_its_way_while_it_is_held(
    pilot: Hand, symbol: int, way: Callable[[np.ndarray], np.ndarray]
) -> None:
    view = pilot.desk.view
    down(pilot, symbol)
    assert pilot.controls.dragging
    np.testing.assert_allclose(flown(pilot), way(axes(Camera())), atol=1e-9)
    up(pilot, symbol)
    np.testing.assert_allclose(flown(pilot), 0, atol=1e-12)
    assert pilot.desk.tool is Tool.LOOK and pilot.desk.view.flat == view.flat, "the key did what it does elsewhere"


def test_shift_flies_faster_and_may_go_down_and_up_in_flight(pilot: Hand) -> None:
    down(pilot, key.W)
    down(pilot, key.LSHIFT, SHIFT)
    assert np.linalg.norm(flown(pilot, 0.1)) == pytest.approx(FASTER)
    up(pilot, key.LSHIFT)
    assert np.linalg.norm(flown(pilot, 0.1)) == pytest.approx(1)
    up(pilot, key.W)
    down(pilot, key.RSHIFT, SHIFT)
    down(pilot, key.W, SHIFT)
    assert np.linalg.norm(flown(pilot, 0.1)) == pytest.approx(FASTER)


def test_keys_add_up_and_opposite_ones_cancel(pilot: Hand) -> None:
    for symbol in (key.W, key.D):
        down(pilot, symbol)
    assert np.linalg.norm(flown(pilot, 0.1)) == pytest.approx(2**0.5)
    down(pilot, key.A)
    np.testing.assert_allclose(flown(pilot, 0.1), -axes(Camera())[2], atol=1e-9)
    down(pilot, key.S)
    np.testing.assert_allclose(flown(pilot, 0.1), 0, atol=1e-12)


def test_close_to_the_ground_one_flies_slowly_but_flies(pilot: Hand) -> None:
    pilot.desk.steer(Camera(distance=0.05))
    before = pilot.desk.view.camera.eye
    down(pilot, key.W)
    pilot.frames(50, 0.02)
    assert np.linalg.norm(pilot.desk.view.camera.eye - before) == pytest.approx(LEAST_SPEED)


@pytest.mark.parametrize("leaving", [key.F, key.ESCAPE])
def test_leaving_flight_with_a_key_down_leaves_nothing_stuck(pilot: Hand, leaving: int) -> None:
    down(pilot, key.W)
    pilot.frames(5)
    tap(pilot, leaving)
    assert pilot.desk.navigation is Navigation.TURNTABLE and not pilot.desk.leaving
    pilot.frames(1)
    before = pilot.desk.view.camera
    pilot.frames(60)
    assert pilot.desk.view.camera == before and not pilot.controls.dragging


def test_typing_ends_a_flight(pilot: Hand) -> None:
    down(pilot, key.W)
    pilot.gui.wants_keyboard = True
    before = pilot.desk.view.camera
    pilot.frames(30)
    assert pilot.desk.view.camera == before and not pilot.controls.dragging


def test_a_flight_is_one_step_of_undo_until_all_keys_are_up(pilot: Hand) -> None:
    down(pilot, key.W)
    pilot.frames(10)
    down(pilot, key.D)
    up(pilot, key.W)
    pilot.frames(10)
    up(pilot, key.D)
    once = pilot.desk.view.camera
    down(pilot, key.S)
    pilot.frames(10)
    up(pilot, key.S)
    tap(pilot, key.Z, CTRL)
    assert pilot.desk.view.camera == once
    tap(pilot, key.Z, CTRL)
    assert pilot.desk.view.camera == Camera()


def test_with_ctrl_a_letter_does_not_fly(pilot: Hand) -> None:
    down(pilot, key.W, CTRL)
    down(pilot, key.S, CTRL)
    assert not pilot.controls.dragging and pilot.desk.dialog is Dialog.SAVE_SESSION


def test_other_keys_do_in_flight_what_they_do_elsewhere(pilot: Hand) -> None:
    tap(pilot, key._7)
    assert pilot.desk.view.camera.elevation == TOP.elevation
    tap(pilot, key.P)
    assert pilot.desk.view.points


# ── ways to move ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_b_goes_round_freely_and_again_levels_the_horizon(hand: Hand) -> None:
    tap(hand, key.B)
    assert hand.desk.navigation is Navigation.FREE
    hand.desk.steer(Camera(roll=33.0))
    tap(hand, key.B)
    assert hand.desk.navigation is Navigation.TURNTABLE
    assert hand.desk.view.camera == Camera()


def test_flying_begins_with_a_level_horizon(hand: Hand) -> None:
    tap(hand, key.B)
    hand.desk.steer(Camera(roll=33.0))
    tap(hand, key.F)
    assert hand.desk.navigation is Navigation.FLY and hand.desk.view.camera == Camera()


# ── undo while the camera is under way ────────────────────────────────────────────────────────────────────────────────


def test_what_is_changed_on_the_way_is_remembered_with_where_the_camera_goes(hand: Hand) -> None:
    hand.desk.preferences = replace(hand.desk.preferences, eased=True)
    tap(hand, key._7)
    hand.frames(5)
    assert 50 < hand.desk.view.camera.elevation < 90
    tap(hand, key.P)
    hand.frames(40)
    above = hand.desk.view.camera
    assert above.elevation == 90 and hand.desk.view.points
    tap(hand, key.Z, CTRL)
    hand.frames(40)
    assert hand.desk.view.camera == above and not hand.desk.view.points
    tap(hand, key.Y, CTRL)
    hand.frames(40)
    assert hand.desk.view.camera == above and hand.desk.view.points


def test_another_goal_on_the_way_is_flown_to_from_there(hand: Hand) -> None:
    hand.desk.preferences = replace(hand.desk.preferences, eased=True)
    tap(hand, key._7)
    hand.frames(5)
    there = hand.desk.view.camera
    tap(hand, key._9)
    assert hand.desk.view.camera == there
    hand.frames(40)
    side = hand.desk.view.camera
    assert (side.azimuth, side.elevation) == (SIDE.azimuth, SIDE.elevation)
    for elevation in (90.0, Camera().elevation):
        tap(hand, key.Z, CTRL)
        hand.frames(40)
        assert hand.desk.view.camera.elevation == elevation


@pytest.mark.parametrize("symbols", [(key.R, key.F), (key.R, key.B, key.B), (key.F, key.R)])
def test_keys_in_quick_succession_all_count(hand: Hand, symbols: tuple[int, ...]) -> None:
    """A key is about where the camera goes, not about where it happens to be on its way."""
    hand.desk.preferences = replace(hand.desk.preferences, eased=True)
    tap(hand, key.B)
    hand.desk.steer(Camera(azimuth=144.0, elevation=64.0, roll=155.0))
    for symbol in symbols:
        tap(hand, symbol)
        hand.frames(1)
    hand.frames(60)
    assert hand.desk.view.camera == Camera()


@pytest.mark.parametrize("symbols", [(key._9, key.O), (key._7, key.O, key._9, key.HOME)])
def test_from_a_side_and_without_perspective_at_once(hand: Hand, symbols: tuple[int, ...]) -> None:
    hand.desk.preferences = replace(hand.desk.preferences, eased=True)
    for symbol in symbols:
        tap(hand, symbol)
        hand.frames(1)
    hand.frames(60)
    camera = hand.desk.view.camera
    assert (camera.azimuth, camera.elevation, camera.orthographic) == (SIDE.azimuth, SIDE.elevation, True)


@pytest.mark.parametrize("frames", [1, 60])
@pytest.mark.parametrize("before", [0, 5])
def test_the_map_and_back_however_quickly(hand: Hand, frames: int, before: int) -> None:
    """Back where the camera was, or was going to when the map was asked for."""
    hand.desk.preferences = replace(hand.desk.preferences, eased=True)
    tap(hand, key._9)
    hand.frames(before + 60 * (before == 0))
    tap(hand, key.M)
    hand.frames(frames)
    assert hand.desk.is_map
    tap(hand, key.M)
    hand.frames(60)
    view = hand.desk.view
    assert not view.flat and (view.camera.azimuth, view.camera.elevation) == (SIDE.azimuth, SIDE.elevation)
