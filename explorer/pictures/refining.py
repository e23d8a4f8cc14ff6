"""A time lapse of the grid being refined: its nested levels, coarse first, as they were measured."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from compute.errors import BadInputError
from compute.landscape import Landscape
from compute.levels import level_of, level_shape
from explorer.ground.scene import suited
from explorer.looks.view import View
from explorer.pictures.instants import Instant, Take, shares
from explorer.pictures.lasting import with_one_scale

GROWING = 0.82  # of the film: after that the ground is at rest
AT_ONCE = 10  # changes of the ground a second, at most: each is a surface of its own
MOST_DOTS = 1500  # measured points that are shown: more would cover the ground
TURN = 24.0  # degrees that the camera turns, to end in the view


def refine(landscape: Landscape, view: View, take: Take) -> Iterator[Instant]:
    """Equal times for the levels, each growing from its middle; heights and colours on the scale of the whole.

    In which order the points of one level were measured is not known, so that here it is from the inside to the rim.
    Raises BadInputError where nothing is measured, or on one level only.
    """
    order, level = measured_order(landscape)
    if not len(order):
        raise BadInputError(f"{landscape.name}: nothing is measured yet; wait for the first points")
    if level[0] == level[-1]:
        raise BadInputError(f"{landscape.name}: is measured on one level only; --flight refine shows how levels follow")
    seen = with_one_scale(suited(view, landscape.domain), [landscape])
    starts = [int(k) for k in np.flatnonzero(np.diff(level, prepend=-1))]
    ends = [*starts[1:], len(order)]
    shown: dict[int, Landscape] = {}
    turn = 0.0 if landscape.domain.is_line else TURN
    for share in shares(take):
        count = _count(share, starts, ends, take)
        if count not in shown:
            shown = {count: partly(landscape, order[:count])}
        camera = replace(seen.camera, azimuth=seen.camera.azimuth - turn * (1 - share))
        dotted = replace(seen, camera=camera, points=view.points or count <= MOST_DOTS)
        yield Instant(shown[count], dotted, said=_said(landscape, int(level[count - 1]), count))


def measured_order(landscape: Landscape) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(n,) indices into the flat grid of the points that are measured, by level and then from the middle outwards; and
    (n,) their levels."""
    rows, columns = landscape.domain.shape
    level = level_of(landscape.domain.shape)
    row, column = np.mgrid[:rows, :columns]
    far = np.hypot((row - (rows - 1) / 2) / max(rows - 1, 1), (column - (columns - 1) / 2) / max(columns - 1, 1))
    known = np.flatnonzero(np.asarray(landscape.examples) > 0)
    order = known[np.lexsort((known, far.ravel()[known], level.ravel()[known]))]
    return order, level.ravel()[order]


def partly(landscape: Landscape, kept: NDArray[np.int64]) -> Landscape:
    """The landscape with these points measured only."""
    examples = np.zeros(landscape.examples.size, np.uint32)
    examples[kept] = np.asarray(landscape.examples).ravel()[kept]
    there = (examples > 0).reshape(landscape.domain.shape)
    metrics = {name: np.where(there, values, np.nan) for name, values in landscape.metrics.items()}
    return replace(landscape, metrics=metrics, examples=examples.reshape(landscape.domain.shape))


def _count(share: float, starts: list[int], ends: list[int], take: Take) -> int:
    """How many points are measured by then; the first level is there at once."""
    steps = max(round(take.seconds * AT_ONCE * GROWING / len(starts)), 1) * len(starts)  # so that each level ends
    way = min(np.floor(share / GROWING * steps) / steps, 1.0) * len(starts)
    k = min(int(way), len(starts) - 1)
    return ends[0] if k == 0 else starts[k] + round((way - k) * (ends[k] - starts[k]))


def _said(landscape: Landscape, level: int, count: int) -> tuple[tuple[str, str], ...]:
    finest = int(level_of(landscape.domain.shape).max())
    rows, columns = level_shape(landscape.domain.shape, 2 ** (finest - level))
    return (("grid", f"{columns} x {rows}" if rows > 1 else f"{columns}"), ("measured", f"{count:,} points"))
