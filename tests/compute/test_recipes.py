"""Recipes set what the publications say, and whatever the user gives wins."""

import pytest

from compute.errors import BadInputError
from compute.recipes import RECIPES, with_recipe
from compute.training.run_folder import RunOptions, make_options


def options(recipe: str, **given) -> RunOptions:
    """What `basin train` makes of a recipe and of what is given beside it."""
    return make_options(with_recipe(recipe, "train", given))


def test_the_seed_system_trains_as_it_did():
    """ResNet-50, pretrained, 224x224, SGD 0.001 with momentum 0.9, batches of 10, 100 of them an epoch, 12 epochs."""
    run = options("ison-morgan-2022")
    assert (run.model, run.data, run.pretrained, run.image_size) == ("resnet50", "cifar10", True, 224)
    how = run.settings
    assert (how.optimiser, how.learning_rate, how.momentum, how.nesterov) == ("sgd", 0.001, 0.9, False)
    assert (how.schedule, how.weight_decay, how.augment) == ("constant", 0.0, "none")
    assert (how.batch, how.steps_per_epoch, how.epochs) == (10, 100, 12)
    assert options("ison-morgan-2022", model="vgg11").model == "vgg11"
    assert options("ison-morgan-2022", model="vgg11").settings == how


def test_li_et_al_train_as_they_did():
    """SGD, Nesterov momentum 0.9, decay 5e-4, batches of 128, 300 epochs, 0.1 divided by 10 at 150, 225 and 275."""
    run = options("li-2018")
    assert (run.model, run.data, run.pretrained, run.image_size) == ("resnet56", "cifar10", False, None)
    how = run.settings
    assert (how.optimiser, how.learning_rate, how.momentum, how.nesterov) == ("sgd", 0.1, 0.9, True)
    assert (how.schedule, how.milestones, how.gamma, how.weight_decay) == ("step", (150, 225, 275), 0.1, 5e-4)
    assert (how.batch, how.steps_per_epoch, how.epochs, how.augment) == (128, None, 300, "crop-flip")


def points(text: str, resolution: int) -> list[float]:
    low, high = map(float, text.split(","))
    return [low + k * (high - low) / (resolution - 1) for k in range(resolution)]


@pytest.mark.parametrize(
    ("recipe", "given", "count", "first", "step"),
    [
        ("ison-morgan-2022", {}, 26, -9, 0.75),
        ("ison-morgan-2022", {"directions": "pca"}, 26, -9, 0.75),
        ("ison-morgan-2022", {"directions": "random"}, 26, -0.5, 0.04),
        ("li-2018", {}, 51, -1, 0.04),
    ],
)
def test_both_sample_the_points_that_they_sampled(recipe, given, count, first, step):
    chosen = with_recipe(recipe, "sample", given)
    assert chosen["resolution"] == count
    for axis in ("alpha", "beta"):
        assert points(chosen[axis], count) == pytest.approx([first + k * step for k in range(count)], abs=1e-12)


def test_what_is_given_wins_and_none_is_not_given():
    run = options("li-2018", model="resnet56-noskip", epochs=2, batch=None, steps_per_epoch=3, image_size=16)
    assert (run.model, run.image_size) == ("resnet56-noskip", 16)
    assert (run.settings.epochs, run.settings.batch, run.settings.steps_per_epoch) == (2, 128, 3)
    for recipe in RECIPES:
        chosen = with_recipe(recipe, "sample", {"resolution": 9, "alpha": "-2,2"})
        assert (chosen["resolution"], chosen["alpha"]) == (9, "-2,2")


def test_what_goes_with_another_choice_falls_away_with_it():
    adam = options("li-2018", optimiser="adam").settings
    assert (adam.learning_rate, adam.momentum, adam.weight_decay, adam.nesterov) == (1e-3, 0, 0, False)
    assert options("li-2018", optimiser="adam", learning_rate=0.01).settings.learning_rate == 0.01
    assert options("li-2018", schedule="cosine").settings.milestones == ()
    assert options("li-2018", optimiser="sgd", schedule="step") == options("li-2018")
    assert not {"alpha", "beta"} & with_recipe("li-2018", "sample", {"directions": "pca"}).keys()


def test_without_a_recipe_only_what_is_given():
    assert with_recipe("", "train", {"epochs": 3, "batch": None}) == {"epochs": 3}
    assert with_recipe(None, "sample", {}) == {}


def test_an_unknown_recipe_is_one_line_with_those_there_are():
    with pytest.raises(BadInputError) as caught:
        with_recipe("goodfellow-2015", "train", {})
    assert str(caught.value) == "--recipe goodfellow-2015: is not one of ison-morgan-2022, li-2018"


def test_a_recipe_cannot_be_changed_by_using_it():
    with_recipe("li-2018", "train", {})["epochs"] = 1
    assert RECIPES["li-2018"]["train"]["epochs"] == 300
