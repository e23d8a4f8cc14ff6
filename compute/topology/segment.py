"""A straight line over the bilinear surface, cut where it passes from cell to cell. On each piece it is a parabola."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from compute.landscape import Floats
from compute.topology.places import Spot, touched

SAME = 1e-12  # of the way: crossings of grid lines that are closer than this are one, but for rounding


@dataclass(frozen=True)
class Piece:
    """From ``begin`` to ``end``, as shares of the way. The height is h0 + (h1 − h0) s − bend s (1 − s), s in [0, 1]."""

    begin: float
    end: float
    h0: float
    h1: float
    bend: float

    @property
    def falls(self) -> bool:
        """Whether it never rises: neither at its beginning nor at its end, and so nowhere between."""
        return self.h1 - self.h0 <= -abs(self.bend)

    def top(self, h0: float, h1: float) -> tuple[float, float]:
        """(s, height) of the highest place of a parabola bent like this one, with these heights at its ends."""
        s = min(max(0.5 - (h1 - h0) / (2 * self.bend), 0.0), 1.0) if self.bend < 0 else float(h1 > h0)
        return s, h0 + (h1 - h0) * s - self.bend * s * (1 - s)


@dataclass(frozen=True)
class Gap:
    """A piece in no cell that is there: for a corner ``diverged``, or is not measured."""

    begin: float
    diverged: bool


def pieces(surface: Floats, first: Spot, last: Spot) -> Iterator[Piece | Gap]:
    """The pieces of the way from one spot to another, in order. Absent nodes of ``surface`` are not finite."""
    way = last[0] - first[0], last[1] - first[1]
    cuts = _cuts(first, way)
    shape = surface.shape[0] - 1, surface.shape[1] - 1
    for begin, end in pairwise(cuts):
        middle = (begin + end) / 2
        cells = touched((first[0] + middle * way[0], first[1] + middle * way[1]), shape)
        corners = [surface[row : row + 2, column : column + 2].ravel().tolist() for row, column in cells]
        there = next((k for k, values in enumerate(corners) if all(map(math.isfinite, values))), None)
        if there is None:
            yield Gap(begin, any(math.isinf(value) for values in corners for value in values))
            continue
        (row, column), (a, b, c, d) = cells[there], corners[there]
        ends = []
        for t in (begin, end):
            u = min(max(first[0] + t * way[0] - column, 0.0), 1.0)
            v = min(max(first[1] + t * way[1] - row, 0.0), 1.0)
            ends.append((1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * c + u * d))
        yield Piece(begin, end, ends[0], ends[1], (a - b - c + d) * way[0] * way[1] * (end - begin) ** 2)


def _cuts(first: Spot, way: tuple[float, float]) -> list[float]:
    """Where the way crosses lines of the grid, with both ends: rising shares in [0, 1]."""
    found = {1.0}
    for low, step in zip(first, way, strict=True):
        if step:
            lines = range(math.ceil(min(low, low + step)), math.floor(max(low, low + step)) + 1)
            found |= {(line - low) / step for line in lines}
    cuts = [0.0]
    for share in sorted(found):
        if share - cuts[-1] > SAME and (share == 1 or share < 1 - SAME):
            cuts.append(share)
    return cuts
