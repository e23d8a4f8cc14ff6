"""Ground in motion: how it eases from where it is to where it belongs."""

import math

import numpy as np
from numpy.typing import NDArray

EASE_SECONDS = 0.25  # time constant of the ground's motion
SETTLED = 2e-4  # heights closer than this to their goal jump there

Heights = NDArray[np.float32]


def eased(heights: Heights, goal: Heights, seconds: float) -> Heights:
    """The ground so much later; the goal itself once all of it is there. New ground appears in place."""
    step = goal - np.where(np.isnan(heights), goal, heights)
    rest = step * np.float32(math.exp(-seconds / EASE_SECONDS))
    settled = not np.nanmax(np.abs(rest), initial=0.0) > SETTLED
    return goal if settled else goal - rest


def resampled(heights: Heights, shape: tuple[int, int]) -> Heights:
    """The ground on another lattice over the same square: bilinear, and where a corner is unknown from the nearest."""
    if heights.shape == shape:
        return heights
    rows, columns = (np.linspace(0, n - 1, m) for n, m in zip(heights.shape, shape, strict=True))
    i, j = (
        np.minimum(np.floor(at).astype(int), max(n - 2, 0))
        for at, n in ((rows, heights.shape[0]), (columns, heights.shape[1]))
    )
    a, b = (rows - i)[:, None], (columns - j)[None, :]
    below, right = np.minimum(i + 1, heights.shape[0] - 1), np.minimum(j + 1, heights.shape[1] - 1)
    smooth = (1 - a) * ((1 - b) * heights[np.ix_(i, j)] + b * heights[np.ix_(i, right)]) + a * (
        (1 - b) * heights[np.ix_(below, j)] + b * heights[np.ix_(below, right)]
    )
    nearest = heights[np.ix_(np.rint(rows).astype(int), np.rint(columns).astype(int))]
    found: Heights = np.where(np.isnan(smooth), nearest, smooth).astype(np.float32)
    return found
