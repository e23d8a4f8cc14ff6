"""The numbers that the reading is made from, each against something independent."""

import json
import math
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from compute.formats.reading import read_landscape
from compute.landscape import Domain, Landscape, Trajectory
from compute.models.zoo import build_model
from compute.reading.course import random_walk_share
from compute.reading.gathering import measure_reading
from compute.reading.reading import reading
from compute.verification import Outcome, Verdict
from tests.compute.landscapes import random_landscape
from tests.compute.ply_files import write_ply
from tests.surfaces import BOWL, DOUBLE_WELL, HIMMELBLAU, SADDLE

READY = Path(__file__).parents[3] / "assets" / "ready"
NAN = math.nan


def land(domain, values, **more) -> Landscape:
    """A landscape of one loss; ``more`` are metrics by name, a trajectory, and entries of the provenance."""
    metrics = {"train_loss": values, **more.pop("metrics", {})}
    examples = more.pop("examples", np.where(np.isnan(values), 0, 64).astype(np.uint32))
    path = more.pop("trajectory", None)
    return Landscape("l", domain, metrics, examples, path, {"kind": "landscape", **more})


def measured(surface, n=65, shift=1.0, **more):
    domain, values = surface.on_grid(n, n)
    return measure_reading(land(domain, values + shift, **more))


# ── heights ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_range_and_lowest_point_are_those_of_the_grid():
    found = measured(BOWL)  # lowest at (0.25, -0.5), which is a grid point
    assert (found.lowest, found.lowest_at, found.lowest_on_rim) == (1.0, (0.25, -0.5), False)
    assert found.highest == pytest.approx(1 + 1.25**2 + 2 * 1.5**2)
    assert found.lowest_cells == 16  # of 64 cells over a length of 2
    assert found.decades == pytest.approx(math.log10(found.highest))
    assert found.centre_here == pytest.approx(1 + 0.25**2 + 2 * 0.5**2)


def test_a_lowest_point_on_the_rim_is_known():
    domain, values = BOWL.on_grid(9, 9)
    cut = Domain((-1, 0.25), domain.beta, 6, 9)
    assert measure_reading(land(cut, values[:, :6])).lowest_on_rim is True


def test_values_that_are_not_positive_have_no_decades():
    assert measured(BOWL, shift=-1.0).decades is None
    domain, values = BOWL.on_grid(9, 9)
    few = values + 1
    few[0, :4] = [0.0, -1.0, 0.0, -2.0]  # 4 of 81, less than the 5 % that a logarithm leaves out
    assert measure_reading(land(domain, few)).decades == pytest.approx(math.log10(few.max()))


def test_a_cap_is_told_where_values_are_above():
    domain = Domain((-1, 1), (-1, 1), 33, 33)
    values = 1 - 2.0 * np.ones((33, 33))
    values += np.random.default_rng(0).random((33, 33))
    values[3, 3] = 1e4  # a needle: the picture ends at the 90th percentile
    found = measure_reading(land(domain, values))
    above = values[values > values.min()]
    assert found.cap == pytest.approx(np.percentile(above, 90))
    assert measured(BOWL).cap is None


def test_holes_are_counted():
    domain, values = HIMMELBLAU.on_grid(33, 33)
    values[4:6, 7] = np.inf
    found = measure_reading(land(domain, values + 1))
    assert (found.points, found.nodes, found.diverged, found.euler, found.euler_due) == (1089, 1089, 2, 0, 0)


def test_what_is_not_finished_is_counted():
    domain, values = BOWL.on_grid(33, 33)
    examples = np.zeros((33, 33), np.uint32)
    examples[::4, ::4] = 64
    examples[0, 2] = 64  # the first of the next level, 17 x 17
    found = measure_reading(land(domain, values, examples=examples))
    assert (found.points, found.nodes, found.open_nodes) == (82, 17 * 17, 17 * 17 - 82)


