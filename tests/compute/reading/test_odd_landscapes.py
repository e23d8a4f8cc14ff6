"""Landscapes without a shape, with too few points, or of an accuracy: nothing is said of them that cannot be known."""

from dataclasses import replace

import numpy as np
import pytest

from compute.landscape import Domain, Landscape, Trajectory
from compute.reading.gathering import measure_reading
from compute.reading.reading import Sentence, reading

SIDES = (-1.0, 1.0)


def read(values, name="train_loss", domain=None, **more) -> dict[str, Sentence]:
    """By rule what is said of these values over a square, or of one row over a line."""
    rows, columns = values.shape
    examples = more.pop("examples", np.where(np.isnan(values), 0, 64).astype(np.uint32))
    path = more.pop("trajectory", None)
    domain = domain or Domain(SIDES, SIDES if rows > 1 else (0.0, 0.0), columns, rows)
    landscape = Landscape("l", domain, {name: values}, examples, path, {"kind": "landscape", **more})
    return {sentence.rule_id: sentence for sentence in reading(measure_reading(landscape))}


def square(n, low=0.0, *, up=1.0):
    """up · (α² + 2 β²) + low, of n points per axis."""
    x, y = np.meshgrid(np.linspace(-1, 1, n), np.linspace(-1, 1, n))
    return up * (x**2 + 2 * y**2) + low


def beginning(said, *parts) -> set[str]:
    return {rule_id for rule_id in said if rule_id.partition(".")[0] in parts}


# ── nothing changes ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (5, 5), (33, 33), (1, 9)])
@pytest.mark.parametrize("value", [1.0, 0.0, 0.1, -2.0])
def test_where_nothing_changes_there_is_no_shape(shape, value):
    said = read(np.full(shape, value))
    assert beginning(said, "seen", "bowl") == {"seen.flat", "bowl.flat"}
    assert not {"noise.hidden", "noise.none-hidden", "limits.unverified", "right.counts", "right.counts-wrong"} & set(
        said
    )


def test_a_plane_of_which_nothing_is_measured_is_read():
    said = read(np.full((9, 9), np.nan), directions={"kind": "pca"})
    assert "seen.nothing" in said
    assert beginning(said, "bowl", "noise", "right") == {"bowl.path-plane-unknown", "right.open"}


def test_one_point_has_no_shape():
    values = np.full((9, 9), np.nan)
    values[4, 4] = 1.0
    assert beginning(read(values), "seen", "bowl") == {"seen.flat", "bowl.flat"}
    values[np.isnan(values)] = np.inf
    said = read(values)
    assert beginning(said, "seen", "bowl") == {"seen.flat", "bowl.flat"}
    assert "two nested levels of points have" in said["noise.error-unknown"].text  # there are two, but not of values


def test_flat_in_places_is_not_flat():
    values = np.minimum(square(33, 1.0), 1.5)
    assert {"seen.range", "seen.lowest-centre"} <= set(read(values))


def test_of_equal_lowest_points_the_one_inside_nearest_to_the_centre_is_told():
    trough = 3 + np.broadcast_to(np.linspace(-1, 1, 33) ** 2, (33, 33))
    said = read(trough)
    assert "at (0, 0)" in said["seen.lowest-centre"].text
    assert beginning(said, "bowl") == {"bowl.trough"}
    assert "stands out: on the rim the surface is as low as anywhere inside, or lower" in said["bowl.trough"].text
    one_side = np.array(trough)
    one_side[:, 16] = 4.0  # nothing low in the middle
    one_side[[16, 31], [0, 31]] = 2.0  # the one on the rim is nearer
    assert "seen.lowest-rim" not in read(one_side)


# ── what diverged ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("shape", [(9, 9), (1, 9)])
def test_where_all_diverged_no_level_is_called_incomplete(shape):
    said = read(np.full(shape, np.inf))
    assert beginning(said, "seen", "bowl") == {"seen.nothing", "bowl.nothing"}
    assert "noise.diverged" in said


def test_a_row_without_a_cell_has_no_critical_points():
    """All points are measured, and no four that are neighbours are finite."""
    values = np.full((9, 9), np.inf)
    values[4] = np.arange(1, 10)
    said = read(values)
    assert beginning(said, "bowl") == {"bowl.unknown"} or "bowl.rim" in said
    assert "right.counts" not in said  # 0 = 0
    assert "noise.none-hidden" not in said
    values[4, 4] = 0.5
    assert "no cell of it is finite at every corner" in read(values)["bowl.unknown"].text


