"""The real window on a virtual screen, driven by real keys and a real pointer, from start to quit."""

import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from compute.folder import LandscapeWriter, create_folder, update_description
from compute.landscape import Domain
from explorer.looks.theme import THEMES
from tests.desktop import PANEL, SCENE, Desktop, desktop
from tests.explorer.lines import line
from tests.surfaces import HIMMELBLAU

MIDDLE = (800, 420)


def folder(path: Path, n: int = 33, rows: int | None = None) -> LandscapeWriter:
    """A landscape folder of Himmelblau's function, filled down to a row."""
    create_folder(path, Domain((-5, 5), (-5, 5), n, n), ("train_loss",), {"kind": "landscape"})
    writer = LandscapeWriter(path)
    fill(writer, 0, n if rows is None else rows)
    return writer


def fill(writer: LandscapeWriter, first: int, last: int) -> None:
    _, values = HIMMELBLAU.on_grid(writer.domain.n_alpha, writer.domain.n_beta)
    for row in range(first, last):
        for column in range(writer.domain.n_alpha):
            writer.record(row, column, {"train_loss": float(values[row, column]) + 1}, 64)


def share_changed(a: np.ndarray, b: np.ndarray) -> float:
    """Share of pixels that differ visibly."""
    return float((np.abs(a.astype(int) - b).max(axis=2) > 8).mean())


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    tmp = tmp_path_factory.mktemp("window")
    folder(tmp / "a bläck landscape")
    with desktop(["explore", str(tmp / "a bläck landscape")], tmp) as running:
        yield running


@pytest.fixture
def start(window: Desktop) -> np.ndarray:
    """The scene as it is after a reset, with the pointer out of the way."""
    window.act("mousemove", 1275, 795)
    window.act("key", "r")
    return window.settled()


@pytest.mark.parametrize("key", ["2", "3", "4", "s", "d", "z", "x", "c", "t", "y", "u"])
def test_key_changes_the_picture_and_its_counterpart_restores_it(window, start, key):
    back = {"2": "1", "3": "1", "4": "1", "s": "a", "t": "v", "y": "v", "u": "v", "x": "z"}.get(key, key)
    window.act("key", key)
    assert share_changed(window.settled()[SCENE], start[SCENE]) > 3e-4  # a few glyphs at least
    window.act("key", back)
    assert share_changed(window.settled()[SCENE], start[SCENE]) == 0


def test_h_hides_the_panel_and_the_scene_takes_its_place(window, start):
    window.act("key", "h")
    without = window.settled()
    assert share_changed(without[PANEL], start[PANEL]) > 0.3
    window.act("key", "h")
    assert share_changed(window.settled(), start) == 0


def test_left_drag_orbits_and_r_resets(window, start):
    window.act("mousemove", *MIDDLE, "mousedown", 1, "mousemove_relative", 60, 0, "mousemove_relative", 60, 20)
    window.act("mouseup", 1, "mousemove", 1275, 795)
    assert share_changed(window.settled()[SCENE], start[SCENE]) > 0.05
    window.act("key", "r")
    assert share_changed(window.settled(), start) == 0


def test_right_drag_pans_by_as_many_pixels(window, start):
    window.act("mousemove", *MIDDLE, "mousedown", 3, "mousemove_relative", 20, 0, "mousemove_relative", 20, 0)
    window.act("mouseup", 3, "mousemove", 1275, 795)
    panned = window.settled()
    # The target's depth moves with the pointer; ground nearer or farther by a little less or more.
    patch = start[380:440, 760:820].astype(int)
    errors = {dx: np.abs(panned[380:440, 760 + dx : 820 + dx] - patch).mean() for dx in range(20, 61)}
    assert 34 <= min(errors, key=errors.__getitem__) <= 46


def test_the_wheel_zooms_to_the_pointer(window, start):
    place = 900, 360
    window.act("mousemove", *place, "click", "--repeat", 3, 4)
    zoomed = window.settled()
    assert share_changed(zoomed[SCENE], start[SCENE]) > 0.05
    x, y = place
    here = start[y - 3 : y + 4, x - 3 : x + 4].astype(int).mean(axis=(0, 1))
    there = zoomed[y - 3 : y + 4, x - 3 : x + 4].astype(int).mean(axis=(0, 1))
    assert np.abs(here - there).max() < 30  # the same ground, its lines now wider apart


def test_the_pointer_reads_out_the_ground(window, start):
    below = np.s_[740:795, 600:1100]
    window.act("mousemove", *MIDDLE)
    assert share_changed(window.settled()[below], start[below]) > 0.03
    window.act("mousemove", 1200, 60)  # the sky
    assert share_changed(window.settled()[below], start[below]) == 0


