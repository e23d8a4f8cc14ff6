"""A regression so small that a point takes no time; Basin loads it by its path, as a user's own."""

import torch
from torch import nn
from torch.nn.functional import mse_loss

from basin import Problem

PARAMETERS = 2 * 8 + 8 + 8 + 1


def make_model(hidden: int = 8, seed: int = 0) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(nn.Linear(2, hidden), nn.Tanh(), nn.Linear(hidden, 1))


def data() -> tuple[torch.Tensor, torch.Tensor]:
    x = torch.randn(64, 2, generator=torch.Generator().manual_seed(1))
    return x, torch.sin(2 * x[:, :1]) * x[:, 1:]


def make_problem() -> Problem:
    x, y = data()
    return Problem(make_model(), [(x, y)], lambda output, batch: mse_loss(output, batch[1]))


def make_unnamed() -> Problem:
    """With a split of another name than Basin's own."""
    x, y = data()
    return Problem(make_model(), {"valid": [(x, y)]}, lambda output, batch: mse_loss(output, batch[1]))


def make_wide() -> Problem:
    """Of a network with one unit more."""
    x, y = data()
    return Problem(make_model(9), [(x, y)], lambda output, batch: mse_loss(output, batch[1]))
