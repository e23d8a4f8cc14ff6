"""The height map on the graphics card."""

from itertools import product

import moderngl
import numpy as np
from numpy.typing import NDArray

from explorer.ground.heights import texels

TILE = 64  # nodes along a side of what is uploaded at once
MOSTLY = 0.5  # share of changed tiles from which on one upload of everything is quicker

Nodes = NDArray[np.float32]


class HeightTexture:
    """A float texture of the display lattice; ``revision`` grows with every change of its content.

    Only tiles that differ from what is there are uploaded; ``uploaded`` counts the nodes of all uploads.
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._texture: moderngl.Texture | None = None
        self._heights: Nodes = np.empty((0, 0), np.float32)
        self._measured: Nodes = np.empty((0, 0), np.float32)
        self.revision = 0
        self.uploaded = 0

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) of the lattice; (0, 0) before the first content."""
        return (self._texture.height, self._texture.width) if self._texture else (0, 0)

    def write(self, heights: Nodes, measured: Nodes) -> None:
        """Replace what differs: heights (rows, columns), and how far each node is measured; all if the shape does."""
        if self.shape != heights.shape:
            self.release()
            self._texture = self._ctx.texture(heights.shape[::-1], 4, dtype="f4")
            self._texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
            parts = [(slice(0, heights.shape[0]), slice(0, heights.shape[1]))]
        else:
            changed = _differ(heights, self._heights)
            changed |= _differ(measured, self._measured)
            parts = _tiles(changed)
        if not parts:
            return
        for rows, columns in parts:
            self._upload(heights, measured, rows, columns)
        self._heights, self._measured = heights.copy(), measured.copy()
        self.revision += 1

    def use(self, location: int) -> None:
        """Bind to a texture unit."""
        assert self._texture is not None
        self._texture.use(location)

    def release(self) -> None:
        """Give the memory back."""
        if self._texture is not None:
            self._texture.release()
            self._texture = None

    def _upload(self, heights: Nodes, measured: Nodes, rows: slice, columns: slice) -> None:
        assert self._texture is not None
        part = texels(heights, measured, rows, columns)
        high, wide, _ = part.shape
        self._texture.write(part, viewport=(columns.start, rows.start, wide, high))
        self.uploaded += wide * high


def _differ(new: Nodes, old: Nodes) -> NDArray[np.bool_]:
    """Nodes that are not the same bit for bit: so a hole equals a hole."""
    differ: NDArray[np.bool_] = np.ascontiguousarray(new, np.float32).view(np.uint32) != old.view(np.uint32)
    return differ


def _tiles(changed: NDArray[np.bool_]) -> list[tuple[slice, slice]]:
    """Tiles with a changed node or a neighbour of one, whose slope has changed; one tile of all if they are many."""
    if not changed.any():
        return []
    rows, columns = changed.shape
    touched = changed.copy()
    touched[1:] |= changed[:-1]
    touched[:-1] |= changed[1:]
    touched[:, 1:] |= changed[:, :-1]
    touched[:, :-1] |= changed[:, 1:]
    by_row = np.logical_or.reduceat(touched, np.arange(0, rows, TILE), axis=0)
    dirty = np.logical_or.reduceat(by_row, np.arange(0, columns, TILE), axis=1)
    if dirty.mean() > MOSTLY:
        return [(slice(0, rows), slice(0, columns))]
    return [
        (slice(j * TILE, min((j + 1) * TILE, rows)), slice(i * TILE, min((i + 1) * TILE, columns)))
        for j, i in product(*map(range, dirty.shape))
        if dirty[j, i]
    ]
