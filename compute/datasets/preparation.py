"""From pixels as they are stored to images as networks take them: resized, of mean 0 and variance 1 per channel."""

from collections.abc import Callable, Iterable
from functools import cached_property

import torch
from torch.nn.functional import interpolate

LEVELS = 256  # values of a byte


class Preparation:
    """Pixels uint8 (b, c, h, w) → images float32 (b, c, side, side).

    First resized, then (x − mean) / deviation of the channel. Mean and deviation are those of all pixels in ``chunks``,
    which is called when they are first needed: the training set, or so much of it as speaks for it.
    """

    def __init__(self, side: int, chunks: Callable[[], Iterable[torch.Tensor]]) -> None:
        self._side, self._chunks = side, chunks

    @cached_property
    def _moments(self) -> tuple[torch.Tensor, ...]:
        return tuple(moment.float()[:, None, None] for moment in channel_moments(self._chunks()))

    def __call__(self, pixels: torch.Tensor) -> torch.Tensor:
        """The images, in new memory."""
        mean, deviation = self._moments
        return resized(pixels.float(), self._side).sub_(mean).div_(deviation).contiguous()


def resized(images: torch.Tensor, side: int) -> torch.Tensor:
    """float32 (b, c, h, w) → (b, c, side, side), bilinear, antialiased where they shrink; as they are if they fit."""
    if images.shape[-2:] == (side, side):
        return images
    shrinks = side < max(images.shape[-2:])
    return interpolate(images, size=(side, side), mode="bilinear", align_corners=False, antialias=shrinks)


def channel_moments(chunks: Iterable[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and standard deviation (c,) float64 over all pixels of uint8 chunks (b, c, h, w).

    In whole numbers until the last step, so that neither order nor machine matters. The deviation of a channel that is
    the same everywhere is given as 1.
    """
    counts: list[torch.Tensor] = []
    for chunk in chunks:
        found = [torch.bincount(channel.flatten(), minlength=LEVELS) for channel in chunk.unbind(1)]
        counts = [old + new for old, new in zip(counts, found, strict=True)] if counts else found
    means, deviations = [], []
    for count in counts:
        levels = torch.arange(LEVELS)
        n, first, second = int(count.sum()), int(count @ levels), int(count @ levels**2)
        means.append(first / n)
        deviations.append(((n * second - first**2) / n**2) ** 0.5 or 1.0)
    return torch.tensor(means, dtype=torch.float64), torch.tensor(deviations, dtype=torch.float64)
