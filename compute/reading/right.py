"""Is my plot right? Conditions, thresholds and sources: docs/reading.md."""

from compute.reading.measured import Measured
from compute.reading.rule import Rule, Tone, Topic, above, always, at_most

SKEW = 0.1  # |cosine| of the axes: 84 degrees
STRETCH = 1.25  # longer axis over shorter
SAME_LOSS = 0.01  # relative: the tolerance to which a surface is measured

COUNTS: Topic = (
    Rule(
        "right.counts",
        Tone.GOOD,
        "{alternating} is {euler}, as the measured ground demands.",
        lambda m: m.euler is not None and m.euler == m.euler_due,
    ),
    Rule(
        "right.counts-wrong",
        Tone.CAUTION,
        "{alternating} is {euler}, and the measured ground demands {euler_due}: please report this.",
        lambda m: m.euler is not None and m.euler_due is not None,
    ),
)
CENTRE: Topic = (
    Rule(
        "right.centre",
        Tone.GOOD,
        "In the centre the {surface} has the {metric} of the checkpoint that is there: {centre_here}.",
        lambda m: at_most(_off(m), SAME_LOSS),
        SAME_LOSS,
    ),
    Rule(
        "right.centre-wrong",
        Tone.CAUTION,
        "In the centre the {surface} is at {centre_here}, and the checkpoint that is there has {centre_true}: they "
        "were measured on other examples, in another precision or with other buffers.",
        lambda m: above(_off(m), SAME_LOSS),
        SAME_LOSS,
    ),
    Rule(
        "right.centre-unknown",
        Tone.UNKNOWN,
        "Not known: whether the {surface} has the right value in the centre. No measured value lies there, or no "
        "checkpoint whose {metric} is known.",
        always,
    ),
)


def _off(m: Measured) -> float | None:
    """|surface − checkpoint| in the centre, of the checkpoint's loss."""
    if m.centre_here is None or m.centre_true is None:
        return None
    return abs(m.centre_here - m.centre_true) / max(abs(m.centre_true), 1e-12)


COMPLETE: Topic = (
    Rule(
        "right.open",
        Tone.CAUTION,
        "{open_nodes} of {nodes} points of the finest level are neither measured nor known well enough: the picture is "
        "not finished.",
        lambda m: m.open_nodes >= 1,
        1,
    ),
    Rule(
        "right.complete",
        Tone.GOOD,
        "All {nodes} points of the grid are measured.",
        lambda m: m.points >= max(m.nodes, 1),
    ),
    Rule(
        "right.settled",
        Tone.GOOD,
        "All points that are drawn are measured, or known to within the tolerance of the measuring.",
        lambda m: m.points > 0 and m.within_tolerance is True,
    ),
    Rule(
        "right.beyond",
        Tone.CAUTION,
        "Some points are not measured, and the error bar is larger than the tolerance of the measuring: the grid has "
        "no finer level for what is still in doubt.",
        always,
    ),
)
ANGLE: Topic = (
    Rule(
        "right.skewed",
        Tone.CAUTION,
        "The axes are at {angle}, but drawn at 90: round basins look like slanted ones.",
        lambda m: m.cosine is not None and abs(m.cosine) > SKEW,
        SKEW,
    ),
    Rule("right.square", Tone.GOOD, "The axes are at {angle}, and drawn at 90.", lambda m: m.cosine is not None, SKEW),
)
LENGTHS: Topic = (
    Rule(
        "right.stretched",
        Tone.CAUTION,
        "One unit of the one axis is {stretch} times as long in weight space as one of the other, and both are drawn "
        "alike: round basins look long.",
        lambda m: above(m.stretch, STRETCH),
        STRETCH,
    ),
)
WRITTEN: Topic = (
    Rule(
        "right.not-written",
        Tone.UNKNOWN,
        "Not known: {unknown}. Without that nobody can repeat the picture, and nobody can say from the file alone "
        "whether it is right.",
        lambda m: m.points > 0 and len(m.unknown) >= 1,
        1,
    ),
    Rule(
        "right.written",
        Tone.GOOD,
        "Model, data, directions, seed and software are on record: the picture can be repeated.",
        always,
    ),
)
RIGHT = (COUNTS, CENTRE, COMPLETE, ANGLE, LENGTHS, WRITTEN)
