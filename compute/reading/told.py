"""Measured numbers as the texts that stand in sentences."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from compute.reading.measured import Measured
from compute.reading.surface import grown

FLOOR = " above its floor"
WRITTEN_OUT = 1e6  # numbers from here on have an exponent


def told(measured: Measured) -> Mapping[str, str]:
    """By name the text of each number that is known; a template that asks for another raises KeyError."""
    known = {name: value for name, value in asdict(measured).items() if value is not None}
    return {**{name: _FORMS.get(name, str)(value) for name, value in known.items()}, **_derived(measured)}


def number(value: float, digits: int = 3) -> str:
    """Short: 0.0646, 610, 1.2e−7, infinite."""
    if math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "−∞" if value < 0 else "infinity"
    if value == 0:
        return "0"
    size = abs(value)
    text = f"{value:.{digits}g}" if 1e-4 <= size < 10**digits else f"{value:.{digits - 1}e}"
    if 10**digits - 0.5 <= size < WRITTEN_OUT:
        text = f"{value:,.0f}"
    mantissa, _, exponent = text.partition("e")
    return (f"{mantissa}e{int(exponent)}" if exponent else mantissa).replace("-", "−")


def apart(low: float, high: float) -> tuple[str, str]:
    """Two numbers, with as many digits as it takes to see that they are not one: 2.3025 and 2.3026."""
    pairs = ((number(low, digits), number(high, digits)) for digits in range(3, 18))
    return next((pair for pair in pairs if low == high or pair[0] != pair[1]), (number(low), number(high)))


def percent(share: float) -> str:
    """0.0312 → "3.1 %"; a small one keeps a digit."""
    size = 100 * abs(share)
    if share == 0:
        return "0 %"
    if size >= WRITTEN_OUT:
        return f"{number(100 * share, 2)} %"
    text = f"{100 * share:,.1f}" if size >= 1 else f"{100 * share:.2g}" if size >= 1e-3 else number(100 * share, 2)
    return f"{text.removesuffix('.0')} %".replace("-", "−")


def counted(count: int, one: str, many: str) -> str:
    """ "1 minimum", "2 minima"."""
    return f"{count:,} {one if count == 1 else many}"


def _of(one: str, many: str) -> Callable[[int], str]:
    return lambda count: counted(count, one, many)


def _place(place: tuple[float, float]) -> str:
    return f"({', '.join(number(part) for part in place)})"


def _list(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def _hidden(count: int) -> str:
    return counted(count, "critical point is", "critical points are")


def _whole(count: int) -> str:
    return f"{count:,}"


_FORMS: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(("lowest", "highest", "cap", "first_loss", "last_loss", "gap", "residual_largest"), number),
    **dict.fromkeys(
        (
            "centre_true",
            "centre_here",
            "test_here",
            "barrier",
            "curve_barrier",
            "straight_barrier",
            "lambda_max",
            "lambda_min",
        ),
        number,
    ),
    **dict.fromkeys(("explained", "walk", "residual_share", "gradient_gain"), percent),
    **dict.fromkeys(("points", "nodes", "open_nodes", "diverged", "dips", "ratio_points", "ratio_over"), _whole),
    "lowest_at": _place,
    "highest_at": _place,
    "examples_between": lambda counts: f"from {counts[0]:,} to {counts[1]:,} examples",
    "lowest_cells": lambda cells: number(cells, 2),
    "decades": lambda decades: f"{decades:.1f}",
    "minima": _of("minimum", "minima"),
    "saddles": _of("saddle", "saddles"),
    "maxima": _of("maximum", "maxima"),
    "hidden": _hidden,
    "candidates": _of("critical point", "critical points"),
    "euler": lambda count: str(count).replace("-", "−"),
    "euler_due": lambda count: str(count).replace("-", "−"),
    "parameters": _of("parameter", "parameters"),
    "checkpoints": _of("checkpoint", "checkpoints"),
    "examples": _of("example", "examples"),
    "held": _whole,
    "on_plane": _of("lies", "lie"),
    "outside": _whole,
    "stretch": lambda ratio: number(ratio, 2),
    "valley": lambda ratio: number(ratio, 2),
    "gap_factor": lambda ratio: number(ratio, 3),
    "resting": _list,
    "unknown": _list,
}


def _derived(m: Measured) -> dict[str, str]:
    """Texts of more than one number, or of one in other words."""
    texts = {
        "ground": "line" if m.is_line else "plane",
        "slice": "line" if m.is_line else "slice",
        "alternating": "minima − maxima" if m.is_line else "minima − saddles + maxima",
        "surface": "line" if m.is_line else "surface",
        "under": _under(m),
        "unsure": str(m.refuted + m.moved),
        "rim": "end" if m.is_line else "rim",
        "on_rim": "at an end" if m.is_line else "on the rim",
        "components": "one component" if m.is_line else "two components",
    }
    if m.connected and m.checkpoints is not None:
        texts["checkpoints"] = counted(m.checkpoints, "point of the curve", "points of the curve")
    if m.is_line:
        places = {"lowest_at": m.lowest_at, "highest_at": m.highest_at}
        texts |= {name: f"α = {number(place[0])}" for name, place in places.items() if place is not None}
    beside = 0 if m.minima is None or m.inside is None else m.minima - m.inside
    texts["rim_minima"] = counted(beside, "minimum", "minima")
    texts["edge"] = f", {beside:,} of them {texts['on_rim']}" if beside else ""
    if m.saddles is not None and m.maxima is not None:
        texts["others"] = _others(m.saddles, m.maxima)
    if m.lowest is not None and m.highest is not None:
        texts["lowest"], texts["highest"] = apart(m.lowest, m.highest)
    if m.error is not None:
        texts["error"] = _error(m.error, relative=m.relative)
    if m.gap is not None and m.gap_factor is not None:
        whose = "" if m.gaps_of_one else "and those of another checkpoint by up to "
        texts["gaps"] = f"{number(m.gap)}, {whose}a factor of {number(m.gap_factor)}"
    if m.deepest is not None:
        texts["deepest"] = depth(m.deepest, m.relative)
    if m.cosine is not None:
        texts["angle"] = f"{math.degrees(math.acos(min(max(m.cosine, -1.0), 1.0))):.4g} degrees"
    if m.bits is not None:
        texts["rounding"] = percent(2.0**-m.bits)
    if m.examples:
        texts["sampling"] = percent(m.examples**-0.5)
    return texts


def _under(m: Measured) -> str:
    """What lies under a checkpoint: the surface, or where that is of another metric the plane."""
    return "line" if m.is_line else "surface" if m.path_metric == m.metric else "plane"


def _others(saddles: int, maxima: int) -> str:
    """Critical points besides the minima, as far as there are any."""
    kinds = (counted(saddles, "saddle", "saddles"), saddles), (counted(maxima, "maximum", "maxima"), maxima)
    return " and ".join(text for text, count in kinds if count)


def _error(error: float, *, relative: bool) -> str:
    """How far a value may be off: a difference, a share, or a factor where a share would reach below 0."""
    if not relative:
        return f"± {number(error, 2)}"
    share = grown(error)
    return f"± {percent(share)}" if share <= 1 else f"a factor of {number(1 + share, 2)}"


def depth(persistence: float, relative: bool) -> str:
    """How high water rises in a basin: of logarithms a factor, in per cent while that is small."""
    if not relative:
        return f"{number(persistence)}{FLOOR}"
    factor = math.exp(persistence) if persistence < 700 else math.inf
    return f"{percent(factor - 1)}{FLOOR}" if factor < 2 else f"{number(factor)} times its floor"
