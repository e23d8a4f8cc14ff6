"""The hand in the real window: a real pointer and real keys, what they do to the desk, and the screen's clipboard."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compute.folder import update_description
from explorer.camera.camera import FRONT_OF_SURFACE, ISOMETRIC, MAP, SIDE, TOP, Camera
from explorer.desk.actions import ARROW_DEGREES, KEY_ZOOM
from explorer.looks.camera_text import camera_json
from explorer.window.drags import DEGREES_PER_POINT
from explorer.window.pointer import FOCUS_ZOOM, ZOOM_PER_NOTCH
from tests.desktop import SCENE, Desktop, desktop
from tests.explorer.window.test_window import folder, share_changed

MIDDLE = (800, 420)
State = dict[str, Any]

# The real program, which also writes down what is on its desk after each picture.
TELLING = """
import dataclasses, json, os, sys
import explorer.window.application as a, explorer.command_line.commands as c
out, sys.argv[1:2] = sys.argv[1], []
redraw = a.Application.redraw
def telling(self, *args, **more):
    redraw(self, *args, **more)
    desk = self.desk
    state = {
        "camera": dataclasses.asdict(desk.pane.camera), "navigation": desk.navigation.name, "tool": desk.tool.name,
        "dialog": desk.dialog.name, "surface": desk.view.surface.name, "section": desk.view.section,
        "region": desk.region, "moving": desk.motion.moving, "dragging": self._controls.dragging,
        "pointed": self._controls.pixel, "active": desk.active, "panes": len(desk.panes),
        "notices": " ".join(notice.text for notice in desk.notices.shown),
        "clipboard": self.window._clipboard_str or "",
    }
    with open(out + ".new", "w") as file:
        json.dump(state, file)
    os.replace(out + ".new", out)
