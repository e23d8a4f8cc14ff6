"""Numbers that the description of a landscape has: plane, data, and what the network was asked afterwards."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from compute.landscape import Landscape
from compute.maps import CURVATURE_HIGH, CURVATURE_LOW, LAMBDA_MIN, LAMBDA_RATIO
from compute.reading.measured import CONVEX
from compute.reading.surface import Numbers, value_in_centre
from compute.verification import Outcome, verdicts

Gram = tuple[tuple[float, ...], ...]  # products of the axes, 1 x 1 of a line

BITS = {"fp64": 53, "fp32": 24, "fp16": 11, "bf16": 8}  # significant bits, the first included
BARE = ("mlp", "mlp-tanh", "vgg11", "vgg16")  # of the networks that Basin trains by name, those without norm layers
RESTING = {"bias": "biases", "norm": "norm layers"}  # what directions leave where it is
KINDS_OF_ONE = ("ply", "obj")  # files that hold numbers and no name for them
SEEN, UNSEEN = "train", ("test", "val", "dev", "holdout")  # how the names of metrics begin
RECORD = {  # what it takes to repeat a picture, and where it is written
    "the model": ("model", "problem"),
    "the data": ("data", "problem"),
    "the directions": ("directions",),
    "the seed": ("seed",),
    "the weights in the centre": ("centre",),
    "the versions of the software": ("software",),
}


def plane_numbers(provenance: Mapping[str, Any]) -> Numbers:
    """Of directions, as far as they are described; edited descriptions are unknown rather than wrong."""
    directions, model = entry(provenance, "directions"), entry(provenance, "model")
    norms, cosine = directions.get("norms"), real(directions.get("cosine"))
    lengths = [length for length in map(real, norms) if length] if isinstance(norms, list | tuple) else []
    shares = provenance.get("explained_variance") or directions.get("explained_variance")
    known = [share for share in map(real, shares) if share is not None] if isinstance(shares, list | tuple) else []
    ignored = directions.get("ignored")
    counts = {kind: whole(count) or 0 for kind, count in ignored.items()} if isinstance(ignored, Mapping) else None
    resting = tuple(word for kind, word in RESTING.items() if counts and counts.get(kind))
    return {
        "directions": text(directions.get("kind")),
        "normalisation": _normalisation(directions),
        "parameters": whole(model.get("parameters")),
        "cosine": cosine if cosine is not None and abs(cosine) <= 1 else None,
        "stretch": max(lengths) / min(lengths) if len(lengths) == 2 else None,
        "held": None if counts is None else sum(counts.values()),
        **({"resting": resting} if resting else {}),
        "seed": whole(directions.get("seed", provenance.get("seed"))),
        "explained": sum(known) if known else None,
    }


def gram_of(provenance: Mapping[str, Any]) -> Gram | None:
    """Products of the axes from their norms and cosine; None where these are unknown."""
    directions = entry(provenance, "directions")
    norms, cosine = directions.get("norms"), real(directions.get("cosine"))
    lengths = [real(norm) for norm in norms] if isinstance(norms, list | tuple) else []
    if len(lengths) == 1 and lengths[0] is not None:
        return ((lengths[0] ** 2,),)
    if len(lengths) != 2 or lengths[0] is None or lengths[1] is None or cosine is None:
        return None
    a, b = lengths[0], lengths[1]
    return (a * a, a * b * cosine), (a * b * cosine, b * b)


def data_numbers(landscape: Landscape) -> Numbers:
    """Of the examples, the precision, and what nobody wrote down."""
    known = landscape.provenance
    sample, (fewest, most) = entry(known, "sample"), _examples(landscape)
    examples = most if fewest == most else None
    asked, recalibrated = whole(sample.get("examples")), sample.get("recalibrate_bn")
    names = [name for name in landscape.metrics if name not in landscape.maps]
    test = landscape.metrics.get("test_loss")
    return {
        "examples": examples,
        "examples_between": None if fewest is None or most is None or fewest == most else (fewest, most),
        "whole_split": examples < asked if examples is not None and asked is not None and "model" in known else None,
        "has_test": None if known.get("kind") in KINDS_OF_ONE else _has_unseen(names),
        "test_here": None if test is None else value_in_centre(landscape.domain, np.array(test)),
        "norm_layers": False if sample.get("problem") == "" and entry(known, "model").get("name") in BARE else None,
        "recalibrated": recalibrated if isinstance(recalibrated, bool) else None,
        "bits": BITS.get(str(known.get("precision")).split(" ")[0]),
        "unknown": tuple(what for what, keys in RECORD.items() if not any(known.get(key) is not None for key in keys)),
    }


def network_numbers(landscape: Landscape) -> Numbers:
    """Of verification and curvature, where they were measured."""
    known = landscape.provenance
    found = verdicts(known)
    counts = {each: sum(verdict.outcome is each for verdict in found) for each in Outcome}
    return {
        "candidates": len(found) or None,
        "verified": counts[Outcome.VERIFIED],
        "moved": counts[Outcome.MOVED],
        "refuted": counts[Outcome.REFUTED],
        **_sharpness(entry(known, "sharpness")),
        **_ratios(landscape),
        "valley": _valley(landscape),
    }


def entry(known: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A part of the description; empty where there is none."""
    found = known.get(name)
    return found if isinstance(found, Mapping) else {}


