"""What the demo is: a training, two planes, and whose folder a folder is."""

import json
from dataclasses import replace

import pytest

from compute.claim import claim
from compute.demo import run_options, samples
from compute.errors import BadInputError
from compute.messages import Demo

TASK = Demo("unused", epochs=2, seed=3, examples=20, resolution=9)


def one_line(caught: pytest.ExceptionInfo[BadInputError]) -> str:
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


@pytest.mark.parametrize("epochs", [1, 2, 12, 46, 100])
def test_a_path_has_enough_checkpoints_to_look_smooth(epochs):
    options = run_options(replace(TASK, epochs=epochs))
    chosen = options.settings
    assert (options.model, options.data, chosen.epochs, chosen.seed) == ("resnet8", "digits", epochs, TASK.seed)
    steps = 23 * epochs  # 1437 examples, 64 a step
    due = sum(chosen.interval.marks(step, 23) > chosen.interval.marks(step - 1, 23) for step in range(1, steps + 1))
    assert due >= min(46, steps)


def test_both_planes_are_measured_on_the_same_examples_and_the_random_one_over_the_published_range():
    pca, random = samples(replace(TASK, out="out"))
    assert (pca.source, pca.out, random.out) == ("out/run", "out/pca", "out/random")
    assert (pca.directions, random.directions, random.normalisation) == ("pca", "random", "filter")
    assert (pca.alpha, random.alpha, random.beta) == (None, [-1.0, 1.0], [-1.0, 1.0])
    for sample in (pca, random):
        assert (sample.examples, sample.resolution, sample.seed) == (20, 9, 3)
        assert not sample.trial  # the same seed, the same bits


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
