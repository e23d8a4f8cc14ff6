"""Real processes that are killed: each goes on from what is there, and the end is as if nothing had happened."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from compute.weights.checkpoints import checkpoints
from tests.compute.training_child import make_training

ROOT = Path(__file__).parents[2]


def contents(folder: Path) -> dict[str, bytes]:
    """Every byte of every finished file; what a killed writer left begins with a dot."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes as POSIX does")
def test_killed_at_random_steps_it_ends_with_the_same_bytes(tmp_path):
    """AdamW, cosine, dropout, BatchNorm, crops and flips; a checkpoint every 3 of 40 steps, kills at any."""
    chosen = random.Random(8)
    kills = sorted(chosen.sample(range(1, 38), 3))
    assert any(step % 3 for step in kills)
    killed, unbroken = tmp_path / "killed", make_training(tmp_path / "unbroken")
    command = [sys.executable, "-m", "tests.compute.training_child", str(killed), *map(str, kills)]
    lives = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    begun = 0
    for steps in lives:
        assert begun - 3 <= steps[0] - 1 <= begun  # from the last checkpoint, not from the start
        begun = steps[-1]
    assert begun < 40
    for run in (make_training(killed), unbroken):
        while not run.done:
            run.step()
    assert [step for step, _ in checkpoints(killed / "checkpoints")] == [*range(0, 40, 3), 40]
    assert contents(killed) == contents(tmp_path / "unbroken")
