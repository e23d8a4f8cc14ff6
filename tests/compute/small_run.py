"""A small but real run, trained once, and tasks that sample it."""

from pathlib import Path
from typing import Any

from compute.messages import Sample
from compute.training.run_folder import RunOptions
from compute.training.settings import Settings
from compute.training.task import train

STEPS = (0, 8, 16, 23)  # of the checkpoints
OPTIONS = RunOptions("mlp", "digits", Settings(epochs=1, checkpoint_every="8 steps", log_examples=16))


def small_run(folder: Path, options: RunOptions = OPTIONS) -> Path:
    """A run of one epoch on the digits."""
    train(folder, options, lambda run, left: None, lambda: None, lambda line: None)
    return folder


def task(run: Path, out: Path, **changes: Any) -> Sample:
    """A few points on a few examples."""
    usual: dict[str, Any] = {"examples": 24, "resolution": 5, "trial": False}
    return Sample(str(run), str(out), **usual | changes)
