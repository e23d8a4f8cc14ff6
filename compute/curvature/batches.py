"""The examples of one split, for derivatives: as they are, or placed once."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import torch

from compute.errors import BadInputError
from compute.measuring.execution import Execution
from compute.measuring.fixed_batches import FixedBatches
from compute.measuring.loss import SEED
from compute.measuring.placement import require
from compute.problem import Batch, Problem
from compute.randomness import seeded


class OwnBatches:
    """Batches as and where they are."""

    execution: Execution | None = None

    def __init__(self, problem: Problem, split: str) -> None:
        self._problem, self._split = problem, split
        self.examples = problem.examples(split)

    def __iter__(self) -> Iterator[tuple[Batch, int]]:
        """Each with its number of examples."""
        for batch in self._problem.splits[self._split]:
            yield batch, self._problem.size(batch)

    def drawing(self) -> AbstractContextManager[Any]:
        """What layers draw is as the caller's generators have it."""
        return nullcontext()

    def halve(self) -> None:
        """Raises BadInputError: they cannot be cut."""
        raise BadInputError(
            f"batches: out of memory; a second derivative of one of {self._split} takes more than its loss: "
            "take smaller batches"
        )


class PlacedBatches:
    """Batches placed as an execution says, but for what makes second derivatives meaningless or unsafe.

    bf16 and fp16 give way to the model's own numbers, since differences of such coarse ones are rounding; and
    channels_last to what there is, since oneDNN's backward pass crashes in it on some convolutions
    (github.com/uxlfoundation/oneDNN/issues/6035). ``execution`` is what is done; when memory ran out, with smaller
    chunks. Raises BadInputError as ``FixedBatches`` does, and for an execution that this machine cannot do.
    """

    def __init__(self, problem: Problem, split: str, execution: Execution) -> None:
        require(execution)
        precision = execution.precision if execution.precision == "fp64" else "fp32"
        self.execution = replace(execution, precision=precision, channels_last=False, points_at_once=1)
        self._fixed = FixedBatches(problem, split, self.execution)
        self.examples = self._fixed.examples

    def __iter__(self) -> Iterator[tuple[Batch, int]]:
        """Each with its number of examples."""
        return iter(self._fixed.sized)

    def drawing(self) -> AbstractContextManager[Any]:
        """What layers draw is the same each time, else products would be with different matrices."""
        return seeded(torch.device(self.execution.device), SEED)

    def halve(self) -> None:
        """Smaller chunks, now that memory ran out. Raises BadInputError where there are none."""
        longest = self._fixed.longest or 1
        if longest == 1:
            raise BadInputError(
                f"--device {self.execution.device}: out of memory with the second derivative of a single example or "
                "batch; take smaller batches or another --device"
            )
        self.execution = replace(self.execution, chunk=-(-longest // 2))
        self._fixed.cut(self.execution.chunk)


Batches = OwnBatches | PlacedBatches
