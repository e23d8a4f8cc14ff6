"""The checkpoints of one run while it goes on: seen by looking, for there may be a network between.

Nothing is concluded from a clock: times are only compared with what they were. A folder is listed when its own time
has changed, and every RELIST_SECONDS, for coarse times hide a second change. A file is opened only when it is used.
"""

import math
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path

from compute.errors import BadInputError
from compute.live.layout import run_names
from compute.live.log import LiveLog
from compute.recording.curve import RUN_LOG, CurveReader
from compute.recording.folder import CURVE_FILE
from compute.weights.fitting import Checkpoint, find_checkpoints

RELIST_SECONDS = 2.0
CURVES = (CURVE_FILE, RUN_LOG)

_STEP = re.compile(r"step-(\d{6,})\.safetensors")


class Run:
    """What there is of a run: a recording, a run of `basin train`, or a folder of checkpoints; it may be yet to come.

    present   step → file of all checkpoints that count
    pending   steps of those that are not taken in yet, ascending
    latest    the last step taken in; -1 for none
    taken     step → mark of those that were taken in, of which the file may have gone since (thinning)
    skipped   step → mark of those of no use: cut off, not finite, or of a branch that the training left

    A mark is what a file has as long as it is the same: its time and size.
    """

    def __init__(self, source: str, name: str) -> None:
        self.source, self.name = source, name
        self.present: dict[int, Path] = {}
        self.pending: list[int] = []
        self.latest = -1
        self.taken: dict[int, str] = {}
        self.skipped: dict[int, str] = {}
        self._nodes: dict[int, int] = {}  # of the files taken in, as far as known
        self._reader, self._log = CurveReader(Path(source)), LiveLog()
        self._log_used: LiveLog | None = None
        self._found: dict[int, tuple[Path, int]] = {}  # step → path and inode, as listed
        self._logs_seen: list[tuple[int, ...]] = []
        self._folder_seen: tuple[int, ...] = ()
        self._listed = -math.inf

    def checkpoint(self, step: int) -> Checkpoint:
        """File and epoch of a step that is present."""
        return Checkpoint(self.present[step], step, self.epoch(step))

    def epoch(self, step: int) -> float | None:
        """What the run's own log says of this step; None where it says nothing."""
        return self._log.epoch(step)

    def loss(self, step: int) -> float:
        """What the run's own log says at exactly this step; NaN where it says nothing."""
        return self._log.loss(step)

    def look(self) -> set[int]:
        """See what is new; returns the steps taken in that no longer count, for the training went back before them.

        It did where its log does, where a file was written anew, and where the last ones were removed. Others that
        vanish were thinned out: what was taken in of them stays.
        """
        logs = [_stat(Path(self.source) / name) for name in CURVES]
        if logs != self._logs_seen:
            self._log, self._logs_seen = self._read_log(), logs
        folder, now = _stat(self._folder()), time.monotonic()
        if folder != self._folder_seen or now - self._listed >= RELIST_SECONDS:
            self._folder_seen, self._listed = folder, now
            self._found = self._list()
        elif self._log is self._log_used:
            return set()
        self._log_used = self._log
        return self._conclude(self._found, self._log.left)

    def _conclude(self, found: dict[int, tuple[Path, int]], left: frozenset[int]) -> set[int]:
        rewritten = min(
            (step for step, (path, node) in found.items() if self._is_other(step, path, node)), default=None
        )
        gone = self.taken.keys() & left
        if rewritten is not None:
            gone |= {step for step in self.taken if step >= rewritten}
        if found and self.latest > max(found):
            gone |= {step for step in self.taken if step > max(found)}
        for step in gone:
            self.skipped[step] = self.taken.pop(step)  # until its file is another
            self._nodes.pop(step, None)
        self.latest = max(self.taken, default=-1)
        self.present = {step: path for step, (path, _) in found.items() if step not in left}
        self._reconsider()
        self.pending = sorted(self.present.keys() - self.taken.keys() - self.skipped.keys())
        return gone

    def take(self, step: int, seen: str) -> None:
        """This checkpoint was taken in; ``seen`` is the mark that it had before it was read."""
        self.taken[step], self.latest = seen, max(step, self.latest)
        self.skipped.pop(step, None)
        self._is_done(step)

    def skip(self, step: int, seen: str) -> None:
        """This one is of no use as long as it is what it is."""
        self.skipped[step] = seen
        self._is_done(step)

    def _is_done(self, step: int) -> None:
        if step in self.pending:
            self.pending.remove(step)

    def _folder(self) -> Path:
        folder = Path(self.source) / "checkpoints"
        return folder if folder.is_dir() else Path(self.source)

    def _list(self) -> dict[int, tuple[Path, int]]:
        """Step → path and inode, without opening or asking for any file of our own."""
        found, folder = {}, self._folder()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if match := _STEP.fullmatch(entry.name):
                        found[int(match[1])] = (folder / entry.name, entry.inode())
        except OSError:  # not there yet, or not at the moment
            return {step: (path, self._nodes.get(step, 0)) for step, path in self.present.items()}
        return found or {each.step: (each.path, 0) for each in _foreign(folder)}

    def _is_other(self, step: int, path: Path, node: int) -> bool:
        """Whether the file of a step taken in is another now; only a new inode is a reason to look closer."""
        if step not in self.taken or (node and self._nodes.get(step) == node):
            return False
        self._nodes[step] = node
        return mark(path) not in (self.taken[step], "")

    def _reconsider(self) -> None:
        for step in [step for step in self.skipped if step in self.present]:
            if mark(self.present[step]) != self.skipped[step]:
                del self.skipped[step]

    def _read_log(self) -> LiveLog:
        beginnings = self._reader.beginnings
        try:
            log = LiveLog(self._reader.read(), self._log)
            if self._reader.beginnings != beginnings:  # inodes of files that went with the old log may be used again
                self._nodes.clear()
            return log
        except (BadInputError, OSError):  # one that cannot be read says nothing new; the checkpoints do
            return self._log


def mark(path: Path) -> str:
    """What tells a file from one written in its place; "" where there is none."""
    time_and_size = _stat(path)
    return f"{time_and_size[0]}-{time_and_size[1]}" if time_and_size else ""


def named_runs(sources: Sequence[str]) -> list[Run]:
    """A run for each source, each with a name of its own that can be one of a file."""
    return [Run(source, name) for source, name in zip(sources, run_names(sources), strict=True)]


def _stat(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size


def _foreign(folder: Path) -> list[Checkpoint]:
    """Files of weights that others wrote, numbered by their names."""
    try:
        return find_checkpoints(folder)
    except (BadInputError, OSError):
        return []
