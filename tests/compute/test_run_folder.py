"""The run folder: written and read back, gone on with by the same run only, and damaged ones named."""

import json
from dataclasses import replace

import pytest

from compute.errors import BadInputError
from compute.training.run_folder import (
    FORMAT,
    RunDescription,
    RunOptions,
    as_plain,
    check_options,
    create_run,
    from_plain,
    is_run,
    make_options,
    open_run,
    software_versions,
)
from compute.training.settings import make_settings

OPTIONS = RunOptions(
    "resnet20",
    "cifar10",
    make_settings({"schedule": "step", "milestones": (3, 5), "checkpoint_every": "epoch"}),
    pretrained=False,
    data_folder="/data",
    train_limit=100,
)
RUN = RunDescription(OPTIONS, 3, 10, 32, "0123456789abcdef", software_versions())


def one_line(caught: pytest.ExceptionInfo[BadInputError]) -> str:
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "options",
    [
        OPTIONS,
        RunOptions("vgg11", "digits", pretrained=True, image_size=64, device="cuda"),
        replace(OPTIONS, data_folder=None),
    ],
)
def test_a_run_reads_back_as_it_was_written(tmp_path, options):
    run = replace(RUN, options=options)
    assert not is_run(tmp_path / "run")
    create_run(tmp_path / "run", run)
    assert is_run(tmp_path / "run")
    again = open_run(tmp_path / "run")
    assert as_plain(again.options) == as_plain(options)
    assert replace(again, options=options) == run


def test_options_cross_to_another_process_as_plain_values():
    again = from_plain(json.loads(json.dumps(as_plain(OPTIONS))))
    assert as_plain(again) == as_plain(OPTIONS)


def test_options_are_made_of_what_the_command_was_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = {"model": "vgg9", "data": "imagefolder:photos", "data_folder": "there", "epochs": 3, "optimiser": "adam"}
    options = make_options(given)
    assert options.settings == make_settings({"epochs": 3, "optimiser": "adam"})
    assert (options.model, options.train_limit) == ("vgg9", None)
    assert options.data == f"imagefolder:{tmp_path}/photos"  # as it would not be found from elsewhere
    assert options.data_folder == f"{tmp_path}/there"
    assert make_options(given | {"data": options.data, "data_folder": options.data_folder}) == options
    assert make_options({"model": "mlp", "data": "synthetic:9x1x8x3"}).data == "synthetic:9x1x8x3"


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"data": "digits"}, "--model: is missing; name one, as in --model resnet20 --data digits"),
        ({"model": "mlp", "data": ""}, "--data: is missing; name one, as in --model resnet20 --data digits"),
        ({"model": "mlp", "data": "digits", "colour": 1}, "--colour: training has no such setting"),
        ({"model": "mlp", "data": "digits", "epochs": 0}, "--epochs 0: give a whole number of at least 1"),
    ],
)
def test_options_that_cannot_be_are_one_line(given, line):
    with pytest.raises(BadInputError) as caught:
        make_options(given)
    assert one_line(caught) == line


def test_it_says_what_it_is_and_with_what_software(tmp_path):
    create_run(tmp_path, RUN)
    content = json.loads((tmp_path / "run.json").read_text())
    assert (content["format"], content["kind"]) == (FORMAT, "run")
    assert content["options"]["settings"]["milestones"] == [3, 5]
    assert content["software"].keys() == {"loss-basin", "torch", "torchvision", "numpy", "python"}


def test_the_same_run_goes_on_and_keeps_what_it_was_begun_with(tmp_path):
    create_run(tmp_path, replace(RUN, software={"torch": "2.10"}))
    (tmp_path / "training.csv").touch()
    before = (tmp_path / "run.json").read_bytes()
    create_run(tmp_path, RUN)
    assert (tmp_path / "run.json").read_bytes() == before
    check_options(tmp_path, OPTIONS)


def test_the_data_may_lie_elsewhere_as_long_as_they_are_the_same(tmp_path):
    create_run(tmp_path, RUN)
    moved = replace(RUN, options=replace(OPTIONS, data_folder="/elsewhere"))
    create_run(tmp_path, moved)
    assert open_run(tmp_path).options.data_folder == "/elsewhere"
    with pytest.raises(BadInputError) as caught:
        create_run(tmp_path, replace(moved, data_digest="fedcba9876543210"))
    assert one_line(caught) == (
        f"{tmp_path}: its data, cifar10, were other ones; put those back, or choose another --out"
    )


def changed(**settings) -> RunOptions:
    return replace(OPTIONS, settings=replace(OPTIONS.settings, **settings))


