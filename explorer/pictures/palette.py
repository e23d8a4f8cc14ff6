"""256 colours for a whole film: chosen from all of its pictures, and dithered by a pattern that stands still."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.pictures.reel import Pixels

BITS = 6  # of each channel that are told apart
SIDE = 1 << BITS
SAMPLE = 1 << 18  # colours that the palette is chosen from
STRENGTH = 7.0  # of 255: as far apart as neighbouring colours of a palette are, about
BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) / 16 - 15 / 32

Tally = NDArray[np.int64]


def tally() -> Tally:
    """(SIDE³,) how often each colour occurs: not at all yet."""
    return np.zeros(SIDE**3, np.int64)


def count(found: Tally, pixels: Pixels) -> None:
    """Add the colours of a picture."""
    found += np.bincount(_bins(pixels).ravel(), minlength=SIDE**3)


def palette(found: Tally) -> NDArray[np.uint8]:
    """(256, 3) colours that cover all that occur, small marks too, moved to the middle of what they stand for."""
    repeats = np.ceil(found * (SAMPLE / max(int(found.sum()), 1))).astype(np.int64)
    bins = np.repeat(np.arange(SIDE**3), repeats)
    sample = (_colours(bins).astype(np.uint8))[None]
    chosen = Image.fromarray(sample).quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=2).getpalette() or []
    table = np.zeros((256, 3), np.uint8)
    flat = np.array(chosen[: 3 * 256], np.uint8).reshape(-1, 3)
    table[: len(flat)] = flat
    return table


def nearest(table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(SIDE³,) which colour of the palette is nearest to each."""
    wanted, given = _colours(np.arange(SIDE**3)).astype(np.float32), table.astype(np.float32)
    lengths = (given**2).sum(axis=1)
    pieces = [np.argmin(lengths - 2 * piece @ given.T, axis=1) for piece in np.array_split(wanted, 64)]
    return np.concatenate(pieces).astype(np.uint8)


def indices(pixels: Pixels, near: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(height, width) numbers of colours, with the pattern that mixes those that are missing."""
    height, width, _ = pixels.shape
    pattern = np.tile(BAYER * STRENGTH, (-(-height // 4), -(-width // 4)))[:height, :width, None]
    mixed = np.clip(pixels + pattern + 0.5, 0, 255).astype(np.uint8)
    return near[_bins(mixed)]


def _bins(pixels: Pixels) -> NDArray[np.int64]:
    red, green, blue = (pixels[..., k].astype(np.int64) >> (8 - BITS) for k in range(3))
    return (red << 2 * BITS) | (green << BITS) | blue


def _colours(bins: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n, 3) the middle of each."""
    channels = np.stack([bins >> 2 * BITS, (bins >> BITS) & (SIDE - 1), bins & (SIDE - 1)], axis=1)
    return (channels + 0.5) * (256 / SIDE)
