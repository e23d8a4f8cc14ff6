"""Processor time of a window that nobody touches."""

import os
import tempfile
import time
from pathlib import Path

from benchmarks.report import line
from explorer.resources import resource
from tests.desktop import desktop

SECONDS = 10.0
TARGET_PERCENT = 1.0  # of a core


def run() -> None:
    """Over ten seconds, after the last picture has come to rest."""
    ready = ["explore", str(resource("assets", "ready"))]
    with tempfile.TemporaryDirectory() as tmp, desktop(ready, Path(tmp)) as running:
        running.settled()
        before = _seconds(running.program.pid)
        time.sleep(SECONDS)
        used = 100 * (_seconds(running.program.pid) - before) / SECONDS
    line("processor time of an idle window", used, "%", "target at most", TARGET_PERCENT)


def _seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
