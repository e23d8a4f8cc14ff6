"""Where a file is to be written: a folder, a name, and whether it may take the place of another one."""

from pathlib import Path

from imgui_bundle import imgui

from explorer.desk.browsing import completed, free_name, place_typed
from explorer.desk.session import is_there
from explorer.gui.browser import LABELS, Browser
from explorer.gui.fields import coloured, explain
from explorer.gui.window import answers
from explorer.looks.theme import Rgba


class SavePlace:
    """A folder and a name that is typed, or a path; lives as long as the window."""

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

    @property
    def ending(self) -> str:
        """That of the name as it stands."""
        return Path(completed(self._name.strip(), self._ending)).suffix.lower()

    def draw(self, verb: str, scale: float, alert: Rgba, *, enabled: bool = True) -> tuple[Path | None, bool]:
        """Folder, name and buttons; the file once it is to be written, and whether all is given up."""
        self._browser.draw(scale, alert)
        imgui.set_next_item_width(-LABELS * scale)
        if imgui.is_window_appearing():
            imgui.set_keyboard_focus_here()
        entered, self._name = imgui.input_text("name", self._name, imgui.InputTextFlags_.enter_returns_true.value)
        explain("What the file is called; a path goes from the folder above, or from where it begins itself")
        path, fault = typed_file(self._name, self._ending, self._browser.folder)
        taken = not fault and is_there(path)
        if fault or taken:
            coloured(fault or f"{path.name} is there already", alert)
        possible = enabled and not fault and not (taken and path.is_dir())
        pressed, given_up = answers(f"Replace##{verb}" if taken else verb, str(path), scale, enabled=possible)
        return (path if pressed or (entered and possible and not taken) else None), given_up


def typed_file(name: str, ending: str, folder: Path) -> tuple[Path, str]:
    """The file that a typed name means, and why nothing can be written there; "" where it can."""
    text = name.strip()
    path = place_typed(completed(text, ending), folder) if text and "\0" not in text else folder
    if path == folder:
        return path, "give the file a name"
    if text.endswith(("/", "\\")):
        return path, f"{text} is a folder; give the file a name"
    there = path.parent.is_dir()
    return path, "" if there else f"the folder {path.parent} does not exist"
