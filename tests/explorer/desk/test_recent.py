from pathlib import Path

import pytest

from explorer.desk.recent import FOLDER_VARIABLE, MOST, Recent, existing, read_recent, state_folder, write_recent


def test_the_last_one_opened_is_the_first_and_none_is_there_twice(tmp_path):
    recent = Recent().with_opened(tmp_path / "a").with_opened(tmp_path / "b").with_opened(tmp_path / "x/../a")
    assert recent.paths == (tmp_path / "a", tmp_path / "b")


def test_only_so_many_are_remembered(tmp_path):
    recent = Recent()
    for k in range(20):
        recent = recent.with_opened(tmp_path / str(k))
    assert [path.name for path in recent.paths] == [str(k) for k in range(19, 19 - MOST, -1)]


def test_they_are_remembered_from_one_window_to_the_next(tmp_path):
    recent = Recent().with_opened(tmp_path / "a bläck one").with_opened(tmp_path / "two")
    assert write_recent(recent, tmp_path / "not there yet") == ""
    assert read_recent(tmp_path / "not there yet") == recent


def test_relative_ones_are_found_again_from_elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Recent().with_opened(Path("x")).paths == (tmp_path / "x",)


def test_one_can_be_taken_out(tmp_path):
    recent = Recent((tmp_path / "a", tmp_path / "b"))
    assert recent.without(tmp_path / "a").paths == (tmp_path / "b",)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b'[""]', b'["a\\u0000"]', b"\xff", b"[" * 5000, b'["a"' + b" " * 70_000 + b"]"]
)
def test_a_damaged_list_starts_anew_with_one_notice(tmp_path, content):
    (tmp_path / "recent.json").write_bytes(content)
    found = read_recent(tmp_path)
    assert found.paths == ()
    assert found.notice == f"{tmp_path / 'recent.json'}: is damaged; the list of recent files starts anew"
    assert write_recent(found.with_opened(tmp_path), tmp_path) == ""
    assert read_recent(tmp_path) == Recent((tmp_path,))


def test_a_folder_that_cannot_be_written_or_read_is_harmless(tmp_path):
    (tmp_path / "file").write_text("")
    assert "not remembered" in write_recent(Recent(), tmp_path / "file")
    (tmp_path / "recent.json").mkdir()
    assert "cannot be read" in read_recent(tmp_path).notice


def test_none_yet_is_nothing_to_say(tmp_path):
    assert read_recent(tmp_path) == Recent()


def test_which_are_still_there(tmp_path):
    assert existing([tmp_path, tmp_path / "gone"]) == {tmp_path: True, tmp_path / "gone": False}


def test_the_folder_can_be_another_one(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert state_folder() == tmp_path
    write_recent(Recent((tmp_path,)))
    assert (tmp_path / "recent.json").is_file()
    monkeypatch.delenv(FOLDER_VARIABLE)
    assert state_folder() != tmp_path
    assert "basin" in str(state_folder())
