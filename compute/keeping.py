"""What is borrowed of a network is given back: the values of its weights, and the modes of its layers."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def kept_values(model: nn.Module) -> Iterator[None]:
    """Parameters and buffers are afterwards what they were, bit for bit."""
    before = [(tensor, tensor.detach().clone()) for tensor in (*model.parameters(), *model.buffers())]
    try:
        yield
    finally:
        with torch.no_grad():
            for tensor, value in before:
                tensor.copy_(value)


@contextmanager
def kept_modes(model: nn.Module) -> Iterator[None]:
    """Each module is afterwards in the mode, of training or of eval, that it was in."""
    before = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, training in before:
            module.training = training
