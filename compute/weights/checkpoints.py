"""Checkpoints of a run: one safetensors file per recorded step, parameters and buffers."""

import hashlib
import re
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import nn

from compute.atomic import write_atomically
from compute.errors import BadInputError

Weights = dict[str, torch.Tensor]

_NAME = re.compile(r"step-(\d{6,})\.safetensors")


def checkpoint_path(folder: Path, step: int) -> Path:
    """Where the checkpoint of a step lies."""
    return folder / f"step-{step:06d}.safetensors"


def write_tensors(path: Path, tensors: Weights) -> None:
    """Write tensors to a safetensors file, whole or not at all."""
    content = save({name: tensor.detach().contiguous() for name, tensor in tensors.items()})
    write_atomically(path, lambda file: file.write(content))


def read_tensors(path: Path) -> Weights:
    """Read a safetensors file. Raises BadInputError naming it when it is missing or damaged."""
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise BadInputError(f"{path}: cannot be read ({error}); remove {path.parent} and start again") from None


def digest(tensors: Weights) -> str:
    """SHA-256 of names and values, first 16 hexadecimal digits: the identity of weights."""
    total = hashlib.sha256()
    for name in sorted(tensors):
        total.update(name.encode() + _bytes(tensors[name]))
    return total.hexdigest()[:16]


def _bytes(tensor: torch.Tensor) -> bytes:
    """Of any type, bfloat16 included, and from any device."""
    return tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()


def write_checkpoint(folder: Path, step: int, model: nn.Module) -> None:
    """Record all parameters and buffers of a model."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tensors(checkpoint_path(folder, step), model.state_dict())


def checkpoints(folder: Path) -> list[tuple[int, Path]]:
    """(step, path) of every whole checkpoint, in order; temporary, cut-off and foreign files do not count."""
    named = [(_NAME.fullmatch(path.name), path) for path in folder.glob("step-*")]
    return sorted((int(name[1]), path) for name, path in named if name and _is_whole(path))


def _is_whole(path: Path) -> bool:
    """The header gives the size of the file, so one that was cut off is known without reading it all."""
    try:
        with safe_open(path, framework="pt"):
            return True
    except (SafetensorError, OSError):
        return False
