"""Landscapes in PLY files: a grid of vertices with the loss as property ``s``.

    element vertex  numbers x, y, s, row-major, x fastest, rising; others such as z, vx, vy, vz are ignored
    element face    lists of vertex indices; optional, checked, then ignored: the grid says which are neighbours

Read are ASCII, little-endian and big-endian binary; written is the layout of the seed system, to the byte: ASCII, x y z
vx vy vz s with 18 digits, all but x, y and s 0, then quads, row by row. It has no place for a point without a number.

plyfile does the parsing, but trusts the file: it allocates whatever the
header asks for and takes minutes over one long comment. So the header is bounded against the size of the file
before, and grid, indices and finiteness are checked after.
"""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from plyfile import PlyData, PlyParseError  # type: ignore[import-untyped]

from compute.errors import BadInputError
from compute.formats.cells import cells
from compute.formats.grid import domain_of_rows
from compute.landscape import Domain, Floats, Trajectory

HEADER_BYTES = 64 * 1024
LINE_BYTES = 4 * 1024
LOSS = "s"
KIND = "ply"
PATH_ENDING = "gradient_descent_results.csv"  # of the file beside it, as the seed calls it
PROPERTIES = "".join(f"property double {name}\n" for name in ("x", "y", "z", "vx", "vy", "vz", LOSS))
HEADER = f"""ply
format ascii 1.0
element vertex {{vertices}}
{PROPERTIES}element face {{faces}}
property list uchar int vertex_indices
end_header
"""


@dataclass(frozen=True)
class _Element:
    name: str
    count: int
    scalars: list[str]
    lists: list[str]


def read_ply(path: Path) -> tuple[Domain, Floats]:
    """The grid of a PLY file and its loss, float64 (n_beta, n_alpha).

    The grid must be complete, at least 2 by 2, and evenly spaced: each vertex within 1 % of a spacing of its place.
    Raises BadInputError when the file is not such a PLY; OSError when it cannot be read.
    """
    with path.open("rb") as file:
        _check_header(path, file.read(HEADER_BYTES + 1), path.stat().st_size)
        file.seek(0)
        ply = _parse(path, file.read())
    vertex = ply["vertex"]
    x, y, loss = (np.array(vertex[name], np.float64) for name in ("x", "y", LOSS))
    for name, numbers in (("x", x), ("y", y), (LOSS, loss)):
        if not np.isfinite(numbers).all():
            first = int(np.flatnonzero(~np.isfinite(numbers))[0])
            raise BadInputError(f"{path}: vertex {first} has {name} = {numbers[first]}; every number must be finite")
    _check_faces(path, ply, len(x))
    domain = domain_of_rows(path, "vertices", x, y)
    return domain, loss.reshape(domain.shape)


def ply_bytes(domain: Domain, values: Floats) -> bytes:
    """The surface in the seed's layout. Raises ValueError for a line, or values that are not all finite."""
    if domain.is_line or not np.isfinite(values).all():
        raise ValueError("PLY holds a surface with a number at every point")
    x, y = np.meshgrid(domain.alphas, domain.betas)
    columns = ([f"{number:.18g}" for number in axis.ravel().tolist()] for axis in (x, y, values))
    corners = cells(values).tolist()
    lines = [
        *HEADER.format(vertices=values.size, faces=len(corners)).splitlines(),
        *(f"{a} {b} 0 0 0 0 {s}" for a, b, s in zip(*columns, strict=True)),
        *(f"4 {' '.join(map(str, quad))}" for quad in corners),
    ]
    return ("\n".join(lines) + "\n").encode()


def path_bytes(trajectory: Trajectory) -> bytes:
    """The path of the training as the seed has it: ``x,y`` rows without a header."""
    rows = zip(trajectory.alpha.tolist(), trajectory.beta.tolist(), strict=True)
    return "".join(f"{x!r},{y!r}\r\n" for x, y in rows).encode()


