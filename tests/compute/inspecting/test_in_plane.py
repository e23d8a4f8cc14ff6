"""Derivatives in a plane against a dense Hessian, finite differences, torch.autograd, and the values of a sweep."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from compute.errors import BadInputError
from compute.inspecting.in_plane import PlaneDerivatives
from compute.measuring.execution import Execution
from compute.measuring.plane_evaluation import PlaneEvaluation
from compute.plane import Plane, parameters_of
from compute.problem import Problem
from tests.compute.inspecting.closed_form import derived, problem
from tests.compute.inspecting.networks import convolution, dense, network_problem, perceptron, skewed_plane
from tests.compute.tiny import random_plane, same_bits, state_of

PLACE = (0.13, -0.21)


@pytest.mark.parametrize("make", [perceptron, convolution])
@pytest.mark.parametrize("line", [False, True])
def test_derivatives_are_those_of_the_dense_hessian_projected_on_the_axes(make, line):
    """In float64 both are right to rounding of sums of a hundred terms."""
    one = network_problem(make)
    plane = skewed_plane(one)
    plane = Plane(plane.theta_star, plane.delta, None) if line else plane
    here = PlaneDerivatives(one, plane, "train").at(*PLACE)
    loss, gradient, hessian, norm = dense(one, plane, *PLACE)
    assert here.loss == pytest.approx(loss, rel=1e-12)
    assert here.gradient == pytest.approx(gradient, rel=1e-11)
    assert here.hessian == pytest.approx(hessian, rel=1e-10)
    assert here.gradient_norm == pytest.approx(norm, rel=1e-12)
    assert here.finite and here.asymmetry < 1e-12 * np.abs(hessian).max()


@pytest.mark.parametrize("make", [perceptron, convolution])
def test_in_float32_they_are_the_same_to_its_precision(make):
    """Each of some hundred terms is right to 1e-7, and they cancel by a factor of ten or so."""
    double, single = network_problem(make), network_problem(make, torch.float32)
    plane = skewed_plane(single)
    found = PlaneDerivatives(single, plane, "train").at(*PLACE)
    _, gradient, hessian, norm = dense(double, plane, *PLACE)
    assert found.gradient == pytest.approx(gradient, abs=3e-6 * np.abs(gradient).max())
    assert found.hessian == pytest.approx(hessian, abs=1e-5 * np.abs(hessian).max())
    assert found.gradient_norm == pytest.approx(norm, rel=3e-6)


@pytest.mark.parametrize("precision", ["fp64", "bf16"])
def test_the_precision_of_the_execution_is_that_of_the_derivatives_but_never_a_lower_one_than_the_models(precision):
    single = network_problem(perceptron, torch.float32)
    plane = skewed_plane(single)
    found = PlaneDerivatives(single, plane, "train", Execution(precision=precision))
    _, gradient, _, _ = dense(network_problem(perceptron), plane, *PLACE)
    error = np.abs(found.at(*PLACE).gradient - gradient).max() / np.abs(gradient).max()
    assert error < {"fp64": 1e-7, "bf16": 3e-6}[precision]  # the weights themselves were rounded to float32
    assert found.precision == {"fp64": 2**-52, "bf16": 2**-23}[precision]


@pytest.mark.parametrize("make", [perceptron, convolution])
def test_central_differences_come_to_them_with_the_square_of_the_step(make):
    one = network_problem(make)
    found = PlaneDerivatives(one, skewed_plane(one), "train")
    here, (alpha, beta) = found.at(*PLACE), PLACE

    def errors(h: float) -> np.ndarray:
        sides = [(found.at(alpha + a, beta + b), found.at(alpha - a, beta - b)) for a, b in ((h, 0), (0, h))]
        slopes = [(right.loss - left.loss) / (2 * h) for right, left in sides]
        bends = [(right.gradient - left.gradient) / (2 * h) for right, left in sides]
        return np.abs(np.concatenate([slopes - here.gradient, np.ravel(bends - here.hessian)]))

    wide, narrow = errors(0.02), errors(0.01)
    assert wide.max() < 0.1
    assert wide / narrow == pytest.approx(np.full(6, 4.0), rel=0.15)


def test_the_loss_at_a_node_is_the_value_that_a_sweep_stores():
    """With running statistics of the centre, in eval mode; weights put together in float32 differ in the last bits."""
    one = network_problem(convolution, torch.float32)
    plane = skewed_plane(one)
    with PlaneEvaluation(one, plane, metrics=("train_loss",)) as evaluate:
        stored = evaluate([PLACE])[0]["train_loss"]
    assert PlaneDerivatives(one, plane, "train").at(*PLACE).loss == pytest.approx(stored, rel=1e-6)


def test_the_norm_of_the_whole_gradient_is_that_of_autograd():
    one = network_problem(perceptron)
    found = PlaneDerivatives(one, skewed_plane(one), "train").at(0.0, 0.0)
    total = sum(len(batch[1]) * one.loss(one.model(batch[0]), batch) for batch in one.batches) / 15
    parts = torch.autograd.grad(total, list(one.model.parameters()))
    assert found.gradient_norm == pytest.approx(math.sqrt(sum(float(part.square().sum()) for part in parts)), rel=1e-12)


def test_the_gradient_alone_is_the_same():
    one = network_problem(convolution)
    found = PlaneDerivatives(one, skewed_plane(one), "train")
    assert found.gradient(*PLACE).tolist() == found.at(*PLACE).gradient.tolist()


def test_the_model_is_afterwards_what_it_was_bit_for_bit():
    one = network_problem(convolution, torch.float32)
    one.model.train()
    next(one.model.parameters()).requires_grad_(False)
    before = state_of(one.model)
    PlaneDerivatives(one, skewed_plane(one), "train").at(*PLACE)
    assert same_bits(one.model.state_dict(), before)
    assert one.model.training and not next(one.model.parameters()).requires_grad


def test_a_problem_that_takes_derivatives_itself_is_differentiated_through_them():
    """(u' − u)² at some places: a third derivative of the network is in its Hessian."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1)).double()
    x = torch.linspace(0, 1, 7, dtype=torch.float64)[:, None]

    def forward(network: nn.Module, batch: torch.Tensor) -> torch.Tensor:
        place = batch.detach().requires_grad_()
        u = network(place)
        (slope,) = torch.autograd.grad(u.sum(), place, create_graph=True)
        return slope - u

    one = Problem(model, [x], loss=lambda r, batch: r.square().mean(), forward=forward, differentiates=True)
    found = PlaneDerivatives(one, random_plane(parameters_of(model)), "train")
    here, h = found.at(0.1, 0.1), 1e-4
    right, left = found.at(0.1, 0.1 + h), found.at(0.1, 0.1 - h)
    assert (right.loss - left.loss) / (2 * h) == pytest.approx(here.gradient[1], rel=1e-5)
    assert (right.gradient - left.gradient) / (2 * h) == pytest.approx(here.hessian[1], rel=1e-5)


@pytest.mark.parametrize("place", [(1e200, 0.0), (1e308, 1e308), (1.0, 0.0)])
def test_a_place_where_the_network_diverged_is_told(place):
    here = derived(lambda x, y: torch.log(-x - y)).at(*place)
    assert not here.finite and here.loss == math.inf and np.isnan(here.gradient).all()


def test_what_a_loss_says_of_outputs_that_are_not_finite_is_divergence_and_all_else_an_error():
    def picky(weights: torch.Tensor, batch: torch.Tensor) -> torch.Tensor:
        if not bool(weights.isfinite().all()):
            raise ValueError("not probabilities")
        if float(weights[1].detach()) > 5:
            raise ValueError("a mistake of the user's")
        return weights.square().sum()

    one = Problem(problem(lambda x, y: x).model, [torch.zeros(1)], loss=picky,
                  forward=lambda model, batch: model.weights / (model.weights[0] < 10).float())  # fmt: skip
    plane = Plane(parameters_of(one.model), *({"weights": torch.eye(2)[k]} for k in (0, 1)))
    found = PlaneDerivatives(one, plane, "train")
    assert found.at(1.0, 1.0).finite
    assert not found.at(20.0, 1.0).finite
    with pytest.raises(ValueError, match="mistake"):
        found.at(1.0, 6.0)


def test_complex_weights_are_refused():
    model = nn.ParameterDict({"z": nn.Parameter(torch.ones(2, dtype=torch.complex64))})
    one = Problem(model, [torch.zeros(1)], loss=lambda output, batch: output, forward=lambda m, b: m["z"].abs().sum())
    with pytest.raises(BadInputError, match="complex"):
        PlaneDerivatives(one, random_plane(parameters_of(model)), "train")