def real(value: object) -> float | None:
    """A finite number, else None."""
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if usable and isinstance(value, int | float) else None


def whole(value: object) -> int | None:
    """A whole number from 0, else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def text(value: object) -> str | None:
    """Words, else None."""
    return value if isinstance(value, str) and value else None


def _normalisation(directions: Mapping[str, Any]) -> str | None:
    """One word where both axes have the same; of two the less careful."""
    words = {word.strip() for word in str(directions.get("normalisation", "unknown")).split(",")}
    return next((word for word in ("none", "layer", "filter") if word in words and "unknown" not in words), None)


def _has_unseen(names: list[str]) -> bool | None:
    """Whether one of these metrics is of unseen data, by what they are called; None where a name does not say."""
    if any(name.startswith(UNSEEN) for name in names):
        return True
    return False if names and all(name.startswith(SEEN) for name in names) else None


def _examples(landscape: Landscape) -> tuple[int, int] | tuple[None, None]:
    """Fewest and most behind a value of the main metric. Of a file that does not count them, 1 says only "measured"."""
    counts = np.asarray(landscape.examples)
    counts = counts[counts > 0]
    most = int(counts.max(initial=0))
    ours = landscape.provenance.get("kind", "landscape") == "landscape"
    return (int(counts.min()), most) if most > 1 or (ours and most == 1) else (None, None)


def _sharpness(sharpness: Mapping[str, Any]) -> Numbers:
    values = sharpness.get("eigenvalues")
    largest = real(values[0]) if isinstance(values, list | tuple) and values else None
    slope, loss = real(sharpness.get("gradient_norm")), real(sharpness.get("loss"))
    gain = None
    if largest and slope is not None and loss and largest > 0 and loss > 0:
        gain = min(slope**2 / (2 * largest * loss), 1.0)  # more than all of it is a larger curvature on the way
    return {
        "lambda_max": largest,
        "lambda_min": real(sharpness.get("lambda_min")),
        "lambda_doubt": real(sharpness.get("lambda_min_residual")),
        "gradient_gain": gain,
    }


def _ratios(landscape: Landscape) -> Numbers:
    """Where λmin is known to be above 0 its ratio, however large, is that of two positive eigenvalues."""
    ratio, lowest = (landscape.metrics.get(name) for name in (LAMBDA_RATIO, LAMBDA_MIN))
    if ratio is None or not np.isfinite(ratio).any():
        return {}
    known, over = np.isfinite(ratio), np.abs(ratio) > CONVEX
    if lowest is not None:
        over &= ~(np.asarray(lowest) > 0)
    return {"ratio_points": int(np.count_nonzero(known)), "ratio_over": int(np.count_nonzero(known & over))}


def _valley(landscape: Landscape) -> float | None:
    """Curvature across over curvature along, where the slice bends upwards both ways."""
    maps = [landscape.metrics.get(name) for name in (CURVATURE_LOW, CURVATURE_HIGH)]
    low, high = (None if each is None else value_in_centre(landscape.domain, np.array(each)) for each in maps)
    return high / low if low is not None and high is not None and low > 0 else None
