"""From loss to height: which part of the values is shown, and on which scale."""

from dataclasses import dataclass

import numpy as np

from compute.landscape import Floats

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

    A heavy tail takes the logarithm where all values are positive, else a cap at the 90th percentile.
    """
    finite = losses[np.isfinite(losses)]
    if finite.size == 0:
        return Scale(0.0, 1.0, False, "nothing measured yet", 1.0)
    low, high = float(finite.min()), float(finite.max())
    spread = high - low
    heavy = spread > 0 and spread > HEAVY_TAIL * (float(np.median(finite)) - low)
    reason = "chosen: values are of one order"
    if log is None:
        log = heavy and low > 0
        if log:
            reason = f"chosen: the largest loss is {high / float(np.median(finite)):,.0f} times the median"
        elif heavy and cap is None:
            cap = float(np.percentile(finite, CAP_PERCENTILE))
            reason = f"chosen: cap at the {CAP_PERCENTILE:.0f}th percentile, the largest is {high:.3g}"
    elif log and low <= 0:
        log, reason = False, "values that are not positive have no logarithm"
    else:
        reason = "set by you"
    shown = high if cap is None else min(high, cap)
    if not shown > low:
        shown = low + max(abs(low), 1.0) * 1e-6
    return Scale(low, shown, log, reason, high)
