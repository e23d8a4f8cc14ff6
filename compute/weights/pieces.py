"""Weights a piece at a time, so that what is larger than memory can be summed, projected and compared."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

import torch

PIECE = 2**17  # elements: 1 MB in float64, which stays in the cache while it is worked on


@dataclass(frozen=True)
class Piece:
    """Elements ``start`` to ``stop`` (not included) of one parameter, flattened row by row."""

    name: str
    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start


Read = Callable[[Piece], torch.Tensor]  # the elements of a piece, (len(piece),)


class Source(Protocol):
    """Weights that can be opened and then read by pieces, by the names of the model's parameters."""

    def open(self) -> AbstractContextManager[Read]:
        """What reads the pieces, until the context ends."""


@dataclass(frozen=True, eq=False)
class Held:
    """Weights in memory."""

    weights: Mapping[str, torch.Tensor]

    @contextmanager
    def open(self) -> Iterator[Read]:
        """Reads a piece of the weights."""
        yield lambda piece: part(self.weights, piece)


def part(weights: Mapping[str, torch.Tensor], piece: Piece) -> torch.Tensor:
    """(len(piece),) the elements of a piece; a view where the tensor is contiguous."""
    return weights[piece.name].reshape(-1)[piece.start : piece.stop]


def double(values: torch.Tensor) -> torch.Tensor:
    """Float64 on the CPU: not every device has it."""
    return values.cpu().double()


def unfilled(like: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Weights of these shapes, types and devices, in the order of their indices, to be filled with ``put``."""
    return {name: torch.empty(x.shape, dtype=x.dtype, device=x.device) for name, x in like.items()}


def put(weights: Mapping[str, torch.Tensor], piece: Piece, values: torch.Tensor) -> None:
    """Fill a piece of what ``unfilled`` gave."""
    weights[piece.name].view(-1)[piece.start : piece.stop] = values


def pieces(like: Mapping[str, torch.Tensor], limit: int = PIECE) -> Iterator[Piece]:
    """All of the weights in pieces of at most ``limit`` elements; no piece is of two parameters."""
    for name, tensor in like.items():
        for start in range(0, tensor.numel(), limit):
            yield Piece(name, start, min(start + limit, tensor.numel()))


def blocks(like: Mapping[str, torch.Tensor], limit: int, piece: int = PIECE) -> Iterator[list[Piece]]:
    """The pieces in groups of at most ``limit`` elements together, so that a file is opened once for a group."""
    block: list[Piece] = []
    for each in pieces(like, min(piece, limit)):
        if block and sum(map(len, block)) + len(each) > limit:
            yield block
            block = []
        block.append(each)
    if block:
        yield block