def _check_header(path: Path, head: bytes, size: int) -> None:
    """Bound everything plyfile would believe. ``head`` is the beginning of the file, ``size`` its length in bytes."""
    newline = b"\r\n" if head[3:5] == b"\r\n" else head[3:4]
    if head[:3] != b"ply" or newline not in (b"\n", b"\r", b"\r\n"):
        raise BadInputError(f"{path}: not a PLY file (it does not begin with 'ply'); give a PLY or a landscape folder")
    end = head.find(newline + b"end_header" + newline)
    if end < 0:
        raise BadInputError(
            f"{path}: no end_header in the first {HEADER_BYTES // 1024} KiB; the file is cut short or damaged, "
            "export it again"
        )
    lines = head[:end].split(newline)
    if max(map(len, lines)) > LINE_BYTES:
        raise BadInputError(f"{path}: a header line is longer than {LINE_BYTES // 1024} KiB; remove the long comment")
    elements = _elements(path, lines)
    body = size - end - len(b"end_header") - 2 * len(newline)
    text = any(line.split()[:2] == [b"format", b"ascii"] for line in lines)
    # At least one byte a number, in text also a separator, which the last one may lack. A coarse bound on purpose:
    # nothing can be allocated that is not a small multiple of the file.
    least = sum(element.count * max(1, len(element.scalars + element.lists)) for element in elements) * (1 + text)
    if least > body + 1:
        raise BadInputError(
            f"{path}: the header announces more than the {max(body, 0)} bytes of data can hold; "
            "the file is cut short or damaged, export it again"
        )
    _check_vertex(path, elements)


def _elements(path: Path, lines: list[bytes]) -> list[_Element]:
    elements: list[_Element] = []
    try:
        for words in (line.decode("ascii").split() for line in lines):
            if words[:1] == ["element"]:
                elements.append(_Element(words[1], int(words[2]), [], []))
            elif words[:1] == ["property"]:
                (elements[-1].lists if words[1] == "list" else elements[-1].scalars).append(words[-1])
    except (ValueError, IndexError):
        raise BadInputError(f"{path}: the PLY header is malformed; export it again") from None
    if any(element.count < 0 for element in elements):
        raise BadInputError(f"{path}: the header has a negative count; export it again")
    return elements


def _check_vertex(path: Path, elements: list[_Element]) -> None:
    vertex = next((element for element in elements if element.name == "vertex"), None)
    if vertex is None:
        raise BadInputError(f"{path}: has no vertices; a landscape needs vertices with x, y and {LOSS} (the loss)")
    if vertex.lists:
        raise BadInputError(f"{path}: vertex property {vertex.lists[0][:40]!r} is a list; export it with plain numbers")
    for name in ("x", "y", LOSS):
        if name not in vertex.scalars:
            raise BadInputError(f"{path}: vertices have no property {name}; x, y and {LOSS} (the loss) are needed")


def _parse(path: Path, content: bytes) -> PlyData:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a number that overflows its type shows as inf, and is rejected as that
            return PlyData.read(io.BytesIO(content), mmap=False)
    except (PlyParseError, ValueError, TypeError, OverflowError) as error:
        reason = " ".join(str(error).split())
        raise BadInputError(f"{path}: the PLY is damaged or cut short ({reason}); export it again") from None
    except MemoryError:
        raise BadInputError(f"{path}: does not fit into memory; export it with fewer vertices") from None


def _check_faces(path: Path, ply: PlyData, vertices: int) -> None:
    for element in ply.elements:
        lists = (
            [] if element.name != "face" else [p.name for p in element.properties if p.name.startswith("vertex_ind")]
        )
        for name in lists:
            indices = np.concatenate([np.atleast_1d(face) for face in element[name]] or [np.zeros(0)])
            wrong = ~((indices >= 0) & (indices < vertices))
            if wrong.any():
                raise BadInputError(
                    f"{path}: a face names vertex {indices[wrong][0]}, the file has {vertices}; export it again"
                )
