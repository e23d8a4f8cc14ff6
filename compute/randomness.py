"""Random numbers: each use has a stream of its own, made of the user's seed, what it is for, and a number.

So a training that goes on needs no generator's state, and directions have nothing in common with initial weights that
were drawn with the same seed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import numpy as np
import torch


class Purpose(IntEnum):
    """What random numbers are for; each purpose has its own stream."""

    AUGMENTATION = 1  # a seed an epoch
    LAYERS = 2  # a seed a step
    DIRECTION = 3  # a seed an axis
    LANCZOS = 4
    HUTCHINSON = 5  # a seed a probe
    CURVE = 6  # a seed a step


def order_seed(seed: int, epoch: int) -> int:
    """The seed of an epoch's shuffle."""
    return seed * 100_003 + epoch


def stream(seed: int, purpose: Purpose, number: int) -> int:
    """The seed of a stream of random numbers, 32 bits: all that torch's generator on the CPU takes in."""
    return int(np.random.SeedSequence((seed, purpose, number)).generate_state(1)[0])


@contextmanager
def seeded(device: torch.device, seed: int) -> Iterator[None]:
    """What layers draw in this block, dropout for instance, follows from the seed; the caller's generators stay as is.

    Not ``torch.manual_seed``, which also keeps a record of each call for a CUDA that was not started.
    """
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.default_generator.manual_seed(seed)
        if device.type == "cuda":
            torch.cuda.manual_seed(seed)
        elif device.type == "mps":
            torch.mps.manual_seed(seed)
        yield
