"""Gradient and Hessian-vector products against dense float64 derivatives, finite differences and curvlinops."""

import math
import warnings

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, ctc_loss, mse_loss

from compute.curvature import derivatives as module
from compute.curvature.derivatives import Differentiation, NotFiniteError, derivatives
from compute.errors import BadInputError
from compute.measuring.classification import classification
from compute.measuring.execution import Execution
from compute.plane import parameters_of
from compute.problem import Problem
from tests.compute.tiny import flat, same_bits, state_of, tiny_data, tiny_resnet


def small_network(dtype: torch.dtype = torch.float64) -> nn.Module:
    """Convolution, BatchNorm, a smooth non-linearity, dropout and a linear layer; in training mode; 60 weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = nn.Sequential(
            nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Tanh(), nn.Flatten(), nn.Dropout(0.5), nn.Linear(8, 4)
        )
        network[1].running_mean.normal_()
        network[1].running_var.uniform_(0.5, 2)
    return network.to(dtype)


def small_problem(dtype: torch.dtype = torch.float64, sizes: tuple[int, ...] = (5, 2, 8)) -> Problem:
    """Batches of different sizes, so that weighting them wrongly shows."""
    generator = torch.Generator().manual_seed(1)
    batches = [
        (torch.randn(n, 1, 4, 4, generator=generator).to(dtype), torch.randint(4, (n,), generator=generator))
        for n in sizes
    ]
    return Problem(small_network(dtype), batches, loss=lambda output, batch: cross_entropy(output, batch[1]))


def dense(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Gradient (n,) and Hessian (n, n) by torch.autograd.functional, all examples as one batch, in eval mode."""
    model = problem.model.eval()
    names = [name for name, _ in model.named_parameters()]
    shapes = [parameter.shape for parameter in model.parameters()]
    x, y = (torch.cat(part) for part in zip(*problem.batches, strict=True))

    def loss(vector: torch.Tensor) -> torch.Tensor:
        parts = torch.split(vector, [shape.numel() for shape in shapes])
        weights = {name: part.view(shape) for name, part, shape in zip(names, parts, shapes, strict=True)}
        return cross_entropy(torch.func.functional_call(model, weights, (x,)), y)

    at = flat(parameters_of(model))
    gradient = torch.autograd.functional.jacobian(loss, at)
    hessian = torch.autograd.functional.hessian(loss, at)
    model.train()
    return gradient.numpy(), hessian.numpy()


def test_gradient_and_products_are_those_of_the_dense_derivatives():
    problem = small_problem()
    gradient, hessian = dense(problem)
    with derivatives(problem, parameters_of(problem.model)) as at:
        assert at.size == len(gradient) == 60
        assert flat(at.gradient()[1]).numpy() == pytest.approx(gradient, abs=1e-14)  # all in float64
        columns = np.stack([at.product(unit) for unit in np.eye(at.size)], axis=1)
        assert at.products == at.size
    assert np.abs(columns - hessian).max() < 1e-14 * len(hessian)


def test_gradient_and_product_by_finite_differences():
    """Central differences: the error falls with h², here 1e-5² of derivatives near 1, and rounding 1e-16 / 1e-5."""
    problem, h = small_problem(), 1e-5
    theta = parameters_of(problem.model)
    v = np.random.default_rng(2).normal(size=60)

    def moved(t: float):
        with derivatives(problem, theta) as at:
            way = at.direction(v)
        with derivatives(problem, {name: x + t * way[name] for name, x in theta.items()}) as at:
            loss, gradient = at.gradient()
        return loss, flat(gradient).numpy()

    (above, up), (below, down) = moved(h), moved(-h)
    with derivatives(problem, theta) as at:
        gradient = flat(at.gradient()[1]).numpy()
        assert (above - below) / (2 * h) == pytest.approx(gradient @ v, rel=1e-8)
        assert (up - down) / (2 * h) == pytest.approx(at.product(v), abs=1e-8)


def test_products_are_those_of_curvlinops():
    problem = small_problem()
    model = problem.model.eval()
    v = torch.randn(60, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it depends on warns when it is loaded
        from curvlinops import HessianLinearOperator  # noqa: PLC0415

        operator = HessianLinearOperator(
            model, nn.CrossEntropyLoss(), list(model.parameters()), problem.batches, check_deterministic=False
        )
        expected = (operator @ v).numpy()
    with derivatives(problem, parameters_of(model)) as at:
        assert at.product(v.numpy()) == pytest.approx(expected, abs=1e-14 * 60)


def test_batches_weigh_what_they_have_of_examples():
    """The same examples in one batch and in three unequal ones. Were batches averaged, this would be 0.1 off."""
    parts, v = small_problem(), np.ones(60)
    whole = Problem(parts.model, [tuple(torch.cat(part) for part in zip(*parts.batches, strict=True))], parts.loss)
    found = []
    for problem in (parts, whole):
        with derivatives(problem, parameters_of(problem.model)) as at:
            found.append((at.gradient()[0], at.product(v)))
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-14)
    assert found[0][1] == pytest.approx(found[1][1], abs=1e-14 * 60)


