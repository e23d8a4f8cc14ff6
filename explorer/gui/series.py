"""What the training plot draws, as numbers: the losses of all runs, and their distances from the plane."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Floats
from compute.recording.curve import Curve
from explorer.desk.wording import NO_LOSS
from explorer.ground.runs import RunPath, run_colour
from explorer.looks.theme import Rgb, Rgba, Theme

ROWS = 2000  # so many and fewer are drawn as they are
NOTHING = 1e-6  # of the largest distance: a shorter one is rounding
DECADES = 2.0  # values that span more are drawn on a log axis
CONTRAST = 3.0  # of a line with the panel, as WCAG counts it
FAINT = 0.45  # opacity of what was recorded at every step, behind the rest
TRUE, PLANE, RECORDED, DISTANCE = "true loss", "in the plane", "recorded", "distance"
HOW = {PLANE: "in the plane (dashed)", RECORDED: "recorded (thin)", DISTANCE: "distance (dotted)"}  # of several runs


@dataclass(frozen=True, eq=False)
class Series:
    """One line of the plot. ``kind`` says what it is of the run; ``name`` stands in the legend."""

    name: str
    kind: str  # TRUE, PLANE, RECORDED or DISTANCE
    step: Floats
    value: Floats
    colour: Rgba


@dataclass(frozen=True, eq=False)
class Training:
    """What there is to be drawn of some runs; ``curves`` are the recorded losses by the names of the runs."""

    runs: tuple[RunPath, ...]
    curves: Mapping[str, Curve]
    names: tuple[str, ...]  # of all runs
    losses: tuple[Series, ...]
    distances: tuple[Series, ...]

    @property
    def several(self) -> bool:
        """Whether runs have to be told apart."""
        return len(self.names) > 1

    @property
    def steps(self) -> tuple[float, float]:
        """The first and the last step of what is drawn."""
        ends = [(float(s.step.min()), float(s.step.max())) for s in (*self.losses, *self.distances) if len(s.step)]
        return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else (0.0, 0.0)


def training(
    runs: Sequence[RunPath], curves: Mapping[str, Curve], names: Sequence[str], theme: Theme, columns: int
) -> Training:
    """The series of some runs, thinned for a plot of so many pixels across. A run alone has the colours of the theme,
    one for each kind; of several each has its own, readable on the panel."""
    every = list(dict.fromkeys([*names, *(run.name for run in runs), *curves]))
    paths = {run.name: run.path for run in runs}
    losses: list[Series] = []
    distances: list[Series] = []
    for name in every:
        hue = on_panel(run_colour(every, name), theme)
        label = _labels(name, hue, theme) if len(every) > 1 else _labels_alone(theme)
        found: list[tuple[str, Floats, Floats]] = []
        if name in curves:
            found.append((RECORDED, curves[name].step.astype(np.float64), curves[name].loss))
        if name in paths:
            path = paths[name]
            of = ((PLANE, path.plane_loss), (TRUE, path.loss), (DISTANCE, _without_rounding(path.residual)))
            found += [(kind, *_known(path.step, value)) for kind, value in of]
        for kind, step, value in found:
            if np.isfinite(value).any():
                series = Series(label[kind][0], kind, *thinned(step, value, columns), label[kind][1])
                (distances if kind == DISTANCE else losses).append(series)
    losses.sort(key=lambda series: (RECORDED, PLANE, TRUE).index(series.kind))  # the last is drawn on top
    return Training(tuple(runs), curves, tuple(every), tuple(losses), tuple(distances))


def _known(step: Floats, value: Floats) -> tuple[Floats, Floats]:
    """Without the checkpoints of which nobody knows it, such as those that were removed before they were measured: the
    line goes from one known value to the next."""
    known = ~np.isnan(value)
    return step[known], value[known]


def _without_rounding(distance: Floats) -> Floats:
    """The centre lies in the plane: what rounding leaves of its distance is nothing."""
    known = distance[np.isfinite(distance)]
    least = NOTHING * known.max() if len(known) else 0.0
    return np.where(distance < least, 0.0, distance)


def _labels_alone(theme: Theme) -> dict[str, tuple[str, Rgba]]:
    panel = theme.panel
    colours = {RECORDED: (*panel.grey[:3], FAINT), PLANE: panel.alert, TRUE: panel.accent, DISTANCE: panel.text}
    return {kind: (kind, colour) for kind, colour in colours.items()}


def _labels(name: str, hue: Rgb, theme: Theme) -> dict[str, tuple[str, Rgba]]:
    """The run itself names its losses; what lies under and off the plane has one entry for all runs."""
    clear, faint = (*hue, 1.0), (*hue, FAINT)
    return {RECORDED: (name, faint), TRUE: (name, clear), PLANE: (HOW[PLANE], clear), DISTANCE: (HOW[DISTANCE], clear)}


def thinned(step: Floats, value: Floats, columns: int) -> tuple[Floats, Floats]:
    """The least and the largest value of each column of pixels, in the order in which they come, and both ends: the
    line through these looks like the line through all. What is few is kept as it is.

    Rows are taken together as long as they follow each other in a column; one without a finite value stays, as a gap.
    """
    if len(step) <= max(ROWS, 2 * columns):
        return np.asarray(step, np.float64), np.asarray(value, np.float64)
    low, high = float(np.min(step)), float(np.max(step))
    column = np.minimum((step - low) / max(high - low, 1e-300) * columns, columns - 1).astype(np.int64)
    first = np.flatnonzero(np.append(True, column[1:] != column[:-1]))
    group = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(step))))
    finite = np.isfinite(value)
    least, largest = np.where(finite, value, np.inf), np.where(finite, value, -np.inf)
    lowest = _first_of_each(group, least == np.minimum.reduceat(least, first)[group])
    highest = _first_of_each(group, largest == np.maximum.reduceat(largest, first)[group])
    kept = np.unique(np.concatenate([[0], lowest, highest, [len(step) - 1]]))
    return np.asarray(step[kept], np.float64), np.where(finite, value, np.nan)[kept]


def _first_of_each(group: NDArray[np.int64], wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The first row of each group that is wanted; groups are in order, and each has one."""
    rows = np.flatnonzero(wanted)
    first: NDArray[np.int64] = rows[np.append(True, group[rows][1:] != group[rows][:-1])]
    return first


