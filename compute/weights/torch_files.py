"""Files that torch saved: loading them without unpickling, and where in them the tensors lie."""

import pickle
import sys
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

from compute.errors import BadInputError

# First bytes: of the archive that torch writes since 2020, and of what it wrote before.
ZIP, PICKLE = b"PK\x03\x04", b"\x80"

NO_WEIGHTS = "is no file of weights; give a state dict saved by torch, or safetensors"


def load_torch(path: Path) -> Any:
    """What ``torch.save`` wrote, tensors and plain containers alone; an archive is mapped into memory, not read.

    Raises BadInputError naming the file when it is damaged or holds more than tensors.
    """
    with path.open("rb") as file:
        start = file.read(4)
    archive = start == ZIP
    try:
        if archive and _is_program(path):
            raise pickle.UnpicklingError
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of old formats
            return torch.load(path, map_location="cpu", weights_only=True, mmap=archive)
    except Exception as error:  # whatever a damaged archive or pickle leads to
        fault = _fault(error) if archive or start.startswith(PICKLE) else NO_WEIGHTS
        raise BadInputError(f"{path}: {fault}") from None


def _fault(error: Exception) -> str:
    if isinstance(error, pickle.UnpicklingError):
        return "holds more than tensors, which Basin does not load; save model.state_dict() alone instead"
    return "is damaged or cut off; save it again or leave it out"


def _is_program(path: Path) -> bool:
    """Whether it is TorchScript."""
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith("/constants.pkl") for name in archive.namelist())


def mapped_at(path: Path, content: object) -> int | None:
    """Address of the file's first byte, if every storage then lies where the archive says that one does."""
    storages = {t.untyped_storage().data_ptr() for t in _tensors(content) if t.numel()}
    records = _records(path)
    if not storages or not records:
        return None
    start = min(storages) - min(records)
    return start if {address - start for address in storages} <= records else None


def _records(path: Path) -> set[int]:
    """Offsets of the tensors' bytes in torch's archive, where they are stored plainly and in this machine's order."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        order = next((info for info in archive.infolist() if info.filename.endswith("/byteorder")), None)
        if order is not None and archive.read(order).decode() != sys.byteorder:
            return set()
        found = set()
        for info in archive.infolist():
            if "/data/" in info.filename and info.file_size and info.compress_type == zipfile.ZIP_STORED:
                file.seek(info.header_offset + 26)  # lengths of the name and of the extra field before the bytes
                name, extra = (int.from_bytes(file.read(2), "little") for _ in range(2))
                found.add(info.header_offset + 30 + name + extra)
    return found


def _tensors(content: object) -> Iterator[torch.Tensor]:
    if isinstance(content, torch.Tensor):
        yield content
    elif isinstance(content, Mapping):
        for item in content.values():
            yield from _tensors(item)
    elif isinstance(content, list | tuple | set):
        for item in content:
            yield from _tensors(item)
