"""VTK's XML files: the tree of elements, and arrays of numbers in the encodings that VTK knows.

An array is ASCII, or binary: in place as base64, or at an offset in an appended section, raw or base64. Binary data
begin with their length, or, when compressed with zlib, with the sizes of the compressed blocks; in base64 that header
and the data are encoded apart or together. See "VTK File Formats" of the VTK user's guide, and vtkXMLDataParser.

A document type is refused, and with it all entities; sizes are compared with what is expected before memory is asked
for.
"""

import base64
import binascii
import re
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray

from compute.errors import BadInputError
from compute.formats.exchange import shown

TYPES = {f"{kind}{8 * size}": f"{kind[0].lower()}{size}" for kind in ("Int", "UInt") for size in (1, 2, 4, 8)}
TYPES |= {"Float32": "f4", "Float64": "f8"}
MAX_ELEMENTS = 10_000
ZLIB = "vtkZLibDataCompressor"
APPENDED = b"<AppendedData"


@dataclass(frozen=True, eq=False)
class Document:
    """A VTK XML file; ``appended`` is what follows the underscore of its appended section."""

    path: Path
    root: Element
    appended: bytes
    appended_base64: bool

    def numbers(self, element: Element, expected: int) -> NDArray[Any]:
        """(expected,) numbers of a DataArray. Raises BadInputError when they are not there, or not so many."""
        name = name_of(element)
        code = TYPES.get(element.get("type", ""))
        if code is None:
            raise self._bad(f"{name} is of type {shown(str(element.get('type')))!r}; it must hold numbers")
        if element.get("format", "ascii") == "ascii":
            found = _ascii(element.text or "")
        else:
            dtype = np.dtype(self._order + code)
            found = np.frombuffer(self._bytes(element, expected * dtype.itemsize), dtype)
        if found is None or len(found) != expected:
            raise self._bad(f"{name} does not hold the {expected} numbers that it announces")
        return found

    def text(self, element: Element, longest: int) -> str:
        """The one text of an array of type String, as a rule a series of character codes with a 0 at its end."""
        if element.get("format", "ascii") == "ascii":
            codes = _ascii(element.text or "")
            content = b"" if codes is None else np.nan_to_num(codes).clip(0, 255).astype(np.uint8).tobytes()
        else:
            content = self._bytes(element, longest, exactly=False)
        return content.partition(b"\0")[0].decode("utf-8", "replace")

    @property
    def _order(self) -> str:
        return ">" if self.root.get("byte_order") == "BigEndian" else "<"

    def _bytes(self, element: Element, expected: int, exactly: bool = True) -> bytes:
        """The decoded data of a binary array, of ``expected`` bytes, or at most so many."""
        name = name_of(element)
        if element.get("format") == "appended":
            offset = element.get("offset", "")
            if not re.fullmatch(r"\d{1,18}", offset):
                raise self._bad(f"{name} has no offset in the appended data")
            stream = _Stream(memoryview(self.appended)[int(offset) :], self.appended_base64)
        else:
            stream = _Stream(memoryview("".join((element.text or "").split()).encode("ascii", "replace")), True)
        try:
            found = self._decode(stream, expected)
        except (binascii.Error, zlib.error, ValueError) as error:
            raise self._bad(f"{name} is damaged ({error})") from None
        if exactly and len(found) != expected:
            raise self._bad(f"{name} holds {len(found)} bytes, not {expected}")
        return found

    def _decode(self, stream: "_Stream", limit: int) -> bytes:
        unit = np.dtype(self._order + ("u8" if self.root.get("header_type") == "UInt64" else "u4"))
        compressor = self.root.get("compressor")
        if compressor is None:
            (length,) = _sizes(stream.take(unit.itemsize), unit)
            return stream.rest(unit.itemsize, _bounded(length, limit))
        if compressor != ZLIB:
            raise self._bad(f"is compressed by {shown(compressor)!r}; save it with zlib, or uncompressed")
        blocks = _sizes(stream.take(3 * unit.itemsize), unit)[0]  # then the sizes of a full block and of the last
        header = (3 + _bounded(blocks, limit + 1)) * unit.itemsize
        compressed = _sizes(stream.take(header), unit)[3:]
        data, found, start, room = stream.rest(header, sum(compressed)), [], 0, limit
        for length in compressed:
            block = zlib.decompressobj()
            found.append(block.decompress(data[start : start + length], room + 1))
            start, room = start + length, room - len(found[-1])
            _bounded(limit - room, limit)
            if not block.eof:
                raise ValueError("cut short")
        return b"".join(found)

    def _bad(self, reason: str) -> BadInputError:
        return BadInputError(f"{self.path}: {reason}; export it again")


