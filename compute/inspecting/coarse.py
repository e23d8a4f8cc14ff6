"""The coarse grid on which curvature is measured: a nested level, point by point from its own coarsest level on."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from compute.errors import BadInputError
from compute.folder import open_folder
from compute.landscape import Domain
from compute.levels import level_of, level_points
from compute.maps import MapWriter
from compute.refinement import Point, in_order
from compute.surveying.survey import Survey


def coarse_to_fine(domain: Domain, points: int) -> list[Point]:
    """(row, column) of each node of the level with so many points per axis: coarse to fine, then from 0 outwards.

    Raises BadInputError where the grid has no such level.
    """
    known = level_points(domain.shape)
    if points not in known:
        there = ", ".join(map(str, sorted(known)))
        raise BadInputError(f"--curvature-points {points}: no nested level of this grid; choose one of {there}")
    stride = 2 ** known.index(points)
    rows, columns = (axis.ravel() for axis in np.indices(domain.shape)[:, ::stride, ::stride])
    early = -level_of(domain.shape)[rows, columns].astype(np.float64)
    return in_order(np.stack([rows, columns], axis=1), early, domain, np.zeros((1, 2)))


class CoarseMaps:
    """Maps of a survey, recorded node by node over its coarse grid; what is in the folder already is done.

    ``about`` is what the description says of them. Raises BadInputError as ``coarse_to_fine`` and ``MapWriter``.
    """

    def __init__(self, survey: Survey, names: tuple[str, ...], about: Mapping[str, Any]) -> None:
        domain = open_folder(survey.folder).domain
        nodes = coarse_to_fine(domain, survey.task.inspect_points)
        self._alphas, self._betas = domain.alphas.tolist(), domain.betas.tolist()
        self._writer = MapWriter(survey.folder, domain, names, about)
        measured = self._writer.measured
        self._left = [node for node in nodes if not measured[node]]
        self.total = len(nodes)
        self.begun = bool(measured.any())  # whether anything was there before

    @property
    def done(self) -> int:
        """Nodes recorded."""
        return self.total - len(self._left)

    @property
    def node(self) -> Point:
        """The next, (row, column). Raises IndexError at the end."""
        return self._left[0]

    @property
    def place(self) -> tuple[float, float]:
        """Where that is, (alpha, beta)."""
        row, column = self.node
        return self._alphas[column], self._betas[row]

    def record(self, values: Mapping[str, float]) -> bool:
        """Store what was found at the next node; whether it was the last."""
        self._writer.record(*self.node, values)
        del self._left[0]
        if not self._left:
            self._writer.close()
        return not self._left
