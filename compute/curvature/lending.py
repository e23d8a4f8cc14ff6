"""Lending a model to differentiation at one point of weight space; afterwards it is what it was, bit for bit."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import nn

from compute.keeping import kept_modes, kept_values
from compute.measuring.execution import Execution
from compute.measuring.moving import placed
from compute.measuring.placement import exact_convolutions, own_threads, placed_dtype
from compute.plane import Direction


@contextmanager
def lent_at(model: nn.Module, theta_star: Direction) -> Iterator[None]:
    """In eval mode with these weights, in the model's own memory."""
    with kept_values(model), kept_modes(model):
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                parameter.copy_(theta_star[name])
        model.eval()
        yield


@contextmanager
def placed_at(model: nn.Module, theta_star: Direction, execution: Execution) -> Iterator[None]:
    """In eval mode with these weights, in memory of their own, which is contiguous."""
    with placed(model, execution), exact_convolutions(execution), own_threads(execution):
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                value = torch.empty(parameter.shape, dtype=placed_dtype(parameter, execution), device=execution.device)
                parameter.data = value.copy_(theta_star[name])
        yield


@contextmanager
def unfrozen(model: nn.Module) -> Iterator[None]:
    """With derivatives by all parameters that have any, frozen ones too."""
    frozen = [p for p in model.parameters() if p.is_floating_point() and not p.requires_grad]
    try:
        _set_frozen(frozen, False)
        yield
    finally:
        _set_frozen(frozen, True)


def _set_frozen(parameters: Sequence[nn.Parameter], frozen: bool) -> None:
    for parameter in parameters:
        parameter.requires_grad_(not frozen)
