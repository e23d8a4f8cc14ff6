"""Progress of a task on the terminal."""

import math
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from compute.messages import PLANE, SHARPNESS, SPECTRUM, VERIFY, Inspecting, Measuring, Preparing
from explorer.worker.status import Status, duration

LOG_SECONDS = 10.0  # between two lines about the same thing in a log
LOOKS = {VERIFY: "critical points", PLANE: "curvature", SPECTRUM: "Hessian", SHARPNESS: "sharpness"}


class TerminalProgress:
    """One bar for the training, one per plane. Where the output is no terminal, a line now and then."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description:<20}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[detail]}"),
            console=self.console,
            refresh_per_second=4,
        )
        self._tasks: dict[str, TaskID] = {}
        self._said: dict[str, float] = {}
        self._first: dict[str, tuple[float, int]] = {}  # when a preparation was first heard of, and how far it was
        self._noted = 0

    def show(self, status: Status) -> None:
        """Bring the bars up to date; a note is a line of its own."""
        for note in status.notes[self._noted :]:
            self.say(note)
        self._noted = len(status.notes)
        if status.training:
            t = status.training
            left = f", {duration(t.seconds_left)} left" if t.epoch < t.epochs else ""
            self._set("training", t.epoch, t.epochs, f"epoch {t.epoch:.1f} of {t.epochs}, loss {t.loss:.3g}{left}")
        if status.preparing:
            p = status.preparing
            self._set(p.what, p.done, p.total, self._preparing(p))
        for plane, m in status.measuring.items():
            self._set(f"measuring {plane}", m.done, m.total, _measuring(m))
        for i in status.inspected.values():
            self._set(f"{LOOKS[i.what]} of {i.plane}", i.done, i.total, _inspecting(i))

    def say(self, line: str) -> None:
        """A line above the bars, as it is."""
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def film(self, share: float) -> None:
        """Progress of a film being written."""
        self._set("film", share, 1.0, "")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._tasks:
            self._progress.stop()

    def _preparing(self, p: Preparing) -> str:
        """How far it is and, as long as it has gone on at the same pace, how long it will take."""
        now = time.monotonic()
        started, before = self._first.setdefault(p.what, (now, p.done))
        if not p.total:
            return f"{p.done}"
        if p.done in (before, p.total):
            return f"{p.done} of {p.total}"
        return f"{p.done} of {p.total}, {duration((now - started) / (p.done - before) * (p.total - p.done))} left"

    def _set(self, name: str, done: float, total: float | None, detail: str) -> None:
        if not self._tasks:
            self._progress.start()  # only now: what is refused at once leaves no empty line behind
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=total, detail="")
        self._progress.update(self._tasks[name], completed=done, total=total, detail=detail)
        if not self.console.is_terminal and time.monotonic() - self._said.get(name, -math.inf) >= LOG_SECONDS:
            self._said[name] = time.monotonic()
            self.say(f"{name}: {f'{done / total:.0%} ' if total else ''}{detail}")


def _inspecting(i: Inspecting) -> str:
    left = f", {duration(i.seconds_left)} left" if i.done < i.total else ""
    return f"{i.done} of {i.total}{left}"


def _measuring(m: Measuring) -> str:
    if m.seconds_left == 0:
        return f"{m.done} points"
    return f"level {m.level + 1} of {m.levels}, {m.rate:.1f} points/s, {duration(m.seconds_left)} left"
