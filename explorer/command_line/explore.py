"""`basin explore`: a window on what there is."""

from pathlib import Path
from typing import Annotated

import typer

from compute.errors import BadInputError
from explorer.looks.settings import MOST_PANES


def explore(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Landscape folders or files, shown side by side; a folder of landscapes; or a session, .basin.json.",
            show_default=False,
        ),
    ],
    trajectory: Annotated[
        Path | None,
        typer.Option("--path", help="The descent path of one landscape: a CSV file, one `x,y` row an epoch."),
    ] = None,
) -> None:
    """Open a window on one landscape or several; one that is still being filled is followed.

    `?` in the window shows all keys. Files and folders can be dropped on it.

    Example: basin explore resnet.ply vgg.ply
    """
    from explorer.desk.beginning import beginning  # noqa: PLC0415  commands start fast by importing late
    from explorer.window.opening import open_application  # noqa: PLC0415

    if trajectory is not None and len(paths) > 1:
        raise BadInputError("--path: belongs to one landscape; give one, and open the others in the window")
    if len(paths) > MOST_PANES:
        raise BadInputError(f"{len(paths)} landscapes: at most {MOST_PANES} are shown side by side; give fewer")
    open_application(beginning(paths, trajectory)).run()
