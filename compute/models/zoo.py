"""All networks by name."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import torch
from torch import nn

from compute.errors import BadInputError
from compute.models.plain import VGG9, Perceptron
from compute.models.residual import residual_network

PUBLISHED = ("resnet18", "resnet50", "vgg11", "vgg16")  # torchvision's
DEPTHS = (20, 32, 44, 56, 110)


class Shape(NamedTuple):
    """What a network has to fit: channels and side of its images, number of classes."""

    channels: int
    classes: int
    side: int


def _residual(depth: int, width: int, shape: Shape, **kind: object) -> nn.Module:
    return residual_network(depth, width, shape.channels, shape.classes, **kind)  # type: ignore[arg-type]


_OWN: Mapping[str, Callable[[Shape], nn.Module]] = MappingProxyType(
    {
        "mlp": lambda shape: Perceptron(*shape),
        "mlp-tanh": lambda shape: Perceptron(*shape, nn.Tanh),
        "vgg9": lambda shape: VGG9(*shape),
        "resnet8": partial(_residual, 8, 8),
        "resnet8-noskip": partial(_residual, 8, 8, skip="none"),
        "resnet8-tanh": partial(_residual, 8, 8, activation=torch.tanh),
        **{f"resnet{depth}": partial(_residual, depth, 16) for depth in DEPTHS},
        **{f"resnet{depth}-noskip": partial(_residual, depth, 16, skip="none") for depth in DEPTHS},
        **{f"resnet{depth}-a": partial(_residual, depth, 16, skip="padding") for depth in DEPTHS},
    }
)

MODELS: tuple[str, ...] = (*_OWN, *PUBLISHED)
"""Names for ``build_model``:

mlp, mlp-tanh           one hidden layer of 32 units with ReLU or tanh
vgg9                    of Li et al. 2018
resnet8                 of width 8, the demo's; -noskip: without skips; -tanh: tanh in place of every ReLU
resnet20, 32, 44, 56, 110
                        of width 16, as in Li et al. 2018: projections where shapes change (option B of He et al. 2015);
                        -noskip: without skips; -a: as in He et al., with option A, strides and zeros and no parameters
resnet18, resnet50, vgg11, vgg16
                        torchvision's
"""


def build_model(
    name: str, *, channels: int, classes: int, image_size: int, seed: int, pretrained: bool = False
) -> nn.Module:
    """A new network for images (b, channels, image_size, image_size), in training mode; gives logits (b, classes).

    The seed decides every weight that is not pretrained; torch's global generator is left as it was. ``pretrained``:
    torchvision's weights IMAGENET1K_V1. Raises BadInputError for an unknown name, for images that are too small, and
    when there are no pretrained weights for this network, or none here and no way to fetch them.
    """
    if name not in MODELS:
        raise BadInputError(f"--model {name}: is not one of {', '.join(MODELS)}")
    if pretrained and name not in PUBLISHED:
        raise BadInputError(f"--pretrained: there are weights for {', '.join(PUBLISHED)}, not for {name}; leave it out")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if name in _OWN:
            return _OWN[name](Shape(channels, classes, image_size))
        from compute.models.published import published_network  # noqa: PLC0415  torchvision takes seconds to load

        return published_network(name, channels, classes, image_size, pretrained)
