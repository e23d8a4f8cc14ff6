"""A landscape folder that somebody is still writing: the arrays are shared memory, the other files are looked at."""

from dataclasses import replace
from pathlib import Path

from compute.errors import BadInputError
from compute.folder import DESCRIPTION_FILE, TRAJECTORY_FILE, folder_of, open_folder
from compute.landscape import Landscape


class Following:
    """Notices when description or path of a landscape have been written anew; a landscape from a file never is."""

    def __init__(self, landscape: Landscape) -> None:
        self._landscape = landscape
        self._folder = folder_of(landscape)
        # When, in nanoseconds. The description may have changed since the landscape was opened; another path than the
        # folder's may have been given, which stays until the folder gets a new one.
        self._description, self._path = -1, _written(self._folder / TRAJECTORY_FILE) if self._folder else 0

    def news(self) -> Landscape | None:
        """The landscape, when it is another than the last time; costs one look at the times of two files."""
        if self._folder is None:
            return None
        try:
            description, path = (_written(self._folder / name) for name in (DESCRIPTION_FILE, TRAJECTORY_FILE))
            if (description, path) == (self._description, self._path):
                return None
            found = open_folder(self._folder)
        except (BadInputError, OSError):  # moved away or damaged while it is looked at: what is known stays in view
            return None
        path_is_new = path != self._path
        self._description, self._path = description, path
        provenance = {"kind": "landscape", **found.provenance}
        if provenance == dict(self._landscape.provenance) and not path_is_new:
            return None
        paths = found if path_is_new else self._landscape
        self._landscape = replace(
            self._landscape,
            metrics=found.metrics,
            provenance=provenance,
            trajectory=paths.trajectory,
            others=paths.others,
        )
        return self._landscape


def _written(path: Path) -> int:
    """0 where there is no such file."""
    return path.stat().st_mtime_ns if path.exists() else 0
