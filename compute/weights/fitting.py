"""Checkpoints from anywhere: finding them in order, and fitting what they hold to a model."""

import glob
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch
from torch import nn

from compute.errors import BadInputError
from compute.training.log import LOG_FILE, read_log
from compute.weights.checkpoints import checkpoints
from compute.weights.files import SUFFIXES, WeightsFile, load, look_into
from compute.weights.names import match_names, strangers, unwrapped
from compute.weights.pieces import Piece, Read

Weights = dict[str, torch.Tensor]
Shapes = Mapping[str, Sequence[int]]

SHOWN = 3  # names in a message
UNNEEDED = ".num_batches_tracked"  # files of before torch 0.4.1 lack it, and it decides nothing in ``eval`` mode

_EPOCH = re.compile(r"epoch[-_= ]?(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Checkpoint:
    """A file of weights and when in the training they were recorded; ``epoch`` is None where nobody knows."""

    path: Path
    step: int
    epoch: float | None = None


@dataclass(frozen=True, eq=False)
class StoredWeights:
    """Weights that stay on disk, readable by pieces under the names of the model: ``names`` maps those to the file's.

    Where the format tells places, a piece is one seek and one read; else the file is in memory while it is open.
    """

    file: WeightsFile
    names: Mapping[str, str]

    @contextmanager
    def open(self) -> Iterator[Read]:
        """Reads pieces until the context ends."""
        with self.file.open() as read:
            yield lambda piece: read(Piece(self.names[piece.name], piece.start, piece.stop))


def find_checkpoints(what: str | Path) -> list[Checkpoint]:
    """The checkpoints of a run folder, of a folder of files, of a glob, or one file, in order of their training.

    Files are ordered by the numbers in their names, epoch-2 before epoch-10. The step is the last number in the name,
    or in that of its folder, whichever grows from file to file; else the place in the order. The epoch is what the
    run's log says, or the number behind "epoch" in the name. Raises BadInputError when there is nothing.
    """
    found = _listed(what)
    if not found:
        endings = ", ".join(SUFFIXES)
        raise BadInputError(f"{what}: no checkpoints there; give a run, a folder or glob of {endings}, or one of them")
    return found


def last_checkpoint(what: str | Path) -> Checkpoint:
    """The last one that ``find_checkpoints`` finds. Raises BadInputError as that does."""
    return find_checkpoints(what)[-1]


def stored_weights(path: Path, like: nn.Module | Shapes, model: nn.Module | None = None) -> StoredWeights:
    """A checkpoint to be read by pieces; ``like`` and errors as for ``fit_weights``, except values not finite.

    Where ``like`` are shapes, ``model`` says which parameters are tied.
    """
    file = look_into(path)
    return StoredWeights(file, _fitting({name: t.shape for name, t in file.tensors.items()}, like, path, model))


def read_weights(path: Path) -> Weights:
    """All tensors of a checkpoint, on the CPU, under names without what DataParallel and ``torch.compile`` add.

    Mapped into memory where the format allows, so copy what shall outlive the file. Raises BadInputError naming the
    file when it is missing, damaged, or holds more than tensors.
    """
    tensors = load(path)
    return {name: tensors[stored] for name, stored in unwrapped(tensors).items()}


def fit_weights(weights: Weights, like: nn.Module | Shapes, path: Path) -> Weights:
    """The weights under the names of a model: all its parameters and buffers, or exactly those whose shapes are given.

    Behind prefixes such as ``module.`` or Lightning's ``model.`` names are found. Of tied parameters one suffices.
    Raises BadInputError naming the first tensors that are missing, unexpected (a model says what it expects; shapes
    alone do not), of another shape, or not finite.
    """
    names = _fitting({name: tuple(tensor.shape) for name, tensor in weights.items()}, like, path)
    fitted = {name: weights[stored] for name, stored in names.items()}
    infinite = [name for name, tensor in fitted.items() if not _finite(tensor)]
    _refuse(path, infinite, "its training diverged: not finite is", "leave it out")
    return fitted


def load_into(model: nn.Module, weights: Weights, path: Path) -> None:
    """Copy a checkpoint's parameters and buffers into a model. Raises BadInputError as ``fit_weights``."""
    state = model.state_dict()
    with torch.no_grad():
        for name, tensor in fit_weights(weights, model, path).items():
            state[name].copy_(tensor)


def _listed(what: str | Path) -> list[Checkpoint]:
    path = Path(what)
    if path.is_file():
        return _numbered([path])
    if path.is_dir():
        folder = path / "checkpoints" if (path / "checkpoints").is_dir() else path
        epochs = {row.step: row.epoch for row in read_log(folder.parent)} if (folder.parent / LOG_FILE).exists() else {}
        own = [Checkpoint(file, step, epochs.get(step)) for step, file in checkpoints(folder)]
        named = (file for file in folder.iterdir() if file.name.endswith(SUFFIXES))
        return own or _numbered(file for file in named if not file.name.startswith("."))  # not what is being written
    return _numbered(Path(name) for name in glob.glob(str(what), recursive=True))  # noqa: PTH207  absolute ones too


def _numbered(paths: Iterable[Path]) -> list[Checkpoint]:
    files = sorted((path for path in paths if path.is_file()), key=_natural)
    steps = _steps([_stem(path) for path in files]) or _steps([path.parent.name for path in files]) or range(len(files))
    epochs = [_EPOCH.search(_stem(path)) for path in files]
    return [
        Checkpoint(path, step, float(epoch[1]) if epoch else None)
        for path, step, epoch in zip(files, steps, epochs, strict=True)
    ]


def _natural(path: Path) -> list[tuple[int, str]]:
    """Sorts numbers by value and the rest by letter."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", str(path))]


def _stem(path: Path) -> str:
    """The name without its suffix, whose digit in ``.t7`` counts nothing."""
    suffix = max((end for end in SUFFIXES if path.name.endswith(end)), key=len, default=path.suffix)
    return path.name.removesuffix(suffix)


def _steps(names: list[str]) -> list[int]:
    """The last number of each name; none where one has no number or they do not grow."""
    numbers = [re.findall(r"\d+", name) for name in names]
    steps = [int(found[-1]) for found in numbers if found]
    grows = all(a < b for a, b in pairwise(steps))
    return steps if grows and len(steps) == len(names) else []


def _fitting(shapes: Shapes, like: nn.Module | Shapes, path: Path, model: nn.Module | None = None) -> dict[str, str]:
    """Name in the model → name in the file."""
    wanted = like if isinstance(like, Mapping) else {name: t.shape for name, t in like.state_dict().items()}
    names = match_names(shapes, list(wanted))
    model = like if isinstance(like, nn.Module) else model
    if model is not None:
        found = match_names(shapes, list(model.state_dict()))
        names |= {name: stored for name, stored in _tied(model, found).items() if name in wanted}
    missing = [name for name in wanted if name not in names and not name.endswith(UNNEEDED)]
    _refuse(path, missing, "is of another network: it lacks")
    if isinstance(like, nn.Module):
        _refuse(path, strangers(shapes, names), "is of another network: it has besides")
    misshapen = [
        f"{name} is {_times(shapes[stored])} instead of {_times(wanted[name])}"
        for name, stored in names.items()
        if tuple(shapes[stored]) != tuple(wanted[name])
    ]
    _refuse(path, misshapen, "is of another network:")
    return names


def _tied(model: nn.Module, names: Mapping[str, str]) -> dict[str, str]:
    """Parameters that the file has under another name of theirs."""
    tensors = model.state_dict(keep_vars=True)
    held = {id(tensors[name]): stored for name, stored in names.items()}
    return {name: held[id(t)] for name, t in tensors.items() if name not in names and id(t) in held}


def _refuse(path: Path, faults: Sequence[str], what: str, remedy: str = "give the weights of this model") -> None:
    if faults:
        more = f" and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise BadInputError(f"{path}: {what} {', '.join(faults[:SHOWN])}{more}; {remedy}")


def _times(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape)) or "scalar"


def _finite(tensor: torch.Tensor) -> bool:
    return not tensor.is_floating_point() or bool(torch.isfinite(tensor).all())
