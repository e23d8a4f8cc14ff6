"""What a straightened way keeps, and that it never goes up where it went down."""

from itertools import pairwise

import numpy as np

from compute.topology.segment import Piece, pieces
from compute.topology.straightening import REACH, straightened

NAN = np.nan
STAIRS = [(float((k + 1) // 2), float(k // 2)) for k in range(17)]  # (0, 0), (1, 0), (1, 1) … (8, 8)


def heights(surface: np.ndarray, way: list[tuple[float, float]]) -> list[float]:
    return [float(surface[int(row), int(column)]) for column, row in way]


def test_stairs_on_a_slope_become_straight_as_far_as_it_reaches() -> None:
    slope = np.add.outer(np.arange(9.0), np.arange(9.0))
    for surface in (slope, -slope):
        assert straightened(surface, STAIRS, heights(surface, STAIRS)) == [0, REACH, 2 * REACH]


def test_where_it_turns_it_bends() -> None:
    """Down to (4, 4) and up again."""
    bowl = np.add.outer((np.arange(9.0) - 4) ** 2, (np.arange(9.0) - 4) ** 2)
    assert straightened(bowl, STAIRS, heights(bowl, STAIRS)) == [0, 8, 16]
    way = STAIRS[:7] + STAIRS[5::-1]  # there and back
    assert straightened(bowl, way, heights(bowl, way)) == [0, 6, 12]


def test_it_keeps_to_the_stairs_where_the_straight_line_would_rise() -> None:
    """A valley along two sides of a square, with a ridge across."""
    surface = np.full((5, 5), 20.0)
    way = [(0.0, float(row)) for row in range(5)] + [(float(column), 4.0) for column in range(1, 5)]
    for k, (column, row) in enumerate(way):
        surface[int(row), int(column)] = 8.0 - k
    assert straightened(surface, way, heights(surface, way)) == [0, 4, 8]


def test_it_does_not_lead_through_a_hole() -> None:
    slope = np.add.outer(np.arange(5.0), np.arange(9.0))
    way = [(float(column), 0.0) for column in range(2, 7)] + [(6.0, float(row)) for row in range(1, 5)]
    known = heights(slope, way)
    assert straightened(slope, way, known) == [0, 8]
    slope[2, 4] = NAN
    kept = straightened(slope, way, known)
    assert kept != [0, 8]
    stretches = [pieces(slope, way[one], way[other]) for one, other in pairwise(kept)]
    assert all(isinstance(piece, Piece) for stretch in stretches for piece in stretch)


def test_ways_of_one_or_two_points() -> None:
    slope = np.add.outer(np.arange(3.0), np.arange(3.0))
    assert straightened(slope, [(1.0, 1.0)], [2.0]) == [0]
    assert straightened(slope, [(0.0, 0.0), (1.0, 0.0)], [0.0, 1.0]) == [0, 1]
