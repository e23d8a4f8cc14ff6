"""The coarse grid on which curvature is measured: a nested level, point by point from its own coarsest level on."""

import numpy as np

from compute.errors import BadInputError
from compute.landscape import Domain
from compute.levels import level_of, levels, points_per_axis
from compute.refinement import Point, in_order


def coarse_to_fine(domain: Domain, points: int) -> list[Point]:
    """(row, column) of each node of the level with so many points per axis: coarse to fine, then from 0 outwards.

    Raises BadInputError where the grid has no such level.
    """
    known = {(points_per_axis(domain.shape) - 1) // 2**k + 1: k for k in range(levels(*domain.shape))}
    if points not in known:
        there = ", ".join(map(str, sorted(known)))
        raise BadInputError(f"--curvature-points {points}: no nested level of this grid; choose one of {there}")
    stride = 2 ** known[points]
    rows, columns = (axis.ravel() for axis in np.indices(domain.shape)[:, ::stride, ::stride])
    early = -level_of(domain.shape)[rows, columns].astype(np.float64)
    return in_order(np.stack([rows, columns], axis=1), early, domain, np.zeros((1, 2)))
