"""Running a task to its end without a window, with its progress on the terminal."""

import time

from compute.errors import BadInputError, TaskFailedError
from explorer.command_line.terminal import TerminalProgress
from explorer.worker.task import Task

POLL_SECONDS = 0.1


def run_to_end(task: Task, progress: TerminalProgress) -> None:
    """Do the task; on Ctrl-C its worker is asked to stop, and KeyboardInterrupt goes on.

    Raises BadInputError and TaskFailedError as the worker reports them.
    """
    task.start()
    wait_to_end(task, progress)


def wait_to_end(task: Task, progress: TerminalProgress) -> None:
    """The same for a task that has been started."""
    try:
        while task.status.running:
            task.poll()
            progress.show(task.status)
            time.sleep(POLL_SECONDS)
        task.poll()
        progress.show(task.status)
    finally:
        task.stop()
    failed = task.status.failed
    if failed and failed.expected:
        raise BadInputError(failed.error)
    if failed:
        raise TaskFailedError(failed.error, failed.details)
