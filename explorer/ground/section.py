"""What a straight cut through a landscape shows: values along a line over the domain."""

import math
from dataclasses import dataclass

import numpy as np

from compute.landscape import Domain, Floats
from explorer.ground.heights import HeightMap
from explorer.ground.picking import sample
from explorer.looks.view import Span

SAMPLES = 401  # along a section
NEAR_CELLS = 0.5  # a measured node this near to the line, in cells of the level, is shown beside it
FLAT = 1e-9  # in shares of the domain: a shorter section is a point

Section = tuple[Span, Span]  # (u, v) of both ends


@dataclass(frozen=True, eq=False)
class Profile:
    """Values along a section; every array (n,). ``distance`` is from its first end, in units of alpha and beta, and
    ``low`` and ``high`` are the error band, equal to the value where no error is known. NaN = no number there.

    ``node_distance`` and ``node_value`` (m,) are the measured nodes beside the line, at their feet on it.
    """

    uv: Floats  # (n, 2)
    distance: Floats
    value: Floats
    low: Floats
    high: Floats
    node_distance: Floats
    node_value: Floats

    @property
    def length(self) -> float:
        """From end to end."""
        return float(self.distance[-1])

    def place(self, distance: float) -> Span:
        """(u, v) so far from the first end; the ends themselves beyond them."""
        share = min(max(distance / self.length, 0.0), 1.0) if self.length > 0 else 0.0
        u, v = (self.uv[0] + share * (self.uv[-1] - self.uv[0])).tolist()
        return float(u), float(v)


def profile(ground: HeightMap, section: Section, samples: int = SAMPLES) -> Profile | None:
    """The values along a section; None where its ends are one place."""
    ends = np.clip(np.asarray(section, np.float64), 0.0, 1.0)
    if ground.domain.is_line:
        ends[:, 1] = 0.5
    if np.abs(ends[1] - ends[0]).max() < FLAT:
        return None
    share = np.linspace(0.0, 1.0, samples)
    uv = ends[0] + share[:, None] * (ends[1] - ends[0])
    value = sample(ground.losses, uv)
    value = np.where(np.isfinite(value), value, np.nan)
    error = np.array([ground.nodes.error_at(u, v) for u, v in uv.tolist()])
    error = np.where(np.isfinite(error), error, 0.0)
    relative = ground.nodes.relative
    low, high = (value * np.exp(-error), value * np.exp(error)) if relative else (value - error, value + error)
    length = float(np.linalg.norm((ends[1] - ends[0]) * _sides(ground.domain)))
    return Profile(uv, share * length, value, low, high, *_nodes(ground, ends, length))


def _sides(domain: Domain) -> Floats:
    """(2,) lengths of the domain along alpha and beta."""
    return np.array([domain.alpha[1] - domain.alpha[0], domain.beta[1] - domain.beta[0]])


def _nodes(ground: HeightMap, ends: Floats, length: float) -> tuple[Floats, Floats]:
    """Distances and values of the measured nodes beside the line, in order."""
    values = ground.nodes.values
    rows, columns = values.shape
    j, i = np.nonzero(~ground.nodes.predicted & np.isfinite(values))
    cells = np.array([columns - 1, max(rows - 1, 1)])
    start, end = ends[0] * cells, ends[1] * cells  # the line in cells of the level, from which the node's distance is
    if ground.domain.is_line:
        start[1] = end[1] = 0.0
    along = end - start
    offset = np.stack([i, j], axis=1) - start
    share = offset @ along / (along @ along)
    away = np.abs(offset[:, 0] * along[1] - offset[:, 1] * along[0]) / math.hypot(*along)
    near = (away <= NEAR_CELLS) & (share >= 0.0) & (share <= 1.0)
    order = np.argsort(share[near], kind="stable")
    return share[near][order] * length, values[j[near], i[near]][order]