DIFFERENCES = [
    (replace(OPTIONS, model="vgg9"), "--model resnet20, not --model vgg9"),
    (replace(OPTIONS, data="digits"), "--data cifar10, not --data digits"),
    (replace(OPTIONS, pretrained=True), "no --pretrained, not --pretrained"),
    (replace(OPTIONS, image_size=64), "no --image-size, not --image-size 64"),
    (replace(OPTIONS, train_limit=None), "--train-limit 100, not no --train-limit"),
    (replace(OPTIONS, device="cuda"), "--device cpu, not --device cuda"),
    (changed(learning_rate=0.1), "--learning-rate 0.05, not --learning-rate 0.1"),
    (changed(milestones=(3,)), "--milestones 3,5, not --milestones 3"),
    (changed(nesterov=False), "--nesterov, not no --nesterov"),
    (changed(checkpoint_every="2 epochs"), "--checkpoint-every 1 epoch, not --checkpoint-every 2 epochs"),
    (changed(epochs=3, seed=1), "--epochs 12, not --epochs 3; --seed 0, not --seed 1"),
]


@pytest.mark.parametrize(("options", "difference"), DIFFERENCES, ids=[text for _, text in DIFFERENCES])
def test_a_folder_with_another_run_names_the_options_that_differ(tmp_path, options, difference):
    create_run(tmp_path, RUN)
    before = (tmp_path / "run.json").read_bytes()
    for refuse in (
        lambda: create_run(tmp_path, replace(RUN, options=options)),
        lambda: check_options(tmp_path, options),
    ):
        with pytest.raises(BadInputError) as caught:
            refuse()
        assert one_line(caught) == f"{tmp_path}: holds a run with {difference}; choose another --out, or remove it"
    assert (tmp_path / "run.json").read_bytes() == before


def test_another_spelling_of_the_same_is_the_same_run(tmp_path):
    create_run(tmp_path, RUN)
    create_run(tmp_path, replace(RUN, options=changed(checkpoint_every="2/2 epochs")))


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(BadInputError) as caught:
        create_run(tmp_path, RUN)
    assert one_line(caught) == f"{tmp_path}: holds holiday.jpg and is no run; choose another --out"
    with pytest.raises(BadInputError) as caught:
        create_run(tmp_path / "holiday.jpg", RUN)
    assert one_line(caught) == f"{tmp_path / 'holiday.jpg'}: is a file; choose another --out"
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


def test_what_a_killed_process_left_of_its_first_write_is_no_obstacle(tmp_path):
    (tmp_path / ".run.json.a1b2").write_bytes(b"{")
    create_run(tmp_path, RUN)
    assert open_run(tmp_path).data_digest == RUN.data_digest


@pytest.mark.parametrize("name", ["nothing", "file"])
def test_a_folder_without_a_run_is_one_line(tmp_path, name):
    (tmp_path / "file").touch()
    with pytest.raises(BadInputError) as caught:
        open_run(tmp_path / name)
    assert one_line(caught).endswith("no run.json in it, so it is not a run; make one with basin train")


def spoilt(**changes) -> str:
    content = {"format": FORMAT, "kind": "run", **json.loads(json.dumps(vars(RUN) | {"options": as_plain(OPTIONS)}))}
    return json.dumps({key: value for key, value in (content | changes).items() if value is not None})


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "{}",
        '{"format": 1}',
        spoilt(kind="landscape"),
        spoilt(format=FORMAT + 1),
        spoilt(options=None),
        spoilt(options=3),
        spoilt(options=as_plain(OPTIONS) | {"model": 3}),
        spoilt(options=as_plain(OPTIONS) | {"pretrained": "yes"}),
        spoilt(options=as_plain(OPTIONS) | {"train_limit": -1}),
        spoilt(options=as_plain(OPTIONS) | {"colour": "red"}),
        spoilt(options=as_plain(OPTIONS) | {"settings": {"epochs": 0}}),
        spoilt(options=as_plain(OPTIONS) | {"settings": [1]}),
        spoilt(classes="ten"),
        spoilt(classes=0),
        spoilt(channels=True),
        spoilt(data_digest=None),
        spoilt(software=[1]),
        spoilt(extra=1),
        "[" * 100_000,
    ],
)
def test_a_damaged_description_is_named(tmp_path, content):
    path = tmp_path / "run.json"
    path.write_text(content)
    with pytest.raises(BadInputError) as caught:
        open_run(tmp_path)
    assert one_line(caught).startswith(f"{path}: ")


def test_what_has_not_changed_is_not_damaged(tmp_path):
    (tmp_path / "run.json").write_text(spoilt())
    assert open_run(tmp_path) == replace(RUN, options=open_run(tmp_path).options)


@pytest.mark.parametrize("name", ["image_size", "train_limit"])
@pytest.mark.parametrize("value", [0, -3, 1.5, True, "8"])
def test_sizes_are_whole_numbers(name, value):
    with pytest.raises(BadInputError) as caught:
        replace(OPTIONS, **{name: value})
    assert one_line(caught) == f"--{name.replace('_', '-')} {value}: give a whole number of at least 1"
