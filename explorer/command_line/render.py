"""`basin render`: a picture, without a window or display."""

from pathlib import Path
from typing import Annotated, Any

import typer

from explorer.command_line.arguments import PathArgument, TrajectoryOption
from explorer.command_line.view_options import is_placed, view_of, with_view


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
    from explorer.pictures.vector_map import VECTOR_ENDINGS, write_map  # noqa: PLC0415

    target, wanted = picture_path(output, (".png", *VECTOR_ENDINGS)), parse_size(size, scale)
    is_vector = target.suffix.lower() in VECTOR_ENDINGS
    view = view_of(options or {}, theme="light" if is_vector else View.theme)
    landscape = read_landscape(path, trajectory)
    if is_vector:
        write_map(target, landscape, view, wanted, title=title, transparent=transparent)
    else:
        view = view if is_placed(options or {}) else framed(view, landscape, wanted)
        pixels = render_picture(landscape, view, wanted, scale=scale, transparent=transparent, title=title)
        write_picture(target, pixels)
    typer.echo(target)
