"""Our typeface for files that carry it with them: the letters that occur, and which it lacks."""

import io
from collections.abc import Iterable
from typing import Any

from explorer.gl.lettering import one_line
from explorer.resources import font

ERROR = 1.0  # of a curve, in thousandths of the size of the text
POSTSCRIPT_NAME = 6  # the number that the standard gives it
STAND_IN = "□"  # for a letter that the typeface lacks
OUTLINES = {
    "tableVersion": 0x00010000, "maxZones": 1, "maxTwilightPoints": 0, "maxStorage": 0, "maxFunctionDefs": 0,
    "maxInstructionDefs": 0, "maxStackElements": 0, "maxSizeOfInstructions": 0,
    "maxComponentElements": 0, "maxComponentDepth": 0, "maxPoints": 0, "maxContours": 0,
    "maxCompositePoints": 0, "maxCompositeContours": 0,
}  # fmt: skip  # what a table of glyphs with outlines says, before it counts them


def lacking(texts: Iterable[str], weight: str = "Regular") -> str:
    """The letters, each once and sorted, that the typeface has no shapes of; it has those of ASCII."""
    letters = {letter for text in texts for letter in one_line(text) if not letter.isascii()}
    if not letters:
        return ""
    from fontTools.ttLib import TTFont  # noqa: PLC0415  commands start fast by importing late

    with TTFont(font(weight), lazy=True) as face:
        known = face.getBestCmap()
    return "".join(sorted(letter for letter in letters if ord(letter) not in known))


def with_quadratic_curves(weight: str, letters: str, name: str) -> bytes:
    """These letters as a TrueType font of this name, with quadratic curves: ours has cubic ones, which fewer programs
    can put into a PDF."""
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    face = TTFont(font(weight), recalcTimestamp=False)
    chosen = Subsetter(Options(layout_features=[], notdef_outline=True, name_IDs=["*"]))
    chosen.populate(text=letters)
    chosen.subset(face)
    _convert(face)
    for entry in face["name"].names:
        if entry.nameID == POSTSCRIPT_NAME:
            entry.string = name
    file = io.BytesIO()
    face.save(file)
    return file.getvalue()


def _convert(face: Any) -> None:
    """The outlines of a font, in place."""
    from fontTools.pens.cu2quPen import Cu2QuPen  # noqa: PLC0415
    from fontTools.pens.ttGlyphPen import TTGlyphPen  # noqa: PLC0415
    from fontTools.ttLib import newTable  # noqa: PLC0415

    names, shapes = face.getGlyphOrder(), face.getGlyphSet()
    most = ERROR / 1000 * face["head"].unitsPerEm
    glyphs = {}
    for name in names:
        pen = TTGlyphPen(shapes)
        shapes[name].draw(Cu2QuPen(pen, most, reverse_direction=True))
        glyphs[name] = pen.glyph()
    face["loca"], face["glyf"] = newTable("loca"), newTable("glyf")
    face["glyf"].glyphOrder, face["glyf"].glyphs = names, glyphs
    for key, value in OUTLINES.items():
        setattr(face["maxp"], key, value)
    del face["CFF "]
    face.sfntVersion = "\0\1\0\0"
