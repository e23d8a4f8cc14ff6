"""What is known about a place, in words."""

import math

import numpy as np

from compute.metric_names import is_share
from compute.reading.told import counted
from explorer.ground.marks import to_uv
from explorer.ground.picking import Reading, sample
from explorer.ground.runs import checkpoint_of
from explorer.ground.scene import shortened
from explorer.ground.staging import Stage

METRIC_LETTERS = 40
NO_LOSS = "its loss was not measured"
WRITTEN_OUT = 1e6  # a factor from here on has an exponent


def reading_line(reading: Reading | None, stage: Stage) -> str:
    """What the pointer is on, in words."""
    if reading is None:
        return ""
    beta = "" if stage.scene.domain.is_line else f"   β {reading.beta:.4g}"
    place = f"α {reading.alpha:.4g}{beta}".replace("-", "−")
    below = "" if reading.checkpoint is None else f"\n{checkpoint_line(stage, reading.checkpoint)}"
    if reading.state in ("diverged", "not measured"):
        return f"{place}   {reading.state}{below}"
    value = f"{shortened(stage.scene.metric, METRIC_LETTERS)} {reading.loss:.4g}".replace("-", "−")
    doubt = "" if reading.state == "measured" else _doubt(reading, stage)
    return f"{place}   {value}{doubt}{_colour(reading, stage)}   {reading.state}{below}"


def _colour(reading: Reading, stage: Stage) -> str:
    """The value of another metric that the surface is coloured by, bilinear between the measured points."""
    land, other = stage.landscape, stage.paint.other
    if other is None or land.domain.is_line:
        return ""
    place = to_uv(land.domain, np.array([reading.alpha]), np.array([reading.beta]))
    value = float(sample(other.nodes.values, place)[0])
    named = f"{shortened(stage.scene.colour_name, METRIC_LETTERS)} {value:.4g}".replace("-", "−")
    return f"   {named}" if math.isfinite(value) else ""


def checkpoint_line(stage: Stage, number: int) -> str:
    """A checkpoint by its number among those of all runs: its own loss, that of the ground below it, and how far it is
    from there; of several runs its run too. Empty where there is no such checkpoint."""
    found = checkpoint_of(stage.runs, number)
    if found is None:
        return ""
    (run, index), ground = found, "line" if stage.scene.domain.is_line else "plane"
    known = [
        ("true loss", run.path.loss),
        (f"on the {ground}", run.path.plane_loss),
        (f"distance from the {ground}", run.path.residual),
    ]
    parts = [f"{name} {values[index]:.4g}" for name, values in known if not math.isnan(values[index])]
    if parts and math.isnan(run.path.loss[index]):
        parts.insert(0, NO_LOSS)
    name = f"{shortened(run.name, METRIC_LETTERS)}, " if stage.scene.runs else ""
    return f"{name}checkpoint step {run.path.step[index]:,.10g}{': ' if parts else ''}{', '.join(parts)}"


def _doubt(reading: Reading, stage: Stage) -> str:
    """The error bar of one value. That of an accuracy, a share itself, is a difference: per cent of what, else?"""
    if is_share(stage.metric) and stage.map.nodes.relative and math.isfinite(reading.error):
        return f" ± {reading.loss * math.expm1(reading.error):.2g}"
    return error_bar(reading.error, stage.map.nodes.relative)


def error_bar(surplus: float, relative: bool) -> str:
    """A surplus in words: a difference, a percentage, or where that would be silly a factor."""
    if not math.isfinite(surplus):
        return ""
    if not relative:
        return f" ± {surplus:.2g}"
    share = math.expm1(surplus)
    return f" ± {100 * share:.2g} %" if share < 0.5 else f" within a factor of {factor_text(1 + share)}"


def factor_text(factor: float) -> str:
    """Two digits of a number from 1, without an exponent as long as it can be read: 1.4, 140, 140,000; 1.4e+09."""
    rounded = float(f"{factor:.2g}")
    return f"{rounded:,.10g}" if rounded < WRITTEN_OUT else f"{factor:.2g}"


def error_line(stage: Stage) -> str:
    """The error bar of the finest level, if there is one."""
    bar = error_bar(stage.map.nodes.surplus, stage.map.nodes.relative)
    columns, rows = (cells + 1 for cells in stage.map.cells)
    level = f"{columns} points" if stage.scene.domain.is_line else f"{columns} x {rows}"
    of = " of the value" if is_share(stage.metric) and bar.endswith("%") else ""
    return f"error bar{bar}{of}, level {level}" if bar else ""


def counts_line(stage: Stage) -> str:
    """How many critical points are shown, and how many are not."""
    minima, saddles, maxima = stage.standing.counts
    parts = [counted(minima, "minimum", "minima"), counted(saddles, "saddle", "saddles"),
             counted(maxima, "maximum", "maxima")]  # fmt: skip
    if stage.scene.domain.is_line:
        del parts[1]
    below = "twice the error bar" if stage.standing.threshold is None else "the threshold"
    hidden = f"; {stage.standing.hidden:,} more below {below}" if stage.standing.hidden else ""
    return f"{', '.join(parts)} of this {'line' if stage.scene.domain.is_line else 'slice'}{hidden}"
