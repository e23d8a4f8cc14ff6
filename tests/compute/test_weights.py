"""Checkpoints from elsewhere: every format and wrapper, every way in which a file can be wrong."""

import argparse
import os
import pickle
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from compute.errors import BadInputError
from compute.training.log import LogRow, write_log
from compute.weights.checkpoints import write_checkpoint
from compute.weights.files import CONTAINERS, SUFFIXES, look_into
from compute.weights.fitting import Checkpoint, find_checkpoints, fit_weights, load_into, read_weights, stored_weights
from compute.weights.pieces import Piece, part, pieces
from tests.compute.tiny import same_bits, state_of

FORMATS = ("safetensors", "zip", "legacy")


def network(seed: int = 0) -> nn.Sequential:
    """Parameters and buffers of every kind, one convolution in channels_last, one module of half precision."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layers = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(8, 5), nn.Linear(5, 2))
        layers[1].running_mean.normal_()
    layers[0].to(memory_format=torch.channels_last)
    layers[4].half()
    layers.register_parameter("temperature", nn.Parameter(torch.tensor(float(seed))))
    return layers


def save(path: Path, content: object, form: str) -> Path:
    if form == "safetensors":
        save_file({name: tensor.contiguous() for name, tensor in content.items()}, path)
    else:
        torch.save(content, path, _use_new_zipfile_serialization=form == "zip")
    return path


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_is_read_bit_for_bit_whatever_its_suffix(tmp_path, form, suffix):
    if suffix == ".safetensors" and form != "safetensors":
        pytest.skip("no torch file is called that")
    state = state_of(network())
    assert same_bits(read_weights(save(tmp_path / f"a{suffix}", state, form)), state)


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("form", ["zip", "legacy"])
def test_state_dicts_are_found_under_the_keys_that_people_use(tmp_path, container, form):
    state = OrderedDict(network().state_dict())
    content = {"epoch": 3, "best": 0.5, "optimizer": {"state": {0: {"m": torch.ones(7)}}}, container: state}
    assert same_bits(read_weights(save(tmp_path / "a.ckpt", content, form)), state)


def test_lightning_key_comes_first_and_a_count_beside_the_state_dict_is_no_weight(tmp_path):
    content = {"epoch": torch.tensor(3), "model": {"b": torch.ones(2)}, "state_dict": {"a": torch.ones(1)}}
    assert list(read_weights(save(tmp_path / "a.ckpt", content, "zip"))) == ["a"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("prefix", ["", "module.", "_orig_mod.", "model.", "net.", "module._orig_mod."])
def test_a_model_is_loaded_from_behind_any_wrapper(tmp_path, form, prefix):
    source, target = network(1), network(2)
    path = save(tmp_path / "a", {prefix + name: t for name, t in source.state_dict().items()}, form)
    load_into(target, read_weights(path), path)
    assert same_bits(target.state_dict(), source.state_dict())


def test_what_is_loaded_does_not_depend_on_the_file_any_more(tmp_path):
    """The file is mapped while it is read; a training may write over it afterwards."""
    source, target = network(1), network(2)
    path = save(tmp_path / "a.pt", source.state_dict(), "zip")
    load_into(target, read_weights(path), path)
    path.write_bytes(bytes(path.stat().st_size))
    assert same_bits(target.state_dict(), source.state_dict())


@pytest.mark.parametrize("form", FORMATS)
def test_pieces_are_the_same_elements_as_the_whole(tmp_path, form):
    """In any format, also of tensors that lie in the file in another order, and of scalars."""
    model = network()
    state = dict(model.state_dict())
    path = save(tmp_path / "a", {"state_dict": state, "x": torch.ones(5)} if form != "safetensors" else state, form)
    assert (look_into(path).tensors["0.weight"].offset is None) == (form == "legacy")
    with stored_weights(path, model).open() as read:
        for piece in pieces(state, 7):
            assert torch.equal(read(piece), part(state, piece))
            assert read(piece).dtype == state[piece.name].dtype


@pytest.mark.parametrize("form", ["safetensors", "zip"])
def test_a_piece_is_read_without_reading_the_file(tmp_path, form, monkeypatch):
    """After the look into the file, all that is read of it are the bytes of the piece."""
    path = save(tmp_path / "a", {"w": torch.arange(10_000.0)}, form)
    stored = stored_weights(path, {"w": (10_000,)})
    monkeypatch.setattr(torch, "load", None)
    monkeypatch.setattr("compute.weights.files.safe_open", None)
    with stored.open() as read:
        assert read(Piece("w", 5000, 5003)).tolist() == [5000, 5001, 5002]


def test_views_of_one_storage_and_shared_tensors_have_places_too(tmp_path):
    base = torch.arange(12.0)
    state = {"a": base[3:7], "b": base.view(3, 4).T, "c": base, "d": base}
    path = save(tmp_path / "a.pt", state, "zip")
    with stored_weights(path, {name: tuple(t.shape) for name, t in state.items()}).open() as read:
        for piece in pieces(state):
            assert torch.equal(read(piece), part(state, piece))


def test_a_compressed_archive_is_refused_and_not_misread(tmp_path):
    """Repacked by hand; what lies in it are no numbers."""
    path = save(tmp_path / "a.pt", {"w": torch.arange(1000.0)}, "zip")
    packed = tmp_path / "packed.pt"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
    for look in (read_weights, look_into):
        with pytest.raises(BadInputError, match="damaged"):
            look(packed)


@pytest.mark.parametrize("order", ["little", "big"])
def test_an_archive_of_the_other_byte_order_has_no_places(tmp_path, monkeypatch, order):
    monkeypatch.setattr(sys, "byteorder", order)  # as if this machine were of the other kind
    path = save(tmp_path / "a.pt", {"w": torch.ones(3)}, "zip")
    monkeypatch.setattr(sys, "byteorder", "little")
    assert (look_into(path).tensors["w"].offset is None) == (order == "big")


def test_a_file_that_became_shorter_is_noticed(tmp_path):
    path = save(tmp_path / "a.pt", {"w": torch.ones(1000)}, "zip")
    stored = stored_weights(path, {"w": (1000,)})
    path.write_bytes(path.read_bytes()[:2000])
    with stored.open() as read, pytest.raises(BadInputError, match="shorter"):
        read(Piece("w", 0, 1000))


def test_tied_parameters_need_be_in_the_file_once(tmp_path):
    """As safetensors written by others have them."""
    model = nn.ModuleDict({"embed": nn.Embedding(5, 3), "head": nn.Linear(3, 5, bias=False)})
    model["head"].weight = model["embed"].weight
    path = save(tmp_path / "a.safetensors", {"embed.weight": torch.full((5, 3), 7.0)}, "safetensors")
    load_into(model, read_weights(path), path)
    assert (model["head"].weight == 7).all() and model["head"].weight is model["embed"].weight


def test_the_count_of_batches_may_be_absent(tmp_path):
    model = network(1)
    state = {name: t for name, t in model.state_dict().items() if not name.endswith("num_batches_tracked")}
    target = network(2)
    target[1].num_batches_tracked.fill_(5)
    path = save(tmp_path / "a.t7", state, "legacy")
    load_into(target, read_weights(path), path)
    assert torch.equal(target[1].running_mean, model[1].running_mean) and int(target[1].num_batches_tracked) == 5


def refusal(path: Path, model: nn.Module) -> str:
    with pytest.raises(BadInputError) as refused:
        fit_weights(read_weights(path), model, path)
    with pytest.raises(BadInputError):
        load_into(model, read_weights(path), path)
    line = str(refused.value)
    assert line.startswith(str(path)) and "\n" not in line
    return line


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_missing_unexpected_or_misshapen_is_named(tmp_path, form):
    model = network()
    before = state_of(model)
    state = {name: t for name, t in before.items() if name not in ("3.bias", "1.running_var")}
    assert "lacks 1.running_var, 3.bias;" in refusal(save(tmp_path / "missing", state, form), model)
    assert "lacks temperature, 0.weight, 0.bias and 8 more" in refusal(
        save(tmp_path / "other", {"x": torch.ones(1)}, form), model
    )
    assert "besides fc.weight;" in refusal(save(tmp_path / "more", before | {"fc.weight": torch.ones(2)}, form), model)
    state = before | {"3.weight": torch.ones(4, 5), "temperature": torch.ones(1)}
    line = refusal(save(tmp_path / "shape", state, form), model)
    assert "temperature is 1 instead of scalar" in line and "3.weight is 4x5 instead of 5x8" in line
    assert same_bits(state_of(model), before)


@pytest.mark.parametrize("form", FORMATS)
def test_a_checkpoint_that_diverged_is_refused(tmp_path, form):
    model = network()
    state = state_of(model)
    state["1.running_var"][2] = torch.inf
    state["3.bias"][0] = torch.nan
    assert "not finite is 1.running_var, 3.bias; leave it out" in refusal(save(tmp_path / "a", state, form), model)


def test_shapes_alone_ask_for_no_more_than_they_name(tmp_path):
    path = save(tmp_path / "a.pt", network().state_dict(), "zip")
    assert list(fit_weights(read_weights(path), {"3.bias": (5,)}, path)) == ["3.bias"]
    with pytest.raises(BadInputError, match=r"3.bias is 5 instead of 6"):
        stored_weights(path, {"3.bias": (6,)})


class Attack:
    """Would make a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("form", ["zip", "legacy"])
