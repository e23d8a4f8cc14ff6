"""What a closer look at a plane is: steps towards results that lie in its folder."""

from collections.abc import Mapping
from typing import Any, Protocol


class Inspection(Protocol):
    """Looks into one plane step by step; the caller owns the loop.

    What is counted are nodes, candidates or the like; a step may be a part of one, so that the caller can pause within.
    What is complete lies in the landscape folder, and each step leaves the model as it was, bit for bit. One that was
    broken off is opened again with that done which is in the folder already.
    """

    @property
    def what(self) -> str:
        """Which of ``compute.messages.INSPECTIONS`` it is."""

    @property
    def done(self) -> int:
        """How many are complete."""

    @property
    def total(self) -> int:
        """How many there are, as far as is known; as many as are done at the end."""

    def step(self) -> None:
        """Do the next step. Raises IndexError at the end, BadInputError where it cannot be done."""


def holds(entry: Any, about: Mapping[str, Any]) -> bool:
    """Whether an entry of a description is there, and about the same: examples, split, precision and the like."""
    return isinstance(entry, Mapping) and all(entry.get(name) == value for name, value in about.items())
