"""Networks without skips: a perceptron with one hidden layer, and a VGG for small images."""

from math import ceil

import torch
from torch import nn

HIDDEN = 32  # units of the perceptron
STAGES = ((64, 64), (128, 128), (256, 256, 256))  # channels of VGG-9's convolutions


class Perceptron(nn.Module):
    """Pixels → 32 units with an activation → classes. On digits of 8x8 pixels: 64-32-10 with 2,410 parameters.

    Weights and biases start as torch's linear layers do, uniformly within ±1/√inputs.
    """

    def __init__(self, channels: int, classes: int, side: int, activation: type[nn.Module] = nn.ReLU) -> None:
        super().__init__()
        self.hidden = nn.Linear(channels * side**2, HIDDEN)
        self.activation = activation()
        self.head = nn.Linear(HIDDEN, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, classes) logits."""
        logits: torch.Tensor = self.head(self.activation(self.hidden(x.flatten(1))))
        return logits


class VGG9(nn.Module):
    """VGG-9 of Li et al. 2018 (arXiv:1712.09913), the VGG of Simonyan & Zisserman 2014 cropped to CIFAR's images.

    Seven 3x3 convolutions in three stages (64, 64 | 128, 128 | 256, 256, 256), each with bias, BatchNorm and ReLU, and
    2x2 max pooling after each stage, odd sides rounded up; then a linear layer to 256 units with BatchNorm and ReLU,
    and one to the classes. 2,789,706 parameters for 32x32 pixels, 3 channels and 10 classes. He initialisation.
    """

    def __init__(self, channels: int, classes: int, side: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for stage in STAGES:
            for wider in stage:
                layers += [nn.Conv2d(channels, wider, 3, padding=1), nn.BatchNorm2d(wider), nn.ReLU()]
                channels = wider
            layers.append(nn.MaxPool2d(2, ceil_mode=True))
            side = ceil(side / 2)
        self.features = nn.Sequential(*layers)
        self.hidden = nn.Sequential(nn.Linear(channels * side**2, channels), nn.BatchNorm1d(channels), nn.ReLU())
        self.head = nn.Linear(channels, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, classes) logits."""
        logits: torch.Tensor = self.head(self.hidden(self.features(x).flatten(1)))
        return logits
