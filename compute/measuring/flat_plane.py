"""A plane laid flat: all parameters of one type end to end, so that one update moves them all."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from compute.errors import BadInputError
from compute.measuring.execution import Execution
from compute.measuring.placement import placed_dtype
from compute.plane import Direction, Plane

_ALIGNMENT = 64  # bytes: where torch puts the start of a tensor of its own, and kernels are fastest


@dataclass(frozen=True, eq=False)
class _Slot:
    """Where a parameter lies; several where they are tied by their memory. Their plane is that of the first."""

    parameters: tuple[tuple[str, nn.Parameter], ...]
    start: int  # in elements
    stride: tuple[int, ...]

    @property
    def name(self) -> str:
        return self.parameters[0][0]

    @property
    def shape(self) -> torch.Size:
        return self.parameters[0][1].shape

    @property
    def end(self) -> int:
        return self.start + self.shape.numel()


class FlatPlane:
    """Centre and axes as vectors of one type on one device, with a gap here and there that stays zero.

    All are copies: neither the plane nor the model moves the origin of a sweep.
    """

    def __init__(self, slots: Sequence[_Slot], plane: Plane, dtype: torch.dtype, device: torch.device) -> None:
        self._slots = slots
        self.size = max(1, _aligned(slots[-1].end, dtype))
        empty = torch.zeros(self.size, dtype=dtype, device=device)
        self._centre = self._flat(plane.theta_star, empty.clone())
        self._delta = self._flat(plane.delta, empty.clone())
        self._eta = None if plane.eta is None else self._flat(plane.eta, empty.clone())
        axes = (self._centre, self._delta, self._eta)
        self._largest = [0.0 if axis is None else float(axis.abs().max()) for axis in axes]

    def empty(self, *shape: int) -> torch.Tensor:
        """Memory for weights: (…, size)."""
        return self._centre.new_zeros(*shape, self.size)

    def put(self, alpha: float, beta: float, weights: torch.Tensor) -> bool:
        """Write θ* + α δ + β η into ``weights`` (size,), whatever it held. Returns whether all of it is finite."""
        largest, limit = self._largest, torch.finfo(weights.dtype).max
        safe = largest[0] + abs(alpha) * largest[1] + abs(beta) * largest[2] < limit
        if not safe and not (abs(alpha) < limit and abs(beta) < limit):
            weights.fill_(math.nan)
            return False
        torch.add(self._centre, self._delta, alpha=alpha, out=weights)
        if self._eta is not None:
            weights.add_(self._eta, alpha=beta)
        return safe or bool(weights.isfinite().all())

    def views(self, weights: torch.Tensor) -> Iterator[tuple[str, nn.Parameter, torch.Tensor]]:
        """(name, parameter, its part of ``weights``) (…, size), in its shape and memory format; tied ones share it."""
        for slot in self._slots:
            shape = (*weights.shape[:-1], *slot.shape)
            view = weights.as_strided(shape, (*weights.stride()[:-1], *slot.stride), slot.start)
            for name, parameter in slot.parameters:
                yield name, parameter, view

    def _flat(self, direction: Direction, out: torch.Tensor) -> torch.Tensor:
        for slot in self._slots:
            out.as_strided(slot.shape, slot.stride, slot.start).copy_(direction[slot.name])
        return out


def flat_planes(model: nn.Module, plane: Plane, execution: Execution | None) -> list[FlatPlane]:
    """One for each type of parameter, nearly always a single one. Whole numbers cannot move, and are left out.

    Raises BadInputError when the plane was made for another network.
    """
    groups: dict[tuple[torch.dtype, torch.device], list[_Slot]] = {}
    for tied in _distinct(model):
        name, parameter = tied[0]
        _check(plane, name, parameter)
        dtype = placed_dtype(parameter, execution) if execution else parameter.dtype
        device = torch.device(execution.device) if execution else parameter.device
        slots = groups.setdefault((dtype, device), [])
        start = _aligned(slots[-1].end, dtype) if slots else 0
        slots.append(_Slot(tuple(tied), start, _stride(parameter, execution)))
    return [FlatPlane(slots, plane, dtype, device) for (dtype, device), slots in groups.items()]


def _distinct(model: nn.Module) -> Iterable[list[tuple[str, nn.Parameter]]]:
    """Every parameter that can move, together with those in the very same memory, as ``a.data = b.data`` makes them."""
    shared: dict[object, list[tuple[str, nn.Parameter]]] = {}
    for name, parameter in model.named_parameters():
        if parameter.is_floating_point() or parameter.is_complex():
            place = (parameter.device, parameter.data_ptr(), parameter.shape, parameter.stride())
            shared.setdefault(place if parameter.numel() else name, []).append((name, parameter))
    return shared.values()


def _check(plane: Plane, name: str, parameter: nn.Parameter) -> None:
    for direction in (plane.theta_star, plane.delta, plane.eta):
        if direction is not None and name not in direction:
            raise BadInputError(f"directions: nothing for parameter {name}; they were made for another network")
        if direction is not None and direction[name].shape != parameter.shape:
            wrong, right = tuple(direction[name].shape), tuple(parameter.shape)
            raise BadInputError(f"directions: {name} has shape {wrong}, but {right} in the network; use its own")


def _stride(parameter: nn.Parameter, execution: Execution | None) -> tuple[int, ...]:
    """Of the memory format that the execution wants, or the parameter has; plain where that would leave gaps."""
    if execution and execution.channels_last and parameter.dim() == 4:
        memory_format = torch.channels_last
    elif _is_dense(parameter):
        return parameter.stride()
    else:
        memory_format = torch.contiguous_format
    return torch.empty(parameter.shape, device="meta", memory_format=memory_format).stride()


def _is_dense(tensor: torch.Tensor) -> bool:
    """Whether some order of its axes makes it contiguous."""
    expected = 1
    for stride, length in sorted(zip(tensor.stride(), tensor.shape, strict=True)):
        if length != 1 and stride != expected:
            return False
        expected *= length
    return True


def _aligned(elements: int, dtype: torch.dtype) -> int:
    step = max(1, _ALIGNMENT // dtype.itemsize)
    return -(-elements // step) * step
