"""How often a checkpoint is recorded: every so many steps or epochs."""

import re
from dataclasses import dataclass
from fractions import Fraction

from compute.errors import BadInputError

_TEXT = re.compile(r"(?:(\d{1,9})(?:/(\d{1,9}))? +)?(step|epoch)s?")


@dataclass(frozen=True)
class Interval:
    """``number`` steps or epochs; a part of an epoch, 1/4 for instance, need not be a whole number of steps."""

    number: Fraction
    unit: str  # "step" or "epoch"

    def __str__(self) -> str:
        return f"{self.number} {self.unit}{'s' if self.number > 1 else ''}"

    def marks(self, step: int, steps_per_epoch: int) -> int:
        """⌊t / interval⌋: whole intervals that the first ``step`` steps hold; a checkpoint is due where it grows."""
        unit = steps_per_epoch if self.unit == "epoch" else 1
        return step * self.number.denominator // (self.number.numerator * unit)


def parse_interval(text: str) -> Interval:
    """An interval from "50 steps", "2 epochs", "epoch" or "1/4 epoch". Raises BadInputError for anything else."""
    found = _TEXT.fullmatch(text.strip()) if isinstance(text, str) else None
    top, bottom, unit = found.groups(default="1") if found else ("0", "1", "")
    number = Fraction(int(top), int(bottom)) if int(bottom) else Fraction(0)
    if number <= 0 or (unit == "step" and number.denominator != 1):
        raise BadInputError(f'--checkpoint-every {text}: give it as "50 steps", "2 epochs" or "1/4 epoch"')
    return Interval(number, unit)
