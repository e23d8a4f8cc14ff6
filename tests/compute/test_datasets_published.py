"""CIFAR and MNIST from files as they were published: pixels and labels as written, and nothing unchecked unpickled."""

import gzip
import pickle
import tempfile
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torch
import torchvision

from compute.datasets.catalogue import data_folder, open_dataset
from compute.errors import BadInputError
from tests.compute.data_files import md5, write_cifar10, write_cifar100, write_idx, write_tar

RANDOM = np.random.default_rng(0)
PHOTOS = RANDOM.integers(0, 256, (26, 3, 32, 32), np.uint8)
LABELS = RANDOM.permutation(np.arange(26) % 10).tolist()
FINE = RANDOM.permutation(100)[:26].tolist()
TEST = 6
GREY = RANDOM.integers(0, 256, (26, 28, 28), np.uint8)
SOURCES = {
    "cifar10": torchvision.datasets.CIFAR10,
    "cifar100": torchvision.datasets.CIFAR100,
    "mnist": torchvision.datasets.MNIST,
    "fashion-mnist": torchvision.datasets.FashionMNIST,
}
IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
RAW = {"mnist": Path("MNIST", "raw"), "fashion-mnist": Path("FashionMNIST", "raw")}
NAMES = ["cifar10", "cifar100", "mnist", "fashion-mnist"]


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Addresses that cannot be reached, so that a test asks nobody."""

    def unreachable(url):
        raise URLError("no network")

    monkeypatch.setattr(torchvision.datasets.utils.urllib.request, "urlopen", unreachable)


@pytest.fixture(scope="module")
def cifar_files(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    write_cifar10(folder / "cifar-10-batches-py", PHOTOS, LABELS, TEST)
    write_cifar100(folder / "cifar-100-python", PHOTOS, FINE, TEST)
    return folder


@pytest.fixture
def published(cifar_files, monkeypatch) -> Path:
    """A folder of these files, whose digests are taken for the published ones."""
    for source in (SOURCES["cifar10"], SOURCES["cifar100"]):
        base = cifar_files / source.base_folder
        for part in ("train_list", "test_list"):
            monkeypatch.setattr(source, part, [[name, md5(base / name)] for name, _ in getattr(source, part)])
        monkeypatch.setattr(source, "meta", source.meta | {"md5": md5(base / source.meta["filename"])})
    return cifar_files


@pytest.fixture
def copied(published, tmp_path) -> Path:
    """The same, to spoil."""
    for file in published.rglob("*"):
        target = tmp_path / file.relative_to(published)
        if file.is_file():
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(file.read_bytes())
    return tmp_path


def write_mnist(folder: Path, suffix: str = "") -> None:
    train = len(GREY) - TEST
    parts = (GREY[:train], np.array(LABELS[:train]), GREY[train:], np.array(LABELS[train:]))
    for name, content in zip(IDX, parts, strict=True):
        write_idx(folder / f"{name}{suffix}", content)


def reports() -> tuple[list[str], object]:
    heard: list[str] = []
    return heard, heard.append


def one_line(caught: pytest.ExceptionInfo[BadInputError]) -> str:
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def check(data, pixels: np.ndarray, labels: list[int]) -> None:
    """Both parts hold these pixels less the training set's mean, over its deviation, and these labels."""
    train = len(pixels) - TEST
    known = pixels[:train].astype(np.float64)
    mean, deviation = (f(axis=(0, 2, 3))[:, None, None] for f in (known.mean, known.std))
    for split, part in ((data.train, slice(train)), (data.test, slice(train, None))):
        images = split.images(torch.arange(len(split))).double().numpy()
        assert np.abs(images - (pixels[part] - mean) / deviation).max() < 1e-6
        assert split.labels.tolist() == labels[part] and split.labels.dtype == torch.int64


