"""What a closer look at a plane is: steps towards results that lie in its folder."""

from typing import Protocol


class Inspection(Protocol):
    """Looks into one plane step by step; the caller owns the loop.

    Each step leaves what it found in the landscape folder, and the model as it was, bit for bit. One that was broken
    off is opened again with those steps done that are in the folder already.
    """

    @property
    def what(self) -> str:
        """Which of ``compute.messages.INSPECTIONS`` it is."""

    @property
    def done(self) -> int:
        """Steps done."""

    @property
    def total(self) -> int:
        """Steps in all, as far as is known; as many as are done at the end."""

    def step(self) -> None:
        """Do the next step. Raises IndexError at the end, BadInputError where it cannot be done."""
