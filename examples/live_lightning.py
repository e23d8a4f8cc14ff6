"""A training with Lightning, recorded by a callback: a small network learns scikit-learn's wines.

Needs Lightning (pip install lightning). Start it, and look from another terminal while it trains, or later:

    python examples/live_lightning.py
    basin explore runs/live_lightning --problem examples/live_lightning.py:make_problem
    basin sample runs/live_lightning --problem examples/live_lightning.py:make_problem --directions pca
"""

import sys
from pathlib import Path

import lightning.pytorch as lightning
import torch
from sklearn.datasets import load_wine
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

from basin import LightningRecorder, Problem

OUT = Path("runs/live_lightning")
EPOCHS, BATCH = 80, 16


class Classifier(lightning.LightningModule):
    """13 → 32 → 32 → 3 with tanh."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(13, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 3))

    def training_step(self, batch: list[torch.Tensor], index: int) -> torch.Tensor:
        """Mean cross-entropy of the batch."""
        return cross_entropy(self.net(batch[0]), batch[1])

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Adam."""
        return torch.optim.Adam(self.parameters(), lr=2e-3)


def make_model() -> Classifier:
    """The same start every time."""
    torch.manual_seed(0)
    return Classifier()


def data() -> tuple[torch.Tensor, torch.Tensor]:
    """(178, 13) measurements of mean 0 and variance 1, and the cultivar."""
    x, y = load_wine(return_X_y=True)
    x = torch.from_numpy(x).float()
    return (x - x.mean(0)) / x.std(0), torch.from_numpy(y).long()


def make_problem() -> Problem:
    """The network inside the module is what is measured; Lightning's names for its weights are understood."""
    x, y = data()
    return Problem(
        model=make_model().net,
        batches=[(x, y)],
        loss=lambda output, batch: cross_entropy(output, batch[1]),
        metrics={"accuracy": lambda output, batch: (output.argmax(1) == batch[1]).double().mean()},
        provenance={"title": "wines, 13-32-32-3 with tanh"},
    )


def train(epochs: int = EPOCHS) -> None:
    """The Trainer does the rest."""
    print(f"basin explore {OUT} --problem examples/live_lightning.py:make_problem", flush=True)
    trainer = lightning.Trainer(
        max_epochs=epochs,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        callbacks=[LightningRecorder(OUT, resume=True)],  # so that a second run may use the folder again
    )
    trainer.fit(make_model(), DataLoader(TensorDataset(*data()), BATCH, shuffle=True))


if __name__ == "__main__":
    train(*map(int, sys.argv[1:]))
