"""Training: its arithmetic against a loop by hand, and that a broken-off run ends where an unbroken one does."""

import csv
import math

import numpy as np
import pytest
import torch
from torch import nn

import compute.training
from compute.checkpoints import checkpoints, read_tensors
from compute.errors import BadInputError
from compute.loss import Evaluation
from compute.models import ResNet
from compute.training import LOG_COLUMNS, Settings, Training
from tests.compute.tiny import CLASSES, same_bits, tiny_data, tiny_resnet

DATA = tiny_data(train=40)
SETTINGS = Settings(epochs=3, batch=16, checkpoints_per_epoch=2)  # 3 steps an epoch, checkpoints after 0, 2, 3, 5, 6, …
RECORDED = [0, 2, 3, 5, 6, 8, 9]


def training(folder, model: nn.Module | None = None, settings: Settings = SETTINGS) -> Training:
    model = model or tiny_resnet()
    return Training(model, DATA, settings, folder, Evaluation(model, DATA.train_images[:20], DATA.train_labels[:20]))


def finish(run: Training) -> None:
    while not run.done:
        run.step()


def contents(folder) -> dict[str, bytes]:
    """Every byte of every file: checkpoints, log, and the state to resume from."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unbroken")
    finish(training(folder))
    return folder


def test_an_epoch_is_all_batches_and_so_many_checkpoints_are_recorded(unbroken):
    run = training(unbroken)
    assert (run.steps_per_epoch, run.steps, run.step_number) == (3, 9, 9)
    assert [step for step, _ in checkpoints(run.checkpoints)] == RECORDED


def test_one_epoch_is_enough_for_a_plane(tmp_path):
    finish(training(tmp_path, settings=Settings(epochs=1, batch=16, checkpoints_per_epoch=99)))
    assert [step for step, _ in checkpoints(tmp_path / "checkpoints")] == [0, 1, 2, 3]


@pytest.mark.parametrize("stop", range(10))
def test_stopped_after_any_step_it_ends_with_the_same_bytes(unbroken, tmp_path, stop):
    """Within an epoch and between two checkpoints too: weights, running statistics, momentum, log, every checkpoint."""
    first = training(tmp_path)
    while first.step_number < stop:
        first.step()
    second = training(tmp_path, tiny_resnet(seed=99))  # what the new model starts from must not matter
    assert second.step_number == max(step for step in RECORDED if step <= stop)
    finish(second)
    assert contents(tmp_path) == contents(unbroken)


@pytest.mark.parametrize("write", range(3 * len(RECORDED)))
def test_killed_at_any_write_it_ends_with_the_same_bytes(unbroken, tmp_path, monkeypatch, write):
    """Each record is three files; here the process ends instead of the n-th of all writes."""
    writes = iter(range(write))

    def mortal(wrapped):
        def write_or_die(*args):
            if next(writes, None) is None:
                raise SystemExit
            wrapped(*args)

        return write_or_die

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        for name in ("write_atomically", "write_checkpoint", "write_tensors"):
            patch.setattr(compute.training, name, mortal(getattr(compute.training, name)))
        finish(training(tmp_path))
    finish(training(tmp_path))
    assert contents(tmp_path) == contents(unbroken)


def test_opening_a_finished_run_changes_nothing_and_gives_its_weights(unbroken):
    before = contents(unbroken)
    model = tiny_resnet(seed=5)
    assert training(unbroken, model).done
    assert contents(unbroken) == before
    assert same_bits(model.state_dict(), read_tensors(checkpoints(unbroken / "checkpoints")[-1][1]))


def test_the_seed_decides_the_order_and_so_the_result(unbroken, tmp_path):
    finish(training(tmp_path, settings=Settings(epochs=3, batch=16, checkpoints_per_epoch=2, seed=1)))
    assert contents(tmp_path).keys() == contents(unbroken).keys()
    assert contents(tmp_path)["resume.safetensors"] != contents(unbroken)["resume.safetensors"]


def test_a_model_that_comes_in_eval_mode_is_trained_with_the_statistics_of_its_batches(unbroken, tmp_path):
    finish(training(tmp_path, tiny_resnet().eval()))
    assert contents(tmp_path) == contents(unbroken)


class Recording(nn.Module):
    """Remembers the first pixel of every image that it is trained on."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(64, CLASSES)
        self.seen: list[float] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            self.seen += x[:, 0, 0, 0].tolist()
        return self.layer(x.flatten(1))


