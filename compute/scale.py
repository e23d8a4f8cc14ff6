"""From loss to height: which part of the values is shown, and on which scale."""

import math
from dataclasses import dataclass

import numpy as np

from compute.landscape import Floats

MOSTLY = 0.95  # share of positive values from which on the few others do not rule out the logarithm
LOG_DECADES = 2.0  # span of the values from which on the logarithm shows more
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

    Positive values that span two decades take the logarithm, also when a few are not positive: those lie on the floor.
    Other values with a heavy tail are cut off at the 90th percentile of those above the lowest. All else is linear.
    A ``cap`` of inf shows everything, None leaves the choice here.
    """
    finite = losses[np.isfinite(losses)]
    if finite.size == 0:
        return Scale(0.0, 1.0, False, "nothing measured yet", 1.0)
    low, high = float(finite.min()), float(finite.max())
    positive = finite[finite > 0]
    possible = len(positive) >= MOSTLY * len(finite)
    decades = math.log10(high / float(positive.min())) if possible else 0.0
    if (decades >= LOG_DECADES if log is None else log) and possible:
        low = float(positive.min())
        reason = f"chosen: losses span {decades:.1f} decades" if log is None else "set by you"
        below = len(finite) - len(positive)
        reason += f"; {below / len(finite):.1%} are not positive and lie on the floor" if below else ""
        return _scale(low, high, True, reason, cap)
    if log is not None:
        return _scale(low, high, False, "values that are not positive have no logarithm" if log else "set by you", cap)
    cap, reason = _choose_cap(finite, low, high, cap)
    return _scale(low, high, False, reason, cap)


def _scale(low: float, high: float, log: bool, reason: str, cap: float | None) -> Scale:
    shown = high if cap is None else min(high, cap)
    if not shown > low:
        shown = low + max(abs(low), 1.0) * 1e-6
    return Scale(low, shown, log, reason, high)


def _choose_cap(finite: Floats, low: float, high: float, cap: float | None) -> tuple[float | None, str]:
    above = finite[finite > low]
    if cap is not None:
        return cap, "cap set by you"
    if above.size and high - low > HEAVY_TAIL * (float(np.median(above)) - low):
        cap = float(np.percentile(above, CAP_PERCENTILE))
        return cap, f"chosen: cap at the {CAP_PERCENTILE:.0f}th percentile; the largest is {high:.3g}"
    return None, "chosen: values are of one order"
