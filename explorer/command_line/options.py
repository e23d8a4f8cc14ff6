"""What commands that start a task have in common: which options were given, and the task itself."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import typer

from compute.errors import BadInputError
from compute.messages import Message

EXIT_INTERRUPTED = 130


def given(context: typer.Context, without: Iterable[str] = ()) -> dict[str, Any]:
    """The options that stand on the command line, by name; a recipe sets the others."""
    told = {
        name: value
        for name, value in context.params.items()
        if (source := context.get_parameter_source(name)) and source.name != "DEFAULT"
    }
    return {name: value for name, value in told.items() if name not in set(without)}


def numbers(name: str, text: str, count: int) -> list[float]:
    """Rising pairs from "-1,1" or "-1,0,0.5,1". Raises BadInputError naming the option."""
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    pairs = zip(found[::2], found[1::2], strict=False)
    if len(found) != count or not all(-1e300 < low < high < 1e300 for low, high in pairs):
        what = "two rising numbers, such as -1,1" if count == 2 else "two rising pairs, such as -1,0,0.5,1"
        raise BadInputError(f"--{name} {text}: give {what}")
    return found


def run_task(order: Message) -> None:
    """Do a task to its end, with its progress on the terminal. Raises BadInputError, TaskFailedError."""
    from explorer.command_line.headless import run_to_end  # noqa: PLC0415  commands start fast by importing late
    from explorer.command_line.terminal import TerminalProgress  # noqa: PLC0415
    from explorer.worker.task import Task  # noqa: PLC0415

    with resumable(), TerminalProgress() as progress:
        run_to_end(Task(order), progress)


@contextmanager
def resumable() -> Iterator[None]:
    """Ctrl-C ends the command with a line that says how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("basin: interrupted; what is finished is kept, and the same command goes on from there", err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from None
