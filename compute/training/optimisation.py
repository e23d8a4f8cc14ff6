"""Optimisers and schedules: what a step does with the gradient, and what of it must be kept to go on."""

import math

import torch
from torch import nn

from compute.training.settings import Settings
from compute.weights.checkpoints import Weights

_PREFIX = "optimiser."
_COUNTER = "step"  # Adam's number of steps, one for each parameter
_STATE = {"sgd": {"momentum_buffer"}, "adam": {"exp_avg", "exp_avg_sq", _COUNTER}}
_STATE["adamw"] = _STATE["adam"]


def make_optimiser(model: nn.Module, settings: Settings) -> torch.optim.Optimizer:
    """The optimiser of these settings for all parameters of the model."""
    parameters, rate, decay = model.parameters(), settings.learning_rate, settings.weight_decay
    match settings.optimiser:
        case "sgd":
            momentum = settings.momentum
            return torch.optim.SGD(parameters, rate, momentum, weight_decay=decay, nesterov=settings.nesterov)
        case "adam":
            return torch.optim.Adam(parameters, rate, weight_decay=decay)
        case _:
            return torch.optim.AdamW(parameters, rate, weight_decay=decay)


def learning_rate(settings: Settings, step: int, steps_per_epoch: int) -> float:
    """The rate of a step, counted from 0; at the end of a cosine, where no step follows, it is 0."""
    match settings.schedule:
        case "cosine":
            return settings.learning_rate * (1 + math.cos(math.pi * step / (steps_per_epoch * settings.epochs))) / 2
        case "step":
            passed = sum(step >= epoch * steps_per_epoch for epoch in settings.milestones)
            return settings.learning_rate * settings.gamma**passed
        case _:
            return settings.learning_rate


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """The rate of the next step."""
    for group in optimiser.param_groups:
        group["lr"] = rate


def optimiser_state(optimiser: torch.optim.Optimizer, model: nn.Module) -> Weights:
    """All tensors that the optimiser keeps between steps, by the name of their parameter; for ``restore_state``."""
    return {
        f"{_PREFIX}{name}.{key}": tensor
        for name, parameter in model.named_parameters()
        for key, tensor in optimiser.state.get(parameter, {}).items()
        if tensor is not None  # SGD without momentum keeps nothing, under the name of its momentum
    }


def restore_state(optimiser: torch.optim.Optimizer, model: nn.Module, settings: Settings, tensors: Weights) -> None:
    """Put back what ``optimiser_state`` gave, among other tensors perhaps.

    Raises KeyError or RuntimeError when it belongs to another optimiser or to parameters of other names or shapes.
    """
    parameters = dict(model.named_parameters())
    for name, state in _by_parameter(tensors).items():
        if state.keys() != _STATE[settings.optimiser]:
            raise KeyError(f"{name}: state of another optimiser")
        parameter = parameters[name]
        optimiser.state[parameter] = {key: _like(parameter, key, tensor) for key, tensor in state.items()}


def _by_parameter(tensors: Weights) -> dict[str, Weights]:
    states: dict[str, Weights] = {}
    for full, tensor in tensors.items():
        if full.startswith(_PREFIX):
            name, _, key = full.removeprefix(_PREFIX).rpartition(".")
            states.setdefault(name, {})[key] = tensor
    return states


def _like(parameter: torch.Tensor, key: str, tensor: torch.Tensor) -> torch.Tensor:
    """On the parameter's device and in its memory format, so that the arithmetic is the same; counters stay as is."""
    if key == _COUNTER:
        return tensor
    if tensor.shape != parameter.shape:
        raise RuntimeError(f"shape {tuple(tensor.shape)}, not {tuple(parameter.shape)}")
    return torch.empty_like(parameter).copy_(tensor)
