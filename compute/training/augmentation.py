"""Images changed at random while training, each change a function of seed, epoch and place in the epoch."""

from dataclasses import dataclass

import torch
from torch.nn.functional import pad

PADDING = 4  # pixels


@dataclass(frozen=True, eq=False)
class CropFlip:
    """Crops and flips for n images: pad by 4, crop the old size at random, mirror every second one (He et al. 2015).

    The padding is 0, which in normalised images is the mean; Li et al. 2018 pad with black before they normalise.
    """

    top: torch.Tensor  # (n,) int64, 0 … 8: rows cut off at the top of the padded image
    left: torch.Tensor  # (n,) int64, 0 … 8
    mirrored: torch.Tensor  # (n,) bool

    def __call__(self, images: torch.Tensor, places: slice) -> torch.Tensor:
        """The images (b, c, h, w), changed as those at these places are to be."""
        count, channels, height, width = images.shape
        columns = torch.arange(width).expand(count, width)
        columns = torch.where(self.mirrored[places, None], columns.flip(1), columns) + self.left[places, None]
        rows = torch.arange(height) + self.top[places, None]
        image, channel = torch.arange(count)[:, None, None, None], torch.arange(channels)[None, :, None, None]
        return pad(images, (PADDING,) * 4)[image, channel, rows[:, None, :, None], columns[:, None, None, :]]


def draw_crop_flip(count: int, generator: torch.Generator) -> CropFlip:
    """Draw for so many images."""
    top, left = (torch.randint(2 * PADDING + 1, (count,), generator=generator) for _ in range(2))
    return CropFlip(top, left, torch.rand(count, generator=generator) < 0.5)