# ── few points ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("n", [3, 4, 5])
def test_without_an_error_bar_one_minimum_is_neither_a_bowl_nor_the_only_one(n):
    said = read(square(n, 1.0))
    assert {"seen.one-unjudged", "bowl.one-unjudged"} <= set(said)
    assert not {"seen.one-basin", "bowl.is-one"} & set(said)
    line = read(square(n, 1.0)[n // 2][None])
    assert {"seen.one-unjudged", "bowl.one-unjudged"} <= set(line)


def test_without_an_error_bar_bumps_are_not_said_to_stand_out():
    values = square(6, 1.0)
    values[4, 4] += 9.0
    said = read(values)
    assert "bowl.bumps-unjudged" in said
    assert "1 maximum. Not known" in said["bowl.bumps-unjudged"].text


def test_a_lowest_point_on_the_rim_may_be_within_a_cell_of_it():
    """The floor at 0.8 is inside, the nearest of five points is at the end."""
    x, y = np.meshgrid(np.linspace(-1, 1, 5), np.linspace(-1, 1, 5))
    said = read(1 + (x - 0.8) ** 2 + y**2)
    assert "its bottom may lie beyond the rim, or between the points" in said["bowl.rim"].text
    assert "seen.one-basin" not in said
    line = read((1 + (np.linspace(-1, 1, 5) - 0.8) ** 2)[None])
    assert "at an end" in line["seen.lowest-rim"].text
    assert "its bottom may lie beyond the end, or between the points" in line["bowl.rim"].text


def test_minima_on_the_rim_are_no_bowls():
    values = square(65, 1.0)
    x, y = np.meshgrid(np.linspace(-1, 1, 65), np.linspace(-1, 1, 65))
    said = read(values - 1.5 * np.exp(-((x - 1.3) ** 2 + (y - 0.25) ** 2) / 0.2))
    assert "bowl.rim-minima" in said
    assert "one minimum inside that stands out, and 1 minimum on the rim" in said["bowl.rim-minima"].text


def test_a_centre_that_is_no_point_of_the_grid_is_not_called_worse():
    """26 points have none at 0: the network in the centre was not measured."""
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, 26), np.linspace(-0.5, 0.5, 26))
    said = read(1 + (x - 0.06) ** 2 + (y - 0.02) ** 2, domain=Domain((-0.5, 0.5), (-0.5, 0.5), 26, 26))
    assert "seen.lowest" in said
    assert "seen.lowest-elsewhere" not in said


# ── accuracies ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["train_accuracy", "test_accuracy", "acc"])
def test_nothing_is_said_of_bowls_and_basins_of_an_accuracy(name):
    path = Trajectory(*np.array([[0.0, 1], [0, 1], [0.5, 0], [0, 0], [0, 0], [2, 1], [2, 1]]))
    known = {"directions": {"kind": "pca"}, "trajectory": path}
    for values in (0.9 * np.exp(-square(33)), 1e-4 + np.exp(-9 * square(33)), 0.3 + square(33, up=0.1)):
        said = read(values, name, **known)
        assert beginning(said, "bowl") == {"bowl.not-a-loss"}
        assert not {"seen.lowest-rim", "seen.basins", "seen.one-basin", "seen.one-stands-out", "seen.decades"} & set(
            said
        )
    said = read(0.9 * np.exp(-square(33)), name)
    assert said["seen.highest"].text == "Its highest measured value, 0.9, is at (0, 0)."


def test_the_losses_of_a_path_are_not_compared_with_a_surface_of_accuracy():
    path = Trajectory(*np.array([[0.0, 1], [0, 1], [0.5, 0], [0, 0], [0, 0], [2, 1], [2, 1]]))
    values = 0.9 * np.exp(-square(33))
    said = read(values, "train_accuracy", trajectory=path)
    assert "of the plane under" in said["path.on-surface"].text
    assert "surface" not in said["path.on-surface"].text
    assert "no checkpoint whose train accuracy is known" in said["right.centre-unknown"].text
    assert "of the surface under" in read(values, trajectory=path)["path.on-surface"].text


# ── data ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("names", "rule_id"),
    [
        (["train_loss"], "limits.train-only"),
        (["train_loss", "val_loss"], None),
        (["train_loss", "validation_accuracy"], None),
        (["loss"], "limits.test-unknown"),  # of which data nobody says
        (["train_loss", "f1"], "limits.test-unknown"),
    ],
)
def test_whether_unseen_data_were_measured_is_known_by_names_that_say_so(names, rule_id):
    values = square(9, 1.0)
    one = Landscape("l", Domain(SIDES, SIDES, 9, 9), dict.fromkeys(names, values), np.ones((9, 9), np.uint32), None, {})
    found = {sentence.rule_id for sentence in reading(measure_reading(one))}
    assert found & {"limits.train-only", "limits.test-unknown"} == ({rule_id} if rule_id else set())


def test_a_map_alone_says_nothing_of_any_data():
    said = read(square(9, 1.0), "lambda_ratio", maps={"lambda_ratio": {"examples": 64}})
    assert "limits.test-unknown" in said


