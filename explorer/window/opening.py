"""Opening the window: everything that may be missing on a machine is met here, in one line."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from explorer.desk.beginning import Beginning
from explorer.gl.graphics import ADVICE, NoGraphicsError
from explorer.worker.status import Status
from explorer.worker.task import Task

OURS = ("explorer", "compute")

if TYPE_CHECKING:
    from explorer.window.application import Application


def open_application(
    beginning: Beginning,
    task: Task | None = None,
    report: Callable[[Status], None] = lambda status: None,
    trainer: Task | None = None,
) -> "Application":
    """The window on what it begins with, ready to run; ``trainer`` trains what is followed, and outlives it.

    Raises NoDisplayError without a screen, NoGraphicsError without the libraries or a driver.
    """
    try:
        from explorer.window.application import Application  # noqa: PLC0415  loads the window system's libraries
    except ImportError as error:
        if (error.name or "").startswith(OURS):
            raise  # a fault of ours is not to be taken for a missing library
        raise NoGraphicsError(f"the window system's libraries are missing ({error}); {ADVICE}") from None
    return Application(beginning, task, report, trainer)
