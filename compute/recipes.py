"""Published settings by name. A recipe only sets options of ``basin train`` and ``basin sample``; what is given wins.

Values are as the command takes them: several numbers or names are one text, with commas.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from compute.errors import BadInputError

Options = Mapping[str, Any]

ISON_MORGAN_2022: Mapping[str, Options] = MappingProxyType(
    {
        "train": {
            "model": "resnet50",
            "data": "cifar10",
            "pretrained": True,
            "image_size": 224,
            "optimiser": "sgd",
            "learning_rate": 0.001,
            "momentum": 0.9,
            "nesterov": False,
            "weight_decay": 0.0,
            "schedule": "constant",
            "batch": 10,
            "steps_per_epoch": 100,
            "epochs": 12,
            "checkpoint_every": "1 epoch",
        },
        "sample": {"directions": "pca", "resolution": 26},
        "sample pca": {"alpha": "-9,9.75", "beta": "-9,9.75"},
        "sample random": {"alpha": "-0.5,0.5", "beta": "-0.5,0.5", "keep_range": True},
    }
)
"""The seed system: C. Ison and S. Morgan, term project on the loss landscapes of ResNet-50 and of VGG-11, 2022
(github.com/charles-ison/sv_term_project). Its ResNet-50 is the default, ``model="vgg11"`` gives the other.

Planes of 26x26 points: the PCA plane from -9 in steps of 0.75, the random one from -0.5 in steps of 0.04, so with 0
between two points. One thing is ours: every point is measured on the same examples, the seed drew new ones each time.
"""

LI_2018: Mapping[str, Options] = MappingProxyType(
    {
        "train": {
            "model": "resnet56",
            "data": "cifar10",
            "optimiser": "sgd",
            "learning_rate": 0.1,
            "momentum": 0.9,
            "nesterov": True,
            "weight_decay": 5e-4,
            "schedule": "step",
            "milestones": "150,225,275",
            "gamma": 0.1,
            "batch": 128,
            "epochs": 300,
            "augment": "crop-flip",
            "checkpoint_every": "5 epochs",
        },
        "sample": {
            "directions": "random",
            "resolution": 51,
            "alpha": "-1,1",
            "beta": "-1,1",
            "metrics": "train_loss,train_accuracy,test_loss,test_accuracy",
        },
    }
)
"""H. Li, Z. Xu, G. Taylor, C. Studer and T. Goldstein, Visualizing the Loss Landscape of Neural Nets, NeurIPS 2018.

ResNet-56 on CIFAR-10 with skips; ``model="resnet56-noskip"`` gives its twin without. 51x51 points over [-1, 1]², random
directions, filter-normalised, biases and normalisation layers left out. The paper took the loss on all examples, at
hours on several GPUs; here it is ``examples`` that says on how many.
"""

RECIPES: Mapping[str, Mapping[str, Options]] = MappingProxyType(
    {"ison-morgan-2022": ISON_MORGAN_2022, "li-2018": LI_2018}
)

# What of a recipe goes with one of its options and falls away with it, when another value is given for that one.
_BELONGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "optimiser": ("learning_rate", "momentum", "nesterov", "weight_decay"),
        "schedule": ("milestones", "gamma"),
        "directions": ("alpha", "beta"),
    }
)


def with_recipe(recipe: str | None, command: str, given: Options) -> dict[str, Any]:
    """The options of a command: those of the recipe, if any, under those given; one given as None was not given.

    Options that only make sense with another, milestones with a step schedule for instance, fall away where something
    else is given for that other. Raises BadInputError when there is no such recipe.
    """
    chosen = {name: value for name, value in given.items() if value is not None}
    if not recipe:
        return chosen
    if recipe not in RECIPES:
        raise BadInputError(f"--recipe {recipe}: is not one of {', '.join(RECIPES)}")
    parts = RECIPES[recipe]
    defaults = parts.get(command, {})
    for name, belonging in _BELONGS.items():
        if name in defaults and chosen.get(name, defaults[name]) != defaults[name]:
            defaults = {option: value for option, value in defaults.items() if option not in belonging}
    kind = chosen.get("directions", defaults.get("directions"))
    return {**defaults, **parts.get(f"{command} {kind}", {}), **chosen}
