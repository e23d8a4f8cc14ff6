"""The state of streaming principal components in a file: safetensors, with names and format in its header."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from compute.atomic import move
from compute.errors import BadInputError

FORMAT = 2
HEADER = "streaming_pca"
TENSORS = ("basis", "origin", "coefficients", "numbers", "start", "sum", "unsure")

Tensors = dict[str, torch.Tensor]


def write_state(path: Path, like: Mapping[str, torch.Tensor], names: Sequence[str], tensors: Tensors) -> None:
    """Write it, whole or not at all, without a copy in memory. Raises OSError."""
    header = {"format": FORMAT, "names": list(names), "parameters": _shapes(like)}
    temporary = path.with_name(f".{path.name}.new")  # always the same: what a killed process left is written over
    try:
        contiguous = {name: tensor.contiguous() for name, tensor in tensors.items()}
        save_file(contiguous, temporary, metadata={HEADER: json.dumps(header)})
        move(temporary, path)
    except SafetensorError as error:
        temporary.unlink(missing_ok=True)
        raise OSError(None, str(error), str(path)) from None


def read_state(path: Path, like: Mapping[str, torch.Tensor], most: int) -> tuple[list[str], Tensors]:
    """Names and tensors, mapped into memory. Raises BadInputError for a damaged file, and for one of another network.

    Also for one whose basis has more than ``most`` vectors.
    """
    try:
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {})[HEADER])
            tensors = {name: file.get_tensor(name) for name in TENSORS}
        names = [str(name) for name in header["names"]]
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise BadInputError(f"{path}: cannot be read as a state of principal components ({error})") from None
    rank, m, n = len(tensors["basis"]), len(names), sum(x.numel() for x in like.values())
    fixed = n if tensors["start"].numel() else 0  # only once directions were given up
    shapes = {"basis": (rank, n), "origin": (n if m or rank else 0,), "coefficients": (m, rank), "numbers": (m, 3)}
    shapes |= {"start": (fixed,), "sum": (fixed,), "unsure": (1,)}
    of_these = header.get("format") == FORMAT and header.get("parameters") == _shapes(like)
    of_these &= all(tensors[name].dtype == torch.float64 for name in TENSORS)
    if not of_these or rank > most or any(tuple(tensors[name].shape) != shapes[name] for name in TENSORS):
        raise BadInputError(f"{path}: is of another network, another budget or another Basin")
    return names, tensors


def _shapes(like: Mapping[str, torch.Tensor]) -> list[Any]:
    return [[name, list(x.shape)] for name, x in like.items()]
