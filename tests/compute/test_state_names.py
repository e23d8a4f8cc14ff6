"""Names under which wrappers save a network."""

import pytest
from torch import nn
from torch.optim.swa_utils import AveragedModel

from compute.weights.names import match_names, strangers, unwrapped

NAMES = ["conv.weight", "fc.weight", "fc.bias"]


@pytest.mark.parametrize(
    "prefix",
    ["", "module.", "model.", "net.", "_orig_mod.", "module._orig_mod.", "model._orig_mod.module.", "model.net."],
)
def test_names_are_found_behind_what_wrappers_put_before_them(prefix):
    stored = [prefix + name for name in NAMES]
    assert match_names(stored, NAMES) == dict(zip(NAMES, stored, strict=True))
    assert strangers(stored, match_names(stored, NAMES)) == []


def test_the_wrappers_of_torch_itself():
    """Not ``torch.compile``, which takes ten seconds to load."""
    network = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    names = list(network.state_dict())
    for wrapped in (nn.DataParallel(network), AveragedModel(network)):
        stored = list(wrapped.state_dict())
        matched = match_names(stored, names)
        assert matched == {name: f"module.{name}" for name in names}
        assert strangers(stored, matched) == []  # the count of an average stands before the prefix


def test_a_compiled_part_and_a_compiled_model_match_each_other():
    stored, compiled = ["a._orig_mod.weight", "b.weight"], ["_orig_mod.a.weight", "_orig_mod.b.weight"]
    assert match_names(stored, compiled) == dict(zip(compiled, stored, strict=True))


def test_a_model_whose_own_names_begin_like_a_wrapper():
    own = ["model.0.weight", "model.1.weight"]
    assert match_names(own, own) == dict(zip(own, own, strict=True))
    wrapped = [f"module.{name}" for name in own]
    assert match_names(wrapped, own) == dict(zip(own, wrapped, strict=True))


def test_what_is_saved_beside_a_lightning_network_is_no_stranger_but_what_is_in_it_is():
    stored = [*(f"model.{name}" for name in NAMES), "loss.weight", "model.extra.weight"]
    matched = match_names(stored, NAMES)
    assert set(matched) == set(NAMES)
    assert strangers(stored, matched) == ["model.extra.weight"]


def test_the_prefix_is_the_one_that_finds_most():
    stored = ["fc.weight", *(f"net.{name}" for name in NAMES)]
    assert match_names(stored, NAMES)["fc.weight"] == "net.fc.weight"


def test_nothing_is_found_in_nothing():
    assert match_names([], NAMES) == {} == match_names(["other.weight"], NAMES)
    assert strangers(["other.weight"], {}) == ["other.weight"]


def test_without_a_model_only_what_is_sure_is_taken_off():
    assert unwrapped(["module.a", "module.module.b"]) == {"a": "module.a", "module.b": "module.module.b"}
    assert unwrapped(["module.a", "b"]) == {"module.a": "module.a", "b": "b"}
    assert unwrapped(["_orig_mod.model.a"]) == {"model.a": "_orig_mod.model.a"}
    assert unwrapped([]) == {}
