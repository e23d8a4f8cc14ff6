"""Lending a model to a sweep: its weights are put at points of a plane, and afterwards it is what it was."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from compute.keeping import kept_modes
from compute.measuring.execution import Execution
from compute.measuring.flat_plane import FlatPlane, flat_planes
from compute.measuring.placement import place_tensor
from compute.plane import Plane

Point = tuple[float, float]  # alpha, beta


@dataclass(frozen=True, eq=False)
class _Held:
    """A buffer while the model is lent: our copy of it, and what that held at first."""

    owner: dict[str, torch.Tensor | None]
    name: str
    buffer: torch.Tensor
    ours: torch.Tensor
    before: torch.Tensor


class Mover:
    """Puts a model's weights at points of a plane; ``finite`` tells whether the last ones are all finite numbers."""

    def __init__(self, model: nn.Module, plane: Plane, execution: Execution | None = None) -> None:
        self.finite = True
        self.planes = flat_planes(model, plane, execution)
        self._updates = [(flat, flat.empty()) for flat in self.planes]
        self._views = [(p, view) for flat, weights in self._updates for _, p, view in flat.views(weights)]
        self._views += _that_cannot_move(model, plane, execution)
        self._buffers = list(_held_buffers(model, execution))
        owners = [_owner(module._buffers) for module in model.modules()]
        self._absent = [(owner, name) for owner in owners for name, buffer in owner.items() if buffer is None]
        self._versions: list[int] = []
        self._first = next(((p, view.data_ptr()) for p, view in self._views if view.numel()), None)
        self._take()
        self.move(0.0, 0.0)

    def move(self, alpha: float, beta: float) -> None:
        """Set every parameter to θ* + α δ + β η, from copies: nothing accumulates from point to point.

        Buffers that a forward pass has written to are what they were at first: no point depends on the one before.
        """
        self.refresh()
        self.finite = True
        for flat, weights in self._updates:
            self.finite &= flat.put(alpha, beta, weights)

    def refresh(self) -> None:
        """The model in the hands of this sweep, and buffers as they were at first, where one has been written to."""
        if self._first and self._first[0].data_ptr() != self._first[1]:
            self._take()  # another sweep of the same model had it
        written = any(
            held.buffer._version != version or held.owner.get(held.name) is not held.buffer
            for held, version in zip(self._buffers, self._versions, strict=True)
        )
        if written or any(owner.get(name) is not None for owner, name in self._absent):
            self._restore()

    def _take(self) -> None:
        for parameter, view in self._views:
            parameter.data = view
        for held in self._buffers:
            held.buffer.data = held.ours
        self._restore()

    def _restore(self) -> None:
        with torch.no_grad():
            for held in self._buffers:
                held.owner[held.name] = held.buffer
                held.buffer.copy_(held.before)
        for owner, name in self._absent:
            owner[name] = None
        self._versions = [held.buffer._version for held in self._buffers]


class Stack:
    """The weights of ``rows`` points side by side, for ``torch.func.vmap``: by name (rows, …)."""

    def __init__(self, planes: Sequence[FlatPlane], rows: int) -> None:
        self.rows = rows
        self.finite = [True] * rows
        stacks = [(flat, flat.empty(rows)) for flat in planes]
        self.parameters = {name: view for flat, weights in stacks for name, _, view in flat.views(weights)}
        self._updates = [(flat, weights.unbind()) for flat, weights in stacks]

    def put(self, points: Sequence[Point]) -> None:
        """Weights of at most ``rows`` points. The rows that are left get those of the last point again.

        Each row is written by itself, so that its bits are those that ``Mover`` makes, whatever its neighbours are.
        """
        filled = [*points, *[points[-1]] * (self.rows - len(points))]
        self.finite = [True] * self.rows
        for flat, rows in self._updates:
            for k, (alpha, beta) in enumerate(filled):
                self.finite[k] &= flat.put(alpha, beta, rows[k])


@contextmanager
def moving(model: nn.Module, plane: Plane, execution: Execution | None = None) -> Iterator[Mover]:
    """Lend the model to a sweep, placed as ``execution`` says, else where and as it is, in eval mode.

    Whatever happens, it then has its own tensors again, parameters and buffers, bit for bit: a sweep never writes to
    them. Sweeps of one model may take turns, nested in one another. Raises BadInputError for another network's plane.
    """
    with lent(model):
        model.eval()
        yield Mover(model, plane, execution)


@contextmanager
def lent(model: nn.Module) -> Iterator[None]:
    """Afterwards the model has the tensors, values, gradients and modes that it had, provided others are put in place
    of their ``data`` and none is written to."""
    entries = [entry for module in model.modules() for entry in _entries(module)]
    tensors = [(tensor, tensor.data) for tensor in (*model.parameters(), *model.buffers())]
    gradients = [(parameter, parameter.grad) for parameter in model.parameters()]
    try:
        for parameter, _ in gradients:
            parameter.grad = None
        with kept_modes(model):
            yield
    finally:
        for own, before in entries:
            own.clear()
            own.update(before)
        for tensor, data in tensors:
            tensor.data = data
        for parameter, gradient in gradients:
            parameter.grad = gradient


@contextmanager
def placed(model: nn.Module, execution: Execution) -> Iterator[None]:
    """Lend the model as it is to one measurement: in eval mode, on the device and in the precision of the execution.

    Its weights keep their memory format.
    """
    with lent(model):
        model.eval()
        for tensor in model.parameters():
            tensor.data = place_tensor(tensor.data, execution, reformat=False)
        for held in _held_buffers(model, execution):
            held.buffer.data = held.ours
        yield


def _entries(module: nn.Module) -> list[tuple[dict[str, torch.Tensor | None], dict[str, torch.Tensor | None]]]:
    return [(owner, dict(owner)) for owner in (_owner(module._parameters), _owner(module._buffers))]


def _owner(registered: Mapping[str, Any]) -> dict[str, torch.Tensor | None]:
    """The dictionary of a module's tensors; of a scripted module, where none can be replaced, a stand-in for it."""
    return registered if isinstance(registered, dict) else dict(registered.items())


def _held_buffers(model: nn.Module, execution: Execution | None) -> Iterator[_Held]:
    for module in model.modules():
        owner = _owner(module._buffers)
        for name, buffer in owner.items():
            if buffer is not None:
                ours = place_tensor(buffer.data, execution, reformat=False) if execution else buffer.data
                yield _Held(owner, name, buffer, ours.clone(), ours.clone())


def _that_cannot_move(
    model: nn.Module, plane: Plane, execution: Execution | None
) -> list[tuple[nn.Parameter, torch.Tensor]]:
    """Parameters that are whole numbers, as they are in the centre."""
    found = []
    for name, parameter in model.named_parameters():
        if not (parameter.is_floating_point() or parameter.is_complex()):
            value = plane.theta_star.get(name, parameter.data).clone()
            found.append((parameter, place_tensor(value, execution, reformat=False) if execution else value))
    return found
