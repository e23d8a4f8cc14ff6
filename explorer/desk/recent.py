"""The files opened lately, remembered from one window to the next. Nothing depends on them: without, all works."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_state_path

from compute.atomic import write_atomically
from explorer.desk.session import is_there

MOST = 12
FILE = "recent.json"
FOLDER_VARIABLE = "BASIN_STATE"  # a folder in place of the user's own, such as for tests
MAX_BYTES = 2**16


@dataclass(frozen=True)
class Recent:
    """Files and folders that were opened, the last one first; ``notice`` is why there are none, if that is odd."""

    paths: tuple[Path, ...] = ()
    notice: str = ""

    def with_opened(self, path: Path) -> "Recent":
        """The list once this one has been opened."""
        newest = Path(os.path.normpath(path.absolute()))  # not resolved: what the user calls it is what is shown
        return Recent((newest, *(each for each in self.paths if each != newest))[:MOST])

    def without(self, path: Path) -> "Recent":
        """The list without one."""
        return Recent(tuple(each for each in self.paths if each != path))


def state_folder() -> Path:
    """Where this user's state is kept; it need not exist."""
    own = os.environ.get(FOLDER_VARIABLE)
    return Path(own) if own else user_state_path("basin", appauthor=False)


def read_recent(folder: Path | None = None) -> Recent:
    """What was opened lately; nothing, with a notice, when the list is damaged or cannot be read."""
    path = (folder or state_folder()) / FILE
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Recent()
    except OSError as error:
        return Recent(notice=f"{path}: cannot be read ({error.strerror or error}); the list of recent files is empty")
    names = _names(data)
    if names is None:
        return Recent(notice=f"{path}: is damaged; the list of recent files starts anew")
    return Recent(tuple(Path(name) for name in dict.fromkeys(names))[:MOST])


def write_recent(recent: Recent, folder: Path | None = None) -> str:
    """Remember the list; why that could not be done, in one line, else ""."""
    path = (folder or state_folder()) / FILE
    text = json.dumps([str(each) for each in recent.paths], indent=2).encode() + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, lambda file: file.write(text))
    except OSError as error:
        return f"{path}: cannot be written ({error.strerror or error}); recent files are not remembered"
    return ""


def existing(paths: Iterable[Path]) -> dict[Path, bool]:
    """Which of them are still there."""
    return {path: is_there(path) for path in paths}


def _names(data: bytes) -> list[str] | None:
    """None where the list is damaged."""
    try:
        names = json.loads(data.decode())
    except (ValueError, RecursionError):
        return None
    proper = isinstance(names, list) and all(isinstance(name, str) and name and "\0" not in name for name in names)
    return names if proper and len(data) <= MAX_BYTES else None
