"""The networks by name: how many parameters they have, what goes in and out, and that the seed decides them."""

import pytest
import torch
from torch import nn

from compute.errors import BadInputError
from compute.models.zoo import MODELS, PUBLISHED, build_model
from tests.compute.tiny import same_bits

OWN = [name for name in MODELS if name not in PUBLISHED]
LIGHT = [name for name in OWN if not name.startswith(("resnet44", "resnet56", "resnet110"))]


def build(name: str, *, channels: int = 3, classes: int = 10, image_size: int = 32, seed: int = 0) -> nn.Module:
    return build_model(name, channels=channels, classes=classes, image_size=image_size, seed=seed)


def parameters(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def residual_parameters(depth: int, width: int, channels: int, classes: int, projections: bool) -> int:
    """Convolutions without bias, two parameters of BatchNorm for each of their channels, and the linear layer."""
    n = (depth - 2) // 6
    total = 9 * channels * width + 2 * width
    for before, after in ((width, width), (width, 2 * width), (2 * width, 4 * width)):
        total += 9 * before * after + (2 * n - 1) * 9 * after**2 + 2 * n * 2 * after
        if projections and before != after:
            total += before * after + 2 * after
    return total + 4 * width * classes + classes


@pytest.mark.parametrize(
    ("depth", "published"), [(20, 272_474), (32, 466_906), (44, 661_338), (56, 855_770), (110, 1_730_714)]
)
def test_residual_networks_have_as_many_parameters_as_those_of_li_et_al(depth, published):
    assert residual_parameters(depth, 16, 3, 10, projections=True) == published
    assert parameters(build(f"resnet{depth}")) == published


@pytest.mark.parametrize(
    ("depth", "in_the_paper"), [(20, "0.27M"), (32, "0.46M"), (44, "0.66M"), (56, "0.85M"), (110, "1.7M")]
)
def test_with_option_a_they_have_those_of_he_et_al_table_6_and_without_skips_as_many(depth, in_the_paper):
    count = residual_parameters(depth, 16, 3, 10, projections=False)
    assert f"{count / 1e6:.{len(in_the_paper) - 3}f}M" == in_the_paper
    assert parameters(build(f"resnet{depth}-a")) == parameters(build(f"resnet{depth}-noskip")) == count


def test_the_twins_of_the_demos_network():
    assert parameters(build("resnet8", channels=1)) == residual_parameters(8, 8, 1, 10, projections=True) == 19_810
    assert parameters(build("resnet8-tanh", channels=1)) == 19_810
    assert parameters(build("resnet8-noskip", channels=1)) == residual_parameters(8, 8, 1, 10, projections=False)


def test_vgg9_is_seven_convolutions_and_two_linear_layers():
    convolutions = [(3, 64), (64, 64), (64, 128), (128, 128), (128, 256), (256, 256), (256, 256)]
    count = sum(9 * a * b + b + 2 * b for a, b in convolutions)  # weights, bias, BatchNorm
    count += 256 * 4 * 4 * 256 + 256 + 2 * 256 + 256 * 10 + 10
    assert count == 2_789_706
    assert parameters(build("vgg9")) == count


@pytest.mark.parametrize("name", ["mlp", "mlp-tanh"])
def test_the_perceptron_on_digits_is_64_32_10(name):
    model = build(name, channels=1, image_size=8)
    assert parameters(model) == 64 * 32 + 32 + 32 * 10 + 10
    x = torch.randn(5, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    (w1, b1, w2, b2), activation = model.parameters(), torch.tanh if "tanh" in name else torch.relu
    assert torch.allclose(model(x), activation(x.reshape(5, 64) @ w1.T + b1) @ w2.T + b2, atol=1e-6)


@pytest.mark.parametrize("name", LIGHT)
@pytest.mark.parametrize(("channels", "side", "classes"), [(1, 28, 7), (3, 32, 10)])
def test_images_of_any_size_go_in_and_a_row_of_logits_comes_out(name, channels, side, classes):
    model = build(name, channels=channels, classes=classes, image_size=side)
    assert model.training
    logits = model(torch.zeros(2, channels, side, side))
    assert logits.shape == (2, classes) and logits.dtype == torch.float32


@pytest.mark.parametrize("name", ["vgg9", "mlp", "resnet8", "resnet20-a"])
@pytest.mark.parametrize("side", [1, 7, 33])
def test_sides_that_halve_badly_are_taken_too(name, side):
    assert build(name, image_size=side)(torch.zeros(2, 3, side, side)).shape == (2, 10)


@pytest.mark.parametrize("name", LIGHT)
def test_the_seed_decides_every_bit_and_the_global_generator_is_left_alone(name):
    before = torch.random.get_rng_state()
    one, same, other = (dict(build(name, seed=seed).named_parameters()) for seed in (3, 3, 4))
    assert torch.equal(torch.random.get_rng_state(), before)
    one, same, other = ({k: p.detach() for k, p in weights.items()} for weights in (one, same, other))
    assert same_bits(one, same)
    assert all(not torch.equal(one[key], other[key]) for key in one if "head" in key)
    drawn = [key for key, tensor in one.items() if tensor.std() > 0]
    assert drawn and all(not torch.equal(one[key], other[key]) for key in drawn)


def test_the_tanh_twin_starts_from_the_same_weights():
    a, b = build("resnet8"), build("resnet8-tanh")
    assert same_bits(a.state_dict(), b.state_dict())
    x = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    assert not torch.allclose(a(x), b(x), atol=1e-2)


@pytest.mark.parametrize("name", [name for name in OWN if name.startswith("resnet")])
def test_noskip_twins_add_nothing_and_the_others_do(name):
    """With a silent branch in the last block, all of the logits that is left is the bias, unless there is a skip."""
    model = build(name, channels=1, image_size=8).eval()
    nn.init.zeros_(model.blocks[-1].conv2.weight)
    logits = model(torch.randn(2, 1, 8, 8, generator=torch.Generator().manual_seed(0)))
    assert torch.equal(logits, model.head.bias.expand(2, 10)) == name.endswith("-noskip")


@pytest.mark.parametrize("name", ["resnet57", "", "ResNet56", "imagefolder"])
def test_an_unknown_name_is_told_which_there_are(name):
    with pytest.raises(BadInputError, match=f"^--model {name}: .*resnet56-noskip") as caught:
        build(name)
    assert len(str(caught.value).splitlines()) == 1


def test_pretrained_weights_are_those_of_torchvisions_networks_alone():
    with pytest.raises(BadInputError, match=r"^--pretrained: .*resnet50.*not for resnet56") as caught:
        build_model("resnet56", channels=3, classes=10, image_size=32, seed=0, pretrained=True)
    assert len(str(caught.value).splitlines()) == 1
