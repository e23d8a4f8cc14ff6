"""Hessian eigenvectors against a dense eigendecomposition, by value and by angle; and the way down."""

import warnings

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import mse_loss

from compute.directions import hessian
from compute.directions.gradient import gradient_axis
from compute.directions.hessian import hessian_axes
from compute.errors import BadInputError
from compute.plane import dot, parameters_of
from compute.problem import Problem
from tests.compute.curvature.test_derivatives import dense, small_problem
from tests.compute.tiny import flat, same_bits, state_of

EXACT = 1e-7  # radians: an angle's cosine differs from 1 by half its square, which drowns below 1e-8


def angle(a: np.ndarray, b: np.ndarray) -> float:
    """Between lines, signs apart."""
    return float(np.arccos(min(1, abs(a @ b) / np.linalg.norm(a) / np.linalg.norm(b))))


def leading(matrix: np.ndarray, which: str) -> tuple[np.ndarray, np.ndarray]:
    """Both eigenvalues that come first, and their vectors as rows, by LAPACK."""
    values, vectors = np.linalg.eigh(matrix)
    order = np.argsort(-(abs(values) if which == "magnitude" else values))[:2]
    return values[order], vectors.T[order]


def quadratic(eigenvalues: list[float], dtype: torch.dtype = torch.float64) -> tuple[Problem, np.ndarray]:
    """L(w) = wᵀ H w / 2 with eigenvalues as given, and H."""
    n = len(eigenvalues)
    basis = np.linalg.qr(np.random.default_rng(0).normal(size=(n, n)))[0]
    matrix = basis @ np.diag(eigenvalues) @ basis.T
    weights, h = nn.Linear(n, 1, bias=False).to(dtype), torch.from_numpy(matrix).to(dtype)
    return Problem(
        weights,
        [torch.ones(1)],
        loss=lambda w, batch: (w @ h @ w.T).sum() / 2,
        forward=lambda model, batch: model.weight,
    ), matrix


@pytest.mark.parametrize("which", ["algebraic", "magnitude"])
def test_vectors_and_values_are_those_of_the_dense_hessian(which):
    problem = small_problem()
    axes = hessian_axes(problem, parameters_of(problem.model), which=which)
    values, vectors = leading(dense(problem)[1], which)
    assert axes.details["eigenvalues"] == pytest.approx(values, rel=1e-11)
    for axis, expected in zip((axes.delta, axes.eta), vectors, strict=True):
        assert angle(flat(axis).numpy(), expected) < EXACT
    assert axes.norms == pytest.approx((1, 1), rel=1e-12) and axes.cosine == pytest.approx(0, abs=1e-12)
    assert axes.details["converged"] and max(axes.details["residuals"]) < 1e-11
    assert axes.details["products"] < 200


def test_vectors_and_values_are_those_of_curvlinops():
    problem = small_problem()
    axes = hessian_axes(problem, parameters_of(problem.model))
    model = problem.model.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it depends on warns when it is loaded
        from curvlinops import HessianLinearOperator  # noqa: PLC0415

        operator = HessianLinearOperator(
            model, nn.CrossEntropyLoss(), list(model.parameters()), problem.batches, check_deterministic=False
        )
        matrix = (operator @ torch.eye(60, dtype=torch.float64)).numpy()
    values, vectors = leading(matrix, "algebraic")
    assert axes.details["eigenvalues"] == pytest.approx(values, rel=1e-10)
    assert angle(flat(axes.delta).numpy(), vectors[0]) < EXACT
    assert angle(flat(axes.eta).numpy(), vectors[1]) < EXACT


def test_largest_algebraic_and_largest_magnitude_are_different_and_named():
    problem, matrix = quadratic([3.0, 2.0, -9.0, *[0.5] * 60])
    for which, expected in (("algebraic", [3, 2]), ("magnitude", [-9, 3])):
        axes = hessian_axes(problem, parameters_of(problem.model), which=which)
        assert axes.details["eigenvalues"] == pytest.approx(expected, rel=1e-11)
        assert axes.describe()["which"] == f"largest {which}"
        for axis, vector in zip((axes.delta, axes.eta), leading(matrix, which)[1], strict=True):
            assert angle(flat(axis).numpy(), vector) < EXACT


def test_close_eigenvalues_are_told_apart():
    """Power iteration with the usual rule would mix them; a gap of 1e-3 costs 1e-12 / 1e-3 radians at most here."""
    problem, matrix = quadratic([1.001, 1.0, *np.linspace(-1, 0.9, 70)])
    axes = hessian_axes(problem, parameters_of(problem.model))
    for axis, vector in zip((axes.delta, axes.eta), leading(matrix, "algebraic")[1], strict=True):
        assert angle(flat(axis).numpy(), vector) < EXACT


def test_single_precision_gives_the_vectors_to_single_precision():
    """A relative error e of the products turns a vector by about e |H| / gap; here 1e-6 times some 3."""
    wide, narrow = small_problem(), small_problem(torch.float32)
    axes = hessian_axes(narrow, parameters_of(narrow.model))
    values, vectors = leading(dense(wide)[1], "algebraic")
    assert axes.details["eigenvalues"] == pytest.approx(values, rel=1e-5)
    for axis, vector in zip((axes.delta, axes.eta), vectors, strict=True):
        assert all(tensor.dtype == torch.float32 for tensor in axis.values())
        assert angle(flat(axis).numpy(), vector) < 1e-4
    assert axes.details["converged"]


