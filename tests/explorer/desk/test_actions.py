"""The table of actions: the seed system's keys do what they did there, and every entry does something."""

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from compute.landscape import Domain, Landscape, Trajectory
from explorer.camera.camera import Camera
from explorer.desk.action import Action
from explorer.desk.actions import ACTIONS, MENUS, by_key, in_menu
from explorer.desk.beginning import Beginning
from explorer.desk.desk import Desk
from explorer.desk.looking import NOT_WHILE_FOLLOWED, WORDS, Looking
from explorer.desk.modes import Dialog, Navigation, Tool
from explorer.looks.settings import Preferences
from explorer.looks.view import Colouring, Contours, ContourStyle, SurfaceMode, View
from explorer.pictures.keyframes import FlightFile, Keyframe
from explorer.resources import COLOUR_MAPS

NO_LINES = Contours(ContourStyle.OFF)
OFF = View(contours=NO_LINES, glyphs=False, path=False)
CHANGED = View(
    camera=Camera(10, 10, 1), surface=SurfaceMode.MESH, flat=True, colour=Colouring("turbo"), contours=Contours(count=7)
)
FLIGHT = FlightFile(tuple(Keyframe(float(k), Camera(azimuth=20.0 * k)) for k in range(3)))
SEED_KEYS = "123asdzxctyugr"


def land(name: str) -> Landscape:
    domain = Domain((-1, 1), (-1, 1), 5, 5)
    values = 1 + np.add.outer(domain.betas**2, domain.alphas**2)
    step = np.arange(3.0)
    path = Trajectory(step, step, step / 4, step / 5, 0 * step, 0 * step)
    return Landscape(name, domain, {"train_loss": values}, np.ones((5, 5), np.uint32), path)


@pytest.fixture
def desk(gl):
    made = Desk(gl, Beginning({name: land(name) for name in ("one", "two")}))
    made.preferences = Preferences(eased=False)
    made.place((0, 0, 320, 200))
    made.pane.draw(0.5)
    yield made
    made.release()
    gl.extra.use()


def press(desk: Desk, keys: str, view: View | None = None) -> View:
    if view is not None:
        desk.show(view)
    for key in keys:
        by_key(key).do(desk)
    return desk.view


# One row a key of the seed system: the key, the view before, what changes.
SEED = [
    ("1", CHANGED, {"surface": SurfaceMode.LIT}),
    ("2", CHANGED, {"surface": SurfaceMode.WIREFRAME}),
    ("3", CHANGED, {"surface": SurfaceMode.COLOUR}),
    ("a", CHANGED, {"flat": False}),
    ("s", View(), {"flat": True}),
    ("d", View(), {"surface": SurfaceMode.HIDDEN}),
    ("z", OFF, {"contours": Contours()}),
    ("x", OFF, {"contours": Contours(ContourStyle.TWO_COLOURS)}),
    ("c", OFF, {"contours": Contours(), "glyphs": True}),
    ("t", CHANGED, {"colour": Colouring("grey")}),
    ("y", CHANGED, {"colour": Colouring("redblue")}),
    ("u", CHANGED, {"colour": Colouring("rainbow")}),
    ("g", OFF, {"path": True}),
    ("r", CHANGED, {"camera": Camera(), "flat": False}),
]


@pytest.mark.parametrize(("key", "before", "changes"), SEED, ids=[row[0] for row in SEED])
def test_a_key_of_the_seed_system_does_what_it_did_there_and_nothing_else(desk, key, before, changes):
    expected = replace(before, **changes)
    assert expected != before
    assert press(desk, key, before) == expected


@pytest.mark.parametrize("key", "zxdg6lpenok")
def test_a_switch_pressed_twice_is_as_before(desk, key):
    for view in (View(path=False, contours=NO_LINES), View(contours=NO_LINES)):
        assert press(desk, key, view) != view
        assert press(desk, key) == view


@pytest.mark.parametrize("key", "12345astyuvr7890")
def test_a_choice_pressed_twice_is_the_same_choice(desk, key):
    once = press(desk, key, CHANGED)
    twice = press(desk, key)
    assert replace(once, camera=Camera()) == replace(twice, camera=Camera())
    assert np.allclose(once.camera.eye, twice.camera.eye)


