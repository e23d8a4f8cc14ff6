"""Opening the window: everything that may be missing on a machine is met here, in one line."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from compute.landscape import Landscape
from explorer.graphics import ADVICE, NoGraphicsError
from explorer.status import Status
from explorer.task import Task

if TYPE_CHECKING:
    from explorer.application import Application


def open_application(
    landscapes: Mapping[str, Landscape],
    task: Task | None = None,
    report: Callable[[Status], None] = lambda status: None,
) -> "Application":
    """The window on these landscapes, ready to run.

    Raises NoDisplayError without a screen, NoGraphicsError without the libraries or a driver.
    """
    try:
        from explorer.application import Application  # noqa: PLC0415  loads the window system's libraries
    except ImportError as error:
        raise NoGraphicsError(f"the window system's libraries are missing ({error}); {ADVICE}") from None
    return Application(landscapes, task, report)
