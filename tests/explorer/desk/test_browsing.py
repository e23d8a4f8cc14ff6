from pathlib import Path

import pytest

from compute.errors import BadInputError
from explorer.desk.browsing import MOST, EntryKind, completed, free_name, listing, place_typed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("Epoch 10", "epoch 2", ".hidden", "zebra"):
        (tmp_path / name).mkdir()
    (tmp_path / "a land").mkdir()
    (tmp_path / "a land/landscape.json").write_text("{}")
    for name in ("b.PLY", "c.txt", "my.basin.json", "other.json", ".d.csv", "ü.npz"):
        (tmp_path / name).write_text("")
    return tmp_path


def names(found) -> list[tuple[str, str]]:
    return [(entry.name, entry.kind.value) for entry in found.entries]


def test_folders_landscapes_sessions_and_files_each_in_natural_order(folder):
    assert names(listing(folder)) == [
        ("epoch 2", "folder"),
        ("Epoch 10", "folder"),
        ("zebra", "folder"),
        ("a land", "landscape"),
        ("my.basin.json", "session"),
        ("b.PLY", "file"),
        ("ü.npz", "file"),
    ]


def test_only_names_with_every_word_whatever_the_case(folder):
    assert names(listing(folder, "0 EPOCH")) == [("Epoch 10", "folder")]
    assert names(listing(folder, "nothing like it")) == []


def test_hidden_ones_on_request(folder):
    assert names(listing(folder, ".h")) == [(".hidden", "folder")]
    assert names(listing(folder, ".d")) == [(".d.csv", "file")]


def test_for_saving_folders_alone(folder):
    assert [kind for _, kind in names(listing(folder, landscapes=False))] == ["folder"] * 3


def test_very_many_are_cut_and_counted(tmp_path):
    for k in range(MOST + 5):
        (tmp_path / f"{k}.csv").touch()
    found = listing(tmp_path)
    assert (len(found.entries), found.more) == (MOST, 5)


def test_a_folder_that_cannot_be_looked_into_is_one_line(tmp_path):
    with pytest.raises(BadInputError, match=r"cannot be looked into \(No such file or directory\)"):
        listing(tmp_path / "gone")


def test_a_broken_link_and_a_thing_that_is_no_file_are_left_out(tmp_path):
    (tmp_path / "x.csv").symlink_to(tmp_path / "gone")
    assert listing(tmp_path).entries == ()


def test_what_a_typed_name_means(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert place_typed(" b/../c ", tmp_path) == tmp_path / "c"
    assert place_typed('"a b"', tmp_path) == tmp_path / "a b"
    assert place_typed("~/x", Path("/y")) == tmp_path / "x"
    assert place_typed("/z", tmp_path) == Path("/z")
    assert place_typed("~nobody-of-this-name/x", tmp_path) == tmp_path / "~nobody-of-this-name/x"


def test_a_name_that_is_not_taken(tmp_path):
    assert free_name(tmp_path, "a", ".png") == tmp_path / "a.png"
    (tmp_path / "a.png").touch()
    (tmp_path / "a 2.png").touch()
    assert free_name(tmp_path, "a", ".png") == tmp_path / "a 3.png"


def test_the_kinds_are_all_words():
    assert [kind.value for kind in EntryKind] == ["folder", "landscape", "session", "file"]


@pytest.mark.parametrize(
    ("name", "ending", "expected"),
    [
        ("a", ".png", "a.png"),
        ("a.PNG", ".png", "a.PNG"),
        ("epoch 1.5", ".png", "epoch 1.5.png"),
        ("a.csv", ".vtp", "a.csv"),
        ("a.json", ".basin.json", "a.json.basin.json"),
        ("a.basin.json", ".basin.json", "a.basin.json"),
    ],
)
def test_a_typed_name_gets_its_ending(name, ending, expected):
    assert completed(name, ending) == expected


def test_a_name_that_no_file_can_have_is_not_taken(tmp_path):
    assert free_name(tmp_path, "a" * 300, ".png").name == "a" * 300 + ".png"
