"""HDF5 through h5py, which is optional, and with nothing believed that a file says of itself.

A dataset may announce any shape, keep its numbers in another file, or pack one in chunks that take gigabytes to unpack.
So only plain numbers inside the file are read, and sizes are compared with limits before memory is asked for.
"""

from pathlib import Path
from typing import Any

import numpy as np

from compute.errors import BadInputError
from compute.formats.exchange import as_floats, shown
from compute.formats.grid import MAX_POINTS, check_size
from compute.landscape import Floats

MAX_TEXT = 2**24
MAX_CHUNK = 8 * MAX_POINTS  # bytes


def library(path: Path) -> Any:
    """The module h5py. Raises BadInputError, with the line that installs it, where it is absent."""
    try:
        import h5py  # noqa: PLC0415  optional
    except ImportError:
        raise BadInputError(
            f"{path}: HDF5 needs h5py, which is not installed; pip install 'loss-basin[hdf5]'"
        ) from None
    return h5py


def is_numeric(file: Any, name: str) -> bool:
    """Whether there is a dataset of numbers of this name in the file itself."""
    found = _dataset(file, name)
    return found is not None and found.dtype.kind in "fiub"


def shape_of(file: Any, name: str) -> tuple[int, ...]:
    """The shape that a dataset announces."""
    return tuple(_dataset(file, name).shape or ())


def numbers(path: Path, file: Any, name: str) -> Floats:
    """The numbers of a dataset. Raises BadInputError when there is none of this name, or it is too large."""
    found = _dataset(file, name)
    if found is None or found.shape is None:
        raise BadInputError(f"{path}: {shown(name)} is not an array in the file itself; write it again as one")
    check_size(path, found.size)
    if found.chunks and found.dtype.itemsize * int(np.prod(found.chunks, dtype=object)) > MAX_CHUNK:
        raise BadInputError(
            f"{path}: {shown(name)} is packed in chunks of {found.chunks}; write it again without chunks"
        )
    return as_floats(path, name, np.asarray(found[()]))


def text(path: Path, file: Any, name: str) -> str:
    """The text of a scalar dataset, "" where there is none."""
    found = _dataset(file, name)
    if found is None or found.shape != () or found.dtype.kind not in "OS" or found.dtype.itemsize > MAX_TEXT:
        return ""
    content = found[()]
    if isinstance(content, bytes) and len(content) <= MAX_TEXT:
        return content.decode("utf-8", "replace")
    raise BadInputError(f"{path}: {shown(name)} is no text; write it again")


def _dataset(file: Any, name: str) -> Any:
    """The dataset, None where there is none or its content is elsewhere."""
    h5py = library(Path(str(file.filename)))
    if name not in file or not isinstance(file.get(name, getlink=True), h5py.HardLink):
        return None
    found = file[name]
    plain = isinstance(found, h5py.Dataset) and not found.is_virtual and not found.external
    return found if plain else None
