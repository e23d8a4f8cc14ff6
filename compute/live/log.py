"""The log of a run that may have gone back and come again: which of its rows still count."""

import numpy as np
from numpy.typing import NDArray

from compute.recording.curve import Curve

Steps = NDArray[np.int64]
Floats = NDArray[np.float64]


class LiveLog:
    """The rows of a log that still count: behind each no other has the same step or one before.

    With ``before``, the same log when it was shorter, only the rows that are new are looked at, unless they go back or
    it did. The cost of a log that was never gone back in is that of comparing its old rows, and no copy is made.

    left   steps where the training was before it went back, and where it has not come again
    """

    def __init__(self, curve: Curve | None = None, before: "LiveLog | None" = None) -> None:
        nothing = np.zeros(0)
        self._all = np.zeros(0, np.int64) if curve is None else curve.step
        self._epochs, self._losses = (curve.epoch, curve.loss) if curve else (nothing, nothing)
        self._kept: NDArray[np.bool_] | None = None  # which rows count; None: all
        self.left: frozenset[int] = frozenset()
        new = self._new_rows(before) if before else None
        if new is None or before is None:
            self._look_at_all()
        elif before._kept is not None:
            self._kept = np.append(before._kept, np.ones(len(new), bool))
            self.left = before.left.difference(new.tolist())
        self._steps = self._all
        if self._kept is not None:
            self._steps = self._all[self._kept]
            self._epochs, self._losses = self._epochs[self._kept], self._losses[self._kept]

    def loss(self, step: int) -> float:
        """Of exactly this step; NaN where there is no row of it."""
        place = _place(self._steps, step)
        return float("nan") if place is None else float(self._losses[place])

    def epoch(self, step: int) -> float | None:
        """Of exactly this step; None where there is no row of it, or none with an epoch."""
        place = _place(self._steps, step)
        return None if place is None or np.isnan(self._epochs[place]) else float(self._epochs[place])

    def _new_rows(self, before: "LiveLog") -> Steps | None:
        """The steps of rows behind those of ``before``; None where these are not the same, or new ones go back."""
        new = self._all[len(before._all) :]
        if len(self._all) < len(before._all) or not np.array_equal(self._all[: len(before._all)], before._all):
            return None
        ascending = np.concatenate([before._all[-1:], new])  # the last row always counts
        return new if (ascending[1:] > ascending[:-1]).all() else None

    def _look_at_all(self) -> None:
        if not len(self._all):
            return
        before_all = np.minimum.accumulate(self._all[::-1])[::-1]
        kept = np.append(self._all[:-1] < before_all[1:], True)
        if not kept.all():
            self._kept, counting, gone = kept, self._all[kept], self._all[~kept]
            places = np.searchsorted(counting, gone).clip(max=len(counting) - 1)
            self.left = frozenset(gone[counting[places] != gone].tolist())


def _place(ascending: Steps, step: int) -> int | None:
    place = int(np.searchsorted(ascending, step))
    return place if place < len(ascending) and ascending[place] == step else None
