"""`basin record`: a film, without a window or display."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from compute.errors import BadInputError
from explorer.command_line.arguments import PathArgument, TrajectoryOption
from explorer.command_line.chosen_view import is_placed, view_of
from explorer.command_line.explore import LIVE
from explorer.command_line.letters import tell_lacking
from explorer.command_line.options import EXIT_INTERRUPTED
from explorer.command_line.view_options import with_view

MOST_FPS = 240
SAMPLES = (1, 2, 4, 8, 16)
TRAINING = "training"
TURNING = ("turntable", TRAINING)  # so far that the landscape has to fit from all sides


@with_view
def record(
    path: PathArgument,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The film: .mp4, .webm, .gif, .apng, or a folder for its pictures.")
    ],
    *,
    trajectory: TrajectoryOption = None,
    flight: Annotated[
        str,
        typer.Option(help="turntable, descent, rise, refine, training, or a file of keyframes, NAME.flight.json."),
    ] = "turntable",
    seconds: Annotated[
        float | None, typer.Option(help="How long it is; 6, or as the keyframes say.", show_default=False)
    ] = None,
    fps: Annotated[int | None, typer.Option(help="Pictures a second; 30, or 25.", show_default=False)] = None,
    size: Annotated[str, typer.Option(help="Width x height in pixels.")] = "1280x720",
    samples: Annotated[int, typer.Option(help="A pixel, against jagged edges: 1, 2, 4, 8 or 16.")] = 4,
    codec: Annotated[str, typer.Option(help="h264, vp9 or av1; as the ending says.", show_default=False)] = "",
    title: Annotated[
        str | None, typer.Option(help='At the upper left; the name of the landscape, "" for none.', show_default=False)
    ] = None,
    counter: Annotated[bool, typer.Option(help="Step and loss, or grid and points, at the upper left.")] = True,
    options: dict[str, Any] | None = None,
) -> None:
    """Write a flight over a landscape as a film, without a window or display.

    turntable: once around. descent: along the training path, down the surface. rise: from the map into 3D. refine: the
    grid as it was refined. training: the path as it grew, also over the planes of a followed training (RUN/live).

    Example: basin record demo/pca -o film.mp4 --flight descent --seconds 12

    Example: basin record demo/pca -o turn.gif --size 640x400 --theme light
    """
    from explorer.command_line.terminal import TerminalProgress  # noqa: PLC0415  commands start fast by importing late
    from explorer.pictures.film import record as film  # noqa: PLC0415
    from explorer.pictures.kinds import check_film  # noqa: PLC0415
    from explorer.pictures.picture import parse_size  # noqa: PLC0415
    from explorer.pictures.placing import framed  # noqa: PLC0415
    from explorer.pictures.typeface import lacking  # noqa: PLC0415

    wanted = parse_size(size)
    _check(seconds, fps, samples)
    check_film(output, wanted, codec, fps)
    view = view_of(options or {})
    landscape, fly, usual = chosen(path, trajectory, flight)
    if not is_placed(options or {}):
        view = framed(view, landscape, wanted, around=flight in TURNING)
    with interruptible(output), TerminalProgress() as progress:
        film(
            landscape, view, output, seconds or usual, progress.film, flight=fly, fps=fps, size=wanted,
            samples=samples, title=title, counter=counter, codec=codec,
        )  # fmt: skip
    tell_lacking(output, lacking([title or ""]))
    typer.echo(output)


def chosen(path: Path, trajectory: Path | None, name: str) -> tuple[Any, Any, float]:
    """What is flown over, the flight, and how many seconds it usually takes.

    Raises BadInputError for a flight that there is not, and as reading does.
    """
    from compute.folder import is_landscape_folder  # noqa: PLC0415
    from compute.formats.reading import read_landscape  # noqa: PLC0415
    from explorer.ground.fits import is_live_folder  # noqa: PLC0415
    from explorer.pictures.film import SECONDS  # noqa: PLC0415
    from explorer.pictures.keyframes import along_keyframes, read_flight  # noqa: PLC0415
    from explorer.pictures.ready import FLIGHTS  # noqa: PLC0415
    from explorer.pictures.replay import chapters_of, training_over  # noqa: PLC0415

    if name not in FLIGHTS and not name.endswith(".json"):
        raise BadInputError(f"--flight {name}: choose one of {', '.join(FLIGHTS)}, or give a file of keyframes (.json)")
    keyframes = None if name in FLIGHTS else read_flight(Path(name))
    if is_live_folder(path / LIVE) and not is_landscape_folder(path):
        raise BadInputError(f"{path}: is a training; give {path / LIVE}, where its planes are, or one of those")
    chapters = chapters_of(path) if is_live_folder(path) else []
    landscape = chapters[-1].landscape if chapters else read_landscape(path, trajectory)
    if keyframes:
        return landscape, along_keyframes(keyframes), keyframes.film_seconds or SECONDS
    if chapters and name == TRAINING:
        return landscape, training_over(chapters), SECONDS
    return landscape, FLIGHTS[name], SECONDS


@contextmanager
def interruptible(output: Path) -> Iterator[None]:
    """Ctrl-C, and a polite kill, end the command with one line; nothing half-written stays."""

    def end(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"basin: interrupted; {output} was not written", err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _check(seconds: float | None, fps: int | None, samples: int) -> None:
    from explorer.pictures.film import MOST_SECONDS  # noqa: PLC0415

    if seconds is not None and not 0 < seconds <= MOST_SECONDS:
        raise BadInputError(f"--seconds {seconds:g}: give more than 0 and at most {MOST_SECONDS:g}")
    if fps is not None and not 1 <= fps <= MOST_FPS:
        raise BadInputError(f"--fps {fps}: give 1 to {MOST_FPS}")
    if samples not in SAMPLES:
        raise BadInputError(f"--samples {samples}: choose one of {', '.join(map(str, SAMPLES))}")
