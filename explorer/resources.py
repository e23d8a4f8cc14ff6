"""Where shaders and assets lie: beside the packages in a checkout, inside this package in an installed wheel."""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

COLOUR_MAPS = ("viridis", "magma", "cividis", "turbo", "grey", "redblue", "rainbow")


def resource(kind: str, name: str) -> Path:
    """Path of a file of ours; ``kind`` is "shaders" or "assets"."""
    package = Path(__file__).parent
    candidates = [package / kind / name, package.parent / kind / name]
    return next((path for path in candidates if path.exists()), candidates[-1])


def font(weight: str = "Regular") -> Path:
    """The typeface of labels and panel."""
    return resource("assets", f"fonts/Inter-{weight}.otf")


@lru_cache(maxsize=len(COLOUR_MAPS))
def colour_map(name: str) -> NDArray[np.float32]:
    """(256, 3) red, green, blue in [0, 1], from the lowest value to the highest."""
    table = np.loadtxt(resource("assets", f"colourmaps/{name}.csv"), delimiter=",", dtype=np.float32, skiprows=0)
    table.setflags(write=False)
    return table
