"""Sweeps: what stands in the folder at the end, what is told on the way, and that they may be broken off anywhere."""

import multiprocessing
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.nn.functional import cross_entropy

from compute.datasets.digits import digits
from compute.errors import BadInputError
from compute.folder import open_folder
from compute.messages import Focus, Measuring, Note, Sample
from compute.models.zoo import build_model
from compute.surveying.source import open_source
from compute.surveying.survey import open_survey
from compute.surveying.sweep import EARLY_LEVELS, Sweep
from compute.training.run_folder import RunOptions
from compute.training.settings import Settings
from tests.compute.small_run import small_run, task
from tests.compute.tiny import same_bits, state_of

RESNET = RunOptions("resnet8", "digits", Settings(epochs=1, checkpoint_every="12 steps", log_examples=16))
METRICS = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    return small_run(tmp_path_factory.mktemp("sweep") / "run")


@pytest.fixture(scope="module")
def normed(tmp_path_factory) -> Path:
    """A run of a network with BatchNorm, whose buffers differ from checkpoint to checkpoint."""
    return small_run(tmp_path_factory.mktemp("normed") / "run", RESNET)


def sweep(order: Sample, steps: int | None = None, said: list | None = None) -> Sweep:
    """So many steps of a sweep, or all of them."""
    survey = open_survey(order, open_source(order, print), lambda *preparing: None)
    before = state_of(survey.problem.model)
    with Sweep(survey, (said if said is not None else []).append) as one:
        while not one.done and steps != 0:
            one.step()
            steps = None if steps is None else steps - 1
    assert same_bits(survey.problem.model.state_dict(), before)
    return one


def test_all_metrics_are_those_of_the_network_at_the_point(run, tmp_path):
    """Against a forward pass of its own, weights put together in float64."""
    order = task(run, tmp_path / "a", metrics=",".join(METRICS), directions="random")
    one = sweep(order)
    land, plane, data = open_folder(tmp_path / "a"), one.survey.plane, digits()
    model = build_model("mlp", channels=1, classes=10, image_size=32, seed=0)
    for row, column in ((0, 0), (1, 3), (4, 2)):
        alpha, beta = land.domain.alphas[column], land.domain.betas[row]
        weights = {
            name: centre.double() + alpha * plane.delta[name].double() + beta * plane.eta[name].double()
            for name, centre in plane.theta_star.items()
        }
        for split in ("train", "test"):
            part = getattr(data, split)
            images, labels = part.images(torch.arange(24)), part.labels[:24]
            with torch.no_grad():
                logits = torch.func.functional_call(model.double(), weights, (images.double(),))
            expected = float(cross_entropy(logits, labels))
            assert land.metrics[f"{split}_loss"][row, column] == pytest.approx(expected, rel=1e-4)
            accuracy = float((logits.argmax(1) == labels).double().mean())
            assert land.metrics[f"{split}_accuracy"][row, column] == pytest.approx(accuracy, abs=1e-12)
    assert (land.examples == 24).all()


def test_the_path_gets_its_true_losses_and_those_of_the_plane_under_it(normed, tmp_path):
    """With a checkpoint's own running statistics its loss is another than the plane's with those of the centre."""
    sweep(task(normed, tmp_path / "pca"))
    land, data = open_folder(tmp_path / "pca"), digits()
    images, labels = data.train.images(torch.arange(24)), data.train.labels[:24]
    model = build_model("resnet8", channels=1, classes=10, image_size=32, seed=0).eval()
    for step, loss in zip(land.trajectory.step, land.trajectory.loss, strict=True):
        model.load_state_dict(load_file(normed / "checkpoints" / f"step-{int(step):06d}.safetensors"))
        with torch.no_grad():
            assert loss == pytest.approx(float(cross_entropy(model(images).double(), labels)), rel=1e-5)
    path, middle = land.trajectory, land.domain.betas == 0
    assert path.plane_loss[-1] == path.loss[-1] == land.main[middle][:, land.domain.alphas == 0].item()
    assert abs(path.plane_loss[0] - path.loss[0]) > 1e-3
    assert land.main.min() * 0.9 < path.plane_loss.min()


def test_each_level_leaves_its_error_bar_and_the_end_its_reason(run, tmp_path):
    said: list = []
    sweep(task(run, tmp_path / "a", directions="random", resolution=9), said=said)
    known = open_folder(tmp_path / "a").provenance
    assert [(level["points"], level["evaluations"]) for level in known["refinement"]] == [([5, 5], 25), ([9, 9], 56)]
    assert known["refinement"][0]["surplus"] is None and known["refinement"][1]["surplus"] > 0
    assert known["stopped"] == "resolution"
    assert [message.text for message in said if isinstance(message, Note)][-1].startswith("a: ")
    last = [message for message in said if isinstance(message, Measuring)][-1]
    assert last.surplus == known["refinement"][1]["surplus"]
    assert (last.done, last.total, last.seconds_left) == (81, 81, 0)


def test_a_surface_that_is_known_well_enough_is_measured_no_further_and_that_is_said(run, tmp_path):
    said: list = []
    order = task(run, tmp_path / "a", directions="random", resolution=65, alpha=[-0.02, 0.02], beta=[-0.02, 0.02])
    one = sweep(order, said=said)
    assert open_folder(tmp_path / "a").provenance["stopped"] == "tolerance"
    assert one.sampler.done < 65 * 65 / 4
    assert any("under the tolerance of 0.01" in message.text for message in said if isinstance(message, Note))


