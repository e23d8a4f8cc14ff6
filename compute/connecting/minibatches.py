"""Examples of the training split in a random order: which ones a step gets follows from seed and step alone."""

import torch

from compute.measuring.classification import Examples
from compute.measuring.execution import Execution
from compute.measuring.fixed_batches import FixedBatches
from compute.measuring.placement import place_tensor
from compute.problem import SPLITS, Batch, Problem
from compute.randomness import order_seed


class Minibatches:
    """Batches of at most ``size`` examples of a classification, of nearly equal size; a user's own as they are.

    In each epoch they come in another order.
    """

    def __init__(self, problem: Problem, size: int, seed: int, execution: Execution) -> None:
        split = SPLITS[0] if SPLITS[0] in problem.splits else next(iter(problem.splits))
        source, self._seed, self._size = problem.splits[split], seed, size
        self._examples: tuple[torch.Tensor, torch.Tensor] | None = None
        self._batches: list[Batch] = []
        if isinstance(source, Examples):
            self._examples = place_tensor(source.images, execution), source.labels.to(execution.device)
            self.examples = len(source.labels)
        else:
            fixed = FixedBatches(problem, split, execution)
            self._batches, self.examples = fixed.in_chunks(size), fixed.examples
        self._epoch, self._order = -1, torch.zeros(0, dtype=torch.long)

    @property
    def per_epoch(self) -> int:
        """Batches in which every example comes once."""
        return -(-self.examples // self._size) if self._examples else len(self._batches)

    def __getitem__(self, step: int) -> Batch:
        """The batch of a step, counted from 0."""
        epoch, place = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            generator = torch.Generator().manual_seed(order_seed(self._seed, epoch))
            self._order = torch.randperm(self.examples if self._examples else len(self._batches), generator=generator)
            self._epoch = epoch
        if self._examples is None:
            return self._batches[int(self._order[place])]
        images, labels = self._examples
        chosen = self._order.tensor_split(self.per_epoch)[place].to(images.device)  # no leftover of a single example
        return images[chosen], labels[chosen]
