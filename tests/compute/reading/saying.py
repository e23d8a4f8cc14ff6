"""Numbers under which one rule of the reading speaks, and just not: for each rule, on both sides of its threshold."""

from dataclasses import dataclass, replace

from compute.reading.measured import Measured
from compute.reading.reading import reading

BASE = Measured(
    points=25, nodes=25, lowest=1.0, highest=2.0, lowest_at=(0.5, 0.25), normalisation="none", minima=1, saddles=0,
    maxima=0, hidden=0, dips=1, error=0.05, error_share=0.05,
)  # fmt: skip
BASINS = {"minima": 2, "deepest": 0.5}
PATH = {"checkpoints": 3}
CURVE = {"checkpoints": 3, "connected": True, "straight_barrier": 0.1}
BETWEEN = {"is_line": True, "directions": "between", "barrier": 0.5}
PCA = {"directions": "pca"}
WALK = {"directions": "pca", "checkpoints": 49, "walk": 0.76}


@dataclass(frozen=True)
class Case:
    """``says`` are fields under which the rule speaks; ``not_`` those under which it just does not, and ``then`` is
    what speaks in its place, if anything."""

    says: dict
    not_: dict
    then: str | None = None

    def of(self, fields: dict) -> Measured:
        return replace(BASE, **fields)


def spoken(measured: Measured) -> list[str]:
    return [sentence.rule_id for sentence in reading(measured)]


def text_of(rule_id: str, measured: Measured) -> str:
    return next(sentence.text for sentence in reading(measured) if sentence.rule_id == rule_id)


