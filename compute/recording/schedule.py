"""Which calls of a recorder take a checkpoint, and which checkpoints go when they become too many. No clock, no disk.

A call is *due* when it is the first, or every so many steps (``every``; None: each call). Of the due ones each
``stride``-th is taken, 1 at first, unless

- the one before is still being written, or
- it would bring the cost over ``share / stride`` of the time, both counted from the last thinning, or at first from
  the beginning. The cost is the seconds that copies took in the training's thread and the CPU seconds of the thread
  that writes; that of the next checkpoint is taken to be that of the one before.

The first is taken in any case. Until a thinning, and while fewer than AHEAD are taken, another may go beyond that share
when half as many calls are due since the one before as were due up to it (the 2nd, 3rd, 5th, 8th, 12th, … call), if the
share of the first AHEAD_SECONDS pays for all so far: most happens at the start of a training. What comes then waits
until the share has paid for them, so that from AHEAD_SECONDS on the cost is below it.

When more than ``most`` lie there, every second one goes: those whose place in the order (0, 1, 2, …) is odd, but never
the newest; and ``stride`` doubles, so that those to come lie as far apart as those that stayed, whether the interval or
the cost decides.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from compute.errors import BadInputError

AHEAD, AHEAD_SECONDS, AHEAD_RATIO = 16, 60.0, 1.5  # the share of that time pays for so many, each at so much later


@dataclass(frozen=True)
class Policy:
    """What the user chose. Raises BadInputError for what cannot be."""

    every: int | None = None  # steps
    most: int = 256  # checkpoints
    share: float = 0.02  # of the time

    def __post_init__(self) -> None:
        for name, least in (("every", 1), ("most", 2)):
            value = getattr(self, name)
            if not (value is None and name == "every") and (type(value) is not int or value < least):
                raise BadInputError(f"Recorder: {name}={value}: give a whole number of at least {least}")
        if isinstance(self.share, bool) or not isinstance(self.share, int | float) or not 0 < self.share <= 1:
            raise BadInputError(f"Recorder: share={self.share}: give a share of the time between 0 and 1, as 0.02")


class Schedule:
    """The policy at work; times in seconds, of any clock that does not go back."""

    def __init__(self, policy: Policy, now: float, stride: int = 1) -> None:
        self._policy, self.stride = policy, stride
        self._mark = -math.inf  # whole intervals done at the latest call that was due
        self._due = 0  # calls that were due so far
        self._since, self._spent_before = now, 0.0
        self._cost = 0.0  # of one checkpoint
        self._any = False
        self._taken, self._due_then = 0, 0  # calls that took one; those due up to the latest of them

    def takes(self, step: int, now: float, spent: float, *, free: bool = True) -> bool:
        """Whether the call for this step takes a checkpoint; once for each call, steps ascending.

        ``spent`` is the cost so far, ``free`` says that the checkpoint before is written.
        """
        mark = step // (self._policy.every or 1)
        if mark <= self._mark:
            return False
        self._mark = mark
        self._due += 1
        takes = free and (not self._any or self._pays(now, spent - self._spent_before + self._cost))
        if takes:
            self._taken, self._due_then = self._taken + 1, self._due
        return takes

    def _pays(self, now: float, cost: float) -> bool:
        """Whether a checkpoint may be taken that brings the cost to this."""
        policy, waited = self._policy, now - self._since
        if (self._due - 1) % self.stride == 0 and cost <= policy.share / self.stride * waited:
            return True
        ahead = self.stride == 1 and self._taken < AHEAD and self._due >= AHEAD_RATIO * self._due_then
        return ahead and cost <= policy.share * AHEAD_SECONDS

    def took(self, cost: float) -> None:
        """A checkpoint was written, at this cost."""
        self._any, self._cost = True, cost

    def thinned(self, now: float, spent: float) -> None:
        """Every second checkpoint went."""
        self.stride *= 2
        self._since, self._spent_before = now, spent


def superfluous(steps: Sequence[int], most: int) -> list[int]:
    """Of the ascending steps those that go: none while there are no more than ``most``."""
    return list(steps[1:-1:2]) if len(steps) > most else []
