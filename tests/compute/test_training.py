"""Training: its arithmetic against a loop by hand, and that a broken-off run ends where an unbroken one does."""

import csv
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

import compute.training.training
from compute.errors import BadInputError
from compute.training.scoring import score
from compute.training.settings import OPTIMISERS, Settings, make_settings
from compute.training.training import Training, is_begun
from compute.weights.checkpoints import checkpoints, read_tensors
from tests.compute.tiny import CLASSES, same_bits, tiny_data, tiny_resnet
from tests.compute.training_child import dropout_network

DATA = tiny_data(train=40)
COMMON = {"epochs": 3, "batch": 16, "checkpoint_every": "1/2 epoch"}
SETTINGS = make_settings(COMMON)  # 3 steps an epoch, checkpoints after 0, 2, 3, 5, 6, …
RECORDED = [0, 2, 3, 5, 6, 8, 9]
WAYS = {
    "sgd, cosine": SETTINGS,
    "sgd without momentum, step": make_settings({**COMMON, "momentum": 0.0, "schedule": "step", "milestones": (1, 2)}),
    "adam, constant": make_settings({**COMMON, "optimiser": "adam", "schedule": "constant"}),
    "adamw, step, crop-flip": make_settings(
        {**COMMON, "optimiser": "adamw", "schedule": "step", "milestones": (2,), "augment": "crop-flip"}
    ),
}


def training(folder, model: nn.Module | None = None, settings: Settings = SETTINGS) -> Training:
    return Training(model or tiny_resnet(), DATA, settings, folder)


def finish(run: Training) -> None:
    while not run.done:
        run.step()


def contents(folder: Path) -> dict[str, bytes]:
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


@pytest.mark.parametrize(
    ("every", "steps_per_epoch", "recorded"),
    [
        ("1/99 epoch", None, [*range(10)]),
        ("4 steps", None, [0, 4, 8, 9]),
        ("9 epochs", None, [0, 9]),
        ("epoch", 2, [0, 2, 4, 6]),
    ],
)
def test_the_first_and_the_last_weights_are_recorded_in_any_case(tmp_path, every, steps_per_epoch, recorded):
    settings = make_settings(COMMON | {"checkpoint_every": every, "steps_per_epoch": steps_per_epoch})
    finish(training(tmp_path, settings=settings))
    assert [step for step, _ in checkpoints(tmp_path / "checkpoints")] == recorded


@pytest.mark.parametrize(("way", "make"), [("sgd, cosine", tiny_resnet), *((way, dropout_network) for way in WAYS)])
def test_stopped_after_any_step_it_ends_with_the_same_bytes(tmp_path, way, make):
    """Within an epoch and between two checkpoints too: weights, statistics, optimiser, log, every checkpoint."""
    settings = WAYS[way]
    finish(training(tmp_path / "unbroken", make(), settings))
    expected = contents(tmp_path / "unbroken")
    for stop in range(0, 10, 3 if make is tiny_resnet else 1):
        folder = tmp_path / str(stop)
        first = training(folder, make(), settings)
        while first.step_number < stop:
            first.step()
        torch.rand(stop)  # the generator of the process must not matter, nor what the new model starts from
        second = training(folder, make(seed=99), settings)
        assert second.step_number == max(step for step in RECORDED if step <= stop)
        finish(second)
        assert contents(folder) == expected


@pytest.mark.parametrize("way", WAYS)
def test_saved_between_two_checkpoints_it_goes_on_from_there(tmp_path, way):
    for folder, saved in (("unbroken", ()), ("saved", (1, 4, 7))):
        run = training(tmp_path / folder, dropout_network(), WAYS[way])
        while not run.done:
            run.step()
            if run.step_number in saved:
                run.save()
                run = training(tmp_path / folder, dropout_network(seed=5), WAYS[way])
                assert run.step_number in saved
    assert contents(tmp_path / "saved") == contents(tmp_path / "unbroken")


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
        for name in ("write_log", "write_checkpoint", "write_tensors"):
            patch.setattr(compute.training.training, name, mortal(getattr(compute.training.training, name)))
        finish(training(tmp_path))
    finish(training(tmp_path))
    assert contents(tmp_path) == contents(unbroken)


def test_what_a_write_left_that_was_cut_short_is_removed(unbroken, tmp_path):
    training(tmp_path)
    left = [".resume.safetensors.a1b2", ".training.csv.x", "checkpoints/.step-000002.safetensors.c3"]
    for name in left:
        (tmp_path / name).write_bytes(b"half")
    (tmp_path / ".mine").write_bytes(b"not ours")
    finish(training(tmp_path))
    assert contents(tmp_path) == contents(unbroken) | {".mine": b"not ours"}


