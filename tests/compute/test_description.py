"""A landscape in plain numbers, as `basin info --json` prints it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compute.description import describe
from compute.folder import LandscapeWriter, create_folder
from compute.formats.reading import read_landscape
from compute.interpolation import refine
from compute.landscape import Domain, Landscape, Trajectory
from compute.levels import finest_complete_stride
from compute.topology.account import MOST_POINTS, SMALLEST
from tests import surfaces
from tests.compute.ply_files import write_ply
from tests.shared_data import shared_file


def plain(landscape: Landscape) -> dict[str, Any]:
    """Through JSON and back, without NaN and Infinity."""
    content: dict[str, Any] = json.loads(json.dumps(describe(landscape), allow_nan=False))
    return content


def point(kind: str, alpha: float, value: float, persistence: Any, partner: Any) -> dict[str, Any]:
    """On the axis, as it is described when it is clear and nobody asked the network."""
    return {
        **{"kind": kind, "alpha": alpha, "beta": 0.0, "value": value},
        **{"persistence": persistence, "factor": None, "partner": partner, "clear": True, "verdict": None},
    }


def himmelblau(n_alpha: int = 65, n_beta: int = 65) -> Landscape:
    domain, values = surfaces.HIMMELBLAU.on_grid(n_alpha, n_beta)
    return Landscape("h", domain, {"train_loss": values}, np.ones(domain.shape, np.uint32))


def test_a_persistence_of_logarithms_is_a_factor_too() -> None:
    """Of exp of a double well, whose second well is 1 deep, it is e."""
    domain, values = surfaces.DOUBLE_WELL.on_grid(65, 33)
    found = plain(Landscape("w", domain, {"train_loss": np.exp(values)}, np.ones(domain.shape, np.uint32)))["shape"]
    assert found["relative"] and [each["factor"] for each in found["points"]] == [
        None, pytest.approx(np.e), pytest.approx(np.e)
    ]  # fmt: skip


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
        "shape": {
            "level": [9, 17],
            "euler": {"sum": 1, "characteristic": 1},
            "error_bar": np.abs(refine(values[::2, ::2], 2) - values).max(),
            "relative": False,
            "clear": 3,
            "points": [
                point("minimum", -1, 0, None, None),
                point("minimum", 1, 0, 1, [0, 0]),
                point("saddle", 0, 1, 1, [1, 0]),
            ],
        },
        "barriers": None,
        "connection": None,
        "verification": None,
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


def test_the_most_persistent_points_come_first_and_the_rest_is_left_out() -> None:
    """Noise on a bowl: as many as fit, the deepest first, and those above twice the error bar are clear."""
    domain, values = surfaces.BOWL.on_grid(33, 33)
    noise = np.random.default_rng(0).uniform(-0.3, 0.3, values.shape)
    content = plain(Landscape("b", domain, {"loss": 5 + values + noise}, np.ones(domain.shape, np.uint32)))
    shape = content["shape"]
    points = shape["points"]
    assert sum(content["critical_points"].values()) > len(points) == MOST_POINTS
    assert points[0]["kind"] == "minimum" and points[0]["persistence"] is None and points[0]["partner"] is None
    persistence = [each["persistence"] for each in points[1:]]
    assert persistence == sorted(persistence, reverse=True)
    assert shape["euler"] == {"sum": 1, "characteristic": 1}
    # the surplus of the last level is as large as the noise, which is all that there is to be seen
    assert shape["error_bar"] > np.log(5.6 / 5) / 2 and shape["relative"] is True
    assert shape["clear"] == sum(each["clear"] for each in points) < 20


def test_holes_count_in_eulers_check() -> None:
    domain, values = surfaces.HIMMELBLAU.on_grid(33, 33)
    values[10:12, 10:13] = np.inf
    content = plain(Landscape("h", domain, {"loss": values}, np.ones(domain.shape, np.uint32)))
    assert content["shape"]["euler"] == {"sum": 0, "characteristic": 0}
    counted = content["critical_points"]
    assert counted["minima"] - counted["saddles"] + counted["maxima"] == 0
    loops = [each for each in content["shape"]["points"] if each["kind"] == "saddle" and each["persistence"] is None]
    assert len(loops) == 1 and content["shape"]["points"][-1] == loops[0]


def test_without_a_coarser_level_nobody_knows_what_is_clear() -> None:
    content = plain(himmelblau(26, 26))
    assert content["shape"]["clear"] is content["shape"]["error_bar"] is None
    assert {each["clear"] for each in content["shape"]["points"]} == {None}


def test_the_barriers_of_a_line_between_two_networks() -> None:
    """From −1/2 to 3/2; between 0 and 1 the training loss rises by t (1 − t) above 1 + t, the other one diverges."""
    domain = Domain((-0.5, 1.5), (0.0, 0.0), 129, 1)
    t = domain.alphas
    losses = {"train_loss": (1 + t + t * (1 - t))[None], "test_loss": np.where(t == 0.5, np.inf, 1.0)[None]}
    metrics = {**losses, "train_accuracy": (1 - t)[None]}
    line = Landscape("l", domain, metrics, np.ones(domain.shape, np.uint32), None, {"directions": {"kind": "between"}})
    content = plain(line)
    # what diverged at a node begins where the stretch before it does
    assert content["barriers"] == {
        "train_loss": {"height": 0.25, "position": 0.5, "excess": 0.0},
        "test_loss": {"height": None, "position": pytest.approx(0.5 - 1 / 64), "excess": None},
    }
    for directions in ({"kind": "pca"}, None, "between"):
        other = Landscape("l", domain, metrics, line.examples, None, {"directions": directions})
        assert plain(other)["barriers"] is None
    short = Landscape("l", Domain((-0.5, 0.9), (0.0, 0.0), 129, 1), metrics, line.examples, None, line.provenance)
    assert plain(short)["barriers"] is None
    nothing = Landscape("l", domain, losses, np.zeros(domain.shape, np.uint32), None, line.provenance)
    assert plain(nothing)["barriers"] == {"train_loss": None, "test_loss": None}


def test_what_the_network_said_of_the_points() -> None:
    domain, values = surfaces.DOUBLE_WELL.on_grid(17, 9)
    verdict = {
        **{"alpha": 1.0, "beta": 0.0, "slice_index": 0, "outcome": "moved", "found": [1.1, 0.1], "found_index": 0},
        **{
            "value": 0.0,
            "eigenvalues": [1.0, 2.0],
            "residual": 0.0,
            "gradient_norm": 1.0,
            "steps": 3,
            "reason": "near",
        },
    }
    entry = {"points": [verdict], "candidates": 3, "left_out": 2}
    content = plain(
        Landscape("w", domain, {"loss": values}, np.ones(domain.shape, np.uint32), None, {"verification": entry})
    )
    assert content["verification"] == {"verified": 0, "moved": 1, "refuted": 0, "candidates": 3, "left_out": 2}
    assert [each["verdict"] for each in content["shape"]["points"]] == [None, "moved", None]
    assert content["provenance"]["verification"]["candidates"] == 3