def name_of(element: Element) -> str:
    """What an array is called, fit for one line."""
    return shown(element.get("Name") or "an array")


def read_document(path: Path, longest: int) -> Document:
    """The elements of a VTK XML file of at most ``longest`` bytes. Raises BadInputError when it is none."""
    if path.stat().st_size > longest:
        raise BadInputError(f"{path}: is larger than {longest // 2**20} MiB; export fewer points")
    content = path.read_bytes()
    start = content.find(APPENDED)
    if start < 0:
        return Document(path, _parse(path, content), b"", False)
    opening, _, rest = content[start:].partition(b">")
    return Document(
        path,
        _parse(path, content[:start] + b"</VTKFile>"),
        rest[rest.find(b"_") + 1 :].lstrip() if b"base64" in opening else rest[rest.find(b"_") + 1 :],
        b"base64" in opening,
    )


def _parse(path: Path, content: bytes) -> Element:
    """The tree of elements. Raises BadInputError for anything that is not plain XML with VTKFile at its top."""
    builder, parser, count = TreeBuilder(), expat.ParserCreate(), 0

    def refuse(*_: object) -> None:
        raise BadInputError(f"{path}: has a document type, which no VTK file needs; remove it")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MAX_ELEMENTS:
            raise BadInputError(f"{path}: has more than {MAX_ELEMENTS} elements; is it a landscape?")
        builder.start(tag, attributes)

    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = start, builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise BadInputError(f"{path}: the XML is damaged or cut short ({error}); export it again") from None
    root = builder.close()
    if root.tag != "VTKFile":
        raise BadInputError(f"{path}: is XML, but no VTK file; give one that ParaView can open, type PolyData")
    return root


@dataclass(frozen=True)
class _Stream:
    """Bytes that may be in base64."""

    content: memoryview
    base64: bool

    def take(self, count: int) -> bytes:
        """The first ``count`` bytes. Raises ValueError when there are fewer."""
        found = self._decoded(0, count) if self.base64 else bytes(self.content[:count])
        if len(found) < count:
            raise ValueError("cut short")
        return found[:count]

    def rest(self, header: int, count: int) -> bytes:
        """``count`` bytes after a header of ``header`` bytes."""
        if not self.base64:
            return bytes(self.content[header : header + count])
        letters = _letters(header)
        if bytes(self.content[letters - 1 : letters]) == b"=":  # encoded apart, and it shows
            return self._decoded(letters, count)[:count]
        return self._decoded(0, header + count)[header : header + count]

    def _decoded(self, start: int, count: int) -> bytes:
        return base64.b64decode(self.content[start : start + _letters(count)], validate=True)


def _letters(count: int) -> int:
    """Of base64, for so many bytes."""
    return 4 * ((count + 2) // 3)


def _sizes(content: bytes, unit: "np.dtype[Any]") -> list[int]:
    found: list[int] = np.frombuffer(content, unit).tolist()
    return found


def _bounded(number: int, limit: int) -> int:
    if not 0 <= number <= limit:
        raise ValueError(f"announces {number} where {limit} are expected")
    return number


def _ascii(text: str) -> NDArray[Any] | None:
    """Numbers with white space between; None when they are not numbers."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # how numpy says that it met something else
        try:
            return np.fromstring(text, np.float64, sep=" ") if text.strip() else np.zeros(0)
        except (DeprecationWarning, ValueError):
            return None
