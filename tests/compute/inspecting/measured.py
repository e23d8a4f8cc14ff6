"""Surveys of networks whose loss is known, measured at once."""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from compute.folder import LandscapeWriter, create_folder
from compute.landscape import Domain
from compute.measuring.execution import Execution
from compute.messages import Sample
from compute.surveying.survey import Survey
from tests.compute.inspecting.closed_form import SKEWED, Function, plane, problem

FP64 = Execution(precision="fp64")


def survey(
    folder: Path, function: Function, domain: Domain, axes: np.ndarray = SKEWED, metrics=("train_loss",), **task: Any
) -> Survey:
    """A folder for it, with nothing measured."""
    if not folder.exists():
        create_folder(folder, domain, metrics, {})
    order = Sample("nowhere", str(folder), **{"resolution": domain.n_alpha, "tolerance": None} | task)
    lines = plane(axes, line=domain.is_line)
    return Survey(order, folder, problem(function), lines, [], metrics, FP64, np.zeros((1, 2)))


def measure(one: Survey, function: Function, stride: int = 1, axes: np.ndarray = SKEWED) -> None:
    """Store a function of the two weights at every ``stride``-th node, whether it is the network's loss or not."""
    writer = LandscapeWriter(one.folder)
    for row in range(0, writer.domain.n_beta, stride):
        for column in range(0, writer.domain.n_alpha, stride):
            steps = np.array([writer.domain.alphas[column], writer.domain.betas[row] if one.plane.eta else 0.0])
            value = float(function(*torch.from_numpy(steps @ axes)))
            writer.record(row, column, dict.fromkeys(one.metrics, value), 3)
    writer.close()


def finish(inspection, steps: int = 10_000) -> int:
    """So many steps, or all; how many there were."""
    for k in range(steps):
        if inspection.done >= inspection.total:
            return k
        inspection.step()
    return steps
