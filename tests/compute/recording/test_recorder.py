"""A recorder in a training: what it records, and that the training does not notice."""

import gc
import random
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from basin import Recorder
from compute.errors import BadInputError
from compute.recording.background import Background
from compute.recording.curve import open_recording, read_curve
from compute.recording.snapshot import Snapshots, number
from compute.weights.checkpoints import checkpoints, read_tensors
from compute.weights.fitting import fit_weights
from tests.compute.recording.trained import copied, network, same, train

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0  # seconds until something that has to happen is given up


def recorded(folder):
    return {step: read_tensors(path) for step, path in checkpoints(folder / "checkpoints")}


def written(recorder):
    """Wait for the checkpoint that is being written."""
    assert recorder._session._background.wait(PATIENCE)


def test_every_recorded_checkpoint_is_what_was_trained_bit_for_bit(tmp_path):
    model, truth, losses = network(), {}, {}
    with Recorder(tmp_path / "run", model, share=1) as recorder:

        def after(step, loss):
            truth[step], losses[step] = copied(model), loss.item()
            if step % 4 == 0:  # the others as it happens, while the one before is being written
                written(recorder)
                recorder._session._schedule._spent_before = float("inf")
            recorder.record(step, loss, epoch=step / 10)

        train(model, range(1, 61), after)
    found = recorded(tmp_path / "run")
    assert {1, *range(4, 61, 4)} <= found.keys()
    assert all(same(found[step], truth[step]) for step in found)
    curve = read_curve(tmp_path / "run")
    assert dict(zip(curve.step.tolist(), curve.loss.tolist(), strict=True)) == losses
    assert curve.epoch.tolist() == [step / 10 for step in range(1, 61)]
    description = open_recording(tmp_path / "run")
    assert description.parameters == sum(p.numel() for p in model.parameters())
    assert {"torch", "loss-basin", "python"} <= description.software.keys()


def random_states():
    numpy = np.random.get_state()
    return torch.get_rng_state().tolist(), random.getstate(), numpy[1].tolist(), numpy[2:]


def test_training_with_and_without_recorder_gives_the_same_weights_and_random_numbers(tmp_path):
    results = []
    for recording in (False, True):
        model = network()
        random.seed(0)
        np.random.seed(0)
        recorder = Recorder(tmp_path / "run", model, share=1) if recording else None
        train(model, range(1, 41), recorder.record if recorder else lambda step, loss: None)
        if recorder:
            recorder.close()
            assert len(recorded(tmp_path / "run")) >= 2
        assert torch.is_grad_enabled() and model.training
        results.append((copied(model), random_states()))
    assert same(results[0][0], results[1][0])
    assert results[0][1] == results[1][1]


