"""The sheet of keys, and what Basin is."""

from collections.abc import Iterable
from importlib import metadata

from imgui_bundle import ImVec2, imgui

from explorer.desk.action import Action
from explorer.desk.actions import ACTIONS, MENUS, MOUSE
from explorer.gui.fields import grey
from explorer.gui.window import dialog

_FLYING = {"W A S D": "move (after f)", "Q E": "down and up", "Shift": "faster"}
_TRACING = {
    "Arrows": "move the mark (after w or q)",
    "Shift": "finer",
    "Enter": "sets one end, then the other",
    "Esc": "takes back one of them",
}
_PANEL = {
    "F6": "panel, then strips below; Tab, arrows, Space, Enter",
    "F10": "into the menus; arrows, Enter",
    "Esc": "back to the scene",
}
WIDTH, COLUMN = 1180.0, 280.0  # points, at the usual size of the interface


def key_sheet(size: tuple[int, int], scale: float) -> bool:
    """All keys, in columns; False once it is closed."""
    with dialog("Keys", size, scale, WIDTH) as window:
        count = max(int(imgui.get_content_region_avail().x / (COLUMN * scale)), 1)
        if window.shown and imgui.begin_table("keys", count, imgui.TableFlags_.sizing_stretch_same.value):
            for column in _columns(count):
                imgui.table_next_column()
                for heading, rows in column:
                    _block(heading, rows, scale)
            imgui.end_table()
    return window.open


def about(size: tuple[int, int], scale: float, strong: imgui.ImFont) -> bool:
    """Name, version, licence; False once it is closed."""
    with dialog("About Basin", size, scale, width=420) as window:
        if window.shown:
            imgui.push_font(strong, 0.0)
            imgui.text(f"Basin {metadata.version('loss-basin')}")
            imgui.pop_font()
            imgui.text_wrapped("Fly over the loss landscape of a neural network while it is being measured.")
            imgui.text_wrapped("Free software under the GNU General Public License, version 3.")
            imgui.text_wrapped("The surface is a slice through very many dimensions: what is seen holds in this slice.")
    return window.open


Block = tuple[str, list[tuple[str, str]]]


def blocks() -> list[Block]:
    """Headings, and under each (keys, what they do); every action with a key is there once."""
    found = [(menu, [_row(each) for each in _with_keys(menu)]) for menu in MENUS]
    rest = [_row(each) for each in ACTIONS if each.keys and not each.menu]
    extra = (("Flying", _FLYING), ("Cross-section and refining", _TRACING), ("Panel by keyboard", _PANEL))
    others = [("Moving", rest), ("Pointer", list(MOUSE.items())), *((name, list(rows.items())) for name, rows in extra)]
    return [block for block in (*found, *others) if block[1]]


def _with_keys(menu: str) -> Iterable[Action]:
    return (each for each in ACTIONS if each.keys and each.menu.partition("/")[0] == menu)


def _row(action: Action) -> tuple[str, str]:
    return ", ".join(action.keys), action.label.removesuffix("…")


def _columns(count: int) -> list[list[Block]]:
    """The blocks in so many columns of about equal length."""
    everything = blocks()
    total = sum(len(rows) + 2 for _, rows in everything)
    columns: list[list[Block]] = [[] for _ in range(count)]
    before = 0
    for block in everything:
        height = len(block[1]) + 2
        columns[min(int((before + height / 2) / total * count), count - 1)].append(block)
        before += height
    return columns


def _block(heading: str, rows: list[tuple[str, str]], scale: float) -> None:
    imgui.separator_text(heading)
    if not imgui.begin_table(heading, 2):
        return
    imgui.table_setup_column("key", imgui.TableColumnFlags_.width_fixed.value, 92 * scale)
    imgui.table_setup_column("what", imgui.TableColumnFlags_.width_stretch.value)
    for key, what in rows:
        imgui.table_next_row()
        imgui.table_next_column()
        grey(key)
        imgui.table_next_column()
        imgui.text_wrapped(what)
    imgui.end_table()
    imgui.dummy(ImVec2(0, 4 * scale))
