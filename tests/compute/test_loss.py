"""The loss of fixed examples: weighting, divergence, modes; and that it changes along a direction as autograd says."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from compute.loss import CHUNK, METRICS, Evaluation
from compute.plane import moving, parameters_of
from tests.compute.tiny import CLASSES, random_plane, same_bits, state_of, tiny_data, tiny_resnet


@pytest.fixture
def trained():
    """A network with running statistics of its own, in training mode but for one frozen layer."""
    model = tiny_resnet()
    for _ in range(3):
        model(tiny_data().train_images)
    model.norm.eval()
    return model


def logits64(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """One batch in float64, evaluated apart from the model."""
    copy = tiny_resnet()
    copy.load_state_dict(model.state_dict())
    with torch.no_grad():
        return copy.double().eval()(images.double())


@pytest.mark.parametrize("examples", [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 37])
def test_every_example_weighs_the_same_however_many_share_its_chunk(trained, examples):
    data = tiny_data(train=examples)
    values = Evaluation(trained, data.train_images, data.train_labels)()
    logits = logits64(trained, data.train_images)
    # float32 forward pass of ten layers with logits of about 1
    assert values["train_loss"] == pytest.approx(float(cross_entropy(logits, data.train_labels)), abs=2e-6)
    assert values["train_accuracy"] == float((logits.argmax(dim=1) == data.train_labels).double().mean())
    assert tuple(values) == METRICS


def test_a_last_chunk_of_hard_examples_weighs_no_more_than_its_size():
    """128 examples with loss log 3 and a single one with loss 50: the mean of chunk means would be 25."""
    images = torch.zeros(CHUNK + 1, 1, 1, 1)
    images[-1] = 1
    model = nn.Sequential(nn.Flatten(), nn.Linear(1, CLASSES))
    with torch.no_grad():
        model[1].weight.copy_(torch.tensor([[-50.0], [0.0], [0.0]]))
        model[1].bias.zero_()
    loss = Evaluation(model, images, torch.zeros(CHUNK + 1, dtype=torch.int64))()["train_loss"]
    assert loss == pytest.approx((CHUNK * math.log(3) + 50 + math.log(2)) / (CHUNK + 1), rel=1e-6)


def test_evaluating_changes_nothing(trained):
    """Neither parameters nor running statistics, nor the count of batches, nor the mode of any module."""
    before, modes = state_of(trained), [module.training for module in trained.modules()]
    data = tiny_data()
    evaluation = Evaluation(trained, data.train_images, data.train_labels)
    assert evaluation() == evaluation()
    assert same_bits(trained.state_dict(), before)
    assert [module.training for module in trained.modules()] == modes
    assert True in modes and False in modes
    assert all(parameter.grad is None and parameter.requires_grad for parameter in trained.parameters())


def test_modes_are_restored_also_when_the_model_raises(trained):
    modes = [module.training for module in trained.modules()]
    with pytest.raises(RuntimeError):
        Evaluation(trained, torch.zeros(2, 5, 8, 8), torch.zeros(2, dtype=torch.int64))()
    assert [module.training for module in trained.modules()] == modes


def test_the_value_is_that_of_eval_mode_whatever_mode_the_model_is_in(trained):
    data = tiny_data()
    evaluation = Evaluation(trained, data.train_images, data.train_labels)
    assert evaluation() == (trained.eval(), evaluation())[1]


@pytest.mark.parametrize("size", [math.nan, math.inf, 1e38])
def test_a_loss_that_is_not_finite_is_diverged_in_every_metric(trained, size):
    data = tiny_data()
    with torch.no_grad():
        trained.head.weight.fill_(size)
        trained.norm.bias.fill_(1e5)
    values = Evaluation(trained, data.train_images, data.train_labels)()
    assert values == {"train_loss": math.inf, "train_accuracy": math.inf}


def smooth(seed: int = 0) -> nn.Module:
    """A network without kinks, in float64, so that Taylor's theorem holds at any step."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(nn.Flatten(), nn.Linear(64, 5), nn.Tanh(), nn.Linear(5, CLASSES)).double()


def test_along_delta_the_loss_changes_as_autograd_says():
    """(L(h) − L(−h)) / 2h − ⟨∇L, δ⟩ = O(h²): halving h must divide the error by four, at three steps in a row."""
    model, data = smooth(), tiny_data(train=50)
    images, labels = data.train_images.double(), data.train_labels
    theta_star = parameters_of(model)
    plane = random_plane(theta_star)
    cross_entropy(model(images), labels).backward()
    slope = sum(float((parameter.grad * plane.delta[name]).sum()) for name, parameter in model.named_parameters())
    evaluation = Evaluation(model, images, labels)

    def loss(alpha: float) -> float:
        mover.move(alpha, 0.0)
        return evaluation()["train_loss"]

    with moving(model, plane) as mover:
        errors = [abs((loss(h) - loss(-h)) / (2 * h) - slope) for h in (4e-3, 2e-3, 1e-3, 5e-4)]
    # |δ| = 19, so the next term is smaller by (19 h)² < 0.01; rounding, 1e-16 / h, is far below the smallest error.
    assert np.divide(errors[:-1], errors[1:]) == pytest.approx(4, rel=0.05)
    assert errors[-1] < 1e-4 * abs(slope)
