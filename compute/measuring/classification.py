"""Classification of images as a problem: cross-entropy and accuracy over the first examples of each split."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, overload

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from compute.errors import BadInputError
from compute.measuring.execution import CHUNK
from compute.problem import SPLITS, Batch, Problem

if TYPE_CHECKING:
    from compute.datasets.dataset import Dataset
    from compute.datasets.split import Split

Chunk = tuple[torch.Tensor, torch.Tensor]  # images (b, …), labels (b,)

_DECODED = 256  # images at a time
_TAME = 300.0  # logits up to here have exponentials that float64 holds, with sums that lose nothing


class Examples(Sequence[Chunk]):
    """Images and labels in chunks of nearly equal size, at most ``chunk`` each; views, so another size costs nothing.

    Nearly equal: BatchNorm's statistics, where they are recomputed, then weigh no leftover of a few examples in full.
    """

    def __init__(self, images: torch.Tensor, labels: torch.Tensor, chunk: int = CHUNK) -> None:
        self.images, self.labels, self.chunk = images, labels, chunk
        count = max(1, -(-len(labels) // chunk))
        self._chunks = list(zip(images.tensor_split(count), labels.tensor_split(count), strict=True))

    def __len__(self) -> int:
        return len(self._chunks)

    @overload
    def __getitem__(self, index: int) -> Chunk: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Chunk]: ...
    def __getitem__(self, index: int | slice) -> Chunk | Sequence[Chunk]:
        return self._chunks[index]

    def rechunked(self, chunk: int) -> "Examples":
        """The same examples in chunks of another size."""
        return Examples(self.images, self.labels, chunk)

    def first(self, count: int) -> "Examples":
        """The first ones only."""
        return Examples(self.images[:count], self.labels[:count], self.chunk)


class CrossEntropy:
    """Mean −log p(label) in nats, in float64 of the logits: a confident network's loss is no rounding of zero.

    Metal has no float64; there it is float32.
    """

    def __call__(self, logits: torch.Tensor, batch: Batch) -> torch.Tensor:
        """Of logits (n, classes): ()."""
        return cross_entropy(logits.to(_wide(logits)), batch[1])

    def of_points(self, logits: torch.Tensor, batch: Batch) -> torch.Tensor:
        """Of the logits of several points (k, n, classes): (k,). What holds for one decides nothing for another."""
        losses = _tame_cross_entropy(logits, batch[1])
        low, high = logits.amin((1, 2)).tolist(), logits.amax((1, 2)).tolist()
        for k, (lowest, highest) in enumerate(zip(low, high, strict=True)):
            if not (lowest > -_TAME and highest < _TAME):
                losses[k] = cross_entropy(logits[k].to(losses.dtype), batch[1])
        return losses


class Accuracy:
    """Share of the examples whose label has the largest logit."""

    def __call__(self, logits: torch.Tensor, batch: Batch) -> torch.Tensor:
        """Of logits (…, n, classes): (…)."""
        correct: torch.Tensor = logits.argmax(-1) == batch[1]
        return correct.to(_wide(logits)).mean(-1)

    of_points = __call__


def classification(
    model: nn.Module,
    dataset: "Dataset",
    examples: int | None,
    splits: Sequence[str] = SPLITS,
    report: Callable[[int, int], None] | None = None,
) -> Problem:
    """Cross-entropy and accuracy of a model over the first ``examples`` of each split, or all there are if fewer.

    The images are decoded once, here; ``report`` hears of each split how many of how many. Raises BadInputError when
    there are none.
    """
    if examples is not None and examples < 1:
        raise BadInputError(f"--examples {examples}: a loss needs at least one")
    found: dict[str, Split] = {split: getattr(dataset, split) for split in splits}
    counts = {split: min(examples or len(data), len(data)) for split, data in found.items()}
    batches = {split: _decoded(data, counts[split], report) for split, data in found.items()}
    provenance = {"data": {"name": dataset.name, "digest": dataset.digest}}
    return Problem(model, batches, CrossEntropy(), {"accuracy": Accuracy()}, provenance=provenance)


def _decoded(data: "Split", count: int, report: Callable[[int, int], None] | None) -> Examples:
    if not count:
        raise BadInputError("--data: a split without examples; a loss needs at least one")
    images = data.images(torch.arange(1)).new_empty(0)
    for start in range(0, count, _DECODED):
        part = data.images(torch.arange(start, min(start + _DECODED, count)))
        images = images if len(images) else part.new_empty(count, *part.shape[1:])
        images[start : start + len(part)] = part
        if report:
            report(start + len(part), count)
    return Examples(images, data.labels[:count].clone())


def _tame_cross_entropy(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """log Σ exp z − z of the label, without the detour over the largest logit, which takes most of the time."""
    wide = _wide(logits)
    chosen = logits.gather(-1, labels[:, None].expand(*logits.shape[:-1], 1))
    log_sums = logits.to(wide).exp().sum(-1).log()
    return (log_sums.sum(-1) - chosen.sum((-2, -1), dtype=wide)) / len(labels)


def _wide(logits: torch.Tensor) -> torch.dtype:
    return torch.float32 if logits.device.type == "mps" else torch.float64
