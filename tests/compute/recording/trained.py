"""A training so small that a test can do it many times, and that changes a buffer as well."""

from collections.abc import Callable

import torch
from torch import nn
from torch.nn.functional import cross_entropy

Weights = dict[str, torch.Tensor]


def network(dtype: torch.dtype = torch.float32) -> nn.Module:
    """Convolution in channels_last, BatchNorm and dropout, which draws random numbers."""
    torch.manual_seed(0)
    layers = (nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.2), nn.Flatten(), nn.Linear(64, 3))
    return nn.Sequential(*layers).to(dtype=dtype, memory_format=torch.channels_last)


def train(model: nn.Module, steps: range, after: Callable[[int, torch.Tensor], object]) -> None:
    """SGD with momentum; ``after`` gets step and loss, which keeps its graph."""
    optimiser = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    dtype = next(model.parameters()).dtype
    for step in steps:
        images, labels = torch.randn(8, 3, 6, 6, dtype=dtype), torch.randint(3, (8,))
        optimiser.zero_grad()
        loss = cross_entropy(model(images), labels)
        loss.backward()
        optimiser.step()
        after(step, loss)


def copied(model: nn.Module) -> Weights:
    """What a checkpoint of now holds."""
    return {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}


def same(a: Weights, b: Weights) -> bool:
    """Names, types, shapes and bits."""
    return a.keys() == b.keys() and all(
        a[name].dtype == b[name].dtype
        and a[name].shape == b[name].shape
        and torch.equal(_bits(a[name]), _bits(b[name]))
        for name in a
    )


def _bits(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.contiguous().reshape(-1).view(torch.uint8)
