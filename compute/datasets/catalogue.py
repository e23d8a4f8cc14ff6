"""All data sets by name."""

import os
from collections.abc import Callable
from pathlib import Path

from compute.datasets.dataset import Dataset, Pixels, dataset_of
from compute.errors import BadInputError

DATASETS: tuple[str, ...] = (
    "digits",
    "cifar10",
    "cifar100",
    "mnist",
    "fashion-mnist",
    "imagefolder:PATH",
    "synthetic",
)
"""Names for ``open_dataset``. synthetic also as synthetic:EXAMPLESxCHANNELSxSIDExCLASSES."""


def open_dataset(
    name: str,
    *,
    folder: Path | None = None,
    image_size: int | None = None,
    train_limit: int | None = None,
    report: Callable[[str], None] = lambda text: None,
) -> Dataset:
    """A data set by its name.

    ``folder`` is where files of published data sets are looked for and downloaded to, by default ``data_folder()``.
    ``image_size``: the side that images are resized to, bilinearly and antialiased; by default as they are (digits 32,
    images from a folder 224). ``train_limit``: only the first so many training examples of a fixed stratified shuffle.
    ``report`` hears of downloads. Raises BadInputError naming the option or the file that cannot be used.
    """
    kind, _, rest = name.partition(":")
    if image_size is not None and image_size < 1:
        raise BadInputError(f"--image-size {image_size}: choose 1 or more")
    # Imported late: scikit-learn and torchvision take seconds to load, and most runs need only one of them.
    if kind == "imagefolder" and rest:
        from compute.datasets.image_folder import image_folder  # noqa: PLC0415

        return image_folder(Path(rest).expanduser(), image_size, train_limit)
    if name == "digits":
        from compute.datasets.digits import digits  # noqa: PLC0415

        return digits(image_size, train_limit)
    return dataset_of(name, _pixels(name, folder or data_folder(), report), image_size, train_limit)


def data_folder() -> Path:
    """$BASIN_DATA, or ~/.cache/basin/data."""
    return Path(os.environ.get("BASIN_DATA") or "~/.cache/basin/data").expanduser()


def _pixels(name: str, folder: Path, report: Callable[[str], None]) -> Pixels:
    kind, colon, shape = name.partition(":")
    if name in ("cifar10", "cifar100"):
        from compute.datasets.cifar import cifar  # noqa: PLC0415

        return cifar(name, folder, report)
    if name in ("mnist", "fashion-mnist"):
        from compute.datasets.mnist import mnist  # noqa: PLC0415

        return mnist(name, folder, report)
    if kind == "synthetic" and bool(colon) == bool(shape):
        from compute.datasets.synthetic import synthetic  # noqa: PLC0415

        return synthetic(shape)
    raise BadInputError(f"--data {name}: is not one of {', '.join(DATASETS)}")
