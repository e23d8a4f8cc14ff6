"""Where the checkpoints of a landscape are, kept so that it can be measured on from elsewhere, even when both moved."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

KEY = "source"


def whereabouts(source: str, folder: Path) -> dict[str, str]:
    """The entry of the provenance: as seen from the landscape folder where that is inside or beside; else absolute.

    ``source`` may be a folder, a file, or a glob.
    """
    here, there = folder.resolve(), Path(source).resolve()
    near = there.is_relative_to(here.parent) or here.is_relative_to(there)
    return {KEY: Path(os.path.relpath(there, here)).as_posix() if near else str(there)}


def found_source(provenance: Mapping[str, Any], folder: Path) -> Path | None:
    """Where they should be by that entry, whether they are there or not; None where it says nothing."""
    kept = provenance.get(KEY)
    return Path(os.path.normpath(folder.resolve() / kept)) if isinstance(kept, str) and kept else None
