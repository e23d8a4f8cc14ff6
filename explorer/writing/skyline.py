"""Where the ground is in the picture, so that text beside it can keep clear of it: pure geometry, no GL."""

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Floats
from explorer.camera.camera import project
from explorer.ground.scene import Box

FINEST = 48  # places of the ground along an axis: nearer to each other than a number is wide
STEEP = 4.0  # so much farther off counts what is not straight ahead: text then moves without jumps

NO_GROUND: Floats = np.empty((0, 2))


def ground_places(
    ground: NDArray[np.float32], extent: tuple[float, float], relief: float, clip: Floats, size: tuple[int, int]
) -> Floats:
    """(n, 2) pixels of places all over a ground of heights (rows, columns); none of what is unknown or behind the
    eye."""
    rows, columns = (np.unique(np.linspace(0, n - 1, min(n, FINEST + 1)).astype(int)) for n in ground.shape)
    x, y = (
        (at / max(n - 1, 1) - 0.5) * side
        for at, n, side in zip((columns, rows), ground.shape[::-1], extent, strict=True)
    )
    heights = np.clip(ground[np.ix_(rows, columns)].astype(np.float64), 0.0, 1.0) * relief
    places = np.stack([*np.meshgrid(x, y), heights], axis=2).reshape(-1, 3)
    seen = project(clip, places[np.isfinite(places[:, 2])], size)
    found: Floats = seen[seen[:, 2] > 0, :2]
    return found


def overhang(box: Box, way: Floats, places: Floats) -> float:
    """How many pixels a box has to go this way (a unit vector) to have the ground behind it."""
    if not len(places):
        return 0.0
    middle, half = np.array([box[0] + box[2], box[1] + box[3]]) / 2, np.array([box[2] - box[0], box[3] - box[1]]) / 2
    across = np.array([-way[1], way[0]])
    off = places - middle
    aside = np.maximum(np.abs(off @ across) - np.abs(across) @ half, 0.0)
    return max(float((off @ way + np.abs(way) @ half - STEEP * aside).max()), 0.0)


def room_to(box: Box, places: Floats) -> float:
    """Pixels from a box to the ground; less than 0 over it."""
    if not len(places):
        return float(np.inf)
    middle, half = np.array([box[0] + box[2], box[1] + box[3]]) / 2, np.array([box[2] - box[0], box[3] - box[1]]) / 2
    half = np.maximum(half, 0.6 * np.ptp(places, axis=0) / FINEST)  # or it might lie between two places
    return float((np.abs(places - middle) - half).max(axis=1).min())
