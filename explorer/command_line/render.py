"""`basin render`: a picture, without a window or display."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from compute.errors import BadInputError
from explorer.command_line.arguments import PathArgument, TrajectoryOption
from explorer.command_line.chosen_view import is_placed, view_of
from explorer.command_line.letters import tell_lacking
from explorer.command_line.view_options import with_view

FROM_ABOVE = ("", "map", "top")  # views of an .svg or .pdf
NOT_IN_MAPS = (
    "azimuth", "elevation", "distance", "target", "orthographic", "surface", "opacity", "relief", "occlusion",
    "contour_place", "on_floor", "measured_points", "cut_alpha", "cut_beta", "cut_height", "cross_section",
    "colour_by",
)  # fmt: skip


@with_view
def render(
    path: PathArgument,
    output: Annotated[Path, typer.Option("-o", "--output", help="The picture to write: .png, .svg or .pdf.")],
    *,
    trajectory: TrajectoryOption = None,
    size: Annotated[str, typer.Option(help="Width x height in pixels, or in points of an .svg or .pdf.")] = "1280x800",
    scale: Annotated[int, typer.Option(min=1, max=8, help="So many times as large: the same with more pixels.")] = 1,
    transparent: Annotated[bool, typer.Option("--transparent", help="Without background.")] = False,
    title: Annotated[str, typer.Option(help="At the upper left.", show_default=False)] = "",
    options: dict[str, Any] | None = None,
) -> None:
    """Draw the view of the explorer into a picture, without a window or display.

    An .svg or .pdf is the contour map with labelled lines, as paths and text: for papers.

    Example: basin render demo/pca -o landscape.png --view iso --size 1920x1200

    Example: basin render demo/pca -o map.pdf --theme light --contour-levels 0.1,0.3,1,3,10 --size 480x400
    """
    from compute.formats.reading import read_landscape  # noqa: PLC0415  commands start fast by importing late
    from explorer.looks.view import View  # noqa: PLC0415
    from explorer.pictures.picture import parse_size, picture_path, render_picture, write_picture  # noqa: PLC0415
    from explorer.pictures.placing import framed  # noqa: PLC0415
    from explorer.pictures.typeface import lacking  # noqa: PLC0415
    from explorer.pictures.vector_map import VECTOR_ENDINGS, write_map  # noqa: PLC0415

    target, wanted = picture_path(output, (".png", *VECTOR_ENDINGS)), parse_size(size, scale)
    is_vector = target.suffix.lower() in VECTOR_ENDINGS
    if is_vector:
        _check_map(target, scale, options or {})
    view = view_of(options or {}, theme="light" if is_vector else View.theme)
    landscape = read_landscape(path, trajectory)
    if is_vector:
        unknown = write_map(target, landscape, view, wanted, title=title, transparent=transparent)
    else:
        view = view if is_placed(options or {}) else framed(view, landscape, wanted)
        pixels = render_picture(landscape, view, wanted, scale=scale, transparent=transparent, title=title)
        write_picture(target, pixels)
        unknown = lacking([title])
    tell_lacking(target, unknown)
    typer.echo(target)


def _check_map(target: Path, scale: int, options: Mapping[str, Any]) -> None:
    """Raises BadInputError for what a map of lines and text has nothing of, so that it is not left out silently."""
    ending, view = target.suffix.lower(), options.get("view", "")
    if scale != 1:
        raise BadInputError(f"--scale {scale}: is for pixels, and {ending} files have none; give --size in points")
    if view not in FROM_ABOVE:
        raise BadInputError(f"--view {view}: {ending} files are the map, from above; leave it out, or write a .png")
    for name in NOT_IN_MAPS:
        if options.get(name) not in (None, "", False):
            told = name.replace("_", "-")
            raise BadInputError(
                f"--{told}: {ending} files are the map and have none of it; leave it out, or write a .png"
            )
