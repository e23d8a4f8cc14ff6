"""The log of a run that may have gone back and come again: which of its rows still count."""

import numpy as np
from numpy.typing import NDArray

from compute.recording.curve import Curve


class LiveLog:
    """The rows of a log that still count: behind each no other has the same step or one before.

    left   steps where the training was before it went back, and where it has not come again
    """

    def __init__(self, curve: Curve | None = None) -> None:
        steps = np.zeros(0, np.int64) if curve is None else curve.step
        before_all = np.minimum.accumulate(steps[::-1])[::-1]
        kept = np.append(steps[:-1] < before_all[1:], True) if len(steps) else np.zeros(0, bool)
        self._steps = steps[kept]
        self.left = frozenset(np.setdiff1d(steps[~kept], self._steps).tolist())
        self._epochs, self._losses = (curve.epoch[kept], curve.loss[kept]) if curve else (self._steps, self._steps)

    def loss(self, step: int) -> float:
        """Of exactly this step; NaN where there is no row of it."""
        place = _place(self._steps, step)
        return float("nan") if place is None else float(self._losses[place])

    def epoch(self, step: int) -> float | None:
        """Of exactly this step; None where there is no row of it, or none with an epoch."""
        place = _place(self._steps, step)
        return None if place is None or np.isnan(self._epochs[place]) else float(self._epochs[place])


def _place(ascending: NDArray[np.int64], step: int) -> int | None:
    place = int(np.searchsorted(ascending, step))
    return place if place < len(ascending) and ascending[place] == step else None
