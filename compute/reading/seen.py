"""What is seen. Conditions, thresholds and sources: docs/reading.md."""

from compute.reading.measured import CONVEX
from compute.reading.noise import ERROR_LARGE, too_coarse
from compute.reading.rule import Rule, Tone, Topic, above, always, at_least, at_most, of_losses
from compute.reading.ways import WAYS
from compute.scale import LOG_DECADES

AT_CENTRE = 1.0  # cells: a grid does not tell places apart that are nearer

RANGE: Topic = (
    Rule(
        "seen.nothing",
        Tone.UNKNOWN,
        "Nothing finite has been measured yet, so there is nothing to read.",
        lambda m: m.lowest is None,
    ),
    Rule(
        "seen.flat",
        Tone.CAUTION,
        "Every finite {metric} that is measured is {lowest}: there is no shape to read.",
        lambda m: m.is_flat,
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
        "seen.highest",
        Tone.PLAIN,
        "Its highest measured value, {highest}, is at {highest_at}.",
        lambda m: m.highest_at is not None and not m.is_loss,
    ),
    Rule(
        "seen.lowest-rim",
        Tone.CAUTION,
        "Its lowest measured point is at {lowest_at}, {on_rim}. Nothing says that it would not fall further beyond.",
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
        lambda m: above(m.lowest_cells, AT_CENTRE) and m.lowest is not None and above(m.centre_here, m.lowest),
        AT_CENTRE,
    ),
    Rule("seen.lowest", Tone.PLAIN, "Its lowest measured point is at {lowest_at}.", lambda m: m.lowest_at is not None),
)
BASINS: Topic = (
    Rule(
        "seen.one-unjudged",
        Tone.UNKNOWN,
        "There is one minimum on this grid. Not known: whether there are others between its points, for there is no "
        "error bar.",
        lambda m: m.minima == 1 and m.error_share is None,
        1,
    ),
    Rule(
        "seen.one-stands-out",
        Tone.UNKNOWN,
        "Of the minima of this {slice} the lowest one alone stands out. Not known: whether there are others, for the "
        "grid is too coarse to tell.",
        lambda m: m.minima == 1 and too_coarse(m),
        ERROR_LARGE,
    ),
    Rule(
        "seen.one-open",
        Tone.PLAIN,
        "Of the minima of this {slice} the lowest one alone stands out, and {on_rim} the {surface} is as low, or "
        "lower: not all sides of it are in the picture.",
        lambda m: m.minima == 1 and m.inside == 0,
        0,
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
        "There are {minima} that stand out{edge}. The deepest besides the lowest one fills with water up to {deepest} "
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
        "kind, {moved}; none found near {refuted}.",
        lambda m: at_least(m.candidates, 1),
        1,
    ),
)
SEEN = (RANGE, LOWEST, *of_losses(BASINS), *WAYS, CURVATURE, SHARPNESS, VERIFIED)
