"""Isolines as files for other programs; the surface itself is written by ``compute.formats.writing``."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from compute.atomic import write_atomically
from compute.errors import BadInputError
from compute.formats.vtp import lines_bytes
from compute.landscape import Domain, Floats
from explorer.ground.isolines import Segments, isolines


@dataclass(frozen=True, eq=False)
class Contour:
    """One line of equal value; the last of its ``points`` (n, 2), alpha and beta, is the first again if it closes."""

    level: float
    points: Floats


def contours_of(segments: Segments, levels: tuple[float, ...], domain: Domain) -> list[Contour]:
    """The lines that captured segments make, from the lowest level to the highest; ``levels`` are their values."""
    corner = np.array([domain.alpha[0], domain.beta[0]])
    sides = np.array([domain.alpha[1], domain.beta[1]]) - corner
    found = [Contour(levels[level], corner + uv.astype(np.float64) * sides) for level, uv in isolines(segments)]
    return sorted(found, key=lambda contour: contour.level)


def write_contours(contours: list[Contour], path: Path) -> None:
    """Write lines into a .csv or .vtp. Raises BadInputError for another ending or without lines; OSError."""
    encode = ENCODERS.get(path.suffix.lower())
    if encode is None:
        raise BadInputError(f"{path}: contours are written as {' or '.join(ENCODERS)}; give one of these endings")
    if not contours:
        raise BadInputError("there are no contours to export; turn them on first (z)")
    if not path.absolute().parent.is_dir():
        raise BadInputError(f"{path}: its folder does not exist; make {path.parent} first")
    content = encode(contours)
    write_atomically(path, lambda file: file.write(content))


def csv_bytes(contours: list[Contour]) -> bytes:
    """A row a point: the value of its line, the number of the line from 0, and where it is."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["level", "line", "alpha", "beta"])
    for number, contour in enumerate(contours):
        writer.writerows([contour.level, number, alpha, beta] for alpha, beta in contour.points.tolist())
    return text.getvalue().encode()


def vtp_bytes(contours: list[Contour]) -> bytes:
    """PolyData of lines, with the value of each as ``level`` at its points."""
    lengths = np.array([len(contour.points) for contour in contours])
    points = np.concatenate([contour.points for contour in contours])
    first = np.delete(np.arange(len(points)), np.cumsum(lengths) - 1)  # of every piece: all points but the last of each
    levels = np.repeat([contour.level for contour in contours], lengths)
    lines = np.repeat(np.arange(len(contours)), lengths)
    return lines_bytes(points, np.stack([first, first + 1], axis=1), "level", {"level": levels, "line": lines})


ENCODERS: Mapping[str, Callable[[list[Contour]], bytes]] = MappingProxyType({".csv": csv_bytes, ".vtp": vtp_bytes})
