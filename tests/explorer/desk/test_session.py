import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from compute.errors import BadInputError
from explorer.camera.camera import Camera
from explorer.desk.session import OpenFile, Session, is_session, load_session, save_session, without_missing
from explorer.looks.settings import Links, Preferences
from explorer.looks.view import Scaling, View
from explorer.pictures.keyframes import FlightFile, Keyframe


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with landscapes in and below it, and one elsewhere."""
    for name in ("work/a bläck one", "work/below/two", "else"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "work/path.csv").write_text("0,0\n1,1\n")
    return tmp_path


def session(home: Path) -> Session:
    return Session(
        files=(
            OpenFile("one", home / "work/a bläck one", home / "work/path.csv"),
            OpenFile("two", home / "work/below/two"),
            OpenFile("three", home / "else"),
        ),
        shown=("two", "three"),
        views=(View(camera=Camera(azimuth=7)), View(theme="light", height=Scaling(cap=float("inf")))),
        active=1,
        links=Links(camera=False),
        preferences=Preferences(size=1.5, epsilon=0.25),
    )


def test_a_session_is_read_as_it_was_saved(home):
    saved = save_session(session(home), home / "work/my.basin.json")
    assert saved == home / "work/my.basin.json"
    assert is_session(saved)
    assert load_session(saved) == session(home)


def test_its_flight_comes_back_and_one_without_is_as_before(home):
    flight = FlightFile((Keyframe(0.0, Camera(), "begin"), Keyframe(2.5, Camera(azimuth=9), step=7.0)), "constant")
    path = save_session(replace(session(home), flight=flight), home / "work/my.basin.json")
    assert load_session(path).flight == flight
    assert "flight" not in json.loads(save_session(session(home), path).read_text())
    assert load_session(path).flight is None


def test_what_is_chosen_and_the_diagram_come_back(home):
    chosen = ((0.1, -2.0), (1 / 3, 0.0))
    path = save_session(replace(session(home), chosen=chosen, persistence=True), home / "work/my.basin.json")
    assert (load_session(path).chosen, load_session(path).persistence) == (chosen, True)
    assert not {"chosen", "persistence"} & {*json.loads(save_session(session(home), path).read_text())}


def test_its_name_ends_as_that_of_a_session(home):
    assert save_session(session(home), home / "work/my") == home / "work/my.basin.json"
    assert not is_session(home / "work/path.csv")


def test_it_can_be_moved_together_with_the_landscapes_below_it(home):
    save_session(session(home), home / "work/my.basin.json")
    shutil.move(home / "work", home / "moved")
    files = load_session(home / "moved/my.basin.json").files
    assert files[0] == OpenFile("one", home / "moved/a bläck one", home / "moved/path.csv")
    assert files[1].file == home / "moved/below/two"
    assert files[2].file == home / "else"


def test_relative_names_are_those_of_where_the_program_runs(home, monkeypatch):
    monkeypatch.chdir(home / "work/below")
    given = Session((OpenFile("two", Path("two")), OpenFile("one", Path("../a bläck one"))), ("two",), (View(),))
    save_session(given, Path("s.basin.json"))
    content = json.loads((home / "work/below/s.basin.json").read_text())
    assert [file["file"] for file in content["files"]] == ["two", str(home / "work/a bläck one")]
    assert load_session(Path("s.basin.json")).files[0].file == home / "work/below/two"


def test_what_is_missing_is_left_out_with_a_line_each(home):
    shutil.rmtree(home / "else")
    (home / "work/path.csv").unlink()
    kept, lines = without_missing(session(home))
    assert lines == (
        f"{home / 'else'}: is not there any more; three is left out",
        f"{home / 'work/path.csv'}: is not there any more; one opens without this path",
    )
    assert [file.name for file in kept.files] == ["one", "two"]
    assert kept.files[0].path is None
    assert (kept.shown, kept.active, len(kept.views)) == (("two",), 0, 1)
    assert kept.views[0].camera.azimuth == 7


def test_the_active_one_stays_active(home):
    shutil.rmtree(home / "work/below")
    kept, _ = without_missing(session(home))
    assert (kept.shown, kept.active) == (("three",), 0)
    assert kept.views[0].theme == "light"


def test_nothing_missing_is_nothing_to_say(home):
    assert without_missing(session(home)) == (session(home), ())


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"version": 2}, "version 2 is newer than this Basin reads (1); upgrade loss-basin"),
        ({"version": 0}, "version 0 is none that there ever was; this Basin reads 1"),
        ({"version": -3}, "version -3 is none that there ever was; this Basin reads 1"),
        ({"version": "1"}, "is not a session of Basin: it has no version and files"),
        ({"version": True}, "is not a session of Basin: it has no version and files"),
        ({"active": 2}, "active: 2 is none of the 2 landscapes shown"),
        ({"active": -1}, "active: -1 is none of the 2 landscapes shown"),
        ({"shown": ["two", "four"]}, "shown[1]: none of the files is called so"),
        ({"shown": ["two"]}, "views: there are 2, but 1 landscapes are shown"),
        ({"views": [{}, {"opacity": 9}]}, "views[1].opacity: 9 is not between 0.05 and 1"),
        ({"views": [{}, {"contours": {"count": 1.5}}]}, "views[1].contours.count: expected a whole number"),
        ({"files": [{"name": "two", "file": "x"}] * 2}, "files: two are called two"),
        ({"files": [{"name": "two"}]}, "files[0].file: is missing"),
        ({"preferences": {"size": 50}}, "preferences.size: is not between 0.75 and 2"),
        ({"preferences": {"epsilon": 2}}, "preferences.epsilon: is not between 0.005 and 1"),
        (
            {"extra": 1},
            "extra: there is no such field, but files, shown, views, active, links, preferences, flight, chosen, "
            "persistence",
        ),
        ({"flight": {"keyframes": []}}, "flight.keyframes: give 1 to 1000 of them"),
        ({"flight": {"keyframes": [{"time": "x"}]}}, "flight.keyframes[0].camera: is missing"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(home, change, complaint):
    path = save_session(session(home), home / "work/my.basin.json")
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | change))
    with pytest.raises(BadInputError) as caught:
        load_session(path)
    assert str(caught.value) == f"{path}: {complaint}"


@pytest.mark.parametrize("content", ["", "[1]", "{}", "[" * 10_000, '{"version": 1}', "\xff", " " * (2**22 + 1)])
def test_what_is_no_session_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "my.basin.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(
        BadInputError, match=r"my\.basin\.json: (not valid JSON|is not a session|is too large)"
    ) as caught:
        load_session(path)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(BadInputError, match="cannot be read"):
        load_session(tmp_path / "none.basin.json")


def test_saving_that_fails_leaves_the_old_one(home):
    path = save_session(session(home), home / "work/my.basin.json")
    before = path.read_bytes()
    with pytest.raises(OSError, match="No such file"):
        save_session(session(home), home / "no such folder/my.basin.json")
    assert path.read_bytes() == before
    assert [each.name for each in (home / "work").iterdir() if each.name.startswith(".")] == []


def test_a_file_that_cannot_be_called_so_is_left_out_like_one_that_is_gone(home):
    found = session(home)
    files = (*found.files[:2], OpenFile("three", home / ("x" * 5000)))
    kept, lines = without_missing(replace(found, files=files))
    assert kept.shown == ("two",) and len(lines) == 1 and "is not there any more" in lines[0]
    assert not is_session(home / f"{'x' * 5000}.basin.json")


def test_a_session_with_more_panes_than_there_can_be_is_refused(home):
    many = replace(session(home), shown=("two",) * 7, views=(View(),) * 7)
    saved = save_session(many, home / "many")
    with pytest.raises(BadInputError, match="shown: at most 6 landscapes"):
        load_session(saved)
