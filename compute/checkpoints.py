"""Checkpoints of a run: one safetensors file per recorded step, parameters and buffers."""

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import nn

from compute.atomic import write_atomically
from compute.errors import BadInputError

Weights = dict[str, torch.Tensor]


def checkpoint_path(folder: Path, step: int) -> Path:
    """Where the checkpoint of a step lies."""
    return folder / f"step-{step:06d}.safetensors"


def write_tensors(path: Path, tensors: Weights) -> None:
    """Write tensors to a safetensors file, whole or not at all."""
    content = save({name: tensor.detach().contiguous() for name, tensor in tensors.items()})
    write_atomically(path, lambda file: file.write(content))


def read_tensors(path: Path) -> Weights:
    """Read a safetensors file. Raises BadInputError naming it when it is damaged."""
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise BadInputError(f"{path}: cannot be read ({error}); delete it and train again") from None


def write_checkpoint(folder: Path, step: int, model: nn.Module) -> None:
    """Record all parameters and buffers of a model."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tensors(checkpoint_path(folder, step), model.state_dict())


def checkpoints(folder: Path) -> list[tuple[int, Path]]:
    """(step, path) of every whole checkpoint, in order; temporary files of a writer that was killed do not count."""
    found = [(int(path.stem.removeprefix("step-")), path) for path in folder.glob("step-*.safetensors")]
    return sorted(found)
