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
            (x.contiguous(memory_format=torch.channels_last) if x.dim() == 4 else x, y)
            for x, y in zip(torch.split(images, CHUNK), torch.split(labels, CHUNK), strict=True)
        ]
        self.examples = len(labels)

    def __call__(self) -> Mapping[str, float]:
        """{"train_loss": mean −log p(label) in nats, "train_accuracy": share in [0, 1]} of the weights as they are.

        Sums in float64, so that chunks of different size weigh what they should. A loss that is not finite makes both
        +inf: diverged, for then the labels that such a network gives mean nothing. Running statistics of BatchNorm do
        not drift: the model is in ``eval`` mode, and afterwards each module is in the mode that it was in.
        """
        modes = [(module, module.training) for module in self._model.modules()]
        self._model.eval()
        loss, correct = 0.0, 0
        try:
            with torch.inference_mode():
                for images, labels in self._chunks:
                    logits = self._model(images)
                    loss += float(cross_entropy(logits.double(), labels, reduction="sum"))
                    correct += int((logits.argmax(dim=1) == labels).sum())
        finally:
            for module, training in modes:
                module.training = training
        mean = loss / self.examples
        if not math.isfinite(mean):
            return dict.fromkeys(METRICS, math.inf)
        return {"train_loss": mean, "train_accuracy": correct / self.examples}
