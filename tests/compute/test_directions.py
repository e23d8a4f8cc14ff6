"""Directions against loops in float64, against scikit-learn, and against the faults that others made."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from compute.directions import filter_normalise, pca_axes, random_axes
from compute.plane import dot, parameters_of
from tests.compute.tiny import flat, random_direction, same_bits, tiny_resnet

ROUNDING = 1e-6  # a few roundings of float32, relative


@pytest.fixture(scope="module")
def theta_star():
    return parameters_of(tiny_resnet())


def filters(tensor: torch.Tensor) -> list[np.ndarray]:
    """Output filters of a convolution, rows of a linear layer."""
    return [tensor[k].double().numpy().ravel() for k in range(len(tensor))]


def wander(theta_star, steps: int, seed: int = 0):
    """A path that drifts mostly along a few directions, and ends in theta_star."""
    generator = torch.Generator().manual_seed(seed)
    ways = [random_direction(theta_star, 50 + k) for k in range(4)]
    sizes = torch.randn(steps, 4, generator=generator).double() * torch.tensor([3.0, 1.0, 0.3, 0.1])
    sizes[-1] = 0

    def at(name: str, row: torch.Tensor) -> torch.Tensor:
        return theta_star[name] + sum(float(size) * way[name] for size, way in zip(row, ways, strict=True))

    return [{name: at(name, row) for name in theta_star} for row in sizes]


def test_every_filter_gets_the_norm_of_that_filter_of_the_centre(theta_star):
    direction = random_direction(theta_star, 1)
    normalised = filter_normalise(direction, theta_star)
    for name, centre in theta_star.items():
        if centre.dim() < 2:
            continue
        for d, was, target in zip(*map(filters, (normalised[name], direction[name], centre)), strict=True):
            expected = was / np.sqrt((was**2).sum()) * np.sqrt((target**2).sum())
            assert d == pytest.approx(expected, rel=ROUNDING)


def test_normalising_is_per_filter_and_not_per_layer(theta_star):
    """A layer whose filters differ in size tells the two apart: per layer, the ratios of the direction would remain."""
    centre = {"conv": torch.ones(3, 2, 3, 3) * torch.tensor([1.0, 10.0, 100.0]).view(3, 1, 1, 1)}
    normalised = filter_normalise(random_direction(centre, 0), centre)["conv"]
    norms = [np.linalg.norm(d) for d in filters(normalised)]
    assert norms == pytest.approx([np.sqrt(18) * size for size in (1, 10, 100)], rel=ROUNDING)


def test_biases_and_norms_have_no_direction(theta_star):
    normalised = filter_normalise(random_direction(theta_star, 1), theta_star)
    flat_ones = [name for name, centre in theta_star.items() if centre.dim() == 1]
    assert {"head.bias", "norm.weight", "norm.bias"} <= set(flat_ones)
    assert all(not normalised[name].any() for name in flat_ones)


def test_a_filter_that_is_zero_in_the_centre_or_in_the_direction_stays_zero_and_finite():
    centre, direction = {"w": torch.tensor([[0.0, 0.0], [3.0, 4.0]])}, {"w": torch.tensor([[1.0, 2.0], [0.0, 0.0]])}
    assert not filter_normalise(direction, centre)["w"].any()


def test_directions_cover_the_parameters_and_no_buffer(theta_star):
    axes = random_axes(theta_star, 0)
    expected = {name: parameter.shape for name, parameter in tiny_resnet().named_parameters()}
    for direction in (axes.delta, axes.eta):
        assert {name: tensor.shape for name, tensor in direction.items()} == expected


def test_the_seed_decides_both_random_directions_and_no_direction_is_shared(theta_star):
    axes = [random_axes(theta_star, seed) for seed in (0, 0, 1)]
    assert same_bits(axes[0].delta, axes[1].delta) and same_bits(axes[0].eta, axes[1].eta)
    ways = [axes[0].delta, axes[0].eta, axes[2].delta, axes[2].eta]
    assert all(not same_bits(a, b) for k, a in enumerate(ways) for b in ways[:k])


def test_norms_and_cosine_are_those_of_the_final_axes(theta_star):
    axes = random_axes(theta_star, 0)
    delta, eta = flat(axes.delta).numpy(), flat(axes.eta).numpy()
    assert axes.norms == pytest.approx((np.linalg.norm(delta), np.linalg.norm(eta)), rel=1e-12)
    assert axes.cosine == pytest.approx(delta @ eta / np.linalg.norm(delta) / np.linalg.norm(eta), rel=1e-9)
    assert axes.explained_variance is None


@pytest.mark.parametrize("steps", [3, 8, 40])
def test_principal_components_are_those_of_scikit_learn(theta_star, steps):
    path = wander(theta_star, steps)
    axes = pca_axes(path, theta_star)
    reference = PCA(n_components=2, svd_solver="full").fit(np.stack([flat(weights).numpy() for weights in path]))
    for direction, expected in zip((axes.delta, axes.eta), reference.components_, strict=True):
        component = flat(direction).numpy()
        component *= np.sign(component @ expected)
        assert (
            np.abs(component - expected).max() < 1e-8
        )  # unit vectors in float32: half a unit in the last place of 0.1
    assert axes.explained_variance == pytest.approx(tuple(reference.explained_variance_ratio_), abs=1e-12)


def test_principal_components_are_orthogonal_unit_vectors_that_nobody_scaled_again(theta_star):
    """Were they normalised by filter, the surface would lie on another plane than the explained variance quoted."""
    axes = pca_axes(wander(theta_star, 12), theta_star)
    assert axes.normalisation == "none"
    assert axes.norms == pytest.approx((1, 1), abs=ROUNDING)
    assert axes.cosine == pytest.approx(0, abs=ROUNDING)
    assert axes.delta["head.bias"].any()  # biases took part in the path


def test_the_start_of_the_path_has_positive_coordinates(theta_star):
    for seed in range(6):
        path = wander(theta_star, 7, seed)
        axes = pca_axes(path, theta_star)
        start = {name: path[0][name] - theta_star[name] for name in theta_star}
        assert dot(start, axes.delta) > 0 and dot(start, axes.eta) > 0


def on_a_line(theta_star, steps: int):
    return [{name: tensor * (1 + 0.5 * k) for name, tensor in theta_star.items()} for k in range(steps)]


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_a_path_on_a_line_spans_no_plane(theta_star, steps):
    with pytest.raises(ValueError, match="does not span a plane"):
        pca_axes(on_a_line(theta_star, steps), theta_star)


def test_a_path_that_diverged_is_refused(theta_star):
    path = wander(theta_star, 5)
    path[2]["head.bias"] = torch.full_like(path[2]["head.bias"], float("nan"))
    with pytest.raises(ValueError, match="diverged"):
        pca_axes(path, theta_star)
