"""A plane through weight space: θ(α, β) = θ* + α δ + β η."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import nn

from compute.weights.pieces import Held, Read, Source, double, part, pieces

Direction = dict[str, torch.Tensor]  # by parameter name; the structure of the model's parameters

CANCELLED = 1e-6  # share of |d|² below which a residual's square has lost half of its digits


@dataclass(frozen=True, eq=False)
class Plane:
    """Centre and two directions, with the names, shapes and types of the model's parameters. Without eta, a line."""

    theta_star: Direction
    delta: Direction
    eta: Direction | None

    @property
    def axes(self) -> tuple[Direction, ...]:
        """The directions that there are, one or two."""
        return (self.delta,) if self.eta is None else (self.delta, self.eta)

    def at(self, alpha: float, beta: float) -> Direction:
        """The weights θ* + α δ + β η, new tensors in float64; what is no floating point stays as it is in θ*."""
        return {name: self._part(name, alpha, beta) for name in self.theta_star}

    def _part(self, name: str, alpha: float, beta: float) -> torch.Tensor:
        centre = self.theta_star[name]
        if not centre.is_floating_point():
            return centre.clone()
        steps = zip(self.axes, (alpha, beta), strict=False)
        return sum((double(axis[name]) * step for axis, step in steps), double(centre))


def parameters_of(model: nn.Module) -> Direction:
    """A copy of the parameters, so that a sweep cannot move its own origin. Buffers of BatchNorm are no parameters."""
    return {name: parameter.detach().clone() for name, parameter in model.named_parameters()}


def dot(a: Direction, b: Direction) -> float:
    """⟨a, b⟩ over all parameters, accumulated in float64."""
    return sum(float((double(part(a, piece)) * double(part(b, piece))).sum()) for piece in pieces(a))


def project(plane: Plane, weights: Direction | Source) -> tuple[float, float, float]:
    """(alpha, beta, residual) of weights: the nearest point of the plane, and the distance to it.

    With d = θ − θ*, solves the Gram system [⟨δ,δ⟩ ⟨δ,η⟩; ⟨δ,η⟩ ⟨η,η⟩] (α, β) = (⟨d,δ⟩, ⟨d,η⟩), right for any axes, and
    residual = |d − α δ − β η|, by Pythagoras where that is exact, else by a second pass. On a line beta is 0. All in
    float64, a piece at a time: weights may stay on disk. NaN where the weights are not finite.
    """
    source = Held(weights) if isinstance(weights, dict) else weights
    with source.open() as read:
        products = torch.zeros(1 + len(plane.axes), 1 + len(plane.axes), dtype=torch.float64)
        for vectors in _vectors(plane, read):
            products += vectors @ vectors.T
        gram, right, whole = products[1:, 1:], products[1:, 0], float(products[0, 0])
        coordinates = torch.linalg.solve(gram, right)
        squares = whole - float(coordinates @ right)
        if squares < CANCELLED * whole:
            squares = sum(float((d[0] - coordinates @ d[1:]).square().sum()) for d in _vectors(plane, read))
    alpha, beta = (*coordinates.tolist(), 0.0)[:2]
    return alpha, beta, squares**0.5


def _vectors(plane: Plane, read: Read) -> Iterator[torch.Tensor]:
    """For each piece the difference from the centre and the axes, (2 or 3, size) in float64."""
    for piece in pieces(plane.theta_star):
        d = double(read(piece)) - double(part(plane.theta_star, piece))
        yield torch.stack([d, *(double(part(axis, piece)) for axis in plane.axes)])
