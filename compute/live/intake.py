"""Taking checkpoints in: what a training writes now at once, what was there before it was followed little by little.

Of the checkpoints that were there already the first plane takes FIRST, evenly spaced over all runs, or as many of those
as FIRST_SECONDS allow, but FEWEST: first and last, then each time those in the middle of the gaps. The others follow in
order, in the pauses between points, BACKLOG_SECONDS at a time, until all are in.
"""

import time
from collections.abc import Callable, Sequence

import numpy as np

from compute.live.cloud import Cloud, Diverged
from compute.live.runs import Run
from compute.plane import Direction

FIRST = 256  # checkpoints of all runs together that the first plane is fitted to, at most
FIRST_SECONDS, FEWEST = 2.0, 8
BACKLOG_SECONDS = 0.1  # for older checkpoints, between two points


class Intake:
    """Moves checkpoints from the runs into the cloud.

    ``preparing`` is told (done, total) of the first ones, ``taken`` of each with its weights, ``diverged`` in words.
    """

    def __init__(
        self,
        runs: Sequence[Run],
        cloud: Cloud,
        preparing: Callable[[int, int], None],
        taken: Callable[[Run, int, Direction], None],
        diverged: Callable[[str], None],
    ) -> None:
        self._runs, self._cloud = runs, cloud
        self._preparing, self._taken, self._diverged = preparing, taken, diverged

    def look(self) -> list[tuple[Run, set[int]]]:
        """See what is new; the steps that no longer count are out of the cloud, and returned by run."""
        gone = [(run, run.look()) for run in self._runs]
        for run, steps in gone:
            self._cloud.forget(run, steps)
        return [(run, steps) for run, steps in gone if steps]

    def take(self) -> bool:
        """Some of what is new; whether there is more."""
        more = [self._take_of(run) for run in self._runs]
        return any(more)

    def _take_of(self, run: Run) -> bool:
        if run.pending and not run.taken:
            self._take_first(run)
            return bool(run.pending)
        if run.pending and run.pending[-1] > run.latest:
            self._take(run, run.pending[-1])
        end = time.monotonic() + BACKLOG_SECONDS
        while run.pending and time.monotonic() < end:
            self._take(run, run.pending[0])
        return bool(run.pending)

    def _take_first(self, run: Run) -> None:
        first = spread_out(evenly(run.pending, max(3, FIRST // len(self._runs))))
        end = time.monotonic() + FIRST_SECONDS
        for done, step in enumerate(first):
            if done >= FEWEST and time.monotonic() >= end:
                return
            self._preparing(done, len(first))
            self._take(run, step)

    def _take(self, run: Run, step: int) -> None:
        try:
            weights = self._cloud.take(run, step)
        except Diverged as error:
            self._diverged(str(error))
            return
        if weights is not None:
            self._taken(run, step, weights)


def evenly(items: list[int], most: int) -> list[int]:
    """At most so many of them, evenly spaced, the first and the last among them."""
    if len(items) <= most:
        return items
    return [items[k] for k in np.linspace(0, len(items) - 1, most).round().astype(int)]


def spread_out(items: Sequence[int]) -> list[int]:
    """All of them, so ordered that the first few are about evenly spaced: both ends, then the middles of the gaps."""
    ordered, gaps = [*items[:1], *items[1:][-1:]], [(0, len(items) - 1)]
    for low, high in gaps:
        if high - low > 1:
            middle = (low + high) // 2
            ordered.append(items[middle])
            gaps += [(low, middle), (middle, high)]
    return ordered
