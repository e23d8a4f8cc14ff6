"""Derivatives of a network's loss over all its weights: the gradient, and products with the Hessian."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.attention import SDPBackend, sdpa_kernel

from compute.curvature.batches import Batches, OwnBatches, PlacedBatches
from compute.curvature.lending import lent_at, placed_at, unfrozen
from compute.errors import BadInputError
from compute.measuring.execution import Execution
from compute.measuring.placement import is_out_of_memory
from compute.plane import Direction
from compute.problem import Batch, Problem, tensors

Vector = NDArray[np.float64]
Parts = Sequence[torch.Tensor]  # a vector, cut by parameters
Made = Callable[[torch.Tensor], list[Parts]]  # of the loss of a batch

NOT_FINITE = "the loss in the centre, or a derivative of it, is not finite; choose another centre"
UNDERIVED = ("derivative", "differentiate", "double backward")  # what torch says of a layer without a second derivative


class NotFiniteError(BadInputError):
    """The loss, or a derivative of it, is not finite at the weights in question."""


class Derivatives:
    """Gradient and Hessian of the mean loss over a split's batches, at the weights that the model has now.

    A vector (size,) is all parameters, flattened one after the other. Each batch is computed in the precision of the
    model and weighs what it has of examples; they are summed in float64. ``products`` counts those with the Hessian.
    """

    def __init__(self, problem: Problem, split: str, batches: Batches) -> None:
        self._problem, self.split, self._batches = problem, split, batches
        self._parameters = {name: p for name, p in problem.model.named_parameters() if p.is_floating_point()}
        self.examples = batches.examples
        self.size = sum(parameter.numel() for parameter in self._parameters.values())
        self.products = 0
        devices = {parameter.device for parameter in self._parameters.values()}
        one = len(devices) == 1 and not any(device.type == "mps" for device in devices)  # Metal has no float64
        self._summing = devices.pop() if one else torch.device("cpu")

    @property
    def precision(self) -> float:
        """Distance from 1 to the next number, of the coarsest type among the parameters."""
        return max(torch.finfo(parameter.dtype).eps for parameter in self._parameters.values())

    def direction(self, vector: Vector) -> Direction:
        """A vector by name, each part in the type and on the device of its parameter; what has no derivative is 0."""
        return self._named(self._typed(vector))

    def gradient(self) -> tuple[float, Direction]:
        """The mean loss, and its gradient in float64. Raises NotFiniteError when they are not finite."""
        mean, (total,) = self._mean(lambda loss: [self._derive([loss], None)], 1)
        _refuse_infinite(mean, total)
        return mean, self._named(self._parts(total))

    def product(self, vector: Vector) -> Vector:
        """H v, by differentiating ⟨∇L, v⟩ (Pearlmutter 1994). Raises NotFiniteError when it is not finite."""
        return self.multiply([vector])[0]

    def multiply(self, vectors: Sequence[Vector]) -> list[Vector]:
        """H v of each vector, with the same bits as ``product``, and the gradient's graph made once for all of them."""
        self.products += len(vectors)
        towards = [self._typed(vector) for vector in vectors]

        def curved(loss: torch.Tensor) -> list[Parts]:
            slopes = self._derive([loss], None, twice=True)
            bent = [k for k, slope in enumerate(slopes) if slope.requires_grad]  # not where the loss is linear
            along = [[parts[k].view(slopes[k].shape) for k in bent] for parts in towards]
            return [self._derive([slopes[k] for k in bent], each, again=each is not along[-1]) for each in along]

        _, totals = self._mean(curved, len(vectors))
        for total in totals:
            _refuse_infinite(0.0, total)
        return totals

    def _mean(self, of: Made, count: int) -> tuple[float, list[Vector]]:
        """The mean loss, and the means of all that is made of it, over the examples."""
        while True:
            try:
                return self._once(of, count)
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
            self._batches.halve()  # only here is what the failed attempt held free again

    def _once(self, of: Made, count: int) -> tuple[float, list[Vector]]:
        problem, mean = self._problem, 0.0
        totals = torch.zeros(count, self.size, dtype=torch.float64, device=self._summing)
        with self._batches.drawing():
            for batch, size in self._batches:
                loss = _loss(problem, batch)
                weight = size / self.examples
                for row, parts in enumerate(of(loss)):
                    totals[row] += weight * self._flat(parts)
                mean += weight * float(loss.detach())
        return mean, list(totals.cpu().numpy())

    def _flat(self, parts: Parts) -> torch.Tensor:
        return torch.cat([part.detach().reshape(-1).to(self._summing).double() for part in parts])

    def _parts(self, vector: Vector) -> Parts:
        return torch.split(torch.from_numpy(vector), [parameter.numel() for parameter in self._parameters.values()])

    def _typed(self, vector: Vector) -> list[torch.Tensor]:
        """The parts in the types and on the devices of their parameters."""
        return [part.to(p.detach()) for p, part in zip(self._parameters.values(), self._parts(vector), strict=True)]

    def _named(self, parts: Parts) -> Direction:
        """The parts by name, and zeros for whatever has no derivative."""
        named = zip(self._parameters.items(), parts, strict=True)
        found = {name: part.view(parameter.shape) for (name, parameter), part in named}
        every = self._problem.model.named_parameters()
        return {name: found[name] if name in found else torch.zeros_like(p) for name, p in every}

    def _derive(
        self, outputs: list[torch.Tensor], towards: Parts | None, *, twice: bool = False, again: bool = False
    ) -> Parts:
        parameters = list(self._parameters.values())
        if not any(output.requires_grad for output in outputs):
            return [torch.zeros_like(parameter) for parameter in parameters]
        try:
            return torch.autograd.grad(
                outputs, parameters, towards, twice or again, twice, allow_unused=True, materialize_grads=True
            )
        except RuntimeError as error:
            if any(word in str(error) for word in UNDERIVED):
                reason = str(error).splitlines()[0]
                raise BadInputError(f"this network has no second derivative in torch ({reason})") from None
            raise


