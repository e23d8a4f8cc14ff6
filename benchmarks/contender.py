"""One way to measure a grid around a network, run as a program by ``benchmarks.points``: NETWORK NAME.

For each line on its standard input it measures a grid once, and prints the seconds of CPU time for a point. One thread.
"""

import contextlib
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn.functional import cross_entropy, interpolate, relu
from torch.utils.data import DataLoader, TensorDataset

from compute.measuring.classification import CrossEntropy, Examples
from compute.measuring.execution import Execution
from compute.measuring.execution_trial import choose_execution
from compute.measuring.plane_evaluation import PlaneEvaluation
from compute.plane import Direction, Plane, parameters_of
from compute.problem import Problem

EXAMPLES = 512
CHUNKS = {"mlp": EXAMPLES, "cnn": 128}  # of the floor and of data loaders
SIDES = {"mlp": 11, "cnn": 3}  # of the grid that is measured for each line
REACH = 0.5  # from the centre to the rim, in lengths of the filter-normalised axes

Sweep = Callable[[], object]


def main() -> None:
    """Answer until the input ends; first with a line that says who and how."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network, name = sys.argv[1:]
    images, labels = digits(8) if network == "mlp" else digits(32)
    images = images.flatten(1) if network == "mlp" else images
    model = mlp() if network == "mlp" else Cnn()
    model(images)  # so that running statistics are those of the weights
    model.eval()
    with contextlib.ExitStack() as exits:
        sweep, note = CONTENDERS[name](Task(network, model, images, labels, exits))
        sweep()
        print(note, flush=True)
        for _ in sys.stdin:
            started = time.process_time()
            sweep()
            print((time.process_time() - started) / SIDES[network] ** 2, flush=True)


# ── what is measured ──────────────────────────────────────────────────────────────────────────────────────────────────


def digits(side: int) -> tuple[torch.Tensor, torch.Tensor]:
    """(512, 1, side, side) in [0, 1], and the labels."""
    source = load_digits()
    images = torch.from_numpy(source.images[:EXAMPLES]).float()[:, None] / 16
    images = interpolate(images, size=(side, side), mode="bilinear", align_corners=False) if side != 8 else images
    return images, torch.from_numpy(source.target[:EXAMPLES]).long()


def mlp() -> nn.Module:
    """64-32-10."""
    return nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))


class Cnn(nn.Module):
    """ResNet-18 for small images: four stages of two blocks, 8, 16, 32 and 64 channels; 176,258 parameters."""

    def __init__(self) -> None:
        super().__init__()
        widths = [8, 8, 8, 16, 16, 32, 32, 64, 64]
        self.stem = nn.Sequential(nn.Conv2d(1, 8, 3, 1, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        self.blocks = nn.Sequential(*(Block(*pair) for pair in pairwise(widths)))
        self.head = nn.Linear(64, 10)
        for parameter in self.parameters():  # biases of zero have no length to normalise to, at which some divide
            nn.init.normal_(parameter, parameter.mean().item(), parameter.std().item() or 0.1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, 10) logits."""
        logits: torch.Tensor = self.head(self.blocks(self.stem(x)).mean((2, 3)))
        return logits


