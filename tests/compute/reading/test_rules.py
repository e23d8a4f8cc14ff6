"""Each rule on both sides of its threshold; and nothing that is said contradicts anything else that is said."""

import math
import re
from dataclasses import fields

import numpy as np
import pytest

from compute.reading.measured import Measured
from compute.reading.reading import RULES, reading, rules
from compute.reading.rule import Part, Tone
from tests.compute.reading.saying import BASE, CASES, spoken, text_of


def test_every_rule_has_a_case():
    assert [rule.id for _, rule in rules()] == list(CASES)


def test_ids_begin_with_their_part():
    names = {Part.SEEN: "seen", Part.NOISE: "noise", Part.LIMITS: "limits", Part.RIGHT: "right", Part.BOWL: "bowl",
             Part.PATH: "path"}  # fmt: skip
    assert all(rule.id.startswith(f"{names[part]}.") for part, rule in rules())
    assert len({rule.id for _, rule in rules()}) == len(list(rules()))


@pytest.mark.parametrize("rule_id", CASES)
def test_a_rule_speaks_from_its_threshold_on(rule_id):
    case = CASES[rule_id]
    assert rule_id in spoken(case.of(case.says))


@pytest.mark.parametrize("rule_id", CASES)
def test_just_short_of_it_another_speaks_or_none(rule_id):
    case = CASES[rule_id]
    found = spoken(case.of(case.not_))
    assert rule_id not in found
    assert case.then is None or case.then in found


@pytest.mark.parametrize("rule_id", CASES)
def test_what_speaks_instead_is_of_the_same_topic(rule_id):
    topic = next(topic for topics in RULES.values() for topic in topics if rule_id in [rule.id for rule in topic])
    assert CASES[rule_id].then in (None, *(rule.id for rule in topic))


@pytest.mark.parametrize("rule_id", [rule.id for _, rule in rules() if rule.tone is Tone.UNKNOWN])
def test_what_is_not_known_is_called_so(rule_id):
    case = CASES[rule_id]
    text = text_of(rule_id, case.of(case.says))
    assert "Not known: " in text or rule_id == "seen.nothing"


def test_numbers_stand_in_the_sentences():
    """A few, written out: the rest is the template, which docs/reading.md holds."""
    said = {
        "seen.decades": ({"lowest": 0.0012345, "highest": 610.0, "decades": 5.694}, "from 0.00123 to 610, over 5.7"),
        "seen.basins": ({"minima": 3, "deepest": math.log(1.25)}, "3 minima that stand out"),
        "noise.error-small": ({"error": math.log(1.031)}, "± 3.1 % where it is worst"),
        "noise.error-large": (
            {"error": math.log(2.5), "error_share": 1.5},
            "known, where it is worst, to a factor of 2.5 only",
        ),
        "noise.hidden": ({"hidden": 24}, "24 critical points are shallower than twice"),
        "noise.few-bits": ({"bits": 8}, "8 significant bits: differences below 0.39 %"),
        "limits.slice": ({"parameters": 855770}, "two directions out of 855,770 parameters"),
        "limits.few-examples": ({"examples": 256}, "only 256 examples"),
        "right.skewed": ({"cosine": 0.5}, "at 60 degrees"),
        "right.not-written": ({"unknown": ("the model", "the data", "the seed")}, "the model, the data and the seed."),
        "path.on-plane": (
            {"checkpoints": 49, "on_plane": 2, "residual_largest": 1.0},
            "Of 49 checkpoints 2 lie in the plane itself",
        ),
    }
    for rule_id, (changed, words) in said.items():
        assert words in text_of(rule_id, CASES[rule_id].of(changed)), rule_id
    assert "fills with water up to 25 % above its floor" in text_of("seen.basins", CASES["seen.basins"].of(
        {"minima": 3, "deepest": math.log(1.25)}))  # fmt: skip
    assert "up to 16.6 times its floor before" in text_of("seen.basins", CASES["seen.basins"].of(
        {"minima": 3, "deepest": math.log(16.6)}))  # fmt: skip
    assert "by about 6.2 % of the spread" in text_of("limits.few-examples", CASES["seen.range"].of({"examples": 256}))


def test_one_is_not_many():
    assert text_of("noise.hidden", CASES["noise.hidden"].of({"hidden": 1})).startswith("1 critical point is shallower")
    assert "2 minima" in text_of("bowl.several", CASES["bowl.several"].of({"minima": 2}))
    assert "1 saddle and 2 maxima" in text_of("bowl.bumps", CASES["bowl.bumps"].of({"saddles": 1, "maxima": 2}))


