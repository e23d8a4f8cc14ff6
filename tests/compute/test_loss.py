"""The metrics of a problem on fixed examples: against loops in float64, for batches and models of all kinds."""

import math
from collections import namedtuple
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss

import compute.measuring.placement
from compute.errors import BadInputError
from compute.measuring.classification import CrossEntropy, Examples, classification
from compute.measuring.execution import Execution
from compute.measuring.loss import Evaluation
from compute.measuring.moving import moving
from compute.plane import parameters_of
from compute.problem import Problem
from tests.compute.tiny import CLASSES, random_plane, same_bits, state_of, tiny_data, tiny_resnet

Pair = namedtuple("Pair", ["x", "y"])
FP64 = Execution(precision="fp64")


@pytest.fixture
def trained():
    """A network with running statistics of its own, in training mode but for one frozen layer."""
    model = tiny_resnet()
    for _ in range(3):
        model(tiny_data().train.images(torch.arange(40)))
    model.norm.eval()
    return model


def regression(model: nn.Module, batches, **more) -> Problem:
    return Problem(model, batches, lambda output, batch: mse_loss(output, batch[1]), **more)


def line(slope: float) -> nn.Module:
    """x → slope · x."""
    model = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        model.weight.fill_(slope)
    return model


def column(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float32)[:, None]


# ── what is computed ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_batches_weigh_as_many_examples_as_they_have():
    """Losses 1, 1, 1 and 9: their mean is 3, the mean of the batches' means 5."""
    batches = [(column(1, 1, 1), column(0, 0, 0)), (column(3), column(0))]
    problem = regression(line(1.0), batches, metrics={"largest": lambda output, batch: output.max()})
    evaluation = Evaluation(problem)
    assert evaluation() == {"train_loss": 3.0, "train_largest": (3 * 1 + 3) / 4}
    assert evaluation.metrics == ("train_loss", "train_largest") and evaluation.examples == 4


def test_the_users_own_size_is_the_weight():
    batches = [(column(1, 1), column(0, 0)), (column(3), column(0))]
    assert Evaluation(regression(line(1.0), batches, size=lambda batch: 5))()["train_loss"] == (5 * 1 + 5 * 9) / 10


def test_sums_are_float64():
    """2^24 and ten times 1: in float32 the ones would be lost."""
    batches = [(column(0.0), column(4096.0)), *[(column(0.0), column(1.0))] * 10]
    assert Evaluation(regression(line(1.0), batches))()["train_loss"] == (2**24 + 10) / 11


def test_only_what_is_asked_for_is_computed_in_one_forward_pass():
    calls = []

    def noting(name, value=0.0):
        return lambda *_: calls.append(name) or torch.tensor(value)

    problem = Problem(
        line(1.0),
        {"train": [column(1), column(2)], "test": [column(3)]},
        noting("loss", 1.0),
        {"a": noting("a", 2.0), "b": noting("b")},
        forward=noting("forward"),
    )
    evaluation = Evaluation(problem, ("train_a", "train_loss"))
    assert evaluation() == {"train_a": 2.0, "train_loss": 1.0}
    assert list(evaluation()) == ["train_a", "train_loss"]
    assert calls == ["forward", "loss", "a"] * 4
    calls.clear()
    evaluation = Evaluation(problem, ("test_a",))
    assert evaluation() == {"test_a": 2.0}  # with the loss, which tells of divergence
    assert calls == ["forward", "loss", "a"] and evaluation.examples == 1


@pytest.mark.parametrize("precision, tolerance", [("fp32", 2e-6), ("fp64", 1e-14), ("bf16", 0.05), ("fp16", 0.005)])
def test_convolutions_against_one_batch_in_float64(trained, precision, tolerance):
    """Two splits and two metrics; the tolerances are some ulp of each type, for logits of about 1 after ten layers."""
    data = tiny_data(train=150, test=37)
    problem = classification(trained, data, None)
    found = Evaluation(problem, execution=Execution(precision=precision, channels_last=True))()
    reference = tiny_resnet()
    reference.load_state_dict(trained.state_dict())
    for name, split in (("train", data.train), ("test", data.test)):
        with torch.no_grad():
            logits = reference.double().eval()(split.images(torch.arange(len(split))).double())
        assert found[f"{name}_loss"] == pytest.approx(float(cross_entropy(logits, split.labels)), abs=tolerance)
        share = float((logits.argmax(1) == split.labels).double().mean())
        assert found[f"{name}_accuracy"] == pytest.approx(share, abs=1e-12 if tolerance < 1e-5 else 0.05)


