"""What may not be concluded from a slice and a path. Conditions, thresholds and sources: docs/reading.md."""

from compute.reading.measured import Measured
from compute.reading.rule import Rule, Tone, Topic, above, always, at_most, below

LITTLE_VARIANCE, MUCH_VARIANCE = 0.4, 0.9  # of a path in its plane: what Li et al. 2018 found lies between
NOT_SETTLED = 0.01  # share of the loss that one more step of gradient descent would take away

SLICE: Topic = (
    Rule(
        "limits.line",
        Tone.PLAIN,
        "This is one direction out of {parameters}. A minimum of the line need not be one of the full loss, and a "
        "barrier on it may have a way around.",
        lambda m: m.points > 0 and m.is_line and m.parameters is not None,
    ),
    Rule(
        "limits.slice",
        Tone.PLAIN,
        "This is a slice, two directions out of {parameters}. A minimum of the slice need not be one of the full "
        "loss, and a ridge in it may have a way around.",
        lambda m: m.points > 0 and m.parameters is not None,
    ),
    Rule(
        "limits.slice-unknown",
        Tone.UNKNOWN,
        "This is a {slice}. Not known: out of how many directions. A minimum of the {slice} need not be one of the "
        "full loss, and a ridge in it may have a way around.",
        always,
    ),
)
CENTRE: Topic = (
    Rule(
        "limits.not-minimum",
        Tone.CAUTION,
        "The centre is not a minimum of the full loss: the smallest eigenvalue of its Hessian is {lambda_min}, and "
        "that is not rounding. The slice does not show the direction in which the loss falls.",
        lambda m: m.lambda_min is not None and m.lambda_doubt is not None and m.lambda_min < -m.lambda_doubt,
    ),
)
SETTLED: Topic = (
    Rule(
        "limits.not-settled",
        Tone.CAUTION,
        "The training had not come to rest in the centre: one more step of gradient descent on these examples would "
        "take about {gradient_gain} of the loss away.",
        lambda m: above(m.gradient_gain, NOT_SETTLED),
        NOT_SETTLED,
    ),
)


def _has_points(m: Measured) -> bool:
    return sum(count or 0 for count in (m.minima, m.saddles, m.maxima)) > 0


UNVERIFIED: Topic = (
    Rule(
        "limits.unverified",
        Tone.CAUTION,
        "Nothing here says that the critical points were checked against the network: they are those of the {surface} "
        "through the measured points.",
        lambda m: not m.candidates and _has_points(m),
    ),
)
VARIANCE: Topic = (
    Rule(
        "limits.variance-unknown",
        Tone.UNKNOWN,
        "Not known: how much of the path's variance lies in this {ground}.",
        lambda m: m.directions == "pca" and m.explained is None,
    ),
    Rule(
        "limits.variance-line",
        Tone.PLAIN,
        "{explained} of the path's variance lies along this line. The rest of the way is not seen.",
        lambda m: m.directions == "pca" and m.is_line,
    ),
    Rule(
        "limits.variance-little",
        Tone.CAUTION,
        "Only {explained} of the path's variance lies in this plane, less than the 40 % that published planes have at "
        "least: the path that is drawn is mostly not the path that was taken.",
        lambda m: m.directions == "pca" and below(m.explained, LITTLE_VARIANCE),
        LITTLE_VARIANCE,
    ),
    Rule(
        "limits.variance-part",
        Tone.PLAIN,
        "{explained} of the path's variance lies in this plane, within the 40 to 90 % that published planes have. The "
        "rest of the way is not seen.",
        lambda m: m.directions == "pca" and below(m.explained, MUCH_VARIANCE),
        MUCH_VARIANCE,
    ),
    Rule(
        "limits.variance-much",
        Tone.PLAIN,
        "{explained} of the path's variance lies in this plane. That is about where the training went, and says "
        "nothing about the loss beside its way.",
        lambda m: m.directions == "pca" and m.explained is not None,
        MUCH_VARIANCE,
    ),
)
WALK: Topic = (
    Rule(
        "limits.like-random-walk",
        Tone.CAUTION,
        "A random walk of {checkpoints} has {walk} of its variance in {components}. So that share does not "
        "show that the training moved in few directions.",
        lambda m: m.directions == "pca" and m.walk is not None and at_most(m.explained, m.walk),
    ),
    Rule(
        "limits.line-beyond-random-walk",
        Tone.PLAIN,
        "A random walk of {checkpoints} has {walk} of its variance in {components}, less than this path.",
        lambda m: m.directions == "pca" and m.is_line and m.walk is not None and m.explained is not None,
    ),
    Rule(
        "limits.beyond-random-walk",
        Tone.PLAIN,
        "A random walk of {checkpoints} has {walk} of its variance in {components}, less than this path; but it "
        "looks like a smooth bow too, so the bow of the path is not a finding.",
        lambda m: m.directions == "pca" and m.walk is not None and m.explained is not None,
    ),
)
LIMITS = (SLICE, UNVERIFIED, CENTRE, SETTLED, VARIANCE, WALK)
