"""`basin sample`: checkpoints → landscape folder, without a window."""

from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer

from compute.directions.choice import told_apart
from compute.errors import BadInputError
from compute.folder import is_landscape_folder, read_description
from compute.messages import INSPECTIONS, VERIFY, Sample
from compute.problem_names import check_problem_name
from compute.recipes import with_recipe
from compute.surveying.on_record import options_on_record
from explorer.command_line.options import given, numbers, run_task
from explorer.command_line.verdicts import verdict_table

SOURCE, PLANE, GRID, HOW = "Network and examples", "Directions", "Grid and levels", "How it is measured"
LOOK = "A closer look, once it is measured"
LOOKS = ("verify", "curvature", "curvature_points")  # options of it


def sample(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            help="A run folder of `basin train`. With --problem: a checkpoint, a folder of them, or a quoted glob "
            "such as 'runs/epoch-*.pt'.",
            metavar="RUN",
        ),
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option(help="The landscape folder; an existing one is resumed. RUN/DIRECTIONS.", show_default=False),
    ] = None,
    recipe: Annotated[
        str, typer.Option(help="Sets options as a publication did: ison-morgan-2022, li-2018. Yours go first.")
    ] = "",
    problem: Annotated[
        str,
        typer.Option(
            help="Your own model and data: MODULE:FUNCTION or FILE.py:FUNCTION, which returns a basin.Problem.",
            rich_help_panel=SOURCE,
        ),
    ] = "",
    centre: Annotated[
        str, typer.Option(help="The checkpoint in the middle; the last one.", rich_help_panel=SOURCE)
    ] = "",
    metrics: Annotated[
        str, typer.Option(help="What is measured, with commas, all in one forward pass.", rich_help_panel=SOURCE)
    ] = "train_loss,train_accuracy",
    examples: Annotated[
        int, typer.Option(min=1, help="Examples of each split behind every value.", rich_help_panel=SOURCE)
    ] = 2048,
    directions: Annotated[
        str,
        typer.Option(
            help="pca, random, hessian, gradient, or two with a comma; between:A,B for a line and between:A,B,C for a "
            "plane through checkpoints (files, steps, first, last); file:PATH of stored ones.",
            rich_help_panel=PLANE,
        ),
    ] = "pca",
    normalisation: Annotated[
        str, typer.Option(help="Of random directions: filter, layer or none.", rich_help_panel=PLANE)
    ] = "filter",
    include: Annotated[
        str,
        typer.Option(help="What else random directions move: bias, norm or bias,norm.", rich_help_panel=PLANE),
    ] = "",
    line: Annotated[bool, typer.Option("--line", help="One direction only: a curve.", rich_help_panel=PLANE)] = False,
    which: Annotated[
        str,
        typer.Option(help="Hessian eigenvalues: largest algebraic or by magnitude.", rich_help_panel=PLANE),
    ] = "algebraic",
    seed: Annotated[int, typer.Option(min=0, help="Of random directions.", rich_help_panel=PLANE)] = 0,
    resolution: Annotated[
        int, typer.Option(min=3, help="Points per axis at the finest level; 2^k + 1 nests best.", rich_help_panel=GRID)
    ] = 65,
    alpha: Annotated[
        str, typer.Option(help="Range of the first axis, such as -1,1; else chosen.", rich_help_panel=GRID)
    ] = "",
    beta: Annotated[str, typer.Option(help="Range of the second axis.", rich_help_panel=GRID)] = "",
    keep_range: Annotated[
        bool,
        typer.Option(
            "--keep-range",
            help="A given range as it is; else it is widened as little as puts 0 on the grid.",
            rich_help_panel=GRID,
        ),
    ] = False,
    rise: Annotated[
        float,
        typer.Option(
            min=1.01,
            help="A chosen range of random directions is widened until the loss at its rim is so many times that in "
            "the middle (or 0.01).",
            rich_help_panel=GRID,
        ),
    ] = 20.0,
    tolerance: Annotated[
        float,
        typer.Option(
            min=0.0, help="Relative error at which measuring stops; 0 measures every point.", rich_help_panel=GRID
        ),
    ] = 0.01,
    cap: Annotated[
        float | None,
        typer.Option(help="Losses above are not refined; as the picture chooses.", rich_help_panel=GRID),
    ] = None,
    focus: Annotated[str, typer.Option(help="A region that goes first: α,α,β,β.", rich_help_panel=GRID)] = "",
    recalibrate_bn: Annotated[
        bool,
        typer.Option(
            "--recalibrate-bn", help="BatchNorm's running statistics anew at every point.", rich_help_panel=HOW
        ),
    ] = False,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify",
            help="Check the critical points against the network, by Newton's method with its derivatives.",
            rich_help_panel=LOOK,
        ),
    ] = False,
    curvature: Annotated[
        str,
        typer.Option(
            help="With commas: plane (gradient and curvature in the plane, as maps), spectrum (extreme eigenvalues of "
            "the full Hessian, as maps), sharpness (of the centre).",
            rich_help_panel=LOOK,
        ),
    ] = "",
    curvature_points: Annotated[
        int, typer.Option(help="Points per axis of these maps: a nested level of the grid.", rich_help_panel=LOOK)
    ] = 9,
    device: Annotated[str, typer.Option(help="cpu, cuda or mps.", rich_help_panel=HOW)] = "cpu",
    precision: Annotated[
        str, typer.Option(help="fp32, fp64, bf16 or fp16; sums are always fp64.", rich_help_panel=HOW)
    ] = "fp32",
    trial: Annotated[
        bool,
        typer.Option(
            help="Choose chunk size, memory format and points at once by a short measurement; the choice is kept in "
            "the folder. Without it two runs have the same bits.",
            rich_help_panel=HOW,
        ),
    ] = True,
) -> None:
    """Measure the loss over a plane through weight space, coarse to fine, into a landscape folder. Resumes.

    Example: basin sample runs/resnet20 --directions random --metrics train_loss,test_loss
    """
    if problem:
        check_problem_name(problem)
    options = with_recipe(recipe or None, "sample", given(context, without=("source", "out", "recipe", *LOOKS)))
    if problem and "examples" in options:
        raise BadInputError("--examples: a problem of your own brings its batches; leave it out")
    for name, count in (("alpha", 2), ("beta", 2), ("focus", 4)):
        if isinstance(options.get(name), str):
            options[name] = numbers(name, options[name], count)
    target = out or _default_out(source, options.get("directions", directions), line=bool(options.get("line")))
    inspect = _closer_look(curvature, verify=verify)
    options = (_on_record(target) if inspect else {}) | options
    options["tolerance"] = options.get("tolerance", tolerance) or None
    options |= {"inspect": inspect, "inspect_points": curvature_points}
    run_task(Sample(source=source, out=str(target), **options))
    if verify:
        typer.echo(verdict_table(read_description(target)), err=True)
    typer.echo(target)


