"""The timeline of a film and the dialog that records it, worked with pointer and keys in real frames."""

import time
from dataclasses import replace
from pathlib import Path

import av
import pytest
from imgui_bundle import imgui
from pyglet.window import key

from explorer.camera.camera import Camera
from explorer.camera.splines import camera_at
from explorer.desk.actions import by_key
from explorer.desk.beginning import opened
from explorer.desk.keyframing import way_of
from explorer.desk.modes import Dialog
from explorer.gui.ruler import AFTER, HIGH, RULE, SIDE
from explorer.looks.settings import Preferences
from explorer.pictures.keyframes import CONSTANT, FlightFile, Keyframe, read_flight
from explorer.pictures.kinds import KINDS
from tests.explorer.gui.test_interface import landscape
from tests.explorer.interface import Hand, hand

KEYS = FlightFile(
    tuple(Keyframe(t, Camera(azimuth=a, distance=d)) for t, a, d in ((0.0, 0, 5), (2.0, 50, 3), (5.0, 60, 6)))
)
SMALL = (700, 500)
STRIP = ("Play##film", "Add", "Update", "Delete", "Record…", "Hide", "##caption 0", "keyframes")


@pytest.fixture(scope="module")
def land(tmp_path_factory) -> Path:
    return landscape(tmp_path_factory.mktemp("flight") / "land")


@pytest.fixture
def one(gl, land, monkeypatch, tmp_path):
    with hand(gl, opened(land), monkeypatch, tmp_path / "state") as found:
        found.desk.preferences = Preferences(eased=False)
        found.desk.flying.put(KEYS)
        found.frames()
        yield found


def where(one: Hand, seconds: float, row: float = 0.5) -> tuple[float, float]:
    """A place on the ruler: 0 the upper side of what the diamonds lie in, 1 the lower one."""
    one.frames(2)
    left, top, right, _ = one.seen["keyframes"]
    span = AFTER * one.desk.flight.keyframes[-1].time
    return left + SIDE + seconds / span * (right - left - 2 * SIDE), top + RULE + row * (HIGH - RULE)


def drag(one: Hand, start: tuple[float, float], *way: tuple[float, float]) -> None:
    one.move(*start)
    one.button(True)
    for place in way:
        one.move(*place)
    one.button(False)


def times(one: Hand) -> list[float]:
    return [key.time for key in one.desk.flight.keyframes]


def test_it_is_there_when_it_is_wished_for_and_the_scene_ends_above(one: Hand):
    high = one.interface.below(one.size)
    assert {"Play##film", "Add", "Update", "Delete", "Record…", "Hide", "keyframes"} <= one.drawn()
    assert high > 80
    one.click_on("Hide")
    assert "keyframes" not in one.drawn() and one.interface.below(one.size) == 0
    assert one.desk.flight == KEYS


def test_the_buttons_do_what_the_keys_do(one: Hand):
    one.desk.steer(Camera(azimuth=77.0))
    one.click_on("Add")
    assert [key.camera.azimuth for key in one.desk.flight.keyframes] == [0, 77, 50, 60]
    one.desk.steer(Camera(azimuth=78.0))
    one.click_on("Update")
    assert one.desk.flight.keyframes[1].camera.azimuth == 78
    one.click_on("Delete")
    assert one.desk.flight == KEYS
    one.click_on("Play##film")
    assert one.desk.flying.playing
    one.click_on("Stop##film")
    assert not one.desk.flying.playing
    one.click_on("Record…")
    assert one.desk.dialog is Dialog.FILM


def test_a_click_on_a_diamond_chooses_it_and_the_camera_goes_there(one: Hand):
    one.click(*where(one, 2.0))
    assert one.desk.flying.selected == 1
    assert one.desk.pane.camera == KEYS.keyframes[1].camera
    assert one.desk.flight == KEYS


def test_a_diamond_is_dragged_in_time(one: Hand):
    drag(one, where(one, 2.0), where(one, 2.5), where(one, 3.5))
    assert times(one) == pytest.approx([0, 3.5, 5], abs=0.03)
    assert one.desk.flying.selected == 1
    one.desk.undo()
    assert one.desk.flight == KEYS  # one step, and the glide to it another


def test_the_ruler_stays_while_its_last_diamond_is_dragged(one: Hand):
    start, *way = [where(one, at) for at in (5.0, 5.3, 5.6, 5.9)]
    drag(one, start, *way)
    assert times(one) == pytest.approx([0, 2, 5.9], abs=0.03)


