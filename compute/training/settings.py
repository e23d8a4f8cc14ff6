"""How a network is trained, as plain values: what may be chosen, what is usual, and what is refused."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import Any

from compute.errors import BadInputError
from compute.training.interval import Interval, parse_interval

OPTIMISERS = ("sgd", "adam", "adamw")
SCHEDULES = ("constant", "step", "cosine")
AUGMENTATIONS = ("none", "crop-flip")
SEEDS = 2**32  # as many as torch's generator tells apart

# What an optimiser is used with where nothing else is said; Adam's and AdamW's are those of their papers and of torch.
DEFAULTS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "sgd": {"learning_rate": 0.05, "momentum": 0.9, "weight_decay": 5e-4},
        "adam": {"learning_rate": 1e-3, "momentum": 0.0, "weight_decay": 0.0},
        "adamw": {"learning_rate": 1e-3, "momentum": 0.0, "weight_decay": 1e-2},
    }
)


@dataclass(frozen=True)
class Settings:
    """Everything that decides a training beside model, data and device; as it stands, it is what the demo uses.

    optimiser         sgd; adam (Kingma & Ba 2015), adamw (Loshchilov & Hutter 2019), with β = (0.9, 0.999), ε = 1e-8
    learning_rate     r₀, of the first step
    momentum          m of sgd: v ← m v + g; the others ignore it
    nesterov          sgd steps along g + m v (Sutskever et al. 2013) in place of v; the others ignore it
    weight_decay      λ: g gains λ θ with sgd and adam; with adamw θ shrinks by r λ θ apart from g
    schedule          constant; step: r₀ γ^k after k milestones; cosine: r₀ (1 + cos π t / T) / 2 at step t of T
                      (Loshchilov & Hutter 2017, without restarts)
    milestones        epochs after which a step schedule lowers the rate by the factor ``gamma``
    batch             examples in a step; the last step of an epoch has what is left, see ``compute.training.batches``
    steps_per_epoch   an epoch ends after so many steps, or with the data (None)
    checkpoint_every  "50 steps", "2 epochs", "1/4 epoch"; the first and the last weights are recorded in any case
    augment           none; crop-flip: see ``compute.training.augmentation``
    log_examples      the losses in the log are means over at most so many examples, the first ones of each split

    Raises BadInputError naming the option, its value and what may be chosen.
    """

    optimiser: str = "sgd"
    learning_rate: float = 0.05
    momentum: float = 0.9
    nesterov: bool = True
    weight_decay: float = 5e-4
    schedule: str = "cosine"
    milestones: tuple[int, ...] = ()
    gamma: float = 0.1
    epochs: int = 12
    batch: int = 64
    steps_per_epoch: int | None = None
    seed: int = 0
    checkpoint_every: str = "1 epoch"
    augment: str = "none"
    log_examples: int = 2048

    def __post_init__(self) -> None:
        _choice("optimiser", self.optimiser, OPTIMISERS)
        _choice("schedule", self.schedule, SCHEDULES)
        _choice("augment", self.augment, AUGMENTATIONS)
        for name in ("epochs", "batch", "log_examples"):
            _whole(name, getattr(self, name))
        if self.steps_per_epoch is not None:
            _whole("steps_per_epoch", self.steps_per_epoch)
        _whole("seed", self.seed, 0, SEEDS - 1)
        _number("learning_rate", self.learning_rate, above=0.0)
        _number("gamma", self.gamma, above=0.0)
        _number("weight_decay", self.weight_decay)
        _number("momentum", self.momentum, below=1.0)
        if not isinstance(self.nesterov, bool):
            raise BadInputError(f"--nesterov {self.nesterov}: is on or off")
        if self.nesterov and self.optimiser == "sgd" and not self.momentum:
            raise BadInputError("--nesterov: needs a momentum; give --momentum 0.9, or leave it out")
        _milestones(self.milestones, needed=self.schedule == "step")
        parse_interval(self.checkpoint_every)

    @property
    def interval(self) -> Interval:
        """``checkpoint_every``, understood."""
        return parse_interval(self.checkpoint_every)


def make_settings(given: Mapping[str, Any]) -> Settings:
    """Settings from the options that were given by name; the others take what goes with the chosen optimiser.

    Milestones may come as text with commas. What ``plain`` gave makes the same settings again.
    Raises BadInputError for unknown names, for values that cannot be, and for options that would have no effect.
    """
    unknown = sorted(set(given) - {field.name for field in fields(Settings)})
    if unknown:
        raise BadInputError(f"{_option(unknown[0])}: training has no such setting")
    optimiser, schedule = given.get("optimiser", Settings.optimiser), given.get("schedule", Settings.schedule)
    _choice("optimiser", optimiser, OPTIMISERS)
    if optimiser != "sgd":
        _without_effect(given, {"momentum": 0, "nesterov": False}, f"--optimiser {optimiser}")
    if schedule != "step":
        _without_effect(given, {"milestones": (), "gamma": Settings.gamma}, f"--schedule {schedule}")
    chosen = {**DEFAULTS[optimiser], **given}
    chosen.setdefault("nesterov", optimiser == "sgd" and bool(chosen["momentum"]))
    if "milestones" in chosen:
        chosen["milestones"] = _as_milestones(chosen["milestones"])
    return Settings(**chosen)


def plain(settings: Settings) -> dict[str, Any]:
    """The same as a mapping that JSON knows, from which ``make_settings`` makes them again."""
    return asdict(settings) | {
        "milestones": list(settings.milestones),
        "checkpoint_every": str(settings.interval),  # however it was spelt
    }


def _without_effect(given: Mapping[str, Any], neutral: Mapping[str, Any], reason: str) -> None:
    for name, value in neutral.items():
        if name in given and given[name] not in (value, [], ""):
            raise BadInputError(f"{_option(name)}: has no effect with {reason}; leave it out")


def _as_milestones(given: Any) -> tuple[int, ...]:
    """From "150,225", or from a list, as JSON has it."""
    try:
        return tuple(int(epoch) for epoch in given.split(",") if given) if isinstance(given, str) else tuple(given)
    except (TypeError, ValueError):
        raise BadInputError(f"--milestones {given}: give whole numbers with commas, as 150,225") from None


def _milestones(milestones: tuple[int, ...], *, needed: bool) -> None:
    for epoch in milestones:
        _whole("milestones", epoch)
    if list(milestones) != sorted(set(milestones)):
        raise BadInputError(f"--milestones {','.join(map(str, milestones))}: must rise")
    if needed and not milestones:
        raise BadInputError("--schedule step: needs the epochs at which the rate falls; give --milestones 150,225")


def _choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise BadInputError(f"{_option(name)} {value}: is not one of {', '.join(choices)}")


def _whole(name: str, value: object, least: int = 1, most: int | None = None) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or value < least or (most is not None and value > most):  # type: ignore[operator]
        bounds = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise BadInputError(f"{_option(name)} {value}: give a whole number {bounds}")


def _number(name: str, value: object, *, above: float | None = None, below: float = math.inf) -> None:
    real = isinstance(value, int | float) and not isinstance(value, bool)
    if not real or not 0 <= value < below or value == above:  # type: ignore[operator]
        least = "above 0" if above is not None else "of at least 0"
        raise BadInputError(
            f"{_option(name)} {value}: give a number {least}{f' and below {below:g}' * (below < math.inf)}"
        )


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
