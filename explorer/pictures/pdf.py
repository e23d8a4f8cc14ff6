"""A drawing as PDF of one page: paths, and text in our own typeface, of which the file holds the letters that occur."""

import hashlib
import importlib.util
import io
from dataclasses import replace
from typing import Any

from compute.errors import BadInputError
from explorer.looks.theme import Rgb
from explorer.pictures.drawing import Area, Drawing, Stroke, Text
from explorer.pictures.typeface import STAND_IN, lacking, with_quadratic_curves

WEIGHTS = {False: "Regular", True: "SemiBold"}
ROUND = 1  # ends and corners of lines
ADVICE = "maps as .pdf need ReportLab and fontTools, which are not installed; pip install reportlab fonttools"


def check_pdf() -> None:
    """Raises BadInputError where the libraries are missing that write it."""
    if not all(importlib.util.find_spec(library) for library in ("reportlab", "fontTools")):
        raise BadInputError(ADVICE)


def pdf_bytes(drawing: Drawing) -> bytes:
    """The file; one unit is a point. The same drawing gives the same bytes. Raises as ``check_pdf`` does."""
    check_pdf()
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415  commands start fast by importing late

    texts, unknown = _texts(drawing), unknown_letters(drawing)
    faces = {strong: _registered(strong, texts) for strong in WEIGHTS}
    file = io.BytesIO()
    page: Any = Canvas(file, drawing.size, invariant=1, initialFontName=faces[False])  # or it names one that it lacks
    page.setTitle(drawing.title)
    page.setAuthor("")
    page.setSubject("")
    page.setCreator("Basin")
    page.setLineCap(ROUND)
    page.setLineJoin(ROUND)
    if drawing.ground:
        page.setFillColorRGB(*_colour(drawing.ground))
        page.rect(0, 0, *drawing.size, stroke=0, fill=1)
    for shape in drawing.shapes:
        match shape:
            case Stroke():
                _stroke(page, shape)
            case Area():
                _area(page, shape)
            case Text():
                _text(page, replace(shape, text=_known(shape.text, unknown)), faces[shape.strong])
    page.save()
    return file.getvalue()


def unknown_letters(drawing: Drawing) -> str:
    """Those that the file shows as boxes, since the typeface lacks them."""
    return lacking(text.text for text in _texts(drawing))


def _texts(drawing: Drawing) -> list[Text]:
    return [shape for shape in drawing.shapes if isinstance(shape, Text)]


def _registered(strong: bool, texts: list[Text]) -> str:
    """The name of a face with the letters that occur. Others have another name: the library keeps one of each name."""
    from reportlab.pdfbase.pdfmetrics import registerFont  # noqa: PLC0415
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415

    found = {" ", STAND_IN, *(letter for text in texts if text.strong is strong for letter in text.text)}
    letters = "".join(sorted(found))
    name = f"Inter-{WEIGHTS[strong]}-{hashlib.sha256(letters.encode(errors='replace')).hexdigest()[:8]}"
    registerFont(TTFont(name, io.BytesIO(with_quadratic_curves(WEIGHTS[strong], letters, name))))
    return name


def _known(text: str, unknown: str) -> str:
    return "".join(STAND_IN if letter in unknown else letter for letter in text)


def _stroke(page: Any, shape: Stroke) -> None:
    page.setStrokeColorRGB(*_colour(shape.colour))
    page.setLineWidth(shape.width)
    page.drawPath(_path(page, shape.points), stroke=1, fill=0)


def _area(page: Any, shape: Area) -> None:
    page.setFillColorRGB(*_colour(shape.colour))
    if shape.rim:
        page.setStrokeColorRGB(*_colour(shape.rim))
        page.setLineWidth(shape.width)
    path = _path(page, shape.points)
    path.close()
    page.drawPath(path, stroke=int(shape.rim is not None), fill=1)


def _text(page: Any, shape: Text, face: str) -> None:
    """Moved to the left by its share of its width."""
    page.saveState()
    page.translate(shape.x, shape.y)
    page.rotate(shape.angle)
    page.setFillColorRGB(*_colour(shape.colour))
    page.setFont(face, shape.size)
    page.drawString(-shape.align[0] * page.stringWidth(shape.text, face, shape.size), shape.rise, shape.text)
    page.restoreState()


def _path(page: Any, points: Any) -> Any:
    path = page.beginPath()
    first, *others = points.round(2).tolist()
    path.moveTo(*first)
    for other in others:
        path.lineTo(*other)
    return path


def _colour(colour: Rgb) -> Rgb:
    red, green, blue = (min(max(part, 0.0), 1.0) for part in colour)
    return red, green, blue
