"""Two trained networks to one landscape: whole, broken off, again, and refused."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch

from compute.connecting.connection import BEND_FILE, STATE_FILE, connect
from compute.connecting.ways import TABLE_FILE
from compute.connection_record import CURVE, LINE
from compute.errors import BadInputError
from compute.folder import open_folder
from compute.measuring.loss import Evaluation
from compute.messages import Connect
from compute.plane import parameters_of
from compute.surveying.source import open_source
from compute.surveying.survey import open_survey
from compute.training.run_folder import RunOptions
from compute.training.settings import Settings
from compute.weights.checkpoints import read_tensors
from compute.weights.fitting import find_checkpoints, load_into, read_weights
from tests.compute.small_run import small_run
from tests.compute.tiny import flat


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two runs that differ by their seed alone."""
    folder = tmp_path_factory.mktemp("runs")
    options = [RunOptions("mlp", "digits", Settings(epochs=4, seed=seed, log_examples=16)) for seed in (0, 1)]
    return [small_run(folder / f"run-{k}", each) for k, each in enumerate(options)]


def order(runs, out, **changes) -> Connect:
    usual = {"steps": 60, "rate": 0.1, "points": 9, "examples": 64, "resolution": 5, "trial": False}
    return Connect(str(runs[0]), str(runs[1]), str(out), **usual | changes)


def connected(task: Connect, most: int = 10**9):
    """The task that measures the plane; broken off after so many reports."""
    told = []

    def report(what: str, done: int, total: int | None) -> None:
        told.append(what)
        if len(told) > most:
            raise KeyboardInterrupt

    return connect(task, lambda line: None, report)


def test_the_curve_is_lower_than_the_straight_line_and_its_ends_are_the_networks(runs, tmp_path):
    sample = connected(order(runs, tmp_path / "c", metrics="train_loss,train_accuracy"))
    land = open_folder(tmp_path / "c")
    about = land.provenance["connection"]
    assert about["barriers"][CURVE]["train_loss"] < 0.7 * about["barriers"][LINE]["train_loss"]
    assert list(land.others) == [LINE] and land.provenance["paths"] == [CURVE, LINE]
    curve, line = land.trajectory, land.others[LINE]
    for path in (curve, line):
        assert (path.alpha[0], path.beta[0]) == (0, 0) and (path.alpha[-1], path.beta[-1]) == (1, 0)
    survey = open_survey(sample, open_source(sample, print), lambda *told: None)
    own = Evaluation(survey.problem, ("train_loss",), survey.execution)
    for end, place in zip(runs, (0, -1), strict=True):
        file = find_checkpoints(end)[-1].path
        load_into(survey.problem.model, read_weights(file), file)
        assert curve.loss[place] == pytest.approx(own()["train_loss"], rel=1e-5)
        assert line.loss[place] == curve.loss[place]


def test_the_bend_is_the_point_of_the_plane_that_the_file_holds(runs, tmp_path):
    sample = connected(order(runs, tmp_path / "c"))
    survey = open_survey(sample, open_source(sample, print), lambda *told: None)
    alpha, beta = open_folder(tmp_path / "c").provenance["connection"]["bend"]
    like = parameters_of(survey.problem.model)
    stored = read_tensors(tmp_path / "c" / BEND_FILE)
    bend = flat({name: stored[name] for name in like})
    plane = survey.plane
    there = flat(plane.theta_star) + alpha * flat(plane.delta) + beta * flat(plane.eta)
    assert float((there - bend).norm()) < 1e-5 * float(bend.norm())
    assert torch.isfinite(bend).all()


@pytest.mark.parametrize("most", [10, 65])  # while it is trained, and while curve and line are measured
def test_broken_off_it_goes_on_to_the_same_bits(runs, tmp_path, most):
    whole, cut = order(runs, tmp_path / "whole"), order(runs, tmp_path / "cut")
    connected(whole)
    with pytest.raises(KeyboardInterrupt):
        connected(cut, most)
    assert (tmp_path / "cut" / STATE_FILE).exists() and not (tmp_path / "cut" / "landscape.json").exists()
    connected(cut)
    assert not (tmp_path / "cut" / STATE_FILE).exists()
    for name in (BEND_FILE, TABLE_FILE, "trajectory.csv"):
        assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_the_table_has_both_ways(runs, tmp_path):
    connected(order(runs, tmp_path / "c", metrics="train_accuracy"))
    lines = (tmp_path / "c" / TABLE_FILE).read_text().splitlines()
    assert lines[0] == "way,t,alpha,beta,train_accuracy,train_loss" and len(lines) == 1 + 2 * 9
    values = np.array([line.split(",")[1:] for line in lines[1:]], float)
    curve = open_folder(tmp_path / "c").trajectory
    np.testing.assert_array_equal(values[:9, 4], curve.loss)
    np.testing.assert_array_equal(values[:9, 1], curve.alpha)


def test_what_does_not_fit_is_refused_in_one_line(runs, tmp_path):
    task = order(runs, tmp_path / "c")
    connected(task)
    for changes, words in (
        ({"steps": 61}, "was made with --steps 60"),
        ({"first": str(runs[1]), "second": str(runs[0])}, "between other networks"),
        ({"second": str(runs[0])}, "are the same weights"),
        ({"first": str(tmp_path / "nowhere")}, "nowhere: is not there; give for the first network"),
        ({"steps": 0}, "--steps 0: give at least 1"),
        ({"points": 2}, "--points 2: give at least 3"),
        ({"rate": -1.0}, "--rate -1"),
        ({"resolution": 1}, "--resolution 1"),
        ({"out": str(tmp_path / "d"), "metrics": "bleu"}, "no bleu"),
    ):
        with pytest.raises(BadInputError, match=words):
            connected(replace(task, **changes))


def test_a_copy_of_the_same_weights_is_refused_before_a_curve_is_trained(runs, tmp_path):
    copy = shutil.copytree(runs[0], tmp_path / "copy")
    with pytest.raises(BadInputError, match="are the same weights"):
        connected(order([runs[0], copy], tmp_path / "c"))
    assert not (tmp_path / "c").exists()


def test_networks_of_different_kinds_and_data_are_refused(runs, tmp_path):
    other = small_run(tmp_path / "other", RunOptions("mlp", "synthetic:20x1x8x3", Settings(epochs=1, log_examples=4)))
    with pytest.raises(BadInputError, match="are of different data"):
        connected(order([runs[0], other], tmp_path / "c"))


def test_files_of_no_run_need_a_problem(runs, tmp_path):
    stray = tmp_path / "stray.safetensors"
    stray.write_bytes(find_checkpoints(runs[0])[-1].path.read_bytes())
    with pytest.raises(BadInputError, match="say with --problem"):
        connected(order([stray, runs[1]], tmp_path / "c"))
