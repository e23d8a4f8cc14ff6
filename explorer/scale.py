"""From loss to height: which part of the values is shown, and on which scale."""

import math
from dataclasses import dataclass

import numpy as np

from compute.landscape import Floats

LOG_FROM = 100.0  # largest over smallest value from which on the logarithm shows more
HEAVY_TAIL = 20.0  # largest value over median, above their common minimum, beyond which a linear picture is a needle
CAP_PERCENTILE = 90.0


@dataclass(frozen=True)
class Scale:
    """Height = (T(loss) − T(low)) / (T(high) − T(low)), cut off at 1; T is the natural logarithm or nothing.

    ``reason`` says in words why this scale was chosen, for the panel; ``top`` is the largest finite loss, even if cut
    off.
    """

    low: float
    high: float
    log: bool
    reason: str
    top: float

    def heights(self, losses: Floats) -> Floats:
        """Heights in [0, 1]; NaN where the loss is not finite."""
        low, high = self._transform(np.array([self.low, self.high]))
        shown = np.where(np.isfinite(losses), np.clip(losses, self.low, self.high), np.nan)
        heights: Floats = (self._transform(shown) - low) / (high - low)
        return heights

    def losses(self, heights: Floats) -> Floats:
        """The inverse of ``heights`` on [0, 1]."""
        low, high = self._transform(np.array([self.low, self.high]))
        transformed: Floats = low + heights * (high - low)
        return np.exp(transformed) if self.log else transformed

    def _transform(self, values: Floats) -> Floats:
        return np.log(values) if self.log else values


def choose_scale(losses: Floats, log: bool | None = None, cap: float | None = None) -> Scale:
    """A scale on which these values are legible, as far as the user has not decided.

    Positive values that span two decades take the logarithm. Other values with a heavy tail are cut off at their 90th
    percentile. All else is linear.
    """
    finite = losses[np.isfinite(losses)]
    if finite.size == 0:
        return Scale(0.0, 1.0, False, "nothing measured yet", 1.0)
    low, high = float(finite.min()), float(finite.max())
    reason = "set by you"
    if log and low <= 0:
        log, reason = False, "values that are not positive have no logarithm"
    elif log is None:
        log, cap, reason = _choose(finite, low, high, cap)
    shown = high if cap is None else min(high, cap)
    if not shown > low:
        shown = low + max(abs(low), 1.0) * 1e-6
    return Scale(low, shown, log, reason, high)


def _choose(finite: Floats, low: float, high: float, cap: float | None) -> tuple[bool, float | None, str]:
    if low > 0 and high / low >= LOG_FROM:
        return True, cap, f"chosen: losses span {math.log10(high / low):.1f} decades"
    if cap is None and high - low > HEAVY_TAIL * (float(np.median(finite)) - low) > 0:
        cap = float(np.percentile(finite, CAP_PERCENTILE))
        return False, cap, f"chosen: cap at the {CAP_PERCENTILE:.0f}th percentile; the largest is {high:.3g}"
    return False, cap, "chosen: values are of one order" if cap is None else "cap set by you"
