"""The training curve: the loss over the steps, read while it is being written."""

import math
from array import array
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compute.errors import BadInputError
from compute.recording.folder import CURVE_FILE, is_recording, open_recording

__all__ = ["Curve", "CurveReader", "is_recording", "open_recording", "read_curve"]

Floats = NDArray[np.float64]

RUN_LOG = "training.csv"  # of runs of `basin train`
LOSSES = ("loss", "train_loss")  # what the column is called in either
LARGEST = 2**63  # that steps are below
_TAIL = 256  # bytes before the place reached that have to be what they were


@dataclass(frozen=True, eq=False)
class Curve:
    """One row per recorded step, in the order of the file; NaN where a value was not given."""

    step: NDArray[np.int64]  # (n,) steps done
    epoch: Floats  # (n,) epochs done
    loss: Floats  # (n,) of the training, as the run itself has it

    def __len__(self) -> int:
        return len(self.step)


class CurveReader:
    """The curve of a recording or of a run of `basin train`; ``read`` takes in what was appended since the last time.

    A last line without its end is not there yet. A file that became shorter, or is another before the place reached,
    is read anew from its start. One that cannot be read at the moment has the curve that it had.

    beginnings  how often it was read from its start
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.beginnings = 0
        self._forget()

    def read(self) -> Curve:
        """Everything so far. Raises BadInputError naming file and line where a row is no numbers."""
        path = self._folder / (CURVE_FILE if is_recording(self._folder) else RUN_LOG)
        try:
            appended = self._appended(path)
        except FileNotFoundError:
            self._forget()
            appended = b""
        except OSError:
            appended = b""
        if appended:
            self._take(path, appended)
        return Curve(
            np.array(self._steps, np.int64), np.array(self._epochs, np.float64), np.array(self._losses, np.float64)
        )

    def state(self) -> tuple[int, int] | None:
        """When the file was written last, and its size in bytes; None where there is none."""
        try:
            found = (self._folder / (CURVE_FILE if is_recording(self._folder) else RUN_LOG)).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def _forget(self) -> None:
        self.beginnings += 1
        self._offset, self._line, self._tail = 0, 0, b""
        self._columns: tuple[int, int, int] | None = None
        self._width = 0
        self._steps, self._epochs, self._losses = array("q"), array("d"), array("d")

    def _appended(self, path: Path) -> bytes:
        """Whole lines behind the place reached. A network file system may show zeros where text is still to come."""
        with path.open("rb") as file:
            file.seek(self._offset - len(self._tail))
            if file.read(len(self._tail)) != self._tail:
                self._forget()
                file.seek(0)
            content = file.read().partition(b"\0")[0]
        return content[: content.rfind(b"\n") + 1]

    def _take(self, path: Path, appended: bytes) -> None:
        for line in appended.splitlines():
            self._line += 1
            cells = line.decode("utf-8", "replace").split(",")
            if self._columns is None:
                self._columns, self._width = _columns(path, cells), len(cells)
            else:
                self._add(path, cells, self._columns)
        self._offset += len(appended)
        self._tail = (self._tail + appended)[-_TAIL:]

    def _add(self, path: Path, cells: list[str], columns: tuple[int, int, int]) -> None:
        try:
            if len(cells) != self._width:
                raise ValueError(f"has {len(cells)} values, not {self._width}")
            step, epoch, loss = (cells[column] for column in columns)
            step_done, epoch_done, loss_there = _whole(step), _number(epoch), _number(loss)
        except ValueError as error:
            line = self._line
            self._forget()
            raise BadInputError(f"{path}: line {line}: {error}; take that line out, or record elsewhere") from None
        self._steps.append(step_done)
        self._epochs.append(epoch_done)
        self._losses.append(loss_there)


def read_curve(folder: Path) -> Curve:
    """The curve as it is now. Raises BadInputError as ``CurveReader.read``."""
    return CurveReader(folder).read()


def _columns(path: Path, names: list[str]) -> tuple[int, int, int]:
    """Places of step, epoch and loss."""
    loss = next((name for name in LOSSES if name in names), LOSSES[0])
    missing = [name for name in ("step", "epoch", loss) if name not in names]
    if missing:
        raise BadInputError(f"{path}: no column {missing[0]}, so it is no training curve; record in another folder")
    return names.index("step"), names.index("epoch"), names.index(loss)


def _whole(cell: str) -> int:
    found = int(cell)
    if abs(found) >= LARGEST:
        raise ValueError(f"step {cell[:40]} is too large")
    return found


def _number(cell: str) -> float:
    return float(cell) if cell else math.nan
