"""Files of weights, wherever they come from: state dicts saved by torch, and safetensors. Nothing is ever unpickled.

A file is looked at once, for names, shapes and the places of its tensors in it. Then any part of a tensor can be read
with a seek. Only torch's format of before 2020 (``.t7`` files often have it) gives no places: there each opening reads
the whole file, and it is held until it is closed.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import torch
from safetensors import SafetensorError, safe_open

from compute.errors import BadInputError
from compute.weights.pieces import Piece, Read, part
from compute.weights.torch_files import ZIP, load_torch, mapped_at

SUFFIXES = (".safetensors", ".pt", ".pth", ".pth.tar", ".t7", ".ckpt", ".bin")
CONTAINERS = ("state_dict", "model_state_dict", "model", "net")  # Lightning's first, then what tutorials use


@dataclass(frozen=True)
class Stored:
    """One tensor of a file: its form, and the byte at which it starts; None where the format does not tell."""

    dtype: torch.dtype
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int | None

    @property
    def elements(self) -> int:
        """Number of its elements."""
        return torch.Size(self.shape).numel()

    @property
    def extent(self) -> int:
        """Number of elements from its first to its last in the file."""
        return 1 + sum((n - 1) * s for n, s in zip(self.shape, self.stride, strict=True)) if self.elements else 0

    @property
    def contiguous(self) -> bool:
        """Whether its elements lie in the file in the order of its indices."""
        return torch.empty_strided(self.shape, self.stride, device="meta").is_contiguous()


@dataclass(frozen=True, eq=False)
class WeightsFile:
    """The tensors of a file by the names they have in it."""

    path: Path
    tensors: Mapping[str, Stored]

    @contextmanager
    def open(self) -> Iterator[Read]:
        """Reads pieces of tensors. Raises BadInputError when the file is not what it was when it was looked at."""
        if any(stored.offset is None for stored in self.tensors.values()):
            weights = load(self.path)
            yield lambda piece: part(weights, piece)
            return
        with _opened(self.path) as file:
            yield lambda piece: _read(file, self.path, self.tensors[piece.name], piece)


def look_into(path: Path) -> WeightsFile:
    """Names, shapes and places of the tensors, without reading them. Raises BadInputError naming file and fault."""
    match _kind(path):
        case "safetensors":
            return WeightsFile(path, _safetensors_places(path))
        case "zip":
            return WeightsFile(path, _zip_places(path))
        case _:
            return WeightsFile(path, {name: _stored(tensor, None) for name, tensor in load(path).items()})


def load(path: Path) -> dict[str, torch.Tensor]:
    """All tensors of the state dict in a file, mapped into memory where the format allows.

    The state dict may lie under one of CONTAINERS. Raises BadInputError naming file and fault.
    """
    if _kind(path) == "safetensors":
        with _safetensors(path) as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  no mapping
    return _state_dict(load_torch(path), path)


def _kind(path: Path) -> str:
    """By content: suffixes say little."""
    with _opened(path) as file:
        start = file.read(16)
    if not start:
        raise BadInputError(f"{path}: is empty; save the weights again")
    if start.startswith(ZIP):
        return "zip"
    if path.suffix == ".safetensors" or start[8:9] == b"{":  # after the length of the header
        return "safetensors"
    return "torch"


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read ({error.strerror or error})") from None


@contextmanager
def _safetensors(path: Path) -> Iterator[Any]:
    try:
        with safe_open(path, framework="pt") as file:
            yield file
    except (SafetensorError, OSError) as error:
        raise BadInputError(f"{path}: is damaged or cut off ({error}); save it again or leave it out") from None


def _safetensors_places(path: Path) -> dict[str, Stored]:
    """The header is JSON behind its length in 8 bytes, and counts from its own end (see the format's README)."""
    with _safetensors(path) as file, _opened(path) as raw:
        length = int.from_bytes(raw.read(8), "little")
        header = json.loads(raw.read(length))
        return {
            name: _stored(file.get_tensor(name), 8 + length + header[name]["data_offsets"][0])
            for name in file.keys()  # noqa: SIM118  no mapping
        }


def _zip_places(path: Path) -> dict[str, Stored]:
    """Where torch maps a tensor in memory, less where it maps the file, is where the tensor lies in the file."""
    content = load_torch(path)
    start = mapped_at(path, content)
    tensors = _state_dict(content, path)
    return {name: _stored(t, None if start is None else t.data_ptr() - start) for name, t in tensors.items()}


def _stored(tensor: torch.Tensor, offset: int | None) -> Stored:
    return Stored(tensor.dtype, tuple(tensor.shape), tensor.stride(), offset)


def _state_dict(content: object, path: Path) -> dict[str, torch.Tensor]:
    if isinstance(content, Mapping):
        inner = (content[key] for key in CONTAINERS if isinstance(content.get(key), Mapping))
        for candidate in (*inner, content):
            found = {str(name): tensor for name, tensor in candidate.items() if isinstance(tensor, torch.Tensor)}
            if found:
                return {name: tensor.detach() for name, tensor in found.items()}
    raise BadInputError(f"{path}: holds no state dict, a mapping of names to tensors; save model.state_dict()")


def _read(file: IO[bytes], path: Path, stored: Stored, piece: Piece) -> torch.Tensor:
    if stored.contiguous:
        return _elements(file, path, stored, piece.start, len(piece))
    whole = _elements(file, path, stored, 0, stored.extent)
    return whole.as_strided(stored.shape, stored.stride).reshape(-1)[piece.start : piece.stop]


def _elements(file: IO[bytes], path: Path, stored: Stored, start: int, count: int) -> torch.Tensor:
    values = torch.empty(count, dtype=stored.dtype)
    file.seek((stored.offset or 0) + start * stored.dtype.itemsize)
    space: Any = values.view(torch.uint8).numpy()
    if file.readinto(space) != space.nbytes:  # type: ignore[attr-defined]
        raise BadInputError(f"{path}: became shorter while it was read; is it being written?")
    return values
