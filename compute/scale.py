"""From value to height: which part of the values is shown, and on which scale."""

import math
import sys
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from compute.landscape import Floats

MOSTLY = 0.95  # share of positive values from which on the few others do not rule out the logarithm
LOG_DECADES = 2.0  # span of the values from which on the logarithm shows more
HEAVY_TAIL = 20.0  # largest value over median, above their common minimum, beyond which a linear picture is a needle
CAP_PERCENTILE = 90.0
SYMLOG_DECADES = 3.0  # of sizes that a symmetric logarithm tells apart; it is nearly linear below them


class ScaleKind(Enum):
    """How a value becomes a height: x, ln x, or asinh(x / linear), which is the logarithm on both sides of zero."""

    LINEAR = "linear"
    LOG = "log"
    SYMLOG = "symlog"


@dataclass(frozen=True)
class Scale:
    """Height = (T(value) − T(low)) / (T(high) − T(low)), cut off at 0 and 1; T as ``kind`` says.

    ``reason`` says in words why this scale was chosen, for the panel; ``top`` and ``bottom`` are the largest and the
    smallest finite value, even if cut off, −inf and inf where there is none; ``linear`` is the size below which a
    symmetric logarithm is nearly linear.
    """

    low: float
    high: float
    kind: ScaleKind
    reason: str
    top: float
    linear: float = 1.0
    bottom: float = math.inf

    @property
    def empty(self) -> bool:
        """Whether there is no value to show, so that its ends mean nothing."""
        return self.top == -math.inf

    @property
    def over(self) -> bool:
        """Whether there are values above what is shown."""
        return self.top > self.high

    @property
    def under(self) -> bool:
        """Whether there are values below what is shown."""
        return self.bottom < self.low

    @property
    def log(self) -> bool:
        """Whether equal factors are equal heights."""
        return self.kind is ScaleKind.LOG

    def heights(self, values: Floats) -> Floats:
        """Heights in [0, 1]; NaN where the value is not finite."""
        heights: Floats = np.clip(self.heights_beyond(values), 0.0, 1.0)
        return heights

    def heights_beyond(self, values: Floats) -> Floats:
        """Heights that go on below 0 and above 1; NaN where the value is not finite, −inf where T is not defined."""
        low, high = self._transform(np.array([self.low, self.high]))
        with np.errstate(divide="ignore"):
            transformed = self._transform(np.where(np.isfinite(values), values, np.nan))
        heights: Floats = (transformed - low) / (high - low)
        return heights

    def values(self, heights: Floats) -> Floats:
        """The inverse of ``heights`` on [0, 1]."""
        low, high = self._transform(np.array([self.low, self.high]))
        transformed: Floats = low + heights * (high - low)
        if self.kind is ScaleKind.LINEAR:
            return transformed
        return np.exp(transformed) if self.log else self.linear * np.sinh(transformed)

    @property
    def span(self) -> float:
        """T(high) − T(low): how many units of the scaled value there are from bottom to top."""
        low, high = self._transform(np.array([self.low, self.high])).tolist()
        return float(high - low)

    def _transform(self, values: Floats) -> Floats:
        if self.kind is ScaleKind.LINEAR:
            return values
        return np.log(np.maximum(values, 0.0)) if self.log else np.arcsinh(values / self.linear)


def choose_scale(
    values: Floats,
    kind: ScaleKind | None = None,
    cap: float | None = None,
    *,
    percentile: float | None = None,
    floor: float | None = None,
    fixed: bool = False,
) -> Scale:
    """A scale on which these values are legible, as far as the user has not decided.

    Positive values that span two decades take the logarithm, also when a few are not positive: those lie on the floor.
    Other values with a heavy tail are cut off at the 90th percentile of those above the lowest. All else is linear.
    A ``cap`` of inf shows everything, None leaves the choice here; ``percentile`` (of the finite values) takes its
    place. Nothing is told apart below ``floor``. ``fixed``: ``floor`` and ``cap`` are the ends even where no value gets
    there.
    """
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return Scale(0.0, 1.0, ScaleKind.LINEAR, "nothing measured yet", -math.inf)
    if percentile is not None:
        cap = float(np.percentile(finite, percentile))
    chosen = replace(_choose(finite, kind, cap), bottom=float(finite.min()))
    is_end = fixed and cap is not None and cap < math.inf
    low, high = chosen.low if floor is None else floor, cap if cap is not None and is_end else chosen.high
    if (chosen.log and low <= 0) or not sys.float_info.min < high - low < math.inf:
        low, high = chosen.low, chosen.high
    linear = max(abs(low), abs(high)) / 10**SYMLOG_DECADES  # by the ends alone, so that equal ends are equal scales
    scale = replace(chosen, low=low, high=high, linear=linear if chosen.kind is ScaleKind.SYMLOG else 1.0)
    return scale if scale.span > 0 else replace(scale, high=_above(low))  # so near that rounding made them one


def _choose(finite: Floats, kind: ScaleKind | None, cap: float | None) -> Scale:
    low, high = float(finite.min()), float(finite.max())
    positive = finite[finite > 0]
    possible = len(positive) >= MOSTLY * len(finite)
    decades = math.log10(high / float(positive.min())) if possible else 0.0
    if kind is ScaleKind.SYMLOG:
        return _scale(low, high, ScaleKind.SYMLOG, "set by you", cap)
    if possible and (decades >= LOG_DECADES if kind is None else kind is ScaleKind.LOG):
        reason = f"chosen: losses span {decades:.1f} decades" if kind is None else "set by you"
        below = len(finite) - len(positive)
        reason += f"; {below / len(finite):.1%} are not positive and lie on the floor" if below else ""
        return _scale(float(positive.min()), high, ScaleKind.LOG, reason, cap)
    if kind is not None:
        reason = "values that are not positive have no logarithm" if kind is ScaleKind.LOG else "set by you"
        return _scale(low, high, ScaleKind.LINEAR, reason, cap)
    cap, reason = _choose_cap(finite, low, high, cap)
    return _scale(low, high, ScaleKind.LINEAR, reason, cap)


def _scale(low: float, high: float, kind: ScaleKind, reason: str, cap: float | None) -> Scale:
    shown = high if cap is None else min(high, cap)
    if not shown > low:
        shown = _above(low)
    return Scale(low, shown, kind, reason, high)


def _above(low: float) -> float:
    return low + max(abs(low), 1.0) * 1e-6


def _choose_cap(finite: Floats, low: float, high: float, cap: float | None) -> tuple[float | None, str]:
    above = finite[finite > low]
    if cap is not None:
        return cap, "cap set by you"
    if above.size and high - low > HEAVY_TAIL * (float(np.median(above)) - low):
        cap = float(np.percentile(above, CAP_PERCENTILE))
        return cap, f"chosen: cap at the {CAP_PERCENTILE:.0f}th percentile; the largest is {high:.3g}"
    return None, "chosen: values span less than two decades"
