"""Landscapes as VTK PolyData, ``.vtp``, for ParaView.

    Points        (alpha, beta, 0): colour by a metric, and raise it with Warp By Scalar
    PointData     each metric, Float64 to the last bit, NaN = not measured, inf = diverged; examples, UInt32
    Polys         the cells of ``compute.formats.cells``, for the main metric; on a line Lines
    FieldData     trajectory.COLUMN (points,) and description, the provenance as JSON; both may be absent

Read is also what others write: points in any order that fill an even grid, and every point array of one component as a
metric, or where there is none z as the loss.
"""

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np
from numpy.typing import NDArray

from compute.errors import BadInputError
from compute.formats.cells import Cells, cells
from compute.formats.exchange import (
    COLUMNS,
    as_counts,
    columns_of,
    from_file,
    provenance_from,
    provenance_text,
    shown,
    trajectory_from,
)
from compute.formats.grid import check_size, domain_of_points
from compute.formats.vtk_xml import Document, read_document
from compute.landscape import MAIN_METRIC, Landscape, Trajectory

KIND = "vtp"
TAKEN = ("examples",)
PREFIX = "trajectory."
MAX_BYTES = 2**30
MAX_TEXT = 2**24
NAMES = {"f8": "Float64", "u4": "UInt32", "i8": "Int64", "u1": "UInt8"}


def vtp_bytes(landscape: Landscape, metric: str) -> bytes:
    """The landscape as PolyData; the cells and the colour are those of ``metric``."""
    alphas, betas = np.meshgrid(landscape.domain.alphas, landscape.domain.betas)
    points = np.stack([alphas.ravel(), betas.ravel(), np.zeros(alphas.size)], axis=1)
    arrays: dict[str, NDArray[Any]] = {**landscape.metrics, "examples": landscape.examples}
    root = _poly_data(points, cells(landscape.metrics[metric]), metric, arrays)
    root[0].insert(0, _field_data(landscape))
    return _bytes(root)


def trajectory_bytes(trajectory: Trajectory) -> bytes:
    """The trajectory as one broken line, with its columns as point data."""
    columns = columns_of(trajectory)
    points = np.stack([columns["alpha"], columns["beta"], np.zeros(len(trajectory))], axis=1)
    segments = np.arange(len(trajectory))[:, None] + np.arange(2)
    arrays = {name: values for name, values in columns.items() if name not in ("alpha", "beta")}
    return _bytes(_poly_data(points, segments[:-1], "loss", arrays))


def lines_bytes(
    points: NDArray[np.float64], segments: Cells, scalars: str, point_data: Mapping[str, NDArray[Any]]
) -> bytes:
    """(n, 2) places in the plane joined by (m, 2) segments, coloured by one of the arrays at the points."""
    flat = np.column_stack([points, np.zeros(len(points))])
    return _bytes(_poly_data(flat, segments, scalars, point_data))


def read_vtp(path: Path) -> Landscape:
    """The landscape in a PolyData file. Raises BadInputError when it holds none; OSError when it cannot be read."""
    document = read_document(path, MAX_BYTES)
    piece = _piece(document)
    points = _count(path, piece)
    coordinates = piece.find("Points/DataArray")
    if coordinates is None:
        raise BadInputError(f"{path}: has no points; a landscape needs them on an even grid")
    x, y, z = document.numbers(coordinates, 3 * points).astype(np.float64).reshape(-1, 3).T
    domain, order = domain_of_points(path, "points", x, y)
    scalars = [array for array in piece.iterfind("PointData/DataArray") if array.get("NumberOfComponents", "1") == "1"]
    check_size(path, points, len(scalars))
    arrays = {_metric(array): document.numbers(array, points)[order].reshape(domain.shape) for array in scalars}
    metrics = {name: array.astype(np.float64) for name, array in arrays.items() if name not in TAKEN}
    columns, text = _fields(document)
    return from_file(
        path,
        KIND,
        domain,
        metrics or {MAIN_METRIC: z[order].reshape(domain.shape)},
        examples=as_counts(path, "examples", arrays["examples"]) if "examples" in arrays else None,
        trajectory=trajectory_from(path, columns),
        provenance=provenance_from(path, text) if text else {},
    )


