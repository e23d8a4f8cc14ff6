"""`basin demo`: the worker trains and measures; a window, or without a display a picture and a film, shows it."""

from pathlib import Path

from compute.claim import PLANES, claim
from compute.errors import BadInputError
from compute.folder import is_landscape_folder, open_folder
from compute.levels import first_points, levels
from compute.messages import Demo
from explorer.command_line.headless import run_to_end
from explorer.command_line.terminal import TerminalProgress
from explorer.desk.beginning import Beginning
from explorer.desk.session import OpenFile
from explorer.gl.graphics import windowless_context
from explorer.looks.view import View
from explorer.pictures.film import SIZE, record
from explorer.pictures.kinds import check_film
from explorer.pictures.picture import PICTURE_SIZE, render_picture, write_picture
from explorer.pictures.placing import framed
from explorer.resources import resource
from explorer.window.opening import open_application
from explorer.window.window import NoDisplayError, has_display
from explorer.worker.task import READY, Task


def run_demo(out: Path, *, epochs: int, examples: int, resolution: int, seed: int) -> None:
    """Run the demo to its end, or until the window is closed. Raises BadInputError."""
    try:
        levels(resolution)
    except ValueError as error:
        raise BadInputError(f"--resolution {resolution}: {error}") from None
    order = Demo(str(out), epochs=epochs, seed=seed, examples=examples, resolution=resolution)
    claim(out, order)
    task = Task(order)
    with TerminalProgress() as progress:
        try:
            if has_display():
                open_application(_first_view(out), task, progress.show).run()
                return
            reason = "no display"
        except NoDisplayError as error:
            reason = str(error)
        progress.say(f"basin: {reason}: measuring without a window, then writing a picture and a film")
        _without_window(task, out, progress)


def _first_view(out: Path) -> Beginning:
    """What an earlier run of this demo has measured; else the ready example, until there is something."""
    found = {name: open_folder(out / name) for name in PLANES if is_landscape_folder(out / name)}
    begun = {name: land for name, land in found.items() if land.measured >= first_points(land.domain.shape)}
    files = {name: OpenFile(name, out / name) for name in begun}
    return Beginning(begun or {READY: open_folder(resource("assets", "ready"))}, files)


def _without_window(task: Task, out: Path, progress: TerminalProgress) -> None:
    picture, film = out / "landscape.png", out / "flythrough.mp4"
    check_film(film)
    windowless_context().release()  # what is missing for the pictures is better known before the work
    run_to_end(task, progress)
    landscape = open_folder(out / "pca")
    view = framed(View(), landscape, PICTURE_SIZE)
    write_picture(picture, render_picture(landscape, view, PICTURE_SIZE))
    progress.say(str(picture))
    view = framed(View(), landscape, SIZE, around=True)
    record(landscape, view, film, progress=progress.film)
    progress.say(str(film))
