"""What is seen. Conditions, thresholds and sources: docs/reading.md."""

from compute.reading.measured import CONVEX
from compute.reading.noise import ERROR_LARGE, too_coarse
from compute.reading.rule import Rule, Tone, Topic, above, always, at_least, at_most, below
from compute.scale import LOG_DECADES
from compute.topology.noise import NOISE_FACTOR

AT_CENTRE = 1.0  # cells: a grid does not tell places apart that are nearer

RANGE: Topic = (
    Rule(
        "seen.nothing",
        Tone.UNKNOWN,
        "Nothing finite has been measured yet, so there is nothing to read.",
        lambda m: m.lowest is None,
    ),
    Rule(
        "seen.decades",
        Tone.PLAIN,
        "The {metric} goes from {lowest} to {highest}, over {decades} decades. On a linear scale the lower ones would "
        "look flat, so the height is the logarithm of the value.",
        lambda m: at_least(m.decades, LOG_DECADES),
        LOG_DECADES,
    ),
    Rule("seen.range", Tone.PLAIN, "The {metric} goes from {lowest} to {highest}.", always),
)
LOWEST: Topic = (
    Rule(
        "seen.lowest-rim",
        Tone.CAUTION,
        "Its lowest measured point is at {lowest_at}, on the rim. Nothing says that it would not fall further beyond.",
        lambda m: m.lowest is not None and m.lowest_on_rim is True,
    ),
    Rule(
        "seen.lowest-centre",
        Tone.PLAIN,
        "Its lowest measured point, at {lowest_at}, is the centre to within one cell of the grid.",
        lambda m: at_most(m.lowest_cells, AT_CENTRE),
        AT_CENTRE,
    ),
    Rule(
        "seen.lowest-elsewhere",
        Tone.PLAIN,
        "Its lowest measured point, at {lowest_at}, is {lowest_cells} cells of the grid away from the centre: the "
        "network in the centre is not the best one of this {slice}.",
        lambda m: above(m.lowest_cells, AT_CENTRE) and not m.metric.endswith("accuracy"),
        AT_CENTRE,
    ),
    Rule("seen.lowest", Tone.PLAIN, "Its lowest measured point is at {lowest_at}.", lambda m: m.lowest_at is not None),
)
BASINS: Topic = (
    Rule(
        "seen.one-stands-out",
        Tone.UNKNOWN,
        "Of the minima of this {slice} the lowest one alone stands out. Not known: whether there are others, for the "
        "grid is too coarse to tell.",
        lambda m: m.minima == 1 and too_coarse(m),
        ERROR_LARGE,
    ),
    Rule(
        "seen.one-basin",
        Tone.PLAIN,
        "There is one basin: besides the lowest point, no minimum of this {slice} stands out.",
        lambda m: m.minima == 1,
        1,
    ),
    Rule(
        "seen.minima-unjudged",
        Tone.UNKNOWN,
        "There are {minima}. Not known: which of them are noise. The deepest besides the lowest one fills with water "
        "up to {deepest} before it runs over into a deeper one.",
        lambda m: at_least(m.minima, 2) and m.deepest is not None and m.error_share is None,
        2,
    ),
    Rule(
        "seen.basins",
        Tone.PLAIN,
        "There are {minima} that stand out. The deepest besides the lowest one fills with water up to {deepest} "
        "before it runs over into a deeper one.",
        lambda m: at_least(m.minima, 2) and m.deepest is not None,
        2,
    ),
    Rule(
        "seen.separate-basins",
        Tone.PLAIN,
        "There are {minima}, each in a piece of its own: what diverged lies between them.",
        lambda m: at_least(m.minima, 2),
        2,
    ),
)
PATH: Topic = (
    Rule(
        "seen.straight-way",
        Tone.PLAIN,
        "The straight line between the two networks nowhere rises above the line between their losses, so there is "
        "nothing to lead the curve around.",
        lambda m: at_most(m.straight_barrier, 0.0),
    ),
    Rule(
        "seen.way-around",
        Tone.PLAIN,
        "The straight line between the two networks rises {straight_barrier} above the line between their losses, the "
        "curve that is drawn {curve_barrier}: there is a way around.",
        lambda m: m.straight_barrier is not None and below(m.curve_barrier, m.straight_barrier),
    ),
    Rule(
        "seen.no-way-around",
        Tone.PLAIN,
        "The curve that is drawn rises {curve_barrier} above the line between the losses of the two networks, no less "
        "than the straight line between them, {straight_barrier}. A longer training of the curve may find a lower one.",
        lambda m: m.straight_barrier is not None and m.curve_barrier is not None,
    ),
    Rule(
        "seen.way",
        Tone.UNKNOWN,
        "The path is a curve between two networks. Not known: by how much it is lower than the straight line.",
        lambda m: m.connected,
    ),
    Rule(
        "seen.path",
        Tone.PLAIN,
        "The path has {checkpoints}; their own {path_metric} goes from {first_loss} to {last_loss}.",
        lambda m: m.checkpoints is not None and m.first_loss is not None and m.last_loss is not None,
    ),
    Rule(
        "seen.path-unknown",
        Tone.UNKNOWN,
        "The path has {checkpoints}. Not known: their own {path_metric}.",
        lambda m: m.checkpoints is not None,
    ),
)
BARRIER: Topic = (
    Rule(
        "seen.no-barrier",
        Tone.PLAIN,
        "Between the two ends there is no barrier: the {metric} rises {barrier} above the straight line between "
        "theirs, not more than twice the error bar.",
        lambda m: m.barrier is not None and at_most(m.barrier, m.barrier_noise or 0.0),
        NOISE_FACTOR,
    ),
    Rule(
        "seen.barrier",
        Tone.PLAIN,
        "Between the two ends there is a barrier: the {metric} rises {barrier} above the straight line between theirs.",
        lambda m: m.barrier is not None,
    ),
)
CURVATURE: Topic = (
    Rule(
        "seen.negative-curvature",
        Tone.CAUTION,
        "At {ratio_over} of {ratio_points} points where the Hessian over all weights was measured, its most negative "
        "eigenvalue is more than a tenth of its most positive one in size: there the loss is not convex, even where "
        "the slice looks so.",
        lambda m: at_least(m.ratio_over, 1),
        CONVEX,
    ),
    Rule(
        "seen.convex",
        Tone.PLAIN,
        "At all {ratio_points} points where the Hessian over all weights was measured, it has no negative eigenvalue "
        "of more than a tenth of its most positive one in size.",
        lambda m: at_least(m.ratio_points, 1),
        CONVEX,
    ),
)
SHARPNESS: Topic = (
    Rule(
        "seen.sharpness",
        Tone.PLAIN,
        "In the centre the steepest curvature of the full loss, the largest eigenvalue of its Hessian, is "
        "{lambda_max}.",
        lambda m: m.lambda_max is not None,
    ),
)
VERIFIED: Topic = (
    Rule(
        "seen.verified",
        Tone.PLAIN,
        "The network itself was asked about {candidates}: verified, to within a cell, {verified}; moved, or of another "
        "kind, {moved}; not there {refuted}.",
        lambda m: at_least(m.candidates, 1),
        1,
    ),
)
SEEN = (RANGE, LOWEST, BASINS, PATH, BARRIER, CURVATURE, SHARPNESS, VERIFIED)
