"""Random directions against loops in float64, and against the faults that others made."""

import numpy as np
import pytest
import torch
from torch import nn

from compute.directions.gaussian import filter_normalise, group, layer_normalise, random_axes, random_axis
from compute.models.zoo import build_model
from compute.plane import parameters_of
from compute.randomness import Purpose, stream
from tests.compute.tiny import flat, random_direction, same_bits, tiny_resnet

ROUNDING = 1e-6  # a few roundings of float32, relative


@pytest.fixture(scope="module")
def theta_star():
    return parameters_of(tiny_resnet())


def filters(tensor: torch.Tensor) -> list[np.ndarray]:
    """Output filters of a convolution, rows of a linear layer."""
    return [tensor[k].double().numpy().ravel() for k in range(len(tensor))]


def scaled(d: np.ndarray, target: np.ndarray) -> np.ndarray:
    return d / np.sqrt((d**2).sum()) * np.sqrt((target**2).sum())


def test_every_filter_gets_the_norm_of_that_filter_of_the_centre(theta_star):
    direction = random_direction(theta_star, 1)
    normalised = filter_normalise(direction, theta_star)
    for name, centre in theta_star.items():
        if centre.dim() < 2:
            continue
        for d, was, target in zip(*map(filters, (normalised[name], direction[name], centre)), strict=True):
            assert d == pytest.approx(scaled(was, target), rel=ROUNDING)


def test_every_layer_gets_the_norm_of_that_layer_of_the_centre(theta_star):
    direction = random_direction(theta_star, 1)
    normalised = layer_normalise(direction, theta_star)
    for name, centre in theta_star.items():
        expected = scaled(*(x[name].double().numpy() for x in (direction, theta_star)))
        assert normalised[name].numpy() == pytest.approx(expected if centre.dim() > 1 else 0 * expected, rel=ROUNDING)


def test_filter_and_layer_are_told_apart_by_filters_of_different_size():
    """Per layer, the ratios of the direction's own filters remain; that is what some call filter normalisation."""
    sizes = torch.tensor([1.0, 10.0, 100.0])
    centre = {"conv": torch.ones(3, 2, 3, 3) * sizes.view(3, 1, 1, 1)}
    direction = random_direction(centre, 0)
    by_filter, by_layer = (
        [np.linalg.norm(d) for d in filters(normalise(direction, centre)["conv"])]
        for normalise in (filter_normalise, layer_normalise)
    )
    own = np.array([np.linalg.norm(d) for d in filters(direction["conv"])])
    assert by_filter == pytest.approx([np.sqrt(18) * size for size in (1, 10, 100)], rel=ROUNDING)
    assert by_layer / own == pytest.approx([(by_layer / own)[0]] * 3, rel=ROUNDING)


def test_biases_and_norms_have_no_direction(theta_star):
    one_dimensional = [name for name, centre in theta_star.items() if centre.dim() == 1]
    assert {"head.bias", "norm.weight", "norm.bias"} <= set(one_dimensional)
    for normalisation in ("filter", "layer", "none"):
        axes = random_axes(theta_star, 0, normalisation)
        for axis in (axes.delta, axes.eta):
            assert all(axis[name].any() == (name not in one_dimensional) for name in theta_star)


@pytest.mark.parametrize("include", [("bias",), ("norm",), ("bias", "norm")])
@pytest.mark.parametrize("normalisation", ["filter", "layer", "none"])
def test_groups_that_are_included_are_one_filter_each(theta_star, normalisation, include):
    axes = random_axes(theta_star, 3, normalisation, include)
    raw = random_axes(theta_star, 3, "none", ("bias", "norm"))
    for name in ("head.bias", "norm.weight"):
        if ("bias" if name == "head.bias" else "norm") in include:
            expected = raw.delta[name].double().numpy()
            if normalisation != "none":
                expected = scaled(expected, theta_star[name].double().numpy())
            assert axes.delta[name].numpy() == pytest.approx(expected, rel=ROUNDING)
        else:
            assert not axes.delta[name].any()
    everything = sum(x.numel() for x in theta_star.values() if x.dim() == 1)
    moved = sum(int(x.count_nonzero()) for name, x in axes.delta.items() if theta_star[name].dim() == 1)
    zero = sum(int((theta_star[n] == 0).sum()) for n in theta_star if n.endswith("bias") and normalisation != "none")
    assert sum(axes.details["ignored"].values()) + moved + (zero if "norm" in include else 0) >= everything


def test_groups_by_name():
    layers = nn.ModuleDict({
        "conv": nn.Conv2d(2, 3, 3),
        "norm": nn.BatchNorm2d(3),
        "layer": nn.LayerNorm(4),
        "attention": nn.MultiheadAttention(4, 2),
        "lstm": nn.LSTM(3, 2),
        "relu": nn.PReLU(),
        "words": nn.Embedding(5, 4),
    })  # fmt: skip
    theta_star = parameters_of(layers) | {"scale": torch.tensor(1.0), "bias": torch.zeros(3)}
    found: dict[str, set[str]] = {}
    for name in theta_star:
        found.setdefault(group(name, theta_star), set()).add(name)
    assert found["norm"] == {
        "norm.weight", "norm.bias", "layer.weight", "layer.bias", "relu.weight", "scale"
    }  # fmt: skip
    assert found["bias"] == {
        "conv.bias", "attention.in_proj_bias", "attention.out_proj.bias", "lstm.bias_ih_l0", "lstm.bias_hh_l0", "bias"
    }  # fmt: skip
    assert "words.weight" in found["weight"] and "attention.in_proj_weight" in found["weight"]