def _metric(array: Element) -> str:
    return array.get("Name") or "scalars"


def _piece(document: Document) -> Element:
    kind, pieces = document.root.get("type"), document.root.findall("PolyData/Piece")
    if kind != "PolyData" or len(pieces) != 1:
        raise BadInputError(
            f"{document.path}: is VTK {shown(str(kind))} of {len(pieces)} pieces; give PolyData of one piece, "
            "as ParaView's Extract Surface makes it"
        )
    return pieces[0]


def _count(path: Path, piece: Element) -> int:
    text = piece.get("NumberOfPoints", "")
    if not re.fullmatch(r"\d{1,18}", text):
        raise BadInputError(f"{path}: does not say how many points it has; export it again")
    check_size(path, int(text))
    return int(text)


def _fields(document: Document) -> tuple[dict[str, NDArray[np.float64]], str]:
    """Columns of the trajectory, and the description."""
    columns: dict[str, NDArray[np.float64]] = {}
    text = ""
    for array in [
        *document.root.iterfind("PolyData/FieldData/DataArray"),
        *document.root.iterfind("PolyData/FieldData/Array"),
    ]:
        name = array.get("Name", "")
        tuples = array.get("NumberOfTuples", "")
        if name == "description" and array.get("type") == "String":
            text = document.text(array, MAX_TEXT)
        elif name.removeprefix(PREFIX) in COLUMNS and name.startswith(PREFIX) and re.fullmatch(r"\d{1,9}", tuples):
            check_size(document.path, int(tuples))
            columns[name.removeprefix(PREFIX)] = document.numbers(array, int(tuples)).astype(np.float64)
    return columns, text


def _poly_data(
    points: NDArray[np.float64],
    corners: Cells,
    scalars: str,
    point_data: Mapping[str, NDArray[Any]],
) -> Element:
    root = Element("VTKFile", type="PolyData", version="1.0", byte_order="LittleEndian", header_type="UInt64")
    data = SubElement(root, "PolyData")
    segments = corners.shape[1] == 2
    counts = {"NumberOfPoints": len(points), "NumberOfVerts": 0, "NumberOfLines": len(corners) * segments}
    counts |= {"NumberOfStrips": 0, "NumberOfPolys": len(corners) * (not segments)}
    piece = SubElement(data, "Piece", {name: str(count) for name, count in counts.items()})
    arrays = SubElement(piece, "PointData", Scalars=scalars)
    for name, array in point_data.items():
        _array(arrays, name, array)
    _array(SubElement(piece, "Points"), "Points", points).set("NumberOfComponents", "3")
    topology = SubElement(piece, "Lines" if segments else "Polys")
    _array(topology, "connectivity", corners)
    _array(topology, "offsets", np.arange(1, len(corners) + 1) * corners.shape[1])
    return root


def _field_data(landscape: Landscape) -> Element:
    field = Element("FieldData")
    if landscape.trajectory is not None:
        for name, array in columns_of(landscape.trajectory).items():
            _array(field, PREFIX + name, array).set("NumberOfTuples", str(len(array)))
    codes = _array(field, "description", np.frombuffer(provenance_text(landscape).encode() + b"\0", np.uint8))
    codes.set("type", "String")
    codes.set("NumberOfTuples", "1")
    return field


def _bytes(root: Element) -> bytes:
    return b'<?xml version="1.0"?>\n' + tostring(root) + b"\n"


def _array(parent: Element, name: str, array: NDArray[Any]) -> Element:
    """A DataArray in base64: the length in bytes, then the numbers."""
    code = np.dtype(array.dtype).str[1:]
    content = np.ascontiguousarray(array, f"<{code}").tobytes()
    element = SubElement(parent, "DataArray", type=NAMES[code], Name=name, format="binary")
    element.text = base64.b64encode(len(content).to_bytes(8, "little") + content).decode()
    return element
