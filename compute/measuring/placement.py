"""Bringing tensors to the device and into the precision of an execution."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import torch

from compute.errors import BadInputError
from compute.measuring.execution import Execution
from compute.problem import Batch

_AUTOCAST = {"bf16": torch.bfloat16, "fp16": torch.float16}
_CONVERTED = {"fp64": torch.float64}
_NO_MEMORY = ("can't allocate memory", "not enough memory", "out of memory", "ALLOC_FAILED")


def require(execution: Execution) -> None:
    """Raises BadInputError, in one line, when this machine has no such device or the device no such precision."""
    device, there = torch.device(execution.device), f"(torch {torch.__version__})"
    if device.type == "cuda" and not torch.cuda.is_available():
        raise BadInputError(f"--device {device}: no CUDA device here {there}; use cpu")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise BadInputError(f"--device {device}: there are {torch.cuda.device_count()} here, counted from 0; use cuda")
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise BadInputError(f"--device mps: no Metal device here {there}; use cpu")
    if device.type == "mps" and execution.precision == "fp64":
        raise BadInputError("--precision fp64: Metal has no float64; use --device cpu")
    if device.type == "cuda" and execution.precision == "bf16" and not torch.cuda.is_bf16_supported():
        raise BadInputError("--precision bf16: this CUDA device has none; use fp16")


def placed_dtype(tensor: torch.Tensor, execution: Execution) -> torch.dtype:
    """The type that a tensor gets: its own, but for floating point where the precision says so."""
    return _CONVERTED.get(execution.precision, tensor.dtype) if tensor.is_floating_point() else tensor.dtype


def place_tensor(tensor: torch.Tensor, execution: Execution, reformat: bool = True) -> torch.Tensor:
    """On the device, in the type and, unless told not to, memory format of the execution; itself if all that is so."""
    placed = tensor.to(device=execution.device, dtype=placed_dtype(tensor, execution))
    if reformat and execution.channels_last and placed.dim() == 4 and placed.is_floating_point():
        placed = placed.contiguous(memory_format=torch.channels_last)
    if placed is tensor:
        return tensor
    return placed.detach().requires_grad_(tensor.requires_grad)


def place(batch: Batch, execution: Execution, known: dict[int, Any] | None = None) -> Batch:
    """A batch with all its tensors placed, in the same structure; a tensor that comes twice is moved once.

    Other parts stay as they are, except for things with a method ``to``, which are told the device.
    """
    known = {} if known is None else known
    if id(batch) not in known:
        known[id(batch)] = (batch, _place(batch, execution, known))  # the original too, so that its id stays its own
    return known[id(batch)][1]


def _place(batch: Batch, execution: Execution, known: dict[int, Any]) -> Batch:
    if isinstance(batch, torch.Tensor):
        return place_tensor(batch, execution)
    if callable(getattr(batch, "to", None)):
        return batch.to(execution.device)
    if isinstance(batch, Mapping):
        return {name: place(part, execution, known) for name, part in batch.items()}
    if isinstance(batch, tuple | list):
        parts = [place(part, execution, known) for part in batch]
        return type(batch)(*parts) if hasattr(batch, "_fields") else type(batch)(parts)
    return batch


def autocast(execution: Execution) -> AbstractContextManager[Any]:
    """Lower precision where it is asked for. To be entered anew for each point: it remembers converted weights."""
    dtype = _AUTOCAST.get(execution.precision)
    return torch.autocast(torch.device(execution.device).type, dtype) if dtype else nullcontext()


@contextmanager
def own_threads(execution: Execution) -> Iterator[None]:
    """With as many threads as the execution says; afterwards as many as before."""
    before = torch.get_num_threads()
    torch.set_num_threads(execution.threads or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def exact_convolutions(execution: Execution) -> Iterator[None]:
    """Without TF32, which CUDA's convolutions take for float32 unless told not to."""
    if not execution.device.startswith("cuda"):
        yield
        return
    before = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = False
    try:
        yield
    finally:
        torch.backends.cudnn.allow_tf32 = before


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, on whatever device."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _NO_MEMORY)
