"""Round numbers for axes and the colour bar."""

import math

import numpy as np


def linear_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten inside [low, high], roughly so many."""
    if not high > low:
        return []
    raw = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= raw * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [k * step for k in range(first, last + 1)]


def log_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Powers of ten inside [low, high]; with 2 and 5 between them, or every n-th, so that roughly so many remain."""
    if not high > low > 0:
        return []
    decades = np.log10(high / low)
    mantissas = (1, 2, 5) if decades * 3 <= about * 1.8 else (1, 3) if decades * 2 <= about * 1.6 else (1,)
    every = max(1, math.ceil(decades / (about * 1.3)))
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [m * 10.0**e for e in exponents if e % every == 0 for m in mantissas]
    inside = [tick for tick in ticks if low * 0.9999 <= tick <= high * 1.0001]
    return inside if 2 * len(inside) >= about else max(inside, linear_ticks(low, high, about), key=len)


def symlog_ticks(low: float, high: float, linear: float, about: int = 6) -> list[float]:
    """Zero, and powers of ten on both sides of it inside [low, high], down to where the scale is nearly linear.

    ``linear`` is the size below which asinh(x / linear) is nearly linear; a range inside of it has linear ticks.
    """
    if not high > low:
        return []
    if max(abs(low), abs(high)) <= 3 * linear or low > linear or high < -linear:
        one_sided = log_ticks(low, high, about) if low > 0 else [-x for x in reversed(log_ticks(-high, -low, about))]
        return one_sided or linear_ticks(low, high, about)
    zero = [0.0] if low <= 0 <= high else []
    sides = max(low < -linear, 0) + max(high > linear, 0)
    up, down = (_powers(linear, end, math.ceil(1.3 * about / max(sides, 1))) for end in (high, -low))
    found = [-x for x in reversed(down)] + zero + up
    return found if len(found) > 2 else linear_ticks(low, high, about)


def _powers(low: float, high: float, about: int) -> list[float]:
    """Powers of ten from ``low`` to ``high``, every n-th counted from the highest so that at most so many remain."""
    if not high > low:
        return []
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    every = max(1, math.ceil((last - first + 1) / max(about, 1)))
    return [10.0**e for e in range(last, first - 1, -every)][::-1]


def tick_labels(ticks: list[float], fewest: int = 6) -> list[str]:
    """Labels with as many digits as it takes to tell the ticks apart, and no fewer than so many."""
    labels: list[str] = []
    for digits in range(fewest, 18):
        labels = [tick_label(tick, digits) for tick in ticks]
        if len(set(labels)) == len(ticks):
            break
    return labels


def tick_label(value: float, digits: int = 6) -> str:
    """Short and exact enough: 0.01, 2.5, 300, 1e6."""
    if value == 0 or abs(value) < 1e-300:
        return "0"
    if 1e-3 <= abs(value) < 1e5:
        return f"{value:.{digits}g}".replace("-", "−")
    mantissa, exponent = f"{value:.{max(digits - 4, 1)}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{int(exponent)}".replace("-", "−")
