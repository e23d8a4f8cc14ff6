"""What is seen of a path and between two networks. Conditions, thresholds and sources: docs/reading.md."""

from compute.reading.rule import Rule, Tone, Topic, at_most, below
from compute.topology.noise import NOISE_FACTOR

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
        "seen.barrier-unjudged",
        Tone.UNKNOWN,
        "At the measured points the {metric} nowhere rises above the straight line between those of the two ends. Not "
        "known: whether it does between them, for there is no error bar.",
        lambda m: m.error_share is None and at_most(m.barrier, 0.0),
    ),
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
WAYS = (PATH, BARRIER)
