"""What things are called in a live folder and in orders for it, for all who write or read it. Knows no torch."""

from collections.abc import Sequence
from pathlib import Path

LIVE_FILE = "live.json"
FIT = "fit-"  # and its number in four digits or more
CENTRES = ("latest", "best")  # checkpoints that may lie in the middle of a plane


def run_names(sources: Sequence[str]) -> list[str]:
    """A name for each training, that of its folder; where two would be called so, with the folder around it, or else a
    number. Each can be the name of a file, and none is hidden."""
    paths = [Path(source).resolve() for source in sources]
    names = [path.name for path in paths]
    if len(set(names)) < len(names):
        names = [f"{path.parent.name}-{path.name}" for path in paths]
    for k, name in enumerate(names):
        if name in names[:k]:
            names[k] = f"{name}-{k + 1}"
    return [name.lstrip(".") or "run" for name in names]


def fit_number(name: str) -> int | None:
    """The number of a fit by the name of its folder; None for another folder."""
    digits = name.removeprefix(FIT)
    return int(digits) if name.startswith(FIT) and digits.isascii() and digits.isdecimal() else None
