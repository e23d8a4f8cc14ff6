"""What may not be concluded from how it was measured: lengths, parameters, data. See docs/reading.md."""

from compute.reading.rule import Rule, Tone, Topic, always, at_least, below

FEW_EXAMPLES = 1000  # 1/√n is then above 3 % of the spread of the single losses

SCALE: Topic = (
    Rule(
        "limits.scale-unknown",
        Tone.UNKNOWN,
        "Not known: whether the directions were normalised. Without that, widths and steepness cannot be compared "
        "with those of another picture.",
        lambda m: m.points > 0 and m.normalisation is None,
    ),
    Rule(
        "limits.filter-scale",
        Tone.PLAIN,
        "Each filter of the directions has the length of that filter of the network. So the picture does not change "
        "when layers are rescaled that the network's output does not notice, and widths can be compared with other "
        "pictures made so. With others they cannot.",
        lambda m: m.points > 0 and m.normalisation == "filter",
    ),
    Rule(
        "limits.layer-scale",
        Tone.PLAIN,
        "Each layer of the directions has the length of that layer of the network, not each filter. Compare widths "
        "only with pictures made so.",
        lambda m: m.points > 0 and m.normalisation == "layer",
    ),
    Rule(
        "limits.no-scale",
        Tone.CAUTION,
        "The axes are not normalised by the size of the weights. Rescaling layers can leave the network's output as "
        "it is and make this picture wider or narrower: do not compare widths or steepness between networks.",
        always,
    ),
)
SHARPNESS: Topic = (
    Rule(
        "limits.sharpness",
        Tone.CAUTION,
        "A largest eigenvalue of {lambda_max} is neither flat nor sharp by itself: rescaling layers changes it and not "
        "the network's output. By itself it does not say how well the network generalises.",
        lambda m: m.lambda_max is not None,
    ),
)
HELD: Topic = (
    Rule(
        "limits.held",
        Tone.PLAIN,
        "{held} of {parameters} are the same all over: {resting} have no part in these directions.",
        lambda m: at_least(m.held, 1) and m.parameters is not None,
        1,
    ),
)
BATCHNORM: Topic = (
    Rule(
        "limits.batchnorm-kept",
        Tone.PLAIN,
        "If the network has BatchNorm, its running statistics are those of the centre at every point. Away from the "
        "centre they are somebody else's, and the surface is usually steeper than with statistics of its own.",
        lambda m: m.recalibrated is False and m.norm_layers is not False,
    ),
    Rule(
        "limits.batchnorm-anew",
        Tone.PLAIN,
        "BatchNorm's running statistics were computed anew at every point, so heights cannot be compared with pictures "
        "that keep those of the centre.",
        lambda m: m.recalibrated is True and m.norm_layers is not False,
    ),
)
EXAMPLES: Topic = (
    Rule(
        "limits.examples-unknown",
        Tone.UNKNOWN,
        "Not known: how many data examples stand behind a value, and whether they were the same at every point.",
        lambda m: m.points > 0 and m.examples is None and m.examples_between is None,
    ),
    Rule(
        "limits.examples-differ",
        Tone.CAUTION,
        "Behind a value stand {examples_between}, not the same number at every point: part of the shape may be that of "
        "other examples.",
        lambda m: m.examples_between is not None,
    ),
    Rule(
        "limits.whole-split",
        Tone.GOOD,
        "Each value is the mean over all {examples} of the split, the same at every point.",
        lambda m: m.examples is not None and m.whole_split is True,
    ),
    Rule(
        "limits.few-examples",
        Tone.CAUTION,
        "Each value is the mean over only {examples}, the same at every point. For these the values are exact but for "
        "rounding; other ones would move a value by about {sampling} of the spread of their single losses.",
        lambda m: below(m.examples, FEW_EXAMPLES),
        FEW_EXAMPLES,
    ),
    Rule(
        "limits.examples",
        Tone.PLAIN,
        "Each value is the mean over {examples}, the same at every point. Other ones would move a value by about "
        "{sampling} of the spread of their single losses.",
        lambda m: m.examples is not None,
        FEW_EXAMPLES,
    ),
)
UNSEEN: Topic = (
    Rule(
        "limits.test-unknown",
        Tone.UNKNOWN,
        "Not known: on which data the values were measured.",
        lambda m: m.points > 0 and m.has_test is None,
    ),
    Rule(
        "limits.train-only",
        Tone.PLAIN,
        "Nothing was measured on unseen data, so the picture does not say how well the network generalises.",
        lambda m: m.points > 0 and m.has_test is False,
    ),
    Rule(
        "limits.test",
        Tone.PLAIN,
        "In the centre the test loss is {test_here} and the {metric} {centre_here}: the minimum of one need not be "
        "that of the other.",
        lambda m: m.test_here is not None and m.centre_here is not None and not m.metric.startswith("test"),
    ),
)
SEED: Topic = (
    Rule(
        "limits.one-seed",
        Tone.PLAIN,
        "The random directions are those of seed {seed}. What other seeds do not show as well belongs to these "
        "directions and not to the network.",
        lambda m: m.seed is not None and m.directions is not None and "random" in m.directions,
    ),
)
SCOPE = (SCALE, SHARPNESS, HELD, BATCHNORM, EXAMPLES, UNSEEN, SEED)
