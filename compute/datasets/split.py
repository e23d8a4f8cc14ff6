"""The examples of one part of a data set: labels at hand, images made ready when they are asked for."""

from collections.abc import Callable
from typing import Protocol

import torch

from compute.datasets.image_files import ImageFiles

Preparation = Callable[[torch.Tensor], torch.Tensor]  # pixels (b, c, h, w) → images float32 (b, c, s, s)


class Split(Protocol):
    """Examples 0 … n − 1."""

    @property
    def labels(self) -> torch.Tensor:
        """(n,) int64, 0 … classes − 1."""

    def __len__(self) -> int: ...

    def images(self, indices: torch.Tensor) -> torch.Tensor:
        """Of these examples, in this order: float32 (b, c, s, s), normalised, contiguous; new memory every time."""


class TensorSplit:
    """Pixels (n, c, h, w) in memory, of any type; without a preparation they are the images."""

    def __init__(self, pixels: torch.Tensor, labels: torch.Tensor, preparation: Preparation | None = None) -> None:
        self._pixels, self.labels, self._preparation = pixels.contiguous(), labels, preparation

    def __len__(self) -> int:
        return len(self.labels)

    def images(self, indices: torch.Tensor) -> torch.Tensor:
        """See ``Split``."""
        pixels = self._pixels[indices]
        return pixels if self._preparation is None else self._preparation(pixels)


class FolderSplit:
    """The first images of a list of files, as many as there are labels.

    ``images`` raises BadInputError naming a file that cannot be read.
    """

    def __init__(self, files: ImageFiles, labels: torch.Tensor, preparation: Preparation) -> None:
        self._files, self.labels, self._preparation = files, labels, preparation

    def __len__(self) -> int:
        return len(self.labels)

    def images(self, indices: torch.Tensor) -> torch.Tensor:
        """See ``Split``."""
        return self._preparation(self._files.pixels(torch.arange(len(self))[indices]))