a.Application.redraw = telling
c.main()
"""

# Another program on the same screen, which has the clipboard until it is ended, and answers, or hangs.
OWNER = """
import sys, time, pyglet
window = pyglet.window.Window(50, 50, visible=False)
window.set_clipboard_text(sys.argv[1])
window.dispatch_events()
print("owned", flush=True)
pyglet.app.run(None) if sys.argv[2] == "answers" else time.sleep(60)
"""


class Told:
    """The window, and what it says of its desk."""

    def __init__(self, window: Desktop, out: Path) -> None:
        self.window, self._out = window, out

    @property
    def state(self) -> State:
        return dict(json.loads(self._out.read_text()))

    @property
    def camera(self) -> State:
        return dict(self.state["camera"])

    def until(self, condition: Callable[[State], object], what: str) -> State:
        self.window.wait(lambda: bool(condition(self.state)), what, 40, every=0.03)
        return self.state

    def act(self, *words: object) -> None:
        self.window.act(*words)

    def resting(self) -> State:
        """The desk once the program does nothing any more."""
        self.window.settled()
        return self.state


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    tmp = tmp_path_factory.mktemp("hand")
    folder(tmp / "land", n=17)
    (tmp / "run.json").write_text("{}")
    update_description(tmp / "land", {"sample": {}, "source": ".."})  # as of a run, so that it can be refined
    program = [sys.executable, "-c", TELLING, str(tmp / "state.json")]
    with desktop(["explore", str(tmp / "land")], tmp, program=program) as window:
        window.wait((tmp / "state.json").exists, "the first state", 40)
        yield Told(window, tmp / "state.json")
        assert window.program.poll() is None, window.log.read_text()
        assert "Traceback" not in window.log.read_text()


@pytest.fixture
def start(told: Told) -> Told:
    """As it opens: the camera reset, nothing moving, the pointer out of the way."""
    told.act("mousemove", 1275, 795, "key", "r")
    told.until(lambda s: s["camera"] == plain(Camera()) and not s["moving"], "a reset camera")
    return told


def plain(camera: Camera) -> State:
    return {**asdict(camera), "target": list(camera.target)}


def direction(camera: State) -> tuple[float, ...]:
    return camera["azimuth"], camera["elevation"], camera["roll"]


# ── keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("key", "side"), [("7", TOP), ("8", FRONT_OF_SURFACE), ("9", SIDE), ("0", ISOMETRIC)])
def test_a_digit_looks_from_that_side(start: Told, key: str, side: Camera) -> None:
    start.act("key", key)
    there = start.until(lambda s: direction(s["camera"]) == direction(plain(side)) and not s["moving"], key)
    assert there["camera"]["distance"] != Camera().distance, "not fitted into the picture"


def test_the_map_lies_flat_and_m_leads_back(start: Told) -> None:
    start.act("key", "m")
    there = start.until(lambda s: s["camera"]["orthographic"], "the map")
    assert direction(there["camera"]) == direction(plain(MAP))
    start.act("key", "m")
    start.until(lambda s: s["camera"] == plain(Camera()), "how it was before")


def test_o_changes_perspective_and_keeps_the_place(start: Told) -> None:
    start.act("key", "o")
    assert start.until(lambda s: s["camera"]["orthographic"], "no perspective")["camera"] == {
        **plain(Camera()),
        "orthographic": True,
    }
    start.act("key", "o")
    start.until(lambda s: s["camera"] == plain(Camera()), "perspective")


def test_home_fits(start: Told) -> None:
    start.act("key", "plus", "key", "plus", "key", "Home")
    steps = [pytest.approx(Camera().distance * KEY_ZOOM**k) for k in range(3)]
    fitted = start.until(lambda s: s["camera"]["distance"] not in steps and not s["moving"], "a fitted view")["camera"]
    assert direction(fitted) == direction(plain(Camera()))


def test_arrows_and_signs_steer(start: Told) -> None:
    start.act("key", "Right", "key", "Up")
    turned = start.until(lambda s: s["camera"]["elevation"] == Camera().elevation + ARROW_DEGREES, "up")["camera"]
    assert abs(turned["azimuth"] - Camera().azimuth) == pytest.approx(ARROW_DEGREES)
    for sign, nearer in (("plus", True), ("KP_Subtract", False), ("equal", True), ("minus", False)):
        before = start.camera["distance"]
        start.act("key", sign)
        factor = KEY_ZOOM if nearer else 1 / KEY_ZOOM
        start.until(lambda s, d=before * factor: s["camera"]["distance"] == pytest.approx(d), sign)


def test_a_held_arrow_goes_on_until_it_goes_up(start: Told) -> None:
    start.act("keydown", "Right")
    start.until(lambda s: abs(s["camera"]["azimuth"] - Camera().azimuth) > 22, "a turn that goes on")
    start.act("keyup", "Right")
    start.resting()
    assert not start.state["dragging"]


def test_question_mark_opens_the_keys_and_esc_closes_them(start: Told) -> None:
    start.act("key", "question")
    start.until(lambda s: s["dialog"] == "KEYS", "the sheet of keys")
    start.act("key", "Escape")
    start.until(lambda s: s["dialog"] == "NONE", "no dialog")


def test_undo_and_redo_glide_there_and_back(start: Told) -> None:
    start.act("key", "2", "key", "7")
    start.until(lambda s: s["surface"] == "WIREFRAME" and s["camera"]["elevation"] == 90, "a wireframe from above")
    start.act("key", "ctrl+z")
    start.until(lambda s: s["camera"] == plain(Camera()) and s["surface"] == "WIREFRAME", "the camera as before")
    start.act("key", "ctrl+z")
    start.until(lambda s: s["surface"] == "LIT", "the surface as before")
    start.act("key", "ctrl+shift+z", "key", "ctrl+y")
    start.until(lambda s: s["surface"] == "WIREFRAME" and s["camera"]["elevation"] == 90, "both again")
    start.act("key", "1")
    start.until(lambda s: s["surface"] == "LIT", "lit")


# ── the pointer ───────────────────────────────────────────────────────────────────────────────────────────────────────


def drag(told: Told, button: int, *steps: tuple[int, int]) -> None:
    told.act("mousemove", *MIDDLE, "mousedown", button)
    for step in steps:
        told.act("mousemove_relative", "--", *step)
    told.act("sleep", 0.4, "mouseup", button)


def test_a_drag_orbits_by_so_many_degrees_and_is_one_step_of_undo(start: Told) -> None:
    drag(start, 1, (40, 0), (40, -10), (20, -10))
    turned = start.resting()["camera"]
    assert turned["azimuth"] == pytest.approx(Camera().azimuth - 100 * DEGREES_PER_POINT)
    assert turned["elevation"] == pytest.approx(Camera().elevation - 20 * DEGREES_PER_POINT)
    start.act("key", "ctrl+z")
    start.until(lambda s: s["camera"] == plain(Camera()), "the camera as before")


def test_let_go_in_motion_it_swings_on_and_comes_to_rest(start: Told) -> None:
    """In a small window, whose pictures are quick: from slow ones nobody knows how fast the hand was at the end."""
    start.act("search", "--name", "^Basin", "windowsize", 360, 240)
    try:
        by_hand = 48 * DEGREES_PER_POINT
        turned = next((turned for _ in range(5) if (turned := start_and_swing(start)) > by_hand + 3), 0.0)
        assert turned > by_hand + 3
    finally:
        start.act("search", "--name", "^Basin", "windowsize", 1280, 800)
        start.window.settled()


def start_and_swing(told: Told) -> float:
    """Degrees that it turned to the left by a drag over 48 points that does not rest at the end."""
    before = told.resting()["camera"]["azimuth"]
    told.act("mousemove", 150, 140, "mousedown", 1, *["mousemove_relative", 6, 0, "sleep", 0.015] * 8, "mouseup", 1)
    rest = told.resting()
    assert not rest["moving"]
    return float((before - rest["camera"]["azimuth"]) % 360)


def test_right_drag_and_shift_drag_pan(start: Told) -> None:
    drag(start, 3, (60, 0))
    once = start.resting()["camera"]
    assert direction(once) == direction(plain(Camera())) and once["target"] != list(Camera().target)
    start.act("keydown", "shift")
    drag(start, 1, (-60, 0))
    start.act("keyup", "shift")
    start.resting()
    np.testing.assert_allclose(start.camera["target"], Camera().target, atol=1e-9)


def test_the_wheel_zooms_to_the_pointer_and_a_double_click_goes_there(start: Told) -> None:
    start.act("mousemove", 900, 360, "click", "--repeat", 3, 4)
    zoomed = start.until(lambda s: s["camera"]["distance"] < 0.7 * Camera().distance, "three notches nearer")["camera"]
    assert zoomed["distance"] == pytest.approx(Camera().distance * ZOOM_PER_NOTCH**3)
    assert zoomed["target"] != list(Camera().target)
    start.act("click", "--repeat", 2, "--delay", 60, 1)
    focused = start.until(
        lambda s: s["camera"]["distance"] < 0.5 * Camera().distance and not s["moving"], "a closer look"
    )["camera"]
    assert focused["distance"] == pytest.approx(zoomed["distance"] * FOCUS_ZOOM)
    # What was pointed at is now in the middle of what the panel leaves: there is ground, and it is read out.
    assert np.linalg.norm(np.subtract(focused["target"], zoomed["target"])) > 0.05


def test_free_orbit_turns_over_the_pole_and_b_levels_it(start: Told) -> None:
    start.act("key", "b")
    start.until(lambda s: s["navigation"] == "FREE", "free orbit")
    drag(start, 1, (0, 60), (0, 60), (30, 60))
    assert abs(start.resting()["camera"]["roll"]) > 1
    start.act("key", "b")
    start.until(lambda s: s["navigation"] == "TURNTABLE" and s["camera"]["roll"] == 0, "a level horizon")


# ── flying ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_held_keys_fly_and_losing_focus_lets_go_of_them(start: Told) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", "import pyglet; w = pyglet.window.Window(90, 60, caption='other'); pyglet.app.run()"],
        env={**os.environ, "DISPLAY": start.window.display},
    )
    try:
        start.act("search", "--sync", "--name", "^other$", "windowfocus", "--sync")  # it takes the focus as it opens
        start.act("search", "--sync", "--name", "^Basin", "windowfocus", "--sync", "key", "f")
        start.until(lambda s: s["navigation"] == "FLY", "flight")
        start.act("keydown", "w", "keydown", "e")
        start.until(lambda s: np.subtract(s["camera"]["target"], Camera().target)[1] > 0.3, "a flight ahead")
        start.act("search", "--sync", "--name", "^other$", "windowfocus", "--sync")
        start.until(lambda s: not s["dragging"], "no key held")
        start.act("keyup", "w", "keyup", "e")
        halted = start.resting()["camera"]
        start.act("search", "--sync", "--name", "^Basin", "windowfocus", "--sync")
        time.sleep(0.3)
        assert start.camera == halted, "it flew on by itself"
        start.act("keydown", "s")
        start.until(lambda s: s["camera"] != halted, "a key works again")
        start.act("keyup", "s")
        start.resting()
        start.act("key", "Escape")
        start.until(lambda s: s["navigation"] == "TURNTABLE", "the end of the flight")
    finally:
        other.kill()
        other.wait()


# ── tools ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_section_is_dragged_out_and_esc_leaves_the_tool(start: Told) -> None:
    start.act("key", "w")
    start.until(lambda s: s["tool"] == "SECTION", "the tool")
    before = start.window.settled()
    start.act("mousemove", 700, 400, "mousedown", 1, "mousemove_relative", 60, 20, "mousemove_relative", 60, 20)
    start.until(lambda s: s["section"] and s["dragging"], "a section")
    laid = start.resting()["section"]  # after the last of the movements
    start.act("mouseup", 1, "mousemove", 1275, 795)
    assert start.resting()["section"] == laid and np.linalg.norm(np.subtract(*laid)) > 0.05
    assert share_changed(start.window.settled()[SCENE], before[SCENE]) > 3e-4, "nothing of it is to be seen"
    start.act("key", "Escape")
    start.until(lambda s: s["tool"] == "LOOK", "no tool")
    assert start.camera == plain(Camera())
    start.act("key", "ctrl+z")
    start.until(lambda s: s["section"] is None, "no section")


def test_a_section_is_laid_by_keys_alone(start: Told) -> None:
    start.act("key", "w")
    start.until(lambda s: s["tool"] == "SECTION", "the tool")
    before = start.window.settled()
    start.act("key", "Right", "key", "Right", "key", "shift+Up")
    assert start.resting()["section"] is None and start.camera == plain(Camera()), "the arrows orbit"
    assert share_changed(start.window.settled()[SCENE], before[SCENE]) > 5e-5, "no mark is to be seen"
    start.act("key", "Return", "key", "Left", "key", "Down")
    start.until(lambda s: s["section"], "a section")
    laid = start.resting()["section"]  # after the last of the keys
    start.act("key", "Escape")
    start.until(lambda s: s["section"] is None and s["tool"] == "SECTION", "the first end alone")
    start.act("key", "Return", "key", "Left", "key", "Down", "key", "Return")
    start.until(lambda s: s["section"] == laid, "the same section again")
    assert share_changed(start.window.settled()[SCENE], before[SCENE]) > 3e-4, "nothing of it is to be seen"
    start.act("key", "Escape")
    start.until(lambda s: s["tool"] == "LOOK", "no tool")
    start.act("key", "ctrl+z")
    start.until(lambda s: s["section"] is None, "no section")
    assert start.camera == plain(Camera())


def test_a_region_is_shown_while_it_is_dragged_and_esc_takes_it_back(start: Told) -> None:
    start.act("key", "q")
    start.until(lambda s: s["tool"] == "REFINE", "the tool")
    start.act("mousemove", 700, 400, "mousedown", 1, "mousemove_relative", 60, 20, "mousemove_relative", 60, 20)
    (u0, v0), (u1, v1) = start.until(lambda s: s["region"], "a region")["region"]
    assert u0 < u1 and v0 < v1
    start.act("key", "Escape")
    start.until(lambda s: s["region"] is None and s["tool"] == "REFINE", "no region")
    start.act("mouseup", 1, "key", "Escape")
    start.until(lambda s: s["tool"] == "LOOK", "no tool")


# ── the clipboard ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_camera_goes_through_the_clipboard(start: Told) -> None:
    start.act("key", "Right", "key", "Right", "key", "plus", "key", "ctrl+c")
    copied = start.until(lambda s: s["clipboard"].startswith("{"), "JSON in the clipboard")
    assert json.loads(copied["clipboard"]) == copied["camera"] != plain(Camera())
    start.act("key", "r")
    start.until(lambda s: s["camera"] == plain(Camera()), "a reset camera")
    start.act("key", "ctrl+v")
    start.until(lambda s: s["camera"] == copied["camera"] and not s["moving"], "the camera that was copied")


@contextmanager
def clipboard(told: Told, text: str, manner: str) -> Iterator[None]:
    """Held by another program meanwhile."""
    program = [sys.executable, "-c", OWNER, text, manner]
    screen = {**os.environ, "DISPLAY": told.window.display}
    with subprocess.Popen(program, env=screen, stdout=subprocess.PIPE, text=True) as owner:
        try:
            assert owner.stdout is not None and owner.stdout.readline() == "owned\n"
            yield
        finally:
            owner.kill()


def test_a_camera_comes_from_another_program_and_anything_else_is_refused(start: Told) -> None:
    given = Camera(azimuth=12.0, elevation=70.0, distance=3.0, target=(0.25, 0.0, 0.125), roll=10.0)
    with clipboard(start, camera_json(given), "answers"):
        start.act("key", "ctrl+v")
        start.until(lambda s: s["camera"] == plain(given) and not s["moving"], "the camera of the other program")
    for text, manner, complaint in (("no camera", "answers", "holds no camera"), ("", "hangs", "does not answer")):
        with clipboard(start, text, manner):
            start.act("key", "ctrl+v")
            told = start.until(lambda s, wanted=complaint: wanted in s["notices"], complaint)
            assert told["camera"] == plain(given)