def test_a_diamond_dragged_past_another_changes_places_with_it(one: Hand):
    drag(one, where(one, 0.0), where(one, 1.9), where(one, 3.0))
    assert [key.camera.azimuth for key in one.desk.flight.keyframes] == [50, 0, 60]
    assert times(one) == pytest.approx([0, 1, 3], abs=0.03)


def test_the_ruler_is_dragged_and_the_camera_is_on_the_way_exactly(one: Hand):
    way = way_of(KEYS)
    one.move(*where(one, 2.0, -0.3))  # above a diamond, which is not meant
    one.button(True)
    for at in (1.0, 2.0, 4.2):
        one.move(*where(one, at, -0.3))
        assert one.desk.flying.time == pytest.approx(at, abs=0.03)
        assert one.desk.pane.camera == camera_at(way, one.desk.flying.time)
    one.button(False)
    one.move(*where(one, 1.0, -0.3))
    assert one.desk.flying.time == pytest.approx(4.2, abs=0.03)
    assert one.desk.flight == KEYS


def test_beside_the_diamonds_their_row_is_a_ruler_too(one: Hand):
    one.click(*where(one, 3.4))
    assert one.desk.flying.time == pytest.approx(3.4, abs=0.03) and one.desk.flight == KEYS


def test_length_speed_and_caption_are_set(one: Hand):
    one.enter("seconds##film", "10")
    assert times(one) == [0, 4, 10]
    one.click_on("constant speed")
    assert one.desk.flight.speed == CONSTANT
    one.desk.flying.choose(1)
    one.frames()
    one.enter("##caption 1", "Down into the välley")
    assert [key.caption for key in one.desk.flight.keyframes] == ["", "Down into the välley", ""]


def test_what_is_typed_for_one_keyframe_is_not_that_of_another(one: Hand):
    one.desk.flying.choose(0)
    one.frames()
    one.click_on("##caption 0")
    one.type("half")
    one.click(*where(one, 2.0))
    assert [key.caption for key in one.desk.flight.keyframes] in (["half", "", ""], ["", "", ""])
    assert one.desk.flying.selected == 1


def test_every_control_of_it_has_a_tooltip(one: Hand, monkeypatch):
    told: list[str] = []
    text = imgui.text_unformatted
    monkeypatch.setattr(imgui, "text_unformatted", lambda line: (told.append(line), text(line)))
    one.desk.flying.choose(1)
    strip = {"Play##film", "Add", "Update", "Delete", "Record…", "Hide", "seconds##film", "constant speed"}
    for label in {*strip, "##caption 1"}:
        told.clear()
        one.move(*one.place(label))
        one.frames(12, seconds=0.1)
        assert told, label
    for at, what in ((2.0, "keyframe 2, at 2 s"), (3.4, "in seconds")):
        told.clear()
        one.move(*where(one, at))
        one.frames(12, seconds=0.1)
        assert any(what in line for line in told)


def test_it_is_reached_by_keyboard(one: Hand):
    """F6 leads into the panel, and again into the strip; Tab goes from control to control."""
    one.press(key.F6, key.F6)
    assert one.gui.wants_keyboard
    reached = set()
    for _ in range(10):
        one.press(key.TAB)
        reached |= {label for label in ("Add", "Hide", "seconds##film", "constant speed") if focused(one, label)}
    assert reached == {"Add", "Hide", "seconds##film", "constant speed"}
    one.press(key.ESCAPE, key.ESCAPE)
    assert not one.gui.wants_keyboard


def focused(one: Hand, label: str) -> bool:
    """Whether the keyboard is on a control."""
    one.drawn()
    return label in one.focused


def test_in_a_small_window_it_takes_two_rows_and_in_a_tiny_one_none(gl, land, monkeypatch, tmp_path):
    with hand(gl, opened(land), monkeypatch, tmp_path / "state", SMALL) as one:
        one.desk.flying.put(KEYS)
        one.frames()
        labels = one.drawn()
        assert {"Hide", "##caption 0", "keyframes"} <= labels
        assert all(
            right <= SMALL[0] and bottom <= SMALL[1] for right, bottom in (one.seen[label][2:] for label in STRIP)
        )
        assert one.seen["##caption 0"][1] > one.seen["Hide"][3]
        assert one.interface.below((200, 150)) == 0


# ── recording ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def wait(one: Hand, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while one.desk.filming.running:
        assert time.monotonic() < deadline
        one.desk.poll()
        one.frames(1)
        time.sleep(0.02)


