"""Keeping memory that was freed, for the next forward pass takes the same again."""

import ctypes
import sys
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # names of glibc's mallopt(3)
_LARGEST = 2**31 - 1  # what an int holds
_OF_OLD = 2**25  # the highest mmap threshold that older releases take


@cache
def keep_freed_memory() -> None:
    """Have the C library keep large blocks when they are freed, once and for the whole process.

    glibc gives them back to the system, and getting them anew costs a page fault for each 4 KiB: a third of the time of
    a small network on a CPU. Where there is another C library, nothing happens.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        mallopt(_TRIM_THRESHOLD, _LARGEST)
        mallopt(_MMAP_THRESHOLD, _LARGEST) or mallopt(_MMAP_THRESHOLD, _OF_OLD)
