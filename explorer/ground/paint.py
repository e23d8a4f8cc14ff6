"""What a surface is coloured by: its height, another metric, how well it is known, or how finely it was measured."""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from compute.cells import cell_shape, divided, over_corners
from compute.landscape import Counts, Floats
from compute.levels import levels
from compute.reconstruction import Reconstruction
from compute.scale import Scale, ScaleKind, choose_scale
from explorer.ground.heights import DIVERGED, HeightMap, heights_beyond
from explorer.looks.view import ERROR, LEVEL, Scaling

AUTOMATIC = Scaling()


@dataclass(frozen=True, eq=False)  # arrays have no single truth value: equal means the same
class Paint:
    """Colours of a surface, apart from the colour map.

    ``values`` (rows, columns) are 0 to 1 along the colour map and beyond where they are off the scale, +inf diverged,
    NaN unknown; one for each node of the display lattice, or of each cell of an even division of the domain where
    ``cells`` is set. None: the heights as they are drawn. ``steps`` is the number of values where they are whole
    numbers, 0 where they are not. ``other`` is the height map that the values are of, where they are another metric's;
    ``measured`` how far each node is measured, of ground and values, None: as the ground is.
    """

    scale: Scale
    name: str
    values: NDArray[np.float32] | None = None
    cells: bool = False
    steps: int = 0
    other: HeightMap | None = None
    measured: NDArray[np.float32] | None = None


def by_height(ground: HeightMap, name: str, scaling: Scaling | None = None) -> Paint:
    """By the metric that is the height: on its scale, or another."""
    if scaling is None:
        return Paint(ground.scale, name)
    scale = choose_scale(ground.losses, **asdict(scaling))
    return Paint(scale, name, _with_diverged(heights_beyond(scale, ground.losses), ground))


def by_metric(other: HeightMap, name: str, ground: HeightMap) -> Paint:
    """By another metric, given as the height map that it would be."""
    measured = np.where(ground.measured == DIVERGED, DIVERGED, np.minimum(ground.measured, np.abs(other.measured)))
    values = _with_diverged(other.heights, other)
    return Paint(other.scale, name, values, other=other, measured=measured.astype(np.float32))


def by_error(nodes: Reconstruction, scaling: Scaling | None = None) -> Paint:
    """By the error bar of each cell of the level in work; where there is none yet it is unknown."""
    error = error_values(nodes)
    scale = choose_scale(error, **asdict(scaling or AUTOMATIC))
    name = f"{ERROR}: unknown" if scale.empty else f"relative {ERROR}" if nodes.relative else ERROR
    return Paint(scale, name, heights_beyond(scale, error), cells=True)


def error_values(nodes: Reconstruction) -> Floats:
    """The error bar of each cell, NaN = unknown; of logarithms the relative error they stand for, exp(error) − 1."""
    error = np.where(np.isfinite(nodes.error), nodes.error, np.nan)
    return np.expm1(error) if nodes.relative else error


def by_level(examples: Counts, scaling: Scaling | None = None) -> Paint:
    """By the finest nested level on which all corners around a place are measured, 0 the coarsest.

    A ``scaling`` with fixed ends is that of a landscape with more levels, half a step beyond its last one.
    """
    measured = np.asarray(examples) > 0
    count = levels(*measured.shape)
    found = np.full(cell_shape(measured.shape), np.nan)
    for level in range(count):
        stride = 2 ** (count - 1 - level)
        corners = over_corners(measured[::stride, ::stride], np.logical_and)
        found[divided(corners, measured.shape)] = level
    if scaling is not None and scaling.fixed and scaling.cap is not None:
        count = max(count, round(scaling.cap + 0.5))
    scale = Scale(-0.5, count - 0.5, ScaleKind.LINEAR, "one step for each level", count - 1.0, bottom=0.0)
    return Paint(scale, LEVEL, heights_beyond(scale, found), cells=True, steps=count)


def _with_diverged(heights: NDArray[np.float32], ground: HeightMap) -> NDArray[np.float32]:
    painted: NDArray[np.float32] = np.where(ground.measured == DIVERGED, np.float32(np.inf), heights)
    return painted
