"""Keys by their names, on all three systems' ways to send them."""

import pytest
from pyglet.window import key

from explorer.window.shortcuts import of_character, shortcut

SHIFT, CTRL, ALT, COMMAND = key.MOD_SHIFT, key.MOD_CTRL, key.MOD_ALT, key.MOD_COMMAND
LOCKS = key.MOD_CAPSLOCK | key.MOD_NUMLOCK | key.MOD_SCROLLLOCK


@pytest.mark.parametrize(
    ("symbol", "modifiers", "name"),
    [
        (key.M, 0, "m"),
        (key.M, LOCKS, "m"),
        (ord("M"), LOCKS, "m"),  # caps lock, where the symbol shows it
        (key.H, SHIFT, "Shift+H"),
        (key.Z, CTRL, "Ctrl+Z"),
        (key.Z, CTRL | SHIFT, "Ctrl+Shift+Z"),
        (key.Z, CTRL | SHIFT | LOCKS, "Ctrl+Shift+Z"),
        (key.Z, COMMAND, "Ctrl+Z"),
        (key.X, ALT, "Alt+X"),
        (key._1, 0, "1"),
        (key.NUM_1, key.MOD_NUMLOCK, "1"),
        (key.NUM_HOME, 0, "Home"),
        (key.HOME, 0, "Home"),
        (key.HOME, SHIFT, "Shift+Home"),
        (key.F1, 0, "F1"),
        (key.F6, 0, "F6"),
        (key.F12, 0, "F12"),
        (key.F12, CTRL, "Ctrl+F12"),
        (key.QUESTION, SHIFT, "?"),  # X11: Shift is in the symbol already
        (key.SLASH, SHIFT, "?"),  # Windows, macOS
        (key.SLASH, 0, "/"),
        (key.PLUS, 0, "+"),
        (key.PLUS, SHIFT, "+"),
        (key.EQUAL, SHIFT, "+"),
        (key.EQUAL, 0, "+"),  # the same key, without Shift
        (key.NUM_ADD, 0, "+"),
        (key.MINUS, 0, "-"),
        (key.NUM_SUBTRACT, 0, "-"),
        (key.PERIOD, 0, "."),
        (key.TAB, 0, "Tab"),
        (key.TAB, SHIFT, "Shift+Tab"),
        (key.SPACE, 0, "Space"),
        (key.ESCAPE, 0, "Esc"),
        (key.LEFT, 0, "Left"),
        (key.NUM_UP, 0, "Up"),
        (key.LSHIFT, SHIFT, ""),
        (key.LCTRL, CTRL, ""),
        (key.CAPSLOCK, 0, ""),
        (0, 0, ""),
    ],
)
def test_a_key_has_the_name_that_the_table_of_actions_uses(symbol: int, modifiers: int, name: str) -> None:
    assert shortcut(symbol, modifiers) == name


@pytest.mark.parametrize(("keycode", "name"), [(24, "q"), (25, "w"), (38, "a"), (39, "s"), (52, "z"), (58, "m")])
def test_where_letters_are_not_latin_their_place_counts(keycode: int, name: str) -> None:
    """X11 adds 8 to the codes of evdev: KEY_Q is 16, KEY_A 30, KEY_Z 44, KEY_M 50 in linux/input-event-codes.h."""
    assert shortcut(key.user_key(keycode), 0) == name
    assert shortcut(key.user_key(keycode), CTRL) == f"Ctrl+{name.upper()}"


def test_a_key_at_no_known_place_has_no_name() -> None:
    assert shortcut(key.user_key(200), CTRL) == ""


@pytest.mark.parametrize(
    ("text", "name"), [("?", "?"), ("+", "+"), ("-", "-"), ("−", "-"), ("=", "+"), (".", "."), ("a", ""), ("7", "")]
)
def test_signs_are_known_by_what_is_typed(text: str, name: str) -> None:
    assert of_character(text) == name


@pytest.mark.parametrize("text", ["", " ", "\r", "ab", "é", "ß"])
def test_nothing_else_is_a_sign(text: str) -> None:
    assert of_character(text) == ""
