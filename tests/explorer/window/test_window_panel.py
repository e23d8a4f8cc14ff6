"""Panel, menus and dialogs in the real window: a real pointer and real keys, and what became of the desk."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explorer.desk.session import load_session
from tests.desktop import SCENE, Desktop, desktop
from tests.explorer.gui.test_interface import landscape
from tests.explorer.window.test_window import share_changed

# The real program, which also writes down after each picture what is on its desk, and where each control is.
TELLING = """
import json, os, sys
from imgui_bundle import imgui
import explorer.window.application as a, explorer.command_line.commands as c
from explorer.looks.plain import to_plain
out, sys.argv[1:2] = sys.argv[1], []
seen = {}
def noting(name, original):
    def control(label, *args, **more):
        result = original(label, *args, **more)
        if not (name == "begin_menu" and result):
            low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
            kind = {"begin_menu": "menu ", "collapsing_header": "section "}.get(name, "")
            seen[kind + label] = (low.x, low.y, high.x, high.y)
        return result
    return control
for name in ("combo", "slider_float", "slider_int", "checkbox", "button", "menu_item_simple", "begin_menu",
             "input_text", "input_text_with_hint", "selectable", "collapsing_header"):
    setattr(imgui, name, noting(name, getattr(imgui, name)))
redraw = a.Application.redraw
def telling(self, *args, **more):
    seen.clear()
    redraw(self, *args, **more)
    desk = self.desk
    state = {
        "seen": seen, "view": to_plain(desk.view), "dialog": desk.dialog.name, "marked": desk.marked,
        "panes": len(desk.panes),
        "keyboard": self.gui.wants_keyboard, "covered": self._interface.covered, "name": desk.name,
        "notices": [notice.text for notice in desk.notices.shown], "list": self.gui.has_open_list,
    }
    with open(out + ".new", "w") as file:
        json.dump(state, file)
    os.replace(out + ".new", out)
