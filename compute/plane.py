"""A plane through weight space: θ(α, β) = θ* + α δ + β η."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn

from compute.landscape import Domain
from compute.levels import COARSEST

Direction = dict[str, torch.Tensor]  # by parameter name; the structure of the model's parameters

MARGIN = 0.25  # of the path's bounding box, added on every side
NARROWEST = 0.7  # the path alone is often a thin strip, which shows little of the ground beside it


@dataclass(frozen=True, eq=False)
class Plane:
    """Centre and two directions, float32, with the same names and shapes as the model's parameters."""

    theta_star: Direction
    delta: Direction
    eta: Direction


def parameters_of(model: nn.Module) -> Direction:
    """A copy of the parameters, so that a sweep cannot move its own origin. Buffers of BatchNorm are no parameters."""
    return {name: parameter.detach().clone() for name, parameter in model.named_parameters()}


def dot(a: Direction, b: Direction) -> float:
    """⟨a, b⟩ over all parameters, accumulated in float64."""
    return sum(float((a[name].double() * b[name].double()).sum()) for name in a)


def project(plane: Plane, weights: Direction) -> tuple[float, float, float]:
    """(alpha, beta, residual) of weights: the nearest point of the plane, and the distance to it.

    With d = θ − θ*, solves the Gram system [⟨δ,δ⟩ ⟨δ,η⟩; ⟨δ,η⟩ ⟨η,η⟩] (α, β) = (⟨d,δ⟩, ⟨d,η⟩), right for any axes, and
    residual = |d − α δ − β η|.
    """
    d = {name: weights[name].double() - centre.double() for name, centre in plane.theta_star.items()}
    gram = torch.tensor(
        [[dot(plane.delta, plane.delta), dot(plane.delta, plane.eta)],
         [dot(plane.delta, plane.eta), dot(plane.eta, plane.eta)]],
        dtype=torch.float64,
    )  # fmt: skip
    right = torch.tensor([dot(d, plane.delta), dot(d, plane.eta)], dtype=torch.float64)
    alpha, beta = torch.linalg.solve(gram, right).tolist()
    rest = {name: d[name] - alpha * plane.delta[name].double() - beta * plane.eta[name].double() for name in d}
    return alpha, beta, dot(rest, rest) ** 0.5


class Mover:
    """Puts a model's parameters at points of a plane."""

    def __init__(self, model: nn.Module, plane: Plane) -> None:
        self._moves = [
            (parameter, plane.theta_star[name], plane.delta[name], plane.eta[name])
            for name, parameter in model.named_parameters()
        ]

    def move(self, alpha: float, beta: float) -> None:
        """Set every parameter to θ* + α δ + β η, from copies: nothing accumulates from point to point."""
        with torch.no_grad():
            for parameter, centre, delta, eta in self._moves:
                torch.add(centre, delta, alpha=alpha, out=parameter.data)
                parameter.data.add_(eta, alpha=beta)


@contextmanager
def moving(model: nn.Module, plane: Plane) -> Iterator[Mover]:
    """Lend the model to a sweep; whatever happens, parameters and buffers are then what they were, bit for bit."""
    before = [(tensor, tensor.detach().clone()) for tensor in (*model.parameters(), *model.buffers())]
    try:
        yield Mover(model, plane)
    finally:
        with torch.no_grad():
            for tensor, value in before:
                tensor.copy_(value)


def path_range(values: Sequence[float], at_least: float = 0.0) -> tuple[float, float]:
    """A range around these coordinates in which 0 lies on the coarsest grid.

    The bounding box of the values and 0, with a margin, widened evenly to ``at_least``; then [−j s, (4 − j) s] with the
    smallest step s for any j of 1, 2, 3 that covers it.
    """
    low, high = min(*values, 0.0), max(*values, 0.0)
    margin = MARGIN * (high - low) or 1.0
    margin = max(margin, (at_least - (high - low)) / 2)
    low, high = low - margin, high + margin
    cells = COARSEST - 1
    step, j = min((max(-low / j, high / (cells - j)), j) for j in range(1, cells))
    return -j * step, (cells - j) * step


def path_domain(alphas: Sequence[float], betas: Sequence[float], resolution: int) -> Domain:
    """The domain that shows a projected path: no side shorter than NARROWEST of the other."""
    alpha, beta = path_range(alphas), path_range(betas)
    alpha = path_range(alphas, NARROWEST * (beta[1] - beta[0]))
    beta = path_range(betas, NARROWEST * (alpha[1] - alpha[0]))
    return Domain(alpha, beta, resolution, resolution)
