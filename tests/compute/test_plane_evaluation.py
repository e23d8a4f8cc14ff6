"""Points of a plane: one at a time and many at once, each with a value that depends on that point alone."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss

from compute.errors import BadInputError
from compute.measuring.classification import Examples, classification
from compute.measuring.execution import Execution
from compute.measuring.loss import Evaluation
from compute.measuring.plane_evaluation import PlaneEvaluation
from compute.plane import Plane, parameters_of
from compute.problem import Problem
from tests.compute.tiny import CLASSES, random_plane, same_bits, state_of, tiny_data, tiny_resnet

GRID = [(alpha, beta) for beta in (-0.5, 0.0, 0.3) for alpha in (-0.2, 0.0, 0.1, 0.4)]


def small_mlp(seed: int = 0) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(nn.Flatten(), nn.Linear(64, 6), nn.ReLU(), nn.Dropout(0.5), nn.Linear(6, CLASSES))


def quadratic(a: np.ndarray, y: np.ndarray, chunk: int = 3) -> Problem:
    """|A θ − y|² / n, with θ the weights of a linear layer: exactly quadratic in any plane."""
    model = nn.Linear(a.shape[1], 1, bias=False)
    x, target = torch.from_numpy(a), torch.from_numpy(y)[:, None]
    batches = list(zip(x.split(chunk), target.split(chunk), strict=True))
    return Problem(model.double(), batches, lambda output, batch: mse_loss(output, batch[1]))


def values_of(problem: Problem, plane: Plane, points, execution: Execution, **more) -> list[dict[str, float]]:
    with PlaneEvaluation(problem, plane, execution, **more) as evaluate:
        return evaluate(points)


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize("line", [False, True])
def test_a_surface_known_in_closed_form(rows, line):
    """A linear model with squared loss, on a plane and on a line."""
    generator = np.random.default_rng(0)
    a, y = generator.normal(size=(8, 4)), generator.normal(size=8)
    theta, delta, eta = generator.normal(size=(3, 4))
    problem = quadratic(a, y)
    axes = [{"weight": torch.from_numpy(v)[None]} for v in (theta, delta, eta)]
    plane = Plane(axes[0], axes[1], None if line else axes[2])
    points = [(alpha, 0.0 if line else beta) for alpha, beta in GRID]
    found = values_of(problem, plane, points, Execution(points_at_once=rows))
    for (alpha, beta), values in zip(points, found, strict=True):
        expected = np.mean((a @ (theta + alpha * delta + beta * eta) - y) ** 2)
        assert values["train_loss"] == pytest.approx(expected, rel=1e-13)


def test_many_points_at_once_have_the_values_of_single_points():
    problem = classification(small_mlp(), tiny_data(train=40), None)
    plane = random_plane(parameters_of(problem.model))
    single = values_of(problem, plane, GRID, Execution(chunk=16))
    many = values_of(problem, plane, GRID, Execution(chunk=16, points_at_once=8))
    for one, other in zip(single, many, strict=True):
        assert other == pytest.approx(one, rel=1e-5)
        assert list(one) == list(other) == list(problem.metric_names)


@pytest.mark.parametrize("rows", [2, 3, 8, 13])
@pytest.mark.parametrize("kind", ["mlp", "convolutions", "tokens"])
def test_the_bits_of_a_point_depend_on_no_other(rows, kind):
    """However the points are grouped, in whatever order, and with whatever neighbours, even diverging ones."""
    torch.manual_seed(0)
    if kind == "mlp":
        problem = classification(small_mlp(), tiny_data(train=37), None)
    elif kind == "convolutions":
        problem = classification(tiny_resnet(), tiny_data(train=11), None)
    else:
        model = nn.Sequential(nn.Embedding(11, 4), nn.LayerNorm(4), nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 2))
        batches = [(torch.randint(11, (n, 3)), torch.randint(2, (n, 3))) for n in (3, 5)]
        problem = Problem(model, batches, lambda out, batch: cross_entropy(out.flatten(0, 1), batch[1].flatten()))
    plane = random_plane(parameters_of(problem.model))
    generator = np.random.default_rng(0)
    points = [tuple(point) for point in generator.normal(scale=0.3, size=(2 * rows + 1, 2)).tolist()]
    execution = Execution(points_at_once=rows)
    with PlaneEvaluation(problem, plane, execution) as evaluate:
        first = dict(zip(points, evaluate(points), strict=True))
        assert len({values["train_loss"] for values in first.values()}) == len(points)
        for _ in range(3):
            order = [points[k] for k in generator.permutation(len(points))]
            wild = [order[0], (math.nan, 0.0), order[1], (1e30, 0.0), order[2]]
            for some in (order, order[:1], wild):
                found = evaluate(some)
                assert all(found[k] == first[point] for k, point in enumerate(some) if point in first)
    assert values_of(problem, plane, points[3:], execution) == [first[point] for point in points[3:]]


def test_a_point_has_the_same_bits_whatever_was_measured_before():
    """One at a time; a sweep that was interrupted goes on in a new process with the same values."""
    problem = classification(tiny_resnet(), tiny_data(), None)
    plane = random_plane(parameters_of(problem.model))
    with PlaneEvaluation(problem, plane) as evaluate:
        whole = evaluate(GRID)
        assert [evaluate([point])[0] for point in reversed(GRID)] == whole[::-1]
    assert values_of(problem, plane, GRID[5:], Execution()) == whole[5:]


@pytest.mark.parametrize("rows", [1, 4])
def test_points_that_overflow_or_diverge_are_alone(rows):
    """Diverged are weights that overflow, even where the network squashes them, and a loss that is not finite."""
    model = nn.Sequential(nn.Linear(1, 1), nn.Tanh())
    problem = Problem(
        model, [(torch.ones(2, 1), torch.zeros(2, 1))], lambda output, batch: mse_loss(output, batch[1]),
        {"mean": lambda output, batch: output.mean()},
    )  # fmt: skip
    theta_star = {name: torch.ones_like(x) for name, x in parameters_of(model).items()}
    plane = Plane(theta_star, theta_star, theta_star)
    points = [(0.0, 0.0), (3e38, 3e38), (1.0, 0.0), (math.nan, 0.0), (0.0, math.inf), (0.0, 1.0), (1e37, 0.0)]
    found = values_of(problem, plane, points, Execution(points_at_once=rows))
    assert [math.isinf(values["train_loss"]) for values in found] == [False, True, False, True, True, False, False]
    assert all(set(values.values()) == {math.inf} for values in found if math.isinf(values["train_loss"]))
    assert found[2] == found[5] and found[6]["train_loss"] == 1.0


@pytest.mark.parametrize("rows", [1, 4])
def test_a_loss_that_is_not_finite_makes_all_metrics_diverged(rows):
    """Weights and outputs are finite, as is the other metric; the square of the output is not."""
    problem = Problem(
        nn.Linear(1, 1, bias=False), {"train": [torch.ones(1, 1)], "test": [torch.zeros(1, 1)]},
        lambda output, _: output.square().mean(), {"mean": lambda output, _: output.mean()},
    )  # fmt: skip
    ones = {"weight": torch.ones(1, 1)}
    found = values_of(
        problem, Plane(ones, ones, None), [(0.0, 0.0), (1e30, 0.0), (1.0, 0.0)], Execution(points_at_once=rows)
    )
    assert [list(values.values()) for values in found] == [[1.0, 1.0, 0.0, 0.0], [math.inf] * 4, [4.0, 2.0, 0.0, 0.0]]


@pytest.mark.parametrize("rows", [1, 4])
def test_a_numerical_error_at_one_point_is_that_points(rows):
    """A Cholesky factor that exists on one side only; a stack raises for all of its rows."""
    model = nn.Linear(1, 1, bias=False)
    problem = Problem(model, [torch.ones(1, 1)], lambda out, _: torch.linalg.cholesky(out).sum())
    ones = {"weight": torch.ones(1, 1)}
    points = [(0.0, 0.0), (-3.0, 0.0), (3.0, 0.0), (-2.0, 0.0), (8.0, 0.0)]
    found = values_of(problem, Plane(ones, ones, None), points, Execution(points_at_once=rows))
    assert [values["train_loss"] for values in found] == [1.0, math.inf, 2.0, math.inf, 3.0]


@pytest.mark.parametrize("rows", [1, 4])
@pytest.mark.parametrize("accident", [None, KeyboardInterrupt])
def test_afterwards_everything_is_what_it_was(rows, accident):
    model = tiny_resnet()
    model(torch.randn(4, 1, 8, 8))
    before, threads = state_of(model), torch.get_num_threads()
    random = torch.get_rng_state()
    problem = classification(model, tiny_data(), None)
    if accident:
        problem.metrics["accuracy"] = lambda *_: (_ for _ in ()).throw(accident)
    evaluation = PlaneEvaluation(
        problem, random_plane(parameters_of(model)), Execution(channels_last=True, threads=2, points_at_once=rows)
    )
    try:
        with evaluation as evaluate:
            evaluate(GRID[:2])
    except KeyboardInterrupt:
        assert accident
    assert same_bits(model.state_dict(), before) and all(module.training for module in model.modules())
    assert torch.get_num_threads() == threads and torch.equal(torch.get_rng_state(), random)
    assert all(parameter.grad is None and parameter.requires_grad for parameter in model.parameters())


def test_two_planes_of_one_model_take_turns_each_with_its_own_threads():
    problem = classification(tiny_resnet(), tiny_data(), None, ("train",))
    theta_star = parameters_of(problem.model)
    planes = [random_plane(theta_star, seed) for seed in (1, 2)]
    alone = [values_of(problem, plane, GRID, Execution()) for plane in planes]
    seen = []
    problem.metrics["accuracy"] = lambda *_: seen.append(torch.get_num_threads()) or 0.0
    with (
        PlaneEvaluation(problem, planes[0], Execution(threads=1)) as one,
        PlaneEvaluation(problem, planes[1], Execution(threads=2)) as two,
    ):
        for point, *expected in list(zip(GRID, *alone, strict=True))[:3]:
            for evaluate, values in ((one, expected[0]), (two, expected[1])):
                assert evaluate([point])[0]["train_loss"] == pytest.approx(values["train_loss"], rel=1e-6)
    assert seen == [1, 2] * 3


@pytest.mark.parametrize("rows", [1, 4])
def test_in_between_somebody_may_load_other_weights_and_statistics(rows):
    """As the path's checkpoints are, to be measured by themselves."""
    problem = classification(tiny_resnet(), tiny_data(), None, ("train",))
    plane = random_plane(parameters_of(problem.model))
    other = tiny_resnet(seed=1)
    other(torch.randn(9, 1, 8, 8) * 3)
    alone = Evaluation(classification(other, tiny_data(), None, ("train",)))()
    expected = values_of(problem, plane, GRID[:4], Execution(points_at_once=rows))
    with PlaneEvaluation(problem, plane, Execution(points_at_once=rows)) as evaluate:
        assert evaluate(GRID[:4]) == expected
        problem.model.load_state_dict(other.state_dict())
        assert Evaluation(problem)() == alone
        assert evaluate(GRID[:4]) == expected


