"""Networks and data so small that a test can train them."""

import torch
from torch import nn

from compute.datasets.dataset import Dataset
from compute.datasets.split import TensorSplit
from compute.models.residual import ResNet
from compute.plane import Direction, Plane

torch.set_num_threads(1)  # on work this small, two threads wait for each other longer than they work

SIDE = 8
CLASSES = 3


def tiny_data(train: int = 40, test: int = 10, seed: int = 0) -> Dataset:
    """Random images, each class with a mean of its own."""
    generator = torch.Generator().manual_seed(seed)
    means = torch.randn(CLASSES, 1, SIDE, SIDE, generator=generator)
    labels = torch.randint(CLASSES, (train + test,), generator=generator)
    images = means[labels] + torch.randn(train + test, 1, SIDE, SIDE, generator=generator)
    parts = (TensorSplit(images[part], labels[part]) for part in (slice(train), slice(train, None)))
    return Dataset("tiny", *parts, CLASSES, 1, SIDE, f"seed {seed}")


def tiny_resnet(seed: int = 0) -> ResNet:
    """Every kind of layer that the demo's network has, with 2 channels; in training mode."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return ResNet(1, 2, 1, CLASSES).to(memory_format=torch.channels_last)


def random_direction(like: Direction, seed: int) -> Direction:
    generator = torch.Generator().manual_seed(seed)
    return {name: torch.randn(tensor.shape, generator=generator) for name, tensor in like.items()}


def random_plane(theta_star: Direction, seed: int = 0) -> Plane:
    """Two Gaussian directions of no special length or angle."""
    return Plane(theta_star, random_direction(theta_star, 2 * seed + 1), random_direction(theta_star, 2 * seed + 2))


def flat(direction: Direction) -> torch.Tensor:
    """One float64 vector, parameters in their order."""
    return torch.cat([tensor.flatten().double() for tensor in direction.values()])


def state_of(model: nn.Module) -> dict[str, torch.Tensor]:
    """A copy of all parameters and buffers."""
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def same_bits(a: Direction, b: Direction) -> bool:
    return a.keys() == b.keys() and all(
        a[name].contiguous().numpy().tobytes() == b[name].contiguous().numpy().tobytes() for name in a
    )
