"""Maps for papers, read back: lines lie at their levels, text is text."""

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from fontTools.pens.areaPen import AreaPen
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from PIL import ImageFont
from pypdf import PdfReader

from compute.errors import BadInputError
from compute.formats.reading import read_landscape
from compute.scale import ScaleKind
from explorer.looks.view import Contours, ContourStyle, Scaling, View
from explorer.pictures.drawing import CAP, DESCENT, Drawing, Stroke, Text
from explorer.pictures.pdf import pdf_bytes, unknown_letters
from explorer.pictures.svg import svg_bytes
from explorer.pictures.typeface import with_quadratic_curves
from explorer.pictures.vector_map import draw_map, write_map
from explorer.resources import font, resource
from tests.explorer.layers.test_layers import landscape
from tests.explorer.lines import line
from tests.surfaces import HIMMELBLAU

SIZE = (480, 400)
LEVELS = (20.0, 60.0, 150.0, 400.0)
VIEW = View(theme="light", contours=Contours(levels=LEVELS, emphasis=0))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawing():
    return draw_map(landscape(65), VIEW, SIZE, title="Himmelblau (1972)")


def square(drawing) -> np.ndarray:
    """Corners of the map in the picture: the frame, which is the axes' longest lines."""
    points = np.vstack([shape.points for shape in drawing.shapes if isinstance(shape, Stroke) and shape.name == "axes"])
    lines = [shape.points for shape in drawing.shapes if isinstance(shape, Stroke) and shape.name == "axes"]
    longest = max(np.ptp(one, axis=0).max() for one in lines)
    frame = np.vstack([one for one in lines if np.ptp(one, axis=0).max() > 0.99 * longest])
    assert len(points)
    return np.array([frame.min(axis=0), frame.max(axis=0)])


def losses(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    share = (points - corners[0]) / (corners[1] - corners[0])
    x, y = (-5 + 10 * share).T
    return HIMMELBLAU.z(x, y) + 1


def test_each_line_lies_at_its_level(drawing):
    corners, seen = square(drawing), set()
    for shape in drawing.shapes:
        if isinstance(shape, Stroke) and shape.name.startswith("level "):
            level = float(shape.name.split()[1])
            seen.add(level)
            assert np.abs(losses(shape.points, corners) / level - 1).max() < 0.06
    assert seen == set(LEVELS)


def test_lines_are_open_where_their_value_stands(drawing):
    numbers = [
        shape for shape in drawing.shapes if isinstance(shape, Text) and shape.text in ("20", "60", "150", "400")
    ]
    assert numbers
    strokes = [one.points for one in drawing.shapes if isinstance(one, Stroke) and one.name.startswith("level")]
    for number in numbers:
        value = losses(np.array([[number.x, number.y]]), square(drawing))[0]
        assert abs(value / float(number.text) - 1) < 0.1
        nearest = min(np.linalg.norm(points - (number.x, number.y), axis=1).min() for points in strokes)
        assert nearest > 5


def test_a_number_opens_its_own_line_only():
    """Among lines so close that others pass through its box, those go on."""
    levels = tuple(np.geomspace(3, 800, 60).tolist())
    dense = replace(VIEW, contours=Contours(levels=levels, emphasis=0), glyphs=False, path=False)
    lines, numbers = [], []
    for labels in (False, True):
        drawn = draw_map(landscape(65), replace(dense, contours=replace(dense.contours, labels=labels)), (400, 400))
        lines.append([one for one in drawn.shapes if isinstance(one, Stroke) and one.name.startswith("level")])
        numbers = [one for one in drawn.shapes if isinstance(one, Text) and one.strong]
    whole, cut = ({name: sum(len(one.points) for one in found if one.name == name)
                   for name in {one.name for one in found}} for found in lines)  # fmt: skip
    assert len(numbers) > 5
    texts = {number.text for number in numbers}
    for name in whole:
        opened = whole[name] > cut.get(name, 0)
        assert opened == (f"{float(name.split()[1]):.3g}" in texts), name


def boxes_of(drawing: Drawing) -> list[tuple[str, np.ndarray]]:
    """Each text and the corners (4, 2) of its box, by the typeface itself."""
    found = []
    for text in (shape for shape in drawing.shapes if isinstance(shape, Text)):
        face = ImageFont.truetype(font("SemiBold" if text.strong else "Regular"), 200)
        width = face.getlength(text.text) / 200 * text.size
        left, low = -text.align[0] * width, text.rise - DESCENT * text.size
        corners = np.array([(x, y) for x in (left, left + width) for y in (low, low + CAP * text.size)])
        turn = np.radians(text.angle)
        turned = corners @ [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]] + (text.x, text.y)
        found.append((text.text, turned[[0, 1, 3, 2]]))
    return found