def test_opening_a_finished_run_changes_nothing_and_gives_its_weights(unbroken):
    before = contents(unbroken)
    model = tiny_resnet(seed=5)
    assert training(unbroken, model).done
    assert contents(unbroken) == before
    assert same_bits(model.state_dict(), read_tensors(checkpoints(unbroken / "checkpoints")[-1][1]))


def test_it_is_begun_as_soon_as_the_first_weights_are_on_disk(tmp_path):
    assert not is_begun(tmp_path)
    training(tmp_path)
    assert is_begun(tmp_path)


def test_the_seed_decides_the_order_and_so_the_result(unbroken, tmp_path):
    finish(training(tmp_path, settings=replace(SETTINGS, seed=1)))
    assert contents(tmp_path).keys() == contents(unbroken).keys()
    assert contents(tmp_path)["resume.safetensors"] != contents(unbroken)["resume.safetensors"]


def test_the_seed_decides_what_is_dropped_a_new_choice_in_every_step(tmp_path):
    class Witness(nn.Module):
        """Says which numbers were kept."""

        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(64, CLASSES)
            self.kept: list[tuple[bool, ...]] = []

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if self.training:
                dropped = nn.functional.dropout(torch.ones(64))
                self.kept.append(tuple((dropped > 0).tolist()))
            return self.layer(x.flatten(1))

    def kept(name: str, seed: int) -> list[tuple[bool, ...]]:
        model = Witness()
        finish(training(tmp_path / name, model, replace(SETTINGS, seed=seed)))
        return model.kept

    first = kept("first", 0)
    assert len(set(first)) == 9
    assert kept("same", 0) == first
    assert not set(kept("other", 1)) & set(first)


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


IMAGES = DATA.train.images(torch.arange(40))


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
        chosen = [IMAGES[:, 0, 0, 0].tolist().index(pixel) for pixel in recording.seen]
        x, labels = IMAGES[chosen].double().flatten(1), DATA.train.labels[chosen]
        shares = torch.softmax(x @ weight.T, dim=1) - nn.functional.one_hot(labels, CLASSES)
        gradient = shares.T @ x / len(chosen) + 5e-4 * weight
        velocity = 0.9 * velocity + gradient
        weight = weight - 0.05 * (1 + math.cos(math.pi * t / 9)) / 2 * (gradient + 0.9 * velocity)
    # 9 steps of float32 from weights of about 0.1
    assert torch.allclose(model[1].weight.detach().double(), weight, rtol=0, atol=1e-6)


def test_the_log_holds_loss_and_accuracy_of_each_checkpoint_and_the_rate_that_follows(unbroken):
    with (unbroken / "training.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == RECORDED
    assert [float(row["epoch"]) for row in rows] == [step / 3 for step in RECORDED]
    model = tiny_resnet()
    for row, (step, path) in zip(rows, checkpoints(unbroken / "checkpoints"), strict=True):
        model.load_state_dict(read_tensors(path))
        for split, examples in (("train", 40), ("test", 10)):
            loss, accuracy = score(model, getattr(DATA, split), examples, lambda images: images)
            # float32, and the model of the run computes in channels_last
            assert float(row[f"{split}_loss"]) == pytest.approx(loss, rel=1e-5)
            assert float(row[f"{split}_accuracy"]) == accuracy
        assert float(row["learning_rate"]) == pytest.approx(0.05 * (1 + math.cos(math.pi * step / 9)) / 2)
    logged = training(unbroken).log()
    assert [row.step for row in logged] == RECORDED
    assert [row.test_loss for row in logged] == [float(row["test_loss"]) for row in rows]


def test_the_log_says_on_how_many_examples_it_is(tmp_path):
    few, all_of_them = replace(SETTINGS, log_examples=7), replace(SETTINGS, log_examples=20)
    assert training(tmp_path / "a", settings=few).logged_examples == (7, 7)
    assert training(tmp_path / "b", settings=all_of_them).logged_examples == (20, 10)
    model = tiny_resnet()
    loss, accuracy = score(model, DATA.train, 7, lambda images: images)
    row = training(tmp_path / "a", settings=few).log()[0]
    assert (row.train_loss, row.train_accuracy) == (pytest.approx(loss, rel=1e-5), accuracy)


def test_measuring_for_the_log_changes_nothing_of_the_training(tmp_path):
    for name, every in (("often", "1 step"), ("seldom", "3 epochs")):
        finish(training(tmp_path / name, dropout_network(), make_settings(COMMON | {"checkpoint_every": every})))
    last = "checkpoints/step-000009.safetensors"
    assert contents(tmp_path / "often")[last] == contents(tmp_path / "seldom")[last]


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_it_learns(tmp_path, optimiser):
    given = {"optimiser": optimiser, "epochs": 20, "checkpoint_every": "20 epochs", "learning_rate": 0.01}
    run = training(tmp_path, dropout_network(), make_settings(COMMON | given))
    finish(run)
    first, last = run.log()
    assert last.train_loss < 0.7 * first.train_loss


@pytest.mark.parametrize("rate", [1e4, 1e30])
@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_training_that_diverges_ends_with_one_line_and_nothing_but_finite_numbers_on_disk(tmp_path, rate, optimiser):
    settings = make_settings(COMMON | {"epochs": 30, "learning_rate": rate, "optimiser": optimiser})

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


def test_a_loss_that_is_not_finite_is_not_written_even_where_all_weights_are(tmp_path):
    class Overflowing(Recording):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(1e30 * x) * 1e30

    with pytest.raises(BadInputError, match=r"diverged at step 0 \(loss (inf|nan)\)"):
        training(tmp_path, Overflowing())
    assert not contents(tmp_path)


def test_weights_that_are_not_finite_are_refused_even_where_the_loss_does_not_show_them(tmp_path):
    """A unit that is never active hides what leads to it."""

    class Dead(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer, self.dead = nn.Linear(64, CLASSES), nn.Parameter(torch.tensor(-1.0))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.layer(x.flatten(1)) + torch.relu(self.dead)

    model = Dead()
    run = training(tmp_path, model)
    before = contents(tmp_path)
    run.step()
    with torch.no_grad():
        model.dead.fill_(-math.inf)
    for go_on in (run.save, run.step):  # the next step is one that records
        with pytest.raises(BadInputError, match=r"diverged at step \d \(weights are not finite\)"):
            go_on()
        assert contents(tmp_path) == before


@pytest.mark.parametrize("log", ["step,epoch\n0,0\n", None, "one row too few"])
def test_a_damaged_log_is_named_with_what_to_do(unbroken, tmp_path, log):
    finish(training(tmp_path))
    path = tmp_path / "training.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.unlink()
    if log is not None:
        path.write_text("".join(lines[:3] + lines[4:]) if log == "one row too few" else log)
    with pytest.raises(BadInputError) as caught:
        training(tmp_path)
    assert str(path) in str(caught.value) and f"remove {tmp_path}" in str(caught.value)


def flat_network() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, CLASSES))


