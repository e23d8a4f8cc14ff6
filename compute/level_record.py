"""What the levels of a sweep took and gave: the error bars of a landscape, as landscape.json keeps them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from compute.landscape import Domain
from compute.refinement import Level, Rule, visible


@dataclass(frozen=True)
class LevelRecord:
    """A complete level.

    points        (n_alpha, n_beta) of the level
    evaluations   points measured for it that those before did not have
    surplus       the largest of a cell that the cap does not hide; None where nothing was foretold
    where         (alpha, beta) of the middle of that cell, or None
    relative      whether the surplus is one of logarithms; else a plain difference, where not all values are positive
    """

    points: tuple[int, int]
    evaluations: int
    surplus: float | None
    where: tuple[float, float] | None
    relative: bool

    def describe(self) -> dict[str, Any]:
        """As plain types."""
        return asdict(self)


def level_records(levels: Sequence[Level], rule: Rule, domain: Domain) -> tuple[LevelRecord, ...]:
    """One for each complete level for which anything was measured; levels as ``compute.refinement.climb`` has them."""
    records, before = [], 0
    for level in levels:
        wanted = int(level.wanted.sum())
        if level.complete and wanted > before:
            rows, columns = level.values.shape
            records.append(LevelRecord((columns, rows), wanted - before, *_worst(level, rule, domain), level.relative))
        before = wanted
    return tuple(records)


def _worst(level: Level, rule: Rule, domain: Domain) -> tuple[float | None, tuple[float, float] | None]:
    """The largest surplus of a cell that is seen, and the middle of that cell."""
    foretold = visible(level, rule) & np.isfinite(level.surplus)
    if not foretold.any():
        return None, None
    row, column = np.unravel_index(np.where(foretold, level.surplus, -1.0).argmax(), foretold.shape)
    rows, columns = foretold.shape
    alpha = domain.alpha[0] + (column + 0.5) / columns * (domain.alpha[1] - domain.alpha[0])
    beta = domain.beta[0] + (row + 0.5) / rows * (domain.beta[1] - domain.beta[0])
    return float(level.surplus[row, column]), (float(alpha), float(beta))
