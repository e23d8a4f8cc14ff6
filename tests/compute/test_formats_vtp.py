"""VTK PolyData: what a plain XML parser finds in it, all the encodings that VTK writes, and what is refused."""

import base64
import itertools
import tracemalloc
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

import numpy as np
import pytest

from compute.errors import BadInputError
from compute.formats.cells import cells
from compute.formats.exchange import COLUMNS
from compute.formats.reading import read_landscape
from compute.formats.vtk_xml import MAX_ELEMENTS
from compute.formats.writing import export
from compute.landscape import Domain, Floats, Landscape
from tests.compute.landscapes import masked, random_landscape, same_bits

TYPES = {"Float64": "f8", "Float32": "f4", "UInt32": "u4", "Int64": "i8", "UInt8": "u1"}


def complaint(path: Path, content: bytes | str) -> str:
    """The one line about what is wrong; it begins with the name of the file and costs no memory."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    tracemalloc.start()
    with pytest.raises(BadInputError) as caught:
        read_landscape(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    message = str(caught.value)
    assert message.startswith(f"{path}: ") and "\n" not in message and len(message) < 400 + len(str(path))
    assert peak < 20e6, f"{peak / 1e6:.0f} MB"
    return message


# ── written ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def parsed(path: Path) -> dict[str, np.ndarray]:
    """Every array of a file as we write it, by the names of its section and itself, and the numbers of the piece."""
    root = ET.fromstring(path.read_bytes())
    assert root.tag == "VTKFile" and root.attrib == {
        "type": "PolyData", "version": "1.0", "byte_order": "LittleEndian", "header_type": "UInt64",
    }  # fmt: skip
    (piece,) = root.findall("PolyData/Piece")
    found = {name: np.array(int(number)) for name, number in piece.attrib.items()}
    for section in (*piece, *root.findall("PolyData/FieldData")):
        for array in section:
            content = base64.b64decode(array.text or "")
            assert int.from_bytes(content[:8], "little") == len(content) - 8
            code = "u1" if array.get("type") == "String" else TYPES[array.attrib["type"]]
            numbers = np.frombuffer(content[8:], f"<{code}")
            found[f"{section.tag}/{array.attrib['Name']}"] = numbers.reshape(
                -1, int(array.get("NumberOfComponents", 1))
            )
    return found


@pytest.mark.parametrize("seed", range(16))
def test_a_plain_parser_finds_everything(seed: int, tmp_path: Path) -> None:
    land = random_landscape(seed)
    files = export(land, tmp_path / "v.vtp").files
    found = parsed(tmp_path / "v.vtp")
    x, y = np.meshgrid(land.domain.alphas, land.domain.betas)
    np.testing.assert_array_equal(found["Points/Points"], np.stack([x.ravel(), y.ravel(), 0 * x.ravel()], axis=1))
    for name in land.metrics:
        assert same_bits(found[f"PointData/{name}"].reshape(land.domain.shape), masked(land, name))
    np.testing.assert_array_equal(found["PointData/examples"].reshape(land.domain.shape), land.examples)
    corners = cells(masked(land, land.main_name))
    topology, other = ("Lines", "Polys") if land.domain.is_line else ("Polys", "Lines")
    np.testing.assert_array_equal(found[f"{topology}/connectivity"].ravel(), corners.ravel())
    size = corners.shape[1]
    np.testing.assert_array_equal(found[f"{topology}/offsets"].ravel(), size * np.arange(1, len(corners) + 1))
    counts = {name: int(found[name]) for name in found if name.startswith("NumberOf")}
    assert counts == {"NumberOfPoints": x.size, f"NumberOf{topology}": len(corners), f"NumberOf{other}": 0,
                      "NumberOfVerts": 0, "NumberOfStrips": 0}  # fmt: skip
    path = land.trajectory
    assert files == ((tmp_path / "v.vtp", tmp_path / "v_path.vtp") if path else (tmp_path / "v.vtp",))
    if path:
        line = parsed(tmp_path / "v_path.vtp")
        np.testing.assert_array_equal(line["Points/Points"], np.stack([path.alpha, path.beta, 0 * path.alpha], axis=1))
        assert line["Lines/connectivity"].ravel().tolist() == [n + k for n in range(len(path) - 1) for k in (0, 1)]
        for name in COLUMNS:
            if name not in ("alpha", "beta"):
                assert same_bits(line[f"PointData/{name}"].ravel(), getattr(path, name))


def test_colour_is_the_main_metric(tmp_path: Path) -> None:
    land = random_landscape(4)
    for metric in land.metrics:
        export(land, tmp_path / "v.vtp", metric)
        data = ET.fromstring((tmp_path / "v.vtp").read_bytes()).find("PolyData/Piece/PointData")
        assert data is not None and data.attrib == {"Scalars": metric}


# ── read from VTK: the encodings, built here by the user's guide, not by the code under test ──────────────────────────

DOMAIN = Domain((-1.0, 2.0), (0.0, 1.0), 4, 3)
VALUES = np.random.default_rng(3).normal(size=(3, 4)) * 10.0 ** np.random.default_rng(4).integers(-300, 300, (3, 4))
HEAD = '<?xml version="1.0"?>\n<VTKFile type="PolyData" version="1.0" {attributes}>\n<PolyData>\n'
TAIL = "</PolyData>\n{appended}</VTKFile>\n"


class Encoder:
    """Arrays as VTK encodes them: in place or appended, raw or base64, compressed or not, in either byte order."""

    def __init__(self, mode: str, compress: bool, header: str, order: str, together: bool = False) -> None:
        self.mode, self.compress, self.order, self.together = mode, compress, order, together
        self.unit = order + {"UInt32": "u4", "UInt64": "u8"}[header]
        self.attributes = f'byte_order="{"LittleEndian" if order == "<" else "BigEndian"}" header_type="{header}"'
        if compress:
            self.attributes += ' compressor="vtkZLibDataCompressor"'
        self.appended = b""

    def array(self, name: str, array: np.ndarray, kind: str = "Float64", extra: str = "") -> bytes:
        tag = f'<DataArray type="{kind}" Name="{name}" {extra} '
        if self.mode == "ascii":
            return f'{tag}format="ascii">\n{" ".join(map(repr, array.ravel().tolist()))}\n</DataArray>\n'.encode()
        parts = self.encode(array.astype(self.order + TYPES[kind]).tobytes())
        if self.mode == "inline":
            return f'{tag}format="binary">\n   '.encode() + self.text(parts) + b"\n</DataArray>\n"
        offset = len(self.appended)
        self.appended += b"".join(parts) if self.mode == "raw" else self.text(parts)
        return f'{tag}format="appended" offset="{offset}"/>\n'.encode()

    def encode(self, content: bytes) -> tuple[bytes, bytes]:
        """Header and data."""
        if not self.compress:
            return np.array([len(content)], self.unit).tobytes(), content
        blocks = [content[start : start + 40] for start in range(0, len(content), 40)]
        packed = [zlib.compress(block) for block in blocks]
        last = len(blocks[-1]) % 40  # 0: the last is as large as all others
        sizes = [len(blocks), 40, last, *map(len, packed)]
        return np.array(sizes, self.unit).tobytes(), b"".join(packed)

    def text(self, parts: tuple[bytes, bytes]) -> bytes:
        if self.together and not self.compress:
            return base64.b64encode(b"".join(parts))
        return b"".join(map(base64.b64encode, parts))

    def file(self, points: Floats, arrays: dict[str, Floats]) -> bytes:
        body = f'<Piece NumberOfPoints="{len(points)}" NumberOfPolys="0">\n<PointData>\n'.encode()
        body += b"".join(self.array(name, array) for name, array in arrays.items())
        body += b"</PointData>\n<Points>\n" + self.array("Points", points, extra='NumberOfComponents="3"')
        encoding = "raw" if self.mode == "raw" else "base64"
        start = f'<AppendedData encoding="{encoding}">\n   _'.encode()
        tail = b"\n</AppendedData>\n" if self.mode in ("raw", "base64") else b""
        appended = start + self.appended + tail if tail else b""
        head, end = HEAD.format(attributes=self.attributes).encode(), TAIL.partition("{appended}")
        return head + body + b"</Points>\n</Piece>\n" + end[0].encode() + appended + end[2].encode()


def points(domain: Domain = DOMAIN) -> Floats:
    x, y = np.meshgrid(domain.alphas, domain.betas)
    return np.stack([x.ravel(), y.ravel(), np.zeros(x.size)], axis=1)


MODES = [("ascii", False), *itertools.product(("inline", "raw", "base64"), (False, True))]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("header", ["UInt32", "UInt64"])
@pytest.mark.parametrize(("mode", "compress"), MODES)
def test_every_encoding_that_vtk_writes(mode: str, compress: bool, header: str, order: str, tmp_path: Path) -> None:
    for together in (False, True):
        encoder = Encoder(mode, compress, header, order, together)
        (tmp_path / "v.vtp").write_bytes(encoder.file(points(), {"loss": VALUES.ravel(), "other": -VALUES.ravel()}))
        found = read_landscape(tmp_path / "v.vtp")
        assert found.domain == DOMAIN and list(found.metrics) == ["loss", "other"]
        assert same_bits(found.metrics["loss"], VALUES) and same_bits(found.metrics["other"], -VALUES)


@pytest.mark.parametrize("ending", [b"</AppendedData>", b"<!-- _ -->"])
def test_raw_data_may_look_like_xml(ending: bytes, tmp_path: Path) -> None:
    values = np.frombuffer((ending + b" " * 96)[:96], "<f8").copy()
    (tmp_path / "v.vtp").write_bytes(Encoder("raw", False, "UInt32", "<").file(points(), {"loss": values}))
    assert same_bits(read_landscape(tmp_path / "v.vtp").main, values.reshape(3, 4))


def ascii_file(rows: Floats, loss: Floats | None, kind: str = "PolyData", pieces: int = 1, extra: str = "") -> str:
    """As loss-landscape and losscape write it: points with the loss as z, and again as point data."""
    data = "" if loss is None else (
        '<DataArray type="Float32" Name="zvalue" NumberOfComponents="1" format="ascii" RangeMin="0" RangeMax="9">\n'
        + " ".join(map(repr, loss.ravel().tolist())) + "\n</DataArray>\n"
    )  # fmt: skip
    piece = (
        f'<Piece NumberOfPoints="{len(rows)}" NumberOfVerts="0" NumberOfLines="0" NumberOfStrips="0" NumberOfPolys="0">'
        f'<PointData>\n{data}{extra}</PointData><Points>\n'
        '<DataArray type="Float32" Name="Points" NumberOfComponents="3" format="ascii" RangeMin="-1" RangeMax="1">\n'
        f'{" ".join(map(repr, rows.ravel().tolist()))}\n</DataArray></Points>\n</Piece>'
    )  # fmt: skip
    attributes = 'byte_order="LittleEndian" header_type="UInt64"'
    return HEAD.format(attributes=attributes).replace("PolyData", kind) + piece * pieces + TAIL.format(
        appended="").replace("PolyData", kind)  # fmt: skip


def read(path: Path, content: str) -> Landscape:
    path.write_text(content, encoding="utf-8")
    return read_landscape(path)


def test_files_of_loss_landscape_and_losscape(tmp_path: Path) -> None:
    rows = points()
    rows[:, 2] = VALUES.ravel()
    found = read(tmp_path / "v.vtp", ascii_file(rows, VALUES))
    assert list(found.metrics) == ["zvalue"] and same_bits(found.main, VALUES)
    assert dict(found.provenance) == {"kind": "vtp", "source": "v.vtp"} and found.measured == 12
    assert same_bits(read(tmp_path / "v.vtp", ascii_file(rows, None)).metrics["train_loss"], VALUES)


def test_points_in_any_order_and_in_single_precision(tmp_path: Path) -> None:
    order = np.random.default_rng(0).permutation(12)
    rows = points(Domain((-0.3, 0.1), (0.0, 0.7), 4, 3))[order].astype(np.float32).astype(float)
    found = read(tmp_path / "v.vtp", ascii_file(rows, VALUES.ravel()[order]))
    np.testing.assert_allclose([*found.domain.alpha, *found.domain.beta], [-0.3, 0.1, 0, 0.7], rtol=1e-7)
    assert same_bits(found.main, VALUES)
    rows[:, 2] = VALUES.ravel()[order]
    assert same_bits(read(tmp_path / "v.vtp", ascii_file(rows, None)).main, VALUES)


def test_arrays_of_several_components_are_left_out(tmp_path: Path) -> None:
    normals = '<DataArray type="Float32" Name="Normals" NumberOfComponents="3" format="ascii">1 2</DataArray>'
    assert list(read(tmp_path / "v.vtp", ascii_file(points(), VALUES, extra=normals)).metrics) == ["zvalue"]


# ── refused ───────────────────────────────────────────────────────────────────────────────────────────────────────────

BOMB = '<!DOCTYPE b [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 20}">' for n in range(8)
) + "]>"  # fmt: skip
SECRET = '<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
GOOD = ascii_file(points(), VALUES)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "no element found"),
        ("<VTKFile", "damaged"),
        ("<?xml version='1.0'?>", "no element found"),
        ("<html></html>", "no VTK file"),
        ("<VTKFile/>", "PolyData of one piece"),
        (b"<VTKFile>\xff</VTKFile>", "damaged"),
        (GOOD.encode()[:-30], "damaged"),
        (GOOD.encode()[:700], "damaged"),
        (GOOD.replace("<PolyData>", BOMB.replace("b [", "VTKFile [") + "<PolyData>"), "damaged"),
        (GOOD.replace("<VTKFile", BOMB + "<VTKFile").replace("zvalue", "&i;"), "document type"),
        (GOOD.replace("<VTKFile", SECRET + "<VTKFile").replace("zvalue", "&a;"), "document type"),
        (GOOD.replace("zvalue", "&a;"), "damaged"),
        (GOOD.replace("<PolyData>", "<a>" * 50_000), f"more than {MAX_ELEMENTS}"),
        (ascii_file(points(), VALUES, kind="ImageData"), "VTK ImageData"),
        (ascii_file(points(), VALUES, pieces=2), "2 pieces"),
        (GOOD.replace('NumberOfPoints="12"', 'NumberOfPoints="1e3"'), "how many points"),
        (GOOD.replace('NumberOfPoints="12"', 'NumberOfPoints="-12"'), "how many points"),
        (GOOD.replace('NumberOfPoints="12"', 'NumberOfPoints="11"'), "does not hold the 33 numbers"),
        (GOOD.replace('NumberOfPoints="12"', 'NumberOfPoints="16000000"'), "does not hold"),
        (GOOD.replace('NumberOfPoints="12"', 'NumberOfPoints="99999999999"'), "99,999,999,999 grid points"),
        (GOOD.replace('"Points" NumberOfComponents="3"', '"Points" NumberOfComponents="2"').replace(" 0.0 ", " zero "),
         "does not hold"),
        (GOOD.replace("<Points>", "<Ponts>").replace("</Points>", "</Ponts>"), "no points"),
        (GOOD.replace('type="Float32" Name="zvalue"', 'type="String" Name="zvalue"'), "must hold numbers"),
        (GOOD.replace('type="Float32" Name="zvalue"', 'Name="two&#10;lines"'), "two lines is of type"),
        (GOOD.replace('format="ascii"', 'format="binary"'), "damaged"),
        (GOOD.replace('format="ascii"', 'format="binary"').replace("UInt64", "Float64"), "damaged"),
        (GOOD.replace('format="ascii"', 'format="appended"'), "no offset"),
        (GOOD.replace('format="ascii"', 'format="appended" offset="-1"'), "no offset"),
        (GOOD.replace('format="ascii"', 'format="appended" offset="0"'), "cut short"),
        (GOOD.replace('format="ascii"', 'format="appended" offset="999999999999999999"'), "cut short"),
        (ascii_file(points() @ [[1, 0, 0], [0.3, 1, 0], [0, 0, 1]], VALUES), "do not fill"),
        (ascii_file(np.delete(points(), 5, 0), np.delete(VALUES.ravel(), 5)), "do not fill"),
        (ascii_file(np.delete(points(), 5, 0).repeat(2, 0), np.delete(VALUES.ravel(), 5).repeat(2)), "duplicated"),
        (ascii_file(np.zeros((0, 3)), np.zeros(0)), "no points"),
    ],
)  # fmt: skip
def test_files_that_hold_no_landscape(content: str | bytes, says: str, tmp_path: Path) -> None:
    assert content != GOOD
    assert says in complaint(tmp_path / "v.vtp", content)


def packed(blocks: int, size: int, last: int, lengths: list[int], data: bytes) -> str:
    """A file whose loss is compressed as the arguments say."""
    header = np.array([blocks, size, last, *lengths], "<u8").tobytes()
    text = base64.b64encode(header).decode() + base64.b64encode(data).decode()
    return GOOD.replace("<VTKFile", '<VTKFile compressor="vtkZLibDataCompressor"').replace(
        'PointData>', f'PointData><DataArray type="Float64" Name="bomb" format="binary">{text}</DataArray>', 1
    )  # fmt: skip


ZEROS = zlib.compress(bytes(100_000_000), 1)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (packed(1, 96, 0, [len(ZEROS)], ZEROS), "announces 97"),
        (packed(1, 2**62, 96, [len(ZEROS)], ZEROS), "announces 97"),
        (packed(2, 48, 0, [len(ZEROS)] * 2, ZEROS * 2), "announces 97"),
        (packed(2**60, 1, 1, [], b""), "announces"),
        (packed(97, 1, 1, [1] * 97, b"x" * 97), "cut short"),
        (packed(1, 96, 0, [2**62], ZEROS[:100]), "announces 97"),
        (packed(1, 96, 0, [10], zlib.compress(bytes(96))[:10]), "cut short"),
        (packed(0, 0, 0, [], b""), "holds 0 bytes"),
        (packed(1, 96, 0, [5], b"hello"), "damaged"),
        (GOOD.replace("<VTKFile", '<VTKFile compressor="vtkLZ4DataCompressor"').replace("ascii", "binary"), "zlib"),
    ],
)
def test_compressed_data_that_announce_one_thing_and_hold_another(content: str, says: str, tmp_path: Path) -> None:
    assert says in complaint(tmp_path / "v.vtp", content)


def test_a_length_beyond_the_file(tmp_path: Path) -> None:
    content = Encoder("inline", False, "UInt64", "<").file(points(), {"loss": VALUES.ravel()})
    for length in (0, 95, 97, 2**40, 2**64 - 1):
        old, new = (base64.b64encode(number.to_bytes(8, "little")) for number in (96, length))
        assert old in content
        assert "loss" in complaint(tmp_path / "v.vtp", content.replace(old, new, 1))


def test_damage_anywhere_is_one_line_or_harmless(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    path, refused = tmp_path / "v.vtp", 0
    for number in range(300):
        mode, compress = MODES[number % len(MODES)]
        content = bytearray(Encoder(mode, compress, "UInt32", "<").file(points(), {"loss": VALUES.ravel()}))
        for place in rng.integers(0, len(content), 3):
            content[place] = rng.integers(256)
        path.write_bytes(content)
        try:
            assert read_landscape(path).domain.shape == (3, 4)
        except BadInputError as error:
            assert "\n" not in str(error)
            refused += 1
    assert refused > 100


def test_a_file_without_end_is_refused_by_its_size(tmp_path: Path) -> None:
    with (tmp_path / "v.vtp").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(BadInputError, match="larger than 1024 MiB"):
        read_landscape(tmp_path / "v.vtp")
