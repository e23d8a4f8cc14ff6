"""Checkpoints: every bit comes back, and only whole files count."""

import pickle

import pytest
import torch

from compute.errors import BadInputError
from compute.weights.checkpoints import (
    checkpoint_path,
    checkpoints,
    digest,
    read_tensors,
    write_checkpoint,
    write_tensors,
)
from tests.compute.tiny import same_bits, tiny_resnet


def test_parameters_and_buffers_come_back_bit_for_bit(tmp_path):
    model = tiny_resnet()
    model(torch.randn(4, 1, 8, 8))  # running statistics and batch counters that are not those of the start
    with torch.no_grad():
        model.head.bias[:] = torch.tensor([-0.0, float("nan"), 1e-42])  # bits that arithmetic would lose
    write_checkpoint(tmp_path / "new" / "folder", 7, model)
    found = read_tensors(checkpoint_path(tmp_path / "new" / "folder", 7))
    assert same_bits(found, model.state_dict())
    assert {"norm.running_var", "norm.num_batches_tracked"} <= found.keys()


def test_checkpoints_come_in_the_order_of_their_steps(tmp_path):
    for step in (1_000_000, 12, 999_999, 0, 3):
        write_checkpoint(tmp_path, step, tiny_resnet())
    assert [step for step, _ in checkpoints(tmp_path)] == [0, 3, 12, 999_999, 1_000_000]
    assert all(path == checkpoint_path(tmp_path, step) for step, path in checkpoints(tmp_path))


def test_a_folder_that_does_not_exist_holds_no_checkpoints(tmp_path):
    assert checkpoints(tmp_path / "absent") == []


def test_temporary_cut_off_and_foreign_files_are_no_checkpoints(tmp_path):
    write_checkpoint(tmp_path, 5, tiny_resnet())
    whole = checkpoint_path(tmp_path, 5).read_bytes()
    for name in (".step-000006.safetensors.k2x9", "step-000007.safetensors.tmp", "step-seven.safetensors", "notes"):
        (tmp_path / name).write_bytes(whole)
    for step, size in ((8, 0), (9, 6), (10, 100), (11, len(whole) - 1)):
        checkpoint_path(tmp_path, step).write_bytes(whole[:size])
    assert checkpoints(tmp_path) == [(5, checkpoint_path(tmp_path, 5))]


@pytest.mark.parametrize("content", [None, b"", b"\xff" * 64, pickle.dumps({"weight": 1})], ids=str)
def test_a_missing_or_damaged_file_is_named_with_what_to_do(tmp_path, content):
    path = tmp_path / "resume.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInputError) as caught:
        read_tensors(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert f"remove {tmp_path}" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_write_that_fails_leaves_the_older_file(tmp_path, monkeypatch):
    path = tmp_path / "one.safetensors"
    write_tensors(path, {"x": torch.ones(3)})

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("compute.atomic.move", full)
    with pytest.raises(OSError, match="No space left"):
        write_tensors(path, {"x": torch.zeros(3)})
    assert torch.equal(read_tensors(path)["x"], torch.ones(3))
    assert list(tmp_path.iterdir()) == [path]


def test_the_digest_is_of_names_and_values_and_not_of_order_or_memory_layout():
    generator = torch.Generator().manual_seed(0)
    weights = {"b": torch.randn(2, 3, 4, 4, generator=generator), "a": torch.randn(5, generator=generator)}
    same = {"a": weights["a"].clone(), "b": weights["b"].to(memory_format=torch.channels_last)}
    assert digest(same) == digest(weights)
    nudged = weights["a"].clone()
    nudged[2] = torch.nextafter(nudged[2], torch.tensor(9.0))
    assert digest({**weights, "a": nudged}) != digest(weights)
    assert digest({"aa": weights["a"], "b": weights["b"]}) != digest(weights)


def test_weights_of_any_type_have_an_identity():
    """Empty ones, single numbers and bfloat16 too; the same values in the same type, the same identity."""
    tensors = {"a": torch.ones(2, 3, dtype=torch.bfloat16), "b": torch.tensor(3), "c": torch.empty(0)}
    assert digest(tensors) == digest({name: tensor.clone() for name, tensor in tensors.items()})
    assert digest(tensors) != digest(tensors | {"a": 2 * tensors["a"]})