@pytest.mark.parametrize("rows", [1, 4])
def test_statistics_are_each_sweeps_own(rows):
    """Two planes in turn, of which one recalibrates; its statistics are no concern of the other."""
    problem = classification(tiny_resnet(), tiny_data(), None, ("train",))
    theta_star = parameters_of(problem.model)
    plane = random_plane(theta_star, 1)
    execution = Execution(points_at_once=rows)
    expected = values_of(problem, plane, GRID, execution)
    with (
        PlaneEvaluation(problem, plane, execution) as one,
        PlaneEvaluation(problem, random_plane(theta_star, 2), recalibrate_bn=True) as two,
    ):
        for point, values in list(zip(GRID, expected, strict=True))[:3]:
            two([point])
            assert one([point]) == [values]


def test_random_numbers_are_the_same_at_every_point():
    model = nn.Linear(1, 1, bias=False)
    problem = Problem(
        model, [torch.zeros(3, 1)], lambda out, _: out.mean(), forward=lambda m, x: m(x + torch.randn(3, 1))
    )
    ones = {"weight": torch.ones(1, 1)}
    found = values_of(problem, Plane(ones, ones, None), [(0.0, 0.0), (1.0, 0.0), (0.0, 0.0)], Execution())
    assert found[0] == found[2] and found[1]["train_loss"] == pytest.approx(2 * found[0]["train_loss"], rel=1e-6)


