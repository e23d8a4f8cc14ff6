"""A virtual screen with the real program on it: real events in, pictures out."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import ImageGrab

# Ctrl-C counts, though whoever started the tests in the background may have it ignored.
HEED = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
BASIN = [sys.executable, "-c", f"{HEED}; from explorer.command_line.commands import main; main()"]
SIZE = (1280, 800)
PANEL = np.s_[:, :316]  # columns of the panel
SCENE = np.s_[40:720, 330:]  # right of the panel, above the read-out


class Desktop:
    """A program in a window on a screen of its own."""

    def __init__(self, display: str, program: subprocess.Popen[str], log: Path) -> None:
        self.display, self.program, self.log = display, program, log
        self.started = self.first_picture = time.monotonic()

    def picture(self) -> np.ndarray:
        """(height, width, 3) of the whole screen."""
        return np.asarray(ImageGrab.grab(xdisplay=self.display).convert("RGB"))

    def scene(self) -> np.ndarray:
        """The part of the screen that shows the landscape alone."""
        return self.picture()[SCENE]

    def act(self, *words: object) -> None:
        """One xdotool command: key, click, mousemove …"""
        subprocess.run(
            ["xdotool", *map(str, words)], check=True, env={**os.environ, "DISPLAY": self.display}, timeout=20
        )

    def ask(self, *words: object) -> str:
        """What one xdotool command says."""
        environment = {**os.environ, "DISPLAY": self.display}
        command = ["xdotool", *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=20, check=False).stdout

    def settled(self) -> np.ndarray:
        """The picture once it no longer changes and nothing draws: on a busy machine the next one may take long."""
        before, worked = self.picture(), self._work()[0]
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            time.sleep(0.35)
            now, (work, running) = self.picture(), self._work()
            if np.array_equal(before, now) and not running and work <= worked + 1:
                return now
            before, worked = now, work
        raise AssertionError("the picture never settles")

    def _work(self) -> tuple[int, bool]:
        """Ticks of processor time that the program took so far, and whether one of its threads wants more."""
        try:
            tasks = [(task / "stat").read_text() for task in Path(f"/proc/{self.program.pid}/task").iterdir()]
        except OSError:  # a thread or the program ended just now
            return 0, self.program.poll() is None
        fields = [stat.rpartition(")")[2].split() for stat in tasks]
        return sum(int(field[11]) + int(field[12]) for field in fields), any(field[0] == "R" for field in fields)

    def wait(self, condition: Callable[[], bool], what: str, seconds: float = 60, every: float = 0.1) -> None:
        """Until something holds; fails with the program's output."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline or self.program.poll() is not None:
                raise AssertionError(f"{what}: not within {seconds} s; the program said:\n{self.log.read_text()}")
            time.sleep(every)

    def children(self) -> list[int]:
        """Process ids of the program's worker processes."""
        pids = Path(f"/proc/{self.program.pid}/task/{self.program.pid}/children").read_text().split()
        return [int(pid) for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@contextmanager
def desktop(
    arguments: Sequence[str], tmp: Path, size: tuple[int, int] = SIZE, program: Sequence[str] = BASIN
) -> Iterator[Desktop]:
    """Start `basin ARGUMENTS` on a new virtual screen, and wait for its first picture."""
    read, write = os.pipe()
    # -noreset: a server whose last client leaves would restart, and turn away who comes at that moment
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size[0]}x{size[1]}x24", "+extension", "GLX", "-noreset"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        display = f":{pipe.readline().strip()}"
    log = tmp / "basin.log"
    environment = {**os.environ, "DISPLAY": display, "BASIN_STATE": str(tmp / "state")}
    try:
        with log.open("w") as output:
            started = subprocess.Popen([*program, *arguments], stdout=output, stderr=output, text=True, env=environment)
        running = Desktop(display, started, log)
        running.wait(lambda: bool(running.picture().std() > 5), "first picture", 30, every=0.02)
        running.first_picture = time.monotonic()
        yield running
    finally:
        if started.poll() is None:
            started.send_signal(signal.SIGKILL)
        started.wait()
        screen.terminate()
        screen.wait()
