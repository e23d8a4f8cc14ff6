"""What a user may see: bad input as a clear line with exit code 2; a fault of the work itself with exit code 1."""

import sysconfig
import traceback
from pathlib import Path


class BadInputError(Exception):
    """Something the user gave cannot be used.

    The message is one line that names the file or option, what is wrong, and what to do.
    """


class TaskFailedError(Exception):
    """A task ended by a fault that is not the user's input; ``details`` is the traceback."""

    def __init__(self, line: str, details: str) -> None:
        super().__init__(line)
        self.details = details


def location(error: BaseException) -> str:
    """ "file.py line 12", the innermost line of the traceback that is the user's code; "" if none is."""
    others = (str(Path(__file__).parent), sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), "<")
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not frame.filename.startswith(others):
            return f"{Path(frame.filename).name} line {frame.lineno}"
    return ""