def test_examples_that_differ_from_point_to_point_are_not_the_same():
    values, examples = square(9, 1.0), np.full((9, 9), 64, np.uint32)
    examples[3, 3] = 32
    said = read(values, examples=examples)
    assert "from 32 to 64 examples" in said["limits.examples-differ"].text
    assert not {"limits.few-examples", "noise.rough-grid"} & set(said)
    examples[3, 3] = 0  # one that is not measured yet says nothing
    assert "limits.few-examples" in read(values, examples=examples)


def test_values_that_differ_by_rounding_alone_are_called_so_and_nothing_is_made_of_their_dips():
    noise = np.random.default_rng(0).integers(0, 3, (33, 33)) * 2.0**-26
    said = read(1 + noise, precision="fp32 forward, fp64 sums")
    assert "24 significant bits" in said["noise.rounding"].text
    assert not {"noise.rough", "noise.rough-grid"} & set(said)
    assert "noise.rounding" not in read(1 + 8 * noise, precision="fp32 forward, fp64 sums")
    assert "noise.rounding" not in read(1 + noise, precision="fp64")
    assert "noise.rounding" in read(-1 - noise, precision="fp32 forward, fp64 sums")
    assert "noise.rounding" not in read(np.ones((33, 33)), precision="fp32 forward, fp64 sums")


def test_dips_of_few_bits_are_put_down_to_rounding():
    rough = 1 + 0.05 * np.random.default_rng(0).random((33, 33))
    assert "noise.rough-bits" in read(rough, precision="bf16 forward, fp64 sums")
    assert "noise.rough-grid" in read(rough, precision="fp32 forward, fp64 sums")


def test_the_steps_of_an_accuracy_are_no_valleys():
    """It goes in steps of one example."""
    rough = np.round(0.5 + 0.2 * np.random.default_rng(0).random((33, 33)), 2)
    assert not {"noise.rough", "noise.rough-grid"} & set(read(rough, "train_accuracy"))
    assert "noise.rough-grid" in read(rough)


def test_a_bowl_needs_no_reason_why_it_is_none():
    known = {"directions": {"kind": "pca"}}
    falling = Trajectory(*np.array([[0.0, 1], [0, 1], [0.5, 0], [0, 0], [0, 0], [2, 1], [2, 1]]))
    for path, rule_id in ((None, "bowl.path-plane-unknown"), (falling, "bowl.path-plane")):
        assert beginning(read(square(33, 1.0), trajectory=path, **known), "bowl") == {"bowl.is-one"}
        assert rule_id in read(square(33, up=-1.0) + 4, trajectory=path, **known)


def test_a_line_has_no_bow():
    path = Trajectory(*np.array([np.arange(9.0), np.arange(9), np.linspace(1, 0, 9), *np.zeros((4, 9))]))
    known = {"directions": {"kind": "pca"}, "explained_variance": [0.99], "trajectory": path}
    said = read(square(33, 1.0)[16][None], **known)
    assert "less than this path." in said["limits.line-beyond-random-walk"].text
    assert not [sentence.text for sentence in said.values() if "bow " in sentence.text]


def test_without_an_error_bar_no_barrier_is_no_knowledge():
    between = {"directions": {"kind": "between"}, "domain": Domain((0.0, 1.0), (0.0, 0.0), 3, 1)}
    assert "seen.barrier-unjudged" in read(np.array([[1.0, 1.2, 2.0]]), **between)
    assert "seen.barrier" in read(np.array([[1.0, 2.2, 2.0]]), **between)
    finer = {**between, "domain": Domain((0.0, 1.0), (0.0, 0.0), 33, 1)}
    assert "seen.no-barrier" in read(np.linspace(1, 2, 33)[None] ** 2, **finer)


def test_on_a_grid_that_is_too_coarse_a_refusal_is_hedged():
    values = square(17, 1.0)
    measured = replace(measure_reading(_plain(values)), candidates=3, refuted=1)
    fine, coarse = (
        {sentence.rule_id: sentence.text for sentence in reading(replace(measured, error_share=share))}
        for share in (0.05, 0.2)
    )
    assert "noise.refuted" in fine
    assert "noise.refuted-coarse" in coarse
    assert "noise.refuted" not in coarse
    moved = reading(replace(measured, refuted=0, moved=2, error_share=0.2))
    text = next(sentence.text for sentence in moved if sentence.rule_id == "noise.refuted-coarse")
    assert text.startswith("Not verified: 2 of 3 critical points. Not known: ")


def _plain(values) -> Landscape:
    return Landscape("l", Domain(SIDES, SIDES, 17, 17), {"train_loss": values}, np.ones((17, 17), np.uint32), None, {})