@pytest.mark.parametrize("every", [5, 7])
def test_with_an_interval_only_steps_that_complete_one_are_recorded(tmp_path, every):
    model = network()
    with Recorder(tmp_path / "run", model, share=1, every=every) as recorder:
        for step in range(0, 43, 2):
            recorder.record(step)
            written(recorder)
            recorder._session._schedule._spent_before = float("inf")  # so that the interval alone decides
    marks = [step for step in range(0, 43, 2) if step // every > max(step - 2, -1) // every]
    assert sorted(recorded(tmp_path / "run")) == sorted({0, *marks, 42})
    assert len(read_curve(tmp_path / "run")) == 22


def test_more_than_the_most_are_thinned_out_and_the_stride_is_kept(tmp_path):
    model = network()
    with Recorder(tmp_path / "run", model, most=8) as recorder:
        schedule = recorder._session._schedule
        for step in range(40):
            schedule._spent_before, schedule._since = float("inf"), 0.0
            recorder.record(step)
            written(recorder)
    # 0…8 → 0 2 4 6 8, stride 2; … 16 → 0 4 8 12 16, stride 4; … 32 → 0 8 16 24 32, stride 8; the last one by closing
    assert sorted(recorded(tmp_path / "run")) == [0, 8, 16, 24, 32, 39]
    assert open_recording(tmp_path / "run").stride == 8
    with Recorder(tmp_path / "run", model, most=8, resume=True) as recorder:
        assert recorder._session._schedule.stride == 8


CHANGES = {
    "nothing": lambda model: None,
    "in place": lambda model: nn.init.zeros_(model[5].bias),
    "a buffer": lambda model: model[1].running_mean.mul_(2),
    "other memory": lambda model: setattr(model[5].bias, "data", model[5].bias.data + 1),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_last_state_is_recorded_by_closing_unless_the_weights_changed_since(tmp_path, change):
    model = network()
    recorder = Recorder(tmp_path / "run", model, every=1000)
    recorder.record(0)
    written(recorder)
    train(model, range(1, 4), recorder.record)
    last = copied(model)
    CHANGES[change](model)
    recorder.close()
    found = recorded(tmp_path / "run")
    assert sorted(found) == ([0, 3] if change == "nothing" else [0])
    assert change != "nothing" or same(found[3], last)


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.head = nn.Embedding(5, 3), nn.Linear(3, 5, bias=False)
        self.head.weight = self.embedding.weight


class Holder(nn.Module):
    """A network whose only part is called as DataParallel calls it, and whose state holds more than tensors."""

    def __init__(self):
        super().__init__()
        self.module = nn.Linear(3, 2)

    def get_extra_state(self):
        return "no tensor"

    def set_extra_state(self, state):
        pass


def one_checkpoint(folder, model):
    with Recorder(folder, model) as recorder:
        recorder.record(3)
    (found,) = recorded(folder).values()
    return found


def test_tied_parameters_are_recorded_under_each_of_their_names(tmp_path):
    model = Tied()
    found = one_checkpoint(tmp_path / "run", model)
    assert found.keys() == {"embedding.weight", "head.weight"}
    assert torch.equal(found["head.weight"], model.embedding.weight)
    fit_weights(found, Tied(), tmp_path)


@pytest.mark.parametrize("wrap", [torch.compile, nn.DataParallel, lambda m: torch.compile(nn.DataParallel(m)),
                                  lambda m: nn.DataParallel(torch.compile(m))])  # fmt: skip
def test_names_are_those_of_the_network_however_it_is_wrapped(tmp_path, wrap):
    model = network()
    assert same(one_checkpoint(tmp_path / "run", wrap(model)), copied(model))


def test_names_of_a_compiled_part_and_of_a_part_called_module(tmp_path):
    model = nn.Sequential(nn.Linear(2, 2), torch.compile(nn.Linear(2, 2)))
    assert one_checkpoint(tmp_path / "a", model).keys() == {"0.weight", "0.bias", "1.weight", "1.bias"}
    assert one_checkpoint(tmp_path / "b", Holder()).keys() == {"module.weight", "module.bias"}


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_types_of_numbers_keep_their_bits(tmp_path, dtype):
    model = network(dtype)
    with torch.no_grad():
        model[5].bias[:2] = torch.tensor([-0.0, float("nan")])
    assert same(one_checkpoint(tmp_path / "run", model), copied(model))


def test_memory_of_any_layout_is_recorded(tmp_path):
    model = nn.Linear(3, 4)
    model.weight = nn.Parameter(torch.randn(3, 4).t())
    model.register_buffer("view", torch.arange(20)[::3])
    model.register_buffer("wide", torch.randn(1, 3).expand(4, 3))
    model.register_buffer("empty", torch.empty(0, 3))
    model.register_buffer("scalar", torch.tensor(True))
    assert same(one_checkpoint(tmp_path / "run", model), copied(model))


def test_the_copies_go_into_the_memory_of_the_ones_before():
    model = network()
    snapshots = Snapshots(model)
    first = {name: tensor.data_ptr() for name, tensor in snapshots.take().weights.items()}
    assert first == {name: tensor.data_ptr() for name, tensor in snapshots.take().weights.items()}
    model[5] = nn.Linear(64, 5)
    assert same(snapshots.take().weights, copied(model))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_is_copied_from_bit_for_bit_and_not_waited_for():
    model, loss = network().cuda(), torch.tensor(0.1, device="cuda")
    snapshots = Snapshots(model)
    snapshots.take().wait()  # the first time memory is pinned
    nn.init.normal_(model[5].weight)
    truth = {name: tensor.cpu() for name, tensor in copied(model).items()}
    torch.cuda.set_sync_debug_mode("error")
    try:
        snapshot, later = snapshots.take(), number(loss)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert snapshot.wait() >= 0 and same(snapshot.weights, truth)
    assert callable(later) and later() == pytest.approx(0.1)


def test_a_loss_may_be_anything_that_is_one_number_or_be_left_out(tmp_path):
    given = [None, 2, 0.1, np.float32(0.3), torch.tensor(0.7, requires_grad=True), torch.tensor([1.5]).half(), "0.25",
             float("nan"), float("inf")]  # fmt: skip
    model = network()
    with Recorder(tmp_path / "run", model) as recorder:
        for step, loss in enumerate(given):
            recorder.record(np.int64(step), loss, torch.tensor(step / 2))
    curve = read_curve(tmp_path / "run")
    expected = [np.nan if loss is None else float(loss.detach() if torch.is_tensor(loss) else loss) for loss in given]
    np.testing.assert_array_equal(curve.loss, expected)
    assert curve.epoch.tolist() == [step / 2 for step in range(len(given))]
    assert (tmp_path / "run" / "recording.csv").read_text().splitlines()[1] == "0,0.0,"


@pytest.mark.parametrize(
    ("step", "loss", "epoch", "named"),
    [(4, 1.0, 0, "step 4 is not behind step 4"), (0, 1.0, 0, "step 0 is not behind"), (2.5, 1.0, 0, "integer"),
     (2**63, 1.0, 0, "too large")],
)  # fmt: skip
def test_what_record_cannot_use_is_one_warning_and_the_rest_goes_on(tmp_path, step, loss, epoch, named):
    model = network()
    recorder = Recorder(tmp_path / "run", model)
    recorder.record(4, 0.5)
    with pytest.warns(RuntimeWarning) as caught:
        for _ in range(3):
            recorder.record(step, loss, epoch)
    assert len(caught) == 1 and named in str(caught[0].message) and caught[0].filename == __file__
    recorder.record(6, 0.25)
    recorder.close()
    assert read_curve(tmp_path / "run").step.tolist() == [4, 6]


@pytest.mark.parametrize(
    ("loss", "epoch", "named", "row"),
    [(torch.ones(2), 0.5, "loss: ", "0.5,"), ("much", 0.5, "loss: ", "0.5,"), (10**400, 0.5, "loss: ", "0.5,"),
     ([1], 0.5, "loss: ", "0.5,"), (1.0, "third", "epoch: ", ",1.0")],
)  # fmt: skip
def test_what_is_no_number_is_left_out_with_one_warning_and_everything_else_is_recorded(
    tmp_path, loss, epoch, named, row
):
    model = network()
    recorder = Recorder(tmp_path / "run", model, share=1)
    with pytest.warns(RuntimeWarning) as caught:
        for step in range(3):
            recorder.record(step, loss, epoch)
            written(recorder)
            recorder._session._schedule._spent_before = float("inf")
    assert len(caught) == 1 and named in str(caught[0].message) and caught[0].filename == __file__
    recorder.close()
    assert (tmp_path / "run" / "recording.csv").read_text().splitlines()[1:] == [f"{step},{row}" for step in range(3)]
    assert sorted(recorded(tmp_path / "run")) == [0, 1, 2]


def test_a_loss_that_turns_out_later_to_be_no_number_is_left_out(tmp_path, monkeypatch):
    def later(value):
        def fails():
            raise RuntimeError("the device is gone")

        return fails

    monkeypatch.setattr("compute.recording.recorder.number", later)
    recorder = Recorder(tmp_path / "run", network())
    recorder.record(0, 1.0)
    with pytest.warns(RuntimeWarning, match="the device is gone"):
        recorder.close()
    assert (tmp_path / "run" / "recording.csv").read_text().splitlines()[1:] == ["0,,"]
    assert sorted(recorded(tmp_path / "run")) == [0]


def test_the_whole_of_a_call_counts_as_cost(tmp_path, monkeypatch):
    clock, inside = [0.0], [0.0]
    monkeypatch.setattr("compute.recording.recorder.time.perf_counter", lambda: clock[0])
    recorder = Recorder(tmp_path / "run", network(), every=1000)
    session = recorder._session
    fingerprint, take = session._snapshots.fingerprint, session._snapshots.take

    def slow(work):
        def either():
            clock[0] += inside[0]
            return work()

        return either

    session._snapshots.fingerprint, session._snapshots.take = slow(fingerprint), slow(take)
    inside[0] = 3.0
    recorder.record(0)  # with a checkpoint
    clock[0] += 100.0  # of training
    recorder.record(1)
    assert session._copying == 6.0
    inside[0] = 0.0
    recorder.close()


def test_recording_after_the_end_is_one_warning(tmp_path):
    recorder = Recorder(tmp_path / "run", network())
    recorder.record(0)
    recorder.close()
    recorder.close()
    with pytest.warns(RuntimeWarning, match="closed"):
        recorder.record(1)
    assert sorted(recorded(tmp_path / "run")) == [0]


def test_misuse_is_refused_before_the_training_starts(tmp_path):
    model = network()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    Recorder(tmp_path / "run", model).close()
    cases = [
        (tmp_path / "mine", model, {}, "thesis.txt"),
        (tmp_path / "mine", model, {"resume": True}, "thesis.txt"),
        (tmp_path / "mine" / "thesis.txt", model, {}, "is a file"),
        (tmp_path / "run", model, {}, "resume=True"),
        (tmp_path / "run", nn.Linear(2, 2), {"resume": True}, "6"),
        (tmp_path / "new", model.state_dict(), {}, "torch.nn.Module"),
        (tmp_path / "new", model, {"every": 0}, "every=0"),
        (None, model, {}, "path of a folder"),
    ]
    for folder, network_, options, named in cases:
        with pytest.raises(BadInputError) as caught:
            Recorder(folder, network_, **options)
        assert named in str(caught.value) and "\n" not in str(caught.value)
    first = Recorder(tmp_path / "held", model)
    with pytest.raises(BadInputError, match=r"held: another Recorder writes"):
        Recorder(tmp_path / "held", model, resume=True)
    first.close()
    Recorder(tmp_path / "held", model, resume=True).close()
    assert not (tmp_path / "new").exists() and [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_recorder_that_nobody_uses_any_more_closes_itself_and_lets_the_network_go(tmp_path):
    model = network()
    recorder = Recorder(tmp_path / "run", model, every=1000)
    train(model, range(1, 4), recorder.record)
    last, gone = copied(model), weakref.ref(model)
    del recorder
    gc.collect()
    assert not [thread for thread in threading.enumerate() if thread.name == "basin recorder"]
    assert same(recorded(tmp_path / "run")[3], last)
    del model
    gc.collect()
    assert gone() is None


def test_a_slow_disk_does_not_keep_the_training_waiting(tmp_path, monkeypatch):
    release = threading.Event()
    write = Background._write_checkpoint

    def slow(self, step, snapshot):
        assert release.wait(PATIENCE)
        write(self, step, snapshot)

    monkeypatch.setattr(Background, "_write_checkpoint", slow)
    model, truth = network(), {}
    recorder = Recorder(tmp_path / "run", model, share=1)

    def after(step, loss):
        truth[step] = copied(model)
        recorder.record(step, loss)

    train(model, range(1, 30), after)  # to the end, while the first checkpoint is not written
    assert recorded(tmp_path / "run") == {}
    release.set()
    recorder.close()
    found = recorded(tmp_path / "run")
    assert sorted(found) == [1, 29] and all(same(found[step], truth[step]) for step in found)


def test_importing_basin_loads_no_torch_and_its_recorder_no_opengl():
    script = (
        "import sys, basin\n"
        "assert 'torch' not in sys.modules\n"
        "basin.Recorder\n"
        "found = {'pyglet', 'moderngl', 'explorer', 'lightning', 'transformers'} & set(sys.modules)\n"
        "assert not found, found\n"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_the_curve_is_there_while_the_training_goes_on(tmp_path):
    recorder = Recorder(tmp_path / "run", network())
    recorder.record(1, 0.5)
    deadline = time.monotonic() + PATIENCE
    while not len(read_curve(tmp_path / "run")) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert read_curve(tmp_path / "run").loss.tolist() == [0.5]
    recorder.close()
