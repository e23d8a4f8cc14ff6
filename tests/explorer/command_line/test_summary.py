"""`basin info` for people: every number that the description has, none that it has not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compute.description import describe
from compute.folder import LandscapeWriter, create_folder, open_folder
from compute.landscape import Domain, Trajectory
from explorer.command_line.summary import summary

FULL: dict[str, Any] = {
    "kind": "landscape",
    "domain": {"alpha": [-1.0, 0.5], "beta": [-0.001, 2.0]},
    "resolution": [33, 65],
    "measured": 2145,
    "metrics": {
        "train_loss": {"min": 0.0012345, "max": 17.25, "argmin": [0.0, 0.25], "diverged": 0},
        "test_loss": {"min": 0.5, "max": 2.0, "argmin": [0.0, 0.25], "diverged": 3},
    },
    "critical_points": {"minima": 1, "saddles": 2, "maxima": 0},
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
        "critical points": "1 minima, 2 saddles, 0 maxima",
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
            "trajectory": None,
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
