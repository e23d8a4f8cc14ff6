"""Eigenpairs by Lanczos against LAPACK, closed forms, the Hessian of networks by torch.func, and curvlinops."""

import warnings
from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy.sparse.linalg import LinearOperator, eigsh
from torch import nn
from torch.nn.functional import cross_entropy

from compute.curvature import lanczos as module
from compute.curvature.derivatives import derivatives
from compute.curvature.lanczos import Eigenpairs, Lanczos, ends, highest, highest_and_lowest, largest
from compute.plane import parameters_of
from compute.problem import Problem
from tests.compute.curvature.test_derivatives import small_problem

TIGHT = {"tolerance": 1e-10, "floor": 1e-12}


def matrix_of(eigenvalues: np.ndarray, seed: int = 0) -> np.ndarray:
    """Symmetric, with this spectrum and random eigenvectors."""
    n = len(eigenvalues)
    basis = np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]
    return basis @ np.diag(eigenvalues) @ basis.T


def solved(product: Callable[[np.ndarray], np.ndarray], size: int, choice=ends, seed: int = 0, **how) -> Eigenpairs:
    lanczos = Lanczos(size, choice, seed=seed, **{**TIGHT, **how})
    while not lanczos.done:
        lanczos.take(product(lanczos.next))
    return lanczos.found()


def of_matrix(matrix: np.ndarray, choice=ends, seed: int = 0, **how) -> Eigenpairs:
    return solved(lambda v: matrix @ v, len(matrix), choice, seed, **how)


