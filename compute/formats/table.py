"""Landscapes as tables in long form, CSV: one row a grid point, in any order.

    alpha,beta,train_loss,test_loss,…,examples

The first line names the columns; ``examples`` may be absent. An empty value, or nan, was not measured, inf diverged.
Every grid point has its row, else it could not be told from a grid that is uneven.
"""

import csv
import io
import math
from array import array
from itertools import repeat
from pathlib import Path

import numpy as np

from compute.errors import BadInputError
from compute.formats.exchange import as_counts, from_file, shown
from compute.formats.grid import MAX_POINTS, domain_of_points
from compute.landscape import Floats, Landscape

KIND = "csv"
TAKEN = ("alpha", "beta", "examples")
MAX_BYTES = 2**30
MAX_COLUMNS = 1000


def table_bytes(landscape: Landscape) -> bytes:
    """The landscape as a table, rows by beta, then alpha, every number to the last bit."""
    alphas, betas = np.meshgrid(landscape.domain.alphas, landscape.domain.betas)
    text = io.StringIO()
    names = ["alpha", "beta", *landscape.metrics, "examples"]
    spaced = any(name != name.strip() for name in names)
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL if spaced else csv.QUOTE_MINIMAL).writerow(names)
    columns = [map(_cell, values.ravel().tolist()) for values in (alphas, betas, *landscape.metrics.values())]
    for row in zip(*columns, map(str, landscape.examples.ravel().tolist()), strict=True):
        text.write(",".join(row) + "\n")
    return text.getvalue().encode()


def read_table(path: Path) -> Landscape:
    """The landscape in a table. Raises BadInputError when it holds none; OSError when it cannot be read."""
    if path.stat().st_size > MAX_BYTES:
        raise BadInputError(f"{path}: is larger than {MAX_BYTES // 2**20} MiB; give the landscape as .npz")
    try:
        names, numbers = _read(path)
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInputError(
            f"{path}: not a table of numbers ({error}); give alpha,beta and a column a metric"
        ) from None
    columns = dict(zip(names, numbers.T, strict=True))
    domain, order = domain_of_points(path, "rows", columns["alpha"], columns["beta"])
    grids = {name: values[order].reshape(domain.shape) for name, values in columns.items()}
    counts = grids.get("examples")
    return from_file(
        path,
        KIND,
        domain,
        {name: values for name, values in grids.items() if name not in TAKEN},
        examples=None if counts is None else as_counts(path, "examples", np.nan_to_num(counts, nan=0.0)),
    )


def _read(path: Path) -> tuple[list[str], Floats]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file, skipinitialspace=True)
        names = next(reader, [])
        _check_names(path, names)
        numbers = array("d")
        for row in filter(None, reader):
            if len(row) != len(names):
                raise BadInputError(f"{path}: line {reader.line_num} has {len(row)} columns, not {len(names)}")
            numbers.extend(map(_number, row, repeat(path), repeat(reader.line_num)))
            if len(numbers) > MAX_POINTS * len(names):
                raise BadInputError(f"{path}: more than {MAX_POINTS:,} rows; sample fewer points")
    return names, np.array(numbers, np.float64).reshape(-1, len(names))


def _check_names(path: Path, names: list[str]) -> None:
    if not {"alpha", "beta"} <= set(names):
        raise BadInputError(
            f"{path}: begins with {shown(','.join(names))!r}; a landscape has the columns alpha, beta and its metrics, "
            "and a path of x,y rows goes with --path"
        )
    if len(names) > MAX_COLUMNS or len(set(names)) < len(names) or not all(names):
        raise BadInputError(f"{path}: columns without a name, with the same, or more than {MAX_COLUMNS}; rename them")
    if not set(names) - set(TAKEN):
        raise BadInputError(f"{path}: has no metric; add a column, such as train_loss")


def _cell(value: float) -> str:
    return "" if math.isnan(value) else repr(value)


def _number(cell: str, path: Path, line: int) -> float:
    try:
        return float(cell or "nan")
    except ValueError:
        raise BadInputError(f"{path}: line {line} has {shown(cell)!r} where a number belongs") from None