def test_metrics_and_examples():
    problem = classification(small_mlp(), tiny_data(train=40, test=10), 30)
    plane = random_plane(parameters_of(problem.model))
    evaluation = PlaneEvaluation(problem, plane, metrics=("test_accuracy",))
    assert (evaluation.metrics, evaluation.examples, evaluation.at_once) == (("test_accuracy",), 10, 1)
    evaluation = PlaneEvaluation(problem, plane, Execution(points_at_once=4))
    assert evaluation.metrics == problem.metric_names and evaluation.examples == 30 and evaluation.at_once == 4
    with evaluation as evaluate:
        assert evaluate([]) == []


# ── memory ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_out_of_memory_takes_fewer_points_at_once_then_smaller_chunks(monkeypatch):
    """It goes on with what fits, says so, and the values are right."""
    problem = classification(small_mlp(), tiny_data(train=40), None, ("train",))
    plane = random_plane(parameters_of(problem.model))
    expected = values_of(problem, plane, GRID, Execution())
    linear = torch.nn.functional.linear

    def full(x, weight, bias=None):
        if x.dim() > 2 or x.shape[0] > 12:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes")
        return linear(x, weight, bias)

    monkeypatch.setattr(torch.nn.functional, "linear", full)
    heard = []
    with PlaneEvaluation(problem, plane, Execution(points_at_once=4), report=heard.append) as evaluate:
        found = evaluate(GRID)
        assert evaluate.at_once == 1
        assert evaluate.execution == Execution(chunk=10)
    assert heard == [
        "out of memory: 2 points at once from here on",
        "out of memory: 1 points at once from here on",
        "out of memory: chunks of 10 examples from here on",
    ]
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, rel=1e-5)


