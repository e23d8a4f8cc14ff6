"""Evaluations until the picture is right to one per cent, against a uniform grid with straight lines in between.

Three networks on scikit-learn's digits, each over a filter-normalised random plane, [−1, 1]²; the truth is the loss on
all of 129 x 129 points. Both methods show a surface there, and their error is measured in two ways:

    relative   root mean square of log(shown / true): per cent of the value, everywhere alike, as the tolerance means it
    L2         |shown − true|₂ / |true|₂, losses cut off at the display cap: the high rims count, the basin hardly does

Ours is the order of ``compute.surveying.sampling`` and the surface of ``compute.reconstruction``, with a tolerance of
0.01, after each single evaluation; its number is that from which on the error stays below one per cent. The uniform
grid has the smallest n x n points, any n, with an error below one per cent; its values are taken from the bicubic
spline through the logarithm of the true ones, whose own error at points in between is printed.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from scipy.interpolate import RectBivariateSpline, RegularGridInterpolator
from torch import nn
from torch.nn.functional import cross_entropy

from benchmarks.report import line
from compute.datasets.dataset import Dataset
from compute.datasets.digits import digits
from compute.directions.gaussian import random_axes
from compute.folder import LandscapeWriter, create_folder, open_folder
from compute.interpolation import refine
from compute.landscape import Domain, Floats
from compute.measuring.classification import classification
from compute.measuring.execution import Execution
from compute.measuring.plane_evaluation import PlaneEvaluation
from compute.models.zoo import build_model
from compute.plane import parameters_of
from compute.reconstruction import reconstruct
from compute.refinement import Rule
from compute.scale import choose_scale
from compute.surveying.sampling import Sampler

NETWORKS = ("resnet8", "resnet8-noskip", "resnet8-tanh")
SIDE, EPOCHS, BATCH, EXAMPLES = 8, 12, 64, 128
N, ERROR, TARGET = 129, 0.01, 0.1
CHECKED = 50  # points in between at which the spline through the truth is held against the network
DOMAIN = Domain((-1.0, 1.0), (-1.0, 1.0), N, N)
METRIC = "train_loss"


def run() -> None:
    """Both errors for each network, and the ratio to the uniform grid."""
    data = digits(SIDE)
    for name in NETWORKS:
        truth = _truth(name, data)
        cap = choose_scale(truth).high
        ours, uniform = _ours(truth, cap), _uniform(truth, cap)
        against = (f"uniform bilinear (target at most {TARGET})", "uniform bilinear")
        for k, kind in enumerate(("relative", "L2")):
            line(f"{name}: evaluations to 1 % {kind} error", ours[k], "", against[k], uniform[k])


def _truth(name: str, data: Dataset) -> Floats:
    model = build_model(name, channels=data.channels, classes=data.classes, image_size=SIDE, seed=0)
    _train(model, data)
    theta_star = parameters_of(model)
    axes = random_axes(theta_star, 0)
    problem = classification(model, data, EXAMPLES, ("train",))
    with PlaneEvaluation(problem, axes.plane(theta_star), Execution(points_at_once=16), (METRIC,)) as measure:

        def losses(points: Sequence[tuple[float, float]]) -> Floats:
            return np.array([found[METRIC] for found in measure(points)])

        truth = losses([(a, b) for b in DOMAIN.betas.tolist() for a in DOMAIN.alphas.tolist()]).reshape(N, N)
        between = np.random.default_rng(0).uniform(-1, 1, (CHECKED, 2))
        spline = np.exp(_spline(truth).ev(between[:, 1], between[:, 0]))
        worst = float(np.abs(np.log(spline / losses([(float(a), float(b)) for a, b in between]))).max())
    print(f"{name}: losses {truth.min():.2g} to {truth.max():.2g}; the spline through them is right to {worst:.1e}")
    return truth


def _train(model: nn.Module, data: Dataset) -> None:
    images, labels = data.train.images(torch.arange(len(data.train))), data.train.labels
    steps = EPOCHS * (len(labels) // BATCH)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    generator = torch.Generator().manual_seed(0)
    model.train()
    for _ in range(EPOCHS):
        for chosen in torch.randperm(len(labels), generator=generator).split(BATCH)[: steps // EPOCHS]:
            optimiser.zero_grad()
            cross_entropy(model(images[chosen]), labels[chosen]).backward()
            optimiser.step()
            schedule.step()
    model.eval()


def _spline(truth: Floats) -> RectBivariateSpline:
    return RectBivariateSpline(DOMAIN.betas, DOMAIN.alphas, np.log(truth))


def _errors(shown: Floats, truth: Floats, cap: float) -> tuple[float, float]:
    relative = np.sqrt(np.mean(np.log(shown / truth) ** 2))
    cut = np.minimum(truth, cap)
    return float(relative), float(np.linalg.norm(np.minimum(shown, cap) - cut) / np.linalg.norm(cut))


def _uniform(truth: Floats, cap: float) -> list[int]:
    """Evaluations for either error."""
    spline, places = _spline(truth), np.stack(np.meshgrid(DOMAIN.betas, DOMAIN.alphas, indexing="ij"), axis=-1)
    needed: list[int | None] = [None, None]
    n = 1
    while None in needed:
        n += 1
        axis = np.linspace(-1, 1, n)
        shown = RegularGridInterpolator((axis, axis), np.exp(spline(axis, axis)))(places)
        needed = [n * n if known is None and error < ERROR else known
                  for known, error in zip(needed, _errors(shown, truth, cap), strict=True)]  # fmt: skip
    return [count for count in needed if count is not None]


class _Stored:
    """The true values, as something that is measured."""

    at_once = 1

    def __init__(self, truth: Floats) -> None:
        columns, rows = (dict(zip(axis.tolist(), range(N), strict=True)) for axis in (DOMAIN.alphas, DOMAIN.betas))
        self._value = lambda alpha, beta: float(truth[rows[beta], columns[alpha]])

    def __call__(self, points: Sequence[tuple[float, float]]) -> list[dict[str, float]]:
        return [{METRIC: self._value(*point)} for point in points]


def _ours(truth: Floats, cap: float) -> list[int]:
    """Evaluations for either error."""
    last_bad = [0, 0]
    with tempfile.TemporaryDirectory() as folder:
        create_folder(Path(folder), DOMAIN, (METRIC,), {})
        found = open_folder(Path(folder))
        sampler = Sampler(LandscapeWriter(Path(folder)), _Stored(truth), EXAMPLES, np.zeros((1, 2)), tolerance=ERROR)
        for step in sampler:
            nodes = reconstruct(found.main, found.examples, Rule(ERROR))
            shown = refine(nodes.values, nodes.stride)
            errors = _errors(shown, truth, cap) if np.isfinite(shown).all() else (np.inf, np.inf)
            last_bad = [step.done if error >= ERROR else bad for error, bad in zip(errors, last_bad, strict=True)]
            if step.level_complete and max(errors) < ERROR / 3:
                break
    return [bad + 1 for bad in last_bad]
