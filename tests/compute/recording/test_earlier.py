"""What was recorded before: nothing of it is lost by training anew, and going on with it takes one line."""

from dataclasses import replace

import pytest
import torch
from torch import nn

import compute.atomic
from basin import Recorder
from compute.errors import BadInputError
from compute.recording.curve import open_recording, read_curve
from compute.recording.earlier import restore
from compute.recording.folder import RecordingDescription, write_description
from compute.recording.writing import RecordingFiles
from compute.weights.checkpoints import checkpoints, read_tensors, write_checkpoint
from tests.compute.recording.trained import copied, network, same, train


def recorded(folder):
    return {step: read_tensors(path) for step, path in checkpoints(folder / "checkpoints")}


def a_recording(folder, steps, every=1) -> nn.Module:
    """Of so many steps, from 1 on; the network as it was at the last."""
    model = network()
    description = RecordingDescription(sum(p.numel() for p in model.parameters()))
    files = RecordingFiles(folder, description, 1000)
    files.begin(1)

    def after(step, loss):
        files.append([f"{step},,{loss.item()!r}"])
        if step % every == 0:
            write_checkpoint(folder / "checkpoints", step, model)

    train(model, range(1, steps + 1), after)
    write_description(folder, replace(description, stride=4))
    return model


def test_training_anew_what_was_recorded_sets_it_aside_with_one_warning_and_a_fresh_stride(tmp_path):
    run = tmp_path / "run"
    a_recording(run, 15, every=5)
    before, curve = recorded(run), read_curve(run)
    with pytest.warns(RuntimeWarning) as caught, Recorder(run, network(), resume=True) as recorder:
        recorder.record(1, 0.5)
        assert recorder._session._background.wait(60)
        for step in range(2, 30):
            recorder.record(step, 0.25)
        assert recorder._session._schedule.stride == 1
    assert len(caught) == 1 and caught[0].filename == __file__
    assert str(caught[0].message) == (
        f"{run}: drops 15 steps recorded before (from step 1 on), for they are trained anew: they are in earlier-1 "
        "now; to go on where they end, call restore() of the Recorder"
    )
    aside = recorded(run / "earlier-1")
    assert aside.keys() == {5, 10, 15} and all(same(aside[step], before[step]) for step in before)
    kept = read_curve(run / "earlier-1")
    assert kept.step.tolist() == curve.step.tolist() and kept.loss.tolist() == curve.loss.tolist()
    assert (open_recording(run / "earlier-1").stride, open_recording(run).stride) == (4, 1)
    assert read_curve(run).step.tolist() == list(range(1, 30)) and 15 not in recorded(run)


@pytest.mark.parametrize(("step", "aside"), [(1, True), (7, True), (8, True), (12, False), (16, False)])
def test_what_is_set_aside_is_what_goes_where_that_is_more_than_stays(tmp_path, step, aside):
    run = tmp_path / "run"
    a_recording(run, 20)
    before = recorded(run)
    files = RecordingFiles(run, open_recording(run), 1000)
    files.begin(step)
    assert recorded(run).keys() == set(range(1, step)) and read_curve(run).step.tolist() == list(range(1, step))
    assert (run / "earlier-1").exists() == aside == bool(files.notice)
    assert files.stride == (1 if step == 1 else 4)
    if aside:
        moved = recorded(run / "earlier-1")
        assert moved.keys() == set(range(step, 21)) and all(same(moved[step], before[step]) for step in moved)
        assert read_curve(run / "earlier-1").step.tolist() == list(range(step, 21))


def test_a_handful_of_steps_just_goes(tmp_path):
    a_recording(tmp_path / "run", 10)
    RecordingFiles(tmp_path / "run", open_recording(tmp_path / "run"), 9).begin(1)
    assert not (tmp_path / "run" / "earlier-1").exists() and recorded(tmp_path / "run") == {}