def test_contours_with_critical_points_come_together_and_the_points_go_alone(desk):
    """In the seed system the second time doubled the marks."""
    assert press(desk, "c", OFF) == replace(OFF, contours=Contours(), glyphs=True)
    only_lines = replace(OFF, contours=Contours(ContourStyle.TWO_COLOURS))
    assert press(desk, "c", only_lines) == replace(only_lines, glyphs=True)
    assert press(desk, "c") == only_lines


def test_a_hidden_surface_comes_back_by_its_key_and_by_any_mode(desk):
    for key in "d12345":
        assert press(desk, f"d{key}", View()).surface is not SurfaceMode.HIDDEN


def test_escape_leaves_one_thing_at_a_time_and_then_the_window(desk):
    desk.navigation, desk.tool, desk.dialog = Navigation.FLY, Tool.SECTION, Dialog.KEYS
    for state in ((Navigation.FLY, Tool.SECTION), (Navigation.FLY, Tool.LOOK), (Navigation.TURNTABLE, Tool.LOOK)):
        by_key("Esc").do(desk)
        assert (desk.navigation, desk.tool, desk.dialog, desk.leaving) == (*state, Dialog.NONE, False)
    desk.curve = desk.persistence = True
    desk.selection.choose((0.0, 0.0))
    desk.change(lambda view: replace(view, section=((0.0, 0.0), (1.0, 1.0))))
    by_key("Esc").do(desk)
    assert desk.selection.chosen == () and desk.persistence
    by_key("Esc").do(desk)
    assert not desk.persistence and desk.curve
    by_key("Esc").do(desk)
    assert not desk.curve and desk.view.section is not None
    by_key("Esc").do(desk)
    assert desk.view.section is None and not desk.notices.shown
    by_key("Esc").do(desk)
    assert not desk.leaving and [notice.text for notice in desk.notices.shown] == ["Esc again closes the window"]
    by_key("Esc").do(desk)
    assert desk.leaving


def test_no_key_has_two_meanings_and_every_entry_has_a_place():
    keys = Counter(key for action in ACTIONS for key in action.keys)
    assert max(keys.values()) == 1
    assert set(SEED_KEYS) <= set(keys)
    for action in ACTIONS:
        assert action.label and (action.keys or action.menu)
        assert action.menu.split("/")[0] in ("", *MENUS)
    assert all(list(in_menu(menu)) for menu in MENUS)


def state(desk: Desk) -> tuple[object, ...]:
    """Everything an action may change."""
    views = tuple(pane.view for pane in desk.panes)
    shown = tuple(pane.name for pane in desk.panes)
    modes = (desk.navigation, desk.tool, desk.dialog, desk.curve, desk.persistence, desk.panel, desk.leaving)
    film = (desk.flight, desk.flying.shown, desk.flying.playing, desk.flying.time, desk.flying.selected)
    return views, shown, modes, film, desk.notices.shown, len(desk.stages), desk.clipboard.read()


@pytest.mark.parametrize("action", ACTIONS, ids=[action.label for action in ACTIONS])
def test_every_action_does_something_from_some_state_and_its_tick_follows(desk, action):
    found = []
    for before in (View(), replace(CHANGED, smooth=False, theme="light"), replace(OFF, surface=SurfaceMode.HIDDEN)):
        desk.show(before)
        desk.flying.put(FLIGHT)
        desk.flying.seek(1.0)
        desk.steer(Camera(azimuth=33.0))
        if not action.enabled(desk):
            continue
        ticked, seen = action.checked and action.checked(desk), state(desk)
        action.do(desk)
        changed = state(desk) != seen
        found.append(changed)
        if action.checked and changed and action.menu != "Contours":
            assert action.checked(desk) != ticked
    # These have their own tests: there is nothing to redo, pause or cancel here, no graphics card, and no training.
    if action.label in {"Redo", "Pause measuring", "Cancel the recording"} | NO_CARD | NOT_FOLLOWED | NOT_SAMPLED:
        assert not found
    else:
        assert any(found)


def test_what_cannot_be_done_now_is_not_offered(desk):
    closing = named("Close this landscape")
    assert closing.enabled(desk)
    closing.do(desk)
    assert not closing.enabled(desk)


def named(label: str) -> Action:
    return next(action for action in ACTIONS if action.label == label)


def grey(landscape: Landscape, gl) -> set[str]:
    """What is not offered when nothing but this is open; a reason is given for each."""
    only = Desk(gl, Beginning({"only": landscape}))
    found = [action for action in ACTIONS if not action.enabled(only)]
    assert all(action.need.missing(only) for action in found)
    only.release()
    gl.extra.use()
    return {action.label for action in found}


