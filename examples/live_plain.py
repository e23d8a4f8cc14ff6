"""A training loop of your own, recorded as it goes: a small convolutional network learns scikit-learn's digits.

Start it, and look from another terminal while it trains, or later:

    python examples/live_plain.py
    basin explore runs/live_plain --problem examples/live_plain.py:make_problem
    basin sample runs/live_plain --problem examples/live_plain.py:make_problem --directions pca
"""

import sys
from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn.functional import cross_entropy

from basin import Problem, Recorder

OUT = Path("runs/live_plain")
EPOCHS, BATCH = 80, 64
TRAIN = 1500  # digits; the others are the test set


def make_model() -> nn.Module:
    """Two convolutions with BatchNorm, one linear layer; the same start every time."""
    torch.manual_seed(0)
    return nn.Sequential(
        *(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(64, 10)),
    )


def data() -> tuple[torch.Tensor, torch.Tensor]:
    """(1797, 1, 8, 8) images with values from 0 to 1, and their labels."""
    digits = load_digits()
    return torch.from_numpy(digits.images).float()[:, None] / 16, torch.from_numpy(digits.target).long()


def make_problem() -> Problem:
    """Cross-entropy and accuracy on both splits."""
    x, y = data()
    return Problem(
        model=make_model(),
        batches={"train": [(x[:TRAIN], y[:TRAIN])], "test": [(x[TRAIN:], y[TRAIN:])]},
        loss=lambda output, batch: cross_entropy(output, batch[1]),
        metrics={"accuracy": lambda output, batch: (output.argmax(1) == batch[1]).double().mean()},
        provenance={"title": "digits, two convolutions"},
    )


def train(epochs: int = EPOCHS) -> None:
    """SGD with momentum; the two lines with a recorder are all that recording takes."""
    model, (x, y) = make_model(), data()
    optimiser = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
    recorder = Recorder(OUT, model, resume=True)  # so that a second run may use the folder again
    print(f"basin explore {OUT} --problem examples/live_plain.py:make_problem", flush=True)
    step = 0
    recorder.record(step)
    for epoch in range(epochs):
        batches = torch.randperm(TRAIN).split(BATCH)
        for done, chosen in enumerate(batches, 1):
            optimiser.zero_grad()
            loss = cross_entropy(model(x[chosen]), y[chosen])
            loss.backward()
            optimiser.step()
            step += 1
            recorder.record(step, loss, epoch=epoch + done / len(batches))
        schedule.step()
    print(f"last batch loss {loss.item():.4f} after {step} steps")


if __name__ == "__main__":
    train(*map(int, sys.argv[1:]))
