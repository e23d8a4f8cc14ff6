"""A way along the edges of a grid made straighter, without going up where it went down."""

from itertools import pairwise

from compute.landscape import Floats
from compute.topology.places import Spot
from compute.topology.segment import Piece, pieces

REACH = 8  # points of the way that one straight line may lead past: so far it follows a valley that bends


def straightened(surface: Floats, way: list[Spot], heights: list[float]) -> list[int]:
    """Which points of a way to keep: between two of them it leads straight over the surface, and falls or rises all the
    way as before. So points where it turns from falling to rising stay, and no place is higher than it was.

    Absent nodes of ``surface`` are not finite.
    """
    kept = [0]
    while kept[-1] < len(way) - 1:
        kept.append(_farthest(surface, way, heights, kept[-1]))
    return kept


def _farthest(surface: Floats, way: list[Spot], heights: list[float], begin: int) -> int:
    """The last point that a straight line leads to from a point."""
    run = heights[begin : begin + REACH + 1]
    sign = 1 if run[1] <= run[0] else -1
    falling = next((k for k, (one, other) in enumerate(pairwise(run)) if sign * other > sign * one), len(run) - 1)
    for end in range(begin + falling, begin + 1, -1):
        low, high = (end, begin) if sign > 0 else (begin, end)
        if all(isinstance(piece, Piece) and piece.falls for piece in pieces(surface, way[high], way[low])):
            return end
    return begin + 1
