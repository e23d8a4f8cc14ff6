"""The process that makes a film for a window. It reads what is wanted from its input, in one line, and says in lines
how far it is. When its input is closed nobody wants the film any more, and nothing of it is left behind."""

import _thread
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import Any, TextIO

from compute.errors import BadInputError
from explorer.command_line.record import TURNING, chosen
from explorer.pictures.film import record
from explorer.pictures.order import FilmNews, FilmOrder, line_of, order_from

NEWS_SECONDS = 0.2  # between two lines about how far it is
YIELDING = 10  # niceness: the window comes first


def main() -> int:
    """Make one film; the exit status is 0 once it is there."""
    told = sys.stdout
    sys.stdout = sys.stderr  # what libraries print is no news
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the window's to heed
    signal.signal(signal.SIGTERM, _end)
    if hasattr(os, "nice"):
        os.nice(YIELDING)
    try:
        order = order_from(sys.stdin.readline())
        threading.Thread(target=_end_with_input, daemon=True).start()
        make(order, told)
    except KeyboardInterrupt:
        return 1
    except BadInputError as error:
        return _failed(told, str(error))
    except OSError as error:
        return _failed(told, f"{error.filename or order.output}: {error.strerror or error}")
    except MemoryError:
        return _failed(told, f"{order.output}: there is no memory for pictures of this size; choose a smaller one")
    except Exception as error:  # whoever waits in the window is told, whatever it is
        return _failed(told, f"{type(error).__name__}: {error}")
    return 0


def make(order: FilmOrder, told: TextIO) -> None:
    """Raises as ``film.record`` does."""
    from compute.formats.reading import read_landscape  # noqa: PLC0415
    from explorer.pictures.keyframes import along_keyframes  # noqa: PLC0415
    from explorer.pictures.placing import framed  # noqa: PLC0415

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
            told.write(line_of(FilmNews(share)))
            told.flush()

    record(
        landscape, view, order.output, order.seconds, progress, flight=fly, fps=order.fps, size=order.size,
        samples=order.samples, title=order.title, counter=order.counter,
    )  # fmt: skip


def _end_with_input() -> None:
    """As Ctrl-C would, so that what is half-written goes."""
    while os.read(0, 64):  # below the buffer, which the interpreter needs for itself when it ends
        pass
    _thread.interrupt_main(signal.SIGTERM)


def _end(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _failed(told: TextIO, why: str) -> int:
    with suppress(OSError):  # nobody listens any more
        told.write(line_of(FilmNews(error=why)))
        told.flush()
    return 2


if __name__ == "__main__":
    sys.exit(main())
