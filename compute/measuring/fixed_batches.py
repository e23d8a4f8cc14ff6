"""The examples of one split, placed on the device once and kept there."""

from compute.errors import BadInputError
from compute.measuring.classification import Examples
from compute.measuring.execution import Execution
from compute.measuring.placement import is_out_of_memory, place, place_tensor
from compute.problem import Batch, Problem


class FixedBatches:
    """Batches with their sizes, ``sized``, ``examples`` in all.

    Those of a classification are cut into chunks as the execution says, a user's own are taken as they are. Raises
    BadInputError for a split or batch without examples, and when they do not fit into the device's memory.
    """

    def __init__(self, problem: Problem, split: str, execution: Execution) -> None:
        source = problem.splits[split]
        try:
            if isinstance(source, Examples):
                images, labels = place_tensor(source.images, execution), source.labels.to(execution.device)
                self._examples: Examples | None = Examples(images, labels, execution.chunk)
                batches: list[Batch] = list(self._examples)
            else:
                self._examples = None
                known: dict[int, object] = {}
                batches = [place(batch, execution, known) for batch in source]
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            raise BadInputError(
                f"--device {execution.device}: the {split} examples do not fit into its memory; give fewer --examples"
            ) from None
        self.sized = [(batch, size_of(problem, split, batch)) for batch in batches]
        self.examples = sum(size for _, size in self.sized)
        if not self.sized:
            raise BadInputError(f"batches: {split} has none; a loss needs at least one")

    @property
    def longest(self) -> int | None:
        """Examples in the largest chunk; None where batches cannot be cut."""
        return max(size for _, size in self.sized) if self._examples else None

    def cut(self, chunk: int) -> None:
        """Other chunks of the same examples; batches that cannot be cut stay."""
        if self._examples:
            self._examples = self._examples.rechunked(chunk)
            self.sized = [(batch, len(batch[1])) for batch in self._examples]

    def in_chunks(self, chunk: int) -> list[Batch]:
        """All batches, in chunks of this size where they can be cut; ``sized`` stays."""
        return list(self._examples.rechunked(chunk)) if self._examples else [batch for batch, _ in self.sized]


def size_of(problem: Problem, split: str, batch: Batch) -> int:
    """Number of examples in a batch. Raises BadInputError where there are none, or nobody can tell."""
    try:
        size = problem.size(batch)
    except ValueError as error:
        raise BadInputError(f"batches: one of {split}: {error}") from None
    if not size > 0:
        raise BadInputError(f"batches: one of {split} has {size} examples; leave it out")
    return size
