"""How a window is divided among the landscapes in it."""

import itertools
import math

Rectangle = tuple[int, int, int, int]  # left, bottom, width, height in pixels from the bottom left of the window

BEST_ASPECT = 1.3  # of a pane; the division that comes nearest is taken
GAP = 2  # pixels between panes
SMALLEST = 16  # pixels; a pane never gets narrower


def divide(area: Rectangle, count: int) -> list[Rectangle]:
    """So many panes, row by row from the top left, in the grid whose cells come nearest to a good shape.

    The last row may have fewer, wider panes. Every pixel belongs to one pane or to a gap.
    """
    left, bottom, width, height = area
    columns = min(range(1, count + 1), key=lambda n: abs(math.log(_aspect(area, n, count) / BEST_ASPECT)))
    rows = -(-count // columns)
    panes = []
    for row, (low, high) in enumerate(_shares(height, rows)):
        inside = min(columns, count - row * columns)
        for start, end in _shares(width, inside):
            panes.append((left + start, bottom + height - high, max(end - start, SMALLEST), max(high - low, SMALLEST)))
    return panes


def contains(rectangle: Rectangle, pixel: tuple[float, float]) -> bool:
    """Whether a pixel is in a rectangle."""
    left, bottom, width, height = rectangle
    return left <= pixel[0] < left + width and bottom <= pixel[1] < bottom + height


def _aspect(area: Rectangle, columns: int, count: int) -> float:
    rows = -(-count // columns)
    return max(area[2] / columns, 1.0) / max(area[3] / rows, 1.0)


def _shares(length: int, count: int) -> list[tuple[int, int]]:
    """[start, end) of equal parts with gaps between them."""
    edges = [round(k * (length + GAP) / count) for k in range(count + 1)]
    return [(start, end - GAP) for start, end in itertools.pairwise(edges)]
