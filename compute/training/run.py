"""The network and the data of a run, made again from its description."""

from collections.abc import Callable
from pathlib import Path

from torch import nn

from compute.datasets.catalogue import open_dataset
from compute.datasets.dataset import Dataset
from compute.errors import BadInputError
from compute.models.zoo import build_model
from compute.training.run_folder import (
    RunDescription,
    RunOptions,
    create_run,
    is_run,
    open_run,
    software_versions,
)

__all__ = [
    "RunDescription",
    "RunOptions",
    "create_run",
    "describe_run",
    "is_run",
    "open_run",
    "run_dataset",
    "run_model",
]

Report = Callable[[str], None]


def describe_run(options: RunOptions, data: Dataset) -> RunDescription:
    """The description of a run with these options on these data."""
    return RunDescription(options, data.channels, data.classes, data.image_size, data.digest, software_versions())


def run_model(description: RunDescription, *, start: bool = False) -> nn.Module:
    """The network of a run; with ``start`` it has the weights that the training began with.

    Without it weights of somebody else's training are not fetched: those of a checkpoint will take their place.
    Raises BadInputError as ``build_model`` does.
    """
    options = description.options
    return build_model(
        options.model,
        channels=description.channels,
        classes=description.classes,
        image_size=description.image_size,
        seed=options.settings.seed,
        pretrained=options.pretrained and start,
    )


def run_dataset(description: RunDescription, report: Report) -> Dataset:
    """The data of a run, those it was trained on. Raises BadInputError when they are missing or have changed."""
    data = open_data(description.options, report)
    if data.digest != description.data_digest:
        raise BadInputError(
            f"--data {data.name}: not the data that this run was trained on; put those back, or train again"
        )
    return data


def open_data(options: RunOptions, report: Report) -> Dataset:
    """The data that these options name. Raises BadInputError as ``open_dataset`` does."""
    return open_dataset(
        options.data,
        folder=Path(options.data_folder) if options.data_folder else None,
        image_size=options.image_size,
        train_limit=options.train_limit,
        report=report,
    )