@pytest.mark.parametrize("fields", [{"error_share": 0.11, "hidden": 0}, {"error_share": 0.05, "hidden": 2}])
def test_a_grid_that_is_too_coarse_to_tell_shows_neither_a_bowl_nor_one_basin(fields):
    found = spoken(CASES["bowl.unresolved"].of(fields))
    assert {"bowl.unresolved", "seen.one-stands-out"} <= set(found)
    assert not {"bowl.is-one", "seen.one-basin"} & set(found)


def test_one_checkpoint_beyond_the_range_is_not_many():
    text = text_of("path.outside", CASES["path.outside"].of({"checkpoints": 9, "outside": 1}))
    assert text == "Beyond the measured range, where there is no surface: 1 of 9 checkpoints."


def test_nothing_is_said_of_the_surface_of_a_line():
    """A line has neither surface nor plane nor saddle."""
    for rule_id, case in CASES.items():
        if rule_id.partition(".")[0] in ("seen", "noise", "right", "path") and rule_id not in OF_PLANES:
            line = case.of({**case.says, "is_line": True})
            if rule_id in spoken(line):
                text = text_of(rule_id, line)
                assert not re.search(r"the surface|in the plane|saddle", text.replace("of a smooth surface", "")), text


OF_PLANES = ("path.curve",)


def test_a_line_is_called_a_line():
    text = text_of("seen.one-basin", CASES["seen.one-basin"].of({"is_line": True}))
    assert "of this line" in text
    assert "slice" not in text
    assert "off the line" in text_of("path.near", CASES["path.near"].of({**CASES["path.near"].says, "is_line": True}))


# ── nothing contradicts ───────────────────────────────────────────────────────────────────────────────────────────────

SOME = {  # values that the fields of a type take in the sweep
    "shares": [None, 0.0, 0.05, 0.1, 0.35, 0.4, 0.9, 1.0, 17.0],
    "losses": [None, 0.0, 1e-9, 0.5, 3.0, 1e30],
    "counts": [None, 0, 1, 2, 24],
    "lengths": [None, 0.0, 1e-9, 1.0, 1e5],
}
KINDS = {
    "losses": "lowest highest cap first_loss last_loss gap centre_true centre_here test_here barrier barrier_noise "
    "curve_barrier straight_barrier",
    "shares": "error error_share explained walk residual_share gradient_gain cosine_",
    "counts": "minima saddles maxima hidden dips candidates ratio_points ratio_over held on_plane",
    "lengths": "residual_largest lambda_max lambda_doubt lowest_cells deepest decades",
}
EXCLUSIVE = [
    {"seen.one-basin", "bowl.several", "bowl.several-unjudged"},
    {"seen.basins", "bowl.is-one", "bowl.bumps", "bowl.unresolved"},
    {"noise.error-large", "bowl.is-one"},
    {"noise.error-large", "seen.one-basin"},
    {"seen.one-stands-out", "bowl.is-one", "bowl.several"},
    {"seen.one-basin", "bowl.unresolved"},
    *({"seen.one-basin", other} for other in ("bowl.trough", "bowl.trough-unjudged")),
    {"seen.basins", "bowl.several-unjudged"},
    {"seen.minima-unjudged", "bowl.several"},
    {"seen.minima-unjudged", "noise.hidden"},
    {"seen.minima-unjudged", "noise.none-hidden"},
    {"seen.lowest-centre", "bowl.rim"},
    {"seen.lowest-rim", "bowl.is-one", "bowl.bumps", "bowl.several"},
    {"seen.range", "bowl.logarithm"},
    {"seen.verified", "limits.unverified"},
    {"noise.refuted", "limits.unverified"},
    {"noise.error-unknown", "noise.hidden"},
    {"noise.error-unknown", "noise.none-hidden"},
    {"noise.error-unknown", "seen.basins"},
    {"seen.path", "path.none", "path.curve"},
    {"seen.way-around", "path.near", "path.far", "path.distance-unknown", "path.none"},
    {"seen.path-unknown", "path.none"},
    {"path.none", "path.outside", "path.on-plane"},
    {"limits.line", "limits.slice", "limits.slice-unknown"},
    {"limits.train-only", "limits.test"},
    {"limits.variance-little", "limits.variance-line", "limits.variance-unknown"},
    {"seen.nothing", "seen.lowest-rim", "seen.lowest-centre", "seen.lowest-elsewhere", "seen.lowest"},
    {"seen.nothing", "bowl.logarithm"},
    {"seen.nothing", "seen.flat", "seen.highest"},
    *({"seen.flat", other} for other in ("bowl.rim", "bowl.is-one", "bowl.several", "bowl.unknown", "bowl.trough")),
    {"seen.one-unjudged", "bowl.is-one", "bowl.bumps", "bowl.several"},
    *({"bowl.not-a-loss", other} for other in ("seen.one-basin", "seen.basins", "seen.decades", "bowl.logarithm")),
    *({"bowl.not-a-loss", other} for other in ("bowl.valley", "bowl.cut", "bowl.path-plane", "seen.lowest-rim")),
    {"noise.refuted-coarse", "noise.error-small"},
    {"limits.examples-differ", "limits.examples", "noise.rough-grid"},
    {"seen.nothing", "noise.error-small", "noise.error-large", "noise.error-unknown"},
]


