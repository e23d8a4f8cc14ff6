"""Regression: a small network predicts how diabetes progresses (scikit-learn's 442 patients, ten measurements each).

python examples/regression.py
basin sample 'runs/regression/epoch-*.pt' --problem examples/regression.py:make_problem --directions pca
basin explore runs/regression/pca
"""

from pathlib import Path

import torch
from sklearn.datasets import load_diabetes
from torch import nn
from torch.nn.functional import mse_loss

from basin import Problem

OUT = Path("runs/regression")
EPOCHS = 40
TRAIN = 353  # patients; the others are the test set


def make_model() -> nn.Module:
    """10 → 32 → 16 → 1 with tanh."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(10, 32), nn.Tanh(), nn.Linear(32, 16), nn.Tanh(), nn.Linear(16, 1))


def data() -> tuple[torch.Tensor, torch.Tensor]:
    """(442, 10) measurements and (442, 1) progression, both of mean 0 and variance 1."""
    x, y = (torch.from_numpy(part).float() for part in load_diabetes(return_X_y=True))
    y = y[:, None]
    return (x - x.mean(0)) / x.std(0), (y - y.mean()) / y.std()


def make_problem() -> Problem:
    """Mean squared error on both splits, and the mean absolute error as a further metric."""
    x, y = data()
    return Problem(
        model=make_model(),
        batches={"train": [(x[:TRAIN], y[:TRAIN])], "test": [(x[TRAIN:], y[TRAIN:])]},
        loss=lambda output, batch: mse_loss(output, batch[1]),
        metrics={"absolute_error": lambda output, batch: (output - batch[1]).abs().mean()},
        provenance={"title": "progression of diabetes, 10-32-16-1 with tanh"},
    )


def train() -> None:
    """Adam on the whole training set; a state dict after each epoch, numbered."""
    OUT.mkdir(parents=True, exist_ok=True)
    model, (x, y) = make_model(), data()
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    torch.save(model.state_dict(), OUT / "epoch-0.pt")
    for epoch in range(1, EPOCHS + 1):
        for chosen in torch.randperm(TRAIN).split(32):
            optimiser.zero_grad()
            loss = mse_loss(model(x[chosen]), y[chosen])
            loss.backward()
            optimiser.step()
        torch.save(model.state_dict(), OUT / f"epoch-{epoch}.pt")
    print(f"last batch loss {loss.item():.3f}; {EPOCHS + 1} checkpoints in {OUT}")


if __name__ == "__main__":
    train()