@pytest.mark.parametrize("accident", [None, ValueError, KeyboardInterrupt])
def test_the_model_is_afterwards_what_it_was(accident):
    """Also one whose weights are not the centre's, that trains, has gradients, and is frozen in part."""
    problem = small_problem()
    model = problem.model
    model[0].weight.requires_grad_(False)
    model[5].weight.grad = torch.ones_like(model[5].weight)
    before, centre = state_of(model), {name: x + 1 for name, x in parameters_of(model).items()}
    try:
        with derivatives(problem, centre) as at:
            at.product(np.ones(60))
            assert not model.training
            assert same_bits(parameters_of(model), centre)
            if accident:
                raise accident
    except (ValueError, KeyboardInterrupt):
        assert accident
    assert same_bits(state_of(model), before)
    assert model.training and not model[0].weight.requires_grad and model[1].weight.requires_grad
    assert torch.equal(model[5].weight.grad, torch.ones_like(model[5].weight)) and model[1].weight.grad is None


def test_frozen_parameters_have_curvature_too():
    """The landscape moves them as well."""
    problem, v = small_problem(), np.ones(60)
    with derivatives(problem, parameters_of(problem.model)) as at:
        expected = at.product(v)
    problem.model.requires_grad_(False)
    with derivatives(problem, parameters_of(problem.model)) as at:
        assert at.product(v).tobytes() == expected.tobytes()


def test_dropout_and_running_statistics_stand_still():
    problem = small_problem()
    with derivatives(problem, parameters_of(problem.model)) as at:
        assert at.gradient()[0] == at.gradient()[0]
    assert int(problem.model[1].num_batches_tracked) == 0


def test_a_loss_linear_in_the_weights_has_no_curvature():
    model = nn.Linear(3, 1).double()
    problem = Problem(model, [torch.ones(4, 3).double()], loss=lambda output, batch: output.mean())
    with derivatives(problem, parameters_of(model)) as at:
        assert not at.product(np.ones(4)).any()


def test_a_loss_linear_in_some_of_the_weights():
    """H is 0 for the bias and 2 for the weights of bias + |w|²."""
    model = nn.Linear(3, 1).double()
    problem = Problem(
        model,
        [torch.ones(1)],
        lambda y, batch: y,
        forward=lambda model, x: (model.bias + model.weight.square().sum())[0],
    )
    for reorder in (False, True):
        if reorder:
            model.weight = model._parameters.pop("weight")  # the linear one comes first
        with derivatives(problem, parameters_of(model)) as at:
            assert sorted(at.product(np.ones(4))) == [0, 2, 2, 2]


def test_a_loss_that_uses_no_weights_is_flat():
    problem = Problem(nn.Linear(3, 1), [torch.ones(4, 3)], lambda y, batch: batch.sum(), forward=lambda model, x: x)
    with derivatives(problem, parameters_of(problem.model)) as at:
        loss, gradient = at.gradient()
        assert loss == 12 and not flat(gradient).any() and not at.product(np.ones(4)).any()


def test_parameters_that_the_loss_does_not_use_have_none():
    model = nn.ModuleDict({"used": nn.Linear(3, 1), "unused": nn.Linear(3, 1)}).double()
    x = torch.randn(5, 3, generator=torch.Generator().manual_seed(0)).double()
    problem = Problem(
        model, [x], loss=lambda y, batch: y.square().mean(), forward=lambda model, batch: model["used"](batch)
    )
    with derivatives(problem, parameters_of(model)) as at:
        way, gradient = at.direction(at.product(np.ones(8))), at.gradient()[1]
    assert way["used.weight"].all() and not way["unused.weight"].any() and not gradient["unused.bias"].any()


def test_quadratic_in_closed_form():
    """Squared loss of a linear model: H = 2 XᵀX / n, whatever the weights."""
    x = torch.randn(7, 3, generator=torch.Generator().manual_seed(0)).double()
    problem = Problem(nn.Linear(3, 1, bias=False).double(), [(x, x[:, :1])], lambda y, batch: mse_loss(y, batch[1]))
    with derivatives(problem, parameters_of(problem.model)) as at:
        found = np.stack([at.product(unit) for unit in np.eye(3)])
    assert found == pytest.approx((2 * x.T @ x / 7).numpy(), abs=1e-14)


