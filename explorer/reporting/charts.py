"""The path of the training as a drawing in the page: losses and distances by step."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from compute.landscape import Floats, Trajectory
from explorer.reporting.markup import Markup, element
from explorer.writing.ticks import linear_ticks, log_ticks, tick_labels

# As attributes too, for readers that know no style sheets in drawings: the style takes their place.
LINES = {"own": "#c2410c", "under": "#0a6f80", "away": "#6b5a9e"}
DASHES = {"under": "5 3"}
TEXTS = {"tick": ("#566070", "11"), "name": ("#171b21", "12")}
FRAME = "#d9dee6"

WIDTH, HEIGHT = 520.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 58.0, 12.0, 26.0, 40.0  # room around the frame
MOST_DOTS = 80  # checkpoints more than these are a line without dots
LOG_FACTOR = 10.0  # span of positive values from which on the logarithm shows more


@dataclass(frozen=True, eq=False)
class Series:
    """Values by step, and the class that the style knows them by."""

    name: str
    style: str
    values: Floats


def path_charts(path: Trajectory, metric: str, ground: str, *, connected: bool = False) -> list[Markup]:
    """A figure for losses, one for distances from the ground; those of which something is known. ``connected``: the
    path is a curve in the plane itself."""
    if connected:
        along = _known([Series(f"{metric} along the curve", "own", path.loss)])
        return (
            [_figure(path.epoch, along, "The curve from the first network, 0, to the second, 1.", "t")] if along else []
        )
    losses = _known([Series(f"{metric} of the checkpoint", "own", path.loss),
                     Series(f"{metric} of the {ground} under it", "under", path.plane_loss)])  # fmt: skip
    away = _known([Series(f"distance from the {ground}", "away", path.residual)])
    found = []
    if losses:
        both = "The path: what the checkpoints are, and what is drawn under them."
        found.append(
            _figure(path.step, losses, both if len(losses) > 1 else f"The path: its {metric}, as far as known.")
        )
    if away:
        found.append(_figure(path.step, away, f"The path: how far the checkpoints lie off the {ground}."))
    return found


def _known(series: Sequence[Series]) -> list[Series]:
    return [each for each in series if np.isfinite(each.values).any()]


def _figure(step: Floats, series: Sequence[Series], caption: str, name: str = "step") -> Markup:
    return element("figure", _drawing(step, series, name), element("figcaption", caption))


def _drawing(step: Floats, series: Sequence[Series], name: str) -> Markup:
    values = np.concatenate([each.values[np.isfinite(each.values)] for each in series])
    low, high = float(values.min()), float(values.max())
    log = low > 0 and LOG_FACTOR <= high / low < math.inf
    if not high > low:
        low, high = low - 0.5 * abs(low or 1.0), high + 0.5 * abs(high or 1.0)
    down, across = _scale(low, high, log), _scale(float(step.min()), float(step.max()), log=False)
    x = LEFT + (WIDTH - LEFT - RIGHT) * across(step)
    ticks = log_ticks(low, high) if log else linear_ticks(low, high)
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = [element("title", _title(series))]
    for tick, text in zip(ticks, tick_labels(ticks), strict=True):
        y = float(_down(down(np.array([tick])))[0])
        parts.append(_line(LEFT, y, right, y))
        parts.append(_text(LEFT - 7, y + 4, text, "tick", "end"))
    steps = [
        tick for tick in linear_ticks(float(step.min()), float(step.max())) if name != "step" or tick == round(tick)
    ]
    for tick in steps:
        place = LEFT + (right - LEFT) * float(across(np.array([tick]))[0])
        parts.append(_line(place, bottom, place, bottom + 4))
        parts.append(_text(place, bottom + 18, f"{tick:,.10g}", "tick", "middle"))
    parts.append(_text((LEFT + right) / 2, HEIGHT - 5, name, "name", "middle"))
    for each in series:
        parts += _curve(x, _down(down(each.values)), each.style)
    parts += _key(series, log)
    return element("svg", *parts, viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", role="img", aria_label=_title(series))


def _scale(low: float, high: float, log: bool) -> Callable[[Floats], Floats]:
    """Values to shares of the way from low to high."""
    ends = (math.log(low), math.log(high)) if log else (low, high)
    span = ends[1] - ends[0] or 1.0

    def share(values: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            found: Floats = ((np.log(values) if log else values) - ends[0]) / span
        return found

    return share


def _down(share: Floats) -> Floats:
    places: Floats = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share
    return places


def _curve(x: Floats, y: Floats, style: str) -> list[Markup]:
    """A line with gaps where a value is not finite, and its points."""
    there = np.isfinite(y) & np.isfinite(x)
    cuts = np.flatnonzero(np.diff(there.astype(int))) + 1
    pieces = [piece for piece in np.split(np.arange(len(x)), cuts) if there[piece[0]]]
    lines = [
        element("polyline", points=" ".join(f"{x[k]:.1f},{y[k]:.1f}" for k in piece), fill="none", **_stroke(style))
        for piece in pieces
        if len(piece) > 1
    ]
    if np.count_nonzero(there) > MOST_DOTS:
        return lines
    dots = [
        element("circle", class_=f"{style}-dot", cx=f"{x[k]:.1f}", cy=f"{y[k]:.1f}", r="3", fill=LINES[style])
        for k in np.flatnonzero(there).tolist()
    ]
    return [*lines, *dots]


def _key(series: Sequence[Series], log: bool) -> list[Markup]:
    """Names of the lines above the frame."""
    place, parts = LEFT, []
    for each in series:
        parts.append(element("line", x1=f"{place:g}", x2=f"{place + 22:g}", y1="12", y2="12", **_stroke(each.style)))
        parts.append(_text(place + 28, 16, each.name, "name", "start"))
        place += 28 + 6.6 * len(each.name) + 14
    if log:
        parts.append(_text(WIDTH - RIGHT, HEIGHT - 5, "log scale", "tick", "end"))
    return parts


def _title(series: Sequence[Series]) -> str:
    return " and ".join(f"{each.name}: {_ends(each.values[np.isfinite(each.values)])}" for each in series)


def _ends(values: Floats) -> str:
    return f"from {values[0]:.3g} at the first to {values[-1]:.3g} at the last"


def _line(x1: float, y1: float, x2: float, y2: float) -> Markup:
    ends = {"x1": f"{x1:.1f}", "y1": f"{y1:.1f}", "x2": f"{x2:.1f}", "y2": f"{y2:.1f}"}
    return element("line", class_="frame", stroke=FRAME, **ends)


def _stroke(style: str) -> dict[str, str | None]:
    return {"class_": style, "stroke": LINES[style], "stroke_width": "2", "stroke_dasharray": DASHES.get(style)}


def _text(x: float, y: float, text: str, style: str, anchor: str) -> Markup:
    colour, size = TEXTS[style]
    return element(
        "text", text, class_=style, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor, fill=colour, font_size=size
    )
