"""Directions in a file: ``delta.NAME`` and ``eta.NAME`` in safetensors, with what is known of them in its header."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from compute.atomic import write_atomically
from compute.directions.axes import Axes
from compute.errors import BadInputError
from compute.folder import DIRECTIONS_FILE
from compute.plane import Direction

HEADER = "axes"


def write_axes(path: Path, axes: Axes) -> None:
    """Write directions, whole or not at all."""
    named = {"delta": axes.delta} | ({} if axes.eta is None else {"eta": axes.eta})
    tensors = {
        f"{axis}.{name}": tensor.detach().cpu().contiguous()
        for axis, direction in named.items()
        for name, tensor in direction.items()
    }
    known = {
        "kind": axes.kind,
        "normalisation": axes.normalisation,
        "explained_variance": axes.explained_variance,
        "details": axes.details,
        "parameters": list(axes.delta),  # their order in the model, which safetensors does not keep
    }
    content = save(tensors, metadata={HEADER: json.dumps(known)})
    write_atomically(path, lambda file: file.write(content))


def read_axes(path: Path, theta_star: Direction) -> Axes:
    """Directions from a file, bit for bit; without ``eta`` a line. What the file does not say is "file" and "unknown".

    Raises BadInputError naming what is missing, of another shape, or not finite, when the file is of another network;
    or damaged.
    """
    tensors, known = _read(path)
    axes = {axis: _named(tensors, axis, theta_star, path) for axis in ("delta", "eta")}
    delta, eta = axes["delta"], axes["eta"]
    if delta is None:
        raise BadInputError(f"{path}: holds no directions; Basin writes them as {DIRECTIONS_FILE} beside a landscape")
    try:
        shares = known.get("explained_variance")
        variance = None if shares is None else tuple(float(share) for share in shares)
        details = dict(known.get("details", {}))
    except (TypeError, ValueError, AttributeError):
        raise BadInputError(f"{path}: its header is damaged; write the directions again") from None
    return Axes(
        str(known.get("kind", "file")), str(known.get("normalisation", "unknown")), delta, eta, variance, details
    )


def _read(path: Path) -> tuple[dict[str, torch.Tensor], Any]:
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118  no mapping
            return tensors, json.loads((file.metadata() or {}).get(HEADER, "{}"))
    except (SafetensorError, OSError, ValueError, RecursionError) as error:
        raise BadInputError(f"{path}: cannot be read as directions ({error}); give a safetensors file") from None


def _named(tensors: dict[str, torch.Tensor], axis: str, theta_star: Direction, path: Path) -> Direction | None:
    """One direction, complete; None where the file has nothing of it."""
    if not any(name.startswith(f"{axis}.") for name in tensors):
        return None
    direction = {}
    for name, centre in theta_star.items():
        tensor = tensors.get(f"{axis}.{name}")
        if tensor is None or tensor.shape != centre.shape:
            fault = "lacks" if tensor is None else "has in another shape"
            raise BadInputError(f"{path}: is of another network, for it {fault} {axis}.{name}; give its own directions")
        if not torch.isfinite(tensor).all():
            raise BadInputError(f"{path}: {axis}.{name} is not finite; write the directions again")
        direction[name] = tensor.to(centre)
    return direction
