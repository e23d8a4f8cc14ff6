"""A film on its way: a process that makes it beside the window, how far that is, and what became of it."""

import math
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from compute.errors import BadInputError
from explorer.desk.notices import Notice, Notices
from explorer.pictures.order import FilmNews, FilmOrder, line_of, news_from

COMMAND = (sys.executable, "-P", "-m", "explorer.command_line.filming")
WITHOUT_CONSOLE: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows one would flash up
PATIENCE_SECONDS = 5.0  # with a process that is asked to end

Clock = Callable[[], float]


class Filming:
    """At most one film at a time. ``share`` is how much of it is there; what became of it is a notice."""

    def __init__(self, notices: Notices, clock: Clock = time.monotonic) -> None:
        self._notices, self._clock = notices, clock
        self._process: subprocess.Popen[str] | None = None
        self._lines: deque[str] = deque()
        self._error, self._given_up = "", math.inf
        self._began: tuple[float, float] | None = None  # when the first picture was there, and how much that was
        self._leftovers: set[Path] = set()
        self.order: FilmOrder | None = None
        self.share = 0.0

    @property
    def running(self) -> bool:
        """Whether a film is being made."""
        return self._process is not None

    @property
    def seconds_left(self) -> float:
        """Until it is there, as far as anybody knows; infinite before the first news."""
        if self._began is None or self.share <= self._began[1]:
            return math.inf
        since, first = self._began
        return (self._clock() - since) / (self.share - first) * (1 - self.share)

    def start(self, order: FilmOrder) -> None:
        """Begin a film. Raises BadInputError while another one is made, or where no process can be."""
        if self._process:
            raise BadInputError("a film is being recorded; wait for it, or cancel it first")
        self._lines.clear()
        self._error, self._given_up, self._began = "", math.inf, None
        self.order, self.share = order, 0.0
        self._leftovers = self._halves()
        try:
            self._process = subprocess.Popen(
                COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, creationflags=WITHOUT_CONSOLE
            )
        except OSError as error:
            raise BadInputError(f"no process can be started for the film ({error.strerror or error})") from None
        threading.Thread(target=_listen, args=(self._process, self._lines), daemon=True).start()
        with suppress(OSError):  # it ended already, which is heard of
            assert self._process.stdin
            self._process.stdin.write(line_of(order))
            self._process.stdin.flush()

    def poll(self) -> bool:
        """Take in what the process said; True when there is something to draw."""
        process = self._process
        if process is None:
            return False
        ended = process.poll() is not None  # looked at first: what it said before is there then
        if self._clock() > self._given_up and not ended:
            process.kill()
        news = self._hear()
        if ended and (not self._lines or self._lines[-1] != ""):
            return news  # its last words are still on their way
        if ended:
            self._end(process.returncode)
        return news or ended

    def cancel(self) -> None:
        """Have it end, without a film. It is soon over, which ``poll`` finds."""
        if self._process and self._process.stdin and not self._process.stdin.closed:
            self._given_up = self._clock() + PATIENCE_SECONDS
            with suppress(OSError):
                self._process.stdin.close()

    def stop(self) -> None:
        """Have it end and wait for that: nothing is left behind."""
        if self._process is None:
            return
        self.cancel()
        try:
            self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        self._sweep()

    def _hear(self) -> bool:
        heard = False
        while self._lines and self._lines[0]:
            line = self._lines.popleft()
            with suppress(ValueError, BadInputError):  # what is no news was said by a library
                news: FilmNews = news_from(line)
                self._error, self.share, heard = news.error or self._error, max(self.share, news.share), True
        if heard and self._began is None and self.share > 0:
            self._began = self._clock(), self.share
        return heard

    def _end(self, status: int) -> None:
        assert self.order
        output, given_up = self.order.output, self._given_up < math.inf
        self.cancel()
        self._process = None
        self._sweep()
        if status == 0:
            self._notices.add(Notice(f"saved {output}"))
        elif given_up and not self._error:
            self._notices.add(Notice(f"the film was given up; {output.name} was not written"))
        else:
            why = self._error or f"the process that made it ended with status {status}"
            self._notices.add(Notice(f"no film: {why}", error=True))

    def _sweep(self) -> None:
        """What a process that was killed left half-written."""
        for path in self._halves() - self._leftovers:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def _halves(self) -> set[Path]:
        """Files that are written to take the name of the film, by whomever."""
        if self.order is None:
            return set()
        folder, start = self.order.output.parent, f".{self.order.output.name}."
        try:
            return {path for path in folder.iterdir() if path.name.startswith(start)}
        except OSError:
            return set()


def _listen(process: "subprocess.Popen[str]", lines: "deque[str]") -> None:
    """What the process says, and an empty line once it has said all."""
    assert process.stdout
    with suppress(OSError, ValueError), process.stdout as told:
        lines.extend(told)
    lines.append("")
