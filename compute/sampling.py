"""Measuring a plane point by point into its landscape folder."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from compute.folder import LandscapeWriter
from compute.landscape import Floats
from compute.levels import levels
from compute.refinement import schedule

Values = Mapping[str, float]


@dataclass(frozen=True)
class Step:
    """One point was measured; ``done`` of ``total`` points of the grid are."""

    level: int
    done: int
    total: int
    level_complete: bool


class Sampler:
    """A sweep that can stop after any point: the caller owns the loop.

    ``next_level`` is the level of the next point, None when all is measured.
    """

    def __init__(
        self, writer: LandscapeWriter, measure: Callable[[float, float], Values], examples: int, focus: Floats
    ) -> None:
        self._writer = writer
        self._measure = measure
        self._examples = examples
        self._alphas, self._betas = writer.domain.alphas, writer.domain.betas
        self._plan = list(schedule(writer.domain, writer.examples, focus))
        self._next = 0
        self.levels = levels(min(writer.domain.shape))
        self.total = writer.examples.size
        self.done = int(np.count_nonzero(writer.examples))

    @property
    def next_level(self) -> int | None:
        """Level of the next point, None at the end."""
        return self._plan[self._next][0] if self._next < len(self._plan) else None

    def step(self) -> Step:
        """Measure the next point and record it. Raises IndexError at the end."""
        level, (row, column) = self._plan[self._next]
        values = self._measure(float(self._alphas[column]), float(self._betas[row]))
        self._writer.record(row, column, values, self._examples)
        self._next += 1
        self.done += 1
        complete = self.next_level != level
        if complete:
            self._writer.flush()
        return Step(level, self.done, self.total, complete)

    def __iter__(self) -> Iterator[Step]:
        while self.next_level is not None:
            yield self.step()
