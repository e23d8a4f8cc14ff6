"""The loss of a network on fixed examples."""

import math
from collections.abc import Mapping

import torch
from torch import nn
from torch.nn.functional import cross_entropy

CHUNK = 128  # examples per forward pass: larger ones fall out of the cache
METRICS = ("train_loss", "train_accuracy")


class Evaluation:
    """Mean cross-entropy and accuracy of a model over examples that never change."""

    def __init__(self, model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> None:
        self._model = model
        self._chunks = [
            (x.contiguous(memory_format=torch.channels_last), y)
            for x, y in zip(torch.split(images, CHUNK), torch.split(labels, CHUNK), strict=True)
        ]
        self.examples = len(labels)

    def __call__(self) -> Mapping[str, float]:
        """{"train_loss": mean −log p(label) in nats, "train_accuracy": share in [0, 1]} of the weights as they are.

        Sums in float64, so that chunks of different size weigh what they should; a loss that is not finite is +inf:
        diverged. Running statistics of BatchNorm neither drift nor are they touched: the model is in ``eval`` mode.
        """
        was_training = self._model.training
        self._model.eval()
        loss, correct = 0.0, 0
        try:
            with torch.inference_mode():
                for images, labels in self._chunks:
                    logits = self._model(images)
                    loss += float(cross_entropy(logits.double(), labels, reduction="sum"))
                    correct += int((logits.argmax(dim=1) == labels).sum())
        finally:
            self._model.train(was_training)
        mean = loss / self.examples
        return {
            "train_loss": mean if math.isfinite(mean) else math.inf,
            "train_accuracy": correct / self.examples,
        }
