"""Controls for a scale: its kind, and which values it tells apart."""

import math
from dataclasses import replace

from imgui_bundle import imgui

from compute.scale import Scale, ScaleKind
from explorer.gui.fields import Drafts, check, choice, coloured, grey
from explorer.looks.limits import within
from explorer.looks.theme import Rgba
from explorer.looks.view import Scaling
from explorer.writing.ticks import tick_label

INFINITY = float("inf")
KINDS: tuple[ScaleKind | None, ...] = (None, *ScaleKind)
AUTOMATIC, EVERYTHING, VALUE, PERCENTILE = "automatic", "none", "a value", "a percentile"
_POSITIVE = "on a log scale it has to be above 0"
_WORDS = {ScaleKind.LINEAR: "linear", ScaleKind.LOG: "log", ScaleKind.SYMLOG: "symlog"}


def scaling_fields(scaling: Scaling, scale: Scale, drafts: Drafts, name: str, alert: Rgba) -> Scaling:
    """Kind, cap and floor of a scale; ``scale`` is what came of them, ``name`` tells one of several apart. In the
    colour ``alert`` is said what of them has no effect."""
    asked = scaling
    scaling = _kind(scaling, scale, name)
    scaling = _cap(scaling, scale, drafts, name)
    floor = drafts.number(f"floor##{name}", scaling.floor,
                          "Nothing is told apart below this value, in units of the metric; empty: the lowest value",
                          tick_label(float(f"{scale.low:.3g}")))  # fmt: skip
    if floor != scaling.floor:
        scaling = replace(scaling, floor=floor)
    if scaling.floor is not None or _has_value(scaling):
        fixed = check(f"fixed ends##{name}", scaling.fixed,
                      "Floor and cap are the ends of the scale even where no value gets there, so that pictures "
                      "can be compared")  # fmt: skip
        scaling = replace(scaling, fixed=fixed)
    for line in ignored(asked, scale):
        coloured(line, alert)
    grey(scale.reason)
    return scaling


def ignored(scaling: Scaling, scale: Scale) -> list[str]:
    """A line for the floor and one for the cap, where the scale that came of them had to leave them aside."""
    if math.isinf(scale.bottom):
        return []  # nothing is measured yet
    lines = []
    if scaling.floor is not None and scale.low != scaling.floor:
        lines.append(f"floor {scaling.floor:.4g} is ignored: {_why_no_floor(scaling.floor, scaling, scale)}")
    if _has_value(scaling) and scaling.cap is not None and scaling.cap < scale.high:
        lines.append(f"cap {scaling.cap:.4g} is ignored: {_why_no_cap(scaling.cap, scale)}")
    return lines


def _why_no_floor(floor: float, scaling: Scaling, scale: Scale) -> str:
    if scale.log and floor <= 0:
        return _POSITIVE
    if _has_value(scaling) and scaling.cap is not None and scaling.cap <= floor:
        return f"it has to be below the cap, {scaling.cap:.4g}"
    return f"it has to be below the highest value shown, {scale.high:.4g}"


def _why_no_cap(cap: float, scale: Scale) -> str:
    if scale.log and cap <= 0:
        return _POSITIVE
    lowest = scale.low if scale.log and scale.bottom <= 0 else scale.bottom
    return f"it has to be above the lowest value, {lowest:.4g}"


def _kind(scaling: Scaling, scale: Scale, name: str) -> Scaling:
    def word(kind: ScaleKind | None) -> str:
        return f"automatic ({_WORDS[scale.kind]})" if kind is None else _WORDS[kind]

    tip = (
        "Linear: equal differences are equal steps. Log: equal factors are. Symlog: log on both sides of zero. "
        "Automatic takes the log when the values span two decades"
    )
    kind = choice(f"scale##{name}", KINDS, scaling.kind, word, tip)
    return scaling if kind is scaling.kind else replace(scaling, kind=kind)


def _cap(scaling: Scaling, scale: Scale, drafts: Drafts, name: str) -> Scaling:
    """Above which value nothing more is told apart."""
    options = (AUTOMATIC, EVERYTHING, VALUE, PERCENTILE)
    tip = "Values above are cut off: automatic, at a value in units of the metric, or at a percentile of the values"
    shown = _cap_kind(scaling)
    chosen = choice(f"cap##{name}", options, shown, lambda option: _cap_word(option, scale), tip)
    if chosen != shown:
        scaling = _with_cap(scaling, chosen, scale)
    if scaling.percentile is not None:
        changed, percentile = imgui.slider_float(f"percentile##{name}", scaling.percentile, 50.0, 100.0, "%.1f %%",
                                                 imgui.SliderFlags_.always_clamp.value)  # fmt: skip
        if changed:
            scaling = replace(scaling, percentile=within("height.percentile", percentile))
    elif _has_value(scaling):
        cap = drafts.number(f"cap at##{name}", scaling.cap, "The highest value told apart, in units of the metric")
        scaling = scaling if cap == scaling.cap else replace(scaling, cap=cap)
    return scaling


def _cap_word(option: str, scale: Scale) -> str:
    if option != AUTOMATIC:
        return option
    at = "all" if scale.high >= scale.top else tick_label(float(f"{scale.high:.3g}"))
    return f"automatic ({at})"


def _cap_kind(scaling: Scaling) -> str:
    if scaling.percentile is not None:
        return PERCENTILE
    if scaling.cap is None:
        return AUTOMATIC
    return EVERYTHING if scaling.cap == INFINITY else VALUE


def _with_cap(scaling: Scaling, kind: str, scale: Scale) -> Scaling:
    """The cap of another kind, beginning where it is."""
    caps = {EVERYTHING: INFINITY, VALUE: float(f"{scale.high:.4g}")}
    return replace(scaling, cap=caps.get(kind), percentile=95.0 if kind == PERCENTILE else None)


def _has_value(scaling: Scaling) -> bool:
    return scaling.percentile is None and scaling.cap is not None and scaling.cap != INFINITY
