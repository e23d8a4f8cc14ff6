"""Images made of nothing, for benchmarks and tests: no files, any size."""

import re

import numpy as np
import torch
from numpy.typing import NDArray

from compute.datasets.dataset import Pixels
from compute.errors import BadInputError

SEED = 0
SHAPE = (1000, 3, 32, 10)  # training examples, channels, side, classes
GRID = 4  # a class's pattern has so many values a side
GREY, CONTRAST = 128.0, 24.0  # of 256 levels
MOST_BYTES = 2**32
MOST_CLASSES = 256

_EXAMPLES = 256  # drawn at a time
_SHAPE = re.compile(r"(\d+)x(\d+)x(\d+)x(\d+)", re.ASCII)


def synthetic(shape: str = "") -> Pixels:
    """Gaussian blobs: each class has a mean image, and its examples are that plus independent noise in every pixel.

    Mean: 128 + 24 N(0, 1) on a coarse grid of 4x4 patches, rounded. Noise: a third of the sum of four random bytes less
    510, nearly normal with deviation 49, and in whole numbers the same on every machine. Kept within 0 … 255.
    ``shape`` is EXAMPLESxCHANNELSxSIDExCLASSES, 1000x3x32x10 if empty; there are a fifth as many test examples more.
    The classes take turns. Raises BadInputError for a shape that cannot be.
    """
    examples, channels, side, classes = _parse(shape)
    generator = np.random.RandomState(SEED)  # numpy promises that its numbers never change
    places = np.arange(side) * GRID // side
    patterns = np.rint(GREY + CONTRAST * generator.standard_normal((classes, channels, GRID, GRID))).astype(np.int16)
    means = patterns[:, :, places[:, None], places]
    test = max(examples // 5, 1)
    labels = np.arange(examples + test) % classes
    pixels = np.empty((len(labels), channels, side, side), np.uint8)
    for start in range(0, len(labels), _EXAMPLES):
        pixels[start : start + _EXAMPLES] = _drawn(means[labels[start : start + _EXAMPLES]], generator)
    images, numbers = torch.from_numpy(pixels), torch.from_numpy(labels)
    return Pixels(images[:examples], numbers[:examples], images[examples:], numbers[examples:], classes)


def _drawn(means: NDArray[np.int16], generator: np.random.RandomState) -> NDArray[np.uint8]:
    random = np.frombuffer(generator.bytes(4 * means.size), np.uint8).reshape(4, *means.shape)
    noise = (random.sum(axis=0, dtype=np.int16) - 510) // 3
    pixels: NDArray[np.uint8] = (means + noise).clip(0, 255).astype(np.uint8)
    return pixels


def _parse(shape: str) -> tuple[int, ...]:
    found = _SHAPE.fullmatch(shape) if shape else None
    numbers = tuple(map(int, found.groups())) if found else SHAPE
    if (shape and not found) or min(numbers) < 1:
        raise BadInputError(f"--data synthetic:{shape}: give EXAMPLESxCHANNELSxSIDExCLASSES, such as 1000x3x32x10")
    examples, channels, side, classes = numbers
    if not 2 <= classes <= min(examples, MOST_CLASSES):
        raise BadInputError(
            f"--data synthetic:{shape}: {classes} classes; choose 2 to {MOST_CLASSES}, no more than there are examples"
        )
    if examples * channels * side**2 > MOST_BYTES:
        raise BadInputError(f"--data synthetic:{shape}: more than {MOST_BYTES >> 30} GiB of pixels; choose fewer")
    return numbers
