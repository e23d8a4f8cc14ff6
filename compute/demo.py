"""The landscapes of the demo: the plane of the training path, and a random plane, each in its folder."""

import math
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from compute.checkpoints import checkpoint_path, checkpoints, digest, read_tensors, write_tensors
from compute.claim import PLANES, RUN
from compute.datasets import Dataset
from compute.directions import Axes, pca_axes, random_axes
from compute.errors import BadInputError
from compute.folder import create_folder, is_landscape_folder, open_folder
from compute.landscape import Domain, Floats, Trajectory
from compute.levels import COARSEST, levels
from compute.loss import METRICS
from compute.messages import Demo
from compute.plane import Direction, Plane, parameters_of, path_domain, project
from compute.training import Settings, Training

DIRECTIONS_FILE = "directions.safetensors"
CHECKPOINTS_PER_PATH = 46  # at least: then a path looks smooth
RANDOM_RANGE = (-1.0, 1.0)  # of filter-normalised directions, as in Li et al. 2018


@dataclass(frozen=True)
class DemoPlane:
    """A plane to be measured; ``focus`` (n, 2) are the places of interest: the path, or the centre."""

    name: str
    folder: Path
    plane: Plane
    focus: Floats


def check(task: Demo, data: Dataset) -> None:
    """Raises BadInputError when the task asks for what cannot be."""
    available = len(data.train_labels)
    if not 1 <= task.examples <= available:
        raise BadInputError(
            f"--examples {task.examples}: {data.name} has {available} training examples; choose 1 to that"
        )
    if task.epochs < 1:
        raise BadInputError(f"--epochs {task.epochs}: a path needs at least one")
    try:
        levels(task.resolution)
    except ValueError as error:
        raise BadInputError(f"--resolution {task.resolution}: {error}") from None


def settings(task: Demo) -> Settings:
    """How the demo trains; short runs record more checkpoints in each epoch."""
    per_epoch = math.ceil(CHECKPOINTS_PER_PATH / task.epochs)
    return Settings(epochs=task.epochs, seed=task.seed, checkpoints_per_epoch=per_epoch)


def open_planes(out: Path, task: Demo, model: nn.Module, data: Dataset, training: Training) -> list[DemoPlane]:
    """Both planes through the trained weights; folders that exist already are resumed, the others made."""
    theta_star = parameters_of(model)
    if not all(is_landscape_folder(out / name) for name in PLANES):
        _make_planes(out, task, model, data, training)
    return [_reopen(out / name, theta_star) for name in PLANES]


def _make_planes(out: Path, task: Demo, model: nn.Module, data: Dataset, training: Training) -> None:
    theta_star = parameters_of(model)
    steps, path = _read_path(training, theta_star)
    losses, per_epoch = training.true_losses(), training.steps_per_epoch
    for axes in (pca_axes(path, theta_star), random_axes(theta_star, task.seed)):
        folder = out / axes.kind
        if is_landscape_folder(folder):
            continue
        folder.mkdir(parents=True, exist_ok=True)
        trajectory = _trajectory(Plane(theta_star, axes.delta, axes.eta), steps, path, losses, per_epoch)
        domain = _domain(axes, trajectory, task.resolution)
        write_tensors(folder / DIRECTIONS_FILE, _prefixed(axes))
        provenance = _provenance(task, model, data, axes) | {"centre": _centre(steps[-1], theta_star)}
        create_folder(folder, domain, METRICS, provenance, trajectory)


def _reopen(folder: Path, theta_star: Direction) -> DemoPlane:
    """The plane as it was when its first point was measured. Raises BadInputError when its centre has changed since."""
    landscape = open_folder(folder)
    centre = landscape.provenance.get("centre")
    if not isinstance(centre, dict) or centre.get("digest") != digest(theta_star):
        raise BadInputError(
            f"{folder}: was measured around other weights than those in {RUN}; remove it to measure again"
        )
    tensors = read_tensors(folder / DIRECTIONS_FILE)
    delta, eta = ({name: tensors[f"{axis}.{name}"] for name in theta_star} for axis in ("delta", "eta"))
    path = landscape.trajectory
    focus = np.zeros((1, 2)) if folder.name == "random" or not path else np.stack([path.alpha, path.beta], axis=1)
    return DemoPlane(folder.name, folder, Plane(theta_star, delta, eta), focus)


def _read_path(training: Training, theta_star: Direction) -> tuple[list[int], list[Direction]]:
    found = checkpoints(training.checkpoints)
    if [step for step, _ in found] != list(training.true_losses()):
        folder = training.checkpoints
        raise BadInputError(f"{folder}: not all checkpoints of this run; remove {folder.parent} to train again")
    path = [{name: tensors[name] for name in theta_star} for tensors in (read_tensors(file) for _, file in found)]
    return [step for step, _ in found], path


def _trajectory(
    plane: Plane, steps: list[int], path: list[Direction], losses: Mapping[int, float], per_epoch: int
) -> Trajectory:
    alpha, beta, residual = np.array([project(plane, weights) for weights in path]).T
    step = np.array(steps, np.float64)
    loss = np.array([losses.get(number, np.nan) for number in steps])
    return Trajectory(step, step / per_epoch, alpha, beta, residual, loss)


def _domain(axes: Axes, trajectory: Trajectory, resolution: int) -> Domain:
    if axes.kind == "random":
        return Domain(RANDOM_RANGE, RANDOM_RANGE, resolution, resolution)
    return path_domain(trajectory.alpha.tolist(), trajectory.beta.tolist(), resolution)


def _centre(step: int, theta_star: Direction) -> dict[str, Any]:
    return {"checkpoint": checkpoint_path(Path(RUN, "checkpoints"), step).as_posix(), "digest": digest(theta_star)}


def _prefixed(axes: Axes) -> Direction:
    return {
        **{f"delta.{name}": tensor for name, tensor in axes.delta.items()},
        **{f"eta.{name}": tensor for name, tensor in axes.eta.items()},
    }


def _provenance(task: Demo, model: nn.Module, data: Dataset, axes: Axes) -> dict[str, Any]:
    title = {"pca": "plane of the training path", "random": "random plane"}[axes.kind]
    return {
        "kind": "landscape",
        "title": f"ResNet-8 on {data.name}, {title}",
        "model": {"name": "resnet8-w8", "parameters": sum(p.numel() for p in model.parameters())},
        "data": {"name": data.name, "digest": data.digest, "split": "train"},
        "examples": task.examples,  # the first ones of the split
        "seed": task.seed,
        "epochs": task.epochs,
        "directions": {
            "kind": axes.kind,
            "normalisation": axes.normalisation,
            "norms": list(axes.norms),
            "cosine": axes.cosine,
        },
        "explained_variance": list(axes.explained_variance) if axes.explained_variance else None,
        "levels": [(COARSEST - 1) * 2**level + 1 for level in range(levels(task.resolution))],
        "precision": "fp32 forward, fp64 sums",
        "software": {"torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version()},
    }
