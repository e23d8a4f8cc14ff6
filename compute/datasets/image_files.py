"""Images in files, decoded when they are asked for."""

import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from compute.errors import BadInputError

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".webp")
FORMATS = ("PNG", "JPEG", "BMP", "WEBP")  # whatever the file is called: Pillow knows formats that start programs
CHANNELS = 3
KEPT_BYTES = 2**29  # of decoded images

_WIDE_MODES = ("I", "F")  # first letter where a channel has more than 8 bits


class ImageFiles:
    """The centred square of each image, ``side`` pixels wide, in RGB. The first ones stay in memory once decoded."""

    def __init__(self, paths: Sequence[Path], side: int) -> None:
        self._paths, self._side = paths, side
        shape = (CHANNELS, side, side)
        self._kept = torch.empty(min(len(paths), KEPT_BYTES // (CHANNELS * side**2)), *shape, dtype=torch.uint8)
        self._is_kept = torch.zeros(len(paths), dtype=torch.bool)

    def __len__(self) -> int:
        return len(self._paths)

    def pixels(self, indices: torch.Tensor) -> torch.Tensor:
        """uint8 (b, 3, side, side) of these files, in this order. Raises BadInputError naming one that is no image."""
        kept = self._is_kept[indices]
        pixels = torch.empty(len(indices), *self._kept.shape[1:], dtype=torch.uint8)
        pixels[kept] = self._kept[indices[kept]]
        missing = indices[~kept]
        if len(missing):
            decoded = self._decoded(missing)
            pixels[~kept] = decoded
            room = missing < len(self._kept)
            self._kept[missing[room]] = decoded[room]
            self._is_kept[missing[room]] = True
        return pixels

    def _decoded(self, indices: torch.Tensor) -> torch.Tensor:
        paths = [self._paths[index] for index in indices.tolist()]
        with warnings.catch_warnings(), ThreadPoolExecutor(torch.get_num_threads()) as pool:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # at twice that size it is an error
            images = list(pool.map(lambda path: decode(path, self._side), paths))
        return torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2)


def decode(path: Path, side: int) -> NDArray[np.uint8]:
    """The centred square of an image, scaled to uint8 (side, side, 3) by antialiased bilinear interpolation.

    Transparency is dropped. Raises BadInputError naming the file when it is no image, or one of more than 8 bits.
    """
    try:
        with Image.open(path, formats=FORMATS) as image:
            if image.mode.startswith(_WIDE_MODES):
                raise BadInputError(f"{path}: has more than 8 bits a channel; convert it to 8")
            return np.asarray(_centred(_rgb(image), side))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise BadInputError(f"{path}: is no readable image; replace or remove it") from None


def _rgb(image: Image.Image) -> Image.Image:
    """Palettes with transparency go over RGBA, as Pillow wants it."""
    return image.convert("RGBA" if "transparency" in image.info else "RGB").convert("RGB")


def _centred(image: Image.Image, side: int) -> Image.Image:
    width, height = image.size
    short = min(width, height)
    left, top = (width - short) / 2, (height - short) / 2
    return image.resize((side, side), Image.Resampling.BILINEAR, box=(left, top, left + short, top + short))