def test_a_drag_that_begins_on_the_panel_leaves_the_camera_alone(window, start):
    window.act("mousemove", 100, 60, "mousedown", 1, "mousemove", 400, 300, "mousemove", 700, 400, "mouseup", 1)
    window.act("mousemove", 1275, 795)
    assert share_changed(window.settled()[SCENE], start[SCENE]) == 0


def test_a_panel_control_takes_the_mouse(window, start):
    relief = sliders(start)[1]
    window.act("mousemove", 180, relief, "click", 1, "mousemove", 1275, 795)
    assert share_changed(window.settled()[SCENE], start[SCENE]) > 0.05
    window.act("key", "ctrl+z")
    assert share_changed(window.settled()[SCENE], start[SCENE]) == 0


def sliders(picture: np.ndarray) -> list[int]:
    """Rows in the middle of the grabs of the panel's sliders, from the top: opacity, relief, …"""
    rows = np.flatnonzero(_grabs(picture[:, 30:200]).any(axis=1))
    return [int(group.mean()) for group in np.split(rows, np.flatnonzero(np.diff(rows) > 3) + 1)]


def _grabs(rows: np.ndarray) -> np.ndarray:
    """Which pixels have the colour of a grab: no button, header or frame is as near to it."""
    colour = np.round(255 * np.array(THEMES["dark"].panel.widgets["slider_grab"][:3]))
    return np.abs(rows.astype(int) - colour).max(axis=2) < 8


def test_escape_closes_an_open_list_and_tab_and_space_leave_the_fields_alone(window, start):
    field = sliders(start)[0] - 28  # the list above the first slider
    window.act("mousemove", 120, field, "click", 1)
    opened = window.settled()
    assert share_changed(opened[PANEL], start[PANEL]) > 0.02
    window.act("key", "Escape")
    window.act("mousemove", 1275, 795)
    assert share_changed(window.settled()[SCENE], start[SCENE]) == 0
    assert window.program.poll() is None
    before = window.settled()
    for key in ("Tab", "space", "Tab"):
        window.act("key", key)
    assert share_changed(window.settled()[PANEL], before[PANEL]) == 0
    window.wait(lambda: share_changed(window.picture(), before) == 0, "the end of the messages", 30)


