"""One recorder a folder: a lock that the system gives back when its holder dies."""

import contextlib
import warnings
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from compute.errors import BadInputError

LOCK_FILE = ".lock"


def claim(folder: Path) -> BaseFileLock | None:
    """The lock of a folder, which is made where it is missing; None where it cannot be locked, as on a full disk.

    Raises BadInputError when another recorder has it, in this process or another one.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK_FILE, timeout=0, thread_local=False)  # closing may happen in any thread
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a file system without locks, where a file has to do
            lock.acquire()
    except Timeout:
        raise BadInputError(
            f"{folder}: another Recorder writes into it; close that one first, or choose another folder"
        ) from None
    except (OSError, NotImplementedError):  # what cannot be written says so itself
        return None
    return lock


def release(lock: BaseFileLock | None) -> None:
    """Let others have it."""
    with contextlib.suppress(OSError):
        if lock:
            lock.release()