def is_log(values: Sequence[Floats], *, zeros: bool = False) -> bool:
    """Whether positive values span so much that they need a log axis; ``zeros`` may occur, and are then left out."""
    if not values:
        return False
    every = np.concatenate(values)
    every = every[np.isfinite(every)]
    positive = every[every > 0]
    if not len(positive) or (len(positive) < len(every) and not (zeros and every.min() == 0)):
        return False
    return bool(np.log10(positive.max()) - np.log10(positive.min()) > DECADES)


def evenly(series: Series, every: float, *, log: bool) -> tuple[Floats, Floats]:
    """Places on the line of a series so many steps apart, for dots and dashes; on a log axis along its straight
    pieces, without what is not positive."""
    known = np.isfinite(series.value) & (~np.array(log) | (series.value > 0))
    step, value = series.step[known], series.value[known]
    if not len(step):
        return step, value
    at = np.append(np.arange(step[0], step[-1], max(every, 1e-300)), step[-1])
    return at, np.exp(np.interp(at, step, np.log(value))) if log else np.interp(at, step, value)


def loss_at(training: Training, name: str, step: float) -> float:
    """The recorded loss of a run at a step, else that of its checkpoints, on the line between two; NaN beyond."""
    curve, run = training.curves.get(name), next((run for run in training.runs if run.name == name), None)
    if curve is not None and len(curve.step):
        return _between(step, curve.step.astype(np.float64), curve.loss)
    return _between(step, *_known(run.path.step, run.path.loss)) if run is not None else math.nan


def _between(step: float, steps: Floats, losses: Floats) -> float:
    return float(np.interp(step, steps, losses, left=math.nan, right=math.nan)) if len(steps) else math.nan


def nearest_run(training: Training, step: float, loss: float, *, log: bool) -> str | None:
    """The run whose loss at a step is nearest to a place of the plot."""
    scale = (lambda x: math.log(x) if x > 0 else math.nan) if log else float
    away = {name: abs(scale(loss_at(training, name, step)) - scale(loss)) for name in training.names}
    known = {name: distance for name, distance in away.items() if not math.isnan(distance)}
    return min(known, key=lambda name: known[name]) if known else (training.names or (None,))[0]


def told(training: Training, name: str, step: float, index: int | None) -> str:
    """What is known of a run at one of its checkpoints, or else at a step."""
    run = next((run for run in training.runs if run.name == name), None)
    at = float(run.path.step[index]) if run and index is not None else float(round(step))
    known = [("{} recorded", loss_at(training, name, at))] if name in training.curves else []
    if run and index is not None:
        path = run.path
        known = [("loss {}", path.loss[index]), ("{} in the plane", path.plane_loss[index]), *known]
        known.append(("{} from the plane", path.residual[index]))
    parts = [form.format(f"{value:.4g}") for form, value in known if not math.isnan(value)]
    if parts and run and index is not None and math.isnan(run.path.loss[index]):
        parts.insert(0, NO_LOSS)
    lead = f"{name}, " if training.several else ""
    return f"{lead}step {at:,.10g}{': ' if parts else ''}{', '.join(parts)}"


def on_panel(colour: Rgb, theme: Theme) -> Rgb:
    """A colour, lighter or darker until it has some contrast with the panel."""
    ground, toward = _luminance(theme.panel.window_bg[:3]), 1.0 if theme.panel.dark else 0.0
    for share in np.linspace(0, 1, 41):
        r, g, b = (float(c + share * (toward - c)) for c in colour)
        low, high = sorted((_luminance((r, g, b)), ground))
        if (high + 0.05) / (low + 0.05) >= CONTRAST:
            break
    return r, g, b


def _luminance(colour: Rgb) -> float:
    """Relative luminance of sRGB, as WCAG 2.1 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