def test_nothing_is_unpickled(tmp_path, form):
    mark = tmp_path / "mark"
    files = [
        save(tmp_path / "module.pt", network(), form),
        save(tmp_path / "options.pt", {"args": argparse.Namespace(lr=1), "model": network().state_dict()}, form),
        save(tmp_path / "attack.pt", {"state_dict": network().state_dict(), "x": Attack(mark)}, form),
    ]
    (tmp_path / "plain.pt").write_bytes(pickle.dumps(Attack(mark), protocol=4))
    for path in (*files, tmp_path / "plain.pt"):
        for look in (read_weights, look_into):
            with pytest.raises(BadInputError, match=r"holds more than tensors.*save model.state_dict\(\)"):
                look(path)
    assert not mark.exists()


def test_programs_are_refused(tmp_path):
    """TorchScript has its constants in a record of their own."""
    path = save(tmp_path / "a.pt", network().state_dict(), "zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("a/constants.pkl", b"")
    for look in (read_weights, look_into):
        with pytest.raises(BadInputError, match="more than tensors"):
            look(path)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 0.999])
def test_a_file_cut_off_anywhere_is_one_line(tmp_path, form, share):
    path = save(tmp_path / "a", network().state_dict(), form)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    for look in (read_weights, look_into):
        with pytest.raises(BadInputError, match=f"{path}: .*(damaged|cut off|no file of weights)") as refused:
            look(path)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
