"""The process that makes a film for a window. It reads what is wanted from its input, in one line, and says in lines
how far it is. When its input is closed nobody wants the film any more, and nothing of it is left behind."""

import _thread
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import Any

from compute.errors import BadInputError
from compute.formats.reading import read_landscape
from explorer.command_line.record import TURNING, chosen
from explorer.pictures.film import record
from explorer.pictures.keyframes import along_keyframes
from explorer.pictures.order import FilmNews, FilmOrder, line_of, order_from
from explorer.pictures.placing import framed

NEWS_SECONDS = 0.2  # between two lines about how far it is
YIELDING = 10  # niceness: the window comes first
MADE, GIVEN_UP, FAILED = 0, 1, 2  # how it ends
INPUT, OUTPUT = 0, 1


def main() -> int:
    """Make one film; how it ended."""
    sys.stdout = sys.stderr  # what libraries print is no news
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the window's to heed
    signal.signal(signal.SIGTERM, _end)
    if hasattr(os, "nice"):
        os.nice(YIELDING)
    try:
        order = order_from(sys.stdin.readline())
        threading.Thread(target=_end_with_input, daemon=True).start()
        why = fault_of(order)
        if why:
            _tell(FilmNews(error=why))
    except (KeyboardInterrupt, BrokenPipeError):
        return GIVEN_UP
    return FAILED if why else MADE


def fault_of(order: FilmOrder) -> str:
    """Make the film; why that cannot be, in one line, or nothing."""
    try:
        make(order)
    except BadInputError as error:
        return str(error)
    except BrokenPipeError:
        raise
    except OSError as error:
        return f"{error.filename or order.output}: {error.strerror or error}"
    except MemoryError:
        return f"{order.output}: there is no memory for pictures of this size; choose a smaller one"
    except Exception as error:  # whoever waits in the window is told, whatever it is
        return f"{type(error).__name__}: {' '.join(str(error).split())}"
    return ""


def make(order: FilmOrder) -> None:
    """Raises as ``film.record`` does, and BrokenPipeError when nobody listens any more."""
    if isinstance(order.flight, str):
        landscape, fly, _ = chosen(order.landscape, order.trajectory, order.flight)
    else:
        landscape, fly = read_landscape(order.landscape, order.trajectory), along_keyframes(order.flight)
    view = order.view
    if order.fitted:
        view = framed(view, landscape, order.size, around=order.flight in TURNING)
    due = 0.0

    def progress(share: float) -> None:
        nonlocal due
        if share == 1 or time.monotonic() >= due:
            due = time.monotonic() + NEWS_SECONDS
            _tell(FilmNews(share))

    record(
        landscape, view, order.output, order.seconds, progress, flight=fly, fps=order.fps, size=order.size,
        samples=order.samples, title=order.title, counter=order.counter,
    )  # fmt: skip


def _tell(news: FilmNews) -> None:
    """Without a buffer, which could not be emptied when nobody listens any more."""
    os.write(OUTPUT, line_of(news).encode())


def _end_with_input() -> None:
    """As Ctrl-C would, so that what is half-written goes."""
    with suppress(OSError):
        while os.read(INPUT, 64):  # below the buffer, which the interpreter needs for itself when it ends
            pass
    _thread.interrupt_main(signal.SIGTERM)


def _end(number: int, frame: Any) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # at the last moment
        sys.exit(GIVEN_UP)
