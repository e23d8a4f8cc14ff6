"""Captured segments chained to lines: for labels along them, and for export."""

import numpy as np
from numpy.typing import NDArray

Segments = NDArray[np.float32]
Lines = list[tuple[int, NDArray[np.float32]]]

ROUNDING = 1e-6  # of the domain: a hundredth of a cell is a hundred times as much
_NONE = -1


def isolines(segments: Segments) -> Lines:
    """(level's index, (n, 2) u v) of each line; the first point of a closed line is its last again.

    ``segments`` (n, 5) are u v of both ends and the index of the level. Cells compute a crossing of the edge that they
    share from the same two nodes in the same order, so that ends which meet are equal bit for bit, or on hardware that
    contracts the two computations differently, all but for rounding. Where four meet, in a node that lies at the level
    itself, two and two are joined.
    """
    kept = segments[(segments[:, :2] != segments[:, 2:4]).any(axis=1)]
    if not len(kept):
        return []
    mates = _mates(kept)
    seen = np.zeros(len(kept), np.bool_).tolist()
    loose = [half for half, mate in enumerate(mates) if mate == _NONE]
    lines: Lines = []
    points = kept[:, :4].reshape(-1, 2)
    for half in (*loose, *range(0, 2 * len(kept), 2)):  # open lines from their ends, then what is left: closed ones
        if not seen[half >> 1]:
            lines.append((int(kept[half >> 1, 4]), points[_walk(half, mates, seen)]))
    return lines


def _walk(half: int, mates: list[int], seen: list[bool]) -> list[int]:
    """Half segments along a line from one end: each stands for its point."""
    walked = [half]
    while half != _NONE and not seen[half >> 1]:
        seen[half >> 1] = True
        walked.append(half ^ 1)
        half = mates[half ^ 1]
    return walked


def _mates(segments: Segments) -> list[int]:
    """For both ends of each segment, in turn, the end of another that lies there at the same level, or −1."""
    places = segments[:, :4].reshape(-1, 2).astype(np.float64)
    levels = np.repeat(segments[:, 4], 2)
    mates = np.full(len(places), _NONE)
    # Places that differ by rounding only may be told apart by one grid, but then not by one that is half a step off.
    for keys in (places, np.floor(places / ROUNDING), np.floor(places / ROUNDING + 0.5)):
        loose = np.flatnonzero(mates == _NONE)
        one, other = _pairs(np.column_stack([levels, keys])[loose])
        mates[loose[one]], mates[loose[other]] = loose[other], loose[one]
    found: list[int] = mates.tolist()
    return found


def _pairs(rows: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Indices of rows that are equal, two by two."""
    order = np.lexsort(rows.T)
    new = np.ones(len(order), np.bool_)
    new[1:] = (rows[order][1:] != rows[order][:-1]).any(axis=1)
    starts = np.flatnonzero(new)
    groups = np.cumsum(new) - 1
    within = np.arange(len(order)) - starts[groups]  # in each group of equal ends 0 goes with 1, 2 with 3
    first = np.flatnonzero((within % 2 == 0) & (groups == np.append(groups[1:], _NONE)))
    return order[first], order[first + 1]