def somewhere(seed: int) -> Measured:
    """Numbers drawn at random, as far as they agree with each other at all."""
    rng = np.random.default_rng(seed)
    values = {
        name: SOME[kind][rng.integers(len(SOME[kind]))] for kind, names in KINDS.items() for name in names.split()
    }
    values.pop("cosine_")
    values |= {
        "points": 25, "nodes": 25, "open_nodes": int(rng.integers(3)), "diverged": int(rng.integers(3)),
        "is_line": bool(rng.integers(2)), "relative": bool(rng.integers(2)),
        "lowest_on_rim": [None, True, False][rng.integers(3)], "lowest_at": (0.5, -0.25),
        "highest_at": (1.0, 0.0), "metric": "train loss" if rng.integers(4) else "train accuracy",
        "checkpoints": [None, 1, 2, 49][rng.integers(4)],
        "connected": False, "parameters": [None, 1, 19810][rng.integers(3)],
        "euler": int(rng.integers(-1, 2)), "euler_due": 1, "verified": 0, "moved": 0,
        "refuted": int(rng.integers(2)), "lambda_min": [None, -1.0, 1.0][rng.integers(3)],
        "valley": [None, 1.0, 10.0, math.inf][rng.integers(4)], "directions": [None, "pca", "random"][rng.integers(3)],
        "normalisation": [None, "none", "layer", "filter"][rng.integers(4)], "bits": [None, 8, 24][rng.integers(3)],
        "within_tolerance": [None, True, False][rng.integers(3)], "norm_layers": [None, False][rng.integers(2)],
        "resting": (("biases",), ("biases", "norm layers"))[rng.integers(2)],
        "gaps_of_one": bool(rng.integers(2)),
        "cosine": [None, -1.0, 0.0, 0.2][rng.integers(4)], "stretch": [None, 1.0, 3.0][rng.integers(3)],
        "examples": [None, 1, 256, 2048][rng.integers(4)],
        "seed": [None, 0][rng.integers(2)], "gap_factor": [None, 1.0, 5.0, math.inf][rng.integers(4)],
        "whole_split": [None, True, False][rng.integers(3)], "has_test": [None, True, False][rng.integers(3)],
        "recalibrated": [None, True, False][rng.integers(3)], "unknown": ((), ("the seed",))[rng.integers(2)],
    }  # fmt: skip
    values |= heights(values, int(rng.integers(3)))
    if values["examples"] == 1:
        values |= {"examples": None, "examples_between": (1, 64)}
    if (values["error"] is None) != (values["error_share"] is None):
        values["error"] = values["error_share"] = None
    if values["checkpoints"] is None:
        path = "first_loss last_loss gap gap_factor residual_largest residual_share on_plane walk centre_true"
        values |= dict.fromkeys(path.split())
    if values["checkpoints"] and rng.integers(4) == 0:
        values["connected"] = True
    else:
        values["curve_barrier"] = values["straight_barrier"] = None
    if values["gap"] is None:
        values["gap_factor"] = None
    if values["residual_largest"] is None:
        values["residual_share"] = values["on_plane"] = None
    if values["ratio_points"] is None or values["ratio_over"] is None:
        values["ratio_points"] = values["ratio_over"] = None
    if not values["candidates"]:
        values |= {"candidates": None, "refuted": 0}
    if not values["has_test"]:
        values["test_here"] = None
    return Measured(**values)


NO_SHAPE = ("minima", "lowest_at", "lowest_on_rim", "lowest_cells", "highest_at", "deepest")
NO_HEIGHT = (*NO_SHAPE, "highest", "decades", "cap", "error", "error_share", "centre_here")
COUNTED = ("minima", "saddles", "maxima", "hidden", "dips")  # together, or not at all


def heights(drawn: dict, inside: int) -> dict:
    """What of the numbers of the surface has to be otherwise, to agree with the others."""
    values = dict(drawn)
    if values["lowest"] is None:  # then nothing finite was measured
        values |= dict.fromkeys(NO_HEIGHT)
    elif values["highest"] is None:
        values["highest"] = 1e31
    elif values["lowest"] == values["highest"]:
        values |= dict.fromkeys(NO_SHAPE)
    lost = not values["minima"]  # of ground that there is, one is the lowest
    values |= {name: None if lost else values[name] or 0 for name in COUNTED}
    values["inside"] = None if lost else min(values["minima"], inside)
    return values | ({"decades": None, "cap": None} if values["metric"] == "train accuracy" else {})


