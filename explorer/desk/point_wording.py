"""What is known about a critical point, and about the ways between two, in words."""

import math
from dataclasses import replace

import numpy as np

from compute.landscape import Domain
from compute.topology.critical_points import MINIMUM
from compute.verification import Outcome, Verdict
from explorer.desk.wording import factor_text, reading_line
from explorer.ground.critical import Critical, Place
from explorer.ground.marks import to_uv
from explorer.ground.picking import read
from explorer.ground.staging import Stage
from explorer.ground.ways import Ways

KINDS = ("minimum", "saddle", "maximum")  # by slice index
DIGITS = 3  # of a place, as a share of the domain
UNCHECKED = "not checked against the network"
LOSS_LETTERS = 8  # of a loss in a column
ON_NODE = 1e-6  # of a cell: what floats leave between a point and the node that it is
CLOSED = "leads through what diverged or is not measured"


def persistence_text(persistence: float, log: bool) -> str:
    """A persistence as it is read: a difference, or on a log scale a share, where that would be silly a factor."""
    if math.isnan(persistence):
        return "–"
    if math.isinf(persistence):
        return "∞"
    if not log:
        return f"{persistence:.3g}"
    return f"{100 * persistence:.2g} %" if persistence < 0.5 else f"× {factor_text(1 + persistence)}"


def loss_text(loss: float) -> str:
    """With three digits, or as many as a column has room for: a number that is cut off reads as a larger one."""
    texts = [f"{loss:.{digits}g}".replace("-", "−") for digits in (3, 2, 1)]
    return next((text for text in texts if len(text) <= LOSS_LETTERS), texts[-1])


def threshold_text(critical: Critical, threshold: float | None) -> str:
    """From which persistence on critical points are shown."""
    if threshold is None:
        return "twice the error bar" if critical.judged else "all: no error bar known"
    return f"above {persistence_text(threshold, critical.log)}" if threshold > 0 else "all are shown"


def point_line(stage: Stage, place: Place | None) -> str:
    """A critical point in one line: what it is of the slice, and what the network said. Empty where there is none."""
    critical = stage.critical
    number = critical.number(place)
    if number is None:
        return ""
    point, persistence = critical.points[number], float(critical.persistence[number])
    of = f"{KINDS[point.slice_index]} of this {'line' if stage.scene.domain.is_line else 'slice'}"
    if math.isinf(persistence) and point.slice_index == MINIMUM:
        what = f"deepest {of}"
    elif math.isnan(persistence):
        what = f"{of}, around a hole"
    else:
        what = f"{of}, persistence {persistence_text(persistence, critical.log)}"
    return f"{what}; {verdict_text(stage.verdicts.get((point.alpha, point.beta)), is_line=stage.scene.domain.is_line)}"


def point_lines(stage: Stage, place: Place, checkpoint: int | None = None) -> str:
    """The read-out at a critical point: its own place and loss, those of the list, and then its line."""
    critical = stage.critical
    number = critical.number(place)
    if number is None:
        return ""
    u, v = to_uv(stage.landscape.domain, *np.array([place]).T)[0].tolist()
    loss = float(critical.losses[number])
    reading = replace(read(stage.map, u, v, ON_NODE), loss=loss, checkpoint=checkpoint)
    return f"{reading_line(reading, stage)}\n{point_line(stage, place)}"


def verdict_text(verdict: Verdict | None, *, is_line: bool = False) -> str:
    """What became of a candidate."""
    if verdict is None:
        return UNCHECKED
    if verdict.outcome is Outcome.REFUTED:
        return f"refuted: {verdict.reason}"
    gradient = f"the full gradient there is still {verdict.gradient_norm:.2g}"
    if verdict.outcome is Outcome.VERIFIED:
        return f"verified: {gradient}"
    known = verdict.found_index is not None and verdict.found_index != verdict.slice_index
    kind = f" a {KINDS[verdict.found_index]}," if known and verdict.found_index is not None else ""
    way = math.dist((verdict.alpha, verdict.beta), verdict.found)
    return f"moved by {way:.2g} to{kind} {place_text(verdict.found, is_line=is_line)}: {gradient}"


def place_text(place: Place, *, is_line: bool = False) -> str:
    """Coordinates in the plane."""
    alpha, beta = (f"{part:.3g}".replace("-", "−") for part in place)
    return f"α {alpha}" if is_line else f"α {alpha}, β {beta}"


def short_place(place: Place, domain: Domain) -> str:
    """Coordinates to a thousandth of the domain or so, without their names."""
    axes = (domain.alpha,) if domain.is_line else (domain.alpha, domain.beta)
    parts = []
    for coordinate, (low, high) in zip(place, axes, strict=False):
        digits = min(max(DIGITS - math.ceil(math.log10(high - low)), 0), 9)
        parts.append(f"{round(coordinate, digits) + 0.0:.{digits}f}".replace("-", "−"))
    return ", ".join(parts)


def ways_text(ways: Ways, *, is_line: bool = False) -> str:
    """How high it goes from one minimum to another, in losses above the higher of the two; dashed and solid are the
    ways as they are drawn."""
    if is_line:
        if ways.at is None:
            return f"The line between them {CLOSED}."
        return f"Above the higher minimum: {ways.lowest_barrier:.3g} at {place_text(ways.at, is_line=True)}."
    closed = math.isinf(ways.straight_barrier)
    straight = f"straight on (dashed) it {CLOSED}" if closed else f"{ways.straight_barrier:.3g} straight on (dashed)"
    if ways.at is None:
        return "No way in this slice leads from one to the other."
    over = f"{ways.lowest_barrier:.3g} over the lowest pass (solid), at {place_text(ways.at)}"
    return f"Above the higher minimum: {over}; {straight}."
