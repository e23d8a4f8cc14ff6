"""The log of a training: one row for every checkpoint, as ``training.csv`` in the run's folder."""

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from compute.atomic import write_atomically
from compute.errors import BadInputError

LOG_FILE = "training.csv"


@dataclass(frozen=True)
class LogRow:
    """What was measured at one checkpoint, with the weights and the running statistics of that step."""

    step: int  # steps done
    epoch: float  # epochs done
    learning_rate: float  # of the step that comes next
    train_loss: float  # mean cross-entropy, nats; over as many examples as ``Settings.log_examples`` says
    train_accuracy: float  # share in [0, 1]
    test_loss: float
    test_accuracy: float


def write_log(folder: Path, rows: Sequence[LogRow]) -> None:
    """Write the log of a run, whole or not at all; the numbers read back bit for bit."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_names(), *map(astuple, rows)])
    content = text.getvalue().encode()
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / LOG_FILE, lambda file: file.write(content))


def read_log(folder: Path) -> tuple[LogRow, ...]:
    """Read the log of a run. Raises BadInputError naming the file when it is missing or damaged."""
    path = folder / LOG_FILE
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return tuple(
                LogRow(int(row["step"]), *(float(row[name]) for name in _names()[1:])) for row in csv.DictReader(file)
            )
    except (OSError, KeyError, TypeError, ValueError, csv.Error) as error:
        reason = f"no column {error}" if isinstance(error, KeyError) else str(error)
        raise BadInputError(
            f"{path}: not the log of this training ({reason}); remove {folder} to train again"
        ) from None


def _names() -> list[str]:
    return [field.name for field in fields(LogRow)]
