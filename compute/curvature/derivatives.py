"""Derivatives of a network's loss over all its weights: the gradient, and products with the Hessian."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from compute.errors import BadInputError
from compute.plane import Direction
from compute.problem import Problem

Vector = NDArray[np.float64]

UNDERIVED = ("derivative", "differentiate", "double backward")  # what torch says of a layer without a second derivative


class Derivatives:
    """Gradient and Hessian of the mean loss over a split's batches, at the weights that the model has now.

    A vector (size,) is all parameters, flattened one after the other. Each batch is computed in the precision of the
    model and weighs what it has of examples; they are summed in float64. ``split`` and ``examples`` say of what,
    ``products`` counts the products with the Hessian.
    """

    def __init__(self, problem: Problem, split: str) -> None:
        self._problem, self.split = problem, split
        self._parameters = {name: p for name, p in problem.model.named_parameters() if p.is_floating_point()}
        self.examples = problem.examples(split)
        self.size = sum(parameter.numel() for parameter in self._parameters.values())
        self.products = 0

    @property
    def precision(self) -> float:
        """Distance from 1 to the next number, of the coarsest type among the parameters."""
        return max(torch.finfo(parameter.dtype).eps for parameter in self._parameters.values())

    def direction(self, vector: Vector) -> Direction:
        """A vector by name, each part in the type and on the device of its parameter; what has no derivative is 0."""
        return self._named(self._typed(vector))

    def gradient(self) -> tuple[float, Direction]:
        """The mean loss, and its gradient in float64. Raises BadInputError when they are not finite."""
        mean, total = 0.0, np.zeros(self.size)
        for weight, loss in self._losses():
            mean += weight * float(loss.detach())
            total += weight * _flat(self._derive([loss], None))
        _refuse_infinite(mean, total)
        return mean, self._named(self._parts(total))

    def product(self, vector: Vector) -> Vector:
        """H v, by differentiating ⟨∇L, v⟩ (Pearlmutter 1994). Raises BadInputError when it is not finite."""
        self.products += 1
        towards = self._typed(vector)
        total = np.zeros(self.size)
        for weight, loss in self._losses():
            slopes = self._derive([loss], None, twice=True)
            curved = [k for k, slope in enumerate(slopes) if slope.requires_grad]  # not where the loss is linear
            along = [towards[k].view(slopes[k].shape) for k in curved]
            total += weight * _flat(self._derive([slopes[k] for k in curved], along))
        _refuse_infinite(0.0, total)
        return total

    def _parts(self, vector: Vector) -> Sequence[torch.Tensor]:
        return torch.split(torch.from_numpy(vector), [parameter.numel() for parameter in self._parameters.values()])

    def _typed(self, vector: Vector) -> list[torch.Tensor]:
        """The parts in the types and on the devices of their parameters."""
        return [part.to(p.detach()) for p, part in zip(self._parameters.values(), self._parts(vector), strict=True)]

    def _named(self, parts: Sequence[torch.Tensor]) -> Direction:
        """The parts by name, and zeros for whatever has no derivative."""
        named = zip(self._parameters.items(), parts, strict=True)
        found = {name: part.view(parameter.shape) for (name, parameter), part in named}
        every = self._problem.model.named_parameters()
        return {name: found[name] if name in found else torch.zeros_like(p) for name, p in every}

    def _losses(self) -> Iterator[tuple[float, torch.Tensor]]:
        """The loss of each batch and its share of the examples."""
        problem = self._problem
        for batch in problem.splits[self.split]:
            loss = problem.loss(problem.forward(problem.model, batch), batch)
            yield problem.size(batch) / self.examples, loss

    def _derive(
        self, outputs: list[torch.Tensor], towards: list[torch.Tensor] | None, twice: bool = False
    ) -> Sequence[torch.Tensor]:
        parameters = list(self._parameters.values())
        if not any(output.requires_grad for output in outputs):
            return [torch.zeros_like(parameter) for parameter in parameters]
        try:
            return torch.autograd.grad(
                outputs, parameters, towards, create_graph=twice, allow_unused=True, materialize_grads=True
            )
        except RuntimeError as error:
            if any(word in str(error) for word in UNDERIVED):
                reason = str(error).splitlines()[0]
                raise BadInputError(f"this network has no second derivative in torch ({reason})") from None
            raise


@contextmanager
def derivatives(problem: Problem, theta_star: Direction, split: str | None = None) -> Iterator[Derivatives]:
    """Lend the model to differentiation at ``theta_star``, in ``eval`` mode, so that running statistics are constants.

    The loss is the mean over a split, by default the first. All parameters take part, frozen ones too. Afterwards
    weights, buffers, modes and ``requires_grad`` are what they were, bit for bit, whatever happened. Attention is
    computed by torch's plain kernel, the only one with a second derivative.
    """
    model = problem.model
    parameters = list(model.named_parameters())
    before = [(tensor, tensor.detach().clone()) for tensor in (*model.parameters(), *model.buffers())]
    modes = [(module, module.training) for module in model.modules()]
    frozen = [p for _, p in parameters if p.is_floating_point() and not p.requires_grad]
    try:
        with torch.no_grad():
            for name, parameter in parameters:
                parameter.copy_(theta_star[name])
        model.eval()
        _set_frozen(frozen, False)
        with torch.enable_grad(), sdpa_kernel(SDPBackend.MATH):
            yield Derivatives(problem, split or next(iter(problem.splits)))
    finally:
        _set_frozen(frozen, True)
        for module, training in modes:
            module.training = training
        with torch.no_grad():
            for tensor, value in before:
                tensor.copy_(value)


def _set_frozen(parameters: Sequence[nn.Parameter], frozen: bool) -> None:
    for parameter in parameters:
        parameter.requires_grad_(not frozen)


def _flat(parts: Sequence[torch.Tensor]) -> Vector:
    flat: Vector = torch.cat([part.detach().reshape(-1).cpu().double() for part in parts]).numpy()
    return flat


def _refuse_infinite(loss: float, vector: Vector) -> None:
    if not (math.isfinite(loss) and np.isfinite(vector).all()):
        raise BadInputError("the loss in the centre, or a derivative of it, is not finite; choose another centre")
