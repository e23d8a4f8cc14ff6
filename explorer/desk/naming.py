"""Names for landscapes that are open together."""

from collections.abc import Iterable

from compute.folder import folder_of
from compute.landscape import Landscape

MANY = 1000  # landscapes of one name


def unique_name(landscape: Landscape, taken: Iterable[str]) -> str:
    """What to call a landscape beside others: by its own name, with that of the folder around it, or with a number."""
    taken = set(taken)
    folder = folder_of(landscape)
    around = f"{folder.resolve().parent.name}/{landscape.name}" if folder else landscape.name
    candidates = [landscape.name, around, *(f"{landscape.name} {k}" for k in range(2, MANY))]
    return next(name for name in candidates if name not in taken)
