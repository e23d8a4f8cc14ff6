"""Ways over a slice from one minimum to another: straight on, and over the lowest pass."""

from dataclasses import dataclass

import numpy as np

from compute.landscape import Floats
from compute.topology.barrier import line_barrier
from compute.topology.lowest_path import lowest_path
from explorer.ground.critical import Critical, Place
from explorer.ground.marks import to_uv
from explorer.ground.picking import sample

SAMPLES = 4096  # of the straight line, at least; and where it meets the lines of the grid


@dataclass(frozen=True, eq=False)
class Ways:
    """Two ways. ``straight`` and ``lowest`` (n, 2) are alpha, beta from end to end, ``lowest`` empty where no way leads
    from one to the other. Barriers are the highest loss on the way less that of the higher end, inf where it leads
    through what diverged or is not measured; ``at`` is the pass of the lowest way, and ``loss`` the one there."""

    straight: Floats
    lowest: Floats
    straight_barrier: float
    lowest_barrier: float
    at: Place | None
    loss: float


def ways(critical: Critical, start: Place, end: Place) -> Ways:
    """The ways between two critical points, on the surface whose critical points they are."""
    ends = np.array([start, end], np.float64)
    straight = _barrier(critical, ends)
    found = lowest_path(critical.level, critical.surface, start, end)
    if found is None:
        return Ways(ends, np.empty((0, 2)), straight, np.inf, None, np.inf)
    high, *sides = _losses(critical, np.array([found.pass_value, *found.values[[0, -1]]])).tolist()
    lowest = np.column_stack([found.alphas, found.betas])
    return Ways(ends, lowest, straight, high - max(sides), (found.pass_alpha, found.pass_beta), high)


def _barrier(critical: Critical, ends: Floats) -> float:
    """Of the straight line, above its higher end."""
    t = _shares(critical, ends)
    values = _at(critical, ends[0] + t[:, None] * (ends[1] - ends[0]))
    return line_barrier(t, _losses(critical, values)).excess


def _shares(critical: Critical, ends: Floats) -> Floats:
    """Where the line is looked at: evenly, and at each line of the grid that it crosses."""
    found = [np.linspace(0.0, 1.0, SAMPLES)]
    for axis, lines in enumerate((critical.level.alphas, critical.level.betas)):
        way = ends[1, axis] - ends[0, axis]
        if way:
            found.append((lines - ends[0, axis]) / way)
    every = np.unique(np.concatenate(found))
    inside: Floats = every[(every >= 0) & (every <= 1)]
    return inside


def _at(critical: Critical, places: Floats) -> Floats:
    """Values of the surface at (n, 2) places, bilinear."""
    level = critical.level
    if level.is_line:
        along: Floats = np.interp(places[:, 0], level.alphas, critical.surface[0])
        return along
    return sample(critical.surface, to_uv(level, *places.T))


def _losses(critical: Critical, values: Floats) -> Floats:
    return np.exp(values) if critical.log else values
