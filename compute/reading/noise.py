"""What is likely noise. Conditions, thresholds and sources: docs/reading.md."""

from compute.reading.measured import Measured
from compute.reading.rule import Rule, Tone, Topic, above, at_least, below
from compute.topology.noise import NOISE_FACTOR

ERROR_LARGE = 0.1  # of the value: neighbouring isolines of 24 over one decade are 10^(1/24) − 1 = 10.07 % apart
ROUGH = 0.02  # share of grid points that are minima: a tenth of 1/5, what independent values have
ENOUGH = 289  # grid points, 17 x 17; on fewer a landscape may have as many minima as are 0.02 of them
FEW_BITS = 12  # significant bits: float32 has 24, float16 11, bfloat16 8


def too_coarse(m: Measured) -> bool:
    """Whether what does not stand out may be there all the same: the error bar is large, or hides most."""
    shown = sum(count or 0 for count in (m.minima, m.saddles, m.maxima))
    return above(m.error_share, ERROR_LARGE) or (m.error_share is not None and above(m.hidden, shown))


ERROR: Topic = (
    Rule(
        "noise.error-unknown",
        Tone.UNKNOWN,
        "Not known: an error bar. No two nested levels of points have values that could be compared, so no dip can be "
        "told from a chance one.",
        lambda m: m.lowest is not None and m.error_share is None,
    ),
    Rule(
        "noise.error-large",
        Tone.CAUTION,
        "Between the measured points the {surface} is known, where it is worst, to {error} only: by so much the "
        "coarser level was wrong about what was then measured. Do not read anything smaller; a finer grid makes it "
        "better.",
        lambda m: above(m.error_share, ERROR_LARGE),
        ERROR_LARGE,
    ),
    Rule(
        "noise.error-small",
        Tone.GOOD,
        "Between the measured points the {surface} is known to {error} where it is worst: by at most so much the "
        "coarser level was wrong about what was then measured, in practice an upper bound.",
        lambda m: m.error_share is not None and not m.is_flat,
        ERROR_LARGE,
    ),
)
HIDDEN: Topic = (
    Rule(
        "noise.hidden",
        Tone.CAUTION,
        "{hidden} shallower than twice the error bar of their place: not to be told from noise, so not drawn and not "
        "counted above.",
        lambda m: m.error_share is not None and at_least(m.hidden, 1),
        NOISE_FACTOR,
    ),
    Rule(
        "noise.none-hidden",
        Tone.GOOD,
        "No critical point is shallower than twice the error bar of its place, so none was left out.",
        lambda m: m.error_share is not None and m.hidden == 0,
        NOISE_FACTOR,
    ),
)


def _is_rough(m: Measured) -> bool:
    large = m.nodes >= ENOUGH and m.is_loss and not m.is_line and not m.is_rounding
    return large and m.dips is not None and m.dips / m.nodes >= ROUGH


ROUGHNESS: Topic = (
    Rule(
        "noise.rough-bits",
        Tone.CAUTION,
        "{dips} of {nodes} grid points are lower than all their neighbours; of a smooth surface next to none would be. "
        "The network was computed with {bits} significant bits, so most likely it is rounding. More bits tell.",
        lambda m: below(m.bits, FEW_BITS) and _is_rough(m),
        ROUGH,
    ),
    Rule(
        "noise.rough-grid",
        Tone.CAUTION,
        "{dips} of {nodes} grid points are lower than all their neighbours; of a smooth surface next to none would be. "
        "Behind every point are the same examples, so it is not they: most likely a narrow valley runs across a grid "
        "that is too coarse for it, or the network draws at random, as dropout does. A finer grid tells.",
        lambda m: m.examples is not None and _is_rough(m),
        ROUGH,
    ),
    Rule(
        "noise.rough",
        Tone.CAUTION,
        "{dips} of {nodes} grid points are lower than all their neighbours. Of values drawn at random one in five "
        "would be, of a smooth surface next to none: it looks as if each point was measured on other examples, or "
        "with dropout. Measure all points on the same examples.",
        _is_rough,
        ROUGH,
    ),
)
DIVERGED: Topic = (
    Rule(
        "noise.diverged",
        Tone.CAUTION,
        "At {diverged} of {points} points the value is not finite: most likely the network's arithmetic overflowed. "
        "They are holes, and have no height.",
        lambda m: m.diverged >= 1,
        1,
    ),
)
PRECISION: Topic = (
    Rule(
        "noise.rounding",
        Tone.CAUTION,
        "The network was computed with {bits} significant bits, and no two values are farther apart than {rounding} "
        "of their size: all of the shape may be rounding.",
        lambda m: m.is_rounding,
    ),
    Rule(
        "noise.few-bits",
        Tone.CAUTION,
        "The network was computed with {bits} significant bits: differences below {rounding} of a number are rounding.",
        lambda m: below(m.bits, FEW_BITS),
        FEW_BITS,
    ),
)
REFUTED: Topic = (
    Rule(
        "noise.refuted-coarse",
        Tone.UNKNOWN,
        "Not verified: {unsure} of {candidates}. Not known: whether the network itself has one of that kind near "
        "there, for the grid is too coarse to tell. A finer one may.",
        lambda m: at_least(m.candidates, 1) and m.refuted + m.moved >= 1 and above(m.error_share, ERROR_LARGE),
        ERROR_LARGE,
    ),
    Rule(
        "noise.refuted",
        Tone.CAUTION,
        "Near {refuted} of {candidates} the network itself has none: most likely the interpolation made it up, or the "
        "rim of the range.",
        lambda m: at_least(m.candidates, 1) and m.refuted >= 1,
        1,
    ),
)
NOISE = (ERROR, HIDDEN, ROUGHNESS, DIVERGED, PRECISION, REFUTED)
