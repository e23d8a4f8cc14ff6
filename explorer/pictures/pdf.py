"""A drawing as PDF of one page: paths, and text in the faces that every reader has."""

import math
import zlib
from typing import Any

from explorer.looks.theme import Rgb
from explorer.pictures.drawing import Area, Drawing, Stroke, Text

# Widths of Helvetica from the space to the tilde, in thousandths of its size (Adobe font metrics).
WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
)  # fmt: skip
BOLD = 1.05  # times as wide, on average
OTHER = 556  # of a letter that is not in the table
SYMBOLS = {"α": ("a", 631), "β": ("b", 549), "−": ("-", 549)}  # that Helvetica has not: in Symbol, and how wide
FACES = ("Helvetica", "Helvetica-Bold", "Symbol")


def pdf_bytes(drawing: Drawing) -> bytes:
    """The file; one unit is a point."""
    width, height = drawing.size
    parts = ["1 J 1 j"]  # round ends and corners
    if drawing.ground:
        parts.append(f"{_colour(drawing.ground)} rg 0 0 {width} {height} re f")
    parts += [_shape(shape) for shape in drawing.shapes]
    content = zlib.compress("\n".join(parts).encode("cp1252", "replace"))
    faces = " ".join(f"/F{k} {5 + k} 0 R" for k in range(len(FACES)))
    page = f"/MediaBox [0 0 {width} {height}] /Resources << /Font << {faces} >> >> /Contents 4 0 R"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {page} >>".encode(),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(content), content),
        *(_face(name) for name in FACES),
    ]
    return _file(objects)


def _file(objects: list[bytes]) -> bytes:
    """The objects in turn, numbered from 1, and the table of where each begins."""
    written, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(written))
    return written + head + table + end


def _face(name: str) -> bytes:
    encoding = "" if name == "Symbol" else " /Encoding /WinAnsiEncoding"
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name}{encoding} >>".encode()


def _shape(shape: Stroke | Area | Text) -> str:
    match shape:
        case Stroke():
            return f"{_colour(shape.colour)} RG {shape.width:.2f} w {_path(shape.points)} S"
        case Area():
            rim = f"{_colour(shape.rim)} RG {shape.width:.2f} w " if shape.rim else ""
            return f"{_colour(shape.colour)} rg {rim}{_path(shape.points)} h {'B' if shape.rim else 'f'}"
        case Text():
            return _text(shape)


def _text(shape: Text) -> str:
    """Runs of letters in one face; the text is moved to the left by its share of its width."""
    cosine, sine = math.cos(math.radians(shape.angle)), math.sin(math.radians(shape.angle))
    back, up = -shape.align[0] * text_width(shape), shape.rise
    x, y = shape.x + back * cosine - up * sine, shape.y + back * sine + up * cosine
    runs = "".join(f"/F{face} {shape.size:.2f} Tf ({_escaped(text)}) Tj " for face, text in _runs(shape))
    turn = f"{cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f} {x:.2f} {y:.2f} Tm"
    return f"BT {_colour(shape.colour)} rg {turn} {runs}ET"


def _runs(shape: Text) -> list[tuple[int, str]]:
    runs: list[tuple[int, str]] = []
    for letter in shape.text:
        face, written = (2, SYMBOLS[letter][0]) if letter in SYMBOLS else (int(shape.strong), letter)
        if runs and runs[-1][0] == face:
            runs[-1] = face, runs[-1][1] + written
        else:
            runs.append((face, written))
    return runs


def text_width(shape: Text) -> float:
    """In points."""
    return shape.size / 1000 * sum(_width(letter, shape.strong) for letter in shape.text)


def _width(letter: str, strong: bool) -> float:
    if letter in SYMBOLS:
        return SYMBOLS[letter][1]
    place = ord(letter) - 32
    return (WIDTHS[place] if 0 <= place < len(WIDTHS) else OTHER) * (BOLD if strong else 1.0)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _path(points: Any) -> str:
    first, *others = (f"{x:.2f} {y:.2f}" for x, y in points.tolist())
    return " ".join([f"{first} m", *(f"{other} l" for other in others)])


def _colour(colour: Rgb) -> str:
    return " ".join(f"{min(max(part, 0.0), 1.0):.3f}" for part in colour)
