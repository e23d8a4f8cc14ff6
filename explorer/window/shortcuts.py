"""What a key is called: from the symbol that the window system sends to the names in the table of actions."""

import string

from pyglet.window import key

ALIASES = {"=": "+", "−": "-"}  # what lies on the same key, or looks the same

_NAMES = {
    key.ESCAPE: "Esc",
    key.TAB: "Tab",
    key.SPACE: "Space",
    key.ENTER: "Enter",
    key.NUM_ENTER: "Enter",
    key.BACKSPACE: "Backspace",
    key.DELETE: "Delete",
    key.NUM_DELETE: "Delete",
    key.INSERT: "Insert",
    key.NUM_INSERT: "Insert",
    key.HOME: "Home",
    key.NUM_HOME: "Home",
    key.END: "End",
    key.NUM_END: "End",
    key.PAGEUP: "PageUp",
    key.NUM_PAGE_UP: "PageUp",
    key.PAGEDOWN: "PageDown",
    key.NUM_PAGE_DOWN: "PageDown",
    key.LEFT: "Left",
    key.NUM_LEFT: "Left",
    key.RIGHT: "Right",
    key.NUM_RIGHT: "Right",
    key.UP: "Up",
    key.NUM_UP: "Up",
    key.DOWN: "Down",
    key.NUM_DOWN: "Down",
    key.NUM_ADD: "+",
    key.NUM_SUBTRACT: "-",
    key.NUM_MULTIPLY: "*",
    key.NUM_DIVIDE: "/",
    key.NUM_DECIMAL: ".",
    key.NUM_EQUAL: "+",
    **{getattr(key, f"F{n}"): f"F{n}" for n in range(1, 25)},
    **{getattr(key, f"NUM_{n}"): str(n) for n in range(10)},
}

# Where Shift is told apart from the character it makes, as on Windows and macOS; elsewhere it has been applied already.
_SHIFTED = {"/": "?", "=": "+"}

# The rows of letters by the place of the key (evdev + 8), for keyboards whose letters are not Latin: X11 then gives the
# place alone, and the key that would be an A on a Latin keyboard is meant.
_ROWS = {24: "qwertyuiop", 38: "asdfghjkl", 52: "zxcvbnm"}
_PLACES = {first + k: letter for first, row in _ROWS.items() for k, letter in enumerate(row)}
_PLACE_BITS = 32  # ``pyglet.window.key.user_key``

_CTRL = key.MOD_CTRL | key.MOD_COMMAND


def shortcut(symbol: int, modifiers: int) -> str:
    """Such as "m", "Shift+H", "Ctrl+Shift+Z", "?", "F1"; "" for a key that has no name. Command counts as Ctrl.

    A letter is the same with and without caps lock. Of other characters Shift is a part, and not named.
    """
    name = _name(symbol)
    if not name:
        return ""
    is_character = len(name) == 1
    shift = bool(modifiers & key.MOD_SHIFT)
    if is_character and not name.isalpha():
        name, shift = (_SHIFTED.get(name, name) if shift else name), False
        name = ALIASES.get(name, name)
    held = [("Ctrl", bool(modifiers & _CTRL)), ("Alt", bool(modifiers & key.MOD_ALT)), ("Shift", shift)]
    parts = [modifier for modifier, is_held in held if is_held]
    return "+".join([*parts, name.upper() if parts and is_character else name])


def of_character(text: str) -> str:
    """The name of what was typed, for keyboards that have it on a key of another name; "" for letters and digits."""
    is_sign = len(text) == 1 and text.isprintable() and not text.isalnum() and text != " "
    return ALIASES.get(text, text) if is_sign else ""


def _name(symbol: int) -> str:
    if symbol in _NAMES:
        return _NAMES[symbol]
    if symbol >> _PLACE_BITS:
        return _PLACES.get(symbol >> _PLACE_BITS, "")
    character = chr(symbol) if 32 < symbol < 127 else ""
    return character.lower() if character in string.ascii_letters else character
