"""Projection on planes and lines against least squares, whatever the angle of the axes, in memory and from disk."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

import compute.weights.pieces
from compute.plane import Plane, dot, parameters_of, project
from compute.weights.fitting import stored_weights
from tests.compute.tiny import flat, random_direction, random_plane, same_bits, tiny_resnet


@pytest.fixture
def theta_star():
    return parameters_of(tiny_resnet())


def leaning_plane(theta_star, lean: float) -> Plane:
    """Axes of different length with cosine lean / √(1 + lean²), nearly."""
    delta, other = random_direction(theta_star, 1), random_direction(theta_star, 2)
    return Plane(theta_star, delta, {name: 0.1 * (other[name] + lean * delta[name]) for name in delta})


def beside(plane: Plane, alpha: float, beta: float, seed: int | None = None):
    """A point of the plane in float64, or one at a distance from it."""
    eta = plane.delta if plane.eta is None else plane.eta
    point = {
        name: x.double() + alpha * plane.delta[name].double() + beta * eta[name].double()
        for name, x in plane.theta_star.items()
    }
    off = random_direction(point, seed) if seed is not None else {}
    return {name: x + off.get(name, 0) for name, x in point.items()}


@pytest.mark.parametrize("lean", [0.0, 0.5, 20.0], ids=["nearly orthogonal", "leaning", "nearly parallel"])
def test_projection_is_the_least_squares_solution(theta_star, lean):
    plane = leaning_plane(theta_star, lean)
    weights = beside(plane, 0, 0, seed=3)
    alpha, beta, residual = project(plane, weights)
    axes = torch.stack([flat(plane.delta), flat(plane.eta)], dim=1).numpy()
    d = (flat(weights) - flat(theta_star)).numpy()
    expected, squares, _, _ = np.linalg.lstsq(axes, d, rcond=None)
    # Solving by the Gram matrix squares the condition number: 200² · 1e-16 at the worst of these angles.
    assert (alpha, beta) == pytest.approx(tuple(expected), rel=1e-9)
    assert residual == pytest.approx(np.sqrt(squares[0]), rel=1e-9)


def test_dividing_by_the_length_alone_would_be_wrong(theta_star):
    """<d, δ>/|δ| is a distance and no coordinate; <d, δ>/<δ, δ> is one only where the axes are orthogonal."""
    plane = leaning_plane(theta_star, 0.5)
    d = beside(plane, 2.0, 3.0)
    difference = {name: d[name] - theta_star[name].double() for name in d}
    naive = dot(difference, plane.delta) / dot(plane.delta, plane.delta)
    assert project(plane, d)[0] == pytest.approx(2.0, rel=1e-9)
    assert abs(naive - 2.0) > 0.1


def test_projection_on_a_line_is_the_least_squares_solution(theta_star):
    plane = Plane(theta_star, random_direction(theta_star, 1), None)
    weights = beside(plane, 0.7, 0, seed=3)
    alpha, beta, residual = project(plane, weights)
    axis, d = flat(plane.delta).numpy(), (flat(weights) - flat(theta_star)).numpy()
    assert alpha == pytest.approx(axis @ d / (axis @ axis), rel=1e-12) and beta == 0
    assert residual == pytest.approx(np.linalg.norm(d - alpha * axis), rel=1e-12)


def test_residual_by_pythagoras(theta_star):
    plane = leaning_plane(theta_star, 0.5)
    weights = random_direction(theta_star, 4)
    alpha, beta, residual = project(plane, weights)
    inside = float((alpha * flat(plane.delta) + beta * flat(plane.eta)).square().sum())
    whole = float((flat(weights) - flat(theta_star)).square().sum())
    assert inside + residual**2 == pytest.approx(whole, rel=1e-12)


def test_a_point_of_the_plane_has_its_own_coordinates_and_hardly_a_residual(theta_star):
    """A residual by Pythagoras would be 1e-8 of the distance, the root of what float64 rounds."""
    plane = leaning_plane(theta_star, 0.5)
    alpha, beta, residual = project(plane, beside(plane, 0.7, -3.0))
    assert (alpha, beta) == pytest.approx((0.7, -3.0), rel=1e-12)
    assert residual < 1e-12 * dot(plane.delta, plane.delta) ** 0.5
    assert project(plane, theta_star) == (0, 0, 0)


def test_a_small_residual_keeps_its_digits(theta_star):
    """Of 1e-9 of the distance; by Pythagoras nothing would be left of it. Residuals know no part within the plane."""
    plane = leaning_plane(theta_star, 0.5)
    far, off = beside(plane, 7.0, -300.0), random_direction(theta_star, 8)
    axes = torch.stack([flat(plane.delta), flat(plane.eta)], dim=1).numpy()
    _, squares, _, _ = np.linalg.lstsq(axes, 1e-7 * flat(off).numpy(), rcond=None)
    residual = project(plane, {name: far[name] + 1e-7 * off[name].double() for name in far})[2]
    assert residual == pytest.approx(np.sqrt(squares[0]), rel=1e-5)


@pytest.mark.parametrize("lean", [None, 0.5])
def test_weights_on_disk_project_as_those_in_memory(theta_star, tmp_path, monkeypatch, lean):
    """Bit for bit, and by pieces smaller than a parameter too."""
    plane = leaning_plane(theta_star, lean or 0)
    if lean is None:
        plane = Plane(theta_star, plane.delta, None)
    weights = {name: x.float() for name, x in beside(plane, 1.0, 2.0, seed=5).items()}
    save_file({name: x.contiguous() for name, x in weights.items()}, tmp_path / "a.safetensors")
    stored = stored_weights(tmp_path / "a.safetensors", {name: tuple(x.shape) for name, x in theta_star.items()})
    assert project(plane, stored) == project(plane, weights)
    whole = project(plane, weights)
    monkeypatch.setattr(compute.weights.pieces.pieces, "__defaults__", (7,))
    assert project(plane, stored) == pytest.approx(whole, rel=1e-12)


def test_weights_that_are_not_finite_have_no_place(theta_star):
    weights = beside(random_plane(theta_star), 1.0, 1.0)
    weights["head.bias"][0] = torch.inf
    assert np.isnan(project(random_plane(theta_star), weights)).all()


def test_the_weights_of_a_place_are_put_together_in_double_precision_as_new_tensors(theta_star):
    plane = random_plane(theta_star)
    found = plane.at(0.3, -2.0)
    expected = flat(theta_star) + 0.3 * flat(plane.delta) - 2.0 * flat(plane.eta)
    assert torch.equal(flat(found), expected) and all(tensor.dtype == torch.float64 for tensor in found.values())
    along = Plane(theta_star, plane.delta, None).at(0.3, 5.0)  # a line has no beta
    assert torch.equal(flat(along), flat(theta_star) + 0.3 * flat(plane.delta))
    found[next(iter(found))].add_(1)
    assert torch.equal(flat(plane.at(0.3, -2.0)), expected)
    counted = {"n": torch.tensor(3), **theta_star}
    moved = Plane(counted, {"n": torch.tensor(0), **plane.delta}, None).at(1.0, 0.0)
    assert moved["n"].item() == 3 and moved["n"].dtype == torch.int64


def test_inner_products_are_sums_in_double_precision(theta_star, monkeypatch):
    a, b = random_direction(theta_star, 1), random_direction(theta_star, 2)
    assert dot(a, b) == pytest.approx(float(flat(a) @ flat(b)), rel=1e-12)
    big = {"w": torch.full((2**22,), 1.1)}  # in float32 such a sum is 1e-3 off
    assert dot(big, big) == pytest.approx(2**22 * float(big["w"][0]) ** 2, rel=1e-12)


def test_the_centre_is_a_copy_of_the_parameters_and_of_no_buffer():
    model = tiny_resnet()
    theta_star = parameters_of(model)
    kept = {name: tensor.clone() for name, tensor in theta_star.items()}
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(1)
    assert same_bits(theta_star, kept)
    assert all(not tensor.requires_grad for tensor in theta_star.values())
    assert list(theta_star) == [name for name, _ in model.named_parameters()]