def spoilt(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


# ── CIFAR ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "labels", "classes"), [("cifar10", LABELS, 10), ("cifar100", FINE, 100)])
def test_cifar_holds_the_pixels_and_the_fine_labels_of_its_batches_in_their_order(published, name, labels, classes):
    heard, report = reports()
    data = open_dataset(name, folder=published, report=report)
    assert (data.name, data.classes, data.channels, data.image_size) == (name, classes, 3, 32)
    check(data, PHOTOS, labels)
    assert not heard


class Program:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("file", ["data_batch_1", "data_batch_5", "test_batch", "batches.meta"])
@pytest.mark.parametrize("digests", ["ours", "torchvision's"])
def test_a_batch_that_is_not_the_published_one_is_named_and_never_unpickled(
    cifar_files, copied, monkeypatch, file, digests
):
    if digests == "torchvision's":
        monkeypatch.undo()
        file = "data_batch_1"  # whichever is spoilt, the first one is not the published one
    ran = copied / "ran"
    path = copied / "cifar-10-batches-py" / file
    path.write_bytes(pickle.dumps(Program(ran)))
    with pytest.raises(BadInputError) as caught:
        open_dataset("cifar10", folder=copied)
    line = one_line(caught)
    assert line.startswith(f"{path}: is missing or damaged; remove {path.parent}")
    assert "cifar-10-python.tar.gz" in line
    assert not ran.exists()
    pickle.loads(path.read_bytes())
    assert ran.exists()  # it would have


def test_a_missing_batch_is_named(copied):
    path = copied / "cifar-100-python" / "test"
    path.unlink()
    with pytest.raises(BadInputError) as caught:
        open_dataset("cifar100", folder=copied)
    assert one_line(caught).startswith(f"{path}: is missing")


def archived(published: Path, folder: Path, monkeypatch) -> Path:
    archive = folder / SOURCES["cifar10"].filename
    write_tar(archive, published / "cifar-10-batches-py")
    monkeypatch.setattr(SOURCES["cifar10"], "tgz_md5", md5(archive))
    return archive


def test_an_archive_that_lies_there_is_unpacked(published, tmp_path, monkeypatch):
    archive = archived(published, tmp_path, monkeypatch)
    heard, report = reports()
    check(open_dataset("cifar10", folder=tmp_path, report=report), PHOTOS, LABELS)
    assert {path.name for path in tmp_path.iterdir()} == {archive.name, "cifar-10-batches-py"} and not heard


def test_an_archive_that_is_not_the_published_one_is_left_packed(published, tmp_path, monkeypatch):
    archive = archived(published, tmp_path, monkeypatch)
    spoilt(archive)
    with pytest.raises(BadInputError) as caught:
        open_dataset("cifar10", folder=tmp_path)
    assert one_line(caught).startswith(f"{archive}: is damaged or cut off")
    assert list(tmp_path.iterdir()) == [archive]


def served(monkeypatch, source: Path) -> None:
    """The net, as far as these tests are concerned, is a folder."""
    monkeypatch.setattr(torchvision.datasets.utils, "_get_redirect_url", lambda url, max_hops: url)

    def copy(url: str, target: str) -> None:
        Path(target).write_bytes((source / url.rpartition("/")[2]).read_bytes())

    monkeypatch.setattr(torchvision.datasets.utils, "_urlretrieve", copy)


def test_what_is_absent_is_downloaded_and_the_archive_goes(published, tmp_path, monkeypatch):
    archived(published, tmp_path, monkeypatch)
    served(monkeypatch, tmp_path)
    heard, report = reports()
    folder = tmp_path / "deep" / "data"
    check(open_dataset("cifar10", folder=folder, report=report), PHOTOS, LABELS)
    assert heard == [f"downloading cifar10 to {folder}"]
    assert [path.name for path in folder.iterdir()] == ["cifar-10-batches-py"]


@pytest.mark.parametrize("fault", ["cut off", "interrupted while unpacking"])
def test_a_part_of_a_download_is_not_taken_for_the_whole(published, tmp_path, monkeypatch, fault):
    archive = archived(published, tmp_path, monkeypatch)
    whole = archive.read_bytes()
    served(monkeypatch, tmp_path)
    folder = tmp_path / "data"
    with monkeypatch.context() as broken:
        if fault == "cut off":
            archive.write_bytes(whole[:1000])
        else:

            def interrupted(archive, target, remove_finished) -> None:
                Path(target, "cifar-10-batches-py").mkdir()
                raise KeyboardInterrupt

            broken.setattr(torchvision.datasets.utils, "extract_archive", interrupted)
        with pytest.raises(BadInputError if fault == "cut off" else KeyboardInterrupt):
            open_dataset("cifar10", folder=folder)
    assert not list(folder.iterdir())
    archive.write_bytes(whole)
    check(open_dataset("cifar10", folder=folder), PHOTOS, LABELS)


def test_two_that_download_at_once_do_not_harm_each_other(published, tmp_path, monkeypatch):
    archived(published, tmp_path, monkeypatch)
    served(monkeypatch, tmp_path)
    folder = tmp_path / "data"
    first = torchvision.datasets.utils._urlretrieve

    def slower(url: str, target: str) -> None:
        monkeypatch.setattr(torchvision.datasets.utils, "_urlretrieve", first)
        check(open_dataset("cifar10", folder=folder), PHOTOS, LABELS)  # another process, in the meantime
        first(url, target)

    monkeypatch.setattr(torchvision.datasets.utils, "_urlretrieve", slower)
    check(open_dataset("cifar10", folder=folder), PHOTOS, LABELS)
    assert [path.name for path in folder.iterdir()] == ["cifar-10-batches-py"]


# ── MNIST ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", RAW)
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_mnist_holds_the_pixels_and_labels_of_its_files(tmp_path, name, suffix):
    write_mnist(tmp_path / RAW[name], suffix)
    heard, report = reports()
    data = open_dataset(name, folder=tmp_path, report=report)
    assert (data.name, data.classes, data.channels, data.image_size) == (name, 10, 1, 28)
    check(data, GREY[:, None], LABELS)
    assert not heard and not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("file", IDX)
@pytest.mark.parametrize("fault", ["cut off", "longer", "empty", "text", "float", "head"])
def test_a_damaged_file_of_mnist_is_named(tmp_path, file, fault):
    write_mnist(tmp_path / RAW["mnist"])
    path = tmp_path / RAW["mnist"] / file
    whole = path.read_bytes()
    path.write_bytes(
        {
            "cut off": whole[:-1],
            "longer": whole + b"\0",
            "empty": b"",
            "text": b"<html>404</html>",
            "float": whole[:2] + b"\x0d" + whole[3:],
            "head": whole[:7],
        }[fault]
    )
    with pytest.raises(BadInputError) as caught:
        open_dataset("mnist", folder=tmp_path)
    assert one_line(caught).startswith(f"{path}: is damaged")


@pytest.mark.parametrize(
    ("file", "content"), [(0, GREY[:0]), (0, GREY[:20, :20]), (1, np.full(20, 10)), (1, np.ones(19))]
)
def test_files_that_cannot_be_mnist_are_named(tmp_path, file, content):
    write_mnist(tmp_path / RAW["mnist"])
    path = tmp_path / RAW["mnist"] / IDX[file]
    write_idx(path, content)
    with pytest.raises(BadInputError) as caught:
        open_dataset("mnist", folder=tmp_path)
    assert one_line(caught).startswith(f"{path}: is damaged")


@pytest.mark.parametrize("content", [b"", b"text", gzip.compress(bytes(20))[:-9]])
def test_a_damaged_archive_of_mnist_is_named(tmp_path, content):
    write_mnist(tmp_path / RAW["mnist"])
    raw = tmp_path / RAW["mnist"] / IDX[2]
    raw.unlink()
    archive = raw.with_name(f"{raw.name}.gz")
    archive.write_bytes(content)
    with pytest.raises(BadInputError) as caught:
        open_dataset("mnist", folder=tmp_path)
    assert one_line(caught).startswith(f"{archive}: is damaged" if content != b"" else f"{raw}: is damaged")


def test_files_of_mnist_that_are_absent_are_downloaded(tmp_path, monkeypatch):
    write_mnist(tmp_path, ".gz")
    source = SOURCES["mnist"]
    monkeypatch.setattr(source, "resources", [(f"{name}.gz", md5(tmp_path / f"{name}.gz")) for name in IDX])
    served(monkeypatch, tmp_path)
    folder = tmp_path / "data"
    heard, report = reports()
    check(open_dataset("mnist", folder=folder, report=report), GREY[:, None], LABELS)
    assert heard == [f"downloading mnist to {folder}"]
    assert {path.name for path in (folder / RAW["mnist"]).iterdir()} == set(IDX) and not list(folder.glob(".*"))


# ── without the net ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", NAMES)
def test_without_files_and_the_net_one_line_says_what_to_put_where(tmp_path, name):
    with pytest.raises(BadInputError) as caught:
        open_dataset(name, folder=tmp_path / "data")
    line = one_line(caught)
    assert line.startswith(f"{tmp_path / 'data'}: {name} is not there and cannot be downloaded (")
    source = SOURCES[name]
    files = [source.filename] if hasattr(source, "filename") else [str(RAW[name] / f"{file}.gz") for file in IDX]
    assert all(file in line for file in files) and "http" in line and line.endswith(" there")
    assert not list((tmp_path / "data").iterdir())


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BadInputError) as caught:
        open_dataset("mnist", folder=tmp_path / "file" / "data")
    assert str(tmp_path / "file") in one_line(caught)


