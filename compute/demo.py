"""The landscapes of the demo: the plane of the training path, and a random plane, each in its folder."""

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from compute.atomic import write_atomically
from compute.checkpoints import checkpoints, read_tensors, write_tensors
from compute.datasets import Dataset
from compute.directions import Axes, pca_axes, random_axes
from compute.errors import BadInputError
from compute.folder import create_folder, is_landscape_folder
from compute.landscape import Domain, Floats, Trajectory
from compute.loss import METRICS
from compute.messages import Demo
from compute.plane import Direction, Plane, parameters_of, path_domain, project
from compute.training import Training

CLAIM_FILE = "demo.json"
RANDOM_RANGE = (-1.0, 1.0)  # of filter-normalised directions, as in Li et al. 2018


@dataclass(frozen=True)
class DemoPlane:
    """A plane to be measured; ``focus`` (n, 2) are the places of interest: the path, or the centre."""

    name: str
    folder: Path
    plane: Plane
    focus: Floats


def claim(out: Path, task: Demo) -> None:
    """Make the folder this task's, or find that it is. Raises BadInputError when another configuration owns it."""
    wanted = {key: value for key, value in asdict(task).items() if key != "out"}
    path = out / CLAIM_FILE
    out.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        content = json.dumps(wanted, indent=2).encode()
        write_atomically(path, lambda file: file.write(content))
        return
    try:
        owner = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInputError(f"{path}: damaged ({error}); remove {out} or choose another --out") from None
    if owner != wanted:
        differing = ", ".join(f"{key} {owner.get(key)}" for key in wanted if owner.get(key) != wanted[key])
        raise BadInputError(f"{out}: holds a demo with {differing}; choose another --out, or remove it")


def open_planes(out: Path, task: Demo, model: nn.Module, data: Dataset, training: Training) -> list[DemoPlane]:
    """Both planes through the trained weights; folders that exist already are resumed, the others made."""
    theta_star = parameters_of(model)
    steps, path = _read_path(training.checkpoints, theta_star)
    losses, per_epoch = training.true_losses(), training.steps_per_epoch
    planes = []
    for axes in (pca_axes(path, theta_star), random_axes(theta_star, task.seed)):
        plane = Plane(theta_star, axes.delta, axes.eta)
        trajectory = _trajectory(plane, steps, path, losses, per_epoch)
        domain, focus = _domain(axes, trajectory, task.resolution)
        folder = out / axes.kind
        if not is_landscape_folder(folder):
            folder.mkdir(parents=True, exist_ok=True)
            write_tensors(folder / "directions.safetensors", _prefixed(axes))
            create_folder(folder, domain, METRICS, _provenance(task, model, data, axes, steps[-1]), trajectory)
        planes.append(DemoPlane(axes.kind, folder, plane, focus))
    return planes


def _read_path(folder: Path, theta_star: Direction) -> tuple[list[int], list[Direction]]:
    found = checkpoints(folder)
    path = [{name: tensors[name] for name in theta_star} for tensors in (read_tensors(file) for _, file in found)]
    return [step for step, _ in found], path


def _trajectory(
    plane: Plane, steps: list[int], path: list[Direction], losses: Mapping[int, float], per_epoch: int
) -> Trajectory:
    alpha, beta, residual = np.array([project(plane, weights) for weights in path]).T
    step = np.array(steps, np.float64)
    loss = np.array([losses.get(number, np.nan) for number in steps])
    return Trajectory(step, step / per_epoch, alpha, beta, residual, loss)


def _domain(axes: Axes, trajectory: Trajectory, resolution: int) -> tuple[Domain, Floats]:
    if axes.kind == "random":
        return Domain(RANDOM_RANGE, RANDOM_RANGE, resolution, resolution), np.zeros((1, 2))
    domain = path_domain(trajectory.alpha.tolist(), trajectory.beta.tolist(), resolution)
    return domain, np.stack([trajectory.alpha, trajectory.beta], axis=1)


def _prefixed(axes: Axes) -> Direction:
    return {
        **{f"delta.{name}": tensor for name, tensor in axes.delta.items()},
        **{f"eta.{name}": tensor for name, tensor in axes.eta.items()},
    }


def _provenance(task: Demo, model: nn.Module, data: Dataset, axes: Axes, centre_step: int) -> dict[str, Any]:
    title = {"pca": "plane of the training path", "random": "random plane"}[axes.kind]
    return {
        "kind": "landscape",
        "title": f"ResNet-8 on {data.name}, {title}",
        "model": {"name": "resnet8-w8", "parameters": sum(p.numel() for p in model.parameters())},
        "data": {"name": data.name, "digest": data.digest, "examples": task.examples},
        "seed": task.seed,
        "epochs": task.epochs,
        "centre": f"checkpoint of step {centre_step}",
        "directions": {
            "kind": axes.kind,
            "normalisation": axes.normalisation,
            "norms": list(axes.norms),
            "cosine": axes.cosine,
        },
        "explained_variance": list(axes.explained_variance) if axes.explained_variance else None,
        "precision": "fp32 forward, fp64 sums",
        "software": {"torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version()},
    }
