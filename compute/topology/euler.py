"""Euler's check: what the critical points of a surface must add up to, counted without them."""

import numpy as np

from compute.landscape import Domain, Floats
from compute.topology.critical_points import MAXIMUM, MINIMUM, SADDLE, CriticalPoint
from compute.topology.places import check_shape


def euler_characteristic(domain: Domain, values: Floats) -> int:
    """Vertices − edges + cells of the surface: the cells whose corners are all finite, with their edges and corners.

    1 for a full rectangle; each further piece adds 1, each hole takes 1 away. On a line vertices − edges, the number of
    its pieces. Raises ValueError when the shape of ``values`` is not that of ``domain``.
    """
    check_shape(domain, values)
    there = np.isfinite(values)
    across = there[:, :-1] & there[:, 1:]
    if domain.is_line:
        vertices = np.pad(across, ((0, 0), (0, 1))) | np.pad(across, ((0, 0), (1, 0)))
        return int(vertices.sum()) - int(across.sum())
    cells = np.pad(across[:-1] & across[1:], 1)
    beside = cells[1:-1, :-1] | cells[1:-1, 1:]  # edges along beta
    between = cells[:-1, 1:-1] | cells[1:, 1:-1]  # edges along alpha
    edges = int(beside.sum()) + int(between.sum())
    corners = (cells[:-1, :-1] | cells[:-1, 1:] | cells[1:, :-1] | cells[1:, 1:]).sum()
    return int(corners) - edges + int(cells.sum())


def alternating_sum(domain: Domain, points: tuple[CriticalPoint, ...]) -> int:
    """minima − saddles + maxima, of a line minima − maxima: the Euler characteristic, if all points are there.

    Points that are left out in pairs, see ``significant``, do not change it.
    """
    sign = {MINIMUM: 1, SADDLE: -1, MAXIMUM: -1 if domain.is_line else 1}
    return sum(sign[point.slice_index] for point in points)
