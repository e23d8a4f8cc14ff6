"""Files that are there whole or not at all."""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO


def write_atomically(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Let ``write`` fill a temporary file beside ``path``, then move it there; on any error nothing is left behind.

    Raises OSError when the disk is full or the folder cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None  # not the temporary name
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
        move(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None  # a write names no file itself
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def move(temporary: Path, path: Path, attempts: int = 20) -> None:
    """Move a finished temporary file over another, retried briefly: Windows refuses while a reader has it open."""
    temporary.chmod(0o644)
    for attempt in range(attempts):
        try:
            temporary.replace(path)
            return
        except PermissionError:
            if attempt == attempts - 1:
                raise
            time.sleep(0.05)
