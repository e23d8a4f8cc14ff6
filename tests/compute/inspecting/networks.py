"""Small smooth networks, and their derivatives in a plane from a dense float64 Hessian."""

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from compute.plane import Plane, parameters_of
from compute.problem import Problem
from tests.compute.tiny import flat, random_plane

SIZES = (5, 2, 8)  # of the batches: weighting them wrongly shows


def perceptron() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(16, 3), nn.Tanh(), nn.Linear(3, 4))


def convolution() -> nn.Module:
    """With BatchNorm, whose running statistics are far from those of the batches, and dropout."""
    network = nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Softplus(), nn.Flatten(), nn.Dropout(0.5), nn.Linear(8, 4)
    )
    network[1].running_mean.normal_()
    network[1].running_var.uniform_(0.5, 2)
    return network


def network_problem(make, dtype: torch.dtype = torch.float64) -> Problem:
    generator = torch.Generator().manual_seed(1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = make().to(dtype)
    batches = [
        (torch.randn(n, 1, 4, 4, generator=generator).to(dtype), torch.randint(4, (n,), generator=generator))
        for n in SIZES
    ]
    return Problem(model, batches, loss=lambda output, batch: cross_entropy(output, batch[1]))


def skewed_plane(problem: Problem) -> Plane:
    """Axes of different lengths, far from orthogonal."""
    plane = random_plane(parameters_of(problem.model))
    eta = {name: 0.3 * plane.eta[name] + 0.2 * plane.delta[name] for name in plane.delta}
    return Plane(plane.theta_star, plane.delta, eta)


def dense(problem: Problem, plane: Plane, alpha: float, beta: float) -> tuple[float, np.ndarray, np.ndarray, float]:
    """Loss, gradient and Hessian in the plane and |∇L|, by torch.autograd.functional over all weights, in float64."""
    model = problem.model.double().eval()
    named = dict(model.named_parameters())
    x, y = (torch.cat(part) for part in zip(*problem.batches, strict=True))

    def loss(vector: torch.Tensor) -> torch.Tensor:
        parts = torch.split(vector, [parameter.numel() for parameter in named.values()])
        weights = {name: part.view(named[name].shape) for name, part in zip(named, parts, strict=True)}
        return cross_entropy(torch.func.functional_call(model, weights, (x.double(),)), y)

    axes = torch.stack([flat(axis) for axis in plane.axes])
    steps = torch.tensor([alpha, beta], dtype=torch.float64)[: len(axes)]
    at = flat(plane.theta_star) + steps @ axes
    gradient = torch.autograd.functional.jacobian(loss, at)
    hessian = torch.autograd.functional.hessian(loss, at)
    within = (axes @ gradient).numpy(), (axes @ hessian @ axes.T).numpy()
    return float(loss(at)), *within, float(gradient.norm())
