"""Why is it not a bowl? Conditions, thresholds and sources: docs/reading.md."""

from compute.reading.measured import Measured
from compute.reading.noise import ERROR_LARGE, too_coarse
from compute.reading.rule import Rule, Tone, Topic, always, at_least, of_losses, speaker
from compute.scale import LOG_DECADES

VALLEY = 10.0  # curvature across over curvature along: ellipses more than three times as long as wide


def _is_bare(m: Measured) -> bool:
    """Whether nothing but one minimum stands out."""
    return m.minima == 1 and not m.saddles and not m.maxima


def _is_one(m: Measured) -> bool:
    """Whether it is called a bowl, so that nothing has to be explained."""
    rule = speaker(SHAPE, m)
    return rule is not None and rule.id == "bowl.is-one"


SHAPE: Topic = (
    Rule(
        "bowl.nothing",
        Tone.UNKNOWN,
        "Not known: no value is finite.",
        lambda m: m.points > 0 and m.lowest is None,
    ),
    Rule(
        "bowl.flat",
        Tone.PLAIN,
        "It is flat, as far as it is measured: all finite values are equal.",
        lambda m: m.is_flat,
    ),
    Rule(
        "bowl.not-a-loss",
        Tone.PLAIN,
        "The height is the {metric}, of which more is better: what is a bowl of the loss is a summit here.",
        lambda m: m.points > 0 and not m.is_loss,
    ),
    Rule(
        "bowl.rim",
        Tone.CAUTION,
        "Its lowest measured point lies {on_rim}: if there is a bowl, its bottom may lie beyond the {rim}, or between "
        "the points of a grid too coarse for it. A wider range tells, or a finer grid.",
        lambda m: m.minima is not None and m.lowest_on_rim is True,
    ),
    Rule(
        "bowl.trough-unjudged",
        Tone.UNKNOWN,
        "No minimum inside stands out: {on_rim} the {surface} is as low as at any grid point inside, or lower. Not "
        "known: what lies between the points. A finer grid tells.",
        lambda m: m.inside == 0 and (m.error_share is None or too_coarse(m)),
        ERROR_LARGE,
    ),
    Rule(
        "bowl.trough",
        Tone.PLAIN,
        "No minimum inside stands out: {on_rim} the {surface} is as low as anywhere inside, or lower. A trough looks "
        "so, and a slope. A wider range tells.",
        lambda m: m.inside == 0,
        0,
    ),
    Rule(
        "bowl.one-unjudged",
        Tone.UNKNOWN,
        "It may be one: one minimum inside, no saddle and no summit on this grid. Not known: what lies between its "
        "points, for there is no error bar.",
        lambda m: _is_bare(m) and m.error_share is None,
        1,
    ),
    Rule(
        "bowl.unresolved",
        Tone.UNKNOWN,
        "Not known: one minimum stands out and nothing else, but the grid is too coarse to tell. A finer one may.",
        lambda m: _is_bare(m) and too_coarse(m),
        ERROR_LARGE,
    ),
    Rule(
        "bowl.is-one",
        Tone.PLAIN,
        "It is one: one minimum inside, no saddle and no summit that stand out.",
        _is_bare,
        1,
    ),
    Rule(
        "bowl.several-unjudged",
        Tone.UNKNOWN,
        "It has {minima}. Not known: which of them are noise.",
        lambda m: at_least(m.minima, 2) and m.error_share is None,
        2,
    ),
    Rule(
        "bowl.rim-minima",
        Tone.CAUTION,
        "It has one minimum inside that stands out, and {rim_minima} {on_rim}, where nothing says that the loss would "
        "not fall further beyond.",
        lambda m: at_least(m.minima, 2) and m.inside == 1,
        1,
    ),
    Rule(
        "bowl.several",
        Tone.PLAIN,
        "It has {minima} that stand out from noise{edge}, so it has several bowls.",
        lambda m: at_least(m.minima, 2),
        2,
    ),
    Rule(
        "bowl.bumps-unjudged",
        Tone.UNKNOWN,
        "It has one minimum, and besides it {others}. Not known: which of them are noise.",
        lambda m: m.minima == 1 and m.error_share is None,
        1,
    ),
    Rule(
        "bowl.bumps",
        Tone.PLAIN,
        "It has one minimum that stands out, and besides it {others}: a bowl with bumps.",
        lambda m: m.minima == 1,
        1,
    ),
    Rule(
        "bowl.unknown",
        Tone.UNKNOWN,
        "Not known: no level of the grid is complete, or no cell of it is finite at every corner, so nothing can be "
        "counted.",
        always,
    ),
)
LOGARITHM: Topic = (
    Rule(
        "bowl.logarithm",
        Tone.PLAIN,
        "Heights are logarithms, over {decades} decades. A parabola then looks like a funnel with a pointed bottom and "
        "flat shoulders.",
        lambda m: at_least(m.decades, LOG_DECADES),
        LOG_DECADES,
    ),
)
PLANE: Topic = (
    Rule(
        "bowl.path-plane",
        Tone.PLAIN,
        "The first axis is the direction in which the checkpoints differ most, and they come down from a loss of "
        "{first_loss} to {last_loss}. So the {ground} shows a descent; a bowl all around its end is rather what random "
        "directions show.",
        lambda m: m.directions == "pca" and not _is_one(m) and _falls(m),
    ),
    Rule(
        "bowl.path-plane-unknown",
        Tone.PLAIN,
        "The first axis is the direction in which the checkpoints differ most, so the {ground} shows where the "
        "training went; a bowl all around its end is rather what random directions show.",
        lambda m: m.directions == "pca" and not _is_one(m),
    ),
)


def _falls(m: Measured) -> bool:
    return m.first_loss is not None and m.last_loss is not None and m.first_loss > m.last_loss


SIDES: Topic = (
    Rule(
        "bowl.valley",
        Tone.PLAIN,
        "In the centre the {surface} bends {valley} times as much across as along: a valley.",
        lambda m: at_least(m.valley, VALLEY),
        VALLEY,
    ),
)
CUT: Topic = (
    Rule(
        "bowl.cut",
        Tone.PLAIN,
        "Values above {cap} are cut away, up to {highest}, so that one looks inside.",
        lambda m: m.cap is not None,
    ),
)
BOWL = (SHAPE, *of_losses(LOGARITHM, PLANE, SIDES, CUT))
