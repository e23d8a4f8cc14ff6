"""A landscape in plain numbers, as `basin info --json` prints it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compute.description import SMALLEST, describe
from compute.folder import LandscapeWriter, create_folder
from compute.formats.reading import read_landscape
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
        "refinement": None,
        "stopped": None,
        "trajectory": {
            "points": 2,
            "explained_variance": None,
            "residual": [None, None],
            "loss": [None, None],
            "plane_loss": [None, None],
            "largest_gap": None,
        },
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
    rest = np.zeros(4)
    path = Trajectory(
        rest, rest, rest, rest, np.array([3, 2, 1, 0.0]), np.array([9, 5, np.nan, 1]), np.array([np.inf, 7, 4, 1.25])
    )
    provenance = {
        "explained_variance": (0.8, np.float32(0.125)),
        "norm": float("nan"),
        "at": Path("a"),
        "n": np.int64(3),
    }
    content = plain(Landscape("h", whole.domain, whole.metrics, whole.examples, path, provenance))
    assert content["trajectory"] == {
        "points": 4,
        "explained_variance": [0.8, 0.125],
        "residual": [3, 0],
        "loss": [9, 1],
        "plane_loss": [None, 1.25],  # infinite is nothing that JSON knows
        "largest_gap": 2,  # |7 − 5|, not where one of both is unknown or infinite
    }
    assert content["provenance"] == {"explained_variance": [0.8, 0.125], "norm": None, "at": "a", "n": 3}
    assert content["critical_points"] == {"minima": 4, "saddles": 4, "maxima": 1}


def test_a_trajectory_without_points() -> None:
    whole = himmelblau()
    path = Trajectory(*np.zeros((7, 0)))
    content = plain(Landscape("h", whole.domain, whole.metrics, whole.examples, path))
    assert content["trajectory"]["loss"] == [] and content["trajectory"]["largest_gap"] is None


LEVEL = {"points": [5, 5], "evaluations": 25, "surplus": float("nan"), "where": (1.0, 2.0), "seconds": 3}


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ([LEVEL], [{"points": [5, 5], "evaluations": 25, "surplus": None, "where": [1, 2]}]),
        ([{}], [{"points": None, "evaluations": None, "surplus": None, "where": None}]),
        ([], None),
        (None, None),
        ("none", None),
        ([3], None),
    ],
)
def test_the_record_of_the_levels_and_why_it_stopped(record: Any, said: Any) -> None:
    whole = himmelblau()
    for why, text in (("tolerance", "tolerance"), (None, None), (7, None)):
        provenance = {"refinement": record, "stopped": why}
        content = plain(Landscape("h", whole.domain, whole.metrics, whole.examples, None, provenance))
        assert content["refinement"] == said and content["stopped"] == text


def test_a_line() -> None:
    domain = Domain((-1.0, 1.0), (0.5, 0.5), 9, 1)
    values = np.cos(3 * np.pi * domain.alphas)[None]
    content = plain(Landscape("l", domain, {"train_loss": values}, np.ones(domain.shape, np.uint32)))
    assert content["domain"]["beta"] == [0.5, 0.5] and content["resolution"] == [1, 9]
    assert content["critical_points"]["saddles"] == 0
    assert content["metrics"]["train_loss"]["argmin"][1] == 0.5


def test_what_one_metric_lacks_at_a_measured_point_did_not_diverge() -> None:
    whole = himmelblau(9, 9)
    other = np.full((9, 9), np.nan)
    other[0, :3] = 1.0, np.inf, 2.0
    content = plain(Landscape("h", whole.domain, {**whole.metrics, "test_loss": other}, whole.examples))
    assert content["metrics"]["test_loss"] == {"min": 1.0, "max": 2.0, "argmin": [-5.0, -5.0], "diverged": 1}


def test_argmin_is_alpha_then_beta() -> None:
    landscape = himmelblau(41, 21)
    assert plain(landscape)["metrics"]["train_loss"]["argmin"] == [3.0, 2.0]
