"""Sessions: what is open in a window and how it is shown, as a file, ``NAME.basin.json``.

version       1
files         each landscape: its name in the window, its file or folder, and its descent path if from a file of
              its own; relative to the session where they lie beside or below it, so that both can be moved
shown         names of the landscapes side by side, ``views`` how each is shown, ``active`` which the keys go to
links, preferences
flight        keyframes of a film, where there are any
chosen        places of the critical points that are chosen in the active landscape, where any are; ``persistence``
              whether the diagram and the merge tree are shown, where they are
"""

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from compute.atomic import write_atomically
from compute.errors import BadInputError
from explorer.looks.limits import check_view
from explorer.looks.plain import from_plain, to_plain
from explorer.looks.settings import EPSILONS, MOST_PANES, SIZES, Links, Preferences
from explorer.looks.view import View
from explorer.pictures.keyframes import FlightFile, check_flight

VERSION = 1
ENDING = ".basin.json"
MAX_BYTES = 2**22


@dataclass(frozen=True)
class OpenFile:
    """A landscape by its name in the window; ``path`` is a CSV file with its descent path."""

    name: str
    file: Path
    path: Path | None = None


@dataclass(frozen=True)
class Session:
    """What is open and how it is shown. Files are absolute in memory."""

    files: tuple[OpenFile, ...]
    shown: tuple[str, ...]
    views: tuple[View, ...]  # one for each that is shown
    active: int = 0
    links: Links = field(default_factory=Links)
    preferences: Preferences = field(default_factory=Preferences)
    flight: FlightFile | None = None
    chosen: tuple[tuple[float, float], ...] = ()
    persistence: bool = False


OPTIONAL = ("flight", "chosen", "persistence")  # left out where nothing is there, for Basins that do not know them


def is_session(path: Path) -> bool:
    """Whether a file is one of a session, by its name."""
    return path.name.lower().endswith(ENDING) and is_there(path) and path.is_file()


def is_there(path: Path) -> bool:
    """Whether there is such a file or folder; not where nobody may look, nor where no file can be called so."""
    try:
        return path.exists()
    except OSError:
        return False


def save_session(session: Session, path: Path) -> Path:
    """Write the session; the file that was written, whose name always ends as those of sessions do.

    Raises OSError where that cannot be done; what was there before is then still there.
    """
    target = path if path.name.lower().endswith(ENDING) else path.with_name(f"{path.name}{ENDING}")
    folder = target.absolute().parent
    files = tuple(_each(file, lambda place: _from_within(folder, place)) for file in session.files)
    content = {"version": VERSION, **_object(to_plain(replace(session, files=files)))}
    for name in OPTIONAL:
        if not content[name]:
            del content[name]
    text = json.dumps(content, indent=2, allow_nan=False).encode() + b"\n"
    write_atomically(target, lambda file: file.write(text))
    return target


def load_session(path: Path) -> Session:
    """The session in a file. Raises BadInputError, one line, for a file that holds none."""
    try:
        content = _content(path)
        session = from_plain(Session, content, "")
        _check(session)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read ({error.strerror or error})") from None
    except BadInputError as error:
        raise BadInputError(f"{path}: {error}") from None
    folder = path.absolute().parent
    return replace(session, files=tuple(_each(file, folder.joinpath) for file in session.files))


def without_missing(session: Session) -> tuple[Session, tuple[str, ...]]:
    """The session without the files that are no longer there, and a line about each of those."""
    missing = [file for file in session.files if not is_there(file.file)]
    pathless = [file for file in session.files if file not in missing and file.path and not is_there(file.path)]
    lines = [f"{file.file}: is not there any more; {file.name} is left out" for file in missing]
    lines += [f"{file.path}: is not there any more; {file.name} opens without this path" for file in pathless]
    kept = [replace(file, path=None) if file in pathless else file for file in session.files if file not in missing]
    return _restricted(replace(session, files=tuple(kept)), {file.name for file in kept}), tuple(lines)


def _restricted(session: Session, names: set[str]) -> Session:
    """Shown are only these; active is the one that was, or the first."""
    kept = [k for k, name in enumerate(session.shown) if name in names]
    return replace(
        session,
        shown=tuple(session.shown[k] for k in kept),
        views=tuple(session.views[k] for k in kept),
        active=kept.index(session.active) if session.active in kept else 0,
    )


def _content(path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadInputError("is too large to be a session")
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"not valid JSON ({error})") from None
    version = content.pop("version", None) if isinstance(content, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or "files" not in content:
        raise BadInputError("is not a session of Basin: it has no version and files")
    if version < 1:
        raise BadInputError(f"version {version} is none that there ever was; this Basin reads {VERSION}")
    if version > VERSION:
        raise BadInputError(f"version {version} is newer than this Basin reads ({VERSION}); upgrade loss-basin")
    return _object(content)


def _check(session: Session) -> None:
    """What the types do not say. Raises BadInputError."""
    twice = [name for name, count in Counter(file.name for file in session.files).items() if count > 1]
    if twice:
        raise BadInputError(f"files: two are called {twice[0]}")
    names = {file.name for file in session.files}
    for k, name in enumerate(session.shown):
        if name not in names:
            raise BadInputError(f"shown[{k}]: none of the files is called so")
    if len(session.shown) > MOST_PANES:
        raise BadInputError(f"shown: at most {MOST_PANES} landscapes are shown side by side")
    if len(session.views) != len(session.shown):
        raise BadInputError(f"views: there are {len(session.views)}, but {len(session.shown)} landscapes are shown")
    for k, view in enumerate(session.views):
        check_view(view, f"views[{k}]")
    if not 0 <= session.active < max(len(session.shown), 1):
        raise BadInputError(f"active: {session.active} is none of the {len(session.shown)} landscapes shown")
    for name, (low, high) in (("size", SIZES), ("epsilon", EPSILONS)):
        if not low <= getattr(session.preferences, name) <= high:
            raise BadInputError(f"preferences.{name}: is not between {low:g} and {high:g}")
    if session.flight is not None:
        try:
            check_flight(session.flight)
        except BadInputError as error:
            raise BadInputError(f"flight.{error}") from None


def _each(file: OpenFile, change: Callable[[Path], Path]) -> OpenFile:
    return replace(file, file=change(file.file), path=file.path and change(file.path))


def _from_within(folder: Path, place: Path) -> Path:
    """A place as seen from a folder, where it is in or below it; else absolute."""
    absolute = Path(os.path.normpath(place.absolute()))
    return absolute.relative_to(folder) if absolute.is_relative_to(folder) else absolute


def _object(plain: object) -> dict[str, object]:
    assert isinstance(plain, dict)
    return plain
