"""Why is it not a bowl? Conditions, thresholds and sources: docs/reading.md."""

from compute.reading.measured import Measured
from compute.reading.noise import ERROR_LARGE, too_coarse
from compute.reading.rule import Rule, Tone, Topic, always, at_least
from compute.scale import LOG_DECADES

VALLEY = 10.0  # curvature across over curvature along: ellipses more than three times as long as wide


def _is_bare(m: Measured) -> bool:
    """Whether nothing but one minimum stands out."""
    return m.minima == 1 and not m.saddles and not m.maxima


SHAPE: Topic = (
    Rule(
        "bowl.rim",
        Tone.CAUTION,
        "Its lowest point lies on the rim, so the bottom of the bowl is not in the picture. Measure a wider range.",
        lambda m: m.minima is not None and m.lowest_on_rim is True,
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
        "bowl.several",
        Tone.PLAIN,
        "It has {minima} that stand out from noise, so it has several bowls.",
        lambda m: at_least(m.minima, 2),
        2,
    ),
    Rule(
        "bowl.bumps",
        Tone.PLAIN,
        "It has one minimum, and besides {saddles} and {maxima} that stand out: a bowl with bumps.",
        lambda m: m.minima == 1,
        1,
    ),
    Rule(
        "bowl.unknown",
        Tone.UNKNOWN,
        "Not known: no level of the grid is complete, so nothing can be counted.",
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
        "The first axis is the way that the training took, from a loss of {first_loss} to {last_loss}. So the plane "
        "shows a descent with a basin at its end; a bowl around the end is what random directions show.",
        lambda m: m.directions == "pca" and _falls(m),
    ),
    Rule(
        "bowl.path-plane-unknown",
        Tone.PLAIN,
        "The first axis is the way that the training took, so the plane shows a descent; a bowl around its end is what "
        "random directions show.",
        lambda m: m.directions == "pca",
    ),
)


def _falls(m: Measured) -> bool:
    return m.first_loss is not None and m.last_loss is not None and m.first_loss > m.last_loss


SIDES: Topic = (
    Rule(
        "bowl.valley",
        Tone.PLAIN,
        "In the centre the surface bends {valley} times as much across as along: a valley.",
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
BOWL = (SHAPE, LOGARITHM, PLANE, SIDES, CUT)
