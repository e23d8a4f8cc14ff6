"""torchvision's ResNets and VGGs (without BatchNorm), on request with the weights that were trained on ImageNet."""

import os
import re
from pathlib import Path
from typing import NamedTuple

import torch
import torchvision
from torch import nn

from compute.errors import BadInputError
from compute.weights.torch_files import load_torch

IMAGENET_CLASSES = 1000
IMAGENET_CHANNELS = 3


class Places(NamedTuple):
    """Where in a network its first convolution and its last layer are; and the smallest image it takes, in pixels."""

    first: str
    head: str
    side: int = 1


PLACES = {
    "resnet18": Places("conv1", "fc"),
    "resnet50": Places("conv1", "fc"),
    "vgg11": Places("features.0", "classifier.6", 32),  # halved five times
    "vgg16": Places("features.0", "classifier.6", 32),
}


def published_network(name: str, channels: int, classes: int, side: int, pretrained: bool) -> nn.Module:
    """A network of torchvision's, as it initialises it from torch's global generator; in contiguous memory format.

    Pretrained: all weights are those of ``weights_file``, but the last layer is a new one where there are not 1000
    classes; for images of one channel the filters of the first layer are summed over their three, which is what a grey
    image does to them. Raises BadInputError when the images are too small, or the weights are missing or damaged.
    """
    if side < PLACES[name].side:
        raise BadInputError(
            f"--image-size {side}: {name} halves its images five times; choose {PLACES[name].side} or more"
        )
    network: nn.Module = torchvision.models.get_model(name, weights=None, num_classes=classes)
    if channels != IMAGENET_CHANNELS:
        _replace_first(network, PLACES[name].first, channels)
    if pretrained:
        _take_weights(network, name, channels)
    return network


def weights_file(name: str) -> tuple[Path, str]:
    """Where torch keeps the weights IMAGENET1K_V1 of a network ($TORCH_HOME/hub/checkpoints), and their address."""
    url = torchvision.models.get_model_weights(name)["IMAGENET1K_V1"].url
    return Path(torch.hub.get_dir(), "checkpoints", url.rpartition("/")[2]), url


def _replace_first(network: nn.Module, place: str, channels: int) -> None:
    old = network.get_submodule(place)
    assert isinstance(old, nn.Conv2d)
    side, stride, pad = old.kernel_size[0], old.stride[0], int(old.padding[0])
    new = nn.Conv2d(channels, old.out_channels, side, stride, pad, bias=old.bias is not None)
    nn.init.kaiming_normal_(new.weight, mode="fan_out", nonlinearity="relu")  # as torchvision does
    if new.bias is not None:
        nn.init.zeros_(new.bias)
    network.set_submodule(place, new)


def _take_weights(network: nn.Module, name: str, channels: int) -> None:
    if channels not in (1, IMAGENET_CHANNELS):
        raise BadInputError(f"--pretrained: {name} knows images of 1 or 3 channels, not {channels}; leave it out")
    path, url = weights_file(name)
    if not path.exists():
        _download(path, url)
    weights = _read(path)
    first, head = (f"{place}.weight" for place in PLACES[name][:2])
    own = network.state_dict()
    try:
        if channels == 1:
            weights[first] = weights[first].sum(dim=1, keepdim=True)
        if len(own[head]) != IMAGENET_CLASSES:
            weights |= {key: own[key] for key in own if key.startswith(f"{PLACES[name].head}.")}
        network.load_state_dict(weights)
    except (KeyError, RuntimeError, AttributeError, TypeError, IndexError):
        raise BadInputError(f"{path}: holds other weights than {name}'s; remove it, it is then fetched again") from None


def _download(path: Path, url: str) -> None:
    """To its place whole or not at all, checked against the digest in its name; torch shows the progress."""
    digest = re.search(r"-([0-9a-f]{8,})\.", path.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.hub.download_url_to_file(url, os.fspath(path), digest and digest[1])
    except (OSError, RuntimeError) as error:
        raise BadInputError(
            f"{path}: is missing and cannot be downloaded ({' '.join(str(error).split())}); put {url} there"
        ) from None


def _read(path: Path) -> dict[str, torch.Tensor]:
    try:
        content = load_torch(path)
    except (BadInputError, OSError):
        raise BadInputError(f"{path}: is damaged or no weights; remove it, it is then fetched again") from None
    return dict(content) if isinstance(content, dict) else {}
