"""Running statistics recomputed at a point: against a loop in float64, and that the model's own are kept."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import mse_loss

from compute.errors import BadInputError
from compute.measuring.classification import classification
from compute.measuring.execution import Execution
from compute.measuring.plane_evaluation import PlaneEvaluation
from compute.plane import Plane, parameters_of
from compute.problem import Problem
from tests.compute.tiny import random_plane, same_bits, state_of, tiny_data, tiny_resnet

SIZES = (5, 3, 8)


@pytest.fixture
def problem() -> Problem:
    """Two normalised layers, dropout that must stay off, and batches of different size."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(3, 6), nn.BatchNorm1d(6, momentum=0.3), nn.Dropout(0.5), nn.Tanh(),
        nn.Linear(6, 4), nn.BatchNorm1d(4, affine=False), nn.Linear(4, 1),
    )  # fmt: skip
    batches = [(torch.randn(n, 3), torch.randn(n, 1)) for n in SIZES]
    model.train()(batches[0][0])
    return Problem(model, {"train": batches, "test": batches[:1]}, lambda output, batch: mse_loss(output, batch[1]))


def reference(problem: Problem, plane: Plane, alpha: float, beta: float) -> tuple[float, dict[str, np.ndarray]]:
    """The loss in float64, with averages over batches of their means and unbiased variances."""
    w = {
        name: (plane.theta_star[name].double() + alpha * plane.delta[name].double() + beta * plane.eta[name].double())
        .detach()
        .numpy()
        for name in plane.theta_star
    }

    def normalised(values, mean, variance):
        return (values - mean) / np.sqrt(variance + 1e-5)

    def hidden(batch):
        return batch[0].double().numpy() @ w["0.weight"].T + w["0.bias"]

    def after(values):
        return np.tanh(values * w["1.weight"] + w["1.bias"]) @ w["4.weight"].T + w["4.bias"]

    batches = problem.splits["train"]
    first = [hidden(batch) for batch in batches]
    mean = np.mean([values.mean(axis=0) for values in first], axis=0)
    variance = np.mean([values.var(axis=0, ddof=1) for values in first], axis=0)
    # In training mode each batch goes on normalised by its own statistics.
    second = [after(normalised(values, values.mean(axis=0), values.var(axis=0))) for values in first]
    mean2 = np.mean([values.mean(axis=0) for values in second], axis=0)
    variance2 = np.mean([values.var(axis=0, ddof=1) for values in second], axis=0)
    squares = []
    for batch, values in zip(batches, first, strict=True):
        deep = normalised(after(normalised(values, mean, variance)), mean2, variance2)
        squares += list(((deep @ w["6.weight"].T + w["6.bias"] - batch[1].double().numpy()) ** 2)[:, 0])
    statistics = {
        "1.running_mean": mean, "1.running_var": variance, "5.running_mean": mean2, "5.running_var": variance2,
    }  # fmt: skip
    return float(np.mean(squares)), statistics


@pytest.mark.parametrize("point", [(0.0, 0.0), (0.5, -0.25), (0.0, 0.0)])
def test_statistics_are_the_average_over_the_batches(problem, point):
    plane = random_plane(parameters_of(problem.model))
    seen = []
    problem.metrics["seen"] = lambda output, batch: seen.append(state_of(problem.model)) or 0.0
    with PlaneEvaluation(problem, plane, recalibrate_bn=True) as evaluate:
        found = evaluate([(2.0, 2.0), point])[1]
    loss, statistics = reference(problem, plane, *point)
    assert found["train_loss"] == pytest.approx(loss, rel=1e-5)
    for name, expected in statistics.items():
        assert seen[-1][name].numpy() == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_a_point_does_not_depend_on_the_one_before(problem):
    plane = random_plane(parameters_of(problem.model))
    with PlaneEvaluation(problem, plane, recalibrate_bn=True) as evaluate:
        first, _, again = evaluate([(0.5, 0.5), (-2.0, 1.0), (0.5, 0.5)])
    assert first == again