def mlp() -> Problem:
    """Two batches of unequal size; 5·7+7 + 7·4+4 = 74 weights."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 4)).double()
    generator = torch.Generator().manual_seed(1)
    batches = [
        (torch.randn(n, 5, generator=generator).double(), torch.randint(4, (n,), generator=generator)) for n in (3, 9)
    ]
    return Problem(network, batches, loss=lambda output, batch: cross_entropy(output, batch[1]))


def dense_by_func(problem: Problem) -> np.ndarray:
    """The Hessian by torch.func, all examples in one batch, in eval mode: forward over reverse, where ours is reverse
    over reverse."""
    model = problem.model.eval()
    weights = {name: p.detach() for name, p in model.named_parameters()}
    sizes = [p.numel() for p in weights.values()]
    x, y = (torch.cat(part) for part in zip(*problem.batches, strict=True))

    def loss(flat: torch.Tensor) -> torch.Tensor:
        parts = zip(weights, torch.split(flat, sizes), weights.values(), strict=True)
        named = {name: part.view(like.shape) for name, part, like in parts}
        return cross_entropy(torch.func.functional_call(model, named, (x,)), y)

    with warnings.catch_warnings(action="ignore"):  # torch.func of its own deprecated parts
        return torch.func.hessian(loss)(torch.cat([p.flatten() for p in weights.values()])).numpy()


@pytest.mark.parametrize("make", [mlp, small_problem], ids=["mlp", "convolution and BatchNorm"])
def test_extremes_of_a_network_are_those_of_the_dense_hessian(make):
    problem = make()
    expected = np.linalg.eigvalsh(dense_by_func(problem))
    with derivatives(problem, parameters_of(problem.model)) as at:
        found = solved(at.product, at.size, highest_and_lowest(5))
    assert expected[0] < 0  # a saddle: of the convex ones there are tests below
    assert found.values == pytest.approx([*expected[:-6:-1], expected[0]], abs=1e-8)
    assert found.converged and found.products <= len(expected)


def test_top_eigenvalues_are_those_of_curvlinops():
    problem = mlp()
    model = problem.model.eval()
    with warnings.catch_warnings(action="ignore"):  # what it depends on warns when it is loaded
        from curvlinops import HessianLinearOperator  # noqa: PLC0415

        operator = HessianLinearOperator(
            model, nn.CrossEntropyLoss(), list(model.parameters()), problem.batches, check_deterministic=False
        )
        expected = eigsh(operator.to_scipy(), 2, which="BE", tol=1e-12, return_eigenvectors=False)
    with derivatives(problem, parameters_of(model)) as at:
        found = solved(at.product, at.size)
    assert found.values == pytest.approx(expected[::-1], abs=1e-8)


def test_a_known_spectrum_and_what_the_residuals_say():
    """A residual bounds how far an eigenvalue is; and the pairs are pairs."""
    eigenvalues = np.sort(np.concatenate([[-3.0, 7.0, 5.0], np.random.default_rng(1).normal(size=300) * 0.1]))
    matrix = matrix_of(eigenvalues)
    loose = of_matrix(matrix, tolerance=1e-3, floor=1e-5)
    assert loose.converged and loose.products < 30
    assert (np.abs(loose.values - [7, -3]) <= loose.residuals + 1e-12).all()
    assert (loose.residuals <= 1e-3 * np.abs(loose.values)).all()
    tight = of_matrix(matrix)
    assert tight.values == pytest.approx([7, -3], abs=1e-10)
    again = [np.linalg.norm(matrix @ v - value * v) for v, value in zip(tight.vectors, tight.values, strict=True)]
    assert max(again) < 1e-8 and np.linalg.norm(tight.vectors, axis=1) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (highest(2), [3, 2]),
        (largest(2), [-9, 3]),
        (highest_and_lowest(2), [3, 2, -9]),
        (ends, [3, -9]),
    ],
)
def test_what_is_chosen(choice, expected):
    values = np.concatenate([[3.0, 2.0, -9.0], np.linspace(-0.5, 0.5, 60)])
    assert of_matrix(matrix_of(values), choice).values == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("n", [1, 2, 3, 16, 32])
def test_few_weights_are_done_whole(n):
    """Even where eigenvalues come many times, which a Krylov space alone cannot know."""
    values = np.repeat([4.0, -1.0, 2.0], n)[:n]
    found = of_matrix(matrix_of(values), highest_and_lowest(3))
    assert found.products == n and found.converged
    assert found.values == pytest.approx([*np.sort(values)[::-1][:3], values.min()], abs=1e-12)


def test_eigenvalues_that_come_many_times_are_found_as_often():
    """The space is exhausted after three products; then it goes on with another vector."""
    matrix = np.diag(np.repeat([5.0, 1.0, -2.0], 40))
    found = of_matrix(matrix, highest(4))
    assert found.values == pytest.approx([5, 5, 5, 5], abs=1e-12) and found.converged
    gram = found.vectors @ found.vectors.T
    assert gram == pytest.approx(np.eye(4), abs=1e-12)


def test_no_curvature_at_all():
    found = of_matrix(np.zeros((50, 50)))
    assert found.values.tolist() == [0, 0] and found.converged and found.products == module.LEAST


def test_a_bulk_does_not_hide_what_stands_alone():
    """A thousand eigenvalues that are nearly 0 and one below: after few products the bulk looks like the end."""
    values = np.concatenate([[-0.02, 1.0], np.random.default_rng(0).normal(size=1000) * 1e-6])
    how = {"tolerance": 1e-3, "floor": 1e-5}
    found = [solved(lambda v: values * v, len(values), seed=seed, **how).values[1] for seed in range(100)]
    assert found == pytest.approx([-0.02] * 100, rel=1e-3)


def test_a_full_basis_is_restarted(monkeypatch):
    """With room for 20 vectors instead of what it would take; the extremes are the same, by more products."""
    values = np.concatenate([[-1.05, 1.1], np.linspace(-1, 1, 400)])
    matrix = matrix_of(values)
    plenty = of_matrix(matrix, tolerance=1e-8)
    monkeypatch.setattr(module, "BASIS", 20)
    few = of_matrix(matrix, tolerance=1e-8)
    assert few.products > plenty.products > 20
    for found in (plenty, few):
        assert found.values == pytest.approx([1.1, -1.05], abs=1e-9) and found.converged
        rests = found.vectors @ matrix - found.values[:, None] * found.vectors
        assert np.linalg.norm(rests, axis=1) == pytest.approx(found.residuals, rel=0.01, abs=1e-12)


def test_the_basis_is_no_larger_than_memory_allows(monkeypatch):
    monkeypatch.setattr(module, "BASIS_BYTES", 8 * 500 * 18)
    lanczos = Lanczos(500, ends, seed=0, **TIGHT)
    assert lanczos._basis.shape == (18, 500)


def test_what_does_not_converge_says_so_and_lies_within_the_spectrum():
    matrix = matrix_of(np.linspace(-1, 1, 500))
    found = of_matrix(matrix, tolerance=1e-9, floor=1e-9, most=20)
    high, low = found.values
    assert not found.converged and found.products == 20 and found.residuals.min() > 1e-9
    assert -1 < low < -0.9 and 0.9 < high < 1


def test_the_basis_stays_orthonormal():
    """Also where what is left of a product is 1e-12 of it, and mostly rounding: made orthogonal once, it is not."""
    matrix = np.diag(10.0 ** np.linspace(-12, 3, 40))
    found = of_matrix(matrix, highest(40), tolerance=0.0, floor=0.0)
    assert found.vectors @ found.vectors.T == pytest.approx(np.eye(40), abs=1e-13)
    assert found.products == 40 and found.values == pytest.approx(np.diag(matrix)[::-1], abs=1e-12)


def test_what_is_nothing_beside_the_largest_need_not_be_known_to_three_digits():
    """A convex place: the least eigenvalue is 0 but for rounding, and the floor says when that is enough."""
    values = np.concatenate([[100.0, 50.0], np.random.default_rng(0).uniform(0, 1e-4, 500)])
    found = solved(lambda v: values * v, len(values), tolerance=1e-3, floor=1e-5)
    assert found.converged and found.products == module.LEAST and 0 < found.values[1] < 1e-4
    strict = solved(lambda v: values * v, len(values), tolerance=1e-3, floor=0.0)
    assert strict.products > found.products


def test_the_seed_decides_the_bits():
    matrix = matrix_of(np.linspace(-1, 2, 80))
    first, again, other = (of_matrix(matrix, seed=seed) for seed in (3, 3, 4))
    assert first.vectors.tobytes() == again.vectors.tobytes() != other.vectors.tobytes()
    assert first.values == pytest.approx(other.values, abs=1e-9)


def test_one_space_for_both_ends_takes_fewer_products_than_arpack():
    """A spectrum as that of a network: few great eigenvalues, a small negative end, most near 0."""
    random = np.random.default_rng(0)
    bulk = random.normal(size=600) * 0.02
    matrix = matrix_of(np.concatenate([bulk, [-0.3, -0.25], 10.0 ** np.linspace(0, 2, 9)]))
    ours = of_matrix(matrix, tolerance=1e-3, floor=1e-5)
    products = {}
    for which, count in (("BE", 2), ("LA", 1), ("SA", 1)):
        taken: list[None] = []

        def product(v: np.ndarray, taken: list[None] = taken) -> np.ndarray:
            taken.append(None)
            return matrix @ v

        operator = LinearOperator(matrix.shape, matvec=product, dtype=np.float64)
        eigsh(operator, count, which=which, tol=1e-3, ncv=20, v0=np.random.default_rng(0).normal(size=len(matrix)))
        products[which] = len(taken)
    assert ours.products < products["BE"] and 2 * ours.products < products["LA"] + products["SA"]
    assert ours.values == pytest.approx([100, -0.3], rel=1e-5)
