"""The keys: those of the seed system, each doing what it did there."""

from dataclasses import replace

import pytest

from explorer.camera import Camera
from explorer.keys import KEYS, MOUSE, OTHER_KEYS
from explorer.resources import COLOUR_MAPS
from explorer.view import Colouring, Contours, ContourStyle, SurfaceMode, View

OFF = View(contours=Contours(ContourStyle.OFF), glyphs=False, path=False)
CHANGED = View(
    camera=Camera(10, 10, 1), surface=SurfaceMode.MESH, flat=True, colour=Colouring("turbo"), contours=Contours(count=7)
)


def press(keys: str, view: View) -> View:
    for letter in keys:
        view = KEYS[letter][1](view)
    return view


# One row a key of the seed system: the key, the view before, what changes.
SEED = [
    ("1", CHANGED, {"surface": SurfaceMode.LIT}),
    ("2", CHANGED, {"surface": SurfaceMode.WIREFRAME}),
    ("3", CHANGED, {"surface": SurfaceMode.COLOUR}),
    ("a", CHANGED, {"flat": False}),
    ("s", View(), {"flat": True}),
    ("d", View(), {"surface": SurfaceMode.HIDDEN}),
    ("z", OFF, {"contours": ContourStyle.ONE_COLOUR}),
    ("x", OFF, {"contours": ContourStyle.TWO_COLOURS}),
    ("c", OFF, {"contours": ContourStyle.ONE_COLOUR, "glyphs": True}),
    ("t", CHANGED, {"colours": "grey"}),
    ("y", CHANGED, {"colours": "redblue"}),
    ("u", CHANGED, {"colours": "rainbow"}),
    ("g", OFF, {"path": True}),
    ("r", CHANGED, {"camera": Camera()}),
]


@pytest.mark.parametrize(("key", "before", "changes"), SEED, ids=[row[0] for row in SEED])
def test_a_key_of_the_seed_system_does_what_it_did_there_and_nothing_else(
    key: str, before: View, changes: dict[str, object]
) -> None:
    expected = replace(before, **changes)  # type: ignore[arg-type]
    assert expected != before
    assert press(key, before) == expected


def test_escape_quits() -> None:
    assert OTHER_KEYS["Esc"] == "quit"


@pytest.mark.parametrize("key", "zxdg")
def test_a_switch_pressed_twice_is_as_before(key: str) -> None:
    for view in (View(path=False, contours=Contours(ContourStyle.OFF)), View(contours=Contours(ContourStyle.OFF))):
        assert press(key * 2, view) == view


@pytest.mark.parametrize("key", "123astyuvr4")
def test_a_choice_pressed_twice_is_the_same_choice(key: str) -> None:
    assert press(key * 2, CHANGED) == press(key, CHANGED)


def test_contours_with_critical_points_come_together_and_the_points_go_alone() -> None:
    """In the seed system the second time doubled the marks."""
    assert press("c", OFF) == replace(OFF, contours=Contours(ContourStyle.ONE_COLOUR), glyphs=True)
    only_lines = replace(OFF, contours=Contours(ContourStyle.TWO_COLOURS))
    assert press("c", only_lines) == replace(only_lines, glyphs=True)
    assert press("cc", only_lines) == only_lines


def test_one_style_of_contours_replaces_the_other() -> None:
    assert press("zx", OFF).contours is ContourStyle.TWO_COLOURS
    assert press("xz", OFF).contours is ContourStyle.ONE_COLOUR


def test_a_hidden_surface_comes_back_by_its_key_and_by_any_mode() -> None:
    hidden = press("d", View())
    assert press("d", hidden).surface is SurfaceMode.LIT
    for key in "123":
        assert press(key, hidden).surface is not SurfaceMode.HIDDEN


def test_every_key_changes_some_view_and_says_in_words_what_it_does() -> None:
    views = [View(), OFF, CHANGED]
    for key, (words, change) in KEYS.items():
        assert len(key) == 1 and key == key.lower()
        assert words
        assert any(change(view) != view for view in views)


def test_keys_leave_the_given_view_alone() -> None:
    view = View()
    for _, change in KEYS.values():
        change(view)
    assert view == View()


def test_colour_maps_of_keys_exist() -> None:
    chosen = {change(View(colour=Colouring(""))).colour.map for _, change in KEYS.values()} - {""}
    assert {"grey", "redblue", "rainbow"} <= chosen <= set(COLOUR_MAPS)


def test_no_letter_has_two_meanings() -> None:
    assert not {name.lower() for name in OTHER_KEYS} & set(KEYS)
    assert set(MOUSE) == {"left drag", "right or middle drag", "wheel"}