def test_attention_has_a_second_derivative():
    """Torch's fused attention kernels have none; the plain one is symmetric: ⟨u, H v⟩ = ⟨v, H u⟩."""
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(8, 2, 8, batch_first=True, activation="gelu").double()
    x = torch.randn(3, 5, 8, generator=torch.Generator().manual_seed(0)).double()
    problem = Problem(layer, [x], loss=lambda y, batch: (y - 1).pow(4).mean())
    with derivatives(problem, parameters_of(layer)) as at:
        u, v = np.random.default_rng(0).normal(size=(2, at.size))
        assert v @ at.product(u) == pytest.approx(u @ at.product(v), rel=1e-11)
        assert abs(u @ at.product(v)) > 1e-3


def test_a_layer_without_second_derivative_is_named_as_the_reason():
    """Torch has none of connectionist temporal classification."""
    model = nn.Linear(2, 3)
    lengths = torch.tensor([4]), torch.tensor([1])

    def loss(y: torch.Tensor, batch: torch.Tensor) -> torch.Tensor:
        return ctc_loss(y.log_softmax(dim=2), torch.tensor([[1]]), *lengths)

    problem = Problem(model, [torch.ones(4, 1, 2)], loss)
    with derivatives(problem, parameters_of(model)) as at:
        at.gradient()
        with pytest.raises(BadInputError, match=r"no second derivative in torch .*ctc_loss"):
            at.product(np.ones(9))


def test_a_centre_that_has_diverged_is_refused():
    problem = small_problem()
    centre = {name: x * torch.nan for name, x in parameters_of(problem.model).items()}
    with derivatives(problem, centre) as at:
        with pytest.raises(BadInputError, match="not finite"):
            at.gradient()
        with pytest.raises(BadInputError, match="not finite"):
            at.product(np.ones(60))


def test_mean_curvature_of_random_directions_is_the_trace_over_the_dimension():
    """E dᵀHd = tr(H) / n for d uniform on the sphere: within four of its standard errors (once in 16,000 by chance)."""
    problem = small_problem()
    _, hessian = dense(problem)
    d = np.random.default_rng(4).normal(size=(1000, len(hessian)))
    d /= np.linalg.norm(d, axis=1, keepdims=True)
    with derivatives(problem, parameters_of(problem.model)) as at:
        columns = np.stack([at.product(unit) for unit in np.eye(at.size)])
        by_product = [row @ at.product(row) for row in d[:20]]
    curvatures = np.einsum("ki,ij,kj->k", d, columns, d)
    assert by_product == pytest.approx(curvatures[:20], abs=1e-14)
    error = curvatures.std(ddof=1) / np.sqrt(len(d))
    assert abs(curvatures.mean() - np.trace(hessian) / len(hessian)) < 4 * error
    assert error < 0.05 * abs(np.trace(hessian)) / len(hessian)  # else the test would say nothing


# ── with an execution ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("precision", ["fp64", "fp32", "bf16", "fp16"])
def test_an_execution_decides_the_precision(precision):
    """Of a float32 model; half precision gives way to float32. Rounding in float32: 1e-7 of what is near 1, some 60."""
    problem, v = small_problem(torch.float32), np.ones(60)
    wide = Problem(problem.model, [(x.double(), y) for x, y in problem.batches], problem.loss)
    theta = parameters_of(problem.model)
    differentiation = Differentiation(problem, execution=Execution(precision=precision, channels_last=True))
    assert differentiation.precision == ("fp64" if precision == "fp64" else "fp32")
    assert not differentiation.execution.channels_last
    with differentiation.at(theta) as at:
        found, (loss, gradient) = at.product(v), at.gradient()
        assert {p.dtype for p in problem.model.parameters()} == {
            torch.float64 if precision == "fp64" else torch.float32
        }
    problem.model.double()
    slope, hessian = dense(wide)
    tolerance = 1e-13 if precision == "fp64" else 1e-5
    assert found == pytest.approx(hessian @ v, abs=tolerance)
    assert flat(gradient).numpy() == pytest.approx(slope, abs=tolerance)
    assert math.isfinite(loss)


@pytest.mark.parametrize("accident", [None, ValueError])
@pytest.mark.parametrize("precision", ["fp64", "fp32"])  # which leaves everything where it is
def test_a_placed_model_is_afterwards_what_it_was(precision, accident):
    """Its own tensors, too: nothing was written to them."""
    problem = small_problem(torch.float32)
    model = problem.model
    model[0].weight.requires_grad_(False)
    before, places = state_of(model), [tensor.data_ptr() for tensor in model.state_dict().values()]
    centre = {name: x + 1 for name, x in parameters_of(model).items()}
    kept = {name: x.clone() for name, x in centre.items()}
    try:
        with derivatives(problem, centre, execution=Execution(precision=precision)) as at:
            at.product(np.ones(60))
            if accident:
                raise accident
    except ValueError:
        assert accident
    assert same_bits(state_of(model), before) and same_bits(centre, kept)
    assert [tensor.data_ptr() for tensor in model.state_dict().values()] == places
    assert model.training and not model[0].weight.requires_grad and model[1].weight.requires_grad


