"""Where files are to be written: what a typed name means, why it cannot be, and what the film's dialog makes of it."""

from pathlib import Path

import pytest

from explorer.camera.camera import Camera
from explorer.desk.actions import by_key
from explorer.desk.beginning import opened
from explorer.desk.modes import Dialog
from explorer.desk.session import load_session
from explorer.gui.dialogs import _folder_of
from explorer.gui.saving import typed_file
from explorer.looks.settings import Preferences
from explorer.pictures.keyframes import FlightFile, Keyframe
from explorer.resources import resource
from tests.explorer.gui.test_interface import ask, landscape
from tests.explorer.interface import Hand, hand

CAPTIONED = FlightFile((Keyframe(0.0, Camera(), "Down we go"), Keyframe(4.0, Camera(azimuth=0.0))))


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return landscape(tmp_path_factory.mktemp("saving") / "land")


@pytest.fixture
def one(gl, land, monkeypatch, tmp_path):
    with hand(gl, opened(land), monkeypatch, tmp_path / "state") as found:
        found.desk.preferences = Preferences(eased=False)
        found.frames()
        yield found


def test_a_typed_name_is_a_file_of_the_folder_or_a_path_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    assert typed_file("a", ".mp4", tmp_path) == (tmp_path / "a.mp4", "")
    assert typed_file("films/a.gif", ".mp4", tmp_path) == (tmp_path / "films" / "a.gif", "")
    assert typed_file(f"{tmp_path}/films/a", ".mp4", Path("/")) == (tmp_path / "films" / "a.mp4", "")
    assert typed_file("../b", ".png", tmp_path / "films") == (tmp_path / "b.png", "")


@pytest.mark.parametrize(
    ("name", "why"),
    [("", "a name"), ("  ", "a name"), ("a\0b", "a name"), ("films/", "is a folder"), ("no/a", "no does not")],
)
def test_what_cannot_be_written_is_said(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "films").mkdir()
    assert why in typed_file(name, ".mp4", tmp_path)[1]


def test_an_absolute_path_is_taken(one: Hand, tmp_path: Path) -> None:
    ask(one, Dialog.SAVE_SESSION)
    one.enter("name", str(tmp_path / "kept"))
    one.frames(4)
    assert load_session(tmp_path / "kept.basin.json") == one.desk.session()


def test_a_typed_ending_is_the_format(one: Hand) -> None:
    by_key("Shift+F12").do(one.desk)
    one.frames()
    form = one.interface._dialogs._film
    one.click_on("name")
    one.replace_text("tour.gif")
    assert (form._choice.ending, form._save._name) == (".gif", "tour.gif")
    one.replace_text("")
    one.frames()
    assert form._choice.ending == ".gif"


def test_while_a_film_is_recorded_no_other_can_begin(one: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    filming = type(one.desk.filming)
    monkeypatch.setattr(filming, "running", property(lambda _: True))
    monkeypatch.setattr(filming, "start", lambda _, order: started.append(order))
    by_key("Shift+F12").do(one.desk)
    one.frames()
    one.click_on("Record")
    one.frames()
    assert not started and one.desk.dialog is Dialog.FILM and one.interface._dialogs._film._fault == ""


def test_beside_the_ready_example_one_begins_where_one_started(gl, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with hand(gl, opened(resource("assets", "ready")), monkeypatch, tmp_path / "state") as found:
        assert _folder_of(found.desk) == tmp_path


def test_beside_a_landscape_of_ones_own_one_begins_there(one: Hand, land: Path) -> None:
    assert _folder_of(one.desk) == land.parent


def test_a_caption_is_previewed_where_the_film_has_it(one: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = []
    monkeypatch.setattr(
        one.interface, "_line", lambda name, text, place, _: lines.append((name, text, place.x, place.y))
    )
    one.desk.flying.put(CAPTIONED)
    one.frames()
    by_key("Shift+Space").do(one.desk)
    one.frames(2)
    assert one.desk.flying.playing
    _, text, x, y = next(line for line in lines if line[0] == "caption")
    left, top = one.interface.margins((1280, 800))
    assert text == "Down we go" and left < x < left + 40 and top < y < top + 40
    assert not [line for line in lines if line[0] == "reading" and line[1] == text]
