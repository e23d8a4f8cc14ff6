"""CIFAR-10 and CIFAR-100 (Krizhevsky 2009): 50,000 and 10,000 photographs of 32x32 pixels."""

from pathlib import Path

import torch
from torchvision.datasets import CIFAR10, CIFAR100
from torchvision.datasets.utils import check_integrity

from compute.datasets.dataset import Pixels
from compute.datasets.fetching import Report, damaged, fetch, unpack
from compute.errors import BadInputError

SOURCES: dict[str, type[CIFAR10]] = {"cifar10": CIFAR10, "cifar100": CIFAR100}


def cifar(name: str, folder: Path, report: Report) -> Pixels:
    """Read one of ``SOURCES`` from the folder of its name in ``folder``, which is unpacked or downloaded if absent.

    Its files are pickles, and pickles can run programs: each is read only if its digest is the published one.
    Raises BadInputError naming what is missing or damaged.
    """
    source = SOURCES[name]
    base, archive = folder / source.base_folder, folder / source.filename
    if not base.exists():
        _get(name, folder, archive, report)
    published = [*source.train_list, *source.test_list, [source.meta["filename"], source.meta["md5"]]]
    for file, digest in published:
        if not check_integrity(base / file, digest):
            raise BadInputError(
                f"{base / file}: is missing or damaged; remove {base} to have it downloaded, or put {archive.name} "
                f"beside it from {source.url}"
            )
    train, test = (source(folder, train=part) for part in (True, False))  # checks the digests once more
    return Pixels(*_tensors(train), *_tensors(test), classes=len(train.classes))


def _get(name: str, folder: Path, archive: Path, report: Report) -> None:
    source = SOURCES[name]
    part = Path(source.base_folder)
    if not archive.exists():
        wanted = f"{archive.name} from {source.url}, or the folder {part} that is in it,"
        fetch(name, folder, [part], lambda staging: source(staging, download=True), wanted=wanted, report=report)
    elif check_integrity(archive, source.tgz_md5):
        unpack(archive, folder, part)
    else:
        raise damaged(archive)


def _tensors(source: CIFAR10) -> tuple[torch.Tensor, torch.Tensor]:
    """(n, 3, 32, 32) and (n,)."""
    return torch.from_numpy(source.data).permute(0, 3, 1, 2).contiguous(), torch.tensor(source.targets)