def test_a_needle_on_the_finest_level_is_beyond_the_tolerance():
    """All but what is around it is known well enough; the cells there would have to be divided once more."""
    domain, values = Domain((-1, 1), (-1, 1), 65, 65), np.ones((65, 65))
    examples = np.zeros((65, 65), np.uint32)
    examples[::2, ::2], examples[16:48, 16:48] = 64, 64
    values[32, 30] = 1.5  # of the level of 33, which the one of 17 did not foretell
    values[31, 31] = 2.0  # of the last
    found = measure_reading(land(domain, values, examples=examples, tolerance=0.01))
    assert (found.open_nodes, found.within_tolerance) == (0, False)
    assert found.points < found.nodes
    said = [sentence.rule_id for sentence in reading(found)]
    assert "right.beyond" in said
    assert not {"right.settled", "right.complete"} & set(said)


@pytest.mark.parametrize(("tolerance", "within"), [(0.41, True), (0.40, False), (None, None)])
def test_the_error_bar_is_held_against_the_tolerance_by_which_measuring_stops(tolerance, within):
    """Of logarithms: ln 1.5 = 0.405, though the share is 0.5."""
    domain, values = Domain((-1, 1), (-1, 1), 17, 17), np.ones((17, 17))
    values[5, 7] = 1.5
    assert measure_reading(land(domain, values, tolerance=tolerance)).within_tolerance is within


def test_nothing_measured_is_nothing():
    domain = Domain((-1, 1), (-1, 1), 9, 9)
    found = measure_reading(land(domain, np.full((9, 9), NAN)))
    assert (found.points, found.lowest, found.minima, found.error) == (0, None, None, None)
    assert reading(found)[0].rule_id == "seen.nothing"


# ── critical points and error bars ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "surface", [BOWL, DOUBLE_WELL, HIMMELBLAU, SADDLE], ids=["bowl", "wells", "himmelblau", "saddle"]
)
def test_counts_are_those_of_the_function(surface):
    found = measured(surface, shift=3.0)
    assert (found.minima, found.saddles, found.maxima) == surface.counts
    assert (found.euler, found.euler_due) == (1, 1)


def test_the_deepest_basin_is_the_second_well():
    """(x² − 1)² + 2 y²: the wells end at height 1 over floors of 0, here 1 over 2: ln 2 in logarithms."""
    domain, values = DOUBLE_WELL.on_grid(65, 33)
    values[:, :32] += 1e-6  # one well is the deeper one
    found = measure_reading(land(domain, values + 1))
    assert found.relative
    assert found.deepest == pytest.approx(math.log(2), abs=1e-4)
    raw = measure_reading(land(domain, values - 0.5))
    assert not raw.relative
    assert raw.deepest == pytest.approx(1, abs=1e-4)


def test_the_error_bar_is_what_the_coarser_level_got_wrong():
    """A needle on a node of the last level alone: the level before foretold the plain there."""
    domain, values = Domain((-1, 1), (-1, 1), 17, 17), np.ones((17, 17))
    values[5, 7] = 1.5
    found = measure_reading(land(domain, values))
    assert found.error == pytest.approx(math.log(1.5))
    assert found.error_share == pytest.approx(0.5)
    values[0, 0] = -1.0  # no logarithms: a share of the range
    values[5, 7] = 3.0
    found = measure_reading(land(domain, values))
    assert found.relative is False
    assert found.error_share == pytest.approx(found.error / 4)


def test_shallow_dips_are_hidden_and_counted():
    domain, values = BOWL.on_grid(33, 33)
    values = values + 1
    values[9, 25] *= 0.95  # on the last level: shallower than the error that it makes
    found = measure_reading(land(domain, values))
    assert (found.minima, found.saddles, found.hidden) == (1, 0, 2)
    assert found.dips == 2


def test_noise_is_as_rough_as_chance_has_it():
    """One of five in the long run: of 51 x 51 values 2,401 have all four neighbours."""
    domain = Domain((-1, 1), (-1, 1), 51, 51)
    found = measure_reading(land(domain, 1 + np.random.default_rng(3).random((51, 51))))
    assert found.dips / found.nodes == pytest.approx(0.2, abs=0.02)
    assert "noise.rough-grid" in [sentence.rule_id for sentence in reading(found)]  # all of the same examples
    assert "noise.rough" in [sentence.rule_id for sentence in reading(replace(found, examples=None))]


