"""The residual networks of He et al. 2015 (arXiv:1512.03385) for small images, and their twins without skips."""

from collections.abc import Callable
from typing import Literal

import torch
from torch import nn
from torch.nn.functional import relu

Skip = Literal["projection", "padding", "none"]
Activation = Callable[[torch.Tensor], torch.Tensor]


class Block(nn.Module):
    """Two 3x3 convolutions with BatchNorm and a skip, which is the identity where shapes stay.

    Where they change it is a 1x1 convolution with BatchNorm ("projection", option B of the paper), or nothing but every
    ``stride``-th pixel and channels of zeros ("padding", option A). "none": there is no skip, anywhere.
    """

    def __init__(
        self,
        channels_in: int,
        channels: int,
        stride: int,
        *,
        skip: Skip = "projection",
        activation: Activation = relu,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)
        self._stride, self._activation = stride, activation
        self.skip: nn.Module | None = None
        if skip != "none":
            self.skip = nn.Identity()
            if stride != 1 or channels_in != channels:
                self.skip = (_projection if skip == "projection" else _padding)(channels_in, channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """activation(F(x) + skip(x)), or activation(F(x)) without a skip."""
        y = self.norm2(self.conv2(self._activation(self.norm1(self.conv1(x)))))
        if self.skip is None:
            return self._activation(y)
        # Thinning and then a 1x1 convolution is the same as one with a stride, whose backward pass can crash: with few
        # channels in channels_last oneDNN writes past its workspace (github.com/uxlfoundation/oneDNN/issues/6035).
        return self._activation(y + self.skip(x[:, :, :: self._stride, :: self._stride]))


def _projection(channels_in: int, channels: int) -> nn.Module:
    return nn.Sequential(nn.Conv2d(channels_in, channels, 1, bias=False), nn.BatchNorm2d(channels))


def _padding(channels_in: int, channels: int) -> nn.Module:
    return nn.ConstantPad3d((0, 0, 0, 0, 0, channels - channels_in), 0.0)  # the last three axes: W, H, channels


class ResNet(nn.Module):
    """6 n + 2 layers: three stages of n blocks, ``width`` channels in the first, doubled at each further one."""

    def __init__(
        self,
        n: int,
        width: int,
        channels_in: int,
        classes: int,
        *,
        skip: Skip = "projection",
        activation: Activation = relu,
    ) -> None:
        super().__init__()
        self.stem = nn.Conv2d(channels_in, width, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self._activation = activation
        blocks: list[nn.Module] = []
        channels = width
        for stage in range(3):
            for k in range(n):
                wider = width * 2**stage
                blocks.append(Block(channels, wider, 2 if stage and k == 0 else 1, skip=skip, activation=activation))
                channels = wider
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(channels, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, classes) logits."""
        x = self.blocks(self._activation(self.norm(self.stem(x))))
        logits: torch.Tensor = self.head(x.mean(dim=(2, 3)))
        return logits


def residual_network(
    depth: int, width: int, channels: int, classes: int, *, skip: Skip = "projection", activation: Activation = relu
) -> ResNet:
    """ResNet of 6 n + 2 = ``depth`` layers with He initialisation, in channels_last, from torch's global generator.

    With width 16, 3 channels, 10 classes and projections these are the networks of Li et al. 2018 (arXiv:1712.09913):
    272,474 parameters at depth 20, 466,906 at 32, 661,338 at 44, 855,770 at 56, 1,730,714 at 110. With padding they are
    those of He et al., section 4.2: 269,722, 464,154, 658,586, 853,018 and 1,727,962, and just as many without skips.
    """
    network = ResNet((depth - 2) // 6, width, channels, classes, skip=skip, activation=activation)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    return network.to(memory_format=torch.channels_last)
