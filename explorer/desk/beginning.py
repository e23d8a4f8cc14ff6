"""What a window begins with: landscapes by name, and where each is from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from compute.errors import BadInputError
from compute.folder import folder_of
from compute.formats.reading import read_landscape, read_landscapes
from compute.landscape import Landscape
from explorer.desk.naming import unique_name
from explorer.desk.session import OpenFile, Session, is_session, load_session, without_missing


@dataclass(frozen=True, eq=False)
class Beginning:
    """Landscapes by name, and where each is from; ``session`` is how they are to be shown, ``missing`` what was not
    found, one line each; ``side_by_side`` whether each has a pane from the start."""

    landscapes: Mapping[str, Landscape]
    files: Mapping[str, OpenFile] = field(default_factory=dict)
    session: Session | None = None
    missing: tuple[str, ...] = ()
    side_by_side: bool = False


def opened(path: Path, trajectory: Path | None = None, taken: Iterable[str] = ()) -> Beginning:
    """A session, a file, a landscape folder, or all landscape folders in one. Raises BadInputError.

    Names are others than those ``taken``, except for a session's own.
    """
    if is_session(path):
        return _session(load_session(path))
    landscapes, files = dict[str, Landscape](), dict[str, OpenFile]()
    taken = set(taken)
    for landscape in read_landscapes(path, trajectory).values():
        name = unique_name(landscape, [*taken, *landscapes])
        landscapes[name] = landscape
        files[name] = OpenFile(name, folder_of(landscape) or path, trajectory)
    return Beginning(landscapes, files)


def beginning(paths: Sequence[Path], trajectory: Path | None = None) -> Beginning:
    """What the paths of a command line hold, all of it; several are shown side by side. Raises BadInputError."""
    if len(paths) == 1:
        return opened(paths[0], trajectory)
    landscapes, files = dict[str, Landscape](), dict[str, OpenFile]()
    for path in paths:
        if is_session(path):
            raise BadInputError(f"{path}: is a session; open it alone")
        found = opened(path, taken=landscapes)
        landscapes.update(found.landscapes)
        files.update(found.files)
    return Beginning(landscapes, files, side_by_side=True)


def _session(session: Session) -> Beginning:
    """As far as its files are there and can be read. Raises BadInputError where none can."""
    session, missing = without_missing(session)
    landscapes, faults = dict[str, Landscape](), list(missing)
    for file in session.files:
        try:
            landscapes[file.name] = read_landscape(file.file, file.path)
        except BadInputError as error:
            faults.append(str(error))
    if not landscapes:
        raise BadInputError(faults[0] if faults else "the session names no landscape; open one and save it again")
    files = {file.name: file for file in session.files if file.name in landscapes}
    return Beginning(landscapes, files, session, tuple(faults))