# ── the path ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def walk_in_weights(rng, steps=12, size=40):
    """A path of weights over a plane with axes at 60 degrees, its centre in the last one; projected independently."""
    delta = rng.normal(size=size)
    eta = 0.4 * delta + rng.normal(size=size)
    weights = np.cumsum(rng.normal(size=(steps, size)), axis=0)
    axes = np.column_stack([delta, eta])
    places, *_ = np.linalg.lstsq(axes, (weights - weights[-1]).T, rcond=None)
    feet = weights[-1] + (axes @ places).T
    residual = np.linalg.norm(weights - feet, axis=1)
    norms = [float(np.linalg.norm(axis)) for axis in (delta, eta)]
    cosine = float(delta @ eta / (norms[0] * norms[1]))
    return places, feet, residual, {"kind": "random", "normalisation": "none", "norms": norms, "cosine": cosine}


@pytest.mark.parametrize("seed", range(5))
def test_distances_from_the_plane_are_those_in_weight_space(seed):
    (alpha, beta), feet, residual, directions = walk_in_weights(np.random.default_rng(seed))
    n = np.arange(len(alpha), dtype=float)
    path = Trajectory(n, n, alpha, beta, residual, np.full(len(n), NAN))
    domain, values = BOWL.on_grid(9, 9)
    found = measure_reading(land(domain, values, trajectory=path, directions=directions))
    off, spread = np.mean(residual**2), np.mean(np.sum((feet - feet.mean(axis=0)) ** 2, axis=1))
    assert found.residual_share == pytest.approx(math.sqrt(off / (off + spread)), rel=1e-9)
    assert found.residual_largest == residual.max()
    assert found.on_plane == 1
    inside = (np.abs(alpha) <= 1) & (np.abs(beta) <= 1)
    assert found.outside == np.count_nonzero(~inside)
    assert found.cosine == pytest.approx(directions["cosine"])
    assert found.stretch == pytest.approx(max(directions["norms"]) / min(directions["norms"]))


def path_of(loss, plane_loss, **columns) -> Trajectory:
    n = np.arange(len(loss), dtype=float)
    zero = np.zeros(len(n))
    usual = {"alpha": n[::-1] / 10, "beta": zero, "residual": n[::-1]}
    return Trajectory(n, n, *({**usual, **columns}[name] for name in ("alpha", "beta", "residual")),
                      np.array(loss), np.array(plane_loss))  # fmt: skip


def test_the_gap_is_the_largest_of_those_known():
    domain, values = BOWL.on_grid(9, 9)
    path = path_of([4.0, NAN, 1.0, 0.5], [3.0, 9.0, 2.5, NAN])
    found = measure_reading(land(domain, values, trajectory=path))
    assert (found.gap, found.first_loss, found.last_loss) == (1.5, 4.0, 0.5)
    assert found.gap_factor == pytest.approx(2.5)
    path = path_of([4.0, -1.0], [3.0, 1.0])
    assert measure_reading(land(domain, values, trajectory=path)).gap_factor is None
    path = path_of([NAN, 1.0], [1.0, NAN])
    assert measure_reading(land(domain, values, trajectory=path)).gap is None


def test_the_largest_gap_and_the_largest_factor_may_be_of_two_checkpoints():
    domain, values = BOWL.on_grid(9, 9)
    two, one = (
        next(sentence.text for sentence in reading(measure_reading(land(domain, values, trajectory=path)))
             if sentence.rule_id == "path.off-surface")
        for path in (path_of([4.0, 0.01], [3.0, 0.03]), path_of([4.0, 0.01], [1.0, 0.02]))
    )  # fmt: skip
    assert "differ by up to 1, and those of another checkpoint by up to a factor of 3." in two
    assert "differ by up to 3, a factor of 4." in one


def test_the_checkpoint_in_the_centre_is_held_against_the_surface():
    domain, values = BOWL.on_grid(9, 9)
    found = measure_reading(land(domain, values, trajectory=path_of([4.0, 3.0, 2.0], [4.0, 3.0, 2.0])))
    assert (found.centre_true, found.centre_here) == (2.0, pytest.approx(values[4, 4]))
    away = path_of([4.0, 3.0, 2.0], [4.0, 3.0, 2.0], residual=np.array([0.0, 1.0, 0.5]))
    assert measure_reading(land(domain, values, trajectory=away)).centre_true is None  # the last one lies off the plane


