"""Freed memory is kept: using it again costs no page faults."""

import subprocess
import sys

import pytest

PROGRAM = """
import resource
import torch
from compute.measuring.memory import keep_freed_memory
torch.set_num_threads(1)
def count():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def faults():
    found = []
    for _ in range(10):
        before = count()
        torch.ones(10_000_000)  # 40 MB: more than what glibc may learn to keep
        found.append(count() - before)
    return min(found)  # the system may take pages away at any time
print(faults())
keep_freed_memory()
print(faults())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc gives memory back so soon")
def test_memory_that_is_freed_is_kept_for_the_next_pass():
    """40 MB are 10,000 pages of 4 KiB, which come anew each time unless they are kept."""
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    before, after = map(float, run.stdout.split())
    assert after < 100
    assert before > 5000 or before < 100  # another C library keeps them by itself
