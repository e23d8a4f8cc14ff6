"""Time from the command to the first frame on the screen, against a bare window of the same libraries."""

import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import line
from tests.desktop import BASIN, desktop

RUNS = 5
TARGET_SECONDS = 1.5
READY = Path(__file__).parents[1] / "assets" / "ready"


def run() -> None:
    """Median of five starts each, in turn, after one that warms the caches."""
    basin, floor = [], []
    for _ in range(RUNS + 1):
        basin.append(first_frame(BASIN, ["explore", str(READY)]))
        floor.append(first_frame([sys.executable, "-m", "benchmarks.floor"], []))
    ours, bare = statistics.median(basin[1:]), statistics.median(floor[1:])
    line("command to first frame (basin explore)", ours, "s", "bare pyglet + moderngl window", bare)
    line("command to first frame (basin explore)", ours, "s", "target", TARGET_SECONDS)


def first_frame(program: Sequence[str], arguments: Sequence[str]) -> float:
    """Seconds until something other than black is on the screen, looked at every few hundredths of a second."""
    with tempfile.TemporaryDirectory() as tmp, desktop(arguments, Path(tmp), program=program) as running:
        return running.first_picture - running.started
