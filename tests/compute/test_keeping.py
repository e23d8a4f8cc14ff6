"""What is borrowed of a network is given back, whatever happens in between."""

import pytest
import torch
from torch import nn

from compute.keeping import kept_modes, kept_values


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout())


def test_values_are_what_they_were_bit_for_bit_even_after_a_failure():
    model = network()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with pytest.raises(ZeroDivisionError), kept_values(model):
        model(torch.ones(2, 3))  # moves the running statistics
        with torch.no_grad():
            model[0].weight.fill_(torch.nan)
        raise ZeroDivisionError
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_each_module_is_in_the_mode_that_it_was_in_even_after_a_failure():
    model = network()
    model[1].eval()
    before = [module.training for module in model.modules()]
    for change in (model.eval, model.train):
        with pytest.raises(ZeroDivisionError), kept_modes(model):
            change()
            raise ZeroDivisionError
        assert [module.training for module in model.modules()] == before
