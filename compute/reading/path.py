"""Why does the path not lie on the surface? Conditions, thresholds and sources: docs/reading.md."""

from compute.reading.rule import Rule, Tone, Topic, above, at_least, at_most

FAR = 0.35  # residual share at which a plane that follows a training is fitted anew
ON_SURFACE = 1.1  # ratio of two losses: neighbouring isolines of 24 over one decade

GAP: Topic = (
    Rule("path.none", Tone.PLAIN, "There is no path in this landscape.", lambda m: m.points > 0 and not m.checkpoints),
    Rule(
        "path.curve",
        Tone.GOOD,
        "It does: it is a curve in this plane, and was laid there.",
        lambda m: m.connected and at_least(m.checkpoints, 1),
    ),
    Rule(
        "path.gap-unknown",
        Tone.UNKNOWN,
        "Not known: the checkpoints' own losses, or those of the {under} under them. The path is drawn on the "
        "{surface}, wherever its losses are.",
        lambda m: at_least(m.checkpoints, 1) and m.gap is None,
    ),
    Rule(
        "path.on-surface",
        Tone.GOOD,
        "It does: the loss of the {under} under a checkpoint is nowhere more than {gap_factor} times its own, or that "
        "part of it.",
        lambda m: at_least(m.checkpoints, 1) and at_most(m.gap_factor, ON_SURFACE),
        ON_SURFACE,
    ),
    Rule(
        "path.off-surface",
        Tone.CAUTION,
        "A checkpoint's own loss and that of the {under} under it differ by up to {gaps}. The path is drawn on the "
        "{surface}; the chart of the path shows both.",
        lambda m: at_least(m.checkpoints, 1) and m.gap_factor is not None,
        ON_SURFACE,
    ),
    Rule(
        "path.gap",
        Tone.CAUTION,
        "A checkpoint's own loss and that of the {under} under it differ by up to {gap}. The path is drawn on the "
        "{surface}; the chart of the path shows both.",
        lambda m: at_least(m.checkpoints, 1),
    ),
)
DISTANCE: Topic = (
    Rule(
        "path.far",
        Tone.CAUTION,
        "The checkpoints lie off the {ground}: on average {residual_share} of the path's spread, the farthest by "
        "{residual_largest}. What is drawn is their shadow, and the ground under a shadow is another network.",
        lambda m: not m.connected and above(m.residual_share, FAR),
        FAR,
    ),
    Rule(
        "path.near",
        Tone.PLAIN,
        "The checkpoints lie off the {ground} by {residual_share} of the path's spread on average, the farthest by "
        "{residual_largest}; a small step can still change the loss much where it is steep.",
        lambda m: not m.connected and m.residual_share is not None,
        FAR,
    ),
    Rule(
        "path.distance-unknown",
        Tone.UNKNOWN,
        "Not known: how far the checkpoints lie off the {ground}.",
        lambda m: not m.connected and at_least(m.checkpoints, 1),
    ),
)
ON_PLANE: Topic = (
    Rule(
        "path.on-plane",
        Tone.PLAIN,
        "Of {checkpoints} {on_plane} in the {ground} itself, which goes through there.",
        lambda m: at_least(m.on_plane, 1) and above(m.residual_largest, 0.0),
        1,
    ),
)
OUTSIDE: Topic = (
    Rule(
        "path.outside",
        Tone.CAUTION,
        "Beyond the measured range, where there is no {surface}: {outside} of {checkpoints}.",
        lambda m: m.outside >= 1,
        1,
    ),
)
PATH = (GAP, DISTANCE, ON_PLANE, OUTSIDE)
