"""A drawing as SVG: paths and text that other programs can edit."""

import xml.etree.ElementTree as ET
from typing import Any

from explorer.looks.theme import Rgb
from explorer.pictures.drawing import Area, Drawing, Stroke, Text

FAMILY = "Inter, Helvetica, Arial, sans-serif"
ANCHORS = {0.0: "start", 0.5: "middle", 1.0: "end"}


def svg_bytes(drawing: Drawing) -> bytes:
    """The file; one unit is a point."""
    width, height = drawing.size
    root = ET.Element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        width=f"{width}pt",
        height=f"{height}pt",
        viewBox=f"0 0 {width} {height}",
    )
    if drawing.title:
        ET.SubElement(root, "title").text = drawing.title
    if drawing.ground:
        ET.SubElement(root, "rect", width=str(width), height=str(height), fill=_colour(drawing.ground))
    for shape in drawing.shapes:
        match shape:
            case Stroke():
                _stroke(root, shape, height)
            case Area():
                _area(root, shape, height)
            case Text():
                _text(root, shape, height)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _stroke(root: ET.Element, shape: Stroke, height: int) -> None:
    name = {"class": shape.name} if shape.name else {}
    ET.SubElement(
        root, "path", {
            **name, "d": _path(shape.points, height), "fill": "none", "stroke": _colour(shape.colour),
            "stroke-width": _number(shape.width), "stroke-linejoin": "round", "stroke-linecap": "round",
        },
    )  # fmt: skip


def _area(root: ET.Element, shape: Area, height: int) -> None:
    rim = {"stroke": _colour(shape.rim), "stroke-width": _number(shape.width)} if shape.rim else {}
    ET.SubElement(root, "path", {"d": _path(shape.points, height) + " Z", "fill": _colour(shape.colour), **rim})


def _text(root: ET.Element, shape: Text, height: int) -> None:
    x, y = _number(shape.x), _number(height - shape.y)
    turned = {"transform": f"rotate({_number(-shape.angle)} {x} {y})"} if abs(shape.angle) > 0.01 else {}
    element = ET.SubElement(
        root, "text", {
            "x": x, "y": _number(height - shape.y - shape.rise), "font-family": FAMILY,
            "font-size": _number(shape.size), "font-weight": "600" if shape.strong else "400",
            "fill": _colour(shape.colour), "text-anchor": ANCHORS[shape.align[0]], **turned,
        },
    )  # fmt: skip
    element.text = shape.text


def _path(points: Any, height: int) -> str:
    return "M" + " L".join(f"{_number(x)} {_number(height - y)}" for x, y in points.tolist())


def _number(value: float) -> str:
    return f"{value + 0.0:.2f}"


def _colour(colour: Rgb) -> str:
    return "#" + "".join(f"{round(255 * min(max(part, 0.0), 1.0)):02x}" for part in colour)
