"""A live folder as the worker leaves it behind: a run, and the planes fitted to it, each with its path."""

import json
from pathlib import Path

import numpy as np

from compute.folder import LandscapeWriter, create_folder
from compute.landscape import Domain, Trajectory
from compute.trajectory_file import write_trajectory

N = 9


def path_until(last: int, every: int = 10, tilt: float = 0.0) -> Trajectory:
    """A checkpoint at each tenth step, on its way in from (0.8, 0.8); in another plane it lies ``tilt`` elsewhere."""
    step = np.arange(0, last + 1, every, dtype=float)
    t = step / 100
    return Trajectory(step, t, 0.8 - 0.7 * t + tilt, 0.8 - 0.7 * t, 0.1 * t, np.exp(-t), np.exp(-t))


def add_fit(live: Path, number: int, last: int, rows: int = N, factor: float = 1.0) -> Path:
    """A plane that was fitted at step ``last``, with so many of its rows measured."""
    folder = live / f"fit-{number:04d}"
    known = {"number": number, "runs": ["mine"], "first_step": 0, "last_step": last, "centre_step": last}
    domain = Domain((-1, 1), (-1, 1), N, N)
    create_folder(folder, domain, ("train_loss",), {"fit": known}, path_until(last, tilt=0.1 * number))
    measure(folder, 0, rows, factor)
    return folder


def measure(folder: Path, first: int, last: int, factor: float = 1.0) -> None:
    writer = LandscapeWriter(folder)
    for row in range(first, last):
        for column, alpha in enumerate(writer.domain.alphas):
            loss = factor * (0.1 + alpha**2 + 2 * writer.domain.betas[row] ** 2)
            writer.record(row, column, {"train_loss": loss}, 8)


def go_on(folder: Path, last: int, number: int) -> None:
    """The training is further, and its path over the newest plane longer."""
    write_trajectory(folder / "trajectory.csv", path_until(last, tilt=0.1 * number))


def live_folder(parent: Path, name: str = "mine", rows: int = 101) -> Path:
    """A recording of so many steps, and its live folder without a plane."""
    run = parent / name
    live = run / "live"
    live.mkdir(parents=True)
    (run / "recording.json").write_text(json.dumps({"format": 1, "kind": "recording", "parameters": 2}))
    lines = ["step,epoch,loss", *(f"{k},,{np.exp(-k / 100)}" for k in range(rows))]
    (run / "recording.csv").write_text("\n".join(lines) + "\n")
    known = {"format": 1, "kind": "live", "runs": [{"name": name, "source": str(run)}], "problem": "mine.py:make"}
    (live / "live.json").write_text(json.dumps(known))
    return live