def _on_record(folder: Path) -> dict[str, Any]:
    """The options that a landscape was measured with, so that whoever asks about it need not repeat them; none where
    there is none yet."""
    if not is_landscape_folder(folder):
        return {}
    names = {field.name for field in fields(Sample)} - {"source", "out"}
    kept = options_on_record(read_description(folder)) or {}
    return {name: value for name, value in kept.items() if name in names}


def _closer_look(curvature: str, *, verify: bool) -> str:
    """What is to be looked into, with commas. Raises BadInputError for what there is not."""
    wanted = [part.strip() for part in curvature.split(",") if part.strip()]
    known = [name for name in INSPECTIONS if name != VERIFY]
    if unknown := [name for name in wanted if name not in known]:
        raise BadInputError(f"--curvature {unknown[0]}: choose from {', '.join(known)}, with commas")
    return ",".join([*[VERIFY] * verify, *wanted])


def _default_out(source: str, directions: str, *, line: bool) -> Path:
    """Beside the checkpoints, or in the folder of the run, and called after the directions."""
    path = Path(source)
    base = path if path.is_dir() else path.parent
    kind, _, ends = directions.partition(":")
    parts = [kind, *told_apart([end.strip() for end in ends.split(",") if end])]
    return base / "-".join([*parts, *["line"] * line]).replace(",", "-")
