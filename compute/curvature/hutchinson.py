"""The trace of a matrix of which only products are known, by random probes: Hutchinson (1990).

    trace = Trace(tolerance=0.05, most=100)
    while not trace.done:
        z = probe(at.size, seed, trace.probes)
        trace = trace.step(float(z @ at.product(z)))

For z of independent signs ±1, E zᵀ H z = tr H, whatever H, and the variance is 2 Σ H_ij² over i ≠ j: none for a
diagonal matrix. So the mean over probes is unbiased; its standard error is that of their sample.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from compute.randomness import Purpose, stream

LEAST = 10  # probes at least: from fewer the standard error is hardly known itself


@dataclass(frozen=True)
class Trace:
    """What is known of a trace after some probes. Frozen: ``step`` gives the next one.

    tolerance  enough when the standard error is below this share of |mean|
    most       probes at most
    probes     taken; ``mean`` of them, the estimate; ``squares`` their summed squared deviations (Welford 1962)
    """

    tolerance: float
    most: int
    probes: int = 0
    mean: float = 0.0
    squares: float = 0.0

    @property
    def error(self) -> float:
        """Standard error of the mean: sample standard deviation / √probes; infinite before the second probe."""
        return math.sqrt(self.squares / (self.probes - 1) / self.probes) if self.probes > 1 else math.inf

    @property
    def converged(self) -> bool:
        """Whether the standard error is as small as wanted."""
        return self.probes >= LEAST and self.error <= self.tolerance * abs(self.mean)

    @property
    def done(self) -> bool:
        """Whether no further probe is needed, or allowed."""
        return self.converged or self.probes >= self.most

    def step(self, value: float) -> "Trace":
        """With one more zᵀ H z."""
        probes, before = self.probes + 1, value - self.mean
        mean = self.mean + before / probes
        return replace(self, probes=probes, mean=mean, squares=self.squares + before * (value - mean))


def probe(size: int, seed: int, number: int) -> NDArray[np.float64]:
    """(size,) the signs of one probe, from a stream of its own."""
    random = np.random.default_rng(stream(seed, Purpose.HUTCHINSON, number))
    return random.integers(0, 2, size).astype(np.float64) * 2 - 1