def are_apart(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether a line parallel to a side of either parts two rectangles."""
    sides = [box[k] - box[k - 1] for box in (a, b) for k in (0, 1)]
    return any((a @ side).max() <= (b @ side).min() or (b @ side).max() <= (a @ side).min() for side in sides)


@pytest.fixture(scope="module")
def ready():
    return read_landscape(resource("assets", "ready"))


@pytest.mark.parametrize("size", [(240, 200), (300, 240), (360, 300), (400, 300), (480, 400), (240, 360), (900, 420)])
@pytest.mark.parametrize("title", ["", "A title"])
def test_at_sizes_of_papers_all_text_is_on_the_page_and_none_on_another(ready, size, title):
    drawn = draw_map(ready, View(theme="light", points=True), size, title=title)
    boxes = boxes_of(drawn)
    assert "measured point" not in {text for text, _ in boxes}, "they are not drawn"
    names = {"α · 1st principal component (94%)", "β · 2nd principal component (5%)"}
    assert names | {"train loss, log scale", "minimum"} <= {text for text, _ in boxes}
    for text, box in boxes:
        assert (box > 0).all() and (box < size).all(), text
    for (one, a), (other, b) in combinations(boxes, 2):
        assert are_apart(a, b), (one, other)
    low, high = square(drawn)
    assert (high - low).max() > 0.5 * min(size), "the map is too small"
    assert min(shape.size for shape in drawn.shapes if isinstance(shape, Text)) > 6


def test_on_the_smallest_pages_the_legend_goes_first(ready):
    drawn = draw_map(ready, View(theme="light"), (130, 100))
    low, high = square(drawn)
    assert (low > 0).all() and (high < (130, 100)).all() and (high - low).min() > 25
    assert "minimum" not in {shape.text for shape in drawn.shapes if isinstance(shape, Text)}


def test_a_map_says_what_it_shows(drawing):
    assert drawing.title == "Himmelblau (1972)"
    other = draw_map(landscape(17), replace(VIEW, height=Scaling(ScaleKind.LINEAR)), SIZE)
    assert "train loss, linear" in {shape.text for shape in other.shapes if isinstance(shape, Text)}
    assert other.title.endswith(": train loss, linear")
    assert ET.fromstring(svg_bytes(other)).find(f"{SVG}title").text == other.title


def test_the_square_of_the_domain_is_square(drawing):
    low, high = square(drawing)
    assert (high - low)[0] == pytest.approx((high - low)[1], rel=0.01)
    assert (low > 0).all() and (high < SIZE).all()


def test_svg_holds_paths_and_text(drawing):
    root = ET.fromstring(svg_bytes(drawing))
    assert root.get("viewBox") == "0 0 480 400"
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert {"α", "β", "minimum", "saddle", "start of training", "Himmelblau (1972)"} <= set(texts)
    assert "150" in texts
    paths = [element for element in root.iter(f"{SVG}path") if (element.get("class") or "").startswith("level")]
    assert len(paths) >= len(LEVELS)
    numbers = [float(number) for path in paths for number in re.findall(r"-?\d+\.\d+", path.get("d"))]
    assert min(numbers) >= 0 and max(numbers) <= 480
    assert root.find(f"{SVG}rect") is not None


def test_pdf_is_read_by_others(drawing):
    reader = PdfReader(io.BytesIO(pdf_bytes(drawing)), strict=True)
    (page,) = reader.pages
    assert (float(page.mediabox.width), float(page.mediabox.height)) == SIZE
    text = page.extract_text()
    for word in ("150", "minimum", "start of training", "Himmelblau (1972)"):
        assert word in text
    content = page.get_contents().get_data().decode("latin1")
    strokes = [shape for shape in drawing.shapes if isinstance(shape, Stroke)]
    assert len(re.findall(r"\bS\b", content)) >= len(strokes)
    assert reader.metadata.title == "Himmelblau (1972)"


def test_a_pdf_holds_its_typeface_and_needs_no_other(drawing):
    """As journals demand: each face that the page names has its shapes in the file, a subset of them."""
    (page,) = PdfReader(io.BytesIO(pdf_bytes(drawing)), strict=True).pages
    faces = [face.get_object() for face in page["/Resources"]["/Font"].values()]
    assert {face["/BaseFont"].split("+")[1].rpartition("-")[0] for face in faces} == {"Inter-Regular", "Inter-SemiBold"}
    for face in faces:
        assert face["/Subtype"] == "/TrueType"
        shapes = face["/FontDescriptor"]["/FontFile2"].get_data()
        assert 1000 < len(shapes) < 30_000
        assert {"glyf", "loca", "hmtx"} <= set(TTFont(io.BytesIO(shapes)).keys())
    nothing = PdfReader(io.BytesIO(pdf_bytes(Drawing((40, 30))))).pages[0]
    assert all("/FontDescriptor" in face.get_object() for face in nothing["/Resources"]["/Font"].values())


def test_the_same_drawing_gives_the_same_pdf(drawing):
    assert pdf_bytes(drawing) == pdf_bytes(drawing)


def test_letters_of_a_pdf_are_those_of_the_typeface():
    """Widths, outlines and areas against the font itself; the curves may differ by a thousandth of the size."""
    letters = "αβλ−≤∂Ωß∞e1%"
    embedded = TTFont(io.BytesIO(with_quadratic_curves("SemiBold", letters, "Ours")))
    original = TTFont(font("SemiBold"))
    unit = original["head"].unitsPerEm
    for letter in letters:
        bounds = []
        for face in (embedded, original):
            name = face.getBestCmap()[ord(letter)]
            pen = BoundsPen(face.getGlyphSet())
            face.getGlyphSet()[name].draw(pen)
            area = AreaPen(face.getGlyphSet())
            face.getGlyphSet()[name].draw(area)
            bounds.append((*pen.bounds, face["hmtx"][name][0], abs(area.value) / unit))
        assert np.abs(np.subtract(*bounds)).max() <= 1.5 * unit / 1000, letter


def test_letters_that_the_typeface_lacks_are_named_and_shown_as_boxes():
    title = "λ ≤ −1: 漢字漢 µ"
    drawn = draw_map(landscape(17), VIEW, SIZE, title=title)
    assert unknown_letters(drawn) == "字漢"
    assert "λ ≤ −1: □□□ µ" in PdfReader(io.BytesIO(pdf_bytes(drawn))).pages[0].extract_text()
    assert title in svg_bytes(drawn).decode()


def test_without_the_library_one_line_says_how_to_install_it(monkeypatch, drawing):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(BadInputError, match="pip install reportlab fonttools"):
        pdf_bytes(drawing)


def test_signs_and_brackets_of_a_title_do_no_harm():
    drawn = draw_map(landscape(17), VIEW, SIZE, title=r"a \ ) b ( <c> & λ")
    assert r"a \ ) b ( <c> & λ" in PdfReader(io.BytesIO(pdf_bytes(drawn))).pages[0].extract_text()
    assert r"a \ ) b ( <c> & λ" in [element.text for element in ET.fromstring(svg_bytes(drawn)).iter(f"{SVG}text")]


def test_a_title_of_several_lines_is_one_and_the_file_is_read():
    drawn = draw_map(landscape(17), VIEW, SIZE, title="two\nlines\x01\udcff!")
    texts = [element.text for element in ET.fromstring(svg_bytes(drawn)).iter(f"{SVG}text")]
    assert "two lines  !" in texts
    assert "two lines" in PdfReader(io.BytesIO(pdf_bytes(drawn))).pages[0].extract_text()


def test_transparent_has_no_ground_and_layers_can_be_left_out():
    plain = Contours(levels=LEVELS, labels=False)
    bare = replace(VIEW, glyphs=False, path=False, axes=False, legend=False, colour_bar=False, contours=plain)
    root = ET.fromstring(svg_bytes(draw_map(landscape(17), bare, SIZE, transparent=True)))
    assert root.find(f"{SVG}rect") is None and root.find(f"{SVG}text") is None
    assert all(element.get("class").startswith("level") for element in root.iter(f"{SVG}path"))


def test_colours_of_the_colour_map_tell_levels_apart():
    coloured = replace(VIEW, contours=Contours(ContourStyle.COLOUR_MAP, levels=LEVELS))
    drawn = draw_map(landscape(17), coloured, SIZE)
    colours = {
        shape.name: shape.colour for shape in drawn.shapes if isinstance(shape, Stroke) and "level" in shape.name
    }
    assert len(set(colours.values())) == len(LEVELS)


def test_what_has_no_map_is_refused(tmp_path):
    with pytest.raises(BadInputError, match="is a line and has no map"):
        write_map(tmp_path / "m.svg", line(), View(), SIZE)
    with pytest.raises(BadInputError, match="contours off"):
        write_map(tmp_path / "m.pdf", landscape(), View(contours=Contours(ContourStyle.OFF)), SIZE)
    assert not list(tmp_path.iterdir())
