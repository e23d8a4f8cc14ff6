"""The demo's planes: made once from the path, then always read back; and whose folder a folder is."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import compute.demo
from compute.claim import claim
from compute.demo import DemoPlane, check, open_planes, settings
from compute.directions import pca_axes, random_axes
from compute.errors import BadInputError
from compute.folder import open_folder
from compute.loss import METRICS, Evaluation
from compute.messages import Demo
from compute.plane import moving, parameters_of, project
from compute.training import Settings, Training
from tests.compute.tiny import flat, same_bits, tiny_data, tiny_resnet

DATA = tiny_data()
TASK = Demo("unused", epochs=2, seed=3, examples=20, resolution=9)


def trained(out: Path) -> tuple[torch.nn.Module, Training]:
    """A model at the end of the run in ``out``, which is trained where it is not yet."""
    model = tiny_resnet()
    evaluation = Evaluation(model, DATA.train_images[:20], DATA.train_labels[:20])
    run = Training(model, DATA, Settings(epochs=2, batch=16, checkpoints_per_epoch=3), out / "run", evaluation)
    while not run.done:
        run.step()
    return model, run


def planes(out: Path, task: Demo = TASK) -> list[DemoPlane]:
    model, run = trained(out)
    return open_planes(out, task, model, DATA, run)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    planes(out)
    return out


@pytest.fixture
def out(made, tmp_path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(made, tmp_path / "demo"))


def one_line(caught: pytest.ExceptionInfo[BadInputError]) -> str:
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def test_the_pca_plane_is_that_of_the_checkpoints_and_the_random_one_that_of_the_seed(made):
    model, run = trained(made)
    theta_star = parameters_of(model)
    pca, random = open_planes(made, TASK, model, DATA, run)
    axes = pca_axes([weights for _, weights in path_of(made)], theta_star)
    assert same_bits(pca.plane.delta, axes.delta) and same_bits(pca.plane.eta, axes.eta)
    drawn = random_axes(theta_star, 3)
    assert same_bits(random.plane.delta, drawn.delta) and same_bits(random.plane.eta, drawn.eta)
    for plane in (pca, random):
        assert same_bits(plane.plane.theta_star, theta_star)


def path_of(out: Path) -> list[tuple[int, dict[str, torch.Tensor]]]:
    names = [name for name, _ in tiny_resnet().named_parameters()]
    found = compute.demo.checkpoints(out / "run" / "checkpoints")
    return [(step, {name: compute.demo.read_tensors(path)[name] for name in names}) for step, path in found]


@pytest.mark.parametrize("kind", ["pca", "random"])
def test_the_trajectory_is_the_path_projected_and_ends_in_the_centre(made, kind):
    plane = next(plane.plane for plane in planes(made) if plane.name == kind)
    path = open_folder(made / kind).trajectory
    axes = torch.stack([flat(plane.delta), flat(plane.eta)], dim=1).numpy()
    assert path.step.tolist() == [step for step, _ in path_of(made)] == list(range(7))
    assert path.epoch.tolist() == [step / 3 for step in range(7)]
    for k, (_, weights) in enumerate(path_of(made)):
        d = (flat(weights) - flat(plane.theta_star)).numpy()
        expected = np.linalg.lstsq(axes, d, rcond=None)[0]
        length = max(np.linalg.norm(d), 1e-12)
        assert [path.alpha[k], path.beta[k]] == pytest.approx(expected, abs=1e-9 * length)
        assert path.residual[k] == pytest.approx(np.linalg.norm(d - axes @ expected), abs=1e-9 * length)
    assert (path.alpha[-1], path.beta[-1], path.residual[-1]) == (0, 0, 0)


def test_the_paths_heights_are_the_losses_that_training_logged(made):
    _, run = trained(made)
    for kind in ("pca", "random"):
        assert open_folder(made / kind).trajectory.loss.tolist() == list(run.true_losses().values())


def test_the_loss_in_the_middle_of_the_plane_is_that_of_the_last_checkpoint(made):
    model, run = trained(made)
    evaluation = Evaluation(model, DATA.train_images[:20], DATA.train_labels[:20])
    for plane in open_planes(made, TASK, model, DATA, run):
        with moving(model, plane.plane) as mover:
            mover.move(1.0, 1.0)
            mover.move(0.0, 0.0)
            assert evaluation()["train_loss"] == open_folder(plane.folder).trajectory.loss[-1]


def test_the_domains_hold_the_path_and_the_published_range(made):
    landscape = open_folder(made / "pca")
    path, domain = landscape.trajectory, landscape.domain
    assert domain.alpha[0] < path.alpha.min() and path.alpha.max() < domain.alpha[1]
    assert domain.beta[0] < path.beta.min() and path.beta.max() < domain.beta[1]
    assert open_folder(made / "random").domain.alpha == open_folder(made / "random").domain.beta == (-1, 1)
    for kind in ("pca", "random"):
        empty = open_folder(made / kind)
        assert empty.domain.shape == (9, 9) and not empty.measured
        assert tuple(empty.metrics) == METRICS


def test_a_landscape_says_where_it_comes_from(made):
    model, _ = trained(made)
    for kind, normalisation in (("pca", "none"), ("random", "filter")):
        origin = open_folder(made / kind).provenance
        assert origin["seed"] == 3 and origin["epochs"] == 2 and origin["examples"] == 20
        assert origin["data"]["digest"] == DATA.digest
        assert origin["model"]["parameters"] == sum(p.numel() for p in model.parameters())
        directions = origin["directions"]
        assert (directions["kind"], directions["normalisation"]) == (kind, normalisation)
        plane = next(plane.plane for plane in planes(made) if plane.name == kind)
        delta, eta = flat(plane.delta), flat(plane.eta)
        assert directions["norms"] == pytest.approx([float(delta.norm()), float(eta.norm())])
        assert directions["cosine"] == pytest.approx(float(delta @ eta / delta.norm() / eta.norm()), abs=1e-12)
        assert origin["centre"]["checkpoint"].endswith("step-000006.safetensors")
    shares = open_folder(made / "pca").provenance["explained_variance"]
    assert 1 >= shares[0] >= shares[1] > 0 and sum(shares) <= 1
    assert open_folder(made / "random").provenance["explained_variance"] is None


def test_a_plane_that_exists_is_read_back_and_never_computed_again(out, monkeypatch):
    """So that one surface lies on one plane, even were the axes to come out differently the second time."""
    before = {path: path.read_bytes() for kind in ("pca", "random") for path in (out / kind).iterdir()}
    first = planes(out)

    def never(*_):
        raise AssertionError("computed again")

    monkeypatch.setattr(compute.demo, "pca_axes", never)
    monkeypatch.setattr(compute.demo, "random_axes", never)
    shutil.rmtree(out / "run" / "checkpoints")  # not needed any more either
    for one, two in zip(first, planes(out), strict=True):
        assert same_bits(one.plane.delta, two.plane.delta) and same_bits(one.plane.eta, two.plane.eta)
        assert np.array_equal(one.focus, two.focus)
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("killed", range(2))
def test_killed_while_a_folder_is_made_it_is_made_again_with_the_same_bytes(made, tmp_path, monkeypatch, killed):
    """Directions written, arrays and description not: such a folder is no landscape yet."""
    shutil.copytree(made / "run", tmp_path / "run")
    lives = iter(range(killed))
    create = compute.demo.create_folder

    def create_or_die(*args):
        if next(lives, None) is None:
            raise SystemExit
        create(*args)

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(compute.demo, "create_folder", create_or_die)
        planes(tmp_path)
    assert (tmp_path / ("pca", "random")[killed] / "directions.safetensors").exists()
    planes(tmp_path)
    for kind in ("pca", "random"):
        assert {path.name: path.read_bytes() for path in (tmp_path / kind).iterdir()} == {
            path.name: path.read_bytes() for path in (made / kind).iterdir()
        }


def test_a_surface_around_other_weights_is_refused(out):
    model, run = trained(out)
    with torch.no_grad():
        model.head.bias[0] += 1e-6
    with pytest.raises(BadInputError) as caught:
        open_planes(out, TASK, model, DATA, run)
    assert one_line(caught).startswith(f"{out / 'pca'}: ") and "other weights" in str(caught.value)


def test_a_path_with_a_missing_checkpoint_is_refused(out):
    shutil.rmtree(out / "pca")
    (out / "run" / "checkpoints" / "step-000002.safetensors").unlink()
    with pytest.raises(BadInputError, match="not all checkpoints") as caught:
        planes(out)
    assert f"remove {out / 'run'} " in one_line(caught)


def test_missing_directions_are_named_with_what_to_do(out):
    (out / "random" / "directions.safetensors").unlink()
    with pytest.raises(BadInputError, match=r"directions\.safetensors: .* remove .*random") as caught:
        planes(out)
    one_line(caught)


def test_the_path_is_the_place_of_interest_and_without_it_the_centre(out):
    path = open_folder(out / "pca").trajectory
    pca, random = planes(out)
    assert np.array_equal(pca.focus, np.stack([path.alpha, path.beta], axis=1))
    assert random.focus.tolist() == [[0, 0]]
    del path
    (out / "pca" / "trajectory.csv").unlink()
    assert planes(out)[0].focus.tolist() == [[0, 0]]


def test_residuals_agree_with_the_explained_variance(made):
    """The squared residuals sum up to no less than the variance that no plane explains better."""
    path, plane = path_of(made), planes(made)[0].plane
    x = np.stack([flat(weights).numpy() for _, weights in path])
    total = float(((x - x.mean(axis=0)) ** 2).sum())
    shares = open_folder(made / "pca").provenance["explained_variance"]
    left = sum(project(plane, weights)[2] ** 2 for _, weights in path)
    assert left >= (1 - sum(shares)) * total * (1 - 1e-9)


# ── the task ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wrong", "option"),
    [
        ({"examples": 0}, "--examples 0"),
        ({"examples": 41}, "--examples 41"),
        ({"epochs": 0}, "--epochs 0"),
        ({"resolution": 10}, "--resolution 10"),
        ({"resolution": 3}, "--resolution 3"),
    ],
)
def test_a_task_that_cannot_be_names_the_option(wrong, option):
    with pytest.raises(BadInputError) as caught:
        check(replace(TASK, **wrong), DATA)
    assert one_line(caught).startswith(option)


@pytest.mark.parametrize("right", [{"examples": 40}, {"examples": 1}, {"epochs": 1}, {"resolution": 5}])
def test_a_task_at_the_limit_is_taken(right):
    check(replace(TASK, **right), DATA)


@pytest.mark.parametrize("epochs", [1, 2, 12, 46, 100])
def test_a_path_has_enough_checkpoints_to_look_smooth(epochs):
    chosen = settings(replace(TASK, epochs=epochs))
    assert chosen.epochs == epochs and chosen.seed == TASK.seed
    assert chosen.checkpoints_per_epoch * epochs >= 46


def test_the_same_task_may_come_back_and_another_one_is_told_the_difference(tmp_path):
    out = tmp_path / "deep" / "demo"
    claim(out, TASK)
    claim(out, replace(TASK, out="the same folder by another name"))
    with pytest.raises(BadInputError) as caught:
        claim(out, replace(TASK, seed=4, resolution=17))
    assert one_line(caught).startswith(f"{out}: ")
    assert "seed 3" in str(caught.value) and "resolution 9" in str(caught.value) and "epochs" not in str(caught.value)
    assert json.loads((out / "demo.json").read_text())["seed"] == 3


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", "null", '{"seed": 3}'])
def test_a_damaged_claim_is_refused(tmp_path, content):
    (tmp_path / "demo.json").write_text(content)
    with pytest.raises(BadInputError) as caught:
        claim(tmp_path, TASK)
    assert str(tmp_path) in one_line(caught)


@pytest.mark.parametrize("name", ["run", "pca", "random"])
def test_a_folder_with_somebody_elses_run_or_landscape_is_left_alone(tmp_path, name):
    (tmp_path / name).mkdir()
    with pytest.raises(BadInputError, match=f"holds {name}"):
        claim(tmp_path, TASK)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "demo").write_text("")
    with pytest.raises(BadInputError, match="a file"):
        claim(tmp_path / "demo", TASK)
