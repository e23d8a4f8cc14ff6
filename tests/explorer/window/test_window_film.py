"""Keyframes, their preview and films in the real window: real keys and a real pointer, and the film decoded."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from explorer.gui.ruler import SHORTEST
from tests.desktop import desktop
from tests.explorer.gui.test_interface import landscape
from tests.explorer.window.test_window_panel import TELLING, Window

OURS = TELLING.replace(
    '"panes": len(desk.panes),',
    '"panes": len(desk.panes), "flight": to_plain(desk.flight), "playing": desk.flying.playing, '
    '"time": desk.flying.time, "selected": desk.flying.selected, "moving": desk.motion.moving, '
    '"recording": desk.filming.running, "share": desk.filming.share,',
).replace('"collapsing_header"):', '"collapsing_header", "invisible_button"):')


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    landscape(tmp_path / "land")
    told = tmp_path / "told.json"
    with desktop(["explore", str(tmp_path / "land")], tmp_path, program=[sys.executable, "-c", OURS, str(told)]) as run:
        run.wait(told.exists, "what it says", 40)
        yield Window(run, told)
        assert "Traceback" not in run.log.read_text()


def keyframes(window: Window, count: int) -> list[dict]:
    """That many of them, with turns in between."""
    for k in range(count):
        window.act("key", "Insert")
        window.wait(lambda state, k=k: len(state["flight"]["keyframes"]) == k + 1, "a keyframe")
        if k < count - 1:
            window.act("key", *["Right"] * 6)
            window.wait(lambda state, k=k: turned(state, k), "the turn")
    return window.state()["flight"]["keyframes"]


def turned(state: dict, last: int) -> bool:
    return state["view"]["camera"]["azimuth"] == state["flight"]["keyframes"][last]["camera"]["azimuth"] + 30


def record(window: Window, name: str, seconds: float) -> None:
    window.act("key", "shift+F12")
    window.wait(lambda state: state["dialog"] == "FILM", "the dialog")
    for label, text in (("seconds", seconds), ("name", name)):
        window.click(label)
        window.running.settled()  # the dialog has the keys already, whichever field it is
        window.act("key", "End", *["BackSpace"] * 12)
        window.act("type", text)
    window.running.settled()
    window.click("Record")
    window.wait(lambda state: state["recording"] and state["dialog"] == "NONE", "the recording")


def halves(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name.startswith(".")]


def test_keyframes_by_keys_are_played_and_dragged_on_the_timeline(window: Window):
    keys = keyframes(window, 3)
    assert [key["time"] for key in keys] == [0, 2, 4]
    window.act("key", "bracketleft")
    window.wait(lambda state: state["selected"] == 1 and not state["moving"], "the one before")
    assert window.state()["view"]["camera"] == keys[1]["camera"]
    window.act("key", "shift+Right")
    window.wait(lambda state: state["flight"]["keyframes"][1]["time"] == 2.1, "a later keyframe")
    window.act("key", "Home")  # a hand on the camera, away from the way
    window.act("key", "shift+space")
    window.wait(lambda state: state["playing"] and state["time"] > 2.5, "the film")
    assert window.state()["view"]["camera"]["azimuth"] > keys[1]["camera"]["azimuth"]
    window.wait(lambda state: not state["playing"], "its end")
    assert window.state()["view"]["camera"] == keys[2]["camera"]
    left, _, right, bottom = window._still("keyframes")
    at = [left + 14 + time / SHORTEST * (right - left - 28) for time in (2.1, 3.1)]
    y = round(bottom - 16)
    window.act("mousemove", round(at[0]), y, "mousedown", 1)
    window.wait(lambda state: state["selected"] == 1, "it is taken")
    window.act("mousemove", round(at[0]) + 10, y, "mousemove", round(at[1]), y)
    window.wait(lambda state: abs(state["flight"]["keyframes"][1]["time"] - 3.1) < 0.05, "it is dragged")
    window.act("mouseup", 1, "mousemove", 1270, 400)
    window.running.settled()
    window.act("key", "ctrl+z")
    window.wait(lambda state: state["flight"]["keyframes"][1]["time"] == 2.1, "undone")


def test_a_film_is_recorded_while_the_window_goes_on(window: Window, tmp_path: Path):
    keyframes(window, 2)
    record(window, "tour.mp4", 0.5)
    before = window.state()["view"]["camera"]["azimuth"]
    window.act("key", "Left")
    state = window.wait(lambda state: state["view"]["camera"]["azimuth"] != before, "the window heeds")
    window.wait(lambda state: not state["recording"], "the film")
    path = tmp_path / "tour.mp4"
    window.wait(lambda state: f"saved {path}" in state["notices"], "what is said")
    with av.open(str(path)) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(pictures) == 15 and pictures[0].shape == (720, 1280, 3)
    assert (pictures[0] != pictures[-1]).mean() > 0.05
    assert state and not halves(tmp_path)


def test_the_window_is_closed_while_it_records_and_nothing_is_left(window: Window, tmp_path: Path):
    record(window, "long.mp4", 600)
    window.wait(lambda state: state["share"] > 0, "its first pictures")
    assert halves(tmp_path)
    window.act("key", "ctrl+q")
    deadline = time.monotonic() + 30
    while window.running.program.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert window.running.program.returncode == 0
    assert not halves(tmp_path) and not (tmp_path / "long.mp4").exists()


def test_the_window_is_killed_while_it_records_and_nothing_is_left(window: Window, tmp_path: Path):
    record(window, "long.mp4", 600)
    window.wait(lambda state: state["share"] > 0, "its first pictures")
    window.running.program.kill()
    deadline = time.monotonic() + 30
    while halves(tmp_path):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert not (tmp_path / "long.mp4").exists()
