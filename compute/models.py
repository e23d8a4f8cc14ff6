"""Networks to train: the residual networks of He et al. 2015 (arXiv:1512.03385) for small images."""

import torch
from torch import nn
from torch.nn.functional import relu


class Block(nn.Module):
    """Two 3x3 convolutions with BatchNorm and a skip, which is a 1x1 convolution where shapes change (option B)."""

    def __init__(self, channels_in: int, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)
        self._stride = stride
        self.skip: nn.Module = nn.Identity()
        if stride != 1 or channels_in != channels:
            self.skip = nn.Sequential(nn.Conv2d(channels_in, channels, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """relu(F(x) + skip(x))."""
        y = self.norm2(self.conv2(relu(self.norm1(self.conv1(x)))))
        # Thinning and then a 1x1 convolution is the same as one with a stride, whose backward pass can crash: with few
        # channels in channels_last oneDNN writes past its workspace (github.com/uxlfoundation/oneDNN/issues/6035).
        return relu(y + self.skip(x[:, :, :: self._stride, :: self._stride]))


class ResNet(nn.Module):
    """6 n + 2 layers: three stages of n blocks, ``width`` channels in the first, doubled at each further one."""

    def __init__(self, n: int, width: int, channels_in: int, classes: int) -> None:
        super().__init__()
        self.stem = nn.Conv2d(channels_in, width, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(width)
        blocks: list[nn.Module] = []
        channels = width
        for stage in range(3):
            for k in range(n):
                wider = width * 2**stage
                blocks.append(Block(channels, wider, 2 if stage and k == 0 else 1))
                channels = wider
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(channels, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, classes) logits."""
        x = self.blocks(relu(self.norm(self.stem(x))))
        logits: torch.Tensor = self.head(x.mean(dim=(2, 3)))
        return logits


def small_resnet(channels_in: int, classes: int, seed: int) -> ResNet:
    """ResNet-8 of width 8 (He initialisation), the demo's network: 19,810 parameters for one channel, ten classes."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = ResNet(1, 8, channels_in, classes)
        for module in network.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    return network.to(memory_format=torch.channels_last)
