"""The description of a landscape folder that somebody is still writing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from compute.errors import BadInputError
from compute.folder import DESCRIPTION_FILE, open_folder
from compute.landscape import Landscape


class Description:
    """Notices when the description of a landscape has been written anew; a landscape from a file never is."""

    def __init__(self, landscape: Landscape) -> None:
        self._provenance = landscape.provenance
        self._folder = _folder(landscape)
        self._written = -1  # when, in nanoseconds; it may have changed since the landscape was opened

    def news(self) -> Mapping[str, Any] | None:
        """The provenance, when it is another than the last time; costs one look at the file's time of writing."""
        if self._folder is None:
            return None
        try:
            written = (self._folder / DESCRIPTION_FILE).stat().st_mtime_ns
            if written == self._written:
                return None
            provenance = {"kind": "landscape", **open_folder(self._folder).provenance}
        except (BadInputError, OSError):  # moved away or damaged while it is looked at: what is known stays in view
            return None
        self._written = written
        if provenance == dict(self._provenance):
            return None
        self._provenance = provenance
        return provenance


def _folder(landscape: Landscape) -> Path | None:
    """The folder whose arrays these are, mapped into memory."""
    counts = landscape.examples
    return Path(counts.filename).parent if isinstance(counts, np.memmap) and counts.filename else None
