"""Getting a published data set's files to their places, whole or not at all."""

import tempfile
import zlib
from collections.abc import Callable, Iterable
from http.client import HTTPException
from pathlib import Path
from tarfile import TarError

from torchvision.datasets.utils import extract_archive

from compute.errors import BadInputError

Report = Callable[[str], None]


def fetch(
    name: str, folder: Path, parts: Iterable[Path], download: Callable[[str], object], *, wanted: str, report: Report
) -> None:
    """Let ``download`` fill an empty folder beside, and move these parts of it, relative paths, into ``folder``.

    Raises BadInputError when there is no way to; ``wanted`` says what to put into the folder instead.
    """
    report(f"downloading {name} to {folder}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _staged(folder, parts, download)
    except (OSError, RuntimeError, HTTPException) as error:
        reason = str(error).strip().rpartition("\n")[2] or type(error).__name__
        raise BadInputError(
            f"{folder}: {name} is not there and cannot be downloaded ({reason}); put {wanted} there"
        ) from None


def unpack(archive: Path, folder: Path, part: Path) -> None:
    """Unpack a .tar.gz with the folder ``part`` in it, or the file that ``part`` is the name of, into ``folder``.

    Raises BadInputError when the archive is damaged or holds something else.
    """
    inside = "" if ".tar" in archive.suffixes else part.parent

    def extract(staging: str) -> None:
        target = Path(staging, inside)
        target.mkdir(parents=True, exist_ok=True)
        extract_archive(archive, target)

    try:
        _staged(folder, [part], extract)
    except (OSError, EOFError, TarError, zlib.error):
        raise damaged(archive) from None


def damaged(path: Path) -> BadInputError:
    """The line about a file that is not what it should be."""
    return BadInputError(f"{path}: is damaged or cut off; put it there anew, or remove it to have it downloaded")


def _staged(folder: Path, parts: Iterable[Path], fill: Callable[[str], object]) -> None:
    with tempfile.TemporaryDirectory(dir=folder, prefix=".fetching-") as staging:
        fill(staging)
        for part in parts:
            (folder / part).parent.mkdir(parents=True, exist_ok=True)
            try:
                Path(staging, part).rename(folder / part)
            except OSError:
                if not (folder / part).exists():  # else another process was faster
                    raise
