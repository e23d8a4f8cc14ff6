"""Training in processes that are killed, one after another: ``python -m tests.compute.training_child RUN STEP …``.

Forked from this one, which has torch loaded and never trains: loading it takes longer than all the training here.
"""

import json
import os
import signal
import sys
from pathlib import Path

import torch
from torch import nn

from compute.training.optimisation import make_optimiser
from compute.training.settings import make_settings
from compute.training.task import follow
from compute.training.training import Training
from tests.compute.tiny import CLASSES, tiny_data

SETTINGS = make_settings(
    {
        "optimiser": "adamw",
        "epochs": 4,
        "batch": 4,
        "checkpoint_every": "3 steps",
        "augment": "crop-flip",
        "log_examples": 16,
    }
)


def dropout_network(seed: int = 0) -> nn.Module:
    """Convolution, BatchNorm, dropout and a linear layer."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1, stride=2),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.Dropout(0.3),
            nn.Flatten(),
            nn.Linear(64, CLASSES),
        )


def make_training(folder: Path) -> Training:
    """40 steps with everything that draws random numbers."""
    return Training(dropout_network(), tiny_data(train=40), SETTINGS, folder)


def life(folder: Path, end: int) -> list[int]:
    """The steps that a process of its own does until it has said ``end`` and is killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        follow(make_training(folder), lambda run, _: os.write(writing, f"{run.step_number}\n".encode()), lambda: None)
    os.close(writing)
    steps: list[int] = []
    with os.fdopen(reading) as lines:
        for line in lines:
            steps.append(int(line))
            if steps[-1] == end:
                os.kill(child, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    return steps


if __name__ == "__main__":
    make_optimiser(dropout_network(), SETTINGS)  # loads the rest of torch
    print(json.dumps([life(Path(sys.argv[1]), int(end)) for end in sys.argv[2:]]))