def test_a_random_walk_has_the_share_that_is_said():
    """Against walks in 6,000 dimensions, and the limit 6/π² (1 + 1/4) of long ones."""
    rng = np.random.default_rng(0)
    for steps in (6, 20, 49):
        walk = np.cumsum(rng.normal(size=(steps, 6000)), axis=0)
        values = np.linalg.svd(walk - walk.mean(axis=0), compute_uv=False) ** 2
        for components in (1, 2):
            share = values[:components].sum() / values.sum()
            assert random_walk_share(steps, components) == pytest.approx(share, abs=0.02)
    assert random_walk_share(100_000, 2) == pytest.approx(6 / math.pi**2 * 1.25, abs=1e-4)
    assert random_walk_share(3, 2) is None
    assert random_walk_share(4, 2) is not None


# ── what the description says ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_ready_example_is_known():
    known = json.loads((READY / "landscape.json").read_text(encoding="utf-8"))
    found = measure_reading(read_landscape(READY))
    assert found.explained == pytest.approx(sum(known["explained_variance"]))
    assert found.parameters == known["model"]["parameters"]
    assert (found.examples, found.whole_split, found.seed, found.bits) == (known["examples"], None, 0, 24)
    assert (found.has_test, found.unknown) == (False, ())
    assert found.walk == random_walk_share(found.checkpoints, 2)


def test_a_bare_file_is_unknown_rather_than_wrong(tmp_path):
    domain, values = BOWL.on_grid(26, 26)
    write_ply(tmp_path / "l.ply", domain, values + 1)
    found = measure_reading(read_landscape(tmp_path / "l.ply"))
    nothing = ("directions", "normalisation", "cosine", "stretch", "seed", "explained", "examples", "has_test", "bits",
               "error", "checkpoints", "recalibrated", "parameters")  # fmt: skip
    assert all(getattr(found, name) is None for name in nothing)
    assert len(found.unknown) == 6
    assert found.metric == "loss"  # a .ply has numbers and no name for them


def test_fewer_examples_than_asked_for_are_all():
    domain, values = BOWL.on_grid(9, 9)
    about = {"model": {"name": "m"}, "sample": {"examples": 65, "recalibrate_bn": True}}
    assert measure_reading(land(domain, values, **about)).whole_split is True
    assert measure_reading(land(domain, values, **about)).recalibrated is True
    assert measure_reading(land(domain, values, **{**about, "sample": {"examples": 64}})).whole_split is False
    assert measure_reading(land(domain, values, sample={"examples": 2048})).whole_split is None


@pytest.mark.parametrize(("words", "one"), [("filter", "filter"), ("none,filter", "none"), ("unknown", None),
                                            ("layer", "layer"), (None, None), (3, None)])  # fmt: skip
def test_of_two_normalisations_the_less_careful_counts(words, one):
    domain, values = BOWL.on_grid(9, 9)
    found = measure_reading(land(domain, values, directions={"kind": "random", "normalisation": words}))
    assert found.normalisation == one


def test_a_description_that_was_spoilt_is_unknown():
    domain, values = BOWL.on_grid(9, 9)
    about = {
        "directions": {"kind": 7, "norms": "long", "cosine": "small", "ignored": [1], "seed": -1, "normalisation": []},
        "explained_variance": "much", "model": [], "sample": "x", "sharpness": {"eigenvalues": ["a"], "loss": None},
        "maps": 3, "verification": {"points": [{"alpha": 1}]}, "connection": 5, "precision": 8,
    }  # fmt: skip
    found = measure_reading(land(domain, values, **about))
    assert (found.directions, found.stretch, found.cosine, found.explained, found.candidates) == (None,) * 5
    assert all("None" not in sentence.text for sentence in reading(found))


