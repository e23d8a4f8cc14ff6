"""Resident memory of the explorer with a 513 x 513 landscape, less that of a bare window with
the same GL driver and picture buffers of the same size."""

import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.report import line
from compute.folder import create_folder
from compute.landscape import Domain
from tests.desktop import BASIN, desktop
from tests.surfaces import HIMMELBLAU

SIDE = 513
TARGET_MB = 300.0


def run() -> None:
    """VmRSS once the picture has settled."""
    with tempfile.TemporaryDirectory() as tmp:
        big = Path(tmp) / "big"
        create_folder(big, Domain((-5, 5), (-5, 5), SIDE, SIDE), ("train_loss",), {"kind": "landscape"})
        np.save(big / "train_loss.npy", HIMMELBLAU.on_grid(SIDE, SIDE)[1] + 1)
        np.save(big / "examples.npy", np.ones((SIDE, SIDE), np.uint32))
        ours = resident(BASIN, ["explore", str(big)], Path(tmp))
        bare = resident([sys.executable, "-m", "benchmarks.floor"], ["buffers"], Path(tmp))
    line("resident memory, 513 x 513 landscape", ours, "MB", "bare window with driver and picture buffers", bare)
    line("the same without the bare window", ours - bare, "MB", "target", TARGET_MB)


def resident(program: list[str], arguments: list[str], tmp: Path) -> float:
    """MB."""
    with desktop(arguments, tmp, program=program) as running:
        running.settled()
        status = Path(f"/proc/{running.program.pid}/status").read_text()
    return int(next(row for row in status.splitlines() if row.startswith("VmRSS")).split()[1]) / 1024
