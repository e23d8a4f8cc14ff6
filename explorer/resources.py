"""Where shaders and assets lie: beside the packages in a checkout, inside this package in an installed wheel."""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

COLOUR_MAPS = ("viridis", "magma", "cividis", "turbo", "grey", "bluebrown", "redblue", "rainbow")
DIVERGING = ("bluebrown", "redblue")  # their middle belongs to the value 0, where there is one
USUAL, USUAL_DIVERGING = "viridis", "redblue"  # where nobody chose; the second for values on both sides of 0

# Colours of what is below and above a map: none of its own, darker than its low end and lighter than its high end.
ENDS = {
    "viridis": ((0.09, 0.02, 0.16), (1.00, 0.99, 0.80)),
    "magma": ((0.20, 0.22, 0.28), (0.78, 0.93, 0.98)),
    "cividis": ((0.00, 0.05, 0.13), (1.00, 0.99, 0.82)),
    "turbo": ((0.08, 0.02, 0.12), (0.98, 0.82, 0.86)),
    "grey": ((0.12, 0.18, 0.36), (1.00, 0.90, 0.66)),
    "bluebrown": ((0.00, 0.00, 0.12), (0.98, 0.84, 0.45)),
    "redblue": ((0.02, 0.05, 0.22), (0.98, 0.78, 0.45)),
    "rainbow": ((0.10, 0.06, 0.22), (0.98, 0.84, 0.88)),
}


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
