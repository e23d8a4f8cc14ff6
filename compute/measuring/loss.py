"""The loss of a model on fixed examples, and whatever else is measured on them in the same forward pass."""

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import torch

from compute.errors import BadInputError
from compute.measuring.execution import USUAL, Execution
from compute.measuring.fixed_batches import FixedBatches
from compute.measuring.metric_values import NUMERICAL_ERRORS, DivergedError, fetched, functions_of, scalar
from compute.measuring.moving import placed
from compute.measuring.placement import autocast, exact_convolutions, is_out_of_memory, own_threads, require
from compute.problem import SPLITS, Problem
from compute.randomness import seeded

SEED = 0  # of what a model draws in eval mode: the same numbers at every point, so that points can be compared
_NEEDS_GRADIENTS = ("does not require grad", "Inference tensors cannot be saved for backward")


class Evaluation:
    """Means of the metrics of a problem over examples that never change.

    metrics     names of what is measured, SPLIT_loss or SPLIT_METRIC; None: all. A split without any costs nothing
    execution   how; when memory ran out, with the smaller chunks that it goes on with
    examples    number of training examples behind a value, or of the first split measured where those are not

    The examples are placed on the device once, here. Raises BadInputError for an unknown metric, an empty split or
    batch, and an execution that this machine cannot do.
    """

    def __init__(self, problem: Problem, metrics: Sequence[str] | None = None, execution: Execution = USUAL) -> None:
        require(execution)
        self.problem, self.execution = problem, execution
        self.metrics = tuple(problem.metric_names if metrics is None else metrics)
        self.functions = functions_of(problem, self.metrics)
        self.batches = {split: FixedBatches(problem, split, execution) for split in self.functions}
        self.examples = self.batches[SPLITS[0] if SPLITS[0] in self.batches else next(iter(self.batches))].examples

    def __call__(self) -> dict[str, float]:
        """The metrics of the weights as they are, in eval mode; afterwards the model is as it was.

        Each is Σ size · value / Σ size over the batches of its split, in float64. When a loss is not finite, or comes
        to nothing by a numerical error, all are +inf: diverged, for then nothing the model says means anything. A
        metric that alone is not finite is +inf. Raises BadInputError when a value is no scalar, or memory does not
        suffice for a single example.
        """
        device = torch.device(self.execution.device)
        with (
            placed(self.problem.model, self.execution),
            exact_convolutions(self.execution),
            own_threads(self.execution),
            seeded(device, SEED),
            self.computing(),
        ):
            return self.measure()

    def measure(self) -> dict[str, float]:
        """As a call does, of a model that is placed and in eval mode, while ``computing``."""
        while True:
            try:
                return self._measure()
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise self._explained(error) from error.__cause__
            self._halve()  # only here is what the failed attempt held free again

    def computing(self) -> AbstractContextManager[Any]:
        """Inference mode, or gradients where the problem takes derivatives itself."""
        return torch.enable_grad() if self.problem.differentiates else torch.inference_mode()

    @property
    def diverged(self) -> dict[str, float]:
        """What stands for a point where the loss is not finite."""
        return dict.fromkeys(self.metrics, math.inf)

    def means(self, split_values: dict[str, list[list[float]]]) -> dict[str, float]:
        """The metrics that were asked for, from the values of each split by batch, in the order of ``functions``."""
        found = {}
        for split, rows in split_values.items():
            batches = self.batches[split]
            for k, (name, _) in enumerate(self.functions[split]):
                total = sum(size * row[k] for (_, size), row in zip(batches.sized, rows, strict=True))
                if not math.isfinite(total) and name == "loss":
                    return self.diverged
                found[f"{split}_{name}"] = total / batches.examples if math.isfinite(total) else math.inf
        return {name: found[name] for name in self.metrics}

    def _measure(self) -> dict[str, float]:
        try:
            with autocast(self.execution):
                return self.means({split: self._values(split) for split in self.functions})
        except NUMERICAL_ERRORS:
            return self.diverged

    def _values(self, split: str) -> list[list[float]]:
        model, forward, functions = self.problem.model, self.problem.forward, self.functions[split]
        host = self.execution.device == "cpu"
        found: list[list[torch.Tensor | float]] = []
        for batch, _ in self.batches[split].sized:
            output = forward(model, batch)
            found.append([scalar(name, function, output, batch) for name, function in functions])
            if host and not math.isfinite(found[-1][0]):
                raise DivergedError
        return fetched(found, self.execution.device)

    def _halve(self) -> None:
        longest = max(batches.longest or 1 for batches in self.batches.values())
        if longest == 1:
            raise BadInputError(
                f"--device {self.execution.device}: out of memory with a single example or batch; "
                "take smaller batches or another --device"
            )
        self.execution = replace(self.execution, chunk=-(-longest // 2))
        for batches in self.batches.values():
            batches.cut(self.execution.chunk)

    def _explained(self, error: Exception) -> Exception:
        if not self.problem.differentiates and any(words in str(error) for words in _NEEDS_GRADIENTS):
            return BadInputError("problem: its loss takes derivatives; give Problem(differentiates=True)")
        return error
