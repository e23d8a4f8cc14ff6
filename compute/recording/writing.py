"""What a recorder writes. After an OSError each function may be called again, and then makes up for what is missing."""

import math
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from compute.atomic import write_atomically
from compute.recording.earlier import EARLIER, set_aside
from compute.recording.folder import (
    CHECKPOINTS,
    CURVE_FILE,
    RecordingDescription,
    is_recording,
    write_description,
)
from compute.recording.schedule import superfluous
from compute.weights.checkpoints import Weights, checkpoint_path, checkpoints, write_tensors

HEADER = b"step,epoch,loss\n"
HANDFUL = 10  # rows whose loss is none


class RecordingFiles:
    """A recording on disk; ``stride`` is that of its schedule, and doubles when checkpoints are thinned out."""

    def __init__(self, folder: Path, description: RecordingDescription, most: int) -> None:
        self._folder, self._description, self._most = folder, description, most
        self.stride = description.stride
        self._steps: list[int] = []  # of the checkpoints that lie there
        self._size = 0  # bytes of the curve that are known to be right
        self._begun = False
        self.notice = ""  # of what was set aside, for the user

    def create(self) -> None:
        """The folder and its description, where they are missing. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not is_recording(self._folder):
            write_description(self._folder, self._description)

    def begin(self, step: int) -> None:
        """Go on from a step: what an earlier recording has of it or of later ones goes, and what a kill left behind.

        It is set aside where more goes than stays, for then it is hardly what the user meant.
        """
        if self._begun:
            return
        self.create()
        folder = self._folder / CHECKPOINTS
        folder.mkdir(exist_ok=True)
        ours = (
            folder.glob(".step-*"),
            self._folder.glob(".recording.*"),
            self._folder.glob(f"{EARLIER}*/.recording.*"),
        )
        for leftover in chain.from_iterable(ours):
            leftover.unlink(missing_ok=True)
        curve = self._folder / CURVE_FILE
        kept, gone = _split_rows(step, curve.read_bytes() if curve.exists() else b"")
        there = checkpoints(folder)
        going = [path for later, path in there if later >= step]
        dropped = max(len(gone), len(going))
        if dropped > max(len(kept), len(there) - len(going), HANDFUL):
            aside = set_aside(self._folder, self._description, HEADER + b"".join(gone), going)
            self.notice = (
                f"{self._folder}: drops {dropped:,} steps recorded before (from step {step} on), for they are trained "
                f"anew: they are in {aside.name} now; to go on where they end, call restore() of the Recorder"
            )
        content = HEADER + b"".join(kept)
        write_atomically(curve, lambda file: file.write(content))
        self._size = len(content)
        for path in going:
            path.unlink(missing_ok=True)
        self._steps = [before for before, _ in there if before < step]
        if len(self._steps) <= 1 and self.stride > 1:
            self.stride = 1
            self._describe()
        self._begun = True

    def append(self, rows: Sequence[str]) -> None:
        """Rows of the curve, at the place where the last whole one ends; so a row that was cut off is put right."""
        text = "".join(f"{row}\n" for row in rows).encode()
        with self._open_curve().open("r+b") as file:
            file.seek(min(self._size, file.seek(0, 2)))
            file.write(text)
            file.truncate()
            end = file.tell()
        self._size = end

    def write(self, step: int, weights: Weights) -> None:
        """A checkpoint, whole or not at all; then older ones are thinned out, if there are too many."""
        self._open_curve()
        folder = self._folder / CHECKPOINTS
        folder.mkdir(exist_ok=True)
        write_tensors(checkpoint_path(folder, step), weights)
        self._steps.append(step)
        if going := set(superfluous(self._steps, self._most)):
            for gone in going:
                checkpoint_path(folder, gone).unlink(missing_ok=True)
            self._steps = [kept for kept in self._steps if kept not in going]
            self.stride *= 2
            self._describe()

    def _describe(self) -> None:
        known = self._description
        self._description = RecordingDescription(known.parameters, known.software, self.stride)
        write_description(self._folder, self._description)

    def _open_curve(self) -> Path:
        """The curve, made anew when somebody took the folder away."""
        path = self._folder / CURVE_FILE
        if not path.exists():
            self.create()
            self._steps = [step for step, _ in checkpoints(self._folder / CHECKPOINTS)]
            write_atomically(path, lambda file: file.write(HEADER))
            self._size = len(HEADER)
        return path


def _split_rows(step: int, content: bytes) -> tuple[list[bytes], list[bytes]]:
    """The whole rows of earlier steps, and those that go: of this step and of later ones."""
    rows = [line for line in content.splitlines(keepends=True)[1:] if line.endswith(b"\n")]
    return [row for row in rows if _step(row) < step], [row for row in rows if step <= _step(row) < math.inf]


def _step(line: bytes) -> float:
    try:
        return int(line.partition(b",")[0])
    except ValueError:
        return math.inf
