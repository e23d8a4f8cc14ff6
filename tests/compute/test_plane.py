"""The plane: projection against least squares, moving and putting back, and ranges around a path."""

import numpy as np
import pytest
import torch

from compute.landscape import Domain
from compute.levels import COARSEST
from compute.plane import (
    MARGIN,
    NARROWEST,
    Plane,
    moving,
    parameters_of,
    path_domain,
    path_range,
    project,
)
from tests.compute.tiny import flat, random_direction, random_plane, same_bits, state_of, tiny_resnet


@pytest.fixture
def model():
    return tiny_resnet().eval()


def leaning_plane(theta_star, lean: float) -> Plane:
    """Axes of different length with cosine lean / √(1 + lean²), nearly."""
    delta, other = random_direction(theta_star, 1), random_direction(theta_star, 2)
    return Plane(theta_star, delta, {name: 0.1 * (other[name] + lean * delta[name]) for name in delta})


@pytest.mark.parametrize("lean", [0.0, 0.5, 20.0], ids=["nearly orthogonal", "leaning", "nearly parallel"])
def test_projection_is_the_least_squares_solution(model, lean):
    plane = leaning_plane(parameters_of(model), lean)
    weights = {name: x + random_direction(plane.theta_star, 3)[name] for name, x in plane.theta_star.items()}
    alpha, beta, residual = project(plane, weights)
    axes = torch.stack([flat(plane.delta), flat(plane.eta)], dim=1).numpy()
    d = (flat(weights) - flat(plane.theta_star)).numpy()
    expected, squares, _, _ = np.linalg.lstsq(axes, d, rcond=None)
    # Solving by the Gram matrix squares the condition number: 200² · 1e-16 at the worst of these angles.
    assert (alpha, beta) == pytest.approx(tuple(expected), rel=1e-9)
    assert residual == pytest.approx(np.sqrt(squares[0]), rel=1e-9)


def test_residual_by_pythagoras(model):
    plane = leaning_plane(parameters_of(model), 0.5)
    weights = random_direction(plane.theta_star, 4)
    alpha, beta, residual = project(plane, weights)
    inside = float((alpha * flat(plane.delta) + beta * flat(plane.eta)).square().sum())
    whole = float((flat(weights) - flat(plane.theta_star)).square().sum())
    assert inside + residual**2 == pytest.approx(whole, rel=1e-12)


def test_a_point_of_the_plane_has_its_own_coordinates_and_the_centre_zero(model):
    plane = leaning_plane(parameters_of(model), 0.5)
    with moving(model, plane) as mover:
        mover.move(0.7, -3.0)
        alpha, beta, residual = project(plane, parameters_of(model))
    length = float(flat(plane.delta).norm())
    assert (alpha, beta) == pytest.approx((0.7, -3.0), rel=1e-5)  # weights in float32
    assert residual < 1e-6 * length
    assert project(plane, plane.theta_star) == (0, 0, 0)


def test_moving_sets_every_parameter_and_no_buffer(model):
    plane = random_plane(parameters_of(model))
    before = state_of(model)
    with moving(model, plane) as mover:
        mover.move(2.0, -0.5)
        state = model.state_dict()
        for name, centre in plane.theta_star.items():
            expected = centre.double() + 2.0 * plane.delta[name].double() - 0.5 * plane.eta[name].double()
            assert torch.allclose(state[name].double(), expected, rtol=0, atol=1e-6)  # two roundings of float32 near 4
        buffers = {name: state[name] for name in before if name not in plane.theta_star}
        assert same_bits(buffers, {name: before[name] for name in buffers})
        assert len(buffers) > 0


def test_nothing_accumulates_from_point_to_point(model):
    """After any walk, (0, 0) is the centre bit for bit and every other point is what it was the first time."""
    plane = random_plane(parameters_of(model))
    with moving(model, plane) as mover:
        mover.move(0.3, 0.1)
        first = parameters_of(model)
        for k in range(50):
            mover.move(1e6 * np.sin(k), 0.1 * k)
        mover.move(np.nan, np.inf)
        mover.move(0.3, 0.1)
        assert same_bits(parameters_of(model), first)
        mover.move(0.0, 0.0)
        assert same_bits(parameters_of(model), plane.theta_star)