def test_the_path_is_measured_after_the_first_levels(run, tmp_path):
    order = task(run, tmp_path / "a", resolution=17, tolerance=None)
    early = 25 + 56
    sweep(order, steps=early + 3)
    land = open_folder(tmp_path / "a")
    assert land.measured == early and EARLY_LEVELS == 2
    assert np.isfinite(land.trajectory.loss[:3]).all() and np.isnan(land.trajectory.loss[3])
    sweep(order, steps=1)  # another life measures the one that is left
    again = open_folder(tmp_path / "a")
    assert again.measured == early and np.isfinite(again.trajectory.loss).all()
    assert again.trajectory.loss[:3].tobytes() == land.trajectory.loss[:3].tobytes()


def test_the_path_has_its_loss_where_only_another_metric_is_asked_for(run, tmp_path):
    sweep(task(run, tmp_path / "a", metrics="test_accuracy"))
    land = open_folder(tmp_path / "a")
    assert tuple(land.metrics) == ("test_accuracy",) and np.isfinite(land.main).all()
    assert np.isfinite(land.trajectory.loss).all() and land.trajectory.loss[0] > land.trajectory.loss[-1]


def test_a_plain_difference_is_not_called_relative(run, tmp_path):
    said: list = []
    order = task(run, tmp_path / "a", metrics="train_accuracy", directions="random", resolution=9, alpha=[-1, 1])
    sweep(order, said=said)
    known = open_folder(tmp_path / "a").provenance["refinement"][-1]
    assert known["relative"] == bool((open_folder(tmp_path / "a").main > 0).all())
    texts = [message.text for message in said if isinstance(message, Note)]
    assert any("plain difference" in text for text in texts) == (not known["relative"])


def test_other_examples_than_those_measured_on_are_refused(tmp_path):
    """A problem of the user's own may bring other batches the next time."""
    (tmp_path / "theirs_n.py").write_text(
        "import torch\n"
        "from basin import Problem\n"
        "N = 8\n"
        "def make_problem():\n"
        "    torch.manual_seed(0)\n"
        "    model = torch.nn.Linear(2, 1)\n"
        "    return Problem(model, [torch.randn(N, 2)], loss=lambda output, batch: output.square().mean())\n"
    )
    torch.save(torch.nn.Linear(2, 1).state_dict(), tmp_path / "weights.pt")
    order = Sample(str(tmp_path / "weights.pt"), str(tmp_path / "a"), problem=f"{tmp_path}/theirs_n.py:make_problem",
                   directions="random", resolution=5, trial=False, include="bias")  # fmt: skip
    sweep(order, steps=3)
    assert "theirs_n" in open_folder(tmp_path / "a").provenance["title"]  # it brings no title of its own
    sys.modules["theirs_n"].N = 9
    with pytest.raises(BadInputError, match="other examples"):
        sweep(order)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_broken_off_anywhere_it_ends_with_the_same_bytes(run, tmp_path, seed):
    whole, cut = (task(run, tmp_path / name, directions="random", resolution=9) for name in ("whole", "cut"))
    sweep(whole)
    generator = np.random.default_rng(seed)
    while not sweep(cut, steps=int(generator.integers(1, 30))).done:
        pass
    for file in ("train_loss.npy", "train_accuracy.npy", "examples.npy", "trajectory.csv", "landscape.json"):
        assert (tmp_path / "cut" / file).read_bytes() == (tmp_path / "whole" / file).read_bytes(), file


def test_a_region_of_interest_comes_first(run, tmp_path):
    order = task(run, tmp_path / "a", directions="random", resolution=17, tolerance=None, alpha=[-1, 1], beta=[-1, 1])
    survey = open_survey(order, open_source(order, print), lambda *preparing: None)
    with Sweep(survey, lambda message: None) as one:
        for _ in range(25 + 4):
            one.step()
        one.focus_on(Focus("a", [0.5, 1.0], [0.5, 1.0]))
        for _ in range(60):
            one.step()
    counts = np.asarray(open_folder(tmp_path / "a").examples)
    assert (counts[12:, 12:] > 0).all()  # to its finest level
    assert np.count_nonzero(counts) < 17 * 17


def test_a_task_can_bring_its_region_along(run, tmp_path):
    order = task(run, tmp_path / "a", directions="random", resolution=17, tolerance=None,
                 alpha=[-1, 1], beta=[-1, 1], focus=[-1.0, -0.5, 0.5, 1.0])  # fmt: skip
    sweep(order, steps=70)
    assert (np.asarray(open_folder(tmp_path / "a").examples)[12:, :5] > 0).all()


def test_recalibrated_statistics_make_another_surface(normed, tmp_path):
    for name, changes in (("kept", {}), ("anew", {"recalibrate_bn": True})):
        sweep(task(normed, tmp_path / name, directions="random", alpha=[-1, 1], beta=[-1, 1], **changes))
    kept, anew = (open_folder(tmp_path / name).main for name in ("kept", "anew"))
    assert np.abs(kept - anew).max() > 1e-3 and np.isfinite(anew).all()


def hold(order: Sample, ready, release) -> None:
    """Another process in the middle of a sweep."""
    survey = open_survey(order, open_source(order, print), lambda *preparing: None)
    with Sweep(survey, lambda message: None):
        ready.set()
        release.wait(60)


def test_two_processes_never_measure_into_one_folder(run, tmp_path):
    order = task(run, tmp_path / "a", directions="random")
    sweep(order, steps=1)
    context = multiprocessing.get_context("spawn")
    ready, release = context.Event(), context.Event()
    other = context.Process(target=hold, args=(order, ready, release))
    other.start()
    assert ready.wait(60)
    with pytest.raises(BadInputError, match="another process"):
        sweep(order)
    other.kill()  # it can give nothing back; the system does
    other.join()
    time.sleep(0.1)
    sweep(order)
    assert open_folder(tmp_path / "a").measured == 25
