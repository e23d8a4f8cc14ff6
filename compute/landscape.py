"""The nouns of a landscape: where it was measured, what was measured, and the path of the training."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.uint32]
Bools = NDArray[np.bool_]

MAIN_METRIC = "train_loss"
ZERO_TOLERANCE = 1e-12  # of the range: closer to 0 than this, a coordinate is 0 and only rounding says otherwise


@dataclass(frozen=True)
class Domain:
    """A rectangle of the plane and its grid; rows are beta, columns are alpha.

    A line along alpha has one row: ``n_beta`` is 1 and ``beta`` (b, b).
    """

    alpha: tuple[float, float]
    beta: tuple[float, float]
    n_alpha: int
    n_beta: int

    @property
    def shape(self) -> tuple[int, int]:
        """(n_beta, n_alpha), the shape of every array on this grid."""
        return self.n_beta, self.n_alpha

    @property
    def is_line(self) -> bool:
        """Whether beta has one value only, so that there is a curve and no surface."""
        return self.n_beta == 1

    @property
    def alphas(self) -> Floats:
        """(n_alpha,) coordinates of the columns; 0 is exactly 0 where it is one of them."""
        return _coordinates(*self.alpha, self.n_alpha)

    @property
    def betas(self) -> Floats:
        """(n_beta,) coordinates of the rows; 0 is exactly 0 where it is one of them."""
        return _coordinates(*self.beta, self.n_beta)


@dataclass(frozen=True, eq=False)  # of arrays: two are equal only when they are the same
class Trajectory:
    """Checkpoints projected on the plane; every array has shape (points,).

    ``residual`` is the distance of the checkpoint from the plane, in units of the weights; ``loss`` is the true loss
    of the checkpoint, off the plane, and ``plane_loss`` that of the point of the plane under it. NaN where a source
    does not know; ``plane_loss`` may be left out.
    """

    step: Floats
    epoch: Floats
    alpha: Floats
    beta: Floats
    residual: Floats
    loss: Floats
    plane_loss: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if len(self.plane_loss) == 0:
            object.__setattr__(self, "plane_loss", np.full(len(self.alpha), np.nan))

    def __len__(self) -> int:
        return len(self.alpha)


@dataclass(frozen=True, eq=False)
class Landscape:
    """Values measured on a domain, and where they come from.

    ``metrics`` maps a name to a float64 array (n_beta, n_alpha): NaN = not measured, +inf = diverged. ``examples``
    counts the data examples behind each value, 0 = not measured. Some metrics are maps, see ``compute.maps``, measured
    at points of their own. ``others`` are the paths of further runs over the same plane, by name.
    """

    name: str
    domain: Domain
    metrics: Mapping[str, Floats]
    examples: Counts
    trajectory: Trajectory | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[str, Trajectory] = field(default_factory=dict)

    @property
    def main_name(self) -> str:
        """The metric that is shown as height: the training loss, else the first there is."""
        return MAIN_METRIC if MAIN_METRIC in self.metrics else next(iter(self.metrics))

    @property
    def main(self) -> Floats:
        """Values of the metric that is shown as height."""
        return self.metrics[self.main_name]

    @property
    def maps(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of those metrics that are maps, by name."""
        known = self.provenance.get("maps")
        found = known.items() if isinstance(known, Mapping) else ()
        return {name: about for name, about in found if name in self.metrics and isinstance(about, Mapping)}

    def counts(self, metric: str) -> Counts:
        """(n_beta, n_alpha) examples behind each value of a metric or map, 0 = not measured."""
        about = self.maps.get(metric)
        if about is None:
            return self.examples
        behind = about.get("examples")
        examples = behind if isinstance(behind, int) and 0 < behind < 2**32 else 1
        return np.where(np.isnan(self.metrics[metric]), 0, examples).astype(np.uint32)

    @property
    def measured(self) -> int:
        """Number of grid points measured so far."""
        return int(np.count_nonzero(self.examples))


def _coordinates(low: float, high: float, points: int) -> Floats:
    places = np.linspace(low, high, points)
    places[np.abs(places) <= ZERO_TOLERANCE * high - ZERO_TOLERANCE * low] = 0.0  # the range may overflow
    return places
