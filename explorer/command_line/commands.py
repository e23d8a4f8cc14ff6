"""The command line."""

import json
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

import typer

from compute.errors import BadInputError, TaskFailedError
from explorer.command_line.arguments import PathArgument, TrajectoryOption
from explorer.command_line.connect import connect
from explorer.command_line.explore import explore
from explorer.command_line.options import resumable
from explorer.command_line.record import record
from explorer.command_line.render import render
from explorer.command_line.report import report
from explorer.command_line.sample import sample
from explorer.command_line.train import train

EXIT_FAULT = 1
EXIT_BAD_INPUT = 2
UsageError: Any = typer.BadParameter.__base__  # what cannot be read as a command; typer has no public name for it

app = typer.Typer(
    help="Basin: fly over the loss landscape of a neural network while it is being measured.",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def common(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    """What every command has."""
    if version:
        typer.echo(f"basin {metadata.version('loss-basin')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def demo(
    out: Annotated[
        Path, typer.Option(help="Folder for the run and its landscapes; an existing one is resumed.")
    ] = Path("demo"),
    epochs: Annotated[int, typer.Option(min=1, help="Epochs of training.")] = 12,
    examples: Annotated[int, typer.Option(min=1, help="Training examples behind every value.")] = 256,
    resolution: Annotated[int, typer.Option(help="Points per axis at the finest level: 5, 9, 17, 33, 65, …")] = 65,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the weights, the data order and the random plane.")] = 0,
) -> None:
    """Train a small ResNet on handwritten digits, measure its loss surface, and explore it live.

    Without a display it does the same work and writes OUT/landscape.png and OUT/flythrough.mp4.

    Example: basin demo
    """
    from explorer.command_line.demo import run_demo  # noqa: PLC0415  commands start fast by importing late

    with resumable():
        run_demo(out, epochs=epochs, examples=examples, resolution=resolution, seed=seed)


app.command()(train)
app.command()(sample)
app.command()(connect)
app.command()(explore)
app.command()(render)
app.command()(record)
app.command()(report)


@app.command()
def export(
    path: PathArgument,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write: .ply .vtp .h5 .npz .csv .obj.")],
    trajectory: TrajectoryOption = None,
    metric: Annotated[
        str, typer.Option(help="The metric, in formats that hold one (ply, obj).", show_default=False)
    ] = "",
    log_height: Annotated[bool, typer.Option("--log-height", help="Heights of an .obj are logarithms.")] = False,
) -> None:
    """Write a landscape for other programs: the seed system, ParaView, loss-landscape, NumPy, tables, meshes.

    A path and directions go into a second file beside it.

    Example: basin export demo/pca -o landscape.vtp
    """
    from compute.formats.reading import read_landscape  # noqa: PLC0415
    from compute.formats.writing import export as write  # noqa: PLC0415

    written = write(read_landscape(path, trajectory), output, metric or None, log_height=log_height)
    for file in written.files:
        typer.echo(file)
    for note in written.notes:
        typer.echo(f"basin: {note}", err=True)


@app.command()
def info(
    path: PathArgument,
    trajectory: TrajectoryOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """Print what a landscape is: range, resolution, critical points, trajectory, provenance.

    Example: basin info demo/pca --json
    """
    from compute.description import describe  # noqa: PLC0415
    from compute.formats.reading import read_landscape  # noqa: PLC0415
    from explorer.command_line.summary import summary  # noqa: PLC0415

    description = describe(read_landscape(path, trajectory))
    typer.echo(json.dumps(description, indent=2, allow_nan=False) if as_json else summary(description))


def main() -> None:
    """Entry point of `basin`: bad input is one line and exit code 2."""
    try:
        sys.exit(app(prog_name="basin", standalone_mode=False))
    except UsageError as error:
        _end(_usage(error), EXIT_BAD_INPUT)
    except typer.Abort:  # what reads from a terminal or a pipe found its end
        _end("basin: the input ended too early", EXIT_BAD_INPUT)
    except BadInputError as error:
        _end(f"basin: {error}", EXIT_BAD_INPUT)
    except TaskFailedError as error:
        _end(f"{error.details}basin: {error}", EXIT_FAULT)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _end(f"basin: {where}{error.strerror or error}", EXIT_BAD_INPUT)


def _usage(error: Any) -> str:
    """One line of what cannot be read as a command, and where it is told what can."""
    command = error.ctx.command_path if error.ctx else "basin"
    fault = error.format_message().rstrip(".")
    return f"basin: {fault[:1].lower()}{fault[1:]}; {command} -h says what there is"


def _end(line: str, code: int) -> None:
    print(line, file=sys.stderr)
    sys.exit(code)
