"""Critical points and persistence of a noisy 513 x 513 grid, against gudhi's cubical complex of the same values."""

import time
from collections.abc import Callable

import gudhi
import numpy as np

from benchmarks.report import line
from compute.topology.persistence import critical_points_with_persistence
from tests.surfaces import HIMMELBLAU

SIDE, RUNS = 513, 3


def run() -> None:
    """The best of three runs each."""
    domain, values = HIMMELBLAU.on_grid(SIDE, SIDE)
    values += np.random.default_rng(0).normal(size=values.shape)
    ours = best(lambda: critical_points_with_persistence(domain, values))
    theirs = best(lambda: gudhi.CubicalComplex(vertices=values).persistence())
    line(f"critical points and persistence, {SIDE} x {SIDE}, noisy", ours, "s", "gudhi, persistence alone", theirs)


def best(work: Callable[[], object]) -> float:
    """Seconds."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)