@pytest.mark.parametrize("name", ["mlp", "mlp-tanh", "vgg9", "vgg11", "vgg16", "resnet8", "resnet20-a", "resnet18"])
def test_a_network_of_our_own_is_known_to_have_norm_layers_or_not(name):
    domain, values = BOWL.on_grid(9, 9)
    about = {"model": {"name": name}, "sample": {"problem": "", "recalibrate_bn": False}}
    has = any("Norm" in type(part).__name__ for part in _network(name).modules())
    found = measure_reading(land(domain, values, **about))
    assert ("limits.batchnorm-kept" in [sentence.rule_id for sentence in reading(found)]) is has
    foreign = {**about, "sample": {**about["sample"], "problem": "mine.py:problem"}}
    assert measure_reading(land(domain, values, **foreign)).norm_layers is None  # one may call it what one likes


def _network(name: str) -> torch.nn.Module:
    with torch.device("meta"):
        return build_model(name, channels=3, classes=10, image_size=32, seed=0)


@pytest.mark.parametrize(
    ("ignored", "words"),
    [({"bias": 42, "norm": 0}, "biases have"), ({"bias": 10, "norm": 336}, "biases and norm layers have"),
     ({"bias": 0, "norm": 3}, "norm layers have")],
)  # fmt: skip
def test_what_has_no_part_in_the_directions_is_named_and_nothing_else(ignored, words):
    domain, values = BOWL.on_grid(9, 9)
    about = {"model": {"parameters": 999}, "directions": {"kind": "random", "ignored": ignored}}
    said = reading(measure_reading(land(domain, values, **about)))
    text = next(sentence.text for sentence in said if sentence.rule_id == "limits.held")
    assert f"are the same all over: {words} no part in these directions." in text


def verdict(outcome: Outcome) -> dict:
    return Verdict(0.0, 0.0, 0, outcome, (0.0, 0.0), 0, 1.0, (1.0, 2.0), 0.0, 0.1, 3, "converged").describe()


def test_verdicts_are_counted():
    domain, values = BOWL.on_grid(9, 9)
    points = [verdict(outcome) for outcome in (Outcome.VERIFIED, Outcome.VERIFIED, Outcome.MOVED, Outcome.REFUTED)]
    found = measure_reading(land(domain, values, verification={"points": points}))
    assert (found.candidates, found.verified, found.moved, found.refuted) == (4, 2, 1, 1)


def test_sharpness_becomes_what_a_step_would_gain():
    """f(x) = 1/2 Σ λ_i x_i²: a step of 1 / λmax along the steepest axis takes away |g|² / (2 λmax) exactly."""
    domain, values = BOWL.on_grid(9, 9)
    sharpness = {"eigenvalues": [8.0, 2.0], "lambda_min": -0.5, "lambda_min_residual": 0.1, "loss": 4.0,
                 "gradient_norm": 4.0}  # fmt: skip
    found = measure_reading(land(domain, values, sharpness=sharpness))
    assert (found.lambda_max, found.lambda_min, found.lambda_doubt) == (8.0, -0.5, 0.1)
    assert found.gradient_gain == pytest.approx(4.0**2 / (2 * 8) / 4)
    steeper = measure_reading(land(domain, values, sharpness={**sharpness, "gradient_norm": 20.0}))
    assert steeper.gradient_gain == 1  # a loss has no more to give


def test_maps_of_curvature_are_read_where_they_were_measured():
    domain, values = BOWL.on_grid(9, 9)
    ratio, low, high = (np.full((9, 9), NAN) for _ in range(3))
    ratio[::4, ::4] = [[0.0, 0.1, 0.1001], [0.5, 0.05, 0.0], [np.inf, 0.0, 0.0]]
    low[4, 4], high[4, 4] = 2.0, 24.0
    maps = {"lambda_ratio": ratio, "curvature_low": low, "curvature_high": high}
    about = {"maps": {name: {"examples": 64} for name in maps}}
    found = measure_reading(land(domain, values, metrics=maps, **about))
    assert (found.ratio_points, found.ratio_over, found.valley) == (8, 2, 12.0)
    low[4, 4] = -2.0  # not a valley but a saddle
    assert measure_reading(land(domain, values, metrics=maps, **about)).valley is None


