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
_WORDS = {
    EntryKind.FOLDER: "folder",
    EntryKind.LANDSCAPE: "landscape",
    EntryKind.SESSION: "session",
    EntryKind.FILE: "file",
}


class Browser:
    """A folder and what was typed; lives as long as the window, so that it opens again where it was left."""

    def __init__(self, folder: Path, *, saving: bool = False) -> None:
        self.folder, self.name = folder, ""
        self._saving = saving
        self._filter = ""
        self._fault = ""
        self._path_text: str | None = None
        self._listed: tuple[object, Listing] | None = None

    def look_again(self) -> None:
        """Read the folder anew."""
        self._listed = None

    def draw(self, scale: float, alert: Rgba) -> Path | None:
        """The folder, its entries and the fields; a path once one is chosen."""
        chosen = self._path_field()
        self._filter_field()
        found = self._listing()
        if self._fault:
            coloured(self._fault, alert)
        picked = self._entries(found, scale) if found else None
        if picked is not None:
            chosen = self._pick(picked) or chosen
        return chosen

    def _path_field(self) -> Path | None:
        """Where one is; a typed folder is gone to, a typed file chosen."""
        imgui.set_next_item_width(-70)
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

    def _filter_field(self) -> None:
        imgui.set_next_item_width(-70)
        if imgui.is_window_appearing() and not self._saving:
            imgui.set_keyboard_focus_here()
        _, self._filter = imgui.input_text_with_hint("filter", "part of a name", self._filter)
        explain("Only what has every one of these words in its name")

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
        """The rows; what was chosen of them."""
        height = (ROWS_SAVING if self._saving else ROWS) * imgui.get_text_line_height_with_spacing()
        picked = None
        imgui.begin_child(
            "entries", ImVec2(-1, height), imgui.ChildFlags_.borders.value | imgui.ChildFlags_.nav_flattened.value
        )
        up = Entry(self.folder.parent, EntryKind.FOLDER)
        for entry in (up, *found.entries):
            if _row(entry, ".." if entry is up else entry.name, scale):
                picked = entry
        if found.more:
            grey(f"and {found.more:,} more; type a part of the name")
        if not found.entries:
            grey("nothing to open here" if not self._saving else "no folders here")
        imgui.end_child()
        return picked

    def _pick(self, entry: Entry) -> Path | None:
        if entry.kind is not EntryKind.FOLDER:
            return entry.path
        self._go(entry.path)
        return None

    def _go(self, folder: Path) -> None:
        self.folder, self._filter, self._fault, self._path_text = folder, "", "", None
        self._listed = None


def listing_kind(folder: Path) -> EntryKind:
    """Whether a folder is a landscape itself."""

    return EntryKind.LANDSCAPE if is_landscape_folder(folder) else EntryKind.FOLDER


def _row(entry: Entry, name: str, scale: float) -> bool:
    is_folder = entry.kind is EntryKind.FOLDER
    pressed, _ = imgui.selectable(f"{name}{'/' if is_folder else ''}##{entry.path}", False)
    explain(f"{entry.path} ({_WORDS[entry.kind]})")
    if not is_folder:
        word = _WORDS[entry.kind]
        imgui.same_line(imgui.get_content_region_avail().x - imgui.calc_text_size(word).x)
        imgui.text_disabled(word)
    return bool(pressed)
