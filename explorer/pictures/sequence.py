"""A film as a folder of numbered PNG files, for programs that cut films."""

from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from explorer.pictures.instants import Take
from explorer.pictures.reel import Pixels
from explorer.pictures.unfinished import unfinished

LEVEL = 3  # of compression: more takes longer than drawing does


def write_sequence(path: Path, pictures: Iterable[Pixels], take: Take, codec: str) -> None:
    """PATH/frame-00001.png and so on; the folder is there with all of them or not at all. Raises OSError."""
    with unfinished(path, folder=True) as folder:
        for number, pixels in enumerate(pictures, 1):
            Image.fromarray(pixels).save(folder / f"frame-{number:05d}.png", compress_level=LEVEL)