@pytest.mark.parametrize("network", [flat_network(), dropout_network()])
def test_another_network_cannot_go_on_with_a_run(unbroken, network):
    with pytest.raises(BadInputError, match="another network") as caught:
        training(unbroken, network)
    assert len(str(caught.value).splitlines()) == 1


def test_another_optimiser_cannot_go_on_with_a_run(unbroken):
    with pytest.raises(BadInputError, match="optimiser than this one; remove"):
        training(unbroken, settings=WAYS["adam, constant"])


def test_a_damaged_state_is_named(tmp_path):
    training(tmp_path)
    path = tmp_path / "resume.safetensors"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(BadInputError, match=f"^{path}: cannot be read"):
        training(tmp_path)


@pytest.mark.parametrize("device", ["cuda:99", "tpu", "mps"])
def test_a_device_that_is_not_there_is_one_line(tmp_path, device):
    with pytest.raises(BadInputError) as caught:
        Training(tiny_resnet(), DATA, SETTINGS, tmp_path, device)
    line = str(caught.value)
    assert line.startswith(f"--device {device}: cannot be used here (") and "\n" not in line


def test_one_example_is_too_few_for_batchnorm(tmp_path):
    model = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(64), nn.Linear(64, CLASSES))
    run = training(tmp_path, model, replace(SETTINGS, batch=1))
    with pytest.raises(BadInputError, match=r"^--batch 1: BatchNorm needs two examples"):
        run.step()


class Layout(nn.Module):
    """Notes the memory format of what it is given."""

    def __init__(self, kernel: int, stride: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 4, kernel, stride)
        self.head = nn.Linear(4, CLASSES)
        self.channels_last: set[bool] = set()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.channels_last.add(x.is_contiguous(memory_format=torch.channels_last))
        return self.head(self.conv(x.expand(-1, 2, -1, -1) if x.shape[1] == 1 else x).mean((2, 3)))


class TwoChannels:
    """Of one channel both memory formats look the same."""

    def __init__(self, labels: torch.Tensor) -> None:
        self.labels = labels

    def __len__(self) -> int:
        return len(self.labels)

    def images(self, indices: torch.Tensor) -> torch.Tensor:
        return torch.randn(len(indices), 2, 8, 8, generator=torch.Generator().manual_seed(int(indices[0])))


@pytest.mark.parametrize(("kernel", "stride", "expected"), [(3, 2, True), (1, 1, True), (1, 2, False)])
def test_convolutions_are_channels_last_unless_a_strided_1x1_one_could_crash(tmp_path, kernel, stride, expected):
    model = Layout(kernel, stride)
    split = TwoChannels(DATA.train.labels)
    Training(model, replace(DATA, train=split, test=split, channels=2), SETTINGS, tmp_path)
    assert model.channels_last == {expected}
    if kernel > 1:
        assert model.conv.weight.is_contiguous(memory_format=torch.channels_last) == expected
