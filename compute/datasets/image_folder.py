"""A folder of images with a folder for each class: the user's own data."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from compute.datasets.dataset import Dataset, check_limit
from compute.datasets.image_files import CHANNELS, SUFFIXES, ImageFiles
from compute.datasets.preparation import Preparation
from compute.datasets.split import FolderSplit
from compute.datasets.stratification import stratified_order, stratified_parts
from compute.errors import BadInputError

SIDE = 224  # pixels, ImageNet's
TRAIN = "train"
TESTS = ("test", "val", "valid", "validation")
TEST_SHARE = 0.2
SAMPLE = 2048  # images that mean and deviation are taken from
SAMPLE_CHUNK = 64


@dataclass(frozen=True, eq=False)
class Listing:
    """Files and their labels."""

    paths: Sequence[Path]
    labels: Sequence[int]

    def __getitem__(self, chosen: Sequence[int]) -> "Listing":
        return Listing([self.paths[k] for k in chosen], [self.labels[k] for k in chosen])

    @property
    def shuffled(self) -> "Listing":
        """In the fixed order whose beginnings have all classes in their shares."""
        return self[stratified_order(np.array(self.labels, np.int64)).tolist()]


def image_folder(root: Path, image_size: int | None = None, train_limit: int | None = None) -> Dataset:
    """The images in ``root``/train/CLASS/ and ``root``/test/CLASS/, or val; or in ``root``/CLASS/ alone.

    In the last case a fifth of each class is for testing, always the same one. Classes are numbered in the order of
    their names. Both parts come in a fixed shuffle in which any first examples have all classes in their shares.
    Images are decoded when they are asked for, and scaled so that their centred square has ``image_size`` pixels a
    side, 224 by default. Mean and deviation are those of the first 2,048 training images.

    The digest is that of the names, sizes and labels of the files. Raises BadInputError when the folder is not like
    that, and the splits do for an image that cannot be read.
    """
    classes, train, test = _listed(root)
    name, side = f"imagefolder:{root}", image_size or SIDE
    check_limit(name, train_limit, len(train.paths))
    train, test = train.shuffled, test.shuffled
    files = ImageFiles(train.paths, side)
    sample = torch.split(torch.arange(min(SAMPLE, len(files))), SAMPLE_CHUNK)
    preparation = Preparation(side, lambda: map(files.pixels, sample))
    train = train[range(train_limit or len(train.paths))]
    return Dataset(
        name,
        FolderSplit(files, torch.tensor(train.labels), preparation),
        FolderSplit(ImageFiles(test.paths, side), torch.tensor(test.labels), preparation),
        len(classes),
        CHANNELS,
        side,
        _digest(root, train, test),
    )


def _listed(root: Path) -> tuple[list[str], Listing, Listing]:
    """Names of the classes, and the files for training and testing."""
    if not root.is_dir():
        raise BadInputError(f"--data imagefolder:{root}: no such folder")
    if not _folders(root / TRAIN):
        classes = _classes(root)
        whole = _files(root, classes)
        rest, part = stratified_parts(np.array(whole.labels, np.int64), TEST_SHARE)
        if not len(part):
            raise BadInputError(f"{root}: every class has a single image; testing needs some too")
        return classes, whole[rest.tolist()], whole[part.tolist()]
    tests = next((root / name for name in TESTS if (root / name).is_dir()), None)
    if tests is None:
        raise BadInputError(f"{root}: has {TRAIN} but nothing to test on; name that folder {TESTS[0]} or {TESTS[1]}")
    classes = _classes(root / TRAIN)
    strange = [path.name for path in _folders(tests) if path.name not in classes]
    if strange:
        raise BadInputError(f"{tests / strange[0]}: is no class of {root / TRAIN}; remove it or add it there")
    test = _files(tests, [name for name in classes if (tests / name).is_dir()], classes)
    return classes, _files(root / TRAIN, classes), test


def _folders(root: Path) -> list[Path]:
    if not root.is_dir():
        return []
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))


def _classes(root: Path) -> list[str]:
    names = [path.name for path in _folders(root)]
    if len(names) < 2:
        found = f"only {names[0]}" if names else "none"
        raise BadInputError(f"{root}: needs a folder of images for each of two or more classes, has {found}")
    return names


def _files(root: Path, names: Sequence[str], classes: Sequence[str] | None = None) -> Listing:
    """The images of these classes, which ``classes`` numbers. Raises BadInputError when one has none."""
    numbers = {name: number for number, name in enumerate(classes or names)}
    paths, labels = [], []
    for name in names:
        found = sorted(path for path in (root / name).iterdir() if _is_image(path))
        if not found:
            raise BadInputError(f"{root / name}: holds no image ({', '.join(SUFFIXES)}); add some or remove it")
        paths += found
        labels += [numbers[name]] * len(found)
    if not paths:
        raise BadInputError(f"{root}: holds no folder of images; add one for each class")
    return Listing(paths, labels)


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()


def _digest(root: Path, train: Listing, test: Listing) -> str:
    total = hashlib.sha256()
    for part in (train, test):
        for path, label in zip(part.paths, part.labels, strict=True):
            total.update(f"{path.relative_to(root).as_posix()}\0{path.stat().st_size}\0{label}\n".encode())
        total.update(b"\n")
    return total.hexdigest()[:16]