@pytest.mark.parametrize("n", [2, 3, 32, 33])
def test_any_number_of_weights(n):
    """Few are done by the whole matrix, more by Lanczos."""
    problem, matrix = quadratic(np.linspace(-1, 2, n).tolist())
    axes = hessian_axes(problem, parameters_of(problem.model))
    values, vectors = leading(matrix, "algebraic")
    assert axes.details["eigenvalues"] == pytest.approx(values, abs=1e-11)
    assert angle(flat(axes.delta).numpy(), vectors[0]) < EXACT and angle(flat(axes.eta).numpy(), vectors[1]) < EXACT


def test_a_line_follows_the_first_vector():
    problem = small_problem()
    line, plane = (hessian_axes(problem, parameters_of(problem.model), line=line) for line in (True, False))
    assert line.eta is None and len(line.details["eigenvalues"]) == 1
    assert angle(flat(line.delta).numpy(), flat(plane.delta).numpy()) < EXACT


def test_one_weight_spans_a_line_only():
    problem, _ = quadratic([2.0])
    assert hessian_axes(problem, parameters_of(problem.model), line=True).details["eigenvalues"] == [2.0]
    with pytest.raises(BadInputError, match="one weight"):
        hessian_axes(problem, parameters_of(problem.model))


def test_same_seed_same_bits_and_the_sign_does_not_depend_on_it():
    problem = small_problem()
    axes = [hessian_axes(problem, parameters_of(problem.model), seed=seed) for seed in (0, 0, 1)]
    assert same_bits(axes[0].delta, axes[1].delta) and same_bits(axes[0].eta, axes[1].eta)
    assert not same_bits(axes[0].delta, axes[2].delta)
    for axis in ("delta", "eta"):
        first, other = (flat(getattr(each, axis)).numpy() for each in (axes[0], axes[2]))
        assert first @ other == pytest.approx(1, abs=1e-12)
        assert first[np.abs(first).argmax()] > 0


def test_the_model_is_untouched_and_progress_is_told():
    problem, told = small_problem(), []
    before = state_of(problem.model)
    axes = hessian_axes(problem, parameters_of(problem.model), report=told.append)
    assert same_bits(state_of(problem.model), before) and problem.model.training
    assert told == list(range(1, len(told) + 1)) and axes.details["products"] == len(told) + 2  # and the residuals


def test_whoever_is_told_may_stop_it():
    problem = small_problem()
    before = state_of(problem.model)

    def stop(products: int) -> None:
        if products == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hessian_axes(problem, parameters_of(problem.model), report=stop)
    assert same_bits(state_of(problem.model), before)


def test_no_convergence_is_an_error_and_not_a_guess(monkeypatch):
    monkeypatch.setattr(hessian, "MOST_PRODUCTS", 20)
    problem, _ = quadratic([1.0 + 1e-9 * k for k in range(300)])
    with pytest.raises(BadInputError, match="no convergence in"):
        hessian_axes(problem, parameters_of(problem.model))


def test_a_loss_without_curvature_has_no_such_directions():
    problem, _ = quadratic([0.0] * 40)
    with pytest.raises(BadInputError, match="no curvature"):
        hessian_axes(problem, parameters_of(problem.model))


def test_a_loss_that_changes_by_itself_is_not_called_converged():
    """The residuals come from fresh products."""
    model, noise = nn.Linear(50, 1, bias=False).double(), torch.Generator().manual_seed(0)

    def loss(w: torch.Tensor, batch: torch.Tensor) -> torch.Tensor:
        return (w.square() * torch.rand(50, generator=noise)).sum()

    problem = Problem(model, [torch.ones(1)], loss, forward=lambda model, batch: model.weight)
    with pytest.raises(BadInputError, match="not the same twice"):
        hessian_axes(problem, parameters_of(model))


def test_the_gradient_points_down_and_is_that_of_the_closed_form():
    """Squared loss of a linear model: ∇L = 2 Xᵀ (X w − y) / n."""
    x = torch.randn(9, 4, generator=torch.Generator().manual_seed(0)).double()
    y = torch.ones(9, 1).double()
    model = nn.Linear(4, 1, bias=False).double()
    problem = Problem(model, [(x[:2], y[:2]), (x[2:], y[2:])], lambda output, batch: mse_loss(output, batch[1]))
    axes = gradient_axis(problem, parameters_of(model))
    w = model.weight.detach()
    slope = (2 * (w @ x.T - y.T) @ x / 9).numpy().ravel()
    assert flat(axes.delta).numpy() == pytest.approx(-slope / np.linalg.norm(slope), abs=1e-14)
    assert axes.details["gradient_norm"] == pytest.approx(np.linalg.norm(slope), rel=1e-13)
    assert axes.details["loss"] == pytest.approx(float(((w @ x.T - y.T) ** 2).mean()), rel=1e-13)
    assert axes.eta is None and dot(axes.delta, axes.delta) == pytest.approx(1, rel=1e-14)


def test_at_a_minimum_the_gradient_leads_nowhere():
    problem, _ = quadratic([1.0, 2.0])
    with pytest.raises(BadInputError, match="gradient is zero"):
        gradient_axis(problem, {"weight": torch.zeros(1, 2).double()})