class Block(nn.Module):
    """Two convolutions with BatchNorm, and a skip."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        stride = after // before
        self.first = nn.Sequential(nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU())
        self.second = nn.Sequential(nn.Conv2d(after, after, 3, 1, 1, bias=False), nn.BatchNorm2d(after))
        self.skip: nn.Module = nn.Identity()
        if stride != 1:
            self.skip = nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """relu(F(x) + skip(x))."""
        return relu(self.second(self.first(x)) + self.skip(x))


def grid(network: str) -> list[tuple[float, float]]:
    """Points of the plane, row by row."""
    side = SIDES[network]
    steps = [REACH * (2 * k / (side - 1) - 1) for k in range(side)]
    return [(alpha, beta) for beta in steps for alpha in steps]


def axis(theta_star: Direction) -> Direction:
    """Gaussian, each filter as long as that of the network."""
    found = {}
    for name, weights in theta_star.items():
        noise = torch.randn_like(weights).flatten(1) if weights.dim() > 1 else torch.zeros_like(weights)[:, None]
        lengths = weights.flatten(1).norm(dim=1) if weights.dim() > 1 else torch.zeros(len(weights))
        found[name] = (noise * (lengths / noise.norm(dim=1).clamp_min(1e-12))[:, None]).view_as(weights)
    return found


# ── who measures it ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Task:
    """A network in eval mode, its examples, and what has to be closed in the end."""

    network: str
    model: nn.Module
    images: torch.Tensor
    labels: torch.Tensor
    exits: contextlib.ExitStack

    @property
    def loader(self) -> DataLoader[tuple[torch.Tensor, ...]]:
        """The examples as others take them."""
        return DataLoader(TensorDataset(self.images, self.labels), batch_size=CHUNKS[self.network])


def floor(task: Task) -> tuple[Sweep, str]:
    """The least there is to do: cached tensors, eval, inference mode, one update of all weights, one pass."""
    theta_star, chunk, points = parameters_of(task.model), CHUNKS[task.network], grid(task.network)
    plane = (theta_star, axis(theta_star), axis(theta_star))
    centre, delta, eta = (torch.cat([part.flatten() for part in direction.values()]) for direction in plane)
    weights, start = torch.empty_like(centre), 0
    for parameter in task.model.parameters():
        parameter.data = weights[start : start + parameter.numel()].view_as(parameter)
        start += parameter.numel()
    chunks = list(zip(task.images.split(chunk), task.labels.split(chunk), strict=True))

    def loss() -> float:
        return sum(cross_entropy(task.model(x), y, reduction="sum").item() for x, y in chunks) / EXAMPLES

    def sweep() -> list[float]:
        found = []
        with torch.inference_mode():
            for alpha, beta in points:
                torch.add(centre, delta, alpha=alpha, out=weights)
                weights.add_(eta, alpha=beta)
                found.append(loss())
        return found

    return sweep, f"{chunk} examples at a time"


def basin(task: Task) -> tuple[Sweep, str]:
    """Ours, as its own trial has chosen."""
    theta_star, points = parameters_of(task.model), grid(task.network)
    plane = Plane(theta_star, axis(theta_star), axis(theta_star))
    problem = Problem(task.model, {"train": Examples(task.images, task.labels)}, CrossEntropy())
    chosen = choose_execution(problem, plane, None, Execution())
    evaluate = task.exits.enter_context(PlaneEvaluation(problem, plane, chosen))
    memory_format = "channels_last, " if chosen.channels_last else ""
    return lambda: evaluate(points), f"{memory_format}{chosen.chunk} examples, {chosen.points_at_once} points at a time"


def loss_landscapes(task: Task) -> tuple[Sweep, str]:
    """All examples in one chunk, as its metric takes them."""
    from loss_landscapes import random_plane  # noqa: PLC0415  each of these is there for its own run only
    from loss_landscapes.metrics import Loss  # noqa: PLC0415

    metric, side = Loss(cross_entropy, task.images, task.labels), SIDES[task.network]
    return lambda: random_plane(task.model, metric, 2, side), f"{EXAMPLES} examples at a time"


def loss_landscape_3d(task: Task) -> tuple[Sweep, str]:
    """With a data loader."""
    from loss_landscape_3d import LossLandscapeCalculator, generate_random_directions  # noqa: PLC0415

    steps = sorted({alpha for alpha, _ in grid(task.network)})
    axes, centre = generate_random_directions(task.model), parameters_and_buffers(task.model)
    calculator = LossLandscapeCalculator(task.model, task.loader, cross_entropy)
    return lambda: calculator.calculate(steps, steps, *axes, centre), f"loader of {CHUNKS[task.network]}"


def losscape(task: Task) -> tuple[Sweep, str]:
    """With a data loader; the loop of its ``create_3D_losscape``, without the picture that this draws at the end."""
    from losscape import create_landscape  # noqa: PLC0415

    axes, weights = create_landscape.create_random_directions(task.model), [p.data for p in task.model.parameters()]
    loader, points = task.loader, grid(task.network)

    def sweep() -> None:
        for point in points:
            create_landscape._set_weights(task.model, weights, axes, point)
            create_landscape.compute_loss(task.model, loader, None, None, len(loader))

    return sweep, f"loader of {CHUNKS[task.network]}"


def parameters_and_buffers(model: nn.Module) -> Direction:
    """A copy of both."""
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


CONTENDERS: dict[str, Callable[[Task], tuple[Sweep, str]]] = {
    "floor": floor,
    "basin": basin,
    "loss-landscapes": loss_landscapes,
    "loss-landscape-3d": loss_landscape_3d,
    "losscape": losscape,
}


if __name__ == "__main__":
    main()
