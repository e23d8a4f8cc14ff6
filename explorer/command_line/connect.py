"""`basin connect`: a curve of low loss between two networks, without a window."""

from pathlib import Path
from typing import Annotated

import typer

from compute.errors import BadInputError
from compute.messages import Connect
from compute.problem_names import check_problem_name
from explorer.command_line.options import given, run_task

CURVE, GRID, HOW = "The curve", "The plane around it", "How it is measured"


def connect(
    context: typer.Context,
    first: Annotated[
        str,
        typer.Argument(
            help="A run folder of `basin train`, whose last checkpoint is taken, or a file of weights.", metavar="A"
        ),
    ],
    second: Annotated[str, typer.Argument(help="The other network, of the same kind.", metavar="B")],
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="The landscape folder; an existing one is resumed.")],
    problem: Annotated[
        str,
        typer.Option(
            help="Your own model and data: MODULE:FUNCTION or FILE.py:FUNCTION, which returns a basin.Problem."
        ),
    ] = "",
    steps: Annotated[int, typer.Option(min=1, help="Steps of training the bend.", rich_help_panel=CURVE)] = 1000,
    rate: Annotated[
        float, typer.Option(help="Learning rate; it falls in the second half.", rich_help_panel=CURVE)
    ] = 0.05,
    batch: Annotated[int, typer.Option(min=1, help="Examples a step.", rich_help_panel=CURVE)] = 128,
    train_examples: Annotated[
        int, typer.Option(min=0, help="Training examples for the bend; 0 takes all.", rich_help_panel=CURVE)
    ] = 0,
    points: Annotated[
        int, typer.Option(min=3, help="Points along curve and line that are measured.", rich_help_panel=CURVE)
    ] = 61,
    seed: Annotated[int, typer.Option(min=0, help="Of the order of examples.", rich_help_panel=CURVE)] = 0,
    metrics: Annotated[
        str, typer.Option(help="What is measured, with commas; test_loss says what generalises.", rich_help_panel=GRID)
    ] = "train_loss,train_accuracy",
    examples: Annotated[
        int, typer.Option(min=1, help="Examples of each split behind every value.", rich_help_panel=GRID)
    ] = 2048,
    resolution: Annotated[
        int, typer.Option(min=3, help="Points per axis at the finest level.", rich_help_panel=GRID)
    ] = 33,
    tolerance: Annotated[
        float,
        typer.Option(
            min=0.0, help="Relative error at which measuring stops; 0 measures every point.", rich_help_panel=GRID
        ),
    ] = 0.01,
    device: Annotated[str, typer.Option(help="cpu, cuda or mps.", rich_help_panel=HOW)] = "cpu",
    precision: Annotated[str, typer.Option(help="fp32, fp64, bf16 or fp16.", rich_help_panel=HOW)] = "fp32",
    trial: Annotated[
        bool, typer.Option(help="Choose chunk size and such by a short measurement.", rich_help_panel=HOW)
    ] = True,
) -> None:
    """Connect two trained networks by a curve of low loss, and measure the plane that holds it. Resumes.

    Trains the bend of a quadratic Bézier curve (Garipov et al. 2018), then measures curve, straight line and plane; the
    landscape has both ways as paths, connection.csv their values, bend.safetensors the weights of the bend.

    Example: basin connect runs/seed-0 runs/seed-1 --out runs/connection
    """
    if problem:
        check_problem_name(problem)
    options = given(context, without=("first", "second", "out"))
    if problem and "examples" in options:
        raise BadInputError("--examples: a problem of your own brings its batches; leave it out")
    options["tolerance"] = tolerance or None
    run_task(Connect(first, second, str(out), **options))
    typer.echo(out)