@pytest.mark.parametrize(
    "content", [b"", b"epoch,loss\n1,2\n" * 50, bytes(200), b"PK\x03\x04" + bytes(100), b"\x80\x02garbage" * 9]
)
def test_what_is_no_file_of_weights_is_one_line(tmp_path, suffix, content):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    for look in (read_weights, look_into):
        with pytest.raises(BadInputError) as refused:
            look(path)
        assert str(refused.value).startswith(str(path)) and "\n" not in str(refused.value)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("form", FORMATS)
def test_flipped_bytes_are_numbers_or_one_line(tmp_path, form, seed):
    """A damaged file never raises anything but BadInputError."""
    path = save(tmp_path / "a", network().state_dict(), form)
    content, generator = bytearray(path.read_bytes()), np.random.default_rng(seed)
    for place in generator.integers(0, min(len(content), 1500), 4):
        content[place] = generator.integers(256)
    path.write_bytes(content)
    for look in (read_weights, lambda path: stored_weights(path, network())):
        try:
            look(path)
        except BadInputError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize("content", [{}, {"epoch": 3}, [torch.ones(2)], torch.ones(2), {"state_dict": {}}, None])
def test_a_file_without_a_state_dict_says_so(tmp_path, content):
    path = save(tmp_path / "a.pt", content, "zip")
    with pytest.raises(BadInputError, match="no state dict"):
        read_weights(path)


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(BadInputError, match="cannot be read"):
        read_weights(tmp_path / "none.pt")


