"""The contour map as lines and text, for papers: as the map view has it, without the surface."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from compute.atomic import write_atomically
from compute.errors import BadInputError
from compute.landscape import Floats, Landscape
from explorer.camera.camera import MAP, Camera, clip_matrix, project
from explorer.gl.graphics import windowless_context
from explorer.gl.lettering import one_line, text_size
from explorer.ground.heights import extent_world
from explorer.ground.isolines import Lines, isolines
from explorer.ground.levels import Levels, contour_levels, is_heavy
from explorer.ground.marks import ARROW, DIAMOND, DISC, DOWN, RING, SIGNS, UP
from explorer.ground.scene import Instances, Label, Scene, Shot
from explorer.ground.staging import Stage
from explorer.layers.contours import line_colours
from explorer.layers.glyphs import fitting
from explorer.looks.theme import Rgb
from explorer.looks.view import ContourPlace, ContourStyle, View
from explorer.pictures.drawing import Area, Drawing, Stroke, Text
from explorer.pictures.frame import Frame, compose
from explorer.pictures.page import Room, is_roomy, map_camera, page_ratio, room_for
from explorer.pictures.pdf import check_pdf, pdf_bytes, unknown_letters
from explorer.pictures.picture import check_metric
from explorer.pictures.rows import legend_rows, placed_rows, rows_height
from explorer.pictures.signs import sign_areas
from explorer.pictures.svg import svg_bytes
from explorer.pictures.telling import title_of
from explorer.pictures.vector_arrows import arrow_area, arrow_areas
from explorer.writing.annotations import SCALE_NAMES
from explorer.writing.legend import Entry
from explorer.writing.line_labels import labels_of_lines
from explorer.writing.placing import SIDES_PT

WRITERS: Mapping[str, Callable[[Drawing], bytes]] = MappingProxyType({".svg": svg_bytes, ".pdf": pdf_bytes})
VECTOR_ENDINGS = tuple(WRITERS)
HEAVY = 1.8  # times as wide are the heavier lines
HEADING_PT, HEADING_GAP_PT, HEADED_PT = 12.0, 5.0, 24.0  # what is shown: its text, from the map, and all it takes
TITLED_PT = 30.0  # what the title takes
GAP_PT = 2.0  # between a line and the text that stands in it
PATH_PT, CASING_PT = 2.2, 3.8
CORNERS = {DOWN: 3, DIAMOND: 4, UP: 3, DISC: 40, RING: 40}
FIRST = {DOWN: -90.0, DIAMOND: 0.0, UP: 90.0, DISC: 0.0, RING: 0.0}  # degrees: where the first corner is
DARK: Rgb = (0.05, 0.05, 0.05)


def write_map(
    path: Path, landscape: Landscape, view: View, size: tuple[int, int], *, title: str = "", transparent: bool = False
) -> str:
    """Write the map of a surface as .svg or .pdf, of a size in points, whole or not at all. Returns the letters that it
    shows as boxes, since the typeface lacks them: of an .svg none, other programs have other typefaces.

    Raises BadInputError for a line, which has no map, without isolines, and for a .pdf without the library that writes
    it; NoGraphicsError; OSError on a full disk.
    """
    if path.suffix.lower() == ".pdf":
        check_pdf()
    drawing = draw_map(landscape, view, size, title=title, transparent=transparent)
    content = WRITERS[path.suffix.lower()](drawing)
    write_atomically(path, lambda file: file.write(content))
    return unknown_letters(drawing) if path.suffix.lower() == ".pdf" else ""


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
    stage, ratio = Stage(landscape, seen), page_ratio(size)
    said = subject(stage.scene)
    rows, room = _room(stage.scene, view, size, titled=bool(title))
    camera = map_camera(landscape.domain, size, room, axes=view.axes)
    heading = _heading(said, camera, stage.scene, size, ratio) if view.colour_bar else []
    shot = compose(stage.scene, replace(seen, camera=camera), size, ratio, caption=title, said=heading)
    levels = contour_levels(shot.scene.scale, lines)
    found = _isolines(stage, shot)
    numbers = labels_of_lines(shot, found, levels) if lines.labels else []
    named = one_line(title or f"{title_of(landscape)}: {said}")
    drawing = Drawing(size, None if transparent else shot.theme.background_top, named)
    drawing.shapes += _axes(shot)
    drawing.shapes += _contours(shot, found, levels, numbers)
    drawing.shapes += arrow_areas(shot) if seen.arrows else []
    drawing.shapes += _path(shot) if seen.path else []
    drawing.shapes += _marks(shot)
    swatches, names = placed_rows(rows, size[0], ratio)
    drawing.shapes += [area for row in swatches for area in _mark(row[:2].astype(np.float64), row, ratio)]
    labels = (*shot.labels, *(label for _, label in numbers), *names)
    drawing.shapes += [_text(label, shot) for label in labels]
    return drawing


def subject(scene: Scene) -> str:
    """What the isolines stand for, in words."""
    return f"{scene.metric}, {SCALE_NAMES[scene.scale.kind]}"


def _room(scene: Scene, view: View, size: tuple[int, int], *, titled: bool) -> tuple[list[list[Entry]], Room]:
    """The rows of the legend, none where they would leave too little of a small page, and what is kept for all text."""
    ratio = page_ratio(size)
    above = (TITLED_PT if titled else 0.0) + (HEADED_PT if view.colour_bar else 0.0)
    rows = legend_rows(scene, replace(view, points=False), size[0], ratio)  # those are not drawn
    rooms = [
        room_for(scene.domain, ratio, axes=view.axes, above=above * ratio, below=rows_height(kept, ratio))
        for kept in (rows, [])
    ]
    return (rows, rooms[0]) if is_roomy(rooms[0], size) else ([], rooms[1])


def _heading(text: str, camera: Camera, scene: Scene, size: tuple[int, int], ratio: float) -> list[Label]:
    """What is shown, above the map, from its left side on as far as there is room."""
    width, depth = (side / 2 for side in extent_world(scene.domain))
    left, top, _ = project(clip_matrix(camera, size), np.array([[-width, depth, 0.0]]), size)[0].tolist()
    long, side = text_size(text, round(HEADING_PT * ratio))[0], SIDES_PT * ratio
    x = max(min(left, size[0] - side - long), side)
    return [Label(text, x, top + HEADING_GAP_PT * ratio, (0.0, 0.0), HEADING_PT)]


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
        Stroke(np.stack([a, b]), _mixed(tuple(row[6:9]), row[9], shot), row[10] * shot.pixel_ratio, "axes")
        for a, b, row in zip(*ends, shot.lines.tolist(), strict=True)
    ]


def _contours(shot: Shot, lines: Lines, levels: Levels, numbers: list[tuple[int, Label]]) -> list[Stroke]:
    colours, usual = line_colours(shot, levels, covered=False).tolist(), shot.view.contours.width * shot.pixel_ratio
    strokes = []
    for k, (level, uv) in sorted(enumerate(lines), key=lambda line: line[1][0]):
        width = usual * (HEAVY if is_heavy(level, shot.view.contours.emphasis) else 1.0)
        colour = _mixed(tuple(colours[level][:3]), colours[level][3], shot)
        name = f"level {levels.values[level]:.6g}"
        own = [label for line, label in numbers if line == k]
        strokes += [Stroke(piece, colour, width, name) for piece in _open_for(own, _pixels(shot, uv), shot.pixel_ratio)]
    return strokes


def _open_for(numbers: list[Label], points: Floats, ratio: float) -> list[Floats]:
    """The pieces of a line that none of its numbers stands in."""
    covered = np.zeros(len(points), np.bool_)
    for label in numbers:
        width, height = text_size(label.text, round(label.size * ratio), label.weight)
        turn = np.radians(label.angle)
        away = points - (label.x, label.y)
        along, across = away @ (np.cos(turn), np.sin(turn)), away @ (-np.sin(turn), np.cos(turn))
        covered |= (np.abs(along) <= width / 2 + GAP_PT * ratio) & (np.abs(across) <= height / 2)
    cuts = np.flatnonzero(np.diff(covered.astype(int))) + 1
    pieces = np.split(np.arange(len(points)), cuts)
    return [points[piece] for piece in pieces if len(piece) > 1 and not covered[piece[0]]]


def _path(shot: Shot) -> list[Stroke]:
    table = shot.scene.path
    if not len(table):
        return []
    start, end, ratio = _pixels(shot, table[:, :2]), _pixels(shot, table[:, 2:4]), shot.pixel_ratio
    joined = np.append(False, np.all(start[1:] == end[:-1], axis=1))
    groups = np.split(np.arange(len(table)), np.flatnonzero(~joined)[1:])
    casing = [
        Stroke(np.vstack([start[group], end[group[-1:]]]), shot.theme.casing, CASING_PT * ratio, "path")
        for group in groups
    ]
    colours = table[:, 4:7].astype(float).tolist()
    pieces = [
        Stroke(np.stack([a, b]), (red, green, blue), PATH_PT * ratio, "path")
        for a, b, (red, green, blue) in zip(start, end, colours, strict=True)
    ]
    return [*casing, *pieces]


def _marks(shot: Shot) -> list[Area]:
    """Checkpoints and critical points."""
    tables: list[Instances] = [shot.scene.path_marks] if shot.view.path else []
    if shot.view.glyphs:
        tables.append(fitting(shot.scene.marks, shot.extent, shot.domain_px))
    placed = [(place, row) for table in tables for place, row in zip(_pixels(shot, table[:, :2]), table, strict=True)]
    return [area for place, row in placed for area in _mark(place, row, shot.pixel_ratio)]


def _mark(place: Floats, row: Instances, ratio: float) -> list[Area]:
    (sign, shape), diameter = divmod(int(row[2]), SIGNS), float(row[3]) * ratio
    if shape == ARROW:
        half = np.array([0.5 * diameter, 0.0])
        return [arrow_area(place - half, place + half, tuple(row[4:7].tolist()), DARK, ratio)]
    count = CORNERS[shape]
    angles = np.radians(FIRST[shape] + np.arange(count) * 360 / count)
    corners = place + 0.45 * diameter * np.column_stack([np.cos(angles), np.sin(angles)])
    red, green, blue = row[4:7].tolist()
    face = Area(corners, (red, green, blue), DARK, max(0.06 * diameter, 0.5 * ratio))
    return [face, *sign_areas(place, sign, 0.5 * diameter, DARK)]


def _text(label: Label, shot: Shot) -> Text:
    red, green, blue, alpha = label.colour or shot.theme.text
    colour = _mixed((red, green, blue), alpha, shot)
    text, strong, size = one_line(label.text), label.weight != "Regular", label.size * shot.pixel_ratio
    return Text(text, label.x, label.y, size, colour, label.align, strong, label.angle)


def _pixels(shot: Shot, uv: Instances) -> Floats:
    world = np.column_stack([(uv - 0.5) * shot.extent, np.zeros(len(uv))]).astype(np.float64)
    return project(shot.clip, world, shot.size)[:, :2]


def _mixed(colour: tuple[float, ...], alpha: float, shot: Shot) -> Rgb:
    red, green, blue = (alpha * a + (1 - alpha) * b for a, b in zip(colour, shot.theme.background_top, strict=True))
    return red, green, blue
