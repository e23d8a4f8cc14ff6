"""The batches of a training: which examples a step sees, and how they are changed, from the seed and the step alone."""

import math
from functools import lru_cache

import torch

from compute.datasets.split import Split
from compute.errors import BadInputError
from compute.randomness import Purpose, order_seed, stream
from compute.training.augmentation import CropFlip, draw_crop_flip
from compute.training.settings import Settings


class Batches:
    """Every epoch takes all examples in a new order, or the first ``steps_per_epoch`` batches of them.

    The last batch of the data is smaller where they do not divide, but never a single example, which BatchNorm cannot
    normalise: it joins the batch before. Raises BadInputError when an epoch asks for more batches than there are.
    """

    def __init__(self, split: Split, settings: Settings) -> None:
        self._split, self._settings = split, settings
        available = _batches_in(len(split), settings.batch)
        self.steps_per_epoch = settings.steps_per_epoch or available
        if self.steps_per_epoch > available:
            raise BadInputError(
                f"--steps-per-epoch {self.steps_per_epoch}: {len(split)} training examples in batches of "
                f"{settings.batch} are {available} steps; choose 1 to that"
            )
        self.steps = self.steps_per_epoch * settings.epochs
        self._available = available
        self._epoch = lru_cache(maxsize=1)(self._draw)

    def __call__(self, step: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Images (b, c, s, s) and labels (b,) of a step, counted from 0."""
        epoch, number = divmod(step, self.steps_per_epoch)
        order, changes = self._epoch(epoch)
        size = self._settings.batch
        places = slice(number * size, (number + 1) * size if number + 1 < self._available else len(order))
        chosen = order[places]
        images = self._split.images(chosen)
        return images if changes is None else changes(images, places), self._split.labels[chosen]

    def _draw(self, epoch: int) -> tuple[torch.Tensor, CropFlip | None]:
        count, seed = len(self._split), self._settings.seed
        order = torch.randperm(count, generator=torch.Generator().manual_seed(order_seed(seed, epoch)))
        if self._settings.augment == "none":
            return order, None
        generator = torch.Generator().manual_seed(stream(seed, Purpose.AUGMENTATION, epoch))
        return order, draw_crop_flip(count, generator)


def _batches_in(examples: int, batch: int) -> int:
    alone = batch > 1 and examples > batch and examples % batch == 1
    return math.ceil(examples / batch) - alone