def test_how_many_are_ignored_is_told(theta_star):
    biases = sum(x.numel() for name, x in theta_star.items() if name == "head.bias")
    others = sum(x.numel() for x in theta_star.values() if x.dim() == 1) - biases
    assert random_axes(theta_star, 0).details == {"seed": 0, "ignored": {"bias": biases, "norm": others}}
    assert random_axes(theta_star, 0, include=("norm",)).details["ignored"] == {"bias": biases}


def test_a_filter_that_is_zero_in_the_centre_or_in_the_direction_stays_zero_and_finite():
    centre, direction = {"w": torch.tensor([[0.0, 0.0], [3.0, 4.0]])}, {"w": torch.tensor([[1.0, 2.0], [0.0, 0.0]])}
    assert not filter_normalise(direction, centre)["w"].any()


def test_directions_cover_the_parameters_and_no_buffer(theta_star):
    axes = random_axes(theta_star, 0)
    expected = {name: parameter.shape for name, parameter in tiny_resnet().named_parameters()}
    for direction in (axes.delta, axes.eta):
        assert {name: tensor.shape for name, tensor in direction.items()} == expected


def test_parameters_of_any_type_and_form_get_directions_of_theirs():
    centre = {
        "double": torch.ones(2, 2).double(),
        "half": torch.ones(2, 2).half(),
        "empty": torch.ones(0, 3),
        "count": nn.Parameter(torch.ones(3, 3).long(), requires_grad=False),
        "token": torch.ones(1, 1, 5),
    }
    for normalisation in ("filter", "layer", "none"):
        axis = random_axis(centre, 0, 0, normalisation)
        assert all(axis[name].dtype == x.dtype and axis[name].shape == x.shape for name, x in centre.items())
        assert axis["double"].all() and axis["token"].all() and not axis["count"].any()  # whole numbers do not move


def test_the_bits_are_those_of_the_formula(theta_star):
    """Those of version 0.1: seed 2 s for delta and 2 s + 1 for eta, parameters in their order, scaled in float32."""
    for seed in (0, 7):
        axes = random_axes(theta_star, seed)
        for k, axis in enumerate((axes.delta, axes.eta)):
            generator = torch.Generator().manual_seed(stream(seed, Purpose.DIRECTION, k))
            for name, centre in theta_star.items():
                d = torch.randn(centre.shape, generator=generator)
                if centre.dim() < 2:
                    continue
                for row in range(len(d)):
                    scale = centre[row].double().norm() / d[row].double().norm()
                    assert torch.equal(axis[name][row], d[row] * scale.float())


def test_the_seed_decides_both_random_directions_and_no_direction_is_shared(theta_star):
    axes = [random_axes(theta_star, seed) for seed in (0, 0, 1)]
    assert same_bits(axes[0].delta, axes[1].delta) and same_bits(axes[0].eta, axes[1].eta)
    ways = [axes[0].delta, axes[0].eta, axes[2].delta, axes[2].eta]
    assert all(not same_bits(a, b) for k, a in enumerate(ways) for b in ways[:k])
    line = random_axes(theta_star, 0, line=True)
    assert line.eta is None and same_bits(line.delta, axes[0].delta)


def test_norms_and_cosine_are_those_of_the_final_axes(theta_star):
    """Axes made orthogonal first are not orthogonal when they have been normalised; what is said is what there is."""
    axes = random_axes(theta_star, 0)
    delta, eta = flat(axes.delta).numpy(), flat(axes.eta).numpy()
    assert axes.norms == pytest.approx((np.linalg.norm(delta), np.linalg.norm(eta)), rel=1e-12)
    assert axes.cosine == pytest.approx(delta @ eta / np.linalg.norm(delta) / np.linalg.norm(eta), rel=1e-9)
    assert axes.cosine != 0 and axes.explained_variance is None
    said = axes.describe()
    assert said["norms"] == list(axes.norms) and said["cosine"] == axes.cosine and said["normalisation"] == "filter"


def test_without_normalisation_the_entries_are_gaussian(theta_star):
    """Mean and variance of some thousand within five standard errors."""
    values = flat(random_axis({"w": torch.zeros(100, 100)}, 1, 0, "none"))
    assert abs(float(values.mean())) < 5 / 100 and abs(float(values.var()) - 1) < 5 * np.sqrt(2) / 100


def test_directions_have_nothing_in_common_with_weights_drawn_from_the_same_seed():
    """A generator started with the same number would repeat the uniform numbers of the initialisation."""
    for seed in range(3):
        theta_star = parameters_of(build_model("mlp", channels=1, classes=10, image_size=32, seed=seed))
        start = flat(theta_star)
        for k in range(2):
            axis = flat(random_axis(theta_star, seed, k, "none", ("bias", "norm")))
            assert abs(float(axis @ start) / float(axis.norm() * start.norm())) < 5 / len(start) ** 0.5
