"""The height map: what the surface, the isolines and the marks stand on."""

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from compute.interpolation import refine
from compute.landscape import Counts, Domain, Floats
from compute.reconstruction import Reconstruction, reconstruct
from compute.refinement import EVERYTHING, Rule
from compute.scale import Scale, choose_scale
from explorer.view import Scaling

DISPLAY_NODES = 257  # lattice nodes along the longer axis at least, so that a spline looks smooth
LINE_NODES = 1025  # of a line, which has one row only
LINE_DEPTH = 0.1  # a line has no other side; this much of the world is drawn of it
MIN_ASPECT = 0.5  # a domain narrower than this is drawn wider, or nothing could be seen

AUTOMATIC = Scaling()

Texels = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class HeightMap:
    """A landscape turned into heights on the display lattice.

    ``losses`` and ``heights`` (rows, columns) are on the lattice, ``measured`` there is 1 at nodes that are measured or
    need not be and falls to 0 where the surface is predicted; ``nodes`` is the level in work, before the refinement for
    display. The lattice of a line has two equal rows.
    """

    domain: Domain
    nodes: Reconstruction
    losses: Floats
    heights: NDArray[np.float32]
    measured: NDArray[np.float32]
    scale: Scale

    @property
    def cells(self) -> tuple[int, int]:
        """Cells of the level in work along alpha and beta."""
        rows, columns = self.nodes.values.shape
        return columns - 1, rows - 1


def height_map(
    domain: Domain,
    values: Floats,
    examples: Counts,
    scaling: Scaling = AUTOMATIC,
    *,
    smooth: bool = True,
    rule: Rule = EVERYTHING,
    judged: Floats | None = None,
) -> HeightMap:
    """Reconstruct, scale and refine to the display lattice, whose shape depends on the domain alone.

    ``rule`` and ``judged``, the metric it goes by, say where nothing needs to be measured.
    """
    nodes = reconstruct(values, examples, rule, judged)
    factor = display_factor(domain) * nodes.stride
    if smooth:
        losses = _pieces(nodes.values[0], factor) if domain.is_line else refine(nodes.values, factor)
        scale = choose_scale(losses, *astuple(scaling))
    else:
        scale = choose_scale(nodes.values, *astuple(scaling))
        losses = _straight(nodes.values, factor, scale)
    measured = _bilinear(_surrounded(~nodes.predicted | nodes.settled).astype(np.float64), factor)
    if domain.is_line:
        losses, measured = np.repeat(losses, 2, axis=0), np.repeat(measured, 2, axis=0)
    heights = scale.heights(losses).astype(np.float32)
    return HeightMap(domain, nodes, losses, heights, measured.astype(np.float32), scale)


def display_factor(domain: Domain) -> int:
    """Refinement from the full grid to the display lattice."""
    cells = max(domain.shape) - 1
    wanted = LINE_NODES if domain.is_line else DISPLAY_NODES
    factor = 1
    while cells * factor < wanted - 1:
        factor *= 2
    return factor


def extent_world(domain: Domain) -> tuple[float, float]:
    """Size of the domain in the world: the longer side is 2, proportions are true down to 1 : 2. A line is a strip."""
    if domain.is_line:
        return 2.0, LINE_DEPTH
    width, depth = domain.alpha[1] - domain.alpha[0], domain.beta[1] - domain.beta[0]
    longer = max(width, depth)
    return 2 * max(width / longer, MIN_ASPECT), 2 * max(depth / longer, MIN_ASPECT)


def texels(heights: NDArray[np.float32], measured: NDArray[np.float32]) -> Texels:
    """(rows, columns, 4) for the texture: height, slope per unit of u, slope per unit of v, measured."""
    rows, columns = heights.shape
    texture = np.empty((rows, columns, 4), np.float32)
    texture[..., 0] = heights
    du, dv = texture[..., 1], texture[..., 2]
    du[:, 1:-1] = (heights[:, 2:] - heights[:, :-2]) * (0.5 * (columns - 1))
    du[:, 0] = (heights[:, 1] - heights[:, 0]) * (columns - 1)
    du[:, -1] = (heights[:, -1] - heights[:, -2]) * (columns - 1)
    dv[1:-1] = (heights[2:] - heights[:-2]) * (0.5 * (rows - 1))
    dv[0] = (heights[1] - heights[0]) * (rows - 1)
    dv[-1] = (heights[-1] - heights[-2]) * (rows - 1)
    np.nan_to_num(texture[..., 1:3], copy=False)  # beside a hole the ground counts as level
    texture[..., 3] = measured
    return texture


def _surrounded(measured: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Nodes whose neighbours are measured too: lone nodes of a coarser level do not speckle the predicted part."""
    padded = np.pad(measured, 1, constant_values=True)
    rows, columns = measured.shape
    around = [padded[j : j + rows, i : i + columns] for j in range(3) for i in range(3)]
    surrounded: NDArray[np.bool_] = np.logical_and.reduce(around)
    return surrounded


def _pieces(row: Floats, factor: int) -> Floats:
    """(1, columns) a line, refined piece by piece: the curve ends at its last finite point, whatever follows."""
    fine = np.full((1, (len(row) - 1) * factor + 1), np.nan)
    fine[0, ::factor] = row
    rims = np.flatnonzero(np.diff(np.isfinite(row), prepend=False, append=False)).reshape(-1, 2)
    for first, end in rims[rims[:, 1] - rims[:, 0] > 1].tolist():
        fine[:, first * factor : (end - 1) * factor + 1] = refine(row[None, first:end], factor)
    return fine


def _straight(values: Floats, factor: int, scale: Scale) -> Floats:
    """Straight lines between the nodes on the scale that is shown: the surface of the isolines and critical points."""
    if not scale.log:
        return _bilinear(values, factor)
    straight: Floats = np.exp(_bilinear(np.log(np.maximum(values, scale.low)), factor))
    return straight


def _bilinear(values: Floats, factor: int) -> Floats:
    rows, columns = values.shape
    for axis, n in ((0, rows), (1, columns)):
        position = np.arange((n - 1) * factor + 1) / factor
        cell = np.minimum(position.astype(int), n - 2)
        t = np.expand_dims(position - cell, 1 - axis)
        low, high = np.take(values, cell, axis), np.take(values, cell + 1, axis)
        # A weight of zero times NaN or inf is NaN: nodes themselves must not take their neighbour's state.
        with np.errstate(invalid="ignore"):
            values = np.where(t == 0, low, np.where(t == 1, high, low * (1 - t) + high * t))
    return values
