"""A film as a folder of numbered PNG files, for programs that cut films."""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from explorer.pictures.instants import Take
from explorer.pictures.reel import Pixels

LEVEL = 3  # of compression: more takes longer than drawing does


def write_sequence(path: Path, pictures: Iterable[Pixels], take: Take, codec: str) -> None:
    """PATH/frame-00001.png and so on; the folder is there with all of them or not at all. Raises OSError."""
    folder = Path(tempfile.mkdtemp(dir=path.absolute().parent, prefix=f".{path.name}."))
    try:
        for number, pixels in enumerate(pictures, 1):
            Image.fromarray(pixels).save(folder / f"frame-{number:05d}.png", compress_level=LEVEL)
        folder.chmod(0o755)
        if path.is_dir():
            path.rmdir()  # an empty one
        folder.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
