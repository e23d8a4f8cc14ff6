"""The thread that writes a recording, so that the training's own thread only hands things over."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from compute.recording.snapshot import Later, Snapshot
from compute.recording.writing import RecordingFiles

FLUSH_SECONDS = 0.5  # between two looks at what there is to write,
LONGEST_SECONDS = 8.0  # and while rows cannot be written twice as long each time, up to this
SLICE = 10_000  # rows that are written at a time, for Python does nothing else while they are put together
MOST_ROWS = 200_000  # that wait while nothing can be written, about 20 MB; then the oldest are lost


@dataclass(frozen=True, slots=True)
class Row:
    """One call of ``record``; None where nothing was given."""

    step: int
    epoch: float | Later | None
    loss: float | Later | None


class Background:
    """Writes rows and checkpoints in the order in which they come. It ends with its process, or by ``close``.

    The training's thread may call everything here and is never kept waiting, except by ``close`` and ``wait``.
    ``seconds`` is the CPU time of the thread so far, with the time for which copies held up a GPU; ``failure`` what
    could not be done first, None while all went well.
    """

    def __init__(self, files: RecordingFiles) -> None:
        self.files = files
        self.seconds = 0.0
        self.checkpoint_seconds = 0.0  # of the latest checkpoint
        self.failure: Exception | None = None
        self._rows: deque[Row] = deque(maxlen=MOST_ROWS)
        self._lines: deque[str] = deque(maxlen=MOST_ROWS)
        self._checkpoint: tuple[int, Snapshot] | None = None
        self._first: int | None = None
        self._pause, self._again = (
            FLUSH_SECONDS,
            0.0,
        )  # between two attempts to write rows, and when the next one is due
        self._wake, self._written = threading.Event(), threading.Event()
        self._written.set()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="basin recorder", daemon=True)
        self._thread.start()

    @property
    def free(self) -> bool:
        """Whether a checkpoint may be handed over: the one before is written, or could not be."""
        return self._written.is_set()

    def add(self, row: Row) -> None:
        """A row, written within about a second."""
        self._rows.append(row)

    def hand_over(self, step: int, snapshot: Snapshot) -> None:
        """A checkpoint, written next. Only while ``free``."""
        self._written.clear()  # first, for the thread sets it once it has written what it finds
        self._checkpoint = step, snapshot
        self._wake.set()

    def wait(self, seconds: float) -> bool:
        """Until ``free``, or for so long; returns whether it is."""
        return self._written.wait(seconds)

    def close(self, seconds: float) -> bool:
        """Write what there is and end, within so long; returns whether that was long enough."""
        self._closing = True
        self._wake.set()
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            self._wake.wait(FLUSH_SECONDS)
            self._wake.clear()
            closing = self._closing  # before the last look, which then finds everything
            self._look(closing=closing)
            if closing:
                return

    def _look(self, *, closing: bool) -> None:
        started = time.thread_time()
        self._take_rows()
        if closing or time.monotonic() >= self._again:
            self._put_off(failed=not self._attempt(self._write_rows))
        self.seconds += time.thread_time() - started
        if self._checkpoint:
            self._write_checkpoint(*self._checkpoint)

    def _take_rows(self) -> None:
        """As text, whether they can be written or not: what a loss still is on a GPU takes more memory."""
        while self._rows:
            row = self._rows.popleft()
            self._first = row.step if self._first is None else self._first
            self._lines.append(f"{row.step},{self._cell(row.epoch)},{self._cell(row.loss)}")

    def _cell(self, value: float | Later | None) -> str:
        """Empty where a value turns out to be none."""
        try:
            return "" if value is None else repr(value() if callable(value) else value)
        except Exception as error:
            self.failure = self.failure or error
            return ""

    def _write_rows(self) -> None:
        while self._lines and self._first is not None:
            some = list(islice(self._lines, SLICE))
            self.files.begin(self._first)
            self.files.append(some)
            for _ in some:
                self._lines.popleft()

    def _put_off(self, *, failed: bool) -> None:
        self._pause = min(2 * self._pause, LONGEST_SECONDS) if failed else FLUSH_SECONDS
        self._again = time.monotonic() + self._pause if failed else 0.0

    def _write_checkpoint(self, step: int, snapshot: Snapshot) -> None:
        held_up = 0.0

        def write() -> None:
            nonlocal held_up
            held_up = snapshot.wait()
            self.files.begin(step if self._first is None else self._first)
            self.files.write(step, snapshot.weights)

        started = time.thread_time()
        if self._attempt(write):
            self._put_off(failed=False)
        self.checkpoint_seconds = time.thread_time() - started + held_up
        self.seconds += self.checkpoint_seconds
        self._checkpoint = None
        self._written.set()

    def _attempt(self, work: Callable[[], None]) -> bool:
        """Whatever fails in here must not end the thread, nor be seen by the training as more than one warning."""
        try:
            work()
        except Exception as error:
            self.failure = self.failure or error
            return False
        return True
