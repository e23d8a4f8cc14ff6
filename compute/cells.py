"""Between the nodes of a grid and its cells, of which there is one fewer each way; a line has one row of both."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Floats

T = TypeVar("T", bound=np.generic)


def cell_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """How many cells there are between so many nodes."""
    return tuple(max(n - 1, 1) for n in shape)


def over_corners(nodes: NDArray[T], combine: Callable[[NDArray[T], NDArray[T]], NDArray[T]]) -> NDArray[T]:
    """Of each cell, its corners combined: four, or two on a line."""
    if nodes.shape[0] > 1:
        nodes = combine(nodes[:-1], nodes[1:])
    return combine(nodes[:, :-1], nodes[:, 1:]) if nodes.shape[1] > 1 else nodes


def touching(cells: NDArray[T], shape: tuple[int, int]) -> NDArray[T]:
    """Of each node, the largest of the cells that it is a corner of. None is below 0, or False."""
    nodes = np.zeros(shape, cells.dtype)
    rows, columns = cells.shape
    for row in {0, shape[0] - rows}:
        for column in {0, shape[1] - columns}:
            view = nodes[row : row + rows, column : column + columns]
            np.maximum(view, cells, out=view)
    return nodes


def divided(cells: NDArray[T], shape: tuple[int, int]) -> NDArray[T]:
    """The cells of a finer level whose nodes have this shape: each is as the one that it is a part of."""
    for axis, fine in enumerate(cell_shape(shape)):
        cells = np.repeat(cells, fine // cells.shape[axis], axis)
    return cells


def spread(cells: Floats) -> Floats:
    """The largest number of a cell and those around it, NaN where none has one."""
    padded = np.pad(cells, 1, constant_values=np.nan)
    rows, columns = cells.shape
    around = [padded[j : j + rows, i : i + columns] for j in range(3) for i in range(3)]
    largest: Floats = np.fmax.reduce(around)
    return largest