CASES = {
    "seen.nothing": Case({"lowest": None}, {}, "seen.range"),
    "seen.flat": Case({"lowest": 2.0, "lowest_at": None}, {"lowest": 1.9999}, "seen.range"),
    "seen.decades": Case({"decades": 2.0}, {"decades": 1.9999}, "seen.range"),
    "seen.range": Case({"decades": None}, {"decades": 2.0}, "seen.decades"),
    "seen.highest": Case({"metric": "train accuracy", "highest_at": (0.5, 0.0)}, {"highest_at": (0.5, 0.0)},
                         "seen.lowest"),
    "seen.lowest-rim": Case({"lowest_on_rim": True, "lowest_cells": 0.0}, {"lowest_on_rim": False}, "seen.lowest"),
    "seen.lowest-centre": Case({"lowest_cells": 1.0}, {"lowest_cells": 1.0001, "centre_here": 1.5},
                                "seen.lowest-elsewhere"),
    "seen.lowest-elsewhere": Case({"lowest_cells": 1.0001, "centre_here": 1.5},
                                  {"lowest_cells": 1.0, "centre_here": 1.5}, "seen.lowest-centre"),
    "seen.lowest": Case({"lowest_cells": None}, {"lowest_cells": 0.0}, "seen.lowest-centre"),
    "seen.one-unjudged": Case({"error": None, "error_share": None}, {}, "seen.one-basin"),
    "seen.one-stands-out": Case({"error_share": 0.1001}, {"error_share": 0.1}, "seen.one-basin"),
    "seen.one-open": Case({"inside": 0}, {"inside": 1}, "seen.one-basin"),
    "seen.one-basin": Case({"minima": 1}, BASINS, "seen.basins"),
    "seen.minima-unjudged": Case({**BASINS, "error_share": None}, BASINS, "seen.basins"),
    "seen.basins": Case(BASINS, {**BASINS, "minima": 1}, "seen.one-basin"),
    "seen.separate-basins": Case({"minima": 2}, BASINS, "seen.basins"),
    "seen.straight-way": Case({**CURVE, "curve_barrier": 0.0, "straight_barrier": 0.0},
                              {**CURVE, "curve_barrier": 0.0, "straight_barrier": 1e-9}, "seen.way-around"),
    "seen.way-around": Case({**CURVE, "curve_barrier": 0.0999}, {**CURVE, "curve_barrier": 0.1}, "seen.no-way-around"),
    "seen.no-way-around": Case({**CURVE, "curve_barrier": 0.1}, {**CURVE, "curve_barrier": 0.0999}, "seen.way-around"),
    "seen.way": Case(CURVE, {**CURVE, "connected": False}, "seen.path-unknown"),
    "seen.path": Case({**PATH, "first_loss": 2.0, "last_loss": 1.0}, PATH, "seen.path-unknown"),
    "seen.path-unknown": Case(PATH, {}, None),
    "seen.barrier-unjudged": Case({**BETWEEN, "barrier": 0.0, "error": None, "error_share": None},
                                  {**BETWEEN, "barrier": 1e-9, "error": None, "error_share": None}, "seen.barrier"),
    "seen.no-barrier": Case({**BETWEEN, "barrier_noise": 0.5}, {**BETWEEN, "barrier_noise": 0.4999}, "seen.barrier"),
    "seen.barrier": Case({**BETWEEN, "barrier_noise": 0.4999}, {**BETWEEN, "barrier_noise": 0.5}, "seen.no-barrier"),
    "seen.negative-curvature": Case({"ratio_points": 9, "ratio_over": 1}, {"ratio_points": 9, "ratio_over": 0},
                                    "seen.convex"),
    "seen.convex": Case({"ratio_points": 9, "ratio_over": 0}, {"ratio_points": 9, "ratio_over": 1},
                        "seen.negative-curvature"),
    "seen.sharpness": Case({"lambda_max": 3.0}, {}),
    "seen.verified": Case({"candidates": 1, "verified": 1}, {"candidates": None}),
    "noise.error-unknown": Case({"error": None, "error_share": None}, {}, "noise.error-small"),
    "noise.error-large": Case({"error_share": 0.1001}, {"error_share": 0.1}, "noise.error-small"),
    "noise.error-small": Case({"error_share": 0.1}, {"error_share": 0.1001}, "noise.error-large"),
    "noise.hidden": Case({"hidden": 1}, {"hidden": 0}, "noise.none-hidden"),
    "noise.none-hidden": Case({"hidden": 0}, {"hidden": 1}, "noise.hidden"),
    "noise.rough-bits": Case({"nodes": 2500, "dips": 50, "bits": 11}, {"nodes": 2500, "dips": 50, "bits": 12},
                             "noise.rough"),
    "noise.rough-grid": Case({"nodes": 2500, "dips": 50, "examples": 9}, {"nodes": 2500, "dips": 50}, "noise.rough"),
    "noise.rough": Case({"nodes": 2500, "dips": 50}, {"nodes": 2500, "dips": 49}),
    "noise.diverged": Case({"diverged": 1}, {"diverged": 0}),
    "noise.rounding": Case({"bits": 8, "highest": 1 + 2**-8}, {"bits": 8, "highest": 1 + 2**-7}, "noise.few-bits"),
    "noise.few-bits": Case({"bits": 11}, {"bits": 12}),
    "noise.refuted-coarse": Case({"candidates": 2, "refuted": 1, "error_share": 0.1001},
                                 {"candidates": 2, "refuted": 1, "error_share": 0.1}, "noise.refuted"),
    "noise.refuted": Case({"candidates": 2, "refuted": 1}, {"candidates": 2, "refuted": 0}),
    "limits.line": Case({"is_line": True, "parameters": 9}, {"is_line": False, "parameters": 9}, "limits.slice"),
    "limits.slice": Case({"parameters": 9}, {"parameters": None}, "limits.slice-unknown"),
    "limits.slice-unknown": Case({}, {"parameters": 9}, "limits.slice"),
    "limits.unverified": Case({}, {"candidates": 1, "verified": 1}),
    "limits.not-minimum": Case({"lambda_min": -0.0101, "lambda_doubt": 0.01},
                               {"lambda_min": -0.01, "lambda_doubt": 0.01}),
    "limits.not-settled": Case({"gradient_gain": 0.0101}, {"gradient_gain": 0.01}),
    "limits.variance-unknown": Case(PCA, {**PCA, "explained": 0.5}, "limits.variance-part"),
    "limits.variance-line": Case({**PCA, "explained": 0.1, "is_line": True}, {**PCA, "explained": 0.1},
                                 "limits.variance-little"),
    "limits.variance-little": Case({**PCA, "explained": 0.3999}, {**PCA, "explained": 0.4}, "limits.variance-part"),
    "limits.variance-part": Case({**PCA, "explained": 0.8999}, {**PCA, "explained": 0.9}, "limits.variance-much"),
    "limits.variance-much": Case({**PCA, "explained": 0.9}, {**PCA, "explained": 0.8999}, "limits.variance-part"),
    "limits.like-random-walk": Case({**WALK, "explained": 0.76}, {**WALK, "explained": 0.7601},
                                    "limits.beyond-random-walk"),
    "limits.line-beyond-random-walk": Case({**WALK, "explained": 0.7601, "is_line": True},
                                           {**WALK, "explained": 0.76, "is_line": True}, "limits.like-random-walk"),
    "limits.beyond-random-walk": Case({**WALK, "explained": 0.7601}, {**WALK, "explained": 0.76},
                                      "limits.like-random-walk"),
    "limits.scale-unknown": Case({"normalisation": None}, {}, "limits.no-scale"),
    "limits.filter-scale": Case({"normalisation": "filter"}, {}, "limits.no-scale"),
    "limits.layer-scale": Case({"normalisation": "layer"}, {"normalisation": "filter"}, "limits.filter-scale"),
    "limits.no-scale": Case({}, {"normalisation": "layer"}, "limits.layer-scale"),
    "limits.sharpness": Case({"lambda_max": 3.0}, {}),
    "limits.held": Case({"held": 1, "parameters": 9}, {"held": 0, "parameters": 9}),
    "limits.batchnorm-kept": Case({"recalibrated": False}, {"recalibrated": True}, "limits.batchnorm-anew"),
    "limits.batchnorm-anew": Case({"recalibrated": True}, {"recalibrated": None}),
    "limits.examples-unknown": Case({}, {"examples": 1}, "limits.few-examples"),
    "limits.examples-differ": Case({"examples_between": (32, 64)}, {"examples": 64}, "limits.few-examples"),
    "limits.whole-split": Case({"examples": 999, "whole_split": True}, {"examples": 999, "whole_split": False},
                               "limits.few-examples"),
    "limits.few-examples": Case({"examples": 999}, {"examples": 1000}, "limits.examples"),
    "limits.examples": Case({"examples": 1000}, {"examples": 999}, "limits.few-examples"),
    "limits.test-unknown": Case({}, {"has_test": False}, "limits.train-only"),
    "limits.train-only": Case({"has_test": False}, {"has_test": True}),
    "limits.test": Case({"has_test": True, "test_here": 2.0, "centre_here": 1.0}, {"has_test": True, "test_here": 2.0}),
    "limits.one-seed": Case({"seed": 0, "directions": "gradient,random"}, {"seed": 0, "directions": "gradient"}),
    "right.counts": Case({"euler": -1, "euler_due": -1}, {"euler": 0, "euler_due": -1}, "right.counts-wrong"),
    "right.counts-wrong": Case({"euler": 0, "euler_due": 1}, {"euler": 1, "euler_due": 1}, "right.counts"),
    "right.centre": Case({"centre_here": 101.0, "centre_true": 100.0}, {"centre_here": 101.01, "centre_true": 100.0},
                         "right.centre-wrong"),
    "right.centre-wrong": Case({"centre_here": 98.99, "centre_true": 100.0},
                               {"centre_here": 99.0, "centre_true": 100.0}, "right.centre"),
    "right.centre-unknown": Case({"centre_here": 1.0}, {"centre_here": 1.0, "centre_true": 1.0}, "right.centre"),
    "right.open": Case({"open_nodes": 1}, {"open_nodes": 0}, "right.complete"),
    "right.complete": Case({"points": 25}, {"points": 24, "within_tolerance": True}, "right.settled"),
    "right.settled": Case({"points": 24, "within_tolerance": True}, {"points": 24, "within_tolerance": False},
                          "right.beyond"),
    "right.beyond": Case({"points": 24, "within_tolerance": False}, {"points": 25, "within_tolerance": False},
                         "right.complete"),
    "right.skewed": Case({"cosine": -0.1001}, {"cosine": -0.1}, "right.square"),
    "right.square": Case({"cosine": 0.1}, {"cosine": 0.1001}, "right.skewed"),
    "right.stretched": Case({"stretch": 1.2501}, {"stretch": 1.25}),
    "right.not-written": Case({"unknown": ("the seed",)}, {"unknown": ()}, "right.written"),
    "right.written": Case({}, {"unknown": ("the seed",)}, "right.not-written"),
    "bowl.nothing": Case({"lowest": None}, {}, "bowl.is-one"),
    "bowl.flat": Case({"lowest": 2.0}, {"lowest": 1.9999}, "bowl.is-one"),
    "bowl.not-a-loss": Case({"metric": "train accuracy"}, {}, "bowl.is-one"),
    "bowl.rim": Case({"lowest_on_rim": True}, {"lowest_on_rim": False}, "bowl.is-one"),
    "bowl.trough-unjudged": Case({"inside": 0, "error_share": 0.1001}, {"inside": 0, "error_share": 0.1},
                                 "bowl.trough"),
    "bowl.trough": Case({"inside": 0}, {"inside": 1}, "bowl.is-one"),
    "bowl.one-unjudged": Case({"error": None, "error_share": None}, {}, "bowl.is-one"),
    "bowl.unresolved": Case({"error_share": 0.1001}, {"error_share": 0.1}, "bowl.is-one"),
    "bowl.is-one": Case({}, {"saddles": 1}, "bowl.bumps"),
    "bowl.several-unjudged": Case({"minima": 2, "error_share": None}, {"minima": 2}, "bowl.several"),
    "bowl.rim-minima": Case({"minima": 3, "inside": 1}, {"minima": 3, "inside": 2}, "bowl.several"),
    "bowl.several": Case({"minima": 2}, {"minima": 1}, "bowl.is-one"),
    "bowl.bumps-unjudged": Case({"saddles": 1, "maxima": 1, "error_share": None}, {"saddles": 1, "maxima": 1},
                                "bowl.bumps"),
    "bowl.bumps": Case({"saddles": 1, "maxima": 1}, {}, "bowl.is-one"),
    "bowl.unknown": Case({"minima": None, "saddles": None, "maxima": None}, {}, "bowl.is-one"),
    "bowl.logarithm": Case({"decades": 2.0}, {"decades": 1.9999}),
    "bowl.path-plane": Case({**PCA, **BASINS, "first_loss": 2.0, "last_loss": 1.0},
                            {**PCA, **BASINS, "first_loss": 1.0, "last_loss": 1.0}, "bowl.path-plane-unknown"),
    "bowl.path-plane-unknown": Case({**PCA, **BASINS}, {"directions": "random", **BASINS}),
    "bowl.valley": Case({"valley": 10.0}, {"valley": 9.999}),
    "bowl.cut": Case({"cap": 1.5}, {"cap": None}),
    "path.none": Case({}, PATH, "path.gap-unknown"),
    "path.curve": Case(CURVE, {**CURVE, "connected": False}, "path.gap-unknown"),
    "path.gap-unknown": Case(PATH, {**PATH, "gap": 1.0}, "path.gap"),
    "path.on-surface": Case({**PATH, "gap": 1.0, "gap_factor": 1.1}, {**PATH, "gap": 1.0, "gap_factor": 1.1001},
                            "path.off-surface"),
    "path.off-surface": Case({**PATH, "gap": 1.0, "gap_factor": 1.1001}, {**PATH, "gap": 1.0, "gap_factor": 1.1},
                             "path.on-surface"),
    "path.gap": Case({**PATH, "gap": 1.0}, {**PATH, "gap": 1.0, "gap_factor": 2.0}, "path.off-surface"),
    "path.far": Case({**PATH, "residual_share": 0.3501, "residual_largest": 1.0},
                     {**PATH, "residual_share": 0.35, "residual_largest": 1.0}, "path.near"),
    "path.near": Case({**PATH, "residual_share": 0.35, "residual_largest": 1.0},
                      {**PATH, "residual_share": 0.3501, "residual_largest": 1.0}, "path.far"),
    "path.distance-unknown": Case(PATH, {**PATH, "residual_share": 0.0, "residual_largest": 0.0}, "path.near"),
    "path.on-plane": Case({**PATH, "on_plane": 1, "residual_largest": 1.0},
                          {**PATH, "on_plane": 0, "residual_largest": 1.0}),
    "path.outside": Case({**PATH, "outside": 1}, {**PATH, "outside": 0}),
}  # fmt: skip