NO_KEYFRAMES = {
    *("Update the keyframe", "Delete the keyframe", "Earlier in time", "Later in time", "Delete all keyframes"),
    *("Previous keyframe", "Next keyframe", "Rewind", "Wind on", "Play the film", "Save the keyframes…"),
    "Cancel the recording",
}
ALONE = {"Close this landscape", "Undo", "Redo", "Pause measuring", "Next landscape", "Side by side"}
NOT_FOLLOWED = {
    *("Play the training", "Earlier checkpoint", "Later checkpoint", "Newest checkpoint", "Fit the plane anew"),
}
NOT_SAMPLED = {"Gradient arrows", "Refine here", "Measure another plane…", *WORDS.values()}
NO_CARD = {"Soft shadow in hollows"}
NO_LINE = {
    *("Faceted", "Transparent", "Height", "Flat floor", "Open above the cap"),
    *("Colour by error bar", "Colour by refinement level", "Colour bar", "Map from above"),
    *("In one colour", "In two colours", "In the colours of the map", "Labels in the map view", "On the floor too"),
    *("Cross-section", "Refine here", "Rise", "Descent"),
}


def test_what_needs_a_path_another_landscape_a_surface_or_values_is_grey_without(gl):
    full, never = land("one"), ALONE | NO_CARD | NOT_FOLLOWED | NOT_SAMPLED | NO_KEYFRAMES
    line = Domain((-1, 1), (0, 0), 5, 1)
    values, counts = {"train_loss": 1 + line.alphas[None] ** 2}, np.ones((1, 5), np.uint32)
    assert grey(full, gl) == never
    assert grey(replace(full, trajectory=None), gl) == never | {"Descent path", "Training curve", "Descent"}
    empty = replace(full, metrics={"train_loss": np.full((5, 5), np.nan)}, examples=np.zeros((5, 5), np.uint32))
    assert grey(empty, gl) == never | {"Focus on the minimum"}
    assert grey(Landscape("line", line, values, counts, full.trajectory), gl) == never | NO_LINE


def test_a_key_that_asks_in_vain_is_told_what_is_not_possible_and_why(desk):
    for label in (*WORDS.values(), "Measure another plane…"):
        said = f"“{label.rstrip('…')}” is not possible: one: basin sample did not make it, so that no more of it can be"
        assert named(label).refusal(desk) == f"{said} measured"
    arrows = named("Gradient arrows")
    assert arrows.refusal(desk) == "“Gradient arrows” is not possible: the gradient was not measured, and cannot be"


def test_a_gradient_that_can_be_measured_is_said_to_be(desk, monkeypatch):
    monkeypatch.setattr("explorer.desk.measurement.sample_of", lambda landscape, folder: None)
    assert named("Refine here").enabled(desk) and named("Measure another plane…").enabled(desk)
    said = named("Gradient arrows").refusal(desk)
    assert said.endswith("the gradient was not measured; Measure curvature in the plane does that")


def test_a_plane_that_is_fitted_to_a_training_can_be_refined_though_not_asked(desk, monkeypatch):
    looking = Looking(NOT_WHILE_FOLLOWED)
    monkeypatch.setattr("explorer.desk.measurement.Measurement.looking", lambda *asked: looking)
    assert named("Refine here").enabled(desk) and not named("Check critical points").enabled(desk)


def test_a_graphics_card_casts_soft_shadows(desk):
    desk.pane.software = False
    assert named("Soft shadow in hollows").enabled(desk)


def test_a_training_that_is_followed_has_a_curve_before_it_has_a_path(gl):
    only = Desk(gl, Beginning({"only": replace(land("one"), trajectory=None)}))
    for name, possible in (("only", True), ("another", False)):
        only.live = SimpleNamespace(name=name)
        assert named("Training curve").enabled(only) is possible
    only.live = None
    only.release()
    gl.extra.use()


def test_side_by_side_can_be_left_again(desk):
    named("Side by side").do(desk)
    assert desk.side_by_side and named("Side by side").enabled(desk)


def test_colour_maps_of_the_menu_are_all_there_are(desk):
    chosen = set()
    for action in ACTIONS:
        if action.menu == "Surface/Colour map":
            action.do(desk)
            chosen.add(desk.view.colour.map)
    assert chosen == {None, *COLOUR_MAPS}
