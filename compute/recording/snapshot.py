"""The weights of one moment, copied so that training goes on while they are written."""

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from compute.weights.checkpoints import Weights
from compute.weights.names import plain

_VERSION = operator.attrgetter("_version")  # torch counts every change in place

Later = Callable[[], float]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Copies of all parameters and buffers on the CPU, contiguous; those from a GPU may be on their way still."""

    weights: Weights
    transfers: tuple[tuple[torch.cuda.Event, torch.cuda.Event], ...] = ()  # begin and end, on the stream of each GPU

    def wait(self) -> float:
        """Until all is there; returns the seconds for which the copies held up the GPU that they held up longest."""
        for _, end in self.transfers:
            end.synchronize()
        return max((begin.elapsed_time(end) / 1e3 for begin, end in self.transfers), default=0.0)


class Snapshots:
    """Takes snapshots of one network, each into the memory of the one before; so that one must be written by then."""

    def __init__(self, model: nn.Module) -> None:
        self._model = bare(model)
        self._buffers: Weights = {}
        self._originals = _tensors(self._model)

    def take(self) -> Snapshot:
        """Copy the weights as they are now, bit for bit. Neither waits for a GPU nor changes anything of torch's."""
        self._originals = _tensors(self._model)
        state = {plain(name): x for name, x in self._model.state_dict().items() if isinstance(x, torch.Tensor)}
        self._buffers = {name: self._buffer(name, tensor) for name, tensor in state.items()}
        devices = sorted({tensor.device for tensor in state.values() if tensor.is_cuda}, key=str)
        begins = [_event(device) for device in devices]
        with torch.no_grad():
            for name, tensor in state.items():
                self._buffers[name].copy_(tensor, non_blocking=tensor.is_cuda)
        ends = [_event(device) for device in devices]
        return Snapshot(self._buffers, tuple(zip(begins, ends, strict=True)))

    def fingerprint(self) -> object:
        """Equal for two moments only when nothing changed the weights in between; None where torch does not tell."""
        try:
            return (*map(_VERSION, self._originals), *map(torch.Tensor.data_ptr, self._originals))
        except RuntimeError:
            return None

    def _buffer(self, name: str, like: torch.Tensor) -> torch.Tensor:
        """Pinned for what comes from a GPU: only into such memory it copies on its own."""
        known = self._buffers.get(name)
        if known is not None and (known.shape, known.dtype) == (like.shape, like.dtype):
            return known
        return torch.empty(like.shape, dtype=like.dtype, device="cpu", pin_memory=like.is_cuda)


def bare(model: nn.Module) -> nn.Module:
    """The network inside DataParallel and what ``torch.compile`` made of it."""
    while True:
        if isinstance(model, nn.DataParallel | nn.parallel.DistributedDataParallel):
            model = model.module
        elif isinstance(inner := getattr(model, "_orig_mod", None), nn.Module):
            model = inner
        else:
            return model


def number(value: Any) -> float | Later:
    """A loss or an epoch as a number, or how to get it later: a GPU is not waited for here."""
    if not isinstance(value, torch.Tensor):
        return float(value)  # what is no number says so itself
    if value.device.type == "cpu":
        return float(value.item())
    if value.numel() != 1:
        raise ValueError(f"{value.numel()} values instead of one")
    copy = value.detach().to("cpu", non_blocking=True) if value.is_cuda else value.detach().clone()
    arrived = _event(value.device) if value.is_cuda else None

    def later() -> float:
        if arrived:
            arrived.synchronize()
        return float(copy)

    return later


def _event(device: torch.device) -> torch.cuda.Event:
    with torch.cuda.device(device):
        event = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
        event.record()
    return event


def _tensors(model: nn.Module) -> list[torch.Tensor]:
    both: Iterable[torch.Tensor] = (*model.parameters(), *model.buffers())
    return list(both)
