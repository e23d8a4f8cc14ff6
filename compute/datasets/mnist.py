"""MNIST (LeCun et al. 1998) and Fashion-MNIST (Xiao et al. 2017): 60,000 and 10,000 grey images of 28x28 pixels."""

from pathlib import Path

import torch
from torchvision.datasets import MNIST, FashionMNIST
from torchvision.datasets.mnist import read_image_file, read_label_file

from compute.datasets.dataset import Pixels
from compute.datasets.fetching import Report, damaged, fetch, unpack

SOURCES: dict[str, type[MNIST]] = {"mnist": MNIST, "fashion-mnist": FashionMNIST}
CLASSES = 10


def mnist(name: str, folder: Path, report: Report) -> Pixels:
    """Read one of ``SOURCES`` from ``folder``/MNIST/raw or FashionMNIST/raw: four IDX files, or as many .gz of them.

    What is missing is downloaded. Raises BadInputError naming what is missing or damaged.
    """
    source = SOURCES[name]
    raw = Path(source.__name__, "raw")
    zipped = [raw / resource for resource, _ in source.resources]
    files = [path.with_suffix("") for path in zipped]
    for file, archive in zip(files, zipped, strict=True):
        if not (folder / file).exists() and (folder / archive).exists():
            unpack(folder / archive, folder, file)
    missing = [file for file in files if not (folder / file).exists()]
    if missing:
        names = ", ".join(f"{file}.gz" for file in missing)
        wanted = f"{names} from {source.mirrors[0]}"
        fetch(name, folder, missing, lambda staging: source(staging, download=True), wanted=wanted, report=report)
    train, train_labels, test, test_labels = files
    return Pixels(
        *_read(folder / train, folder / train_labels), *_read(folder / test, folder / test_labels), classes=CLASSES
    )


def _read(image_file: Path, label_file: Path) -> tuple[torch.Tensor, torch.Tensor]:
    """(n, 1, s, s) and (n,)."""
    try:
        images = read_image_file(str(image_file))
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, AssertionError):
        raise damaged(image_file) from None
    try:
        labels = read_label_file(str(label_file))
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, AssertionError):
        raise damaged(label_file) from None
    if not len(images) or images.shape[1] != images.shape[2]:
        raise damaged(image_file)
    if len(labels) != len(images) or int(labels.max()) >= CLASSES:
        raise damaged(label_file)
    return images[:, None], labels
