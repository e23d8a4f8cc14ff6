"""Settings: what goes with each optimiser, and one line for whatever cannot be."""

import json
from dataclasses import FrozenInstanceError, asdict, replace

import pytest

from compute.errors import BadInputError
from compute.training.settings import AUGMENTATIONS, DEFAULTS, OPTIMISERS, SCHEDULES, Settings, make_settings, plain

STEP = {"schedule": "step", "milestones": (3, 5)}


def test_nothing_given_is_what_the_demo_trains_with():
    assert make_settings({}) == Settings()
    assert (Settings().optimiser, Settings().nesterov, Settings().schedule) == ("sgd", True, "cosine")


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_what_is_not_given_goes_with_the_optimiser(optimiser):
    settings = make_settings({"optimiser": optimiser})
    assert {name: getattr(settings, name) for name in DEFAULTS[optimiser]} == DEFAULTS[optimiser]
    assert settings.nesterov == (optimiser == "sgd")


def test_what_is_given_wins():
    given = {"optimiser": "adamw", "learning_rate": 3e-4, "weight_decay": 0.1, "epochs": 3, "seed": 7}
    assert {name: asdict(make_settings(given))[name] for name in given} == given


def test_without_momentum_there_is_no_nesterov_unless_it_is_asked_for():
    assert not make_settings({"momentum": 0.0}).nesterov
    with pytest.raises(BadInputError, match=r"^--nesterov: needs a momentum"):
        make_settings({"momentum": 0.0, "nesterov": True})


@pytest.mark.parametrize("milestones", ["3,5", [3, 5], (3, 5)])
def test_milestones_come_as_text_list_or_tuple(milestones):
    assert make_settings({**STEP, "milestones": milestones}).milestones == (3, 5)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"optimiser": "adam"},
        {"optimiser": "adamw", "schedule": "constant"},
        STEP | {"gamma": 0.5},
        {"momentum": 0.0},
        {"steps_per_epoch": 100, "checkpoint_every": "epoch", "augment": "crop-flip"},
    ],
)
def test_through_json_they_come_back_the_same(given):
    settings = make_settings(given)
    again = make_settings(json.loads(json.dumps(plain(settings))))
    assert plain(again) == plain(settings)
    assert again == replace(settings, checkpoint_every=str(settings.interval))
    assert isinstance(again.milestones, tuple)


def test_they_are_frozen():
    with pytest.raises(FrozenInstanceError):
        Settings().epochs = 3


BAD = [
    ({"optimiser": "rmsprop"}, "--optimiser rmsprop: is not one of sgd, adam, adamw"),
    ({"schedule": "linear"}, "--schedule linear: is not one of constant, step, cosine"),
    ({"augment": "mixup"}, "--augment mixup: is not one of none, crop-flip"),
    ({"epochs": 0}, "--epochs 0: give a whole number of at least 1"),
    ({"epochs": 1.5}, "--epochs 1.5: give a whole number of at least 1"),
    ({"epochs": True}, "--epochs True: give a whole number of at least 1"),
    ({"batch": 0}, "--batch 0: give a whole number of at least 1"),
    ({"steps_per_epoch": 0}, "--steps-per-epoch 0: give a whole number of at least 1"),
    ({"log_examples": 0}, "--log-examples 0: give a whole number of at least 1"),
    ({"seed": -1}, "--seed -1: give a whole number from 0 to 4294967295"),
    ({"seed": 2**32}, "--seed 4294967296: give a whole number from 0 to 4294967295"),
    ({"learning_rate": 0.0}, "--learning-rate 0.0: give a number above 0"),
    ({"learning_rate": -0.1}, "--learning-rate -0.1: give a number above 0"),
    ({"learning_rate": float("nan")}, "--learning-rate nan: give a number above 0"),
    ({"learning_rate": float("inf")}, "--learning-rate inf: give a number above 0"),
    ({"learning_rate": "0.1"}, "--learning-rate 0.1: give a number above 0"),
    ({"momentum": 1.0}, "--momentum 1.0: give a number of at least 0 and below 1"),
    ({"weight_decay": -1e-4}, "--weight-decay -0.0001: give a number of at least 0"),
    (STEP | {"gamma": 0.0}, "--gamma 0.0: give a number above 0"),
    ({"nesterov": "yes"}, "--nesterov yes: is on or off"),
    (STEP | {"milestones": (5, 3)}, "--milestones 5,3: must rise"),
    (STEP | {"milestones": (3, 3)}, "--milestones 3,3: must rise"),
    (STEP | {"milestones": (0, 3)}, "--milestones 0: give a whole number of at least 1"),
    (STEP | {"milestones": "3;5"}, "--milestones 3;5: give whole numbers with commas, as 150,225"),
    (STEP | {"milestones": 3}, "--milestones 3: give whole numbers with commas, as 150,225"),
    ({"schedule": "step"}, "--schedule step: needs the epochs at which the rate falls; give --milestones 150,225"),
    ({"checkpoint_every": "now"}, '--checkpoint-every now: give it as "50 steps", "2 epochs" or "1/4 epoch"'),
    ({"milestones": (3,)}, "--milestones: has no effect with --schedule cosine; leave it out"),
    ({"gamma": 0.5, "schedule": "constant"}, "--gamma: has no effect with --schedule constant; leave it out"),
    ({"optimiser": "adam", "momentum": 0.9}, "--momentum: has no effect with --optimiser adam; leave it out"),
    ({"optimiser": "adamw", "nesterov": True}, "--nesterov: has no effect with --optimiser adamw; leave it out"),
    ({"warmup": 5}, "--warmup: training has no such setting"),
]


@pytest.mark.parametrize(("given", "line"), BAD, ids=[line.partition(":")[0] for _, line in BAD])
def test_what_cannot_be_is_one_line_with_option_value_and_what_to_give(given, line):
    with pytest.raises(BadInputError) as caught:
        make_settings(given)
    assert str(caught.value) == line


def test_every_choice_is_possible():
    for optimiser in OPTIMISERS:
        for schedule in SCHEDULES:
            for augment in AUGMENTATIONS:
                given = {"optimiser": optimiser, "augment": augment, "schedule": schedule}
                make_settings(given | (STEP if schedule == "step" else {}))