def test_the_sweep_reaches_every_number_and_most_rules():
    drawn = [somewhere(seed) for seed in range(800)]
    for field in fields(Measured):
        if field.name not in (
            "metric",
            "path_metric",
            "kind",
            "points",
            "nodes",
            "verified",
            "moved",
            "euler_due",
            "outside",
        ):
            assert len({repr(getattr(measured, field.name)) for measured in drawn}) > 1, field.name
    heard = {rule_id for measured in drawn for rule_id in spoken(measured)}
    silent = {rule.id for _, rule in rules()} - heard
    assert silent <= {
        "noise.rough",
        "noise.rough-bits",
        "noise.rough-grid",
        "path.outside",
        "right.settled",
        "right.beyond",
    }, silent


@pytest.mark.parametrize("block", range(8))
def test_no_reading_contradicts_itself(block):
    for seed in range(500 * block, 500 * (block + 1)):
        measured = somewhere(seed)
        found = spoken(measured)
        assert len(found) == len(set(found))
        for group in EXCLUSIVE:
            assert len(group & set(found)) <= 1, (seed, group & set(found), measured)


def test_of_each_topic_one_speaks_at_most():
    topics = [[rule.id for rule in topic] for topics in RULES.values() for topic in topics]
    for seed in range(300):
        found = spoken(somewhere(seed))
        assert all(sum(rule_id in found for rule_id in topic) <= 1 for topic in topics)


def test_no_sentence_has_a_hole():
    """No number is missing, none is no number, and all are written as people write them."""
    bad = re.compile(r"\bnan\b|None|[{}]|\binf\b|-\d|  | \.|^\W|e\+|\d\.\d{5}")
    for seed in range(800):
        for sentence in reading(somewhere(seed)):
            assert not bad.search(sentence.text.removeprefix("±")), sentence
            assert sentence.text[0].isupper() or sentence.text[0].isdigit()
            assert sentence.text.endswith(".")


def test_where_nothing_is_measured_little_is_said():
    found = spoken(Measured())
    assert found == ["seen.nothing"]
    assert "noise.error-unknown" in spoken(Measured(points=9, nodes=9, lowest=1.0, highest=1.0))
    assert BASE.points  # the base of all cases is a measured one


ONE_IS_ENOUGH = {
    "seen.convex": {"ratio_points": 1, "ratio_over": 0},
    "noise.refuted": {"candidates": 1, "refuted": 1},
    "path.curve": {"checkpoints": 1, "connected": True},
    "path.gap-unknown": {"checkpoints": 1},
    "path.gap": {"checkpoints": 1, "gap": 1.0},
    "path.on-surface": {"checkpoints": 1, "gap": 0.0, "gap_factor": 1.0},
    "path.off-surface": {"checkpoints": 1, "gap": 1.0, "gap_factor": 2.0},
    "path.distance-unknown": {"checkpoints": 1},
}
NOT_YET = {
    "noise.rough": {"nodes": 288, "dips": 60},  # too few points to tell
    "noise.rough-grid": {"nodes": 288, "dips": 60, "examples": 9},
    "bowl.unresolved": {"hidden": 1, "error_share": 0.1},  # as many as are shown
    "seen.one-stands-out": {"hidden": 1, "error_share": 0.1},
    "limits.batchnorm-kept": {"recalibrated": False, "norm_layers": False},
    "limits.batchnorm-anew": {"recalibrated": True, "norm_layers": False},
    "noise.none-hidden": {"error": None, "error_share": None, "hidden": 0},
    "limits.unverified": {"minima": 0, "saddles": 0, "maxima": 0},
    "limits.variance-much": {"directions": "random", "explained": 0.95},
    "right.counts-wrong": {"euler": 1},
    "path.distance-unknown": {"checkpoints": 2, "connected": True},
    "path.on-plane": {"checkpoints": 2, "on_plane": 2, "residual_largest": 0.0},  # all of them: nothing to explain
}


@pytest.mark.parametrize("rule_id", ONE_IS_ENOUGH)
def test_one_is_enough(rule_id):
    assert rule_id in spoken(CASES[rule_id].of(ONE_IS_ENOUGH[rule_id]))


@pytest.mark.parametrize("rule_id", NOT_YET)
def test_what_is_asked_for_besides_the_threshold_counts(rule_id):
    assert rule_id not in spoken(CASES[rule_id].of(NOT_YET[rule_id]))
