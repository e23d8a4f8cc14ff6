"""The residual networks: their size, their start, their skips."""

import math
import os
import subprocess
import sys

import pytest
import torch
from torch import nn

from compute.models.residual import Block, ResNet, residual_network
from compute.models.zoo import build_model


def small_resnet(channels: int, classes: int, seed: int) -> nn.Module:
    """The demo's network."""
    return build_model("resnet8", channels=channels, classes=classes, image_size=32, seed=seed)


@pytest.mark.parametrize("n", [1, 2])
def test_it_has_6n_plus_2_weighted_layers_beside_the_skips(n):
    layers = [
        module
        for name, module in ResNet(n, 4, 3, 10).named_modules()
        if isinstance(module, nn.Conv2d | nn.Linear) and "skip" not in name
    ]
    assert len(layers) == 6 * n + 2


def test_the_demos_network_has_19810_parameters():
    def norm(channels: int) -> int:
        return 2 * channels

    stem = 9 * 8 + norm(8)
    first = 2 * (9 * 8 * 8 + norm(8))
    second = 9 * 8 * 16 + 9 * 16 * 16 + 2 * norm(16) + 8 * 16 + norm(16)
    third = 9 * 16 * 32 + 9 * 32 * 32 + 2 * norm(32) + 16 * 32 + norm(32)
    head = 32 * 10 + 10
    assert stem + first + second + third + head == 19_810
    assert sum(p.numel() for p in small_resnet(1, 10, 0).parameters()) == 19_810


def test_convolutions_start_with_he_variance():
    """Var w = 2 / (k² channels_out); the mean square of N normal numbers has relative deviation √(2/N): 5 of them."""
    for module in small_resnet(1, 10, 0).modules():
        if isinstance(module, nn.Conv2d):
            fan_out = module.kernel_size[0] ** 2 * module.out_channels
            ratio = float(module.weight.detach().double().square().mean()) * fan_out / 2
            assert ratio == pytest.approx(1, abs=5 * math.sqrt(2 / module.weight.numel()))


def test_the_seed_decides_every_bit_and_the_global_generator_is_left_alone():
    before = torch.random.get_rng_state()
    one, same, other = (small_resnet(1, 10, seed).state_dict() for seed in (3, 3, 4))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["head.weight"], other["head.weight"])
    assert not torch.equal(one["stem.weight"], other["stem.weight"])


def test_logits_have_one_row_per_image_and_stages_halve_the_picture():
    network = small_resnet(3, 7, 0).eval()
    sides = []
    for block in network.blocks:
        block.register_forward_hook(lambda module, inputs, output: sides.append(tuple(output.shape[1:])))
    assert network(torch.zeros(5, 3, 32, 32)).shape == (5, 7)
    assert sides == [(8, 32, 32), (16, 16, 16), (32, 8, 8)]


def test_a_block_whose_branch_is_silent_passes_on_what_came():
    x = torch.randn(2, 4, 6, 6, generator=torch.Generator().manual_seed(0))
    block = Block(4, 4, 1).eval()
    nn.init.zeros_(block.norm2.weight)
    assert torch.equal(block(x), x.relu())


def test_where_shapes_change_the_skip_is_a_projection():
    block = Block(4, 8, 2)
    projection = block.skip[0]
    assert (projection.kernel_size, projection.out_channels) == ((1, 1), 8)
    assert isinstance(Block(4, 4, 1).skip, nn.Identity)


def test_the_skip_is_a_convolution_of_that_stride():
    torch.manual_seed(0)
    block = Block(4, 8, 2).eval()
    nn.init.zeros_(block.norm2.weight)  # leaves relu(skip(x))
    x = torch.randn(2, 4, 9, 8)
    projection, norm = block.skip
    expected = torch.relu(norm(nn.functional.conv2d(x, projection.weight, stride=2)))
    assert expected.any() and torch.allclose(block(x), expected, atol=1e-6)


def test_option_a_keeps_every_second_pixel_and_adds_channels_of_zeros():
    block = Block(4, 8, 2, skip="padding").eval()
    nn.init.zeros_(block.norm2.weight)
    x = torch.randn(2, 4, 9, 8, generator=torch.Generator().manual_seed(0))
    expected = torch.zeros(2, 8, 5, 4)
    expected[:, :4] = x[:, :, ::2, ::2].relu()
    assert torch.equal(block(x), expected)


@pytest.mark.parametrize(("channels", "stride"), [(4, 1), (8, 2)])
def test_without_a_skip_a_silent_branch_gives_nothing_at_all(channels, stride):
    x = torch.randn(2, 4, 6, 6, generator=torch.Generator().manual_seed(0))
    block = Block(4, channels, stride, skip="none").eval()
    assert block(x).any()
    nn.init.zeros_(block.conv2.weight)
    assert not block(x).any()


def by_hand(network: ResNet, x: torch.Tensor, activation, skip: bool) -> torch.Tensor:
    """Layer by layer in float64, from the paper; no shape changes beside the projections of option B."""
    weights = {name: tensor.double() for name, tensor in network.state_dict().items()}

    def convolved(y, conv, norm, stride=1):
        kernel = weights[f"{conv}.weight"]
        y = nn.functional.conv2d(y, kernel, stride=stride, padding=kernel.shape[-1] // 2)
        mean, variance = weights[f"{norm}.running_mean"], weights[f"{norm}.running_var"]
        scale = weights[f"{norm}.weight"] / (variance + 1e-5).sqrt()
        return (y - mean[:, None, None]) * scale[:, None, None] + weights[f"{norm}.bias"][:, None, None]

    y = activation(convolved(x.double(), "stem", "norm"))
    for k in range(len(network.blocks)):
        name, stride = f"blocks.{k}", 2 if k and f"blocks.{k}.skip.0.weight" in weights else 1
        branch = activation(convolved(y, f"{name}.conv1", f"{name}.norm1", stride))
        branch = convolved(branch, f"{name}.conv2", f"{name}.norm2")
        if skip:
            y = convolved(y, f"{name}.skip.0", f"{name}.skip.1", stride) if stride == 2 else y
            branch = branch + y
        y = activation(branch)
    return y.mean(dim=(2, 3)) @ weights["head.weight"].T + weights["head.bias"]


@pytest.mark.parametrize("activation", [torch.relu, torch.tanh])
def test_the_whole_network_is_what_the_paper_says(activation):
    torch.manual_seed(0)
    network = residual_network(14, 4, 3, 5, activation=activation)
    x = torch.randn(4, 3, 12, 12).contiguous(memory_format=torch.channels_last)
    network(x)  # moves the running statistics away from 0 and 1
    network.eval()
    with torch.no_grad():
        assert torch.allclose(network(x).double(), by_hand(network, x, activation, skip=True), atol=1e-5)


def test_training_on_many_threads_survives():
    """Strided 1x1 convolutions in channels_last write past their memory (oneDNN issue 6035): a process of its own."""
    script = """
import torch
from compute.models.zoo import build_model
torch.set_num_threads(2)
model = build_model("resnet8", channels=1, classes=10, image_size=32, seed=0)
for size in (29, 3) * 10:
    model(torch.randn(size, 1, 32, 32).contiguous(memory_format=torch.channels_last)).sum().backward()
"""
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE"}  # spinning threads would starve each other under load
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)
    assert run.returncode == 0, run.stderr