class Differentiation:
    """The derivatives of one loss at any number of points, its examples placed once.

    Without an execution model and examples stay where and as they are. With one, they are placed as it says, but for
    what ``PlacedBatches`` names; ``execution`` is what is done, when memory ran out with the smaller chunks that it
    goes on with. Raises BadInputError for an empty split, and an execution that this machine cannot do.
    """

    def __init__(self, problem: Problem, split: str | None = None, execution: Execution | None = None) -> None:
        self._problem = problem
        self.split = split or next(iter(problem.splits))
        self._batches = PlacedBatches(problem, self.split, execution) if execution else OwnBatches(problem, self.split)

    @property
    def execution(self) -> Execution | None:
        """How it is computed now."""
        return self._batches.execution

    @property
    def precision(self) -> str:
        """fp32, the model's own numbers, or fp64."""
        return self.execution.precision if self.execution else "fp32"

    @contextmanager
    def at(self, theta_star: Direction) -> Iterator[Derivatives]:
        """Lend the model to differentiation at these weights; see ``derivatives``."""
        model, execution = self._problem.model, self.execution
        lent = placed_at(model, theta_star, execution) if execution else lent_at(model, theta_star)
        with lent, unfrozen(model), torch.enable_grad(), sdpa_kernel(SDPBackend.MATH):
            yield Derivatives(self._problem, self.split, self._batches)


@contextmanager
def derivatives(
    problem: Problem, theta_star: Direction, split: str | None = None, execution: Execution | None = None
) -> Iterator[Derivatives]:
    """Lend the model to differentiation at ``theta_star``, in ``eval`` mode, so that running statistics are constants.

    The loss is the mean over a split, by default the first. All parameters take part, frozen ones too. Afterwards
    weights, buffers, modes and ``requires_grad`` are what they were, bit for bit, whatever happened. Attention is
    computed by torch's plain kernel, the only one with a second derivative. With an ``execution`` all is computed as
    ``Differentiation`` says.
    """
    with Differentiation(problem, split, execution).at(theta_star) as found:
        yield found


def _loss(problem: Problem, batch: Batch) -> torch.Tensor:
    """Raises NotFiniteError where it refuses an output that is not finite, as probabilities of NaN."""
    output = problem.forward(problem.model, batch)
    try:
        return problem.loss(output, batch)
    except (ValueError, RuntimeError) as error:
        if all(bool(tensor.isfinite().all()) for tensor in tensors(output)):
            raise
        raise NotFiniteError(NOT_FINITE) from error


def _refuse_infinite(loss: float, vector: Vector) -> None:
    if not (math.isfinite(loss) and np.isfinite(vector).all()):
        raise NotFiniteError(NOT_FINITE)