def test_the_centre_is_a_copy(model):
    theta_star = parameters_of(model)
    kept = {name: tensor.clone() for name, tensor in theta_star.items()}
    with moving(model, random_plane(theta_star)) as mover:
        mover.move(1.0, 1.0)
        assert same_bits(theta_star, kept)
    assert all(not tensor.requires_grad for tensor in theta_star.values())


@pytest.mark.parametrize("accident", [None, ValueError, KeyboardInterrupt])
def test_afterwards_the_model_is_what_it_was_whatever_happened(model, accident):
    """Also when it did not stand in the centre, when somebody trained it on the way, and when torch raised."""
    before = state_of(model)
    plane = random_plane({name: tensor + 1 for name, tensor in parameters_of(model).items()})

    def sweep() -> None:
        with moving(model, plane) as mover:
            mover.move(3.0, 4.0)
            model.train()(torch.ones(2, 1, 8, 8))  # moves the running statistics and counts a batch
            if accident:
                raise accident

    if accident:
        with pytest.raises(accident):
            sweep()
    else:
        sweep()
    assert same_bits(model.state_dict(), before)
    assert int(model.norm.num_batches_tracked) == 0


def coordinates(generator: np.random.Generator) -> list[float]:
    """Values of any size, on one side of zero or on both."""
    size, shift = 10 ** generator.uniform(-6, 6), generator.uniform(-3, 3)
    return (size * (generator.normal(size=generator.integers(1, 9)) + shift)).tolist()


@pytest.mark.parametrize("seed", range(50))
def test_range_holds_path_and_margin_and_zero_lies_exactly_on_every_grid(seed):
    values = coordinates(np.random.default_rng(seed))
    low, high = path_range(values)
    box = min(*values, 0), max(*values, 0)
    margin = MARGIN * (box[1] - box[0])
    slack = 1e-12 * (high - low)
    assert low <= box[0] - margin + slack and box[1] + margin - slack <= high
    for resolution in (5, 9, 17, 65, 1025):
        grid = Domain((low, high), (low, high), resolution, resolution).alphas
        assert np.count_nonzero(grid == 0) == 1
    assert Domain((low, high), (low, high), 5, 5).alphas[0] < 0 < Domain((low, high), (low, high), 5, 5).alphas[-1]


@pytest.mark.parametrize("seed", range(20))
def test_range_is_the_smallest_of_its_kind(seed):
    """No step smaller by a thousandth covers the box, wherever zero is put."""
    values = coordinates(np.random.default_rng(seed))
    low, high = path_range(values)
    width = max(*values, 0) - min(*values, 0)
    needed = min(*values, 0) - MARGIN * width, max(*values, 0) + MARGIN * width
    step = 0.999 * (high - low) / (COARSEST - 1)
    assert not any(-j * step <= needed[0] and needed[1] <= ((COARSEST - 1) - j) * step for j in (1, 2, 3))


def test_a_path_that_never_left_the_centre_gets_a_range_all_the_same():
    low, high = path_range([0.0, 0.0])
    assert low < 0 < high


@pytest.mark.parametrize("seed", range(20))
def test_a_domain_around_a_thin_path_is_no_strip(seed):
    generator = np.random.default_rng(seed)
    alphas, betas = coordinates(generator), coordinates(generator)
    domain = path_domain(alphas, betas, 9)
    width, depth = (high - low for low, high in (domain.alpha, domain.beta))
    assert min(width, depth) >= (1 - 1e-12) * NARROWEST * min(max(width, depth), *natural(alphas, betas))
    assert domain.shape == (9, 9)
    for values, (low, high) in ((alphas, domain.alpha), (betas, domain.beta)):
        assert low < min(values) and max(values) < high


def natural(alphas: list[float], betas: list[float]) -> tuple[float]:
    """The longer side before widening."""
    return (max(high - low for low, high in map(path_range, (alphas, betas))),)