def test_a_film_is_recorded_beside_the_window_and_said(one: Hand, land):
    by_key("Shift+F12").do(one.desk)
    one.frames()
    one.enter("seconds", "0.4")
    assert one.interface._dialogs._film._choice.seconds == 0.4
    one.choose("size", 4)  # 640x360
    one.choose("pictures/s", -3)
    one.click_on("name")
    one.replace_text("tour.mp4")
    assert one.desk.dialog is Dialog.NONE and one.desk.filming.running
    assert "Cancel##film" in one.drawn()
    assert any(right > one.size[0] - 20 and top < 60 for _, top, right, _ in one.interface.covered[1:])
    wait(one)
    path = land.parent / "tour.mp4"
    assert one.desk.notices.shown[-1].text == f"saved {path}"
    assert "Cancel##film" not in one.drawn()
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, int(stream.average_rate)) == (640, 360, 12)
        assert len(list(container.decode(video=0))) == round(0.4 * 12)
    path.unlink()


def test_a_recording_is_cancelled_by_its_button_and_leaves_nothing(one: Hand, land):
    before = set(land.parent.iterdir())
    by_key("Shift+F12").do(one.desk)
    one.frames()
    one.enter("seconds", "600")
    one.click_on("Record")
    assert one.desk.filming.running
    one.click_on("Cancel##film")
    wait(one)
    assert set(land.parent.iterdir()) == before
    assert "given up" in one.desk.notices.shown[-1].text


def test_what_cannot_be_written_is_said_in_the_dialog_which_stays(one: Hand, land):
    by_key("Shift+F12").do(one.desk)
    one.frames()
    one.click_on("name")
    one.replace_text("tour.avi")
    one.frames()
    assert one.desk.dialog is Dialog.FILM and not one.desk.filming.running
    assert "films are written as" in one.interface._dialogs._film._fault


def test_the_format_changes_the_name_and_the_flight_its_length(one: Hand):
    by_key("Shift+F12").do(one.desk)
    one.frames()
    form = one.interface._dialogs._film
    for steps, ending in ((1, ".webm"), (1, ".gif"), (1, ".apng"), (1, ""), (-4, ".mp4")):
        one.choose("format", steps)
        assert form._choice.ending == ending
        assert form._save._name == f"land{ending}"
        assert form._choice.rate is None
    one.choose("flight", 1)
    assert form._choice.flight == "turntable"
    one.click_on("fitted")
    one.click_on("title")
    one.click_on("captions")
    assert (form._choice.fitted, form._choice.title, form._choice.counter) == (True, False, False)
    assert set(KINDS) == {".mp4", ".webm", ".gif", ".apng", ""}


def test_every_control_of_the_dialog_has_a_tooltip(one: Hand, monkeypatch):
    told: list[int] = []
    begun = imgui.begin_tooltip
    monkeypatch.setattr(imgui, "begin_tooltip", lambda: (told.append(0), begun())[1])
    by_key("Shift+F12").do(one.desk)
    one.frames()
    for label in ("flight", "seconds", "format", "pictures/s", "size", "samples", "title", "captions", "fitted"):
        told.clear()
        one.move(*one.place(label))
        one.frames(12, seconds=0.1)
        assert told, label


def test_the_keyframes_are_saved_from_the_menu_and_opened_again(one: Hand, land):
    by_key("Ctrl+Shift+S").do(one.desk)
    one.frames()
    one.click_on("Save")
    path = land.parent / "land.flight.json"
    assert read_flight(path) == KEYS
    one.desk.flying.clear()
    one.interface.open_path(path)
    assert one.desk.flight == KEYS
    path.unlink()


def test_a_picture_has_the_way_of_the_camera_only_if_that_is_wished_for(one: Hand, tmp_path):
    import numpy as np  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    from explorer.desk.screenshot import ScreenshotChoice  # noqa: PLC0415

    one.desk.steer(Camera(azimuth=150.0, distance=20.0))
    found = []
    for name, choice in (("without", ScreenshotChoice()), ("with", ScreenshotChoice(flight=True))):
        one.interface._shots.ask(choice, tmp_path / f"{name}.png")
        one.frames()
        found.append(np.asarray(Image.open(tmp_path / f"{name}.png")).astype(int))
    assert (np.abs(found[0] - found[1]).max(axis=2) > 24).mean() > 1e-4
    one.desk.flying.shown = False
    one.desk.show(replace(one.desk.view))
    one.interface._shots.ask(ScreenshotChoice(), tmp_path / "hidden.png")
    one.frames()
    assert np.array_equal(np.asarray(Image.open(tmp_path / "hidden.png")), found[0])
