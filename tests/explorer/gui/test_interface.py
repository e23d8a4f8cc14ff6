"""Every control of the interface, worked with pointer and keys in real frames, without a window."""

import json
from dataclasses import replace
from pathlib import Path

import moderngl
import numpy as np
import pytest
from imgui_bundle import imgui
from PIL import Image
from pyglet.window import key

from compute.folder import LandscapeWriter, create_folder
from compute.landscape import Domain, Trajectory
from compute.scale import ScaleKind
from explorer.desk.actions import ACTIONS, MENUS, in_menu
from explorer.desk.beginning import beginning, opened
from explorer.desk.modes import Dialog
from explorer.desk.pane import Pane
from explorer.desk.session import load_session
from explorer.ground.section import Profile
from explorer.gui.plots import has_decade
from explorer.gui.sheet import blocks
from explorer.looks.theme import THEMES
from explorer.looks.view import ERROR, ContourPlace, ContourStyle, Scaling, Spacing, SurfaceMode, View
from tests.explorer.interface import Hand, hand
from tests.surfaces import HIMMELBLAU

STEPS = 40


def landscape(path: Path, n: int = 17, provenance: dict | None = None, **changes) -> Path:
    """A folder of Himmelblau's function with two metrics and a path."""
    t = np.linspace(0, 1, STEPS)
    path_of = Trajectory(
        step=np.arange(STEPS) * 10.0,
        epoch=t,
        alpha=-4 + 7 * t,
        beta=4 * np.cos(3 * t),
        residual=0.1 * (1 - t),
        loss=200 * np.exp(-5 * t) + 1,
        plane_loss=220 * np.exp(-4.8 * t) + 1,
    )
    rows = changes.get("rows", n)
    domain = Domain((-5, 5), (-5, 5) if rows > 1 else (0, 0), n, rows)
    create_folder(path, domain, ("train_loss", "test_accuracy"), provenance or {"title": "Himmelblau"}, path_of)
    writer = LandscapeWriter(path)
    _, values = HIMMELBLAU.on_grid(n, n)
    for row in range(rows):
        for column in range(n):
            value = float(values[row if rows > 1 else n // 3, column]) + 1
            writer.record(row, column, {"train_loss": value, "test_accuracy": 1 / value}, 64)
    return path


@pytest.fixture(scope="module")
def land(tmp_path_factory) -> Path:
    return landscape(tmp_path_factory.mktemp("interface") / "a bläck land")


@pytest.fixture
def one(gl, land, monkeypatch, tmp_path):
    with hand(gl, opened(land), monkeypatch, tmp_path / "state") as found:
        yield found


@pytest.fixture
def two(gl, land, monkeypatch, tmp_path):
    other = landscape(tmp_path / "other")
    with hand(gl, beginning([land, other]), monkeypatch, tmp_path / "state") as found:
        yield found


# ── the panel ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def field(view: View, name: str):
    for part in name.split("."):
        view = getattr(view, part)
    return view


@pytest.mark.parametrize(
    ("label", "steps", "name", "expected"),
    [
        ("height", 1, "metric", "test_accuracy"),
        ("mode", 1, "surface", SurfaceMode.FACETED),
        ("mode", 2, "surface", SurfaceMode.WIREFRAME),
        ("mode", 5, "surface", SurfaceMode.HIDDEN),
        ("scale##height", 1, "height.kind", ScaleKind.LINEAR),
        ("scale##height", 3, "height.kind", ScaleKind.SYMLOG),
        ("cap##height", 1, "height.cap", float("inf")),
        ("cap##height", 3, "height.percentile", 95.0),
        ("colours", 2, "colour.map", "magma"),
        ("of", 1, "colour.metric", "test_accuracy"),
        ("of", 2, "colour.metric", ERROR),
        ("lines", 1, "contours.style", ContourStyle.TWO_COLOURS),
        ("lines", -1, "contours.style", ContourStyle.OFF),
        ("spacing", 1, "contours.spacing", Spacing.LINEAR),
        ("place", 2, "contours.place", ContourPlace.FLOOR),
    ],
)
def test_a_list_of_the_panel_sets_its_field_and_nothing_else(one: Hand, label, steps, name, expected):
    before = one.desk.view
    one.choose(label, steps)
    assert field(one.desk.view, name) == expected
    parts = name.split(".")
    undone = {parts[0]: getattr(before, parts[0])}
    assert replace(one.desk.view, **undone) == before
    one.desk.undo()
    assert one.desk.view == before


FLAGS = {
    "normalise": "normalise",
    "open above the cap": "open_top",
    "labels": "contours.labels",
    "on the floor too": "contours.on_floor",
    "critical points": "glyphs",
    "descent path": "path",
    "measured points": "points",
    "axes": "axes",
    "colour bar": "colour_bar",
    "legend": "legend",
    "smooth": "smooth",
    "flat": "flat",
    "soft shadow": "occlusion",
}


@pytest.mark.parametrize("label", FLAGS)
def test_a_box_of_the_panel_turns_its_field_on_and_off(one: Hand, label):
    before = one.desk.view
    one.click_on(label)
    assert field(one.desk.view, FLAGS[label]) is not field(before, FLAGS[label])
    one.click_on(label)
    assert one.desk.view == before


@pytest.mark.parametrize(
    ("label", "name", "low", "high"),
    [
        ("opacity", "opacity", 0.05, 1.0),
        ("relief", "relief", 0.02, 1.5),
        ("count", "contours.count", 1, 100),
        ("width", "contours.width", 0.25, 4.0),
        ("heavier", "contours.emphasis", 0, 10),
    ],
)
def test_a_slider_goes_from_end_to_end_and_a_drag_is_one_step_of_undo(one: Hand, label, name, low, high):
    before = one.desk.view
    one.move(*one.place(label, 0.5))
    one.button(True)
    one.move(one.place(label, 0.0)[0] - 100, one.place(label)[1])
    assert field(one.desk.view, name) == pytest.approx(low)
    one.move(one.place(label, 1.0)[0] + 200, one.place(label)[1])
    assert field(one.desk.view, name) == pytest.approx(high)
    one.button(False)
    one.desk.undo()
    assert one.desk.view == before


def test_what_is_typed_into_a_slider_is_brought_within_its_limits(one: Hand):
    imgui.get_io().add_key_event(imgui.Key.mod_ctrl, True)
    one.click_on("count", 0.5)
    imgui.get_io().add_key_event(imgui.Key.mod_ctrl, False)
    one.replace_text("250")
    assert one.desk.view.contours.count in (100, 250)


@pytest.mark.parametrize("text", ["0.5, 10; 200", " 200 ,10,.5"])
def test_levels_are_typed_as_text(one: Hand, text):
    one.enter("levels", text)
    assert sorted(one.desk.view.contours.levels) == [0.5, 10.0, 200.0]
    assert "count" in one.seen
    one.seen.clear()
    one.frames(2)
    assert "count" not in one.seen  # explicit levels take its place
    one.enter("levels", "")
    assert one.desk.view.contours.levels == ()


@pytest.mark.parametrize(("label", "text"), [("levels", "1, two"), ("levels", "inf"), ("floor##height", "1, 2")])
def test_what_is_no_number_is_said_in_the_window_and_changes_nothing(one: Hand, label, text):
    before = one.desk.view
    one.enter(label, text)
    assert one.desk.view == before
    (notice,) = one.desk.notices.shown
    assert notice.error
    assert label.partition("#")[0] in notice.text


def test_cap_and_floor_are_values_and_can_be_the_ends_of_the_scale(one: Hand):
    one.choose("cap##height", 2)
    one.enter("cap at##height", "150")
    one.enter("floor##height", "2.5")
    one.click_on("fixed ends##height")
    assert one.desk.view.height == Scaling(cap=150.0, floor=2.5, fixed=True)
    assert (one.desk.pane.stage.map.scale.low, one.desk.pane.stage.map.scale.high) == (2.5, 150.0)


@pytest.mark.parametrize("name", ["height", "colour"])
def test_a_floor_without_effect_is_said_so_beside_it(one: Hand, monkeypatch, name):
    said: list[str] = []
    monkeypatch.setattr("explorer.gui.scaling.coloured", lambda text, colour: said.append(text))
    if name == "colour":
        one.click_on("scale of their own")
    one.choose(f"scale##{name}", 2)
    one.enter(f"floor##{name}", "0")
    assert said[-1] == "floor 0 is ignored: on a log scale it has to be above 0"
    one.enter(f"floor##{name}", "3")
    said.clear()
    one.frames(2)
    assert said == []


def test_colours_have_a_scale_of_their_own_on_request(one: Hand):
    one.click_on("scale of their own")
    one.choose("scale##colour", 1)
    one.enter("floor##colour", "3")
    assert one.desk.view.colour.scaling == Scaling(kind=ScaleKind.LINEAR, floor=3.0)
    assert one.desk.view.height == Scaling()
    one.click_on("scale of their own")
    assert one.desk.view.colour.scaling is None


def test_an_edited_field_that_is_left_is_taken_and_one_given_up_is_not(one: Hand):
    one.click_on("levels")
    one.type("7")
    one.click(*one.place("count", 0.5))
    assert one.desk.view.contours.levels == (7.0,)
    one.click_on("levels")
    one.type("8")
    one.press(key.ESCAPE)
    assert one.desk.view.contours.levels == (7.0,)


def test_planes_cut_and_are_taken_away(one: Hand):
    one.click_on("Cut and cross-section")
    one.move(*one.place("α##cut", 0.2))
    one.button(True)
    one.move(one.place("α##cut", 0.2)[0] + 60, one.place("α##cut")[1])
    one.button(False)
    low, high = one.desk.view.cut.alpha
    assert 0 < low < high == 1
    one.click_on("Cut nothing")
    assert one.desk.view.cut == View().cut


def test_another_landscape_is_chosen_and_several_share_what_they_are_told_to(two: Hand):
    assert len(two.desk.panes) == 2
    two.click_on("same scale of height")
    two.click_on("same camera")
    assert (two.desk.links.scale, two.desk.links.camera) == (True, False)
    before = two.desk.name
    two.choose("shown", 1)
    assert two.desk.name != before


def test_theme_and_size_are_those_wished_for(one: Hand):
    wide, dark = one.interface.margins(one.size)[0], np.median(one.picture()[60:160, 20:300], axis=(0, 1))
    one.click_on("Window")
    one.click_on("light theme")
    assert one.desk.view.theme == "light"
    one.frames()
    light = np.median(one.picture()[60:160, 20:300], axis=(0, 1))
    assert light.min() > 180
    assert dark.max() < 80
    one.choose("size", 5)
    assert one.desk.preferences.size == 2.0
    assert one.interface.margins(one.size)[0] > 1.7 * wide


def test_a_line_has_no_controls_of_a_surface(gl, tmp_path, monkeypatch):
    line = landscape(tmp_path / "line", rows=1)
    with hand(gl, opened(line), monkeypatch, tmp_path / "state") as one:
        assert not {"opacity", "of", "lines", "flat", "open above the cap"} & one.seen.keys()
        assert {"mode", "relief", "axes", "scale##height"} <= one.seen.keys()
        one.choose("mode", 4)
        assert one.desk.view.surface is SurfaceMode.HIDDEN


def test_every_control_has_a_tooltip(one: Hand, monkeypatch):
    told: set[int] = set()
    begun = imgui.begin_tooltip

    def count() -> bool:
        told.add(0)
        return begun()

    monkeypatch.setattr(imgui, "begin_tooltip", count)
    headings = {"Surface", "Colours", "Contours", "Layers", "Cut and cross-section", "Window"}
    headings |= {"Critical points##section", "Checked against the network", "Valley of the minimum"}
    headings |= {f"menu {menu}" for menu in MENUS}
    silent = []
    for label in set(one.seen) - headings:
        told.clear()
        one.move(*one.place(label))
        one.frames(12, seconds=0.1)
        if not told:
            silent.append(label)
    assert silent == []


# ── menus and keys ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_entry_of_every_menu_does_what_its_action_does(gl, land, monkeypatch, tmp_path):
    asked: list[str] = []
    spied = tuple(replace(each, do=lambda desk, label=each.label: asked.append(label)) for each in ACTIONS)
    monkeypatch.setattr("explorer.desk.actions.ACTIONS", spied)
    monkeypatch.setattr("explorer.gui.menu.ACTIONS", spied)
    with hand(gl, opened(land), monkeypatch, tmp_path / "state") as one:
        for menu in MENUS:
            for action in in_menu(menu):
                if action.enabled(one.desk):
                    one.click_on(f"menu {menu}")
                    one.click_on(action.label)
                    one.click(*(700, 1200))
    enabled = [each.label for menu in MENUS for each in in_menu(menu) if each.enabled(one.desk)]
    assert asked == enabled


def test_recent_files_are_in_the_menu_and_grey_when_they_are_gone(one: Hand, land, tmp_path):
    one.desk.open(landscape(tmp_path / "second"))
    one.frames()
    names = [path.name for path in one.interface._recent.list.paths]
    assert names == ["second", "a bläck land"]
    assert [Path(each).name for each in json.loads((tmp_path / "state/recent.json").read_text())] == names


def test_the_sheet_has_every_key_once():
    listed = [
        row[0]
        for heading, rows in blocks()
        if heading not in ("Pointer", "Flying", "Cross-section and refining", "Panel by keyboard")
        for row in rows
    ]
    assert sorted(listed) == sorted(", ".join(action.keys) for action in ACTIONS if action.keys)


@pytest.mark.parametrize("asked", [Dialog.KEYS, Dialog.ABOUT, Dialog.OPEN, Dialog.SCREENSHOT, Dialog.RESAMPLE])
def test_a_dialog_is_drawn_within_a_small_window_too(gl, land, monkeypatch, tmp_path, asked):
    with hand(gl, opened(land), monkeypatch, tmp_path / "state", (320, 250)) as one:
        before = one.picture().copy()
        one.desk.dialog = asked
        one.frames(6)
        changed = np.flatnonzero((one.picture() != before).any(axis=(1, 2)))
        assert len(changed) > 30
        assert changed[0] > 0


def test_keys_lead_into_the_panel_and_esc_back(one: Hand):
    before = one.desk.view
    assert not one.gui.wants_keyboard
    one.press(key.F6)
    assert one.gui.wants_keyboard
    one.press(*[key.DOWN] * 3)
    focused = imgui.is_any_item_focused()
    assert focused
    one.press(key.ESCAPE)
    assert not one.gui.wants_keyboard
    assert one.desk.view == before


def test_every_box_of_the_panel_is_reached_by_keyboard(one: Hand):
    before = one.desk.view
    one.press(key.F6)
    changed = set()
    for _ in range(110):
        one.press(key.TAB, key.SPACE)
        now = one.desk.view
        changed |= {
            name
            for name in ("normalise", "open_top", "glyphs", "path", "axes")
            if getattr(now, name) != getattr(before, name)
        }
        one.press(key.ESCAPE) if one.gui.has_open_list else None
        if not one.gui.keyboard:
            one.press(key.F6)
    assert changed == {"normalise", "open_top", "glyphs", "path", "axes"}


def test_f10_leads_into_the_menus_until_something_is_chosen(one: Hand):
    one.press(key.F10)
    assert one.gui.has_open_list
    one.press(key.ESCAPE)
    assert not (one.gui.has_open_list or one.gui.wants_keyboard)
    one.press(key.F10, *[key.DOWN] * 3, key.ENTER)
    one.frames()
    assert one.desk.dialog in (Dialog.SCREENSHOT, Dialog.SAVE_SESSION)
    one.press(key.ESCAPE)
    assert one.desk.dialog is Dialog.NONE
    assert not one.gui.wants_keyboard


def test_arrows_lead_from_menu_to_menu_and_round(one: Hand):
    first = {menu: next(in_menu(menu)).label for menu in MENUS}
    one.press(key.F10)
    for symbol, step in ((key.RIGHT, 1), (key.LEFT, -1)):
        at = 0
        for _ in range(len(MENUS) + 1):
            one.press(symbol)
            at = (at + step) % len(MENUS)
            assert {label for label in first.values() if label in one.drawn()} == {first[MENUS[at]]}
        one.press(key.LEFT if step > 0 else key.RIGHT)
    one.press(key.RIGHT, key.DOWN, key.ENTER)  # Edit, whose first two are grey: copy the camera
    assert "clipboard" in one.desk.notices.shown[-1].text
    assert not (one.gui.has_open_list or one.gui.wants_keyboard)


def test_an_arrow_opens_a_submenu_where_there_is_one_and_esc_leaves_it_first(one: Hand):
    one.press(key.F10, key.RIGHT, key.RIGHT, key.UP, key.RIGHT)
    assert {"Viridis", "Lit"} <= one.drawn()
    one.press(key.LEFT)
    assert "Lit" in one.drawn()
    assert "Viridis" not in one.drawn()
    one.press(key.RIGHT, key.ESCAPE)
    assert "Lit" in one.drawn()
    one.press(key.ESCAPE)
    assert not (one.gui.has_open_list or one.gui.wants_keyboard)
    one.press(key.F10, key.RIGHT, key.RIGHT, key.UP, key.RIGHT, key.DOWN, key.DOWN, key.ENTER)
    assert one.desk.view.colour.map == "magma"


def test_a_grey_entry_says_what_is_missing(one: Hand, monkeypatch):
    told: list[str] = []
    monkeypatch.setattr("explorer.gui.menu.explain", told.append)
    one.click_on("menu Window")
    assert "Only one landscape is open; open another one first" in told
    one.click_on("Side by side")
    assert not one.desk.side_by_side
    assert one.desk.notices.shown == ()


# ── messages ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_message_is_clicked_away_and_good_news_leave_by_themselves(one: Hand):
    one.desk.complain("nothing works")
    one.desk.say("all is well")
    one.frames()
    assert len(one.interface.covered) == 4  # menu, panel and both
    left, top, right, bottom = one.interface.covered[-1]
    one.click((left + right) / 2, (top + bottom) / 2)
    assert [notice.text for notice in one.desk.notices.shown] == ["all is well"]
    one.desk.notices.advance(100)
    one.frames()
    assert len(one.interface.covered) == 2


# ── dialogs ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def ask(one: Hand, dialog: Dialog) -> None:
    one.desk.dialog = dialog
    one.frames(4)


def row_of(one: Hand, name: str) -> str:
    return next(label for label in one.drawn() if label.startswith(f"{name}##") or label.startswith(f"{name}/##"))


@pytest.mark.parametrize("way", ["double click", "button", "Enter"])
def test_a_landscape_is_opened_by_its_row_in_the_browser(one: Hand, tmp_path, way):
    landscape(tmp_path / "more/third")
    ask(one, Dialog.OPEN)
    one.enter("folder", str(tmp_path / "more"))
    one.click_on("Open")
    assert one.desk.dialog is Dialog.OPEN, "there is nothing selected yet"
    row = row_of(one, "third")
    if way == "double click":
        one.double_click_on(row)
    else:
        one.click_on(row)
        assert one.desk.dialog is Dialog.OPEN
        one.click_on("Open") if way == "button" else one.press(key.ENTER)
    assert one.desk.dialog is Dialog.NONE
    assert one.desk.name == "third"
    assert one.interface._recent.list.paths[0].name == "third"


def test_enter_in_the_filter_opens_the_only_entry_left(one: Hand, land, tmp_path):
    for name in ("deep/alone", "deep/zebra crossing", "deep/zebra"):
        landscape(tmp_path / name)
    ask(one, Dialog.OPEN)
    one.enter("folder", str(tmp_path))
    one.click_on("filter")
    one.type("dee")
    one.press(key.ENTER)  # a folder is gone into, and the filter has the keys again
    assert one.interface._dialogs._browser.folder == tmp_path / "deep"
    one.type("zebra")
    one.press(key.ENTER)
    assert one.desk.dialog is Dialog.OPEN, "there are two"
    assert one.interface._dialogs._browser.selected.name == "zebra"
    one.type(" cross")
    one.press(key.ENTER)
    assert one.desk.name == "zebra crossing"
    assert one.desk.dialog is Dialog.NONE


def test_arrows_in_the_filter_select_and_the_filter_is_empty_the_next_time(one: Hand, land, tmp_path):
    for name in ("deep/a1", "deep/a2", "deep/a3", "deep/b"):
        landscape(tmp_path / name)
    ask(one, Dialog.OPEN)
    one.enter("folder", str(tmp_path / "deep"))
    one.click_on("filter")
    one.type("a")
    browser = one.interface._dialogs._browser
    selected = []
    for symbol in (key.DOWN, key.DOWN, key.DOWN, key.DOWN, key.UP, key.UP, key.UP, key.UP):
        one.press(symbol)
        selected.append(browser.selected.path.name)
    assert selected == ["a1", "a2", "a3", "a3", "a2", "a1", tmp_path.name, tmp_path.name]
    one.press(key.DOWN, key.DOWN, key.ENTER)
    assert one.desk.name == "a2"
    ask(one, Dialog.OPEN)
    assert row_of(one, "b")
    assert browser.selected is None


def test_arrows_go_on_from_a_row_that_was_clicked(one: Hand, land, tmp_path):
    for name in ("deep/a1", "deep/a2", "deep/a3"):
        landscape(tmp_path / name)
    ask(one, Dialog.OPEN)
    one.enter("folder", str(tmp_path / "deep"))
    one.click_on(row_of(one, "a1"))
    one.press(key.DOWN, key.DOWN, key.UP)
    assert one.interface._dialogs._browser.selected.name == "a2"
    one.press(key.ENTER)
    assert one.desk.name == "a2"
    assert one.desk.dialog is Dialog.NONE


@pytest.mark.parametrize("asked", [Dialog.OPEN, Dialog.SAVE_SESSION, Dialog.SCREENSHOT, Dialog.EXPORT])
def test_a_dialog_is_given_up_by_its_button_and_nothing_is_written(one: Hand, tmp_path, asked):
    before, view = sorted(tmp_path.rglob("*")), one.desk.view
    ask(one, asked)
    one.click_on("Cancel")
    assert one.desk.dialog is Dialog.NONE
    assert not one.gui.wants_keyboard
    assert (one.desk.view, sorted(tmp_path.rglob("*"))) == (view, before)
    assert one.desk.notices.shown == ()


def test_the_browser_filters_goes_up_and_takes_a_typed_path(one: Hand, land, tmp_path):
    ask(one, Dialog.OPEN)
    one.type("zzz")
    one.seen.clear()
    one.frames()
    assert not [label for label in one.seen if label.startswith("a bläck land##")]
    one.enter("folder", str(land.parent.parent))
    one.seen.clear()
    one.frames()
    assert [label for label in one.seen if label.startswith(f"{land.parent.name}/##")]
    typed = landscape(tmp_path / "typed")
    one.enter("folder", str(typed))
    assert one.desk.name == "typed"


def test_what_cannot_be_opened_is_said_and_nothing_else_happens(one: Hand, tmp_path):
    (tmp_path / "damaged.ply").write_text("no")
    ask(one, Dialog.OPEN)
    one.enter("folder", str(tmp_path / "damaged.ply"))
    (notice,) = one.desk.notices.shown
    assert notice.error
    assert "damaged.ply" in notice.text
    ask(one, Dialog.OPEN)
    one.enter("folder", str(tmp_path / "nowhere"))
    assert one.desk.dialog is Dialog.OPEN


def test_esc_gives_a_dialog_up(one: Hand):
    ask(one, Dialog.OPEN)
    assert one.gui.wants_keyboard
    one.press(key.ESCAPE)
    assert one.desk.dialog is Dialog.NONE
    assert not one.gui.wants_keyboard


def save_in(one: Hand, dialog: Dialog, folder: Path, name: str) -> None:
    ask(one, dialog)
    one.enter("folder", str(folder))
    one.enter("name", name)
    one.frames(4)


def test_a_session_is_saved_under_the_name_that_is_typed(one: Hand, tmp_path):
    one.desk.change(lambda view: replace(view, relief=1.25))
    save_in(one, Dialog.SAVE_SESSION, tmp_path, "my session")
    assert load_session(tmp_path / "my session.basin.json") == one.desk.session()
    assert one.desk.view.relief == 1.25


def test_a_file_that_is_there_is_replaced_only_by_the_button(one: Hand, tmp_path):
    (tmp_path / "old.basin.json").write_text("old")
    save_in(one, Dialog.SAVE_SESSION, tmp_path, "old.basin.json")
    assert one.desk.dialog is Dialog.SAVE_SESSION
    assert (tmp_path / "old.basin.json").read_text() == "old"
    one.click_on("Replace##Save")
    assert load_session(tmp_path / "old.basin.json") == one.desk.session()


def test_a_name_without_its_ending_replaces_nothing_unasked_either(one: Hand, tmp_path):
    (tmp_path / "old.basin.json").write_text("old")
    save_in(one, Dialog.SAVE_SESSION, tmp_path, "old")
    assert one.desk.dialog is Dialog.SAVE_SESSION
    assert (tmp_path / "old.basin.json").read_text() == "old"
    one.desk.dialog = Dialog.NONE
    one.frames(3)
    save_in(one, Dialog.SCREENSHOT, tmp_path, "x" * 300)
    assert any("File name too long" in notice.text for notice in one.desk.notices.shown)


def test_a_picture_that_there_is_no_memory_for_is_a_message(one: Hand, tmp_path, monkeypatch):
    def fail(*args: object, **more: object) -> None:
        raise moderngl.Error("the framebuffer is not complete")

    monkeypatch.setattr(Pane, "pixels", fail)
    save_in(one, Dialog.SCREENSHOT, tmp_path, "shot")
    assert any("there is no memory" in notice.text for notice in one.desk.notices.shown)
    assert not (tmp_path / "shot.png").exists()


def test_a_picture_larger_than_the_driver_draws_is_refused_with_what_fits(gl, land, monkeypatch, tmp_path):
    monkeypatch.setattr("explorer.desk.panes.largest_side", lambda ctx: 1300)
    with hand(gl, opened(land), monkeypatch, tmp_path / "state", (640, 600)) as one:
        ask(one, Dialog.SCREENSHOT)
        one.choose("size", 2)
        save_in(one, Dialog.SCREENSHOT, tmp_path, "scene")
        (notice,) = one.desk.notices.shown
        assert notice.text == "a picture of 1920 x 1800 pixels is more than 1300 a side; choose 2x"
    assert not (tmp_path / "scene.png").exists()


def test_a_picture_of_the_scene_is_as_large_as_wished_and_transparent(gl, land, monkeypatch, tmp_path):
    with hand(gl, opened(land), monkeypatch, tmp_path / "state", (640, 600)) as one:
        ask(one, Dialog.SCREENSHOT)
        one.choose("size", 1)
        one.click_on("transparent background")
        save_in(one, Dialog.SCREENSHOT, tmp_path, "scene")
        assert [notice.text for notice in one.desk.notices.shown] == [f"saved {tmp_path / 'scene.png'}"]
    image = Image.open(tmp_path / "scene.png")
    assert image.size == (2 * 640, 2 * 600)
    alpha = np.asarray(image)[..., 3]
    assert (alpha[0, 0], alpha.max()) == (0, 255)


def test_a_picture_with_the_panel_is_the_window_without_the_dialog(one: Hand, tmp_path):
    before = one.picture().copy()
    ask(one, Dialog.SCREENSHOT)
    one.click_on("with the panel")
    one.move(1270, 1390)
    save_in(one, Dialog.SCREENSHOT, tmp_path, "window.png")
    image = np.asarray(Image.open(tmp_path / "window.png"))
    assert image.shape == before.shape
    assert np.abs(image.astype(int) - before)[60:700, 12:312].max() <= 1
    assert np.abs(image.astype(int) - before)[600:800, 400:900].max() == 0


def test_contours_and_surface_are_exported(one: Hand, tmp_path):
    ask(one, Dialog.EXPORT)
    one.choose("what", 1)
    save_in(one, Dialog.EXPORT, tmp_path, "lines.csv")
    rows = (tmp_path / "lines.csv").read_text().splitlines()
    assert rows[0] == "level,line,alpha,beta"
    assert len({row.split(",")[0] for row in rows[1:]}) == 24
    ask(one, Dialog.EXPORT)
    one.choose("what", -1)
    save_in(one, Dialog.EXPORT, tmp_path, "surface.ply")
    assert (tmp_path / "surface.ply").read_bytes().startswith(b"ply")
    assert len(list(tmp_path.glob("surface*"))) == 2  # and the path


def test_a_name_that_no_format_has_is_said(one: Hand, tmp_path):
    save_in(one, Dialog.EXPORT, tmp_path, "x.docx")
    assert "unknown extension" in one.desk.notices.shown[-1].text
    assert one.desk.notices.shown[-1].error


def test_the_form_says_why_nothing_more_can_be_measured(one: Hand):
    ask(one, Dialog.RESAMPLE)
    assert "Close" in one.seen
    one.click_on("Close")
    assert one.desk.dialog is Dialog.NONE


def test_the_form_orders_another_plane(gl, tmp_path, monkeypatch):
    run = tmp_path / "run"
    run.mkdir()
    (run / "run.json").write_text("{}")
    known = {"sample": {"directions": "pca", "alpha": [-1.0, 1.0], "seed": 3, "examples": 64}, "source": ".."}
    with hand(gl, opened(landscape(run / "pca", provenance=known)), monkeypatch, tmp_path / "state") as one:
        orders = []
        monkeypatch.setattr(one.desk.measurement, "resample", orders.append)
        ask(one, Dialog.RESAMPLE)
        one.enter("examples", "0")
        one.click_on("Measure##form" if "Measure##form" in one.seen else "Measure")
        assert orders == []
        assert one.desk.dialog is Dialog.RESAMPLE
        one.enter("examples", "128")
        one.choose("plane", 1)
        one.enter("range of β", "-2, 2")
        one.click_on("Measure##form" if "Measure##form" in one.seen else "Measure")
        (order,) = orders
        assert (order.directions, order.examples, order.alpha, order.beta) == ("random", 128, None, [-2.0, 2.0])
        assert (order.source, order.out, order.seed) == (str(run), str(run / "random"), 3)


# ── plots ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_pointing_at_the_curve_of_the_section_marks_its_place(one: Hand):
    one.desk.change(lambda view: replace(view, section=((0.0, 0.5), (1.0, 0.5))))
    one.frames()
    left, top, right, bottom = one.interface.covered[-1]
    one.move((left + right) / 2 + 10, (top + bottom) / 2)
    place = one.desk.marked
    assert isinstance(place, tuple)
    assert place[1] == 0.5
    assert 0.3 < place[0] < 0.7
    one.move(right - 30, (top + bottom) / 2)
    assert one.desk.marked[0] > 0.9
    one.click(right - 16, top + 14)  # its cross
    assert one.desk.view.section is None


@pytest.mark.parametrize(
    ("values", "found"), [((2.0, 9.0), False), ((2.0, 11.0), True), ((12.0, 95.0), False), ((10.0, 20.0), True),
                          ((-1.0, 5.0), False), ((0.02, 0.1), True), ((np.nan, np.nan), False)],
)  # fmt: skip
def test_a_logarithmic_axis_without_a_power_of_ten_would_have_no_number(values, found):
    value = np.array(values)
    nothing = np.empty(0)
    assert has_decade(Profile(np.zeros((2, 2)), np.arange(2.0), value, value, value, nothing, nothing)) is found


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_band_of_the_section_is_paler_than_its_line_in_plot_and_legend(one: Hand, theme):
    one.desk.change(lambda view: replace(view, theme=theme, section=((0.05, 0.3), (0.95, 0.8))))
    one.frames(4)
    left, top, right, bottom = map(int, one.interface.covered[-1])
    picture, panel = one.picture()[top:bottom, left:right].astype(float) / 255, THEMES[theme].panel
    paper, ink = np.array(panel.window_bg[:3]), np.array(panel.accent[:3])
    share = (picture - paper) @ (ink - paper) / ((ink - paper) @ (ink - paper))  # from the paper's colour to the ink's
    between = np.abs(picture - paper - share[..., None] * (ink - paper)).max(axis=2) < 0.02
    legend, plot = np.s_[30:60, 300:], np.s_[60:, 60:]
    for part, least in ((legend, 60), (plot, 2000)):
        assert (between[part] & (share[part] > 0.3) & (share[part] < 0.5)).sum() > least, "no band of its own colour"
        assert (between[part] & (share[part] > 0.97)).sum() > 60, "no line of the accent's colour"


def test_pointing_at_a_step_marks_its_checkpoint(one: Hand):
    one.desk.curve = True
    one.frames()
    left, top, right, bottom = one.interface.covered[-1]
    one.move(right - 90, (top + bottom) / 2)
    assert one.desk.marked >= STEPS - 4
    one.move((left + right) / 2, (top + bottom) / 2)
    assert 10 < one.desk.marked < STEPS - 10
    one.move(left - 200, top - 200)
    assert one.desk.marked is None
    one.click(right - 16, top + 14)
    assert not one.desk.curve


def test_both_plots_lie_side_by_side_right_of_the_panel(one: Hand):
    one.desk.curve = True
    one.desk.change(lambda view: replace(view, section=((0.0, 0.0), (1.0, 1.0))))
    one.frames()
    a, b = one.interface.covered[-2:]
    assert b[2] <= a[0]
    assert b[0] > one.interface.covered[1][2]