def test_every_epoch_shows_every_example_once_each_time_in_another_order(tmp_path):
    model = Recording()
    finish(training(tmp_path, model))
    epochs = np.array(model.seen).reshape(3, 40)
    pixels = sorted(DATA.train_images[:, 0, 0, 0].tolist())
    assert all(sorted(epoch) == pixels for epoch in epochs)
    assert not np.array_equal(epochs[0], epochs[1]) and not np.array_equal(epochs[1], epochs[2])


def test_steps_are_nesterov_with_weight_decay_and_a_cosine_schedule(tmp_path):
    """v ← m v + g + λ θ, θ ← θ − r (g + λ θ + m v), r = r₀ (1 + cos π t / T) / 2, by hand in float64."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, CLASSES, bias=False))
    recording = Recording()
    recording.layer = model[1]
    weight = model[1].weight.detach().double().clone()
    velocity = torch.zeros_like(weight)
    run = training(tmp_path, recording)
    for t in range(run.steps):
        recording.seen.clear()
        run.step()
        chosen = [DATA.train_images[:, 0, 0, 0].tolist().index(pixel) for pixel in recording.seen]
        x, labels = DATA.train_images[chosen].double().flatten(1), DATA.train_labels[chosen]
        shares = torch.softmax(x @ weight.T, dim=1) - nn.functional.one_hot(labels, CLASSES)
        gradient = shares.T @ x / len(chosen) + 5e-4 * weight
        velocity = 0.9 * velocity + gradient
        weight = weight - 0.05 * (1 + math.cos(math.pi * t / 9)) / 2 * (gradient + 0.9 * velocity)
    # 9 steps of float32 from weights of about 0.1
    assert torch.allclose(model[1].weight.detach().double(), weight, rtol=0, atol=1e-6)


def test_the_log_holds_the_loss_of_each_checkpoint_and_the_test_set_at_each_epochs_end(unbroken):
    with (unbroken / "training.csv").open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == LOG_COLUMNS
    assert [int(row[0]) for row in rows] == RECORDED
    assert [float(row[1]) for row in rows] == [step / 3 for step in RECORDED]
    model = tiny_resnet()
    train = Evaluation(model, DATA.train_images[:20], DATA.train_labels[:20])
    test = Evaluation(model, DATA.test_images, DATA.test_labels)
    for row, (step, path) in zip(rows, checkpoints(unbroken / "checkpoints"), strict=True):
        model.load_state_dict(read_tensors(path))
        assert float(row[2]) == train()["train_loss"]
        measured = test() if step % 3 == 0 else {"train_loss": math.nan, "train_accuracy": math.nan}
        assert np.array_equal([float(x) for x in row[3:]], list(measured.values()), equal_nan=True)
    losses = training(unbroken).true_losses()
    assert losses == {int(row[0]): float(row[2]) for row in rows}


def test_it_learns(tmp_path):
    run = training(tmp_path, settings=Settings(epochs=20, batch=16, checkpoints_per_epoch=1))
    finish(run)
    assert run.true_losses()[60] < 0.5 * run.true_losses()[0]


@pytest.mark.parametrize("rate", [1e4, 1e30])
def test_training_that_diverges_ends_with_one_line_and_nothing_but_finite_numbers_on_disk(tmp_path, rate):
    settings = Settings(epochs=30, batch=16, checkpoints_per_epoch=2, learning_rate=rate)

    class Unbounded(Recording):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x) ** 5

    run = training(tmp_path, Unbounded(), settings)
    with pytest.raises(BadInputError, match=f"^{tmp_path}: training diverged at step \\d+ .*seed$"):
        finish(run)
    for _, path in checkpoints(tmp_path / "checkpoints"):
        assert all(tensor.isfinite().all() for tensor in read_tensors(path).values())
    with pytest.raises(BadInputError, match="diverged"):  # and the same again when it is resumed
        finish(training(tmp_path, Unbounded(), settings))


@pytest.mark.parametrize(
    "log", ["step,epoch\n0,0\n", "step,epoch,train_loss,test_loss,test_accuracy\nx,0,0,0,0\n", None]
)
def test_a_damaged_log_is_named_with_what_to_do(tmp_path, log):
    training(tmp_path)
    path = tmp_path / "training.csv"
    path.unlink()
    if log is not None:
        path.write_text(log)
    with pytest.raises(BadInputError) as caught:
        training(tmp_path)
    assert str(path) in str(caught.value) and f"remove {tmp_path}" in str(caught.value)


@pytest.mark.parametrize("network", [ResNet(1, 3, 1, CLASSES), nn.Sequential(nn.Flatten(), nn.Linear(64, CLASSES))])
def test_another_network_cannot_go_on_with_a_run(unbroken, network):
    with pytest.raises(BadInputError, match="another network") as caught:
        training(unbroken, network)
    assert len(str(caught.value).splitlines()) == 1