def test_an_idle_window_uses_hardly_any_time(window, start):
    def ticks() -> int:
        fields = Path(f"/proc/{window.program.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    before = ticks()
    time.sleep(3)
    used = (ticks() - before) / os.sysconf("SC_CLK_TCK") / 3
    assert used < 0.05  # of a core; redrawing at 60 Hz would take more than all of one on a software driver


@pytest.mark.parametrize("size", [(200, 150), (1000, 1200), (1280, 800)])
def test_resizing(window, start, size):
    window.act("search", "--name", "Basin", "windowsize", *size)
    window.settled()
    assert window.program.poll() is None


def test_the_explorer_has_no_torch_in_it(window):
    assert "torch" not in Path(f"/proc/{window.program.pid}/maps").read_text()


def test_escape_asks_first_and_again_quits_with_success(window, start):
    window.act("key", "Escape")
    window.wait(lambda: share_changed(window.picture(), start) > 1e-3, "the message")
    assert window.program.poll() is None
    window.act("key", "Escape", "key", "Escape")
    assert window.program.wait(timeout=40) == 0
    assert window.log.read_text() == ""


def test_a_folder_that_another_process_fills_is_followed(tmp_path):
    writer = folder(tmp_path / "growing", n=17, rows=9)
    with desktop(["explore", str(tmp_path / "growing")], tmp_path) as running:
        half = running.settled()
        fill(writer, 9, 17)
        running.wait(lambda: share_changed(running.scene(), half[SCENE]) > 0.05, "the rest of the surface", 40)
        running.act("key", "ctrl+q")
        assert running.program.wait(timeout=40) == 0


def test_a_line_is_read_and_orbited_and_its_description_followed(tmp_path):
    land = line(33)
    create_folder(tmp_path / "line", land.domain, tuple(land.metrics), {"kind": "landscape"}, land.trajectory)
    writer = LandscapeWriter(tmp_path / "line")
    for column in range(33):
        writer.record(0, column, {name: float(values[0, column]) for name, values in land.metrics.items()}, 64)
    with desktop(["explore", str(tmp_path / "line")], tmp_path) as running:
        running.act("mousemove", 1275, 795)
        start = running.settled()
        update_description(tmp_path / "line", {"stopped": "tolerance", "tolerance": 0.01})
        running.wait(lambda: share_changed(running.picture()[PANEL], start[PANEL]) > 0.01, "why it stopped", 40)
        start = running.settled()
        running.act("mousemove", *MIDDLE)
        assert share_changed(running.settled()[740:795, 600:1100], start[740:795, 600:1100]) > 0.02
        running.act("mousedown", 1, "mousemove_relative", 60, 30, "mousemove_relative", 60, 30)
        running.act("mouseup", 1, "mousemove", 1275, 795)
        assert share_changed(running.settled()[SCENE], start[SCENE]) > 0.02
        running.act("key", "r")
        # But for smooth edges, which a busy machine may still owe.
        running.wait(lambda: share_changed(running.scene(), start[SCENE]) < 5e-3, "the view from the front", 40)
        running.act("key", "ctrl+q")
        assert running.program.wait(timeout=40) == 0
        assert running.log.read_text() == ""


def test_another_metric_is_chosen_in_the_panel(tmp_path):
    create_folder(tmp_path / "land", Domain((-5, 5), (-5, 5), 17, 17), ("train_loss", "test_accuracy"), {})
    writer = LandscapeWriter(tmp_path / "land")
    _, values = HIMMELBLAU.on_grid(17, 17)
    for (row, column), value in np.ndenumerate(values):
        writer.record(row, column, {"train_loss": value + 1, "test_accuracy": 100 / (1 + value)}, 64)
    with desktop(["explore", str(tmp_path / "land")], tmp_path) as running:
        running.act("mousemove", 1275, 795)
        start = running.settled()
        height = sliders(start)[0] - 56  # two lists above the first slider
        running.act("mousemove", 120, height, "click", 1)
        running.wait(lambda: share_changed(running.picture()[PANEL], start[PANEL]) > 0.02, "the list", 40)
        running.act("mousemove", 120, height + 50, "sleep", 0.3, "click", 1)  # its second entry
        running.act("mousemove", 1275, 795)
        running.wait(lambda: share_changed(running.scene(), start[SCENE]) > 0.1, "the accuracy as terrain", 40)


def name_of(running: Desktop) -> str:
    """The title of the window."""
    found = running.ask("search", "--name", "^Basin", "getwindowname")
    return found.strip()


def test_files_that_are_dropped_are_opened_and_what_cannot_be_is_no_end(tmp_path):
    folder(tmp_path / "first", n=9)
    folder(tmp_path / "zweite Ländschaft", n=9)
    (tmp_path / "no landscape.ply").write_bytes(bytes(range(256)))
    drop = (
        "import sys, pyglet, explorer.command_line.commands as c, explorer.window.application as a\n"
        "run, paths = a.Application.run, sys.argv[3:]\n"
        "del sys.argv[3:]\n"
        "def dropping(self):\n"
        "    drop = lambda seconds: self.window.dispatch_event('on_file_drop', 5, 5, paths)\n"
        "    pyglet.clock.schedule_once(drop, 1.0)\n"
        "    run(self)\n"
        "a.Application.run = dropping\n"
        "c.main()"
    )
    given = [str(tmp_path / name) for name in ("first", "no landscape.ply", "zweite Ländschaft")]
    with desktop(["explore", *given], tmp_path, program=[sys.executable, "-c", drop]) as running:
        running.wait(lambda: "zweite Ländschaft" in name_of(running), "the second landscape", 40)
        running.settled()
        assert running.program.poll() is None and running.log.read_text() == ""


def test_a_very_large_window_and_one_that_goes_and_comes_back(tmp_path):
    folder(tmp_path / "land", n=9)
    with desktop(["explore", str(tmp_path / "land")], tmp_path, size=(3840, 2160)) as running:
        window = running.ask("search", "--name", "^Basin").strip()
        running.act("windowsize", "--sync", window, 3840, 2160, "windowmove", window, 0, 0)
        running.wait(lambda: bool(running.picture()[2000:2100, 3500:3800].any()), "the picture in the corner", 40)
        large = running.settled()
        assert share_changed(large[300:1800, 700:3400], np.full((1500, 2700, 3), large[1000, 3700], np.uint8)) > 0.2
        running.act("windowunmap", "--sync", window, "windowmap", "--sync", window)
        running.wait(lambda: share_changed(running.picture(), large) < 0.01, "the same picture again", 40)
        assert running.program.poll() is None


def test_the_window_is_no_larger_than_the_screen(tmp_path):
    folder(tmp_path / "land", n=9)
    with desktop(["explore", str(tmp_path / "land")], tmp_path, size=(900, 600)) as running:
        geometry = running.ask("search", "--name", "^Basin", "getwindowgeometry")
        assert "Geometry: 900x600" in geometry


def test_closing_the_window_quits(tmp_path):
    folder(tmp_path / "small", n=9)
    close = (
        "import sys, pyglet, explorer.command_line.commands as c, explorer.window.application as a\n"
        "run = a.Application.run\n"
        "def closing(self):\n"
        "    pyglet.clock.schedule_once(lambda dt: self.window.dispatch_event('on_close'), 2.0)\n"
        "    run(self)\n"
        "a.Application.run = closing\n"
        "c.main()"
    )
    with desktop(["explore", str(tmp_path / "small")], tmp_path, program=[sys.executable, "-c", close]) as running:
        assert running.program.wait(timeout=40) == 0
        assert running.log.read_text() == ""
