"""`basin report`: pictures, numbers and a reading in plain words, as one page."""

import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from explorer.command_line.arguments import TrajectoryOption


def report(
    path: Annotated[
        Path,
        typer.Argument(
            help="A landscape folder, a folder of them such as a run, or a .ply, .h5, .npz, .csv or .vtp file."
        ),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="The page to write: .html.")],
    *,
    trajectory: TrajectoryOption = None,
    title: Annotated[str, typer.Option(help="Of the page; that of the landscape.", show_default=False)] = "",
    theme: Annotated[
        str, typer.Option(help="Of the pictures: light, dark, or auto for both, as the reader's screen is.")
    ] = "auto",
    metric: Annotated[str, typer.Option(help="What the pictures show as height; the loss.", show_default=False)] = "",
) -> None:
    """Write one page with pictures, numbers, where they are from, and what may be concluded and what not.

    The page needs no other file and no network. Of a run all landscapes are in it. Each sentence follows a rule of
    docs/reading.md.

    Example: basin report demo/pca -o report.html

    Example: basin report resnet.ply --path steps.csv -o report.html --title "ResNet-50, PCA plane"
    """
    from explorer.desk.beginning import opened  # noqa: PLC0415  commands start fast by importing late
    from explorer.reporting.again import commands  # noqa: PLC0415
    from explorer.reporting.page import Subject, report_path, write_report  # noqa: PLC0415

    target = report_path(output)
    found = opened(path, trajectory)
    given = [("--path", trajectory), ("--title", title), ("--theme", "" if theme == "auto" else theme),
             ("--metric", metric)]  # fmt: skip
    line = _line(path, output, given)
    subjects = [
        Subject(land, tuple(commands(land, found.files[name].file if name in found.files else path, line)))
        for name, land in found.landscapes.items()
    ]
    write_report(target, subjects, title=title, theme=theme, metric=metric or None)
    typer.echo(target)


def _line(path: Path, output: Path, given: Iterable[tuple[str, object]]) -> str:
    """This command, as it was given."""
    words = ["basin", "report", str(path), "-o", str(output)]
    for name, value in given:
        words += [name, str(value)] if value else []
    return shlex.join(words)
