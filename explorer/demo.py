"""`basin demo`: the worker trains and measures; a window, or without a display a picture and a film, shows it."""

import time
from pathlib import Path

from compute.claim import claim
from compute.errors import BadInputError
from compute.folder import open_folder
from compute.messages import Demo
from explorer.film import record
from explorer.picture import PICTURE_SIZE, render_picture, write_picture
from explorer.resources import resource
from explorer.task import READY, Task
from explorer.terminal import TerminalProgress
from explorer.view import View
from explorer.window import NoDisplayError, has_display

POLL_SECONDS = 0.1


def run_demo(out: Path, *, epochs: int, examples: int, resolution: int, seed: int) -> None:
    """Run the demo to its end, or until the window is closed. Raises BadInputError."""
    if resolution < 5 or (resolution - 1) & (resolution - 2):
        raise BadInputError(f"--resolution {resolution}: must be 2^k + 1 and at least 5: 5, 9, 17, 33, 65, 129, …")
    order = Demo(str(out), epochs=epochs, seed=seed, examples=examples, resolution=resolution)
    claim(out, order)
    task = Task(order)
    with TerminalProgress() as progress:
        try:
            if has_display():
                _in_window(task, progress)
                return
            reason = "no display"
        except NoDisplayError as error:
            reason = str(error)
        progress.console.print(f"basin: {reason}: measuring without a window, then writing a picture and a film")
        _without_window(task, out, progress)


def _in_window(task: Task, progress: TerminalProgress) -> None:
    from explorer.application import Application  # noqa: PLC0415  loads the window system's libraries

    ready = open_folder(resource("assets", "ready"))
    Application({READY: ready}, task, progress.show).run()


def _without_window(task: Task, out: Path, progress: TerminalProgress) -> None:
    task.start()
    try:
        while task.status.running:
            task.poll()
            progress.show(task.status)
            time.sleep(POLL_SECONDS)
    finally:
        task.stop()
    if task.status.failed:
        raise BadInputError(f"the compute process ended: {task.status.failed.error}")
    landscape = open_folder(out / "pca")
    picture, film = out / "landscape.png", out / "flythrough.mp4"
    write_picture(picture, render_picture(landscape, View(), PICTURE_SIZE))
    progress.console.print(str(picture), highlight=False)
    record(landscape, View(), film, progress=progress.film)
    progress.console.print(str(film), highlight=False)