def test_checkpoints_whose_curve_is_gone_are_set_aside_too(tmp_path):
    a_recording(tmp_path / "run", 12)
    (tmp_path / "run" / "recording.csv").unlink()
    RecordingFiles(tmp_path / "run", open_recording(tmp_path / "run"), 9).begin(1)
    assert recorded(tmp_path / "run" / "earlier-1").keys() == set(range(1, 13))


@pytest.mark.parametrize("n", range(20))
def test_stopped_at_any_place_nothing_is_lost(tmp_path, monkeypatch, n):
    """The n-th of what is written, moved or made fails; the next life goes on."""
    run = tmp_path / "run"
    a_recording(run, 12)
    before = recorded(run)
    calls = iter(range(10**6))

    def failing(work):
        def either(*arguments, **options):
            if next(calls) == n:
                raise OSError(28, "No space left on device")
            return work(*arguments, **options)

        return either

    with monkeypatch.context() as patch:
        for name in ("rename", "mkdir", "unlink"):
            patch.setattr(f"pathlib.Path.{name}", failing(getattr(type(run), name)))
        patch.setattr("compute.atomic.move", failing(compute.atomic.move))
        files = RecordingFiles(run, open_recording(run), 1000)
        with pytest.raises(OSError, match="No space"):
            files.begin(1)
    RecordingFiles(run, open_recording(run), 1000).begin(1)
    found = {}
    rows = set()
    for folder in run.glob("earlier-*"):
        found |= recorded(folder)
        rows |= set(read_curve(folder).step.tolist())
    assert found.keys() == before.keys() and all(same(found[step], before[step]) for step in before)
    assert rows == set(range(1, 13)) and recorded(run) == {} and not len(read_curve(run))


# ── going on ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("wrap", [lambda m: m, torch.compile, nn.DataParallel])
def test_restored_are_weights_and_step_of_the_newest_bit_for_bit(tmp_path, wrap):
    run = tmp_path / "run"
    truth = copied(a_recording(run, 15, every=5))
    (run / "checkpoints" / "step-000020.safetensors").write_bytes(b"half")
    model = network()
    held = {name: p.data_ptr() for name, p in model.named_parameters()}
    recorder = Recorder(run, wrap(model), resume=True)
    assert recorder.restore() == 15 and same(copied(model), truth)
    assert held == {name: p.data_ptr() for name, p in model.named_parameters()}  # an optimiser has them still
    train(model, range(16, 18), recorder.record)
    recorder.close()
    assert read_curve(run).step.tolist() == list(range(1, 18)) and not (run / "earlier-1").exists()
    assert {5, 10, 15, 16} <= recorded(run).keys()


def test_what_is_not_finite_is_restored_too(tmp_path):
    model = network()
    with torch.no_grad():
        model[5].bias[:2] = torch.tensor([-0.0, float("nan")])
    write_checkpoint(tmp_path / "run" / "checkpoints", 3, model)
    other = network()
    assert restore(tmp_path / "run", other) == 3 and same(copied(other), copied(model))


def test_without_a_checkpoint_nothing_is_restored(tmp_path):
    model = network()
    before = copied(model)
    with Recorder(tmp_path / "run", model, resume=True) as recorder:
        assert recorder.restore() == 0 and same(copied(model), before)


def test_a_rank_that_does_not_record_restores_all_the_same(tmp_path, monkeypatch):
    truth = copied(a_recording(tmp_path / "run", 3))
    monkeypatch.setattr("compute.recording.recorder._is_helper", lambda: True)
    model = network()
    assert Recorder(tmp_path / "run", model, resume=True).restore() == 3 and same(copied(model), truth)


def test_a_checkpoint_of_another_network_is_refused_and_changes_nothing(tmp_path):
    run = tmp_path / "run"
    a_recording(run, 3)
    model = network()
    model[1] = nn.GroupNorm(2, 4)  # as many parameters
    model.register_buffer("more", torch.zeros(1))
    before = copied(model)
    with Recorder(run, model, resume=True) as recorder, pytest.raises(BadInputError) as caught:
        recorder.restore()
    assert "step-000003.safetensors: is of another network, by its more" in str(caught.value)
    assert same(copied(model), before)
