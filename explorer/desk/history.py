"""What was, for undo and redo."""

from collections.abc import Callable
from typing import Generic, TypeVar

LONGEST = 200  # steps

State = TypeVar("State")


class History(Generic[State]):
    """States one after the other. Those of one gesture, such as a drag or a slider that is held, are one step."""

    def __init__(self, initial: State, longest: int = LONGEST) -> None:
        self._now, self._longest = initial, longest
        self._past: list[State] = []
        self._future: list[State] = []
        self._gesture: object = None

    @property
    def now(self) -> State:
        """The state in force."""
        return self._now

    @property
    def can_undo(self) -> bool:
        """Whether there is anything else to go back to."""
        return any(state != self._now for state in self._past)

    @property
    def can_redo(self) -> bool:
        """Whether something was undone."""
        return bool(self._future)

    def record(self, state: State, gesture: object = None) -> None:
        """Another state; of the same gesture as the last one, unless that is None, it takes its place."""
        if state == self._now:
            return
        if gesture is None or gesture != self._gesture:
            self._past = [*self._past, self._now][-self._longest :]
        self._now, self._future, self._gesture = state, [], gesture

    def undo(self) -> State:
        """Back by one step; a gesture that ended where it began is none."""
        self._gesture = None
        if self.can_undo:
            self._future.append(self._now)
            while self._past[-1] == self._now:
                self._past.pop()
            self._now = self._past.pop()
        return self._now

    def forget(self, gone: Callable[[State], bool]) -> None:
        """Drop the states that cannot be gone back to any more."""
        self._past = [state for state in self._past if not gone(state)]
        self._future = [state for state in self._future if not gone(state)]

    def redo(self) -> State:
        """What was undone last, again."""
        self._gesture = None
        if self._future:
            self._past.append(self._now)
            self._now = self._future.pop()
        return self._now
