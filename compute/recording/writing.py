"""What a recorder writes. After an OSError each function may be called again, and then makes up for what is missing."""

from collections.abc import Sequence
from pathlib import Path

from compute.atomic import write_atomically
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


class RecordingFiles:
    """A recording on disk; ``stride`` is that of its schedule, and doubles when checkpoints are thinned out."""

    def __init__(self, folder: Path, description: RecordingDescription, most: int) -> None:
        self._folder, self._description, self._most = folder, description, most
        self.stride = description.stride
        self._steps: list[int] = []  # of the checkpoints that lie there
        self._size = 0  # bytes of the curve that are known to be right
        self._begun = False

    def create(self) -> None:
        """The folder and its description, where they are missing. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not is_recording(self._folder):
            write_description(self._folder, self._description)

    def begin(self, step: int) -> None:
        """Go on from a step: what an earlier recording has of it or of later ones goes, and what a kill left behind."""
        if self._begun:
            return
        self.create()
        folder = self._folder / CHECKPOINTS
        folder.mkdir(exist_ok=True)
        for leftover in (*folder.glob(".step-*"), *self._folder.glob(".recording.*")):
            leftover.unlink(missing_ok=True)
        curve = self._folder / CURVE_FILE
        kept = HEADER + _rows_before(step, curve.read_bytes() if curve.exists() else b"")
        write_atomically(curve, lambda file: file.write(kept))
        self._size = len(kept)
        there = checkpoints(folder)
        for later, path in there:
            if later >= step:
                path.unlink(missing_ok=True)
        self._steps = [before for before, _ in there if before < step]
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


def _rows_before(step: int, content: bytes) -> bytes:
    """The whole rows of earlier steps."""
    lines = content.splitlines(keepends=True)[1:]
    return b"".join(line for line in lines if line.endswith(b"\n") and _step(line) < step)


def _step(line: bytes) -> float:
    try:
        return int(line.partition(b",")[0])
    except ValueError:
        return float("inf")
