"""What a folder holds for somebody who looks for a landscape: pure listing, no window."""

import os
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from compute.errors import BadInputError
from compute.folder import is_landscape_folder
from explorer.desk.keyframing import is_flight
from explorer.desk.session import ENDING, is_there

ENDINGS = (".ply", ".h5", ".hdf5", ".npz", ".vtp", ".csv")  # that may hold a landscape
MOST = 2000  # entries of a folder


class EntryKind(Enum):
    """What an entry of a folder is, in the order that they are listed."""

    FOLDER = "folder"
    LANDSCAPE = "landscape"
    SESSION = "session"
    FILE = "file"


@dataclass(frozen=True)
class Entry:
    """One entry of a folder."""

    path: Path
    kind: EntryKind

    @property
    def name(self) -> str:
        """As it is shown."""
        return self.path.name


@dataclass(frozen=True)
class Listing:
    """What of a folder is shown; ``more`` entries are left out because they are too many."""

    folder: Path
    entries: tuple[Entry, ...]
    more: int = 0


def listing(folder: Path, pattern: str = "", *, landscapes: bool = True) -> Listing:
    """Folders, and what may be opened, by name; hidden ones only where the pattern begins with a dot.

    Of names only those that have every word of the pattern in them, whatever the case. ``landscapes`` False lists
    folders alone, as for saving. Raises BadInputError for a folder that cannot be looked into.
    """
    try:
        names = sorted((entry.name for entry in folder.iterdir()), key=_natural)
    except OSError as error:
        raise BadInputError(f"{folder}: cannot be looked into ({error.strerror or error})") from None
    words = pattern.casefold().split()
    kept = [name for name in names if all(word in name.casefold() for word in words)]
    kept = [name for name in kept if not name.startswith(".") or pattern.startswith(".")]
    found = [Entry(folder / name, kind) for name in kept[: 4 * MOST] if (kind := _kind(folder / name)) is not None]
    wanted = [entry for entry in found if landscapes or entry.kind is EntryKind.FOLDER]
    ordered = sorted(wanted, key=lambda entry: list(EntryKind).index(entry.kind))
    return Listing(folder, tuple(ordered[:MOST]), max(len(ordered) - MOST, 0))


def place_typed(text: str, folder: Path) -> Path:
    """What a typed name means: absolute, from the home folder with ~, or from the folder in view."""
    given = Path(text.strip().strip('"'))
    with suppress(RuntimeError):  # a user that there is not
        given = given.expanduser()
    return Path(os.path.normpath(folder.absolute() / given))


def free_name(folder: Path, stem: str, ending: str) -> Path:
    """A name in the folder that is not taken: with a number where it has to be."""
    candidates = (folder / f"{stem}{'' if k == 1 else f' {k}'}{ending}" for k in range(1, 10_000))
    return next(path for path in candidates if not is_there(path))


def completed(name: str, ending: str) -> str:
    """A typed name with the ending, unless it has one of its own; a number is none, and sessions have but theirs."""
    own = Path(name).suffix[1:]
    has_one = name.lower().endswith(ending) or (ending != ENDING and own and not own.isdecimal())
    return name if has_one else f"{name}{ending}"


def _kind(path: Path) -> EntryKind | None:
    """None for what cannot be opened."""
    try:
        if path.is_dir():
            return EntryKind.LANDSCAPE if is_landscape_folder(path) else EntryKind.FOLDER
        name = path.name.lower()
        if not path.is_file() or not (name.endswith((*ENDINGS, ENDING)) or is_flight(path)):
            return None
    except OSError:
        return None
    return EntryKind.SESSION if name.endswith(ENDING) else EntryKind.FILE


def _natural(name: str) -> tuple[object, ...]:
    """Epoch-2 before epoch-10, whatever the case."""
    parts: list[tuple[int, object]] = []
    digits = ""
    for letter in f"{name.casefold()}\0":
        if letter.isascii() and letter.isdigit():
            digits += letter
            continue
        if digits:
            parts.append((0, int(digits)))
            digits = ""
        parts.append((1, letter))
    return tuple(parts)
