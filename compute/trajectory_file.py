"""The path of a training as a table, ``trajectory.csv``: one row per checkpoint, one column per field."""

import csv
from dataclasses import fields
from pathlib import Path

import numpy as np

from compute.atomic import write_atomically
from compute.errors import BadInputError
from compute.landscape import Trajectory

COLUMNS = tuple(column.name for column in fields(Trajectory))
OLDER_COLUMNS = COLUMNS[:-1]  # written before the loss of the surface under the path was kept


def is_trajectory(header: str) -> bool:
    """Whether a table that begins with this line is one that ``read_trajectory`` reads."""
    return tuple(header.strip().split(",")) in (COLUMNS, OLDER_COLUMNS)


def trajectory_bytes(trajectory: Trajectory) -> bytes:
    """The table as text, every number to the last bit."""
    rows = zip(*(getattr(trajectory, name).tolist() for name in COLUMNS), strict=True)
    lines = [",".join(COLUMNS), *(",".join(map(repr, row)) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def write_trajectory(path: Path, trajectory: Trajectory) -> None:
    """Write a trajectory as CSV with one row per checkpoint."""
    text = trajectory_bytes(trajectory)
    write_atomically(path, lambda file: file.write(text))


def read_trajectory(path: Path) -> Trajectory:
    """Read what ``write_trajectory`` wrote. Raises BadInputError naming the column or line at fault."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            if not is_trajectory(",".join(header)):
                raise BadInputError(f"{path}: columns are {','.join(header)}; expected {','.join(COLUMNS)}")
            rows = [_numbers(path, reader.line_num, row, len(header)) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInputError(f"{path}: not a table of numbers ({error}); delete it to go on without the path") from None
    return Trajectory(*np.array(rows, np.float64).reshape(-1, len(header)).T)


def _numbers(path: Path, line: int, row: list[str], expected: int) -> list[float]:
    try:
        numbers = [float(cell) for cell in row]
    except ValueError as error:
        raise BadInputError(f"{path}: line {line}: {error}; delete the file to go on without the path") from None
    if len(numbers) != expected:
        raise BadInputError(f"{path}: line {line}: has {len(numbers)} numbers, not {expected}; is the file cut off?")
    return numbers
