"""Training the bend of a curve between two networks."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

from compute.atomic import write_atomically
from compute.connecting.curve import shares
from compute.connecting.minibatches import Minibatches
from compute.errors import BadInputError
from compute.measuring.batchnorm import layers_with_statistics
from compute.measuring.execution import Execution
from compute.measuring.moving import placed
from compute.measuring.placement import autocast, place_tensor
from compute.messages import Connect
from compute.plane import Direction
from compute.problem import Problem
from compute.randomness import Purpose, seeded, stream
from compute.weights.torch_files import load_torch

MOMENTUM = 0.9
STEADY, FALLEN, LAST = 0.5, 0.9, 0.01  # shares of the steps, and of the rate: Garipov et al. 2018, their code


class Bending:
    """Minimises E_t L(φ_θ(t)) over the bend θ, t uniform in [0, 1]; the caller owns the loop.

    Each step draws a t and a batch, from seed and step alone, and follows ∂L/∂θ = 2 t (1 − t) ∇L(φ(t)) with stochastic
    gradient descent, momentum 0.9 and no weight decay, whose rate stays for half of the steps, then falls linearly to a
    hundredth of itself at nine tenths (Garipov et al. 2018, section 3 and their code). θ begins in the middle between
    the ends. BatchNorm takes the statistics of the batch; all other layers are as in ``eval``, so that what is
    minimised is what is measured.

    done, total  steps;  loss  of the latest step
    """

    def __init__(
        self, task: Connect, problem: Problem, ends: tuple[Direction, Direction], minibatches: Minibatches
    ) -> None:
        self._task, self._problem, self._minibatches = task, problem, minibatches
        self._execution = Execution(task.device, task.precision)
        self.total, self.done, self.loss = task.steps, 0, math.nan
        self._ends = [[self._placed(part) for part in end.values() if part.is_floating_point()] for end in ends]
        self._bend = [((a + b) / 2).requires_grad_() for a, b in zip(*self._ends, strict=True)]
        self._optimiser = torch.optim.SGD(self._bend, lr=task.rate, momentum=MOMENTUM)

    def _placed(self, tensor: torch.Tensor) -> torch.Tensor:
        return place_tensor(tensor.detach().clone(), self._execution, reformat=False)

    @property
    def finite(self) -> bool:
        """Whether the bend is a number everywhere."""
        return all(bool(bend.isfinite().all()) for bend in self._bend)

    def direction(self, like: Direction) -> Direction:
        """The bend, in the types and on the device of these parameters; what is no floating point is as in these."""
        names = [name for name, parameter in like.items() if parameter.is_floating_point()]
        bend = {name: t.detach().to(like[name]).clone() for name, t in zip(names, self._bend, strict=True)}
        return {name: bend.get(name, parameter) for name, parameter in like.items()}

    @contextmanager
    def training(self) -> Iterator[None]:
        """Lend the model to the steps; afterwards it is what it was, bit for bit."""
        model = self._problem.model
        device = torch.device(self._execution.device)
        wanting = [parameter.requires_grad for parameter in model.parameters()]
        with placed(model, self._execution), seeded(device, 0), torch.enable_grad():
            for layer in layers_with_statistics(model):
                layer.training = True
            try:
                yield
            finally:
                for parameter, wanted in zip(model.parameters(), wanting, strict=True):
                    parameter.requires_grad_(wanted)

    def step(self) -> None:
        """The next step, within ``training``. Raises BadInputError where the loss or the bend is no number any more."""
        model, problem = self._problem.model, self._problem
        generator = torch.Generator().manual_seed(stream(self._task.seed, Purpose.CURVE, self.done))
        first, middle, second = shares(float(torch.rand((), generator=generator, dtype=torch.float64)))
        torch.default_generator.manual_seed(stream(self._task.seed, Purpose.LAYERS, self.done))
        parameters = _floating(model)
        for parameter, a, bend, b in zip(parameters, self._ends[0], self._bend, self._ends[1], strict=True):
            parameter.data = first * a + middle * bend.detach() + second * b
            parameter.requires_grad_()
        batch = self._minibatches[self.done]
        with autocast(self._execution):
            loss = problem.loss(problem.forward(model, batch), batch)
        gradients = torch.autograd.grad(loss, parameters, allow_unused=True, materialize_grads=True)
        self.loss = float(loss.detach())
        for group in self._optimiser.param_groups:
            group["lr"] = self._task.rate * rate_share(self.done / self.total)
        for bend, gradient in zip(self._bend, gradients, strict=True):
            bend.grad = middle * gradient
        self._optimiser.step()
        self.done += 1
        if not (math.isfinite(self.loss) and self.finite):
            raise BadInputError(f"--rate {self._task.rate:g}: the curve diverged at step {self.done}; give a lower one")

    def save(self, path: Path, about: dict[str, Any]) -> None:
        """What is needed to go on, with ``about``, by which it is known again."""
        state = {"about": about, "done": self.done, "bend": self._bend, "optimiser": self._optimiser.state_dict()}
        write_atomically(path, lambda file: torch.save(state, file))

    def resume(self, path: Path, about: dict[str, Any]) -> None:
        """Go on from there. Raises BadInputError for another curve's file."""
        state = load_torch(path)
        if not isinstance(state, dict) or state.get("about") != about:
            raise BadInputError(f"{path}: another curve was begun in {path.parent}; choose another --out, or remove it")
        with torch.no_grad():
            for bend, stored in zip(self._bend, state["bend"], strict=True):
                bend.copy_(stored)
        self._optimiser.load_state_dict(state["optimiser"])
        self.done = int(state["done"])


def rate_share(done: float) -> float:
    """The rate after a share of the steps, as a share of the first one."""
    if done <= STEADY:
        return 1.0
    falling = min((done - STEADY) / (FALLEN - STEADY), 1.0)
    return 1.0 - (1.0 - LAST) * falling


def _floating(model: nn.Module) -> Sequence[nn.Parameter]:
    return [parameter for parameter in model.parameters() if parameter.is_floating_point()]
