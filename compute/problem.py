"""What is measured: a network and the fixed examples on which its loss is taken. The user's own comes as a function:

    def make_problem() -> Problem:
        return Problem(model, batches=[(x, y)], loss=lambda output, batch: mse_loss(output, batch[1]))

Any ``nn.Module``, any loss, any structure of batches. Imports no torch, so that any program may import it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch import nn

Batch = Any  # a tensor, or a tuple, list or mapping of tensors and other things, nested as you like
SPLITS = ("train", "test")


def first_input(model: "nn.Module", batch: Batch) -> Any:
    """The usual forward pass: the model of the batch, or of its first part where it is a tuple or list."""
    return model(batch[0] if isinstance(batch, tuple | list) else batch)


def batch_size(batch: Batch) -> int:
    """Number of examples in a batch: the length of the first tensor found in it, depth first.

    Raises ValueError where there is none.
    """
    for tensor in tensors(batch):
        return len(tensor) if tensor.dim() else 1
    raise ValueError("a batch holds no tensor, so its size is unknown; give Problem(size=…)")


def tensors(batch: Batch) -> "Iterator[torch.Tensor]":
    """All tensors in a batch, depth first."""
    if hasattr(batch, "dim"):
        yield batch
    elif isinstance(batch, Mapping):
        for part in batch.values():
            yield from tensors(part)
    elif isinstance(batch, tuple | list):
        for part in batch:
            yield from tensors(part)


@dataclass(frozen=True, eq=False)
class Problem:
    """A model, fixed batches, and what is measured on them. Metrics are called SPLIT_loss and SPLIT_NAME.

    model           any module; parameters and buffers are what they were after a sweep, bit for bit
    batches         the examples by split, {"train": […], "test": […]}; a plain sequence of batches is "train"
    loss            (output, batch) → scalar, the *mean* over the examples of the batch
    metrics         by name: (output, batch) → scalar, the mean over the examples of the batch, as {"accuracy": …}
    forward         (model, batch) → output, once for the loss and all metrics; by default ``first_input``
    size            batch → number of examples in it, its weight in the mean; by default ``batch_size``
    differentiates  whether forward or loss take derivatives themselves (a PINN): gradients then stay enabled
    provenance      what is written into landscape.json: model, data, …; plain types
    """

    model: "nn.Module"
    batches: Mapping[str, Sequence[Batch]] | Sequence[Batch]
    loss: "Callable[[Any, Batch], torch.Tensor]"
    metrics: "Mapping[str, Callable[[Any, Batch], torch.Tensor]]" = field(default_factory=dict)
    forward: "Callable[[nn.Module, Batch], Any]" = first_input
    size: Callable[[Batch], int] = batch_size
    differentiates: bool = False
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def splits(self) -> Mapping[str, Sequence[Batch]]:
        """The batches by split; "train" alone where none are named."""
        return self.batches if isinstance(self.batches, Mapping) else {SPLITS[0]: self.batches}

    @property
    def metric_names(self) -> tuple[str, ...]:
        """Everything that can be measured: for each split its loss, then its metrics."""
        return tuple(f"{split}_{name}" for split in self.splits for name in ("loss", *self.metrics))

    def examples(self, split: str) -> int:
        """Number of examples of a split."""
        return sum(self.size(batch) for batch in self.splits[split])
