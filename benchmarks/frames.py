"""Frame time of a steady orbit while the worker measures, against the same orbit while it is paused."""

import json
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import line
from tests.desktop import desktop

TARGET_RATIO = 2.0


def run() -> None:
    """95th percentiles; measuring first, so that the growing surface is in it."""
    seen = notes()
    measuring, idle = (float(np.percentile(np.array(seen[state]) * 1000, 95)) for state in ("measuring", "idle"))
    line("frame while measuring, 95th percentile (1280x800)", measuring, "ms", "the same while paused", idle)
    line("its ratio to paused", measuring / idle, "x", "target at most", TARGET_RATIO)


@cache
def notes() -> dict[str, Any]:
    """What one run of benchmarks.live wrote down."""
    with tempfile.TemporaryDirectory() as tmp:
        program = [sys.executable, "-m", "benchmarks.live"]
        with desktop([str(Path(tmp) / "demo")], Path(tmp), program=program) as running:
            running.program.wait(timeout=240)
            found: dict[str, Any] = json.loads(running.log.read_text().splitlines()[-1])
            return found
