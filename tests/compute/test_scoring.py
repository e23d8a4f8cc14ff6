"""Loss and accuracy against sums by hand in float64, and that measuring leaves a model as it was."""

import numpy as np
import pytest
import torch
from torch import nn

from compute.training.scoring import CHUNK, score
from tests.compute.tiny import same_bits, tiny_data, tiny_resnet

DATA = tiny_data(train=2 * CHUNK + 44)


def identity(images: torch.Tensor) -> torch.Tensor:
    return images


@pytest.mark.parametrize("examples", [1, 20, CHUNK, CHUNK + 1, 2 * CHUNK + 44])
def test_means_over_the_first_examples_however_they_are_cut(examples):
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    images, labels = DATA.train.images(torch.arange(examples)), DATA.train.labels[:examples].numpy()
    logits = model(images).detach().double().numpy()
    logits -= logits.max(axis=1, keepdims=True)
    log_shares = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss, accuracy = score(model, DATA.train, examples, identity)
    # the logits are float32, and those of a chunk of another size may be rounded otherwise
    assert loss == pytest.approx(-log_shares[np.arange(examples), labels].mean(), rel=1e-6)
    assert accuracy == (logits.argmax(axis=1) == labels).mean()


def test_nothing_of_the_model_changes_and_no_module_is_left_in_another_mode():
    model = tiny_resnet().train()
    model.norm.eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    modes = [module.training for module in model.modules()]
    first = score(model, DATA.train, 50, identity)
    assert same_bits(model.state_dict(), before)
    assert [module.training for module in model.modules()] == modes
    assert all(parameter.grad is None for parameter in model.parameters())
    assert score(model.eval(), DATA.train, 50, identity) == first


def test_modes_come_back_after_an_error_too():
    model = nn.Sequential(nn.Dropout(), nn.Linear(5, 3))
    with pytest.raises(RuntimeError):
        score(model, DATA.train, 20, identity)
    assert all(module.training for module in model.modules())


def test_dropout_is_off():
    model = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(64, 3))
    assert score(model, DATA.train, 50, identity) == score(model, DATA.train, 50, identity)


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_a_loss_that_is_not_finite_comes_as_it_is(value):
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    with torch.no_grad():
        model[1].bias[0] = value
    assert not np.isfinite(score(model, DATA.train, 20, identity)[0])
