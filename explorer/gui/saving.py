"""Where a file is to be written: a folder, a name, and whether it may take the place of another one."""

from pathlib import Path

from imgui_bundle import imgui

from explorer.desk.browsing import completed, free_name
from explorer.desk.session import is_there
from explorer.gui.browser import LABELS, Browser
from explorer.gui.fields import coloured, explain
from explorer.gui.window import answers
from explorer.looks.theme import Rgba


class SavePlace:
    """A folder and a name that is typed; lives as long as the window."""

    def __init__(self, folder: Path) -> None:
        self._browser = Browser(folder, saving=True)
        self._name, self._ending = "", ""

    def suggest(self, stem: str, ending: str) -> None:
        """Begin with a name that is not taken yet."""
        self._browser.begin()
        self._ending = ending
        safe = "".join("-" if letter in '/\\:*?"<>|' or not letter.isprintable() else letter for letter in stem)
        self._name = free_name(self._browser.folder, safe.strip(" .") or "landscape", ending).name

    def with_ending(self, ending: str, endings: tuple[str, ...]) -> None:
        """The same name with another ending, where it has one of those."""
        known = next((each for each in endings if self._name.lower().endswith(each)), "")
        self._name, self._ending = f"{self._name[: len(self._name) - len(known)]}{ending}", ending

    def draw(self, verb: str, scale: float, alert: Rgba) -> tuple[Path | None, bool]:
        """Folder, name and buttons; the file once it is to be written, and whether all is given up."""
        self._browser.draw(scale, alert)
        imgui.set_next_item_width(-LABELS * scale)
        if imgui.is_window_appearing():
            imgui.set_keyboard_focus_here()
        entered, self._name = imgui.input_text("name", self._name, imgui.InputTextFlags_.enter_returns_true.value)
        explain("What the file is called")
        path = self._browser.folder / completed(self._name, self._ending)
        proper = bool(self._name.strip()) and Path(self._name).name == self._name and "\0" not in self._name
        taken = proper and is_there(path)
        if taken:
            coloured(f"{path.name} is there already", alert)
        possible = proper and not (taken and path.is_dir())
        pressed, given_up = answers(f"Replace##{verb}" if taken else verb, str(path), scale, enabled=possible)
        return (path if pressed or (entered and possible and not taken) else None), given_up