@pytest.mark.parametrize("accident", [None, KeyboardInterrupt])
def test_the_models_own_statistics_are_kept_bit_for_bit(problem, accident):
    before, momenta = state_of(problem.model), [problem.model[1].momentum, problem.model[5].momentum]
    plane = random_plane(parameters_of(problem.model))
    calls = []

    def forward(model, batch):
        calls.append(batch)
        if accident and len(calls) == 2:  # in the midst of recalibrating
            raise accident
        return model(batch[0])

    broken = Problem(problem.model, problem.batches, problem.loss, forward=forward)
    try:
        with PlaneEvaluation(broken, plane, recalibrate_bn=True) as evaluate:
            evaluate([(1.0, 1.0)])
    except KeyboardInterrupt:
        assert accident
    assert same_bits(problem.model.state_dict(), before)
    assert [problem.model[1].momentum, problem.model[5].momentum] == momenta
    assert all(module.training for module in problem.model.modules())


def test_two_planes_in_turn_do_not_take_each_others_statistics(problem):
    theta_star = parameters_of(problem.model)
    with (
        PlaneEvaluation(problem, random_plane(theta_star, 1), recalibrate_bn=True) as anew,
        PlaneEvaluation(problem, random_plane(theta_star, 2)) as kept,
    ):
        first = kept([(0.1, 0.1)])
        anew([(1.0, 1.0)])
        assert kept([(0.1, 0.1)]) == first


def test_of_a_classification_the_batches_are_the_same_whatever_the_chunk():
    problem = classification(tiny_resnet(), tiny_data(train=300), None, ("train",))
    plane = random_plane(parameters_of(problem.model))
    found = []
    for chunk in (10, 128, 1000):
        with PlaneEvaluation(problem, plane, Execution(chunk=chunk), recalibrate_bn=True) as evaluate:
            found.append(evaluate([(0.05, 0.05)])[0]["train_loss"])
    assert found == pytest.approx([found[0]] * 3, rel=1e-5)


def test_statistics_come_from_training_batches_also_when_only_test_metrics_are_asked_for(problem):
    plane = random_plane(parameters_of(problem.model))
    with PlaneEvaluation(problem, plane, recalibrate_bn=True) as evaluate:
        both = evaluate([(0.3, 0.3)])[0]
    with PlaneEvaluation(problem, plane, metrics=("test_loss",), recalibrate_bn=True) as evaluate:
        assert evaluate([(0.3, 0.3)])[0] == {"test_loss": both["test_loss"]}


def test_a_network_that_breaks_down_on_the_way_is_diverged(problem):
    def forward(model, batch):
        if model[1].training:
            torch.linalg.cholesky(-torch.eye(2))
        return model(batch[0])

    broken = Problem(problem.model, problem.batches, problem.loss, forward=forward)
    plane = random_plane(parameters_of(problem.model))
    with PlaneEvaluation(broken, plane, metrics=("train_loss",), recalibrate_bn=True) as evaluate:
        assert evaluate([(0.0, 0.0)]) == [{"train_loss": math.inf}]


def test_what_cannot_be_recalibrated_is_bad_input(problem):
    plane = random_plane(parameters_of(problem.model))
    plain = Problem(nn.Linear(3, 1), problem.batches, problem.loss)
    with pytest.raises(BadInputError, match="--recalibrate-bn: this network has no BatchNorm"):
        PlaneEvaluation(plain, random_plane(parameters_of(plain.model)), recalibrate_bn=True)
    no_training = Problem(problem.model, {"test": problem.splits["test"]}, problem.loss)
    with pytest.raises(BadInputError, match="no training batches"):
        PlaneEvaluation(no_training, plane, recalibrate_bn=True)
    single = Problem(problem.model, [(torch.ones(1, 3), torch.ones(1, 1))], problem.loss)
    with (
        PlaneEvaluation(single, plane, recalibrate_bn=True) as evaluate,
        pytest.raises(BadInputError, match="a batch of one example has no variance"),
    ):
        evaluate([(0.0, 0.0)])
