"""Surveys: made once from run and task, then always read back; and what they refuse."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

import compute.surveying.survey
from compute.directions.gaussian import random_axes
from compute.directions.pca import pca_axes
from compute.errors import BadInputError
from compute.folder import open_folder
from compute.messages import Sample
from compute.plane import parameters_of
from compute.surveying.source import open_source
from compute.surveying.survey import Survey, open_survey
from compute.weights.fitting import stored_weights
from tests.compute.small_run import STEPS, small_run, task
from tests.compute.tiny import flat, same_bits


def survey(order: Sample) -> Survey:
    return open_survey(order, open_source(order, print), lambda *preparing: None)


def refusal(order: Sample) -> str:
    with pytest.raises(BadInputError) as caught:
        survey(order)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    return small_run(tmp_path_factory.mktemp("survey") / "run")


@pytest.fixture(scope="module")
def made(run) -> dict[str, Survey]:
    return {kind: survey(task(run, run / kind, directions=kind)) for kind in ("pca", "random")}


def weights_of(run: Path) -> list[dict[str, torch.Tensor]]:
    return [load_file(run / "checkpoints" / f"step-{step:06d}.safetensors") for step in STEPS]


def test_the_planes_are_those_of_the_checkpoints_and_of_the_seed_around_the_last_weights(run, made):
    *_, last = weights_of(run)
    for one in made.values():
        assert same_bits(one.plane.theta_star, {name: last[name] for name in one.plane.theta_star})
    theta_star = made["pca"].plane.theta_star
    shapes = {name: tuple(tensor.shape) for name, tensor in theta_star.items()}
    axes = pca_axes([stored_weights(each.path, shapes) for each in made["pca"].path], theta_star)
    assert same_bits(made["pca"].plane.delta, axes.delta) and same_bits(made["pca"].plane.eta, axes.eta)
    drawn = random_axes(theta_star, 0)
    assert same_bits(made["random"].plane.delta, drawn.delta) and same_bits(made["random"].plane.eta, drawn.eta)


@pytest.mark.parametrize("kind", ["pca", "random"])
def test_the_trajectory_is_the_path_projected_by_least_squares(run, made, kind):
    plane, path = made[kind].plane, open_folder(run / kind).trajectory
    axes = torch.stack([flat(plane.delta), flat(plane.eta)], dim=1).numpy()
    assert path.step.tolist() == list(STEPS)
    assert path.epoch == pytest.approx([step / 23 for step in STEPS])
    for k, weights in enumerate(weights_of(run)):
        d = (flat({name: weights[name] for name in plane.theta_star}) - flat(plane.theta_star)).numpy()
        expected = np.linalg.lstsq(axes, d, rcond=None)[0]
        length = max(np.linalg.norm(d), 1e-12)
        assert [path.alpha[k], path.beta[k]] == pytest.approx(expected, abs=1e-9 * length)
        assert path.residual[k] == pytest.approx(np.linalg.norm(d - axes @ expected), abs=1e-9 * length)
    assert np.isnan(path.loss).all() and np.isnan(path.plane_loss).all()  # not measured yet


def test_a_landscape_says_where_it_comes_from(run, made):
    for kind, normalisation in (("pca", "none"), ("random", "filter")):
        origin = open_folder(run / kind).provenance
        assert origin["model"] == {"name": "mlp", "parameters": sum(t.numel() for t in weights_of(run)[0].values())}
        assert origin["data"]["name"] == "digits" and len(origin["data"]["digest"]) == 16
        assert origin["examples"] == {"train": 24} and origin["seed"] == 0
        assert (origin["directions"]["kind"], origin["directions"]["normalisation"]) == (kind, normalisation)
        assert origin["centre"]["checkpoint"] == "checkpoints/step-000023.safetensors"
        assert origin["execution"]["device"] == "cpu" and "fp32" in origin["precision"]
        assert kind.replace("pca", "path") in origin["title"] and "mlp on digits" in origin["title"]
    shares = open_folder(run / "pca").provenance["explained_variance"]
    assert 1 >= shares[0] >= shares[1] > 0 and sum(shares) <= 1 + 1e-12
    assert open_folder(run / "random").provenance["explained_variance"] is None


def test_the_range_holds_the_path_or_reaches_where_the_loss_has_risen(run, made):
    land = open_folder(run / "pca")
    for axis, places in ((land.domain.alpha, land.trajectory.alpha), (land.domain.beta, land.trajectory.beta)):
        assert axis[0] < places.min() and places.max() < axis[1]
    wide = open_folder(run / "random")
    assert wide.provenance["range"]["kind"] == "rise of the loss" and wide.provenance["range"]["rise"] == 20
    assert wide.domain.alpha == (-wide.domain.alpha[1], wide.domain.alpha[1])
    for each in (land, wide):
        assert 0.0 in each.domain.alphas and 0.0 in each.domain.betas


def test_a_survey_that_exists_is_read_back_and_its_directions_are_never_computed_again(run, made, monkeypatch):
    before = {path: path.read_bytes() for kind in made for path in (run / kind).iterdir()}
    monkeypatch.setattr(compute.surveying.survey, "choose_axes", None)
    monkeypatch.setattr(compute.surveying.survey, "choose_execution", None)
    for kind, one in made.items():
        again = survey(task(run, run / kind, directions=kind))
        assert same_bits(one.plane.delta, again.plane.delta) and same_bits(one.plane.eta, again.plane.eta)
        assert np.array_equal(one.focus, again.focus) and one.execution == again.execution
        assert one.metrics == again.metrics == ("train_loss", "train_accuracy")
    assert {path: path.read_bytes() for path in before} == before


def test_killed_while_a_folder_is_made_it_is_made_again_with_the_same_bytes(run, made, monkeypatch):
    """Directions written, arrays and description not: such a folder is no landscape yet."""
    order = task(run, run / "killed", directions="random")

    def die(*_, **__):
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(compute.surveying.survey, "create_folder", die)
        survey(order)
    assert (run / "killed" / "directions.safetensors").exists()
    survey(order)
    assert {path.name: path.read_bytes() for path in (run / "killed").iterdir()} == {
        path.name: path.read_bytes() for path in (run / "random").iterdir()
    }


def test_the_focus_is_the_path_or_the_centre(run, made):
    path = open_folder(run / "pca").trajectory
    assert np.array_equal(made["pca"].focus, np.stack([path.alpha, path.beta], axis=1))
    assert made["random"].focus.tolist() == [[0, 0]]


@pytest.mark.parametrize(("changes", "what"), [
    ({"seed": 1}, "--seed 0, not 1"),
    ({"examples": 25}, "--examples 24, not 25"),
    ({"metrics": "train_loss"}, "--metrics train_loss,train_accuracy, not train_loss"),
    ({"alpha": [-1.0, 1.0]}, "--alpha"),
])  # fmt: skip
def test_a_folder_measured_otherwise_is_refused_and_the_difference_named(run, made, changes, what):
    line = refusal(task(run, run / "random", directions="random", **changes))
    assert what in line and str(run / "random") in line and "--out" in line


def test_tolerance_and_focus_may_change_from_one_life_to_the_next(run, tmp_path):
    order = task(run, tmp_path / "a", directions="random")
    survey(order)
    again = survey(replace(order, tolerance=0.1, focus=[0.0, 1.0, 0.0, 1.0]))
    assert again.task.tolerance == 0.1
    assert open_folder(tmp_path / "a").provenance["tolerance"] == 0.1


def test_other_weights_in_the_centre_are_refused(run, made, tmp_path):
    moved = Path(shutil.copytree(run, tmp_path / "run"))
    file = moved / "checkpoints" / "step-000023.safetensors"
    weights = load_file(file)
    next(iter(weights.values())).view(-1)[0] += 1e-6
    save_file(weights, file)
    assert "other weights" in refusal(task(moved, moved / "random", directions="random"))


def test_a_missing_checkpoint_is_named(run, tmp_path):
    moved = Path(shutil.copytree(run, tmp_path / "run"))
    (moved / "checkpoints" / "step-000008.safetensors").unlink()
    assert "step 8" in refusal(task(moved, moved / "new"))


def test_missing_directions_are_named(run, made, tmp_path):
    moved = Path(shutil.copytree(run, tmp_path / "run"))
    (moved / "random" / "directions.safetensors").unlink()
    assert "directions.safetensors" in refusal(task(moved, moved / "random", directions="random"))


def test_a_landscape_of_other_origin_is_left_alone(run, tmp_path):
    foreign = Path(shutil.copytree(run / "pca", tmp_path / "foreign")) if (run / "pca").exists() else tmp_path
    description = json.loads((foreign / "landscape.json").read_text())
    del description["sample"]
    (foreign / "landscape.json").write_text(json.dumps(description))
    assert "did not make" in refusal(task(run, foreign))


@pytest.mark.parametrize(("changes", "what"), [
    ({"metrics": "train_lost"}, "--metrics train_lost: no train_lost; there are train_loss"),
    ({"metrics": "val_loss"}, "--metrics"),
    ({"metrics": ","}, "--metrics"),
    ({"directions": "sideways"}, "--directions sideways"),
    ({"directions": "random", "normalisation": "row"}, "--normalisation row"),
    ({"directions": "random", "include": "bias,all"}, "--include all"),
    ({"centre": "99"}, "--centre 99"),
    ({"directions": "between:0,99"}, "99 is neither"),
    ({"directions": "between:0,23", "centre": "8"}, "--centre 8"),
    ({"directions": "between:0,23", "beta": [0.0, 1.0]}, "--beta"),
    ({"resolution": 2}, "--resolution 2"),
    ({"device": "tpu"}, "--device tpu"),
    ({"precision": "int4"}, "--precision int4"),
])  # fmt: skip
def test_options_that_cannot_be_are_named_and_leave_nothing(run, tmp_path, changes, what):
    assert what in refusal(task(run, tmp_path / "new", **changes))
    assert not (tmp_path / "new").exists()


def test_a_source_that_is_no_run_says_how_to_name_the_network(tmp_path):
    assert "--problem" in refusal(task(tmp_path, tmp_path / "new"))
    assert refusal(task(tmp_path / "gone", tmp_path / "new")).startswith(f"{tmp_path / 'gone'}: is not there; ")


def test_a_line_between_checkpoints_goes_from_the_first_to_the_second(run, tmp_path):
    one = survey(task(run, tmp_path / "line", directions="between:0,23", resolution=9))
    first, *_, last = weights_of(run)
    assert one.plane.eta is None
    assert same_bits(one.plane.theta_star, {name: first[name] for name in one.plane.theta_star})
    assert same_bits(one.plane.delta, {name: last[name] - first[name] for name in one.plane.delta})
    land = open_folder(tmp_path / "line")
    assert land.domain.shape == (1, 9) and land.domain.alpha == (-0.5, 1.5)
    assert land.trajectory.alpha[[0, -1]] == pytest.approx([0, 1], abs=1e-6)


def test_given_ranges_are_kept_and_widened_as_little_as_puts_zero_on_the_grid(run, tmp_path):
    given = {"directions": "random", "alpha": [-1.0, 1.0], "beta": [-0.5, 0.5]}
    survey(task(run, tmp_path / "even", resolution=6, **given))
    alpha = open_folder(tmp_path / "even").domain.alpha
    assert alpha[0] <= -1 and alpha[1] >= 1 and alpha[1] - alpha[0] < 2.6
    assert 0.0 in open_folder(tmp_path / "even").domain.alphas and 0.0 in open_folder(tmp_path / "even").domain.betas
    survey(task(run, tmp_path / "kept", resolution=6, keep_range=True, **given))
    assert open_folder(tmp_path / "kept").domain.alpha == (-1, 1)
    assert open_folder(tmp_path / "kept").domain.beta == (-0.5, 0.5)


def test_the_model_has_the_weights_of_the_centre(run, tmp_path):
    one = survey(task(run, tmp_path / "first", directions="random", centre="0"))
    first = weights_of(run)[0]
    assert same_bits(parameters_of(one.problem.model), {name: first[name] for name in one.plane.theta_star})
    assert open_folder(tmp_path / "first").provenance["centre"]["checkpoint"].endswith("step-000000.safetensors")


@pytest.mark.parametrize("folder", ["run", "run.json", "letters"])
def test_a_folder_of_something_else_is_left_alone(run, tmp_path, folder):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to-mother.txt").write_text("dear")
    out = {"run": run, "run.json": run / "run.json", "letters": tmp_path / "letters"}[folder]
    said = {
        "run": "holds checkpoints and is no landscape",
        "run.json": "is a file",
        "letters": "holds to-mother.txt and",
    }
    before = sorted(out.parent.rglob("*"))
    assert f"{out}: {said[folder]}" in refusal(task(run, out))
    assert sorted(out.parent.rglob("*")) == before


def test_a_landscape_between_files_by_relative_paths_is_measured_on_from_elsewhere(run, tmp_path, monkeypatch):
    for name in ("a", "b"):
        shutil.copytree(run, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    last = f"checkpoints/step-{STEPS[-1]:06d}.safetensors"
    order = task("a", "b/line", directions=f"between:b/checkpoints/step-000000.safetensors,a/{last}", resolution=9)
    one = survey(order)
    monkeypatch.chdir("/")
    again = survey(replace(order, source=str(tmp_path / "a"), out=str(tmp_path / "b" / "line")))
    assert same_bits(one.plane.theta_star, again.plane.theta_star) and same_bits(one.plane.delta, again.plane.delta)
    assert refusal(replace(order, source=str(tmp_path / "a"), out=str(tmp_path / "new")))  # not made there


def test_a_metric_that_there_is_not_is_answered_with_all_there_are(run, tmp_path):
    said = refusal(task(run, tmp_path / "new", metrics="train_los"))
    assert said.endswith("no train_los; there are train_loss, train_accuracy, test_loss, test_accuracy")
