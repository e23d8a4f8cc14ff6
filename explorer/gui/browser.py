"""Looking for a file: the folder in view, what is in it, and a name that can be typed."""

from pathlib import Path

from imgui_bundle import ImVec2, imgui

from compute.errors import BadInputError
from compute.folder import is_landscape_folder
from explorer.desk.browsing import Entry, EntryKind, Listing, listing, place_typed
from explorer.desk.session import is_there
from explorer.gui.fields import coloured, explain, grey
from explorer.looks.theme import Rgba

ROWS, ROWS_SAVING = 13, 7
LABELS = 70.0  # points beside the fields, at the usual size of the interface
_FILTERING = imgui.InputTextFlags_.enter_returns_true.value | imgui.InputTextFlags_.callback_history.value
_WORDS = {
    EntryKind.FOLDER: "folder",
    EntryKind.LANDSCAPE: "landscape",
    EntryKind.SESSION: "session",
    EntryKind.FILE: "file",
}


class Browser:
    """A folder and what was typed; lives as long as the window, so that it opens again where it was left.

    A click or an arrow key selects an entry; a double click, Enter or ``open_selected`` goes into it if it is a folder,
    and else chooses it.
    """

    def __init__(self, folder: Path, *, saving: bool = False) -> None:
        self.folder = folder
        self._saving = saving
        self._filter = ""
        self._fault = ""
        self._path_text: str | None = None
        self._listed: tuple[object, Listing] | None = None
        self._selected: Path | None = None
        self._typing = False  # the filter has the keys, or gets them in the next frame
        self._shown = False  # whether the selected entry is in view
        self._focused: Path | None = None  # the entry that the keyboard was led to

    def begin(self) -> None:
        """Read the folder anew, all of it."""
        self._go(self.folder)

    @property
    def selected(self) -> Entry | None:
        """The entry that is selected, as long as it is listed."""
        return next((entry for entry in self._rows() if entry.path == self._selected), None)

    def open_selected(self) -> Path | None:
        """Go into the folder that is selected; what is no folder is chosen."""
        entry = self.selected
        return None if entry is None else self._open(entry)

    def draw(self, scale: float, alert: Rgba) -> Path | None:
        """The folder, its entries and the fields; a path once one is chosen."""
        chosen = self._path_field(scale) or self._filter_field(scale)
        found = self._listing()
        if self._fault:
            coloured(self._fault, alert)
        opened = self._entries(found, scale) if found else None
        return (self._open(opened) if opened else None) or chosen

    def _path_field(self, scale: float) -> Path | None:
        """Where one is; a typed folder is gone to, a typed file chosen."""
        imgui.set_next_item_width(-LABELS * scale)
        shown = str(self.folder) if self._path_text is None else self._path_text
        entered, text = imgui.input_text("folder", shown, imgui.InputTextFlags_.enter_returns_true.value)
        explain("Path of a folder to look into, or of a file to open; Enter")
        self._path_text = text if imgui.is_item_active() else None
        if not entered:
            return None
        place = place_typed(text, self.folder)
        if is_there(place) and place.is_dir() and (self._saving or listing_kind(place) is EntryKind.FOLDER):
            self._go(place)
            return None
        if self._saving or not is_there(place):
            self._fault = f"{place}: no such folder" if self._saving else f"{place}: no such file or folder"
            return None
        return place

    def _filter_field(self, scale: float) -> Path | None:
        """Part of a name; Enter opens the entry that is selected, or the only one left."""
        imgui.set_next_item_width(-LABELS * scale)
        if not self._saving and (imgui.is_window_appearing() or self._typing):
            imgui.set_keyboard_focus_here()
        entered, text = imgui.input_text_with_hint(
            "filter", "part of a name", self._filter, _FILTERING, callback=self._arrow
        )
        explain("Only what has every one of these words in its name; arrows select, Enter opens")
        self._typing = False
        if text != self._filter:
            self._filter, self._selected = text, None
        if not entered:
            return None
        self._typing = not self._saving
        left = self._rows()[1:]
        if self.selected is None and len(left) == 1:
            return self._open(left[0])
        if self.selected is None:
            self._move(1)
            return None
        return self.open_selected()

    def _arrow(self, event: imgui.InputTextCallbackData) -> int:
        """An arrow up or down in the filter, which else would lead out of it."""
        self._move(1 if event.event_key == imgui.Key.down_arrow else -1)
        return 0

    def _move(self, step: int) -> None:
        """Select the entry so many below; of none selected, the first one down and the last one up."""
        rows = self._rows()
        at = next((k for k, entry in enumerate(rows) if entry.path == self._selected), 0 if step > 0 else len(rows))
        self._selected, self._shown = rows[min(max(at + step, 0), len(rows) - 1)].path, False

    def _rows(self) -> list[Entry]:
        """The folder above, then what is listed."""
        found = self._listing()
        return [Entry(self.folder.parent, EntryKind.FOLDER), *(found.entries if found else ())]

    def _listing(self) -> Listing | None:
        key = (self.folder, self._filter)
        if self._listed is None or self._listed[0] != key:
            try:
                self._listed = (key, listing(self.folder, self._filter, landscapes=not self._saving))
            except BadInputError as error:
                self._fault, self._listed = str(error), None
                if self.folder.parent != self.folder:
                    self.folder = self.folder.parent
                return None
        return self._listed[1]

    def _entries(self, found: Listing, scale: float) -> Entry | None:
        """The rows; what was opened of them."""
        height = (ROWS_SAVING if self._saving else ROWS) * imgui.get_text_line_height_with_spacing()
        opened = None
        imgui.begin_child(
            "entries", ImVec2(-1, height), imgui.ChildFlags_.borders.value | imgui.ChildFlags_.nav_flattened.value
        )
        focused = None
        for k, entry in enumerate(self._rows()):
            is_selected = entry.path == self._selected
            pressed, led_to = _row(entry, entry.name if k else "..", selected=is_selected)
            if pressed:
                self._selected, self._shown = entry.path, True
                opened = entry if _is_opening() else opened
            if led_to:
                focused = entry.path
            if is_selected and not self._shown:
                imgui.set_scroll_here_y()
                self._shown = True
        if focused not in (None, self._focused):
            self._selected, self._shown = focused, True
        self._focused = focused
        if imgui.is_window_focused() and _is_entered():
            opened = opened or self.selected
        if found.more:
            grey(f"and {found.more:,} more; type a part of the name")
        if not found.entries:
            grey("nothing to open here" if not self._saving else "no folders here")
        imgui.end_child()
        return opened

    def _open(self, entry: Entry) -> Path | None:
        if entry.kind is not EntryKind.FOLDER:
            return entry.path
        self._go(entry.path)
        return None

    def _go(self, folder: Path) -> None:
        self.folder, self._filter, self._fault, self._path_text = folder, "", "", None
        self._listed = self._selected = None


