"""`basin info` for people: every number that the description has, none that it has not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compute.description import describe
from compute.folder import LandscapeWriter, create_folder, open_folder
from compute.landscape import Domain, Trajectory
from explorer.summary import summary

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
    "trajectory": {"points": 13, "explained_variance": [0.75, 0.125]},
    "provenance": {"kind": "landscape", "seed": 3, "model": {"name": "resnet", "parameters": 78042}, "lr": 0.05},
}


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
        "seed": "3",
        "model": "name resnet, parameters 78042",
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
    assert rows({**FULL, "trajectory": {"points": 2, "explained_variance": variance}})["trajectory"] == "2 checkpoints"


@pytest.mark.parametrize("measured", ["nothing", "one level", "all", "all diverged"])
def test_every_landscape_can_be_described(measured: str, tmp_path: Path) -> None:
    domain = Domain((-1, 1), (-1, 1), 9, 9)
    path = Trajectory(*np.zeros((6, 2)))
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