def test_a_barrier_is_the_rise_above_the_straight_line():
    """Along L = 2 − t + 4 t (1 − t): the rise is 1 in the middle."""
    domain = Domain((-0.5, 1.5), (0.0, 0.0), 65, 1)
    t = domain.alphas
    line = land(domain, (2 - t + 4 * t * (1 - t) + 3)[None], directions={"kind": "between"})
    found = measure_reading(line)
    assert found.barrier == pytest.approx(1.0)
    assert 0 < found.barrier_noise < 0.1
    assert measure_reading(replace(line, provenance={"directions": {"kind": "random"}})).barrier is None


def test_a_positive_ratio_of_a_convex_loss_is_no_negative_curvature():
    domain, values = BOWL.on_grid(9, 9)
    low, high = np.full((9, 9), 0.5), np.ones((9, 9))
    low[0, 0] = -0.5
    found = measure_reading(land(domain, values, metrics={"lambda_ratio": np.abs(low / high), "lambda_min": low}))
    assert (found.ratio_points, found.ratio_over) == (81, 1)


@pytest.mark.parametrize(
    ("names", "path_metric", "centre"),
    [
        (["train_loss", "test_loss"], "train loss", 2.0),
        (["train_accuracy"], "train loss", None),
        (["test_accuracy"], "test loss", None),
        (["test_acc"], "test loss", None),
        (["test_loss", "train_loss"], "test loss", None),  # the height is the training loss all the same
    ],
)
def test_losses_of_the_path_are_compared_with_the_surface_where_it_is_of_the_same_loss(names, path_metric, centre):
    domain, values = BOWL.on_grid(9, 9)
    path = path_of([3.0, 2.0], [3.0, 2.0], residual=np.zeros(2), alpha=np.zeros(2), beta=np.zeros(2))
    one = land(domain, values, trajectory=path)
    found = measure_reading(replace(one, metrics=dict.fromkeys(names, values)))
    assert (found.path_metric, found.centre_true) == (path_metric, centre)


def test_an_accuracy_that_is_lowest_elsewhere_says_nothing_against_the_centre():
    domain, values = BOWL.on_grid(9, 9)
    one = land(domain, values)
    ids = {
        name: {sentence.rule_id for sentence in reading(measure_reading(replace(one, metrics={name: values})))}
        for name in ("train_loss", "train_accuracy")
    }
    assert "seen.lowest-elsewhere" in ids["train_loss"]
    assert "seen.highest" in ids["train_accuracy"]
    assert not ids["train_accuracy"] & {"seen.lowest", "seen.lowest-rim", "seen.lowest-elsewhere"}


def test_values_as_far_apart_as_doubles_go_are_read():
    t = np.where(np.arange(17) % 2, 1e300, 1e-300)[None]
    line = land(Domain((0.0, 1.0), (0.0, 0.0), 17, 1), t, directions={"kind": "between"})
    found = measure_reading(line)
    assert found.barrier_noise == math.inf
    assert "seen.no-barrier" in {sentence.rule_id for sentence in reading(found)}


def test_a_curve_between_networks_is_no_training():
    domain, values = BOWL.on_grid(9, 9)
    barriers = {"curve": {"train_loss": 0.1}, "straight line": {"train_loss": 0.7, "test_loss": None}}
    path = path_of([1.0, 1.1], [1.0, 1.1], residual=np.zeros(2))
    found = measure_reading(land(domain, values, trajectory=path, connection={"barriers": barriers}))
    assert (found.connected, found.curve_barrier, found.straight_barrier) == (True, 0.1, 0.7)
    said = [sentence.rule_id for sentence in reading(found)]
    assert "seen.way-around" in said
    assert "path.curve" in said


@pytest.mark.parametrize("seed", range(40))
def test_any_landscape_can_be_read(seed):
    """Odd shapes, infinities, negative and huge values, lines, holes: no fault, no warning, no hole in a sentence."""
    for holes in (True, False):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = reading(measure_reading(random_landscape(seed, holes)))
        assert found
        assert not any(word in sentence.text for sentence in found for word in ("nan", "None", "{", "inf "))


