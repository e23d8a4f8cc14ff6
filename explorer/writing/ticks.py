"""Round numbers for axes and the colour bar."""

import math

import numpy as np

NEARLY = 3.0  # so many times its linear part a symmetric logarithm still looks like a straight line


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
    """Ticks of a logarithm on both sides of zero inside [low, high], and zero; none where it is nearly linear.

    ``linear`` is the size below which asinh(x / linear) is nearly linear; a range inside of it has linear ticks.
    """
    if not high > low:
        return []
    if max(abs(low), abs(high)) <= NEARLY * linear:
        return linear_ticks(low, high, about)
    if high <= 0:
        return [-tick for tick in reversed(symlog_ticks(-high, -low, linear, about))]
    sizes = {side: math.asinh(max(side * end, 0.0) / linear) for side, end in ((1, high), (-1, low))}
    found = [0.0] if low <= 0 else []
    for side, size in sizes.items():
        first, last = max(side * (low if side > 0 else high), linear / NEARLY), side * (high if side > 0 else low)
        share = max(round(about * size / sum(sizes.values())), 2)
        found += [side * tick for tick in log_ticks(first, last, share)] if last > NEARLY * linear else []
    return sorted(found) if len(found) > 1 else linear_ticks(low, high, about)


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
