"""Classification of images as a problem: cross-entropy and accuracy over the first examples of each split."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, overload

import torch
from torch import nn

from compute.errors import BadInputError
from compute.measuring.execution import CHUNK
from compute.problem import SPLITS, Batch, Problem

if TYPE_CHECKING:
    from compute.datasets.dataset import Dataset
    from compute.datasets.split import Split

Chunk = tuple[torch.Tensor, torch.Tensor]  # images (b, …), labels (b,)

_DECODED = 256  # images at a time
_TAME = {torch.float64: 300.0, torch.float32: 40.0}  # differences of such logits have exponentials that fit


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
        return _cross_entropy(logits, batch[1])

    def of_points(self, logits: torch.Tensor, batch: Batch) -> torch.Tensor:
        """Of the logits of several points (k, n, classes): (k,). What holds for one decides nothing for another."""
        losses = _tame_cross_entropy(logits, batch[1])
        low, high = logits.amin((1, 2)).tolist(), logits.amax((1, 2)).tolist()
        tame = _TAME[losses.dtype]
        for k, (lowest, highest) in enumerate(zip(low, high, strict=True)):
            if not (lowest > -tame and highest < tame):
                losses[k] = _cross_entropy(logits[k], batch[1])
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


def _cross_entropy(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """log(1 + Σ exp d) over the other labels, d their logits less that of the label; of logits (n, classes): ().

    As m + log1p(Σ exp(d − m) + expm1(−m)) with m the largest d, at least 0: nothing overflows, and a network that is
    certain of all its labels has a loss above 0 as long as float64 can tell.
    """
    differences, index = _differences(logits, labels)
    largest = differences.detach().scatter(-1, index, 0.0).amax(-1).clamp(min=0)
    others = (differences - largest[..., None]).exp().scatter(-1, index, 0.0).sum(-1)
    return (largest + torch.log1p(others + torch.expm1(-largest))).mean()


def _tame_cross_entropy(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The same of logits (k, n, classes): (k,), without the detour over the largest, which takes most of the time."""
    differences, index = _differences(logits, labels)
    return differences.exp_().scatter_(-1, index, 0.0).sum(-1).log1p_().sum(-1) / len(labels)


def _differences(logits: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Each logit less that of the label, and where the label's own is."""
    index = labels[:, None].expand(*logits.shape[:-1], 1)
    wide = logits.to(_wide(logits))
    return wide - wide.gather(-1, index), index


def _wide(logits: torch.Tensor) -> torch.dtype:
    return torch.float32 if logits.device.type == "mps" else torch.float64