def test_a_metric_that_is_no_scalar_is_bad_input_in_a_stack_too():
    problem = classification(small_mlp(), tiny_data(), None, ("train",))
    problem.metrics["accuracy"] = lambda output, batch: output.argmax(1)
    plane = random_plane(parameters_of(problem.model))
    for rows in (1, 3):
        with pytest.raises(BadInputError, match=r"accuracy: returned a tensor of shape \(40,\), not a scalar"):
            values_of(problem, plane, GRID, Execution(points_at_once=rows))


def test_points_at_once_cannot_go_with_derivatives_or_recalibration():
    problem = classification(tiny_resnet(), tiny_data(), None)
    plane = random_plane(parameters_of(problem.model))
    with pytest.raises(BadInputError, match="points_at_once 2 cannot go with --recalibrate-bn"):
        PlaneEvaluation(problem, plane, Execution(points_at_once=2), recalibrate_bn=True)
    pinn = Problem(problem.model, [torch.zeros(1, 1, 8, 8)], lambda out, _: out.sum(), differentiates=True)
    with pytest.raises(BadInputError, match="a problem that takes derivatives"):
        PlaneEvaluation(pinn, plane, Execution(points_at_once=2))


def test_strided_convolutions_in_channels_last_with_threads():
    """Their backward pass crashes in oneDNN with few channels; the forward pass, all that a sweep needs, does not."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 3, 3), nn.Conv2d(3, 5, 1, stride=2, bias=False), nn.Flatten(), nn.Linear(45, CLASSES)
    )
    data = tiny_data(train=40)
    problem = Problem(
        model, {"train": Examples(data.train.images(torch.arange(40)), data.train.labels)},
        lambda output, batch: cross_entropy(output, batch[1]),
    )  # fmt: skip
    plane = random_plane(parameters_of(model))
    plain = values_of(problem, plane, GRID, Execution(threads=1))
    other = values_of(problem, plane, GRID[:4], Execution(channels_last=True, threads=2))
    for one, two in zip(plain, other, strict=False):
        assert two["train_loss"] == pytest.approx(one["train_loss"], rel=1e-5)
