"""The height map: what the surface, the isolines and the marks stand on."""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from compute.interpolation import refine
from compute.landscape import Counts, Domain, Floats
from compute.reconstruction import Reconstruction, reconstruct
from compute.refinement import EVERYTHING, Rule
from compute.scale import Scale, ScaleKind, choose_scale
from explorer.looks.view import Scaling

DISPLAY_NODES = 257  # lattice nodes along the longer axis at least, so that a spline looks smooth
LINE_NODES = 1025  # of a line, which has one row only
LINE_DEPTH = 0.1  # a line has no other side; this much of the world is drawn of it
MIN_ASPECT = 0.5  # a domain narrower than this is drawn wider, or nothing could be seen

LOWEST, HIGHEST = -1.0, 2.0  # heights beyond 0 and 1 go on as far as this: what is cut away at 1 has a clean rim
DIVERGED = -1.0  # in place of how far a node is measured

AUTOMATIC = Scaling()
EVERY = slice(None)

Texels = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class HeightMap:
    """A landscape turned into heights on the display lattice.

    ``losses`` and ``heights`` (rows, columns) are on the lattice; heights of a surface go on beyond 0 and 1, as far as
    LOWEST and HIGHEST. ``measured`` there is 1 at nodes that are measured or need not be and falls to 0 where the
    surface is predicted, and DIVERGED where the network diverged. ``nodes`` is the level in work, before the refinement
    for display. The lattice of a line has two equal rows.
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
        scale = choose_scale(losses, **asdict(scaling))
    else:
        scale = choose_scale(nodes.values, **asdict(scaling))
        losses = _straight(nodes.values, factor, scale)
    measured = _bilinear(_surrounded(~nodes.predicted | nodes.settled).astype(np.float64), factor)
    if domain.is_line:
        losses, measured = np.repeat(losses, 2, axis=0), np.repeat(measured, 2, axis=0)
    measured[np.isposinf(losses)] = DIVERGED
    heights = scale.heights(losses).astype(np.float32) if domain.is_line else heights_beyond(scale, losses)
    return HeightMap(domain, nodes, losses, heights, measured.astype(np.float32), scale)


def heights_beyond(scale: Scale, values: Floats) -> NDArray[np.float32]:
    """Heights that go on beyond 0 and 1, but not for ever; NaN where a value is not finite."""
    return np.clip(scale.heights_beyond(values), LOWEST, HIGHEST).astype(np.float32)


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


def texels(
    heights: NDArray[np.float32], measured: NDArray[np.float32], rows: slice = EVERY, columns: slice = EVERY
) -> Texels:
    """(rows, columns, 4) for the texture: height, slope per unit of u, slope per unit of v, measured.

    Of the whole lattice, or of some neighbouring rows and columns of it.
    """
    rows, columns = (slice(*part.indices(n)) for part, n in zip((rows, columns), heights.shape, strict=True))
    texture = np.empty((rows.stop - rows.start, columns.stop - columns.start, 4), np.float32)
    texture[..., 0] = heights[rows, columns]
    _slopes(heights[rows], columns, texture[..., 1])
    _slopes(heights[:, columns].T, rows, texture[..., 2].T)
    texture[..., 3] = measured[rows, columns]
    return texture


def _slopes(heights: NDArray[np.float32], part: slice, into: NDArray[np.float32]) -> None:
    """Central differences along the last axis, one-sided at its ends, per length of all of it."""
    n = heights.shape[1]
    first, end = max(part.start, 1), min(part.stop, n - 1)
    rise = heights[:, first + 1 : end + 1] - heights[:, first - 1 : end - 1]
    np.multiply(rise, 0.5 * (n - 1), out=into[:, first - part.start : max(end - part.start, 0)])
    if part.start == 0:
        into[:, 0] = (heights[:, 1] - heights[:, 0]) * (n - 1)
    if part.stop == n:
        into[:, -1] = (heights[:, -1] - heights[:, -2]) * (n - 1)
    holes = np.isnan(into)
    if holes.any():
        into[holes] = 0.0  # beside a hole the ground counts as level


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
    straight: Floats
    if scale.log:
        least = min(scale.low, float(values[values > 0].min(initial=scale.low)))  # below a floor too values are told
        straight = np.exp(_bilinear(np.log(np.maximum(values, least)), factor))
    elif scale.kind is ScaleKind.SYMLOG:
        straight = scale.linear * np.sinh(_bilinear(np.arcsinh(values / scale.linear), factor))
    else:
        straight = _bilinear(values, factor)
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
