"""Which critical points of a surface stand out, and what is told of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Domain, Floats
from compute.topology.critical_points import CriticalPoint
from explorer.ground.critical import Critical, Rows, kept, rows
from explorer.ground.marks import to_uv


@dataclass(frozen=True, eq=False)
class Standing:
    """Those of persistence above a threshold, None: above the noise where they are."""

    domain: Domain
    critical: Critical
    threshold: float | None

    @cached_property
    def shown(self) -> NDArray[np.bool_]:
        """(n,) which of all they are."""
        return self.critical.shown(self.threshold)

    @cached_property
    def points(self) -> tuple[CriticalPoint, ...]:
        """They themselves."""
        return kept(self.critical, self.threshold)[0]

    @cached_property
    def hidden(self) -> int:
        """How many do not stand out."""
        return kept(self.critical, self.threshold)[1]

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """How many minima, saddles and maxima."""
        return tuple(np.bincount(self.critical.kinds[self.shown], minlength=3).tolist())

    @cached_property
    def uv(self) -> Floats:
        """(n, 2) where they are, in shares of the domain."""
        return to_uv(self.domain, *self.critical.places[self.shown].T)

    @cached_property
    def rows(self) -> Rows:
        """What a list shows of them."""
        return rows(self.critical, self.threshold)
