"""How well a network does while it is trained: its loss and accuracy on examples of a split."""

from collections.abc import Callable

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from compute.datasets.split import Split
from compute.keeping import kept_modes

CHUNK = 128  # examples per forward pass: larger ones fall out of the cache

Place = Callable[[torch.Tensor], torch.Tensor]  # brings images where the model is, in the memory format that it has


def score(model: nn.Module, split: Split, examples: int, place: Place) -> tuple[float, float]:
    """Mean −log p(label) in nats, and the share of examples whose label is the likeliest; over the first ``examples``.

    In eval mode, so running statistics do not drift and dropout is off; afterwards each module is in the mode that it
    was in. Sums in float64, so chunks of different size weigh what they should. Images are taken from the split a chunk
    at a time, so that memory does not grow with the examples. A loss that is not finite comes as it is.
    """
    loss, correct = 0.0, 0
    with kept_modes(model), torch.inference_mode():
        model.eval()
        for chosen in torch.split(torch.arange(examples), CHUNK):
            logits, labels = model(place(split.images(chosen))).cpu(), split.labels[chosen]
            loss += float(cross_entropy(logits.double(), labels, reduction="sum"))
            correct += int((logits.argmax(dim=1) == labels).sum())
    return loss / examples, correct / examples
