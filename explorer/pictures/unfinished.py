"""Films on their way: beside the film, under a name of their own, and locked for as long as their writer lives."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

from compute.atomic import move

ENDING = ".unfinished"
NO_LOCK = -1  # Windows has none, but does not let go of a file that is open


@contextmanager
def unfinished(path: Path, *, folder: bool = False) -> Iterator[Path]:
    """An empty file, or folder, to be filled: it gets this name at the end, and is gone after any error.

    What writers of the same film left when they were killed goes first. Raises OSError, which names the film, where
    nothing can be written or the disk is full.
    """
    try:
        sweep(path)
        half, lock = _begun(path, folder)
        try:
            yield half
            _finish(half, path)
        finally:
            _remove(half)
            _unlock(lock)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None


def sweep(path: Path) -> None:
    """Remove what is half-written for this film and whose writer is dead."""
    for half in path.absolute().parent.glob(f".{escape(path.name)}.*{ENDING}"):
        with suppress(OSError):  # somebody writes it, or it cannot be told whether anybody does
            lock = _lock(half, wait=False)
            if lock != NO_LOCK or half.is_file():
                _remove(half)
            _unlock(lock)


def _begun(path: Path, folder: bool) -> tuple[Path, int]:
    """A new one and its lock. One that was swept away before it was locked is no more, and another takes its place."""
    while True:
        half = _made(path, folder)
        with suppress(FileNotFoundError):
            lock = _lock(half, wait=True)
            if half.exists():
                return half, lock
            _unlock(lock)


def _made(path: Path, folder: bool) -> Path:
    place, start = path.absolute().parent, f".{path.name}."
    if folder:
        return Path(tempfile.mkdtemp(ENDING, start, place))
    handle, name = tempfile.mkstemp(ENDING, start, place)
    os.close(handle)
    return Path(name)


def _lock(half: Path, *, wait: bool) -> int:
    """No other process has it until it is unlocked, or this process dies. Raises OSError where another one has it and
    that is not waited for."""
    if sys.platform == "win32":
        return NO_LOCK
    import fcntl  # noqa: PLC0415  not on Windows

    handle = os.open(half, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if not wait:
            os.close(handle)
            raise  # as it does on file systems without locks, where nothing is swept
    return handle


def _unlock(lock: int) -> None:
    if lock != NO_LOCK:
        os.close(lock)


def _finish(half: Path, path: Path) -> None:
    if half.is_dir():
        half.chmod(0o755)
        if path.is_dir():
            path.rmdir()  # an empty one
        half.replace(path)
    else:
        move(half, path)


def _remove(half: Path) -> None:
    if half.is_dir():
        shutil.rmtree(half, ignore_errors=True)
    else:
        half.unlink(missing_ok=True)
