"""What was recorded before: set aside when it is trained anew, and restored to go on with it."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path

import torch
from torch import nn

from compute.atomic import write_atomically
from compute.errors import BadInputError
from compute.recording.folder import CHECKPOINTS, CURVE_FILE, RecordingDescription, write_description
from compute.recording.snapshot import bare
from compute.weights.checkpoints import checkpoints, read_tensors
from compute.weights.names import plain

EARLIER = "earlier-"  # folders in a recording, each a recording itself


def set_aside(folder: Path, description: RecordingDescription, curve: bytes, files: Sequence[Path]) -> Path:
    """Move checkpoints, with their part of the curve, into EARLIER-1 or the next that is free; returns that folder.

    Whenever this is stopped, nothing is lost, and it may be called again. Raises OSError.
    """
    aside = next(path for k in count(1) if not (path := folder / f"{EARLIER}{k}").exists())
    (aside / CHECKPOINTS).mkdir(parents=True)
    write_description(aside, description)
    write_atomically(aside / CURVE_FILE, lambda file: file.write(curve))
    for file in files:
        file.rename(aside / CHECKPOINTS / file.name)
    return aside


def restore(folder: Path, model: nn.Module) -> int:
    """Load the newest checkpoint of a recording into the network it is of, bit for bit; returns its step.

    0, and nothing is changed, where there is none. Raises BadInputError naming the file when it is of another network.
    """
    step, path = max(checkpoints(folder / CHECKPOINTS), default=(0, None))
    if path is None:
        return 0
    stored = read_tensors(path)
    state = {plain(name): x for name, x in bare(model).state_dict().items() if isinstance(x, torch.Tensor)}
    for name, tensor in state.items():
        if name not in stored or stored[name].shape != tensor.shape:
            raise BadInputError(f"{path}: is of another network, by its {name}; record in another folder")
    with torch.no_grad():
        for name, tensor in state.items():
            tensor.copy_(stored[name])
    return step
