"""`basin info` for people: every number that the description has, none that it has not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compute.description import describe
from compute.folder import LandscapeWriter, create_folder, open_folder
from compute.landscape import Domain, Trajectory
from explorer.command_line.summary import summary

PLACE = {"alpha": 0.0, "beta": 0.25, "value": 0.0012345, "partner": None}
FULL: dict[str, Any] = {
    "kind": "landscape",
    "domain": {"alpha": [-1.0, 0.5], "beta": [-0.001, 2.0]},
    "resolution": [33, 65],
    "measured": 2145,
    "metrics": {
        "train_loss": {"min": 0.0012345, "max": 17.25, "argmin": [0.0, 0.25], "diverged": 0},
        "test_loss": {"min": 0.5, "max": 2.0, "argmin": [0.0, 0.25], "diverged": 3},
    },
    "critical_points": {"minima": 1, "saddles": 2, "maxima": 2},
    "shape": {
        "level": [33, 65],
        "euler": {"sum": 1, "characteristic": 1},
        "error_bar": 0.04321,
        "relative": True,
        "clear": 2,
        "points": [
            {**PLACE, "kind": "minimum", "persistence": None, "clear": True, "verdict": "verified"},
            {**PLACE, "kind": "saddle", "persistence": 0.0125, "factor": 1.25, "clear": False, "verdict": None},
            {**PLACE, "kind": "saddle", "persistence": None, "clear": True, "verdict": "refuted"},
        ],
    },
    "barriers": {
        "train_loss": {"height": 0.25, "position": 0.5, "excess": 0.125},
        "test_loss": {"height": None, "position": 0.25, "excess": None},
        "other_loss": None,
    },
    "verification": {"verified": 2, "moved": 1, "refuted": 0, "candidates": 5, "left_out": 2},
    "refinement": [
        {"points": [5, 5], "evaluations": 25, "surplus": None, "where": None},
        {"points": [9, 9], "evaluations": 56, "surplus": 0.04321, "where": [-0.5, 0.25]},
        {"points": [17, 17], "evaluations": 100, "surplus": 0.5, "where": "nobody knows"},
    ],
    "stopped": "tolerance",
    "trajectory": {
        "points": 13,
        "explained_variance": [0.75, 0.125],
        "residual": [12.5, 0.0],
        "loss": [2.302585, 0.0012345],
        "plane_loss": [None, 0.0012345],
        "largest_gap": 0.75,
    },
    "provenance": {
        "kind": "landscape",
        "seed": 3,
        "model": {"name": "resnet", "parameters": 78042},
        "directions": {
            "kind": "random",
            "normalisation": "filter",
            "norms": [17.25, 18.5],
            "cosine": 0.0123456,
            "explained_variance": None,
            "ignored": ["bias", "norm"],
        },
        "refinement": [{"points": [5, 5], "evaluations": 25, "surplus": None}],
        "verification": {"points": []},
        "sharpness": {"eigenvalues": [12.5, 3.0, 2.0, 1.0], "trace": 40.25, "trace_error": 1.5, "gradient_norm": 0.125},
        "stopped": "tolerance",
        "lr": 0.05,
    },
}
BARE = {"residual": [], "loss": [None, None], "plane_loss": [], "largest_gap": None}


def rows(description: dict[str, Any]) -> dict[str, str]:
    """The lines by their names; a name may stand once only."""
    found: dict[str, str] = {}
    lines = summary(description).splitlines()
    column = max(len(line.split("  ")[0]) for line in lines) + 2
    for line in lines:
        name = line[:column].strip()
        assert name not in found, f"{name} is said twice"
        assert line[column - 2 : column] == "  ", "columns are not aligned"
        found[name] = line[column:]
    return found


def test_everything_is_said_once_in_aligned_lines() -> None:
    assert rows(FULL) == {
        "kind": "landscape",
        "alpha": "−1 … 0.5",
        "beta": "−0.001 … 2",
        "resolution": "65 x 33 (alpha x beta), 2,145 points measured",
        "train loss": "0.0012345 at (0, 0.25) … 17.25",
        "test loss": "0.5 at (0, 0.25) … 2, 3 diverged",
        "critical points": "1 minimum, 2 saddles, 2 maxima",
        "Euler's check": "1 minimum − 2 saddles + 2 maxima = 1, as it must be",
        "above the noise": "2 of 5 points: twice the error bar, which is at most 0.0432 of the logarithm",
        "point 1": "minimum at (0, 0.25), 0.0012345, the deepest, verified",
        "point 2": "saddle at (0, 0.25), 0.0012345, persistence 0.0125, a factor of 1.25, within the noise",
        "point 3": "saddle at (0, 0.25), 0.0012345, closes a loop around a hole, refuted",
        "train loss barrier": (
            "0.25 above the straight line between the ends, at 0.5 of the way; 0.125 above the higher end"
        ),
        "test loss barrier": "none can be crossed: it diverged at 0.25 of the way",
        "other loss barrier": "not known, for something on the way is not measured",
        "verification": "of the critical points 2 verified, 1 moved, 0 refuted, 2 not asked about",
        "sharpness": "largest eigenvalues 12.5 3 2, trace 40.25 ± 1.5, gradient norm 0.125",
        "trajectory": "13 checkpoints, explained variance 75.0% + 12.5%",
        "true loss": "2.303 → 0.001234",
        "loss under it": "unknown → 0.001234",
        "residual": "12.5 → 0",
        "largest gap": "0.75 between true loss and loss under it",
        "level 0": "5 x 5 points, 25 evaluations",
        "level 1": "9 x 9 points, 56 evaluations, surplus 0.0432 at (-0.5, 0.25)",
        "level 2": "17 x 17 points, 100 evaluations, surplus 0.5",
        "stopped": "every cell is within the tolerance",
        "seed": "3",
        "model": "name resnet, parameters 78042",
        "directions": "random, normalisation filter, norms 17.25 and 18.5, cosine 0.0123, ignored bias norm",
        "lr": "0.05",
    }


def test_what_is_not_known_is_said_in_words() -> None:
    nothing = {"min": None, "max": None, "argmin": None, "diverged": 0}
    found = rows(
        {
            **FULL,
            "metrics": {"train_loss": nothing, "test_loss": {**nothing, "diverged": 4}},
            "critical_points": dict.fromkeys(("minima", "saddles", "maxima")),
            **dict.fromkeys(("shape", "barriers", "verification", "trajectory")),
        }
    )
    assert found["train loss"] == "nothing measured yet"
    assert found["test loss"] == "all 4 diverged"
    assert found["critical points"] == "not known before a level is complete"
    assert "trajectory" not in found and "None" not in summary({**FULL, "trajectory": None})


@pytest.mark.parametrize("variance", [None, [], 0.8, "most of it", [None, None]])
def test_a_variance_that_is_unknown_or_of_another_kind_is_left_out(variance: object) -> None:
    assert (
        rows({**FULL, "trajectory": {**BARE, "points": 2, "explained_variance": variance}})["trajectory"]
        == "2 checkpoints"
    )


MORE = "there is no finer level, though some cells are not within the tolerance"


@pytest.mark.parametrize("why", ["resolution", "something new"])
def test_the_reason_for_stopping_is_said_as_far_as_it_is_known(why: str) -> None:
    assert rows({**FULL, "stopped": why})["stopped"] == {"resolution": MORE}.get(why, why)
    quiet = rows({**FULL, "stopped": None, "refinement": None})
    assert "stopped" not in quiet and "level 0" not in quiet


@pytest.mark.parametrize("directions", ["by hand", None, {}, {"kind": "pca", "norms": 3, "cosine": None}])
def test_directions_of_another_kind_are_said_too(directions: object) -> None:
    assert rows({**FULL, "provenance": {"directions": directions}})["directions"]


@pytest.mark.parametrize("measured", ["nothing", "one level", "all", "all diverged"])
def test_every_landscape_can_be_described(measured: str, tmp_path: Path) -> None:
    domain = Domain((-1, 1), (-1, 1), 9, 9)
    path = Trajectory(*np.full((7, 2), np.nan))
    create_folder(tmp_path / "pca", domain, ("train_loss",), {"kind": "pca", "seed": 0, "note": None}, path)
    writer = LandscapeWriter(tmp_path / "pca")
    step = {"nothing": 9, "one level": 2, "all": 1, "all diverged": 1}[measured]
    points = [] if measured == "nothing" else [(r, c) for r in range(0, 9, step) for c in range(0, 9, step)]
    for row, column in points:
        loss = np.inf if measured == "all diverged" else 1.0 + row + column
        writer.record(row, column, {"train_loss": loss}, 256)
    found = rows(describe(open_folder(tmp_path / "pca")))
    expected = {
        "nothing": "nothing measured yet",
        "one level": "1 at (-1, -1) … 17",
        "all": "1 at (-1, -1) … 17",
        "all diverged": "all 81 diverged",
    }
    assert found["train loss"] == expected[measured]
    assert f"{len(points)} points measured" in found["resolution"]
    assert found["trajectory"] == "2 checkpoints"


def test_a_line_has_one_axis_and_no_saddles(tmp_path: Path) -> None:
    domain = Domain((-1, 1), (0.5, 0.5), 9, 1)
    create_folder(tmp_path / "line", domain, ("train_loss",), {})
    writer = LandscapeWriter(tmp_path / "line")
    for column, loss in enumerate([3, 1, 2, 0, 4, 5, 3, 2, 6]):
        writer.record(0, column, {"train_loss": loss}, 256)
    found = rows(describe(open_folder(tmp_path / "line")))
    assert found["beta"] == "0.5"
    assert found["resolution"] == "9 along alpha, 9 points measured"
    assert found["critical points"] == "3 minima, 2 maxima"
    assert found["Euler's check"] == "3 minima − 2 maxima = 1, as it must be"
    assert found["point 1"] == "minimum at (-0.25, 0.5), 0, the deepest"


def test_a_sum_that_is_not_what_it_must_be_is_said() -> None:
    shape = {**FULL["shape"], "clear": None, "euler": {"sum": 1, "characteristic": 0}}
    found = rows({**FULL, "shape": shape})
    assert found["Euler's check"] == "1 minimum − 2 saddles + 2 maxima = 1, but it must be 0"
    assert "above the noise" not in found


@pytest.mark.parametrize("sharpness", [None, "large", {}, {"eigenvalues": ["a"], "trace": "b", "lambda_min": None}])
def test_a_sharpness_of_another_kind_is_left_out(sharpness: object) -> None:
    assert "sharpness" not in rows({**FULL, "provenance": {"sharpness": sharpness}})


def test_a_connection_says_what_the_curve_gains():
    entry = {
        "first": "a.pt", "second": "b.pt", "steps": 600, "distance": 8.0, "length": 10.0,
        "barriers": {"curve": {"train_loss": 0.03107}, "straight line": {"train_loss": None}},
    }  # fmt: skip
    said = summary(
        {**FULL, "provenance": {**FULL["provenance"], "connection": entry, "paths": ["curve", "straight line"]}}
    )
    rows = {" ".join(line.split()) for line in said.splitlines()}
    assert "connection a.pt to b.pt, 8 apart" in rows
    assert "curve 1.25 times as long; trained for 600 steps" in rows
    assert "train loss barrier 0.03107 along the curve, diverged along the straight line" in rows
    assert "paths" not in said
