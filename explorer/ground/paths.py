"""Paths of training runs as tables: straight pieces that follow the ground, and marks that can be told apart."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Domain, Floats
from explorer.ground.marks import DISC, to_uv
from explorer.ground.runs import NEUTRAL, RunPath
from explorer.ground.scene import NO_MARKS, NO_PATH, NO_PLACES, Instances

PIECES = 128  # a straight piece of the path is at most one such share of the domain, so that it follows the ground
MOST_PIECES = 32_000  # of one path, beside one a checkpoint: those of a path that goes to and fro get longer
CELLS = 2048  # checkpoints in one cell of so many a side are one corner of the path that is drawn
APART = 0.015  # of the domain: checkpoints nearer than this would be one smear
STEP_PT, END_PT = 6.5, 21.0  # checkpoints; start and end, wide enough to show around a minimum's glyph
NEAR = 0.03  # of the domain: large discs this near to each other would hide one another
RIM_PT, MOST_RIMS = 12.0, 3  # by so much a disc is larger than the next of those that lie on it


def path_pieces(domain: Domain, runs: Sequence[RunPath]) -> Instances:
    """(n, 10) u v of both ends of straight pieces, fine enough to lie on the ground, and r g b at both; what lies
    outside the domain is cut off.

    Checkpoints whose place is not finite (a training run that diverged) leave a gap.
    """
    tables = [_coloured(run, _pieces(_places(domain, run))) for run in runs]
    return np.vstack(tables).astype(np.float32) if tables else NO_PATH


def _pieces(corners: Floats) -> Floats:
    """(n, 6) u v u v, and the share of the path at both ends: that of the checkpoint, by its number."""
    kept = _corners(corners)
    start, end = corners[kept[:-1]], corners[kept[1:]]
    finite = np.isfinite(start).all(axis=1) & np.isfinite(end).all(axis=1)
    low, high = _inside(start, end)
    seen = np.flatnonzero(finite & (low <= high))
    start, step, low, high = start[seen], end[seen] - start[seen], low[seen], high[seen]
    reach = np.abs((high - low)[:, None] * step).max(axis=1, initial=0.0)
    fine = PIECES * min(1.0, MOST_PIECES / max(PIECES * float(reach.sum()), 1.0))
    count = np.maximum(np.ceil(reach * fine), 1).astype(int)
    row = np.repeat(np.arange(len(seen)), count)
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)  # of a piece in its line
    ends = []
    for at in (place, place + 1):
        t = low[row] + (high - low)[row] * at / count[row]
        first, next_one = kept[:-1][seen][row], kept[1:][seen][row]
        share = (first + t * (next_one - first)) / max(len(corners) - 1, 1)
        ends.append((start[row] + t[:, None] * step[row], share[:, None]))
    (a, share_a), (b, share_b) = ends
    return np.hstack([a, b, share_a, share_b])


def _corners(corners: Floats) -> NDArray[np.int64]:
    """(n,) numbers of the checkpoints that are corners of what is drawn: of those that follow each other in one cell
    the first, and the last of all."""
    cell = np.floor(corners * CELLS)
    other = (cell[1:] != cell[:-1]).any(axis=1)  # NaN is always another one
    other[-1:] = True
    return np.flatnonzero(np.append(True, other)) if len(corners) else np.empty(0, np.int64)


def _inside(start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """(n,) ranges of t in [0, 1] where start + t (end − start) is in the unit square; low > high where nowhere."""
    with np.errstate(over="ignore", invalid="ignore"):
        step = np.where(end == start, 1e-300, end - start)  # at rest on one axis: never leaves it, or never enters
        a, b = (-1e-9 - start) / step, (1 + 1e-9 - start) / step
        low, high = np.minimum(a, b).max(axis=1, initial=-np.inf), np.maximum(a, b).min(axis=1, initial=np.inf)
    return np.maximum(low, 0.0), np.minimum(high, 1.0)


def _coloured(run: RunPath, pieces: Floats) -> Floats:
    return np.hstack([pieces[:, :4], _colours(run, pieces[:, 4]), _colours(run, pieces[:, 5])])


def _colours(run: RunPath, share: Floats) -> Floats:
    """(n, 3) colours so far along a path."""
    colours: Floats = (1 - share[:, None]) * np.array(run.start) + share[:, None] * np.array(run.end)
    return colours


def path_marks(domain: Domain, runs: Sequence[RunPath]) -> Instances:
    """(n, 7) a small disc at each checkpoint, then larger ones at the starts, and last at the ends, on top of all.

    A run alone starts in yellow and ends in cyan; of several, the starts are white. Of large discs that are near to
    each other those further below are larger, so that each is seen.
    """
    if not runs:
        return NO_MARKS
    steps, places = [], []
    for run in runs:
        corners = _places(domain, run)
        between = _apart(corners)
        share = np.linspace(0, 1, len(corners))[between]
        steps.append(_discs(corners[between], np.full(len(between), STEP_PT), _colours(run, share)))
        places.append(corners[[0, -1]])
    starts, ends = np.stack(places, axis=1)
    colours = [run.start if len(runs) == 1 else NEUTRAL for run in runs] + [run.colour for run in runs]
    kept = np.append(_first_of_each(starts), np.full(len(runs), fill_value=True))
    large = np.vstack([starts, ends])[kept]
    table = np.vstack([*steps, _discs(large, _sizes(large), np.array(colours)[kept])])
    return table[((table[:, :2] >= 0) & (table[:, :2] <= 1)).all(axis=1)].astype(np.float32)


def _discs(places: Floats, sizes: Floats, colours: Floats) -> Floats:
    return np.column_stack([places, np.full(len(places), DISC), sizes, colours])


def _first_of_each(places: Floats) -> NDArray[np.bool_]:
    """Which of places are not very near to one before."""
    away = np.abs(places[:, None] - places).max(axis=2)
    first: NDArray[np.bool_] = ~np.tril(away < APART, -1).any(axis=1)
    return first


def _sizes(places: Floats) -> Floats:
    """Diameters of discs that are drawn one after the other: larger by a rim for each that comes later and is near."""
    away = np.abs(places[:, None] - places).max(axis=2)
    above = np.triu(away < NEAR, 1).sum(axis=1)
    sizes: Floats = END_PT + RIM_PT * np.minimum(above, MOST_RIMS)
    return sizes


def _apart(corners: Floats) -> NDArray[np.int64]:
    """Which checkpoints between the ends have a mark: those that touch neither an end nor the mark drawn before."""
    far = np.abs(corners[:, None] - corners[[0, -1]]).max(axis=2).min(axis=1) >= APART
    kept = []
    u0, v0 = corners[0].tolist()
    for k, (u, v) in enumerate(corners.tolist()):
        if far[k] and max(abs(u - u0), abs(v - v0)) >= APART:
            kept.append(k)
            u0, v0 = u, v
    return np.array(kept, np.int64)


def checkpoint_places(domain: Domain, runs: Sequence[RunPath]) -> Instances:
    """(n, 2) u v of each checkpoint of all runs, one run after the other, also outside the domain."""
    return np.vstack([_places(domain, run) for run in runs]).astype(np.float32) if runs else NO_PLACES


def _places(domain: Domain, run: RunPath) -> Floats:
    return to_uv(domain, run.path.alpha, run.path.beta)