def test_a_model_in_float64_stays_in_it():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)).double()
    x, y = torch.randn(9, 3).double(), torch.randn(9, 1).double()
    expected = float(mse_loss(model(x), y).detach())
    assert Evaluation(regression(model, [(x[:5], y[:5]), (x[5:], y[5:])]))()["train_loss"] == pytest.approx(
        expected, rel=1e-14
    )


def test_dropout_is_off_and_running_statistics_do_not_drift():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 1)).train()
    model(torch.randn(20, 3))
    x, y = torch.randn(9, 3), torch.randn(9, 1)
    before = state_of(model)
    evaluation = Evaluation(regression(model, [(x, y)]))
    first, second = evaluation(), evaluation()
    assert first == second and same_bits(model.state_dict(), before)
    assert all(module.training for module in model.modules())
    weights = {name: tensor.double().numpy() for name, tensor in before.items()}
    hidden = x.double().numpy() @ weights["0.weight"].T + weights["0.bias"]
    hidden = (hidden - weights["1.running_mean"]) / np.sqrt(weights["1.running_var"] + 1e-5)
    output = (hidden * weights["1.weight"] + weights["1.bias"]) @ weights["3.weight"].T + weights["3.bias"]
    assert first["train_loss"] == pytest.approx(((output - y.numpy()) ** 2).mean(), rel=1e-5)


# ── batches and models of all kinds ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("precision", ["fp32", "fp64"])
@pytest.mark.parametrize("structure", ["tensor", "list", "dict", "nested", "namedtuple"])
def test_batches_of_any_structure(structure, precision):
    x, y = column(1.0, 2.0), column(0.0, 1.0)
    batch, forward, target = {
        "tensor": (x, None, lambda batch: batch * 0),
        "list": ([x, y], None, lambda batch: batch[1]),
        "dict": ({"x": x, "y": y, "name": "one"}, lambda m, b: m(b["x"]), lambda b: b["y"]),
        "nested": (({"x": [x, 3]}, (y,)), lambda m, b: m(b[0]["x"][0]), lambda b: b[1][0]),
        "namedtuple": (Pair(x, y), lambda m, b: m(b.x), lambda b: b.y),
    }[structure]
    more = {} if forward is None else {"forward": forward}
    problem = Problem(line(2.0), [batch], lambda output, b: mse_loss(output, target(b)), **more)
    expected = (2.0**2 + 4.0**2) / 2 if structure == "tensor" else (2.0**2 + 3.0**2) / 2
    assert Evaluation(problem, execution=Execution(precision=precision))() == {"train_loss": expected}


def test_tokens_stay_whole_numbers_in_any_precision():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Embedding(11, 4), nn.Flatten(), nn.Linear(12, 2))
    batches = [{"tokens": torch.randint(11, (n, 3)), "labels": torch.randint(2, (n,))} for n in (3, 5)]
    problem = Problem(
        model, batches, lambda out, b: cross_entropy(out, b["labels"]), forward=lambda m, b: m(b["tokens"])
    )
    with torch.no_grad():
        losses = [cross_entropy(model(b["tokens"]).double(), b["labels"], reduction="sum") for b in batches]
    for precision, tolerance in (("fp32", 1e-6), ("fp64", 1e-6), ("bf16", 2e-2)):
        found = Evaluation(problem, execution=Execution(precision=precision))()["train_loss"]
        assert found == pytest.approx(float(sum(losses)) / 8, rel=tolerance)


