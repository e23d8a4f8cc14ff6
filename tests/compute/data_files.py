"""Files of published data sets, written as their authors wrote them, with few images; and images with a folder each."""

import gzip
import hashlib
import pickle
import struct
import tarfile
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy._core.multiarray import _reconstruct
from PIL import Image


class OldPickler(pickle._Pickler):
    """Writes as Python 2 did, with numpy 1: one kind of string, and numpy's modules under their old names."""

    dispatch: ClassVar = dict(pickle._Pickler.dispatch)

    def _save_string(self, text: str | bytes) -> None:
        content = text if isinstance(text, bytes) else text.encode("latin1")
        self.write(pickle.BINSTRING + struct.pack("<i", len(content)) + content)

    dispatch[str] = dispatch[bytes] = _save_string

    def reducer_override(self, thing):
        if isinstance(thing, np.dtype):
            return np.dtype, ("u1", 0, 1), (3, "|", None, None, None, -1, -1, 0)
        if isinstance(thing, np.ndarray):
            return _reconstruct, (np.ndarray, (0,), "b"), (1, thing.shape, thing.dtype, False, thing.tobytes())
        return NotImplemented

    def save_global(self, thing, name=None) -> None:
        module = {_reconstruct: "numpy.core.multiarray", np.ndarray: "numpy", np.dtype: "numpy"}[thing]
        self.write(pickle.GLOBAL + f"{module}\n{thing.__name__}\n".encode())

    dispatch[type] = save_global


def write_old_pickle(path: Path, content: object) -> None:
    with path.open("wb") as file:
        OldPickler(file, protocol=2).dump(content)


def write_cifar10(folder: Path, images: np.ndarray, labels: list[int], test: int) -> None:
    """uint8 (n, 3, 32, 32) in five batches and a test batch of so many."""
    folder.mkdir(parents=True)
    pixels, train = images.reshape(len(images), -1), len(images) - test
    bounds = [*(train * k // 5 for k in range(6)), len(images)]
    names = [*(f"data_batch_{k + 1}" for k in range(5)), "test_batch"]
    for name, (start, stop) in zip(names, pairwise(bounds), strict=True):
        content = {"batch_label": name, "data": pixels[start:stop], "labels": labels[start:stop], "filenames": []}
        write_old_pickle(folder / name, content)
    write_old_pickle(folder / "batches.meta", {"num_cases_per_batch": 4, "label_names": list("abcdefghij")})


def write_cifar100(folder: Path, images: np.ndarray, labels: list[int], test: int) -> None:
    folder.mkdir(parents=True)
    pixels = images.reshape(len(images), -1)
    for name, part in (("train", slice(-test)), ("test", slice(-test, None))):
        coarse = [label // 5 for label in labels[part]]
        write_old_pickle(folder / name, {"data": pixels[part], "fine_labels": labels[part], "coarse_labels": coarse})
    write_old_pickle(folder / "meta", {"fine_label_names": [f"name {k}" for k in range(100)]})


def write_idx(path: Path, content: np.ndarray) -> None:
    """IDX: two zeros, 8 for bytes, number of axes, their lengths as big-endian int32, the bytes."""
    header = bytes([0, 0, 8, content.ndim]) + struct.pack(f">{content.ndim}i", *content.shape)
    path.parent.mkdir(parents=True, exist_ok=True)
    data = header + content.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def write_tar(path: Path, folder: Path) -> None:
    with tarfile.open(path, "w:gz") as archive:
        archive.add(folder, folder.name)


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes()).hexdigest()


def write_image(path: Path, pixels: np.ndarray, **options: object) -> np.ndarray:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **options)
    return pixels


def triangle(length: int, side: int, part: int | None = None) -> np.ndarray:
    """(side, length) float64 weights of antialiased linear interpolation, of all pixels or of ``part`` in their middle.

    Output pixel k lies at the start of the part and (k + ½) s further, s = part / side; input pixels within max(s, 1)
    of it weigh as much as a triangle of that half-width is high there, together 1.
    """
    part = length if part is None else part
    scale = part / side
    centres = (length - part) / 2 + (np.arange(side) + 0.5) * scale
    heights = 1 - np.abs(np.arange(length) + 0.5 - centres[:, None]) / max(scale, 1)
    weights = heights.clip(0)
    return weights / weights.sum(axis=1, keepdims=True)


def resized(images: np.ndarray, side: int) -> np.ndarray:
    """The square in the middle of images (…, h, w): float64 (…, side, side)."""
    height, width = images.shape[-2:]
    short = min(height, width)
    return triangle(height, side, short) @ images.astype(np.float64) @ triangle(width, side, short).T
