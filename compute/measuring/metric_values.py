"""What the functions of a problem return for a batch: scalars, checked and brought to the host."""

import numbers
from collections.abc import Callable, Sequence
from typing import Any

import torch

from compute.errors import BadInputError
from compute.measuring.placement import is_out_of_memory
from compute.problem import Batch, Problem, tensors

Function = Callable[[Any, Batch], Any]
Functions = dict[str, list[tuple[str, Function]]]


class DivergedError(ArithmeticError):
    """What the model computes is not finite, so that its loss is not defined."""


NUMERICAL_ERRORS = (ArithmeticError, torch.linalg.LinAlgError)  # type: ignore[attr-defined]  # all of divergence


def functions_of(problem: Problem, metrics: Sequence[str]) -> Functions:
    """By split, what has to be computed for these metrics: always the loss, and first, for it tells of divergence.

    Raises BadInputError for a metric that the problem does not have, and for none at all.
    """
    if "loss" in problem.metrics:
        raise BadInputError("metrics: one is called loss, which is the loss itself; give it another name")
    known = {f"{split}_{name}": (split, name) for split in problem.splits for name in ("loss", *problem.metrics)}
    if not metrics:
        raise BadInputError(f"--metrics: none; choose from {', '.join(known)}")
    found: Functions = {}
    for metric in metrics:
        if metric not in known:
            raise BadInputError(f"--metrics {metric}: not one of {', '.join(known)}")
        split, name = known[metric]
        functions = found.setdefault(split, [("loss", problem.loss)])
        if name not in (other for other, _ in functions):
            functions.append((name, problem.metrics[name]))
    return found


def scalar(name: str, function: Function, output: Any, batch: Batch) -> torch.Tensor | float:
    """A metric of a batch: a number, or a tensor () where it was computed.

    Raises DivergedError when the function fails on an output that is not finite, as probabilities of NaN do, and
    BadInputError when it returns anything but a scalar.
    """
    try:
        value = function(output, batch)
    except (ValueError, RuntimeError) as error:
        if is_out_of_memory(error) or _is_finite(output):
            raise
        raise DivergedError from error
    if isinstance(value, torch.Tensor) and value.dim() == 0 and not value.is_complex():
        return value.detach()
    if isinstance(value, numbers.Real):
        return float(value)
    raise not_a_scalar(name, value)


def not_a_scalar(name: str, value: Any) -> BadInputError:
    """What is wrong with this value of a metric."""
    what = f"a tensor of shape {tuple(value.shape)}" if isinstance(value, torch.Tensor) else type(value).__name__
    return BadInputError(f"{name}: returned {what}, not a scalar; return the mean over the batch")


def fetched(values: Sequence[Sequence[torch.Tensor | float]], device: str) -> list[list[float]]:
    """All values on the host, in one transfer where they are on another device."""
    if device == "cpu":
        return [[value.item() if isinstance(value, torch.Tensor) else value for value in row] for row in values]
    wide = torch.float32 if device == "mps" else torch.float64  # Metal has no float64
    flat = [torch.as_tensor(value, dtype=wide, device=device) for row in values for value in row]
    numbers_of_all = iter(torch.stack(flat).tolist())
    return [[next(numbers_of_all) for _ in row] for row in values]


def _is_finite(output: Any) -> bool:
    return all(bool(tensor.isfinite().all()) for tensor in tensors(output))