def test_chunks_and_points_one_after_another():
    """What is placed once serves several points; other chunks change the last bits alone."""
    problem = classification(tiny_resnet().double(), tiny_data(), 40)
    theta = {name: x.double() for name, x in parameters_of(problem.model).items()}
    there = {name: x + 0.01 for name, x in theta.items()}
    v, found = np.ones(sum(x.numel() for x in theta.values())), []
    for chunk in (7, 40):
        differentiation = Differentiation(problem, "train", Execution(precision="fp64", chunk=chunk))
        for place in (theta, there, theta):
            with differentiation.at(place) as at:
                found.append(at.product(v))
    assert found[0].tobytes() == found[2].tobytes() != found[1].tobytes()
    for k in range(3):
        assert found[k] == pytest.approx(found[k + 3], abs=1e-12 * np.abs(found[k]).max())


def test_where_memory_runs_out_it_goes_on_with_smaller_chunks(monkeypatch):
    problem = classification(tiny_resnet(), tiny_data(), 40)
    theta, plain = parameters_of(problem.model), module._loss
    v, seen = np.ones(sum(x.numel() for x in theta.values())), []

    def fits(problem, batch):
        seen.append(len(batch[1]))
        if len(batch[1]) > 12:
            raise RuntimeError("out of memory")
        return plain(problem, batch)

    with derivatives(problem, theta, execution=Execution(chunk=10)) as at:
        expected = at.product(v)
    monkeypatch.setattr(module, "_loss", fits)
    differentiation = Differentiation(problem, "train", Execution(chunk=40))
    with differentiation.at(theta) as at:
        assert at.product(v).tobytes() == expected.tobytes()
    assert seen == [40, 20, 10, 10, 10, 10] and differentiation.execution.chunk == 10
    monkeypatch.setattr(module, "_loss", lambda problem, batch: fits(problem, (None, range(99))))
    with differentiation.at(theta) as at, pytest.raises(BadInputError, match="single example"):
        at.product(v)
    own = Problem(problem.model, list(problem.splits["train"]), problem.loss)
    with derivatives(own, theta) as at, pytest.raises(BadInputError, match="smaller batches"):
        at.product(v)


def test_many_products_have_the_bits_of_each():
    problem = small_problem()
    vectors = list(np.random.default_rng(0).normal(size=(3, 60)))
    with derivatives(problem, parameters_of(problem.model)) as at:
        one_by_one = [at.product(v) for v in vectors]
        together = at.multiply(vectors)
        assert at.products == 6
    assert [found.tobytes() for found in together] == [found.tobytes() for found in one_by_one]


def test_what_layers_draw_is_the_same_in_each_product_and_the_callers_generator_stays():
    """A layer that draws in eval mode too: the products are with one matrix, so it is symmetric."""
    model = nn.Linear(4, 1, bias=False).double()
    problem = Problem(
        model, [torch.ones(3, 4).double()], lambda y, batch: (y * torch.rand(3, 1).double()).pow(4).mean()
    )
    u, v = np.random.default_rng(0).normal(size=(2, 4))
    torch.manual_seed(5)
    with derivatives(problem, parameters_of(model), execution=Execution()) as at:
        assert u @ at.product(v) == pytest.approx(v @ at.product(u), rel=1e-12)
    drawn = torch.rand(1)
    torch.manual_seed(5)
    assert torch.equal(drawn, torch.rand(1))


def test_a_loss_that_refuses_what_is_not_finite_has_diverged_there():
    """As binary cross-entropy does with NaN; an error of another kind stays what it is."""
    model = nn.Linear(2, 1).double()

    def loss(y: torch.Tensor, batch: torch.Tensor) -> torch.Tensor:
        if not bool(((y >= 0) & (y <= 1)).all()):
            raise RuntimeError("all elements of input should be between 0 and 1")
        return y.mean()

    problem = Problem(model, [torch.ones(3, 2).double()], loss)
    centre = {"weight": torch.full((1, 2), 5.0).double(), "bias": torch.zeros(1).double()}
    with derivatives(problem, centre) as at, pytest.raises(RuntimeError, match="between 0 and 1"):
        at.gradient()
    centre["bias"] *= torch.nan
    with derivatives(problem, centre) as at, pytest.raises(NotFiniteError):
        at.gradient()
