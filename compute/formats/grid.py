"""The even grid behind the coordinates of a file, or one line that says why there is none."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compute.errors import BadInputError
from compute.landscape import Domain, Floats

MAX_POINTS = 2**24  # of a grid, 4096 by 4096: 128 MiB a metric; no file may ask for more
MAX_NUMBERS = 2**28  # of all arrays of a file, 2 GiB
SPACING_TOLERANCE = 0.01  # of the spacing: how far a point may lie from its place on the even grid


def check_size(path: Path, points: int, arrays: int = 1) -> None:
    """Raises BadInputError for a grid, or so many arrays on it, that is too large to be meant."""
    if points > MAX_POINTS:
        raise BadInputError(f"{path}: announces {points:,} grid points, more than {MAX_POINTS:,}; sample fewer")
    if points * arrays > MAX_NUMBERS:
        raise BadInputError(f"{path}: announces {arrays:,} arrays of {points:,} points, too many; export fewer metrics")


def domain_of_axes(path: Path, names: tuple[str, str], alphas: Floats, betas: Floats) -> Domain:
    """The domain with these coordinates of columns and rows, called ``names``; one beta makes it a line."""
    for name, places, least in zip(names, (alphas, betas), (2, 1), strict=True):
        if places.ndim != 1 or len(places) < least:
            raise BadInputError(f"{path}: {name} has shape {places.shape}; it must list at least {least} coordinates")
        if not np.isfinite(places).all():
            raise BadInputError(f"{path}: {name} is not finite everywhere; every coordinate must be a number")
        if len(places) > 1 and not _even(places, _evenly(*_ends(places), len(places))):
            raise BadInputError(f"{path}: {name} does not rise in even steps; sample on an even grid")
    return Domain(_ends(alphas), _ends(betas), len(alphas), len(betas))


def domain_of_points(path: Path, noun: str, x: Floats, y: Floats) -> tuple[Domain, NDArray[np.intp]]:
    """The domain of points in any order, and the order that makes them row-major with x fastest.

    ``noun`` is what the file calls a point. One row makes it a line.
    """
    check_size(path, len(x))
    _check_finite(path, noun, x, y)
    order = np.lexsort([_merge_close(x), _merge_close(y)]) if len(x) else np.zeros(0, np.intp)
    if len(x) > 1 and (y == y[0]).all():
        line = domain_of_axes(path, (f"x of the {noun}", f"y of the {noun}"), x[order], y[:1])
        return line, order
    return domain_of_rows(path, noun, x[order], y[order]), order


def domain_of_rows(path: Path, noun: str, x: Floats, y: Floats) -> Domain:
    """The domain of points that are in row-major order with x fastest, at least 2 by 2 of them."""
    check_size(path, len(x))
    _check_finite(path, noun, x, y)
    falls = np.flatnonzero(x[1:] <= x[:-1])
    n_alpha = int(falls[0]) + 1 if len(falls) else len(x)
    n_beta = len(x) // n_alpha if len(x) else 0
    if min(n_alpha, n_beta) < 2 or n_alpha * n_beta != len(x):
        raise BadInputError(f"{path}: {_fault(noun, x, y)}")
    alpha, beta = (float(x.min()), float(x.max())), (float(y.min()), float(y.max()))
    columns, rows = x.reshape(n_beta, n_alpha), y.reshape(n_beta, n_alpha)
    if not (_even(columns, _evenly(*alpha, n_alpha)[None, :]) and _even(rows, _evenly(*beta, n_beta)[:, None])):
        raise BadInputError(f"{path}: {_fault(noun, x, y)}")
    return Domain(alpha, beta, n_alpha, n_beta)


def _ends(places: Floats) -> tuple[float, float]:
    return float(places[0]), float(places[-1])


def _check_finite(path: Path, noun: str, x: Floats, y: Floats) -> None:
    wrong = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y)))
    if len(wrong):
        raise BadInputError(f"{path}: {noun} number {wrong[0]} lies at {x[wrong[0]]}, {y[wrong[0]]}; must be finite")


def _evenly(low: float, high: float, points: int) -> Floats:
    with np.errstate(over="ignore", invalid="ignore"):  # a range that overflows is not even, see below
        return np.linspace(low, high, points)


def _even(actual: Floats, expected: Floats) -> bool:
    places = expected.ravel()
    with np.errstate(over="ignore", invalid="ignore"):
        spacing = (places[-1] - places[0]) / (len(places) - 1)
        return bool(0 < spacing < np.inf and np.abs(actual - expected).max() <= SPACING_TOLERANCE * spacing)


def _fault(noun: str, x: Floats, y: Floats) -> str:
    """Why points are no grid, and what to do."""
    if len(x) == 0:
        return f"no {noun}; a landscape needs at least 2 by 2"
    places = np.unique(np.stack([x, y], axis=1), axis=0)
    if len(places) < len(x):
        return f"{len(x) - len(places)} of the {len(x)} {noun} are duplicated; export each grid point once"
    columns, rows = (len(np.unique(_merge_close(axis))) for axis in (x, y))
    if min(columns, rows) < 2:
        return f"{len(x)} {noun} in {rows} rows and {columns} columns; a landscape needs at least 2 by 2"
    if columns * rows != len(x):
        return f"{len(x)} {noun} do not fill their {rows} rows and {columns} columns; export the complete grid"
    order = np.lexsort([_merge_close(x), _merge_close(y)])
    if (order != np.arange(len(x))).any():
        return f"{noun} are not row by row with x rising fastest; sort them by y, then x"
    return "rows or columns are not evenly spaced; sample on an even grid"


def _merge_close(axis: Floats) -> Any:
    """Coordinates as whole multiples of a millionth of their range, so that rounding does not tell equal ones apart."""
    low, reach = axis.min(), max(float(np.ptp(axis / 2)), np.finfo(float).tiny)
    return np.rint((axis / 2 - low / 2) / reach * 1e6).astype(np.int64)