def named(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    return folder


def found(what: str | Path) -> list[tuple[str, int, float | None]]:
    return [(each.path.name, each.step, each.epoch) for each in find_checkpoints(what)]


def test_files_come_in_the_order_of_their_numbers(tmp_path):
    named(tmp_path, "epoch-10.pt", "epoch-2.pt", "epoch-1.pt", "notes.txt")
    expected = [("epoch-1.pt", 1, 1.0), ("epoch-2.pt", 2, 2.0), ("epoch-10.pt", 10, 10.0)]
    assert found(tmp_path) == expected == found(f"{tmp_path}/epoch-*.pt") == found(f"{tmp_path}/**/*.pt")
    assert found(tmp_path / "epoch-2.pt") == [("epoch-2.pt", 2, 2.0)]


def test_the_digit_of_a_suffix_is_no_step(tmp_path):
    named(tmp_path, "model_300.t7", "model_20.t7", "start.t7")
    assert found(f"{tmp_path}/model_*") == [("model_20.t7", 20, None), ("model_300.t7", 300, None)]
    assert found(tmp_path / "start.t7") == [("start.t7", 0, None)]


def test_names_of_lightning_and_of_other_trainers(tmp_path):
    named(tmp_path / "a", "epoch=3-step=1200.ckpt", "epoch=11-step=4400.ckpt")
    assert [(step, epoch) for _, step, epoch in found(tmp_path / "a")] == [(1200, 3.0), (4400, 11.0)]
    named(tmp_path / "b", "checkpoint-1000/model.safetensors", "checkpoint-500/model.safetensors")
    assert [step for _, step, _ in found(f"{tmp_path}/b/*/model.safetensors")] == [500, 1000]


def test_steps_that_do_not_grow_are_replaced_by_the_order(tmp_path):
    named(tmp_path, "epoch1-acc93.pth", "epoch2-acc91.pth", "epoch10-acc95.pth")
    assert found(tmp_path) == [
        ("epoch1-acc93.pth", 0, 1.0), ("epoch2-acc91.pth", 1, 2.0), ("epoch10-acc95.pth", 2, 10.0)
    ]  # fmt: skip
    named(tmp_path / "words", "best.pt", "last.pth.tar")
    assert found(tmp_path / "words") == [("best.pt", 0, None), ("last.pth.tar", 1, None)]


def test_our_run_with_the_epochs_of_its_log(tmp_path):
    model = network()
    model[4].float()
    for step in (0, 9, 18):
        write_checkpoint(tmp_path / "checkpoints", step, model)
    cut = tmp_path / "checkpoints" / "step-000027.safetensors"
    cut.write_bytes((tmp_path / "checkpoints" / "step-000018.safetensors").read_bytes()[:100])
    assert [(step, epoch) for _, step, epoch in found(tmp_path)] == [(0, None), (9, None), (18, None)]
    write_log(tmp_path, [LogRow(step, step / 18, 0.1, 1, 0.5, 1, 0.5) for step in (0, 9)])
    expected = [(0, 0.0), (9, 0.5), (18, None)]
    assert [(step, epoch) for _, step, epoch in found(tmp_path)] == expected
    assert [(step, epoch) for _, step, epoch in found(tmp_path / "checkpoints")] == expected
    assert find_checkpoints(tmp_path)[1] == Checkpoint(tmp_path / "checkpoints" / "step-000009.safetensors", 9, 0.5)


@pytest.mark.parametrize("what", ["none", "*.pt", ""])
def test_where_nothing_is_found_the_line_says_what_would_be(tmp_path, what):
    named(tmp_path, "notes.txt")
    with pytest.raises(BadInputError, match=r"no checkpoints there; give a run, .*\.safetensors"):
        find_checkpoints(tmp_path / what)
