"""`basin explore`: a window on what there is, or on a training that goes on."""

from pathlib import Path
from typing import Annotated, Any

import typer

from compute.errors import BadInputError
from compute.folder import is_landscape_folder
from compute.live.layout import CENTRES, run_names
from compute.messages import Follow
from compute.problem_names import check_problem_name
from compute.recording.folder import is_recording
from compute.training.run_folder import is_run
from explorer.command_line.options import given
from explorer.looks.settings import MOST_PANES

TRAINING = "A training that is followed"
LIVE = "live"  # the folder inside the run's


def explore(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Landscape folders or files, shown side by side; a folder of landscapes; a session, .basin.json; or "
            "the folders of trainings to follow, all on one plane.",
            show_default=False,
        ),
    ],
    *,
    trajectory: Annotated[
        Path | None,
        typer.Option("--path", help="The descent path of one landscape: a CSV file, one `x,y` row an epoch."),
    ] = None,
    problem: Annotated[
        str,
        typer.Option(
            help="Model and data of the training: MODULE:FUNCTION or FILE.py:FUNCTION.", rich_help_panel=TRAINING
        ),
    ] = "",
    follow: Annotated[
        bool,
        typer.Option(
            "--follow", help="Follow a run of `basin train` that has landscapes already.", rich_help_panel=TRAINING
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Where its planes are kept; FIRST/live, of several FIRST/live-NAMES.", rich_help_panel=TRAINING
        ),
    ] = None,
    metrics: Annotated[
        str, typer.Option(help="What is measured, with commas.", rich_help_panel=TRAINING)
    ] = Follow.metrics,
    examples: Annotated[
        int, typer.Option(min=1, help="Examples of each split behind every value.", rich_help_panel=TRAINING)
    ] = Follow.examples,
    resolution: Annotated[
        int, typer.Option(min=3, help="Points per axis at the finest level.", rich_help_panel=TRAINING)
    ] = Follow.resolution,
    refit_at: Annotated[
        float,
        typer.Option(
            min=0.01,
            help="The plane is fitted anew when the newest checkpoint lies so far off it, in spreads of the path.",
            rich_help_panel=TRAINING,
        ),
    ] = Follow.refit_at,
    centre: Annotated[
        str, typer.Option(help="The middle of the plane: the latest checkpoint, or the best.", rich_help_panel=TRAINING)
    ] = Follow.centre,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the first plane, wherever the path goes.", rich_help_panel=TRAINING)
    ] = False,
    device: Annotated[str, typer.Option(help="cpu, cuda or mps.", rich_help_panel=TRAINING)] = Follow.device,
    memory_share: Annotated[
        float,
        typer.Option(min=0.01, max=1.0, help="Of a GPU's memory that measuring may take.", rich_help_panel=TRAINING),
    ] = Follow.memory_share,
) -> None:
    """Open a window on one landscape or several, or on a training: it is followed while it goes on.

    `?` in the window shows all keys. Files and folders can be dropped on it.

    Example: basin explore resnet.ply vgg.ply

    Example: basin explore runs/mine --problem mine.py:make_problem
    """
    from explorer.desk.beginning import beginning  # noqa: PLC0415  commands start fast by importing late
    from explorer.window.opening import open_application  # noqa: PLC0415

    options = given(context, without=("paths", "trajectory", "follow", "out"))
    if follow or problem or any(_is_training(path) for path in paths):
        follow_trainings(paths, out, options)
        return
    if options:
        raise BadInputError(f"--{next(iter(options)).replace('_', '-')}: is about a training; give the folder of one")
    if trajectory is not None and len(paths) > 1:
        raise BadInputError("--path: belongs to one landscape; give one, and open the others in the window")
    if len(paths) > MOST_PANES:
        raise BadInputError(f"{len(paths)} landscapes: at most {MOST_PANES} are shown side by side; give fewer")
    open_application(beginning(paths, trajectory)).run()


def follow_trainings(paths: list[Path], out: Path | None, options: dict[str, Any]) -> None:
    """Open a window on trainings that go on. Raises BadInputError where one is none, or nobody says what it trains."""
    from explorer.desk.beginning import followed, replayed  # noqa: PLC0415
    from explorer.ground.fits import is_live_folder  # noqa: PLC0415
    from explorer.window.opening import open_application  # noqa: PLC0415
    from explorer.worker.task import Task  # noqa: PLC0415

    problem, live = str(options.get("problem", "")), out or _default_out(paths)
    if problem:
        check_problem_name(problem)
    if not problem and len(paths) == 1 and not is_run(paths[0]) and is_live_folder(live):
        open_application(replayed(live)).run()  # nobody can measure more, but what was measured can be seen
        return
    for path in paths:
        if not path.is_dir() and (path.exists() or not problem):
            raise BadInputError(f"{path}: no such folder; give the folder that the training records into")
        if not path.exists():
            typer.echo(f"basin: {path}: is not there yet; waiting for the training to begin", err=True)
        if not problem and not is_run(path):
            raise BadInputError(
                f"{path}: say with --problem FILE.py:FUNCTION what is trained there; it returns a basin.Problem"
            )
    if options.get("centre", Follow.centre) not in CENTRES:
        raise BadInputError(f"--centre {options['centre']}: give latest or best")
    order = Follow(sources=[str(path) for path in paths], out=str(live), **options)
    open_application(followed(order), Task(order)).run()


def _default_out(paths: list[Path]) -> Path:
    """In the folder of the first; of several under their names, for other runs have other planes."""
    names = run_names([str(path) for path in paths])
    return paths[0] / (LIVE if len(paths) == 1 else f"{LIVE}-{'-'.join(names)}")


def _is_training(path: Path) -> bool:
    """Whether a folder is one to follow: a recording, or a run of `basin train` without a landscape in it."""
    if is_recording(path):
        return not is_landscape_folder(path)
    return is_run(path) and not any(is_landscape_folder(folder) for folder in path.iterdir() if folder.is_dir())