@pytest.mark.parametrize("precision", ["fp32", "fp64"])
def test_a_loss_that_takes_derivatives_of_the_network(precision):
    """u(x) = a sin(w x) as solution of u'' = −u: residual a (1 − w²) sin(w x), in closed form."""

    class Wave(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.w = nn.Parameter(torch.tensor(2.0)), nn.Parameter(torch.tensor(1.5))

        def forward(self, x):
            return self.a * torch.sin(self.w * x)

    def residual(model, x):
        u = model(x)
        first = torch.autograd.grad(u.sum(), x, create_graph=True)[0]
        return torch.autograd.grad(first.sum(), x, create_graph=True)[0] + u

    x = torch.linspace(0, 3, 20).requires_grad_()
    problem = Problem(
        Wave(), [x], lambda r, batch: r.square().mean(), {"size": lambda r, b: r.abs().max()}, residual,
        differentiates=True,
    )  # fmt: skip
    found = Evaluation(problem, execution=Execution(precision=precision))()
    expected = np.abs(2 * (1 - 1.5**2) * np.sin(1.5 * x.detach().double().numpy()))
    assert found["train_loss"] == pytest.approx((expected**2).mean(), rel=1e-5)
    assert found["train_size"] == pytest.approx(expected.max(), rel=1e-5)
    assert problem.model.a.grad is None and x.grad is None
    with pytest.raises(BadInputError, match=r"its loss takes derivatives; give Problem\(differentiates=True\)"):
        Evaluation(replace(problem, differentiates=False))()


def test_examples_are_placed_once():
    """A batch is a generator's work, or a tensor on the disk: it is made a single time, and shared tensors once."""
    made = []

    class Lazy(list):
        def __iter__(self):
            made.append("pass")
            shared = column(1.0, 2.0)
            return iter([(shared, column(0.0, 0.0)), (shared, column(1.0, 1.0))])

        def __len__(self):
            return 2

    evaluation = Evaluation(regression(line(1.0), Lazy()), execution=FP64)
    assert evaluation() == evaluation()
    assert made == ["pass"]
    (first, _), (second, _) = evaluation.batches["train"].sized
    assert first[0].dtype == torch.float64 and first[0] is second[0]


def test_what_is_drawn_at_random_is_the_same_at_every_point():
    """A model that samples in eval mode too; and the caller's random numbers go on as if nothing had been."""
    noisy = Problem(
        line(1.0), [column(1.0, 2.0)], lambda out, _: out.mean(), forward=lambda m, x: m(x + torch.randn(2, 1))
    )
    evaluation = Evaluation(noisy)
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first = evaluation()
    assert evaluation() == first and first["train_loss"] != 1.5
    assert torch.equal(torch.rand(3), expected)


# ── what can go wrong ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [math.nan, math.inf, 1e38])
def test_a_loss_that_is_not_finite_is_diverged_in_every_metric(trained, size):
    """All splits and metrics, for what such a network calls the likeliest means nothing."""
    problem = classification(trained, tiny_data(), None)
    with torch.no_grad():
        trained.head.weight.fill_(size)
        trained.norm.bias.fill_(1e5)
    found = Evaluation(problem, ("test_accuracy", "train_loss", "train_accuracy"))()
    assert found == dict.fromkeys(("test_accuracy", "train_loss", "train_accuracy"), math.inf)


@pytest.mark.parametrize("where", [0, 1, 2])
def test_one_batch_that_diverges_is_the_end_of_the_point_and_of_no_other(where):
    batches = [(column(1.0), column(0.0)) for _ in range(3)]
    batches[where] = (column(1e30), column(0.0))
    problem = regression(line(1.0), {"train": batches, "test": batches[:1]}, metrics={"x": lambda out, b: out.max()})
    evaluation = Evaluation(problem)
    assert set(evaluation().values()) == {math.inf}
    with torch.no_grad():
        problem.model.weight.zero_()
    assert set(evaluation().values()) == {0.0}


def test_minus_infinity_is_diverged_too_and_a_metric_alone_is_alone():
    problem = Problem(
        line(1.0), [column(1.0)], lambda out, _: out.mean(), {"bad": lambda out, _: out.mean() * math.nan}
    )
    assert Evaluation(problem)() == {"train_loss": 1.0, "train_bad": math.inf}
    assert Evaluation(replace(problem, loss=lambda out, _: -out.mean() / 0))()["train_loss"] == math.inf


@pytest.mark.parametrize(
    "loss",
    [
        lambda out, _: torch.linalg.cholesky(-torch.eye(2)).sum(),
        lambda out, _: math.exp(1e6),
        lambda out, _: torch.tensor(1 // 0),
        lambda out, _: nn.functional.binary_cross_entropy(out * math.nan, torch.ones(1, 1)),
        lambda out, _: torch.distributions.Normal(out * math.nan, 1.0).log_prob(out).mean(),
    ],
    ids=["linear algebra", "overflow", "division", "probability of NaN", "distribution of NaN"],
)
def test_a_numerical_error_is_divergence(loss):
    """The last two are told from mistakes by their input, which is not finite; here made so by the forward pass."""
    problem = Problem(line(1.0), [column(1.0)], loss, forward=lambda m, x: m(x) * math.nan)
    assert Evaluation(problem)() == {"train_loss": math.inf}


def test_a_mistake_is_no_divergence():
    problem = Problem(line(1.0), [column(1.0)], lambda out, _: out.view(7))
    with pytest.raises(RuntimeError, match="shape"):
        Evaluation(problem)()


@pytest.mark.parametrize(
    "loss, what",
    [
        (lambda out, _: out, r"loss: returned a tensor of shape \(2, 1\), not a scalar; return the mean"),
        (lambda out, _: out[:1, 0], r"loss: returned a tensor of shape \(1,\)"),
        (lambda out, _: None, "loss: returned NoneType"),
        (lambda out, _: out.sum() * 1j, r"loss: returned a tensor of shape \(\)"),
    ],
)
def test_a_loss_must_be_a_scalar(loss, what):
    with pytest.raises(BadInputError, match=what):
        Evaluation(Problem(line(1.0), [column(1.0, 2.0)], loss))()


@pytest.mark.parametrize("value", [3, 3.0, np.float64(3), np.float32(3), torch.tensor(3), torch.tensor(3.0).half()])
def test_a_scalar_is_any_real_number(value):
    assert Evaluation(Problem(line(1.0), [column(1.0)], lambda *_: value))() == {"train_loss": 3.0}


@pytest.mark.parametrize(
    "batches, more, metrics, what",
    [
        ([column(1)], {}, ("train_los",), "--metrics train_los: not one of train_loss"),
        ([column(1)], {}, (), "--metrics: none; choose from train_loss"),
        ([column(1)], {"metrics": {"loss": max}}, None, "metrics: one is called loss"),
        ([], {}, None, "batches: train has none"),
        ([column(1), torch.zeros(0, 1)], {}, None, "batches: one of train has 0 examples; leave it out"),
        (["abc"], {}, None, "batches: one of train: a batch holds no tensor"),
    ],
)
def test_bad_input_is_one_line(batches, more, metrics, what):
    with pytest.raises(BadInputError, match=what) as error:
        Evaluation(Problem(line(1.0), batches, max, **more), metrics)
    assert "\n" not in str(error.value)


def test_evaluating_changes_nothing(trained):
    """Neither parameters nor running statistics, nor the count of batches, nor the mode of any module."""
    before, modes = state_of(trained), [module.training for module in trained.modules()]
    for execution in (Execution(), FP64, Execution(channels_last=True), Execution(precision="bf16")):
        evaluation = Evaluation(classification(trained, tiny_data(), None), execution=execution)
        assert evaluation() == evaluation()
        assert same_bits(trained.state_dict(), before)
        assert [module.training for module in trained.modules()] == modes
    assert True in modes and False in modes
    assert all(parameter.grad is None and parameter.requires_grad for parameter in trained.parameters())


def test_modes_are_restored_also_when_the_model_raises(trained):
    modes = [module.training for module in trained.modules()]
    wrong = Problem(trained, {"train": Examples(torch.zeros(2, 5, 8, 8), torch.zeros(2).long())}, CrossEntropy())
    with pytest.raises(RuntimeError):
        Evaluation(wrong)()
    assert [module.training for module in trained.modules()] == modes


# ── memory ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Hungry(nn.Module):
    """A network that has memory for so many examples at a time."""

    def __init__(self, most: int, error: type[Exception] = RuntimeError, words: str = "can't allocate memory") -> None:
        super().__init__()
        self.layer, self.most, self.sizes = nn.Linear(64, CLASSES), most, []
        self._error = error(words)

    def forward(self, x):
        self.sizes.append(len(x))
        if len(x) > self.most:
            raise self._error
        return self.layer(x.flatten(1))


@pytest.mark.parametrize(
    "error, words",
    [
        (RuntimeError, "DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"),
        (MemoryError, ""),
        (torch.OutOfMemoryError, "CUDA out of memory"),
        (RuntimeError, "MPS backend out of memory"),
    ],
)
def test_out_of_memory_halves_the_chunk_and_goes_on(error, words):
    torch.manual_seed(0)
    model = Hungry(20, error, words)
    problem = classification(model, tiny_data(train=100), None)
    evaluation = Evaluation(problem, ("train_loss",), Execution(chunk=64))
    found = evaluation()
    assert evaluation.execution.chunk == 13
    assert model.sizes == [50, 25, *[13] * 4, *[12] * 4]
    images, labels = problem.splits["train"].images, problem.splits["train"].labels
    with torch.no_grad():
        expected = float(cross_entropy(model.layer(images.flatten(1)).double(), labels))
    assert found["train_loss"] == pytest.approx(expected, rel=1e-6)
    model.sizes.clear()
    assert evaluation() == found and len(model.sizes) == 8


def test_out_of_memory_with_a_single_example_is_the_users_problem():
    evaluation = Evaluation(classification(Hungry(0), tiny_data(), None))
    with pytest.raises(BadInputError, match="--device cpu: out of memory with a single example") as error:
        evaluation()
    assert "\n" not in str(error.value)
    assert evaluation.execution.chunk == 1


def test_a_users_own_batches_are_not_cut():
    model = Hungry(3)
    problem = Problem(model, [torch.zeros(5, 64)], lambda out, _: out.sum())
    with pytest.raises(BadInputError, match="out of memory with a single example or batch; take smaller batches"):
        Evaluation(problem)()
    assert model.sizes == [5]


def test_examples_that_do_not_fit_on_the_device_are_bad_input(monkeypatch):
    def full(*_):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("compute.measuring.fixed_batches.place_tensor", full)
    with pytest.raises(BadInputError, match="the train examples do not fit into its memory; give fewer --examples"):
        Evaluation(classification(tiny_resnet(), tiny_data(), None))


@pytest.mark.parametrize(
    "execution, what",
    [
        (Execution(device="cuda"), r"--device cuda: no CUDA device here \(torch .*\); use cpu"),
        (Execution(device="mps"), r"--device mps: no Metal device here \(torch .*\); use cpu"),
    ],
)
def test_a_device_that_is_not_there(monkeypatch, execution, what):
    monkeypatch.setattr(compute.measuring.placement.torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(compute.measuring.placement.torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(BadInputError, match=what):
        Evaluation(regression(line(1.0), [(column(1), column(1))]), execution=execution)


def test_autocast_forgets_the_weights_of_the_point_before():
    """It keeps converted weights while it is entered; those of the next point are others."""
    problem = regression(line(1.0), [(column(1.0), column(0.0))], differentiates=True)  # then it does keep them
    evaluation = Evaluation(problem, execution=Execution(precision="bf16"))
    with moving(problem.model, random_plane(parameters_of(problem.model))) as mover, evaluation.computing():
        for alpha in (1.0, 2.0):
            mover.move(alpha, 0.0)
            weight = float(problem.model.weight.detach().bfloat16())
            assert evaluation.measure()["train_loss"] == pytest.approx(weight**2, rel=1e-2)


# ── along a direction ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_along_delta_the_loss_changes_as_autograd_says():
    """(L(h) − L(−h)) / 2h − ⟨∇L, δ⟩ = O(h²): halving h must divide the error by four, at three steps in a row."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 5), nn.Tanh(), nn.Linear(5, CLASSES)).double()
    problem = classification(model, tiny_data(train=50), None, ("train",))
    images, labels = problem.splits["train"].images.double(), problem.splits["train"].labels
    theta_star = parameters_of(model)
    plane = random_plane(theta_star)
    cross_entropy(model(images), labels).backward()
    slope = sum(float((parameter.grad * plane.delta[name]).sum()) for name, parameter in model.named_parameters())
    evaluation = Evaluation(problem, execution=FP64)

    def loss(alpha: float) -> float:
        mover.move(alpha, 0.0)
        return evaluation()["train_loss"]

    with moving(model, plane) as mover:
        errors = [abs((loss(h) - loss(-h)) / (2 * h) - slope) for h in (4e-3, 2e-3, 1e-3, 5e-4)]
    # |δ| = 19, so the next term is smaller by (19 h)² < 0.01; rounding, 1e-16 / h, is far below the smallest error.
    assert np.divide(errors[:-1], errors[1:]) == pytest.approx(4, rel=0.05)
    assert errors[-1] < 1e-4 * abs(slope)
