"""Optimisers against their formulas in float64, schedules against torch's own, and their state kept and put back."""

import pytest
import torch
from torch import nn

from compute.training.optimisation import learning_rate, make_optimiser, optimiser_state, restore_state, set_rate
from compute.training.settings import make_settings
from tests.compute.tiny import same_bits

STEPS = 12
ALL = {
    "sgd": {"momentum": 0.0},
    "momentum": {"nesterov": False},
    "nesterov": {},
    "adam": {"optimiser": "adam", "weight_decay": 0.1},
    "adamw": {"optimiser": "adamw", "weight_decay": 0.1},
}


class Two(nn.Module):
    """A matrix and a kernel in channels_last, whose gradients a test sets."""

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self.matrix = nn.Parameter(torch.randn(3, 4, generator=generator))
        kernel = torch.randn(2, 3, 3, 3, generator=generator).contiguous(memory_format=torch.channels_last)
        self.kernel = nn.Parameter(kernel)


def gradients(step: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(100 + step)
    return [torch.randn(shape, generator=generator) for shape in ((3, 4), (2, 3, 3, 3))]


def go(model: Two, optimiser: torch.optim.Optimizer, steps: range) -> None:
    for step in steps:
        set_rate(optimiser, 0.1 / (1 + step))
        for parameter, gradient in zip(model.parameters(), gradients(step), strict=True):
            parameter.grad = gradient.contiguous(memory_format=torch.preserve_format)
        optimiser.step()


def by_hand(kind: str, decay: float, theta: torch.Tensor, index: int) -> torch.Tensor:
    """The published updates, in float64, with rates 0.1 / (1 + t)."""
    theta = theta.detach().double().clone()
    v, m, s = (torch.zeros_like(theta) for _ in range(3))
    for t in range(STEPS):
        rate, g = 0.1 / (1 + t), gradients(t)[index].double()
        if kind in ("sgd", "momentum", "nesterov"):
            g = g + decay * theta
            v = (0.0 if kind == "sgd" else 0.9) * v + g
            theta = theta - rate * (g + 0.9 * v if kind == "nesterov" else v)
        else:
            if kind == "adam":
                g = g + decay * theta
            else:
                theta = theta * (1 - rate * decay)
            m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
            theta = theta - rate * (m / (1 - 0.9 ** (t + 1))) / ((s / (1 - 0.999 ** (t + 1))).sqrt() + 1e-8)
    return theta


@pytest.mark.parametrize("kind", ALL)
def test_steps_are_those_of_the_formula(kind):
    settings, model = make_settings(ALL[kind]), Two()
    before = [parameter.detach().clone() for parameter in model.parameters()]
    go(model, make_optimiser(model, settings), range(STEPS))
    for index, (parameter, start) in enumerate(zip(model.parameters(), before, strict=True)):
        expected = by_hand(kind, settings.weight_decay, start, index)
        # 12 steps of float32 on weights of order 1; the axes of the start are several hundred thousand times that apart
        assert torch.allclose(parameter.detach().double(), expected, rtol=0, atol=3e-6)
        assert (parameter.detach() - start).abs().min() > 1e-4


def torchs(kind: str, optimiser: torch.optim.Optimizer) -> torch.optim.lr_scheduler.LRScheduler:
    if kind == "cosine":
        return torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, T_max=30)
    if kind == "step":
        return torch.optim.lr_scheduler.MultiStepLR(optimiser, milestones=[10, 20], gamma=0.3)
    return torch.optim.lr_scheduler.ConstantLR(optimiser, factor=1.0)


@pytest.mark.parametrize("kind", ["constant", "step", "cosine"])
def test_rates_are_those_of_torchs_schedulers(kind):
    """6 epochs of 5 steps; torch's are stepped once a step: its milestones are steps, its cosine is recursive."""
    step_only = {"milestones": (2, 4), "gamma": 0.3} if kind == "step" else {}
    settings = make_settings({"schedule": kind, "epochs": 6, "learning_rate": 0.2, **step_only})
    optimiser = torch.optim.SGD(Two().parameters(), 0.2)
    scheduler = torchs(kind, optimiser)
    for step in range(31):
        assert learning_rate(settings, step, 5) == pytest.approx(scheduler.get_last_lr()[0], rel=1e-9, abs=1e-15)
        optimiser.step()
        scheduler.step()


def test_the_rate_of_every_group_is_set():
    model = Two()
    optimiser = torch.optim.SGD([{"params": [model.matrix]}, {"params": [model.kernel], "lr": 0.5}], 0.1)
    set_rate(optimiser, 0.3)
    assert [group["lr"] for group in optimiser.param_groups] == [0.3, 0.3]


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("stop", [0, 5])
def test_with_its_state_put_back_a_new_optimiser_goes_on_bit_for_bit(kind, stop):
    settings, unbroken = make_settings(ALL[kind]), Two()
    go(unbroken, make_optimiser(unbroken, settings), range(STEPS))
    first, second = Two(), Two()
    optimiser = make_optimiser(first, settings)
    go(first, optimiser, range(stop))
    kept = {name: tensor.clone().contiguous() for name, tensor in optimiser_state(optimiser, first).items()}
    assert (not kept) == (stop == 0 or kind == "sgd")
    second.load_state_dict(first.state_dict())
    another = make_optimiser(second, settings)
    restore_state(another, second, settings, {**kept, "model.matrix": first.matrix, "step": torch.tensor(stop)})
    for key, tensor in another.state[second.kernel].items():
        assert key == "step" or tensor.is_contiguous(memory_format=torch.channels_last)
    go(second, another, range(stop, STEPS))
    assert same_bits(second.state_dict(), unbroken.state_dict())


def state(kind: str) -> dict[str, torch.Tensor]:
    model = Two()
    optimiser = make_optimiser(model, make_settings(ALL[kind]))
    go(model, optimiser, range(1))
    return optimiser_state(optimiser, model)


def renamed(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name.replace("matrix", "vector"): tensor for name, tensor in tensors.items()}


@pytest.mark.parametrize(
    ("kept", "kind"),
    [
        (state("momentum"), "adam"),
        (state("adamw"), "nesterov"),
        (renamed(state("nesterov")), "nesterov"),
        ({name: tensor[:1] if tensor.dim() else tensor for name, tensor in state("adam").items()}, "adam"),
        ({name: tensor for name, tensor in state("adam").items() if not name.endswith("exp_avg")}, "adam"),
    ],
    ids=["sgd's to adam", "adamw's to sgd", "other names", "other shapes", "a part missing"],
)
def test_what_belongs_to_another_optimiser_or_network_is_refused(kept, kind):
    model, settings = Two(), make_settings(ALL[kind])
    with pytest.raises((KeyError, RuntimeError)):
        restore_state(make_optimiser(model, settings), model, settings, kept)
