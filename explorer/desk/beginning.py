"""What a window begins with: landscapes by name, and where each is from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from compute.errors import BadInputError
from compute.folder import folder_of, open_folder
from compute.formats.reading import read_landscape, read_landscapes
from compute.landscape import Landscape
from compute.messages import Follow
from explorer.desk.live import Live
from explorer.desk.naming import unique_name
from explorer.desk.session import OpenFile, Session, is_session, load_session, without_missing
from explorer.ground.fits import is_live_folder
from explorer.looks.view import ERROR, LEVEL, View
from explorer.resources import resource
from explorer.worker.task import READY


@dataclass(frozen=True, eq=False)
class Beginning:
    """Landscapes by name, and where each is from; ``session`` is how they are to be shown, ``missing`` what was not
    found of it, one line each; ``side_by_side`` whether each has a pane from the start; ``live`` a training."""

    landscapes: Mapping[str, Landscape]
    files: Mapping[str, OpenFile] = field(default_factory=dict)
    session: Session | None = None
    missing: tuple[str, ...] = ()
    side_by_side: bool = False
    live: Live | None = None


def followed(order: Follow) -> Beginning:
    """Trainings that are to be followed: the plane that was fitted last, or a ready example until there is one."""
    return _live(Live(Path(order.out), order))


def replayed(folder: Path) -> Beginning:
    """Trainings that were followed, to be looked at again. Raises BadInputError where nothing was measured."""
    live = Live(folder)
    if live.stage(View()) is None:
        raise BadInputError(f"{folder}: no plane of it has its first level; follow the training with basin explore RUN")
    return _live(live)


def opened(path: Path, trajectory: Path | None = None, taken: Iterable[str] = ()) -> Beginning:
    """A session, a file, a landscape folder, a live folder, or all landscape folders in one. Raises BadInputError.

    Names are others than those ``taken``, except for a session's own.
    """
    if is_session(path):
        return _session(load_session(path))
    if is_live_folder(path):
        return replayed(path)
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


def _live(live: Live) -> Beginning:
    stage = live.stage(View())
    if stage is None:
        return Beginning({READY: open_folder(resource("assets", "ready"))}, live=live)
    file = OpenFile(live.name, folder_of(stage.landscape) or live.fits.folder)
    return Beginning({live.name: stage.landscape}, {live.name: file}, live=live)


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
    for name, view in zip(session.shown, session.views, strict=True):
        if name in landscapes:
            faults += _unknown_metrics(name, view, landscapes[name])
    return Beginning(landscapes, files, session, tuple(dict.fromkeys(faults)))


def _unknown_metrics(name: str, view: View, landscape: Landscape) -> Iterator[str]:
    """A line for each metric that a view wants and the landscape has not, and what is shown in its place."""
    if view.metric is not None and view.metric not in landscape.metrics:
        yield f"{name}: has no {view.metric} any more; its height is {landscape.main_name}"
    by = view.colour.metric
    if by is not None and by not in (*landscape.metrics, ERROR, LEVEL):
        yield f"{name}: has no {by} any more; its colours are those of the height"