# ── the small print ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_values_without_examples_do_not_count():
    """A value is written before its count, so what has none is not finished."""
    domain, values = BOWL.on_grid(9, 9)
    examples = np.full((9, 9), 64, np.uint32)
    examples[2, 5] = 0  # the lowest point
    found = measure_reading(land(domain, values + 1, examples=examples))
    assert found.points == 80
    assert found.lowest > 1


def test_of_three_wells_the_deeper_of_the_shallow_ones_is_told():
    """Along a line with floors at 1, 2 and 2.5 and tops at 4: ln 2 is more than ln 1.6."""
    values = np.interp(np.linspace(0, 1, 65), np.arange(7) / 6, [5, 1, 4, 2, 4, 2.5, 5])
    found = measure_reading(land(Domain((0, 1), (0, 0), 65, 1), values[None]))
    assert found.minima == 3
    assert found.deepest == pytest.approx(math.log(4 / 2), abs=0.1)


def test_the_rim_is_inside_and_what_is_beyond_any_side_is_not():
    domain, values = BOWL.on_grid(9, 9)
    alpha = np.array([-1.0, 1.0, 0.0, 0.0, -1.01, 1.01, 0.0, 0.0])
    beta = np.array([0.0, 0.0, -1.0, 1.0, 0.0, 0.0, -1.01, 1.01])
    path = path_of(np.ones(8), np.ones(8), alpha=alpha, beta=beta)
    assert measure_reading(land(domain, values, trajectory=path)).outside == 4
    line = Domain((-1, 1), (0, 0), 9, 1)
    assert measure_reading(land(line, values[:1], trajectory=path)).outside == 2  # beta says nothing on a line


def test_the_checkpoint_in_the_centre_is_the_one_there_and_not_another_of_the_plane():
    domain, values = BOWL.on_grid(9, 9)
    path = path_of([5.0, 4.0, 3.0, 2.0], [NAN] * 4, alpha=np.array([0.5, 1e-9, 0.0, 0.5]),
                   residual=np.array([1.0, 1e-8, 1e-8, 0.0]))  # fmt: skip
    found = measure_reading(land(domain, values, trajectory=path))
    assert found.centre_true == 3.0  # the last one there; 1e-8 is what float32 leaves of nothing
    assert found.on_plane == 3


def test_a_loss_of_zero_has_no_factor():
    domain, values = BOWL.on_grid(9, 9)
    for own, under in (([1.0, 0.0], [1.0, 1.0]), ([1.0, 1.0], [1.0, 0.0])):
        found = measure_reading(land(domain, values, trajectory=path_of(own, under)))
        assert (found.gap, found.gap_factor) == (1.0, None)


def test_a_path_that_does_not_move_has_no_spread():
    domain, values = BOWL.on_grid(9, 9)
    still = path_of([1.0, 1.0], [1.0, 1.0], alpha=np.zeros(2), residual=np.zeros(2))
    directions = {"kind": "random", "norms": [1.0, 1.0], "cosine": 0.0}
    assert measure_reading(land(domain, values, trajectory=still, directions=directions)).residual_share is None


def test_a_loss_or_curvature_of_zero_gains_nothing():
    domain, values = BOWL.on_grid(9, 9)
    for spoilt in ({"loss": 0.0}, {"eigenvalues": [0.0]}, {"eigenvalues": [-1.0]}, {"gradient_norm": None}):
        sharpness = {"eigenvalues": [8.0], "loss": 4.0, "gradient_norm": 4.0, **spoilt}
        assert measure_reading(land(domain, values, sharpness=sharpness)).gradient_gain is None


def test_the_noise_of_a_barrier_is_that_of_its_place():
    """Coarse noise at the far end, none at the top: the error bar there decides."""
    domain = Domain((-0.5, 1.5), (0.0, 0.0), 65, 1)
    t = domain.alphas
    values = 3 - t + 4 * t * (1 - t) + 5
    values[1] *= 1.5
    found = measure_reading(land(domain, values[None], directions={"kind": "between"}))
    assert found.error_share == pytest.approx(0.5, abs=0.1)
    assert found.barrier_noise < 0.1