def listing_kind(folder: Path) -> EntryKind:
    """Whether a folder is a landscape itself."""

    return EntryKind.LANDSCAPE if is_landscape_folder(folder) else EntryKind.FOLDER


def _is_opening() -> bool:
    """Whether the row that was pressed just now is to be opened: by a double click, or with a key."""
    by_hand = imgui.is_mouse_released(0) or imgui.is_mouse_clicked(0)
    return bool(imgui.is_mouse_double_clicked(0)) or not by_hand


def _is_entered() -> bool:
    """Whether Enter was pressed, and no field wants it."""
    pressed = imgui.is_key_pressed(imgui.Key.enter, False) or imgui.is_key_pressed(imgui.Key.keypad_enter, False)
    return bool(pressed) and not imgui.is_any_item_active()


def _row(entry: Entry, name: str, *, selected: bool) -> tuple[bool, bool]:
    """Whether it was pressed, and whether the keyboard is led to it."""
    is_folder = entry.kind is EntryKind.FOLDER
    flags = imgui.SelectableFlags_.allow_double_click.value
    pressed, _ = imgui.selectable(f"{name}{'/' if is_folder else ''}##{entry.path}", selected, flags)
    focused = imgui.is_item_focused()
    explain(f"{entry.path} ({_WORDS[entry.kind]})")
    if not is_folder:
        word = _WORDS[entry.kind]
        imgui.same_line(imgui.get_content_region_avail().x - imgui.calc_text_size(word).x)
        imgui.text_disabled(word)
    return bool(pressed), bool(focused)
