"""Maps for papers, read back: lines lie at their levels, text is text."""

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from pypdf import PdfReader

from compute.errors import BadInputError
from explorer.looks.view import Contours, ContourStyle, View
from explorer.pictures.drawing import Stroke, Text
from explorer.pictures.pdf import pdf_bytes, text_width
from explorer.pictures.svg import svg_bytes
from explorer.pictures.vector_map import draw_map, write_map
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
    content = page.get_contents().get_data().decode("cp1252")
    strokes = [shape for shape in drawing.shapes if isinstance(shape, Stroke)]
    assert content.count(" S\n") >= len(strokes) - 1
    fonts = {page["/Resources"]["/Font"][name]["/BaseFont"] for name in page["/Resources"]["/Font"]}
    assert fonts == {"/Helvetica", "/Helvetica-Bold", "/Symbol"}


def test_the_table_of_a_pdf_says_where_its_objects_are(drawing):
    written = pdf_bytes(drawing)
    table = int(re.search(rb"startxref\n(\d+)", written)[1])
    assert written[table : table + 4] == b"xref"
    places = [int(row[:10]) for row in written[table:].splitlines()[3:] if row.endswith(b" n ")]
    assert len(places) == 7
    for number, place in enumerate(places, 1):
        assert written[place:].startswith(b"%d 0 obj" % number)


def test_widths_are_those_of_helvetica():
    """Adobe's metrics: 'Loss' is 556 + 556 + 500 + 500 thousandths."""
    assert text_width(Text("Loss", 0, 0, 10.0, (0, 0, 0))) == pytest.approx(21.12)
    assert text_width(Text("α−1", 0, 0, 10.0, (0, 0, 0))) == pytest.approx(6.31 + 5.49 + 5.56)


def test_signs_and_brackets_of_a_title_do_no_harm():
    drawn = draw_map(landscape(17), VIEW, SIZE, title=r"a \ ) b ( <c> & λ")
    assert r"a \ ) b ( <c> & ?" in PdfReader(io.BytesIO(pdf_bytes(drawn))).pages[0].extract_text()
    assert r"a \ ) b ( <c> & λ" in [element.text for element in ET.fromstring(svg_bytes(drawn)).iter(f"{SVG}text")]


def test_transparent_has_no_ground_and_layers_can_be_left_out():
    bare = replace(
        VIEW, glyphs=False, path=False, axes=False, legend=False, contours=Contours(levels=LEVELS, labels=False)
    )
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
