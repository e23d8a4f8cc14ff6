"""A landscape in plain numbers, as `basin info --json` prints it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compute.description import SMALLEST, describe
from compute.folder import LandscapeWriter, create_folder
from compute.formats import read_landscape
from compute.landscape import Domain, Landscape, Trajectory
from compute.levels import finest_complete_stride
from tests import surfaces
from tests.compute.ply_files import write_ply
from tests.shared_data import shared_file


def plain(landscape: Landscape) -> dict[str, Any]:
    """Through JSON and back, without NaN and Infinity."""
    content: dict[str, Any] = json.loads(json.dumps(describe(landscape), allow_nan=False))
    return content


def himmelblau(n_alpha: int = 65, n_beta: int = 65) -> Landscape:
    domain, values = surfaces.HIMMELBLAU.on_grid(n_alpha, n_beta)
    return Landscape("h", domain, {"train_loss": values}, np.ones(domain.shape, np.uint32))


def test_a_ply_file_made_here(tmp_path: Path) -> None:
    domain, values = surfaces.DOUBLE_WELL.on_grid(17, 9)
    csv = tmp_path / "path.csv"
    csv.write_text("2,1\n1,0\n")
    assert plain(read_landscape(write_ply(tmp_path / "well.ply", domain, values), csv)) == {
        "kind": "ply",
        "domain": {"alpha": [-2.0, 2.0], "beta": [-1.0, 1.0]},
        "resolution": [9, 17],
        "measured": 153,
        "metrics": {"train_loss": {"min": 0.0, "max": 11.0, "argmin": [-1.0, 0.0], "diverged": 0}},
        "critical_points": {"minima": 2, "saddles": 1, "maxima": 0},
        "trajectory": {"points": 2, "explained_variance": None},
        "provenance": {"kind": "ply", "source": "well.ply"},
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ResNet_PCA", {"minima": 2, "saddles": 1, "maxima": 0}),
        ("VGG_Random", {"minima": 6, "saddles": 7, "maxima": 2}),
    ],
)
def test_seed_files(name: str, expected: dict[str, int]) -> None:
    content = plain(read_landscape(shared_file(f"{name}.ply")))
    assert content["critical_points"] == expected
    assert content["trajectory"] is None
    assert content["resolution"] == [26, 26] and content["measured"] == 676


def test_a_folder_with_nothing_in_it_yet(tmp_path: Path) -> None:
    create_folder(tmp_path / "pca", Domain((-1, 1), (-1, 1), 9, 9), ("train_loss", "test_loss"), {"seed": 1})
    content = plain(read_landscape(tmp_path / "pca"))
    assert content["kind"] == "landscape" and content["measured"] == 0
    nothing = {"min": None, "max": None, "argmin": None, "diverged": 0}
    assert content["metrics"] == {"train_loss": nothing, "test_loss": nothing}
    assert content["critical_points"] == {"minima": None, "saddles": None, "maxima": None}
    assert content["provenance"] == {"kind": "landscape", "format": 1, "seed": 1}


def test_a_folder_in_the_middle_of_measuring(tmp_path: Path) -> None:
    domain, values = surfaces.HIMMELBLAU.on_grid(129, 129)
    create_folder(tmp_path / "pca", domain, ("train_loss",), {})
    writer = LandscapeWriter(tmp_path / "pca")
    for row in range(0, 129, 2):
        for column in range(0, 129, 2):
            writer.record(row, column, {"train_loss": values[row, column]}, 64)
    writer.record(1, 1, {"train_loss": float("nan")}, 64)
    content = plain(read_landscape(tmp_path / "pca"))
    assert content["measured"] == 65 * 65 + 1
    assert content["critical_points"] == {"minima": 4, "saddles": 4, "maxima": 1}
    measured = content["metrics"]["train_loss"]
    assert measured["diverged"] == 1 and measured["max"] == values[::2, ::2].max()
    assert measured["min"] == values[::2, ::2].min()


def test_numbers_count_only_where_examples_stand_behind_them() -> None:
    landscape = himmelblau()
    landscape.metrics["train_loss"][3, 4] = -5.0
    landscape.examples[3, 4] = 0
    assert plain(landscape)["metrics"]["train_loss"]["min"] >= 0


@pytest.mark.parametrize(
    ("shape", "missing", "stride"),
    [
        ((9, 9), [], 1),
        ((2, 2), [], 1),
        ((26, 26), [], 1),
        ((9, 9), [(1, 0)], 2),
        ((9, 17), [(1, 0), (2, 0)], 4),
        ((9, 9), [(1, 0), (2, 0), (4, 0)], None),  # 2 by 2 would be left
        ((9, 9), [(0, 0)], None),
        ((26, 26), [(1, 0)], None),
        ((9, 8), [(1, 0)], None),
    ],
)
def test_finest_complete_level(shape: tuple[int, int], missing: list[tuple[int, int]], stride: int | None) -> None:
    measured = np.ones(shape, np.bool_)
    for place in missing:
        measured[place] = False
    assert finest_complete_stride(measured, SMALLEST) == stride


def test_trajectory_and_provenance_become_plain() -> None:
    whole = himmelblau()
    landscape = Landscape(
        "h",
        whole.domain,
        whole.metrics,
        whole.examples,
        Trajectory(*(np.zeros(4) for _ in range(6))),
        {"explained_variance": (0.8, np.float32(0.125)), "norm": float("nan"), "at": Path("a"), "n": np.int64(3)},
    )
    content = plain(landscape)
    assert content["trajectory"] == {"points": 4, "explained_variance": [0.8, 0.125]}
    assert content["provenance"] == {"explained_variance": [0.8, 0.125], "norm": None, "at": "a", "n": 3}
    assert content["critical_points"] == {"minima": 4, "saddles": 4, "maxima": 1}


def test_argmin_is_alpha_then_beta() -> None:
    landscape = himmelblau(41, 21)
    assert plain(landscape)["metrics"]["train_loss"]["argmin"] == [3.0, 2.0]
