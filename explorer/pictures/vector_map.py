"""The contour map as lines and text, for papers: as the map view has it, without the surface."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from compute.atomic import write_atomically
from compute.errors import BadInputError
from compute.landscape import Domain, Floats, Landscape
from explorer.camera.camera import MAP, Camera, project
from explorer.camera.steering import fit
from explorer.gl.graphics import windowless_context
from explorer.gl.lettering import text_size
from explorer.ground.heights import extent_world
from explorer.ground.isolines import Lines, isolines
from explorer.ground.levels import Levels, contour_levels, is_heavy
from explorer.ground.marks import DIAMOND, DISC, DOWN, RING, UP
from explorer.ground.scene import Instances, Label, Shot
from explorer.ground.staging import Stage
from explorer.layers.contours import line_colours
from explorer.layers.glyphs import fitting
from explorer.looks.theme import Rgb
from explorer.looks.view import ContourPlace, ContourStyle, View
from explorer.pictures.drawing import Area, Drawing, Stroke, Text
from explorer.pictures.frame import Frame, compose
from explorer.pictures.pdf import pdf_bytes
from explorer.pictures.picture import check_metric
from explorer.pictures.rows import ROW_PT, SIDE_PT, legend_rows, placed_rows
from explorer.pictures.svg import svg_bytes
from explorer.writing.line_labels import line_labels

WRITERS: Mapping[str, Callable[[Drawing], bytes]] = MappingProxyType({".svg": svg_bytes, ".pdf": pdf_bytes})
VECTOR_ENDINGS = tuple(WRITERS)
HEAVY = 1.8  # times as wide are the heavier lines
AXES_PT = 62.0  # room for numbers and names around the map
GAP_PT = 2.0  # between a line and the text that stands in it
PATH_PT, CASING_PT = 2.2, 3.8
CORNERS = {DOWN: 3, DIAMOND: 4, UP: 3, DISC: 40, RING: 40}
FIRST = {DOWN: -90.0, DIAMOND: 0.0, UP: 90.0, DISC: 0.0, RING: 0.0}  # degrees: where the first corner is
DARK: Rgb = (0.05, 0.05, 0.05)


def write_map(
    path: Path, landscape: Landscape, view: View, size: tuple[int, int], *, title: str = "", transparent: bool = False
) -> None:
    """Write the map of a surface as .svg or .pdf, of a size in points, whole or not at all.

    Raises BadInputError for a line, which has no map, and without isolines; NoGraphicsError; OSError on a full disk.
    """
    content = WRITERS[path.suffix.lower()](draw_map(landscape, view, size, title=title, transparent=transparent))
    write_atomically(path, lambda file: file.write(content))


def draw_map(
    landscape: Landscape, view: View, size: tuple[int, int], *, title: str = "", transparent: bool = False
) -> Drawing:
    """The map; colours that are seen through are mixed with the background, which is level."""
    check_metric(landscape, view)
    if landscape.domain.is_line:
        raise BadInputError(f"{landscape.name}: is a line and has no map; write a .png")
    if view.contours.style is ContourStyle.OFF:
        raise BadInputError(
            f"{landscape.name}: a map as .svg or .pdf is made of its contours; leave --contours off out"
        )
    lines = replace(view.contours, place=ContourPlace.SURFACE, on_floor=False)
    seen = replace(view, camera=MAP, flat=True, colour_bar=False, legend=False, contours=lines)
    stage = Stage(landscape, seen)
    rows = legend_rows(stage.scene, view, size[0])
    seen = replace(seen, camera=_camera(landscape.domain, size, len(rows)))
    shot = compose(stage.scene, seen, size, 1.0, caption=title)
    levels = contour_levels(shot.scene.scale, lines)
    found = _isolines(stage, shot)
    numbers = line_labels(shot, found, levels) if lines.labels else []
    drawing = Drawing(size, None if transparent else shot.theme.background_top)
    drawing.shapes += _axes(shot)
    drawing.shapes += _contours(shot, found, levels, numbers)
    drawing.shapes += _path(shot) if seen.path else []
    drawing.shapes += _marks(shot)
    swatches, names = placed_rows(rows, size[0])
    drawing.shapes += [_mark(row[:2].astype(np.float64), row) for row in swatches]
    drawing.shapes += [_text(label, shot) for label in (*shot.labels, *numbers, *names)]
    return drawing


def _camera(domain: Domain, size: tuple[int, int], rows: int) -> Camera:
    """All of the map, with room for the axes and for the legend below them."""
    width, depth = (side / 2 for side in extent_world(domain))
    corners = np.array([(x, y, 0.0) for x in (-width, width) for y in (-depth, depth)])
    return fit(MAP, corners, size, around=AXES_PT, below=rows * ROW_PT + SIDE_PT if rows else 0.0)


def _isolines(stage: Stage, shot: Shot) -> Lines:
    """Those that the graphics driver finds, which the pictures have too."""
    ctx = windowless_context()
    try:
        with Frame(ctx, occlusion=False) as frame:
            frame.set_heights(stage.heights, stage.map.measured, stage.paint)
            frame.draw(replace(shot, size=(64, 64)))
            return isolines(frame.isoline_segments())
    finally:
        ctx.release()


def _axes(shot: Shot) -> list[Stroke]:
    ends = [project(shot.clip, shot.lines[:, k : k + 3].astype(np.float64), shot.size)[:, :2] for k in (0, 3)]
    return [
        Stroke(np.stack([a, b]), _mixed(tuple(row[6:9]), row[9], shot), row[10], "axes")
        for a, b, row in zip(*ends, shot.lines.tolist(), strict=True)
    ]


def _contours(shot: Shot, lines: Lines, levels: Levels, numbers: list[Label]) -> list[Stroke]:
    colours = line_colours(shot, levels, covered=False).tolist()
    strokes = []
    for level, uv in sorted(lines, key=lambda line: line[0]):
        width = shot.view.contours.width * (HEAVY if is_heavy(level, shot.view.contours.emphasis) else 1.0)
        colour = _mixed(tuple(colours[level][:3]), colours[level][3], shot)
        name = f"level {levels.values[level]:.6g}"
        strokes += [Stroke(piece, colour, width, name) for piece in _open_for(numbers, _pixels(shot, uv))]
    return strokes


def _open_for(numbers: list[Label], points: Floats) -> list[Floats]:
    """The pieces of a line that no number stands in."""
    covered = np.zeros(len(points), np.bool_)
    for label in numbers:
        width, height = text_size(label.text, round(label.size), label.weight)
        turn = np.radians(label.angle)
        away = points - (label.x, label.y)
        along, across = away @ (np.cos(turn), np.sin(turn)), away @ (-np.sin(turn), np.cos(turn))
        covered |= (np.abs(along) <= width / 2 + GAP_PT) & (np.abs(across) <= height / 2)
    cuts = np.flatnonzero(np.diff(covered.astype(int))) + 1
    pieces = np.split(np.arange(len(points)), cuts)
    return [points[piece] for piece in pieces if len(piece) > 1 and not covered[piece[0]]]


def _path(shot: Shot) -> list[Stroke]:
    table = shot.scene.path
    if not len(table):
        return []
    start, end = _pixels(shot, table[:, :2]), _pixels(shot, table[:, 2:4])
    joined = np.append(False, np.all(start[1:] == end[:-1], axis=1))
    groups = np.split(np.arange(len(table)), np.flatnonzero(~joined)[1:])
    casing = [
        Stroke(np.vstack([start[group], end[group[-1:]]]), shot.theme.casing, CASING_PT, "path") for group in groups
    ]
    colours = table[:, 4:7].astype(float).tolist()
    pieces = [
        Stroke(np.stack([a, b]), (red, green, blue), PATH_PT, "path")
        for a, b, (red, green, blue) in zip(start, end, colours, strict=True)
    ]
    return [*casing, *pieces]


def _marks(shot: Shot) -> list[Area]:
    """Checkpoints and critical points."""
    tables: list[Instances] = [shot.scene.path_marks] if shot.view.path else []
    if shot.view.glyphs:
        tables.append(fitting(shot.scene.marks, shot.extent, shot.domain_px))
    placed = [(place, row) for table in tables for place, row in zip(_pixels(shot, table[:, :2]), table, strict=True)]
    return [_mark(place, row) for place, row in placed]


def _mark(place: Floats, row: Instances) -> Area:
    shape, diameter = int(row[2]), float(row[3])
    count = CORNERS[shape]
    angles = np.radians(FIRST[shape] + np.arange(count) * 360 / count)
    corners = place + 0.45 * diameter * np.column_stack([np.cos(angles), np.sin(angles)])
    red, green, blue = row[4:7].tolist()
    return Area(corners, (red, green, blue), DARK, max(0.06 * diameter, 0.5))


def _text(label: Label, shot: Shot) -> Text:
    red, green, blue, alpha = label.colour or shot.theme.text
    colour = _mixed((red, green, blue), alpha, shot)
    return Text(label.text, label.x, label.y, label.size, colour, label.align, label.weight != "Regular", label.angle)


def _pixels(shot: Shot, uv: Instances) -> Floats:
    world = np.column_stack([(uv - 0.5) * shot.extent, np.zeros(len(uv))]).astype(np.float64)
    return project(shot.clip, world, shot.size)[:, :2]


def _mixed(colour: tuple[float, ...], alpha: float, shot: Shot) -> Rgb:
    red, green, blue = (alpha * a + (1 - alpha) * b for a, b in zip(colour, shot.theme.background_top, strict=True))
    return red, green, blue
