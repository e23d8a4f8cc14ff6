"""A run from its options to a network and data that are made again from its folder."""

import json
from dataclasses import replace

import pytest
import torch

import compute.training.task
from compute.errors import BadInputError
from compute.models.zoo import build_model
from compute.training.log import read_log
from compute.training.run import describe_run, open_data, run_dataset, run_model
from compute.training.run_folder import RunOptions, create_run, make_options, open_run
from compute.training.task import train
from compute.weights.checkpoints import checkpoints, read_tensors
from tests.compute.tiny import same_bits

GIVEN = {
    "model": "resnet8",
    "data": "synthetic:20x1x8x3",
    "train_limit": 16,
    "image_size": 6,
    "epochs": 2,
    "batch": 8,
    "seed": 3,
}


def quiet(*_: object) -> None:
    pass


def go(folder, **given) -> list[float]:
    left = []
    train(folder, make_options(GIVEN | given), lambda _, seconds: left.append(seconds), quiet, quiet)
    return left


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "run"
    assert len(go(folder)) == 4
    return folder


def test_a_run_folder_has_all_that_it_should(folder):
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*"))
    steps = [f"checkpoints/step-{step:06d}.safetensors" for step in (0, 2, 4)]
    assert files == [*steps, "resume.safetensors", "run.json", "training.csv"]
    assert [row.step for row in read_log(folder)] == [0, 2, 4]


def test_the_description_leads_back_to_the_options_the_data_and_the_network(folder):
    run = open_run(folder)
    assert run.options == make_options(GIVEN)
    assert (run.channels, run.classes, run.image_size) == (1, 3, 6)
    data = run_dataset(run, quiet)
    assert (len(data.train), data.digest) == (16, run.data_digest)
    model = run_model(run, start=True)
    (_, first), *_, (_, last) = checkpoints(folder / "checkpoints")
    begun_with = build_model("resnet8", channels=1, classes=3, image_size=6, seed=3).state_dict()
    assert same_bits(model.state_dict(), begun_with) and same_bits(begun_with, read_tensors(first))
    model.load_state_dict(read_tensors(last))
    assert model(data.test.images(torch.arange(2))).shape == (2, 3)


def test_the_same_call_goes_on_and_changes_nothing_when_all_is_done(folder):
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    assert go(folder) == []
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before


def test_another_call_is_refused(folder):
    with pytest.raises(BadInputError, match="holds a run with --epochs 2, not --epochs 3"):
        go(folder, epochs=3)


def test_data_that_have_changed_are_one_line(folder):
    run = replace(open_run(folder), data_digest="0000000000000000")
    with pytest.raises(BadInputError) as caught:
        run_dataset(run, quiet)
    assert str(caught.value) == (
        "--data synthetic:20x1x8x3: not the data that this run was trained on; put those back, or train again"
    )


def test_published_weights_are_fetched_only_to_begin_with(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(compute.training.run, "build_model", lambda name, **how: asked.append(how["pretrained"]))
    options = RunOptions("resnet18", "digits", pretrained=True)
    data = open_data(make_options(GIVEN), quiet)
    run = describe_run(options, data)
    run_model(run)
    run_model(run, start=True)
    assert asked == [False, True]


def test_a_training_that_goes_on_fetches_no_weights(folder, monkeypatch):
    begun_with = []

    def note(description, *, start):
        begun_with.append(start)
        return run_model(description, start=start)

    monkeypatch.setattr(compute.training.task, "run_model", note)
    go(folder)
    assert begun_with == [False]


def test_what_cannot_be_leaves_no_folder_behind(tmp_path):
    for wrong in ({"model": "resnet9"}, {"data": "cifar11"}, {"steps_per_epoch": 9}, {"device": "cuda:99"}):
        with pytest.raises(BadInputError) as caught:
            go(tmp_path / "run", **wrong)
        assert "\n" not in str(caught.value)
        assert not (tmp_path / "run").exists(), wrong


@pytest.mark.parametrize(
    "recipe_like",
    [{"augment": "crop-flip", "optimiser": "adamw"}, {"schedule": "step", "milestones": "1", "steps_per_epoch": 1}],
)
def test_other_ways_of_training_run_too(tmp_path, recipe_like):
    left = go(tmp_path, **recipe_like)
    assert left[-1] == 0
    assert json.loads((tmp_path / "run.json").read_text())["options"]["settings"]["epochs"] == 2


def test_a_run_may_be_described_before_it_is_trained(tmp_path):
    options = make_options(GIVEN)
    create_run(tmp_path, describe_run(options, open_data(options, quiet)))
    go(tmp_path)
    assert len(checkpoints(tmp_path / "checkpoints")) == 3
