"""Measuring a plane point by point into its landscape folder."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from compute.folder import LandscapeWriter, open_folder
from compute.landscape import Domain, Floats
from compute.level_record import LevelRecord, level_records
from compute.levels import level_shape, levels, points_per_axis
from compute.refinement import (
    EVERYTHING,
    WHOLE_UP_TO,
    Bools,
    Level,
    Point,
    Region,
    Rule,
    climb,
    doubtful,
    finer,
    in_order,
    need,
    wanted_next,
)

AHEAD = 2  # levels that a region of interest gets before the rest of the plane gets the first of them

TOLERANCE, RESOLUTION = "tolerance", "resolution"  # why a sweep stopped


class Measure(Protocol):
    """What gives the metrics of some points (alpha, beta), in their order, best asked for ``at_once`` at a time."""

    @property
    def at_once(self) -> int:
        """How many points are best measured together."""

    def __call__(self, points: Sequence[tuple[float, float]], /) -> Sequence[dict[str, float]]: ...


@dataclass(frozen=True)
class Step:
    """Some points of a level were measured; ``done`` of ``total`` points are, as far as is known now."""

    level: int
    done: int
    total: int
    level_complete: bool


class Sampler:
    """A sweep that can stop after any step: the caller owns the loop.

    ``examples`` is the count that stands behind every value, ``focus`` (n, 2) the places of interest: the path, or the
    centre. Levels come one after the other, each complete before the next, and which of their nodes are measured is
    decided by ``compute.refinement`` from the main metric alone: the points at the end are the same however often the
    sweep was broken off. The order within a level is by need, then by nearness to the focus.

    domain       where the points are
    levels       number of levels
    next_level   that of the next point, None when no more is to be measured
    done, total  points measured, and to be measured in the level in work, those before and all that are to be whole
    records      of the complete levels: what they took and gave
    stopped      why no more is to be measured: "tolerance", when no cell is in doubt any more, or "resolution"
    """

    def __init__(
        self,
        writer: LandscapeWriter,
        measure: Measure,
        examples: int,
        focus: Floats,
        *,
        tolerance: float | None = 0.01,
        cap: float | None = None,
    ) -> None:
        self._writer, self._measure, self._examples, self._focus = writer, measure, examples, focus
        self._rule = Rule(tolerance, cap)
        self._landscape = open_folder(writer.folder)
        self.domain: Domain = writer.domain
        self._region: Region | None = None
        self.levels = levels(*writer.domain.shape)
        self.next_level: int | None = None
        self.total = 0
        self.records: tuple[LevelRecord, ...] = ()
        self.stopped: str | None = None
        self._plan: list[Point] = []
        self._look_ahead()

    @property
    def done(self) -> int:
        """Points measured so far."""
        return int(np.count_nonzero(self._writer.examples))

    @property
    def surplus(self) -> float:
        """That of the finest complete level, the error bar; NaN before there are two levels."""
        known = self.records[-1].surplus if self.records else None
        return math.nan if known is None else known

    def focus_on(self, region: Region | None) -> None:
        """A region comes first from the next step on, ``AHEAD`` levels before the rest of the plane; None: no longer.

        What is in doubt there is then judged before all around it is known: a few points more may be measured for it,
        never fewer. Of one that is wanted ``throughout`` every node is measured, also after all else is known.
        """
        self._region = region
        self._look_ahead()

    def step(self) -> Step:
        """Measure the next point, or as many as are best measured together. Raises IndexError at the end.

        What the measurement raises passes through: its points stay unmeasured.
        """
        level = self.next_level
        if level is None:
            raise IndexError("nothing is left to be measured")
        points = self._plan[: max(1, self._measure.at_once)]
        alphas, betas = self.domain.alphas, self.domain.betas
        values = self._measure([(float(alphas[column]), float(betas[row])) for row, column in points])
        for (row, column), value in list(zip(points, values, strict=True)):  # none where their number is wrong
            self._writer.record(row, column, value, self._examples)
        del self._plan[: len(points)]
        before = len(self.records)
        if not self._plan:
            self._writer.flush()
            self._look_ahead()
        return Step(level, self.done, self.total, len(self.records) > before)

    def close(self) -> None:
        """Let go of the folder's files; no more can be measured."""
        self._writer.close()
        del self._landscape

    def __iter__(self) -> Iterator[Step]:
        while self.next_level is not None:
            yield self.step()

    def _look_ahead(self) -> None:
        """Plan the points up to the next place where the values decide how to go on."""
        measured = np.asarray(self._landscape.examples) > 0
        climbed = list(climb(self._landscape.main, measured, self._rule))
        work, before = climbed[-1], climbed[-2] if len(climbed) > 1 else None
        self.records = level_records(climbed, self._rule, self.domain)
        throughout = self._throughout(climbed[0], measured)
        if work.complete and throughout is None:
            in_doubt = self._rule.tolerance is None or doubtful(work, self._rule).any()
            self.stopped = RESOLUTION if in_doubt else TOLERANCE
            self._plan, self.next_level, self.total = [], None, self.done
            return
        self.total = self._expected(work, measured)
        level, before = throughout or self._in_region(work, before, measured) or (work, before)
        if throughout:
            self.total = max(self.total, self.done + int((level.wanted & ~level.known).sum()))
        self.next_level = self.levels - 1 - int(math.log2(level.stride))
        self._plan = self._ordered(level, before)

    def _throughout(self, level: Level, measured: Bools) -> tuple[Level, Level] | None:
        """The coarsest level on which a node of a region that is wanted throughout is missing, and the one before."""
        if self._region is None or not self._region.throughout or not level.complete:
            return None
        before = level
        while before.stride > 1:
            inside = self._region.nodes(self.domain, before.stride // 2)
            level = finer(before, self._landscape.main, measured, wanted_next(before, EVERYTHING, inside))
            if not level.complete:
                return level, before
            before = level
        return None

    def _in_region(self, work: Level, before: Level | None, measured: Bools) -> tuple[Level, Level | None] | None:
        """The coarsest level on which something of the region is still to be measured, and the one before."""
        if self._region is None:
            return None
        if before is None:
            inside = replace(work, wanted=work.wanted & self._region.nodes(self.domain, work.stride))
            return None if inside.complete else (inside, None)
        for _ in range(AHEAD + 1):
            if before.stride == 1:
                break
            inside_nodes = self._region.nodes(self.domain, before.stride // 2)
            wanted = wanted_next(before, self._rule, inside_nodes)
            level = finer(before, self._landscape.main, measured, wanted)
            if not level.complete:
                return level, before
            before = level
        return None

    def _ordered(self, level: Level, before: Level | None) -> list[Point]:
        rows, columns = np.nonzero(level.wanted & ~level.known)
        needs = np.zeros(len(rows))
        if before is not None:
            needs = need(before, level.values.shape, self._rule)[rows, columns]
        points = np.stack([rows, columns], axis=1) * level.stride
        return in_order(points, needs, self.domain, self._focus)

    def _expected(self, work: Level, measured: Bools) -> int:
        """Points measured, wanted, or of levels that are measured whole if sampling does not stop before."""
        points = measured.copy()
        points[:: work.stride, :: work.stride] |= work.wanted
        whole = work.stride
        while whole > 1 and self._is_whole(whole // 2):
            whole //= 2
            points[::whole, ::whole] = True
        return int(points.sum())

    def _is_whole(self, stride: int) -> bool:
        return self._rule.tolerance is None or points_per_axis(level_shape(self.domain.shape, stride)) <= WHOLE_UP_TO
