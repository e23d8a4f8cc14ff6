"""Networks whose loss is a known function of two weights, and planes with skewed axes through them."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from compute.inspecting.in_plane import PlaneDerivatives
from compute.measuring.execution import Execution
from compute.plane import Plane
from compute.problem import Problem

torch.set_num_threads(1)

Function = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

SKEWED = np.array([[2.0, 0.0], [0.5, 0.7]])  # rows are the axes: of different lengths, and not orthogonal
UPRIGHT = np.eye(2)


class Weights(nn.Module):
    """Two weights and nothing else."""

    def __init__(self, x: float, y: float) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.tensor([x, y]))

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        return self.weights


def problem(function: Function, x: float = 0.0, y: float = 0.0) -> Problem:
    """Its loss is ``function`` of the two weights, which are (x, y)."""
    return Problem(Weights(x, y), [torch.zeros(3)], loss=lambda weights, batch: function(weights[0], weights[1]))


def plane(axes: np.ndarray = SKEWED, x: float = 0.0, y: float = 0.0, line: bool = False) -> Plane:
    delta, eta = ({"weights": torch.tensor(axis, dtype=torch.float64)} for axis in axes)
    return Plane({"weights": torch.tensor([x, y])}, delta, None if line else eta)


def derived(function: Function, axes: np.ndarray = SKEWED, precision: str = "fp64", line: bool = False):
    return PlaneDerivatives(problem(function), plane(axes, line=line), "train", Execution(precision=precision))


def at_weights(x: float, y: float, axes: np.ndarray = SKEWED) -> tuple[float, float]:
    """(α, β) of the place where the weights are (x, y)."""
    alpha, beta = np.linalg.solve(axes.T, [x, y])
    return float(alpha), float(beta)


def weights_at(alpha: float, beta: float, axes: np.ndarray = SKEWED) -> np.ndarray:
    return np.array([alpha, beta]) @ axes