a.Application.redraw = telling
c.main()
"""


class Window:
    """The program, and what it said after its last picture."""

    def __init__(self, running: Desktop, told: Path) -> None:
        self.running, self._told = running, told

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._told.read_text())
        return found

    def act(self, *words: object) -> None:
        self.running.act(*words)

    def wait(self, condition, what: str) -> dict[str, Any]:
        """The state once it is so."""
        self.running.wait(lambda: bool(condition(self.state())), what, 40, every=0.03)
        return self.state()

    def point(self, label: str, share: float = 0.0) -> None:
        """Move the pointer on a control, as soon as it is there and stays."""
        left, top, right, bottom = self._still(label)
        field = min(right, left + 170)
        self.act("mousemove", round(left + 8 + share * (field - left - 16)), round((top + bottom) / 2))

    def click(self, label: str, share: float = 0.0) -> None:
        self.point(label, share)
        self.act("click", 1)

    def _still(self, label: str) -> list[float]:
        """Where a control is, once two looks agree."""
        looks: list[list[float]] = [[], []]

        def still(state: dict[str, Any]) -> bool:
            looks[:] = [looks[1], state["seen"].get(label, [])]
            time.sleep(0.2)
            return bool(looks[1]) and looks[0] == looks[1]

        self.wait(still, f"the control {label}")
        return looks[1]

    def fill(self, label: str, text: object) -> None:
        """Type a text into a field, in place of what is there, as soon as it has the keys."""
        self.click(label)
        self.wait(lambda state: state["keyboard"], f"the field {label} has the keys")
        self.act("keydown", "ctrl", "sleep", 0.1, "key", "a", "sleep", 0.1, "keyup", "ctrl", "type", text)


@pytest.fixture(scope="module")
def window(tmp_path_factory) -> Iterator[Window]:
    tmp = tmp_path_factory.mktemp("window panel")
    landscape(tmp / "a bläck land")
    told = tmp / "told.json"
    program = [sys.executable, "-c", TELLING, str(told)]
    with desktop(["explore", str(tmp / "a bläck land")], tmp, program=program) as running:
        running.wait(told.exists, "what it says", 40)
        yield Window(running, told)


@pytest.fixture(autouse=True)
def out_of_the_way(window: Window) -> None:
    window.act("mousemove", 1270, 790)
    window.wait(lambda state: state["dialog"] == "NONE" and not state["list"], "nothing open")


def test_a_list_is_opened_closed_by_esc_and_an_entry_taken(window: Window):
    before = window.running.settled()
    window.click("mode")
    window.wait(lambda state: state["list"], "the list")
    window.act("key", "Escape")
    window.wait(lambda state: not state["list"], "the list closed")
    window.click("mode")
    window.wait(lambda state: state["list"], "the list")
    window.act("key", "Down", "key", "Down", "key", "Return")
    window.act("mousemove", 1270, 790)
    window.wait(lambda state: state["view"]["surface"] == "wireframe", "wireframe")
    assert share_changed(window.running.settled()[SCENE], before[SCENE]) > 0.05
    window.act("key", "1")
    window.wait(lambda state: state["view"]["surface"] == "lit", "lit")


def test_a_slider_is_dragged_in_the_picture(window: Window):
    window.act("mousemove", 1270, 790)
    before = window.running.settled()
    window.click("relief", 0.95)
    found = window.wait(lambda state: state["view"]["relief"] > 1.2, "a high relief")
    window.act("mousemove", 1270, 790)
    assert share_changed(window.running.settled()[SCENE], before[SCENE]) > 0.05
    assert found["view"]["flat"] is False
    window.act("key", "ctrl+z")
    window.wait(lambda state: state["view"]["relief"] < 1.0, "the relief of before")


def test_levels_are_typed_and_letters_in_the_field_are_no_shortcuts(window: Window):
    window.click("section Critical points##section")  # closed, so that the fields below are in sight
    window.click("levels")
    window.wait(lambda state: state["keyboard"], "the field has the keys")
    window.act("type", "--delay", "30", "20, 80 k")
    window.act("key", "BackSpace", "key", "BackSpace", "key", "Return")
    found = window.wait(lambda state: state["view"]["contours"]["levels"], "levels")
    assert found["view"]["contours"]["levels"] == [20.0, 80.0]
    assert found["view"]["theme"] == "dark"
    window.act("key", "ctrl+z")
    window.wait(lambda state: not state["view"]["contours"]["levels"], "none any more")


def test_a_menu_entry_is_taken_with_the_pointer(window: Window):
    window.click("menu Window")
    window.click("Light theme")
    window.wait(lambda state: state["view"]["theme"] == "light", "the light theme")
    window.act("mousemove", 1270, 790)
    picture = window.running.settled()
    assert np.median(picture[:, 20:300], axis=(0, 1)).min() > 180
    window.act("key", "k")
    window.wait(lambda state: state["view"]["theme"] == "dark", "the dark theme")


def test_a_tooltip_comes_though_nothing_else_moves(window: Window):
    below = np.s_[180:330, 120:520]
    before = window.running.settled()
    window.point("mode")
    window.running.wait(lambda: share_changed(window.running.picture()[below], before[below]) > 0.1, "a tooltip", 40)


def test_the_keyboard_is_led_through_the_panel_and_back(window: Window):
    before = window.running.settled()
    view = window.state()["view"]
    window.act("key", "F6")
    window.wait(lambda state: state["keyboard"], "the panel has the keys")
    window.act("key", "Down", "key", "Down", "key", "Up")
    panel = np.s_[30:790, 12:312]
    window.running.wait(
        lambda: share_changed(window.running.picture()[panel], before[panel]) > 1e-3, "a frame around a control", 10
    )
    assert window.state()["view"]["camera"] == view["camera"]  # the arrows orbit no more
    window.act("key", "Escape")
    window.wait(lambda state: not state["keyboard"], "the scene has the keys")
    window.act("key", "Right")
    window.wait(lambda state: state["view"]["camera"] != view["camera"], "the arrows orbit again")
    window.act("key", "ctrl+z")
    window.wait(lambda state: state["view"] == view, "as before")


def test_arrows_lead_through_the_menus_and_esc_back(window: Window):
    view = window.state()["view"]
    window.act("key", "F10")
    window.wait(lambda state: "Save session…" in state["seen"], "the first menu")
    window.act("key", "Left")
    window.wait(lambda state: "About…" in state["seen"] and "Save session…" not in state["seen"], "the last menu")
    window.act("key", "Right")
    window.wait(lambda state: "Save session…" in state["seen"], "the first menu again")
    window.act("key", "Right")
    window.wait(lambda state: "Copy camera" in state["seen"], "the second menu")
    window.act("key", "Escape")
    window.wait(lambda state: not (state["list"] or state["keyboard"]), "the scene has the keys")
    assert window.state()["view"] == view


def test_a_landscape_is_opened_by_keys_alone_and_the_dialog_given_up_by_its_button(window: Window, tmp_path):
    for name in ("one more", "another one"):
        landscape(tmp_path / name)
    before = window.state()["name"]
    window.act("key", "ctrl+o")
    window.fill("folder", str(tmp_path))
    window.act("key", "Return")
    window.wait(lambda state: any(label.startswith("one more##") for label in state["seen"]), "the folder")
    window.click("Cancel")
    window.wait(lambda state: state["dialog"] == "NONE" and not state["keyboard"], "no dialog")
    assert window.state()["name"] == before
    window.act("key", "ctrl+o")
    window.wait(
        lambda state: state["dialog"] == "OPEN" and state["keyboard"] and "filter" in state["seen"], "the dialog"
    )
    window.act("type", "anoth")
    window.wait(lambda state: not any(label.startswith("one more##") for label in state["seen"]), "one entry left")
    window.act("key", "Return")
    window.wait(lambda state: state["name"] == "another one" and state["dialog"] == "NONE", "it is open")
    window.act("key", "ctrl+w")
    window.wait(lambda state: state["name"] == before and not state["notices"], "it is closed")


def test_a_session_is_saved_with_what_is_typed(window: Window, tmp_path):
    window.act("key", "ctrl+s")
    window.wait(lambda state: state["dialog"] == "SAVE_SESSION" and "folder" in state["seen"], "the dialog")
    window.fill("folder", str(tmp_path))
    window.act("key", "Return")
    window.fill("name", "mine")
    window.click("Save")
    window.wait(lambda state: state["dialog"] == "NONE", "it is saved")
    saved = load_session(tmp_path / "mine.basin.json")
    assert saved.shown == ("a bläck land",)
    assert saved.files[0].file.is_dir()


def test_a_picture_is_taken_of_the_window_with_its_panel(window: Window, tmp_path):
    window.act("mousemove", 1270, 790)
    before = window.running.settled()
    window.act("key", "F12")
    window.click("with the panel")
    window.fill("folder", str(tmp_path))
    window.act("key", "Return")
    window.fill("name", "shot")
    window.click("Save")
    window.running.wait((tmp_path / "shot.png").exists, "the picture", 40)
    taken = np.asarray(Image.open(tmp_path / "shot.png"))
    assert taken.shape == before.shape
    assert share_changed(taken[100:600, 340:1100], before[100:600, 340:1100]) < 0.05  # no dialog in it
    assert share_changed(taken[50:780, 14:310], before[50:780, 14:310]) < 0.01


def test_an_error_is_a_message_that_a_click_takes_away(window: Window, tmp_path):
    (tmp_path / "bad.ply").write_text("no")
    window.act("key", "ctrl+o")
    window.fill("folder", str(tmp_path / "bad.ply"))
    window.act("key", "Return")
    found = window.wait(lambda state: any("bad.ply" in text for text in state["notices"]), "the message")
    newest = 2  # after menu and panel
    left, top, right, bottom = window.wait(lambda state: len(state["covered"]) > newest, "it is drawn")["covered"][
        newest
    ]
    assert found["dialog"] == "NONE"
    window.act("mousemove", round((left + right) / 2), round((top + bottom) / 2), "sleep", 0.2, "click", 1)
    window.wait(lambda state: not any("bad.ply" in text for text in state["notices"]), "it is gone")


def test_pointing_at_the_training_curve_marks_the_checkpoint(window: Window):
    window.act("key", "j")
    covered = window.wait(lambda state: len(state["covered"]) == 3 and not state["notices"], "the plot")["covered"]
    left, top, right, bottom = covered[-1]
    window.act("mousemove", round((left + right) / 2), round((top + bottom) / 2))
    window.wait(lambda state: isinstance(state["marked"], int) and 5 < state["marked"] < 35, "a checkpoint is marked")
    window.act("mousemove", 1270, 60)
    window.wait(lambda state: state["marked"] is None, "it is no longer")
    window.act("key", "j")
    window.wait(lambda state: len(state["covered"]) == 2, "no plot")


def test_panes_are_closed_from_the_menu(window: Window, tmp_path):
    landscape(tmp_path / "another")
    window.act("key", "ctrl+o")
    window.fill("folder", str(tmp_path / "another"))
    window.act("key", "Return")
    window.wait(lambda state: state["name"] == "another", "it is open")
    for panes in (2, 1):
        window.act("mousemove", 1270, 790)
        window.click("menu Window")
        window.click("Side by side")
        window.wait(lambda state, panes=panes: state["panes"] == panes, "the panes")
    window.act("key", "ctrl+w")
    window.wait(lambda state: state["name"] != "another", "it is closed")


def test_it_ends_well_and_said_nothing(window: Window):
    window.act("key", "ctrl+q")
    assert window.running.program.wait(timeout=40) == 0
    assert window.running.log.read_text() == ""