def test_the_folder_is_the_users_choice_or_the_usual_one(monkeypatch, tmp_path):
    monkeypatch.setenv("BASIN_DATA", str(tmp_path / "there"))
    assert data_folder() == tmp_path / "there"
    write_mnist(tmp_path / "there" / RAW["mnist"])
    assert len(open_dataset("mnist").train) == 20
    monkeypatch.delenv("BASIN_DATA")
    assert data_folder() == Path("~/.cache/basin/data").expanduser()


def test_mnists_pickled_files_of_old_are_not_read(tmp_path):
    """torchvision once kept its own copies, and reads them still."""
    write_mnist(tmp_path / RAW["mnist"])
    old = tmp_path / "MNIST" / "processed"
    old.mkdir()
    for name in ("training.pt", "test.pt"):
        (old / name).write_bytes(pickle.dumps(Program(tmp_path / "ran")))
    check(open_dataset("mnist", folder=tmp_path), GREY[:, None], LABELS)
    assert not (tmp_path / "ran").exists()


def test_temporary_folders_lie_beside_the_data(tmp_path, monkeypatch):
    """So that moving them is a rename, whole or not at all."""
    made = []
    whole = tempfile.TemporaryDirectory
    monkeypatch.setattr(tempfile, "TemporaryDirectory", lambda **where: made.append(where["dir"]) or whole(**where))
    with pytest.raises(BadInputError):
        open_dataset("cifar10", folder=tmp_path)
    assert made == [tmp_path]
