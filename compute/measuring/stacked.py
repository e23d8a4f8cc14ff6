"""Several points of a plane in one pass: their weights go through the network side by side (``torch.func.vmap``).

It pays for small networks, whose time goes into calling kernels rather than into arithmetic.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

import torch
from torch import nn
from torch.func import functional_call, vmap
from torch.nn.functional import linear
from torch.overrides import TorchFunctionMode

from compute.measuring.loss import Evaluation
from compute.measuring.metric_values import NUMERICAL_ERRORS, Function, not_a_scalar
from compute.measuring.moving import Point, Stack
from compute.measuring.placement import autocast
from compute.problem import Batch, Problem


class StackedEvaluation:
    """Measures as many points at once as the stack has rows, always: fewer are filled up with copies of the last.

    So a value does not depend on how many points were asked for together, nor on which. A problem whose model, loss or
    metrics cannot be vectorised raises what ``vmap`` says of it.
    """

    def __init__(self, evaluation: Evaluation, stack: Stack) -> None:
        self._evaluation, self._stack = evaluation, stack
        module = _Forward(evaluation.problem)
        names = {name: f"model.{name}" for name in stack.parameters}
        weights = {names[name]: view for name, view in stack.parameters.items()}

        def forward(rows: dict[str, torch.Tensor], batch: Batch) -> Any:
            with _WeightsFirst():
                return functional_call(module, rows, (batch,))

        self._forward: Callable[[Batch], Any] = lambda batch: vmap(forward, (0, None))(weights, batch)

    def measure(self, points: Sequence[Point]) -> list[dict[str, float]]:
        """The metrics of points (alpha, beta), at most as many as there are rows; +inf where the loss is not finite."""
        self._stack.put(points)
        try:
            with autocast(self._evaluation.execution):
                values = {split: self._values(split) for split in self._evaluation.functions}
        except NUMERICAL_ERRORS:
            if len(points) == 1:
                return [self._evaluation.diverged]
            return [self.measure([point])[0] for point in points]  # one of them is to blame
        return [self._of_row(k, values) for k in range(len(points))]

    def _values(self, split: str) -> list[list[list[float]]]:
        """By batch and function the value of each row."""
        found = []
        for batch, _ in self._evaluation.batches[split].sized:
            outputs = self._forward(batch)
            of_all = [_of_points(*function, outputs, batch) for function in self._evaluation.functions[split]]
            found.append([values.tolist() for values in of_all])
        return found

    def _of_row(self, k: int, values: dict[str, list[list[list[float]]]]) -> dict[str, float]:
        if not self._stack.finite[k]:
            return self._evaluation.diverged
        return self._evaluation.means(
            {split: [[of_rows[k] for of_rows in row] for row in rows] for split, rows in values.items()}
        )


class _Forward(nn.Module):
    """A problem's forward pass as a module, whose parameters can then be replaced."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.model = problem.model
        self._pass = (problem.forward,)  # in a tuple: it may be a module, and is no part of this one

    def forward(self, batch: Batch) -> Any:
        return self._pass[0](self.model, batch)


class _WeightsFirst(TorchFunctionMode):
    """Linear layers as (W xᵀ + b)ᵀ instead of x Wᵀ + b.

    For many small W that is several times as fast: products stay in one piece, and examples come last in memory, where
    there are enough of them for vector instructions; classes would be too few.
    """

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if function is not linear:
            return function(*args, **(kwargs or {}))
        return _linear(*args, **(kwargs or {}))


def _linear(input: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    if input.dim() != 2:
        return linear(input, weight, bias)
    product = weight @ input.mT
    return (product if bias is None else product + bias[:, None]).mT


def _of_points(name: str, function: Function, outputs: Any, batch: Batch) -> torch.Tensor:
    """(rows,) A function that knows how does all at once, any other is vectorised."""
    of_points = getattr(function, "of_points", vmap(function, (0, None)))
    found = cast(torch.Tensor, of_points(outputs, batch))
    if found.dim() != 1:
        raise not_a_scalar(name, found[0])
    return found
