"""A data set, and how one is made of pixels in memory."""

import hashlib
from dataclasses import dataclass

import torch

from compute.datasets.preparation import Preparation
from compute.datasets.split import Split, TensorSplit
from compute.datasets.stratification import stratified_order
from compute.errors import BadInputError

CHUNK = 4096  # images at a time, when all of them are looked at


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images (channels, image_size, image_size) of so many classes; ``digest`` is the identity of the examples."""

    name: str
    train: Split
    test: Split
    classes: int
    channels: int
    image_size: int
    digest: str  # first 16 hexadecimal digits of a SHA-256


@dataclass(frozen=True, eq=False)
class Pixels:
    """What files or a generator give: pixels uint8 (n, c, s, s) and labels (n,) int64; at most 256 classes."""

    train: torch.Tensor
    train_labels: torch.Tensor
    test: torch.Tensor
    test_labels: torch.Tensor
    classes: int

    @property
    def digest(self) -> str:
        """SHA-256 of all pixels, then all labels as bytes, training first; first 16 hexadecimal digits."""
        total = hashlib.sha256()
        for part in (self.train, self.test, self.train_labels.to(torch.uint8), self.test_labels.to(torch.uint8)):
            total.update(part.contiguous().numpy().data)
        return total.hexdigest()[:16]

    def first(self, count: int) -> "Pixels":
        """With only so many training examples, the first ones of a fixed stratified shuffle; in its order."""
        chosen = torch.from_numpy(stratified_order(self.train_labels.numpy())[:count])
        return Pixels(self.train[chosen], self.train_labels[chosen], self.test, self.test_labels, self.classes)


def dataset_of(name: str, pixels: Pixels, image_size: int | None, train_limit: int | None) -> Dataset:
    """The data set of these pixels, which stay as they are and are made ready when they are asked for.

    Mean and deviation are those of the whole training set at its own size, whatever the limit.
    Raises BadInputError when the limit asks for more than there is.
    """
    side = image_size or pixels.train.shape[-1]
    preparation = Preparation(side, lambda: torch.split(pixels.train, CHUNK))
    check_limit(name, train_limit, len(pixels.train))
    chosen = pixels if train_limit is None else pixels.first(train_limit)
    return Dataset(
        name,
        TensorSplit(chosen.train, chosen.train_labels, preparation),
        TensorSplit(chosen.test, chosen.test_labels, preparation),
        chosen.classes,
        chosen.train.shape[1],
        side,
        chosen.digest,
    )


def check_limit(name: str, limit: int | None, available: int) -> None:
    """Raises BadInputError when there are not so many training examples."""
    if limit is not None and not 1 <= limit <= available:
        raise BadInputError(f"--train-limit {limit}: {name} has {available} training examples; choose 1 to that")
