"""Closer looks at the planes of a task: those that were asked for, one after the other."""

import math
import time
from collections import deque
from collections.abc import Callable, Mapping

from compute.errors import BadInputError
from compute.inspecting.inspection import Inspection
from compute.inspecting.opening import open_inspection
from compute.messages import Inspecting, Message, Note
from compute.surveying.survey import Survey

REPORT_SECONDS = 0.1  # between two messages

Send = Callable[[Message], None]


class Inspections:
    """What is to be looked into in which plane; the caller owns the loop, and holds the folders.

    The time left leaves out the time between steps, pauses included. Before the first is done nobody knows how long it
    takes: then it is infinite.
    """

    def __init__(self, surveys: Mapping[str, Survey], send: Send) -> None:
        self._surveys, self._send = surveys, send
        self._waiting: deque[tuple[str, str, bool]] = deque()
        self._open: _Look | None = None

    @property
    def busy(self) -> bool:
        """Whether there is a step to do."""
        return self._open is not None or bool(self._waiting)

    def ask(self, plane: str, what: str, *, ordered: bool = False) -> None:
        """Look into a plane after what was asked for before. Twice the same is once.

        What cannot be done is a note, and over at once; of what was ``ordered`` with the task, an error.
        """
        known = [waiting[:2] for waiting in self._waiting]
        if plane not in self._surveys:
            self._refuse(plane, what, f"{plane}: is not measured here, so it cannot be looked into")
        elif (plane, what) not in known and not (self._open and self._open.is_of(plane, what)):
            self._waiting.append((plane, what, ordered))

    def leave(self, plane: str, what: str) -> None:
        """It is wanted no longer: what was found is in the folder, and asking again goes on from there."""
        self._waiting = deque(each for each in self._waiting if each[:2] != (plane, what))
        if self._open and self._open.is_of(plane, what):
            self._open = None
        self._send(Inspecting(plane, what, 0, 0, 0.0))

    def step(self) -> None:
        """Open the next, or do a step of the one that is open; tell the explorer now and then.

        Raises BadInputError where what was ordered cannot be done.
        """
        try:
            if self._open is None:
                self._open = self._begin(*self._waiting[0])
            else:
                self._open.step()
        except BadInputError as error:
            plane, what, ordered = self._open.wish if self._open else self._waiting.popleft()
            self._open = None
            if ordered:
                raise
            self._refuse(plane, what, str(error))
            return
        if self._open.complete:
            self._open = None

    def _refuse(self, plane: str, what: str, why: str) -> None:
        """Say why it cannot be done, and that nobody need wait for it."""
        self._send(Note(why))
        self._send(Inspecting(plane, what, 0, 0, 0.0))

    def _begin(self, plane: str, what: str, ordered: bool) -> "_Look":
        survey = self._surveys[plane]
        look = _Look(plane, open_inspection(what, survey, lambda line: self._send(Note(line))), self._send, ordered)
        self._waiting.popleft()
        return look


class _Look:
    """One of them that is open."""

    def __init__(self, plane: str, inspection: Inspection, send: Send, ordered: bool) -> None:
        self._plane, self._inspection, self._send, self._ordered = plane, inspection, send, ordered
        self._before, self._seconds, self._sent = inspection.done, 0.0, 0.0
        self._report()

    @property
    def complete(self) -> bool:
        return self._inspection.done >= self._inspection.total

    @property
    def wish(self) -> tuple[str, str, bool]:
        """What was asked for: plane, what is looked into, and whether that was ordered with the task."""
        return self._plane, self._inspection.what, self._ordered

    def is_of(self, plane: str, what: str) -> bool:
        return (self._plane, self._inspection.what) == (plane, what)

    def step(self) -> None:
        started = time.monotonic()
        self._inspection.step()
        now = time.monotonic()
        self._seconds += now - started
        if self.complete or now - self._sent >= REPORT_SECONDS:
            self._report()

    def _report(self) -> None:
        done, total = self._inspection.done, self._inspection.total
        fresh = done - self._before
        left = 0.0 if done >= total else self._seconds / fresh * (total - done) if fresh else math.inf
        self._sent = time.monotonic()
        self._send(Inspecting(self._plane, self._inspection.what, done, total, left))
