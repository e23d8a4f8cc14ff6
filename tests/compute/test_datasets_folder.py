"""Folders of images: which there are, how they are parted and decoded, and what is said of unusable ones."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import compute.datasets.image_files
import compute.datasets.image_folder
from compute.datasets.catalogue import open_dataset
from compute.datasets.image_files import ImageFiles, decode
from compute.errors import BadInputError
from tests.compute.data_files import resized, write_image

RANDOM = np.random.default_rng(0)
COUNTS = {"ape": 10, "bee": 5, "cat": 15}
SIDE = 6
ALL = {  # every image is one colour, and no two are the same
    f"{name}/{k:02}.png": (10 * k, 80 * n, 200 - k) for n, name in enumerate(COUNTS) for k in range(COUNTS[name])
}


def colour(rgb: tuple[int, ...], width: int = SIDE, height: int = SIDE) -> np.ndarray:
    return np.broadcast_to(np.array(rgb, np.uint8), (height, width, 3))


def write_all(root: Path, names=tuple(ALL)) -> Path:
    for name in names:
        write_image(root / name, colour(ALL[name]))
    return root


@pytest.fixture(scope="module")
def flat(tmp_path_factory) -> Path:
    return write_all(tmp_path_factory.mktemp("flat"))


def parted(root: Path, test: str = "test") -> Path:
    """Every third image is for testing."""
    for k, name in enumerate(ALL):
        write_image(root / ("train" if k % 3 else test) / name, colour(ALL[name]))
    return root


def opened(root: Path, **options):
    return open_dataset(f"imagefolder:{root}", **({"image_size": SIDE} | options))


def colours(split, moments) -> list[tuple[int, ...]]:
    """Of each image of a split, back from its normalised pixels."""
    mean, deviation = moments
    images = split.images(torch.arange(len(split))).double().numpy()
    assert np.allclose(images, images[:, :, :1, :1], atol=1e-6)
    return [tuple(np.rint(pixel * deviation + mean).astype(int)) for pixel in images[:, :, 0, 0]]


def moments(names) -> tuple[np.ndarray, np.ndarray]:
    pixels = np.array([ALL[name] for name in names], np.float64)
    return pixels.mean(axis=0), pixels.std(axis=0)


def one_line(caught: pytest.ExceptionInfo[BadInputError]) -> str:
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


# ── which images ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_of_classes_alone_a_fifth_each_is_for_testing_and_nothing_is_lost(flat):
    data = opened(flat)
    assert (data.classes, data.channels, data.image_size, data.name) == (3, 3, SIDE, f"imagefolder:{flat}")
    assert np.bincount(data.test.labels.numpy()).tolist() == [2, 1, 3]
    assert np.bincount(data.train.labels.numpy()).tolist() == [8, 4, 12]
    labels = {rgb: list(COUNTS).index(name.split("/")[0]) for name, rgb in ALL.items()}
    known = moments_of(data)
    found = [*colours(data.train, known), *colours(data.test, known)]
    assert sorted(found) == sorted(ALL.values())
    assert [labels[rgb] for rgb in found] == [*data.train.labels.tolist(), *data.test.labels.tolist()]


def moments_of(data) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation that make whole numbers of a split: those of the images that are not for testing."""
    hidden = data.train._files
    pixels = hidden.pixels(torch.arange(len(hidden))).numpy().astype(np.float64)
    return pixels.mean(axis=(0, 2, 3)), pixels.std(axis=(0, 2, 3))


@pytest.mark.parametrize("test", ["test", "val", "valid", "validation"])
def test_folders_for_training_and_testing_are_taken_as_they_are(tmp_path, test):
    data = opened(parted(tmp_path, test))
    names = list(ALL)
    known = moments(name for k, name in enumerate(names) if k % 3)
    assert sorted(colours(data.train, known)) == sorted(ALL[name] for k, name in enumerate(names) if k % 3)
    assert sorted(colours(data.test, known)) == sorted(ALL[name] for k, name in enumerate(names) if not k % 3)


def test_any_first_examples_have_all_classes(flat):
    for split in (opened(flat).train, opened(flat).test):
        count = len(split) // 2
        share = np.bincount(split.labels.numpy()) / 2
        assert np.bincount(split.labels[:count].numpy(), minlength=3).tolist() == pytest.approx(share.tolist(), abs=1)


def test_a_limit_takes_the_first_ones_and_leaves_pixels_and_test_set_as_they_are(flat):
    whole, few = opened(flat), opened(flat, train_limit=7)
    first = torch.arange(7)
    assert len(few.train) == 7 and torch.equal(few.train.labels, whole.train.labels[:7])
    assert torch.equal(few.train.images(first), whole.train.images(first))
    assert torch.equal(few.test.images(first[:6]), whole.test.images(first[:6]))
    assert few.digest != whole.digest
    with pytest.raises(IndexError):
        few.train.images(torch.tensor([7]))


def test_the_limit_has_a_limit(flat):
    with pytest.raises(BadInputError, match=r"^--train-limit 25: .* has 24 training") as caught:
        opened(flat, train_limit=25)
    one_line(caught)


def test_mean_and_deviation_are_those_of_the_first_images_alone(flat, monkeypatch):
    monkeypatch.setattr(compute.datasets.image_folder, "SAMPLE", 5)
    monkeypatch.setattr(compute.datasets.image_folder, "SAMPLE_CHUNK", 2)
    for limit in (None, 3):
        images = opened(flat, train_limit=limit).train
        pixels = opened(flat).train._files.pixels(torch.arange(5)).double()
        mean = pixels.mean(dim=(0, 2, 3), keepdim=True)
        deviation = pixels.std(dim=(0, 2, 3), keepdim=True, correction=0)
        expected = (pixels - mean) / deviation
        assert torch.allclose(images.images(torch.arange(3)).double(), expected[:3], atol=1e-6)


def test_the_digest_is_that_of_names_sizes_and_labels_wherever_the_folder_is(flat, tmp_path):
    whole = opened(flat).digest
    assert len(whole) == 16
    moved = Path(shutil.copytree(flat, tmp_path / "moved"))
    assert opened(moved).digest == whole and opened(moved, image_size=3).digest == whole
    with (moved / "ape" / "00.png").open("ab") as file:
        file.write(b"\0")
    longer = opened(moved).digest
    (moved / "ape" / "01.png").rename(moved / "ape" / "0A.png")
    renamed = opened(moved).digest
    (moved / "ape").rename(moved / "dog")
    relabelled = opened(moved).digest
    assert len({whole, longer, renamed, relabelled}) == 4


def test_other_and_hidden_files_are_left_alone_and_suffixes_are_read_in_any_case(tmp_path):
    root = write_all(tmp_path)
    (root / "ape" / "00.png").rename(root / "ape" / "00.PNG")
    for name in ("notes.txt", ".hidden/x.png", "ape/.00.png", "ape/notes.txt", "ape/deeper.png/x"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("no image")
    data = opened(root)
    assert data.classes == 3 and len(data.train) + len(data.test) == len(ALL)


def test_a_class_may_be_called_train(tmp_path):
    for name in ("car", "train"):
        for k in range(5):
            write_image(tmp_path / name / f"{k}.png", colour((k, k, k)))
    data = opened(tmp_path)
    assert (data.classes, len(data.train), len(data.test)) == (2, 8, 2)


def test_linked_folders_are_followed(flat, tmp_path):
    try:
        for name in ("ape", "bee"):
            (tmp_path / name).symlink_to(flat / name)
    except OSError:
        pytest.skip("this system makes no links")
    assert len(opened(tmp_path).train) == 12


# ── folders that cannot be used ───────────────────────────────────────────────────────────────────────────────────────


def spoil(root: Path, fault: str) -> Path:
    """What the message is to name."""
    if fault == "nothing there":
        shutil.rmtree(root)
    elif fault == "one class":
        shutil.rmtree(root / "bee")
        shutil.rmtree(root / "cat")
    elif fault == "empty class":
        for path in (root / "bee").iterdir():
            path.unlink()
        return root / "bee"
    elif fault == "single images":
        for path in root.glob("*/*"):
            if path.name != "00.png":
                path.unlink()
    elif fault == "no test":
        for name in COUNTS:
            (root / "train").mkdir(exist_ok=True)
            (root / name).rename(root / "train" / name)
    elif fault == "strange test":
        spoil(root, "no test")
        write_image(root / "val" / "dog" / "0.png", colour((0, 0, 0)))
        return root / "val" / "dog"
    elif fault == "empty test":
        spoil(root, "no test")
        (root / "val").mkdir()
        return root / "val"
    return root


FAULTS = ["nothing there", "one class", "empty class", "single images", "no test", "strange test", "empty test"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_folder_that_cannot_be_used_is_named(tmp_path, fault):
    root = write_all(tmp_path / "data")
    named = spoil(root, fault)
    with pytest.raises(BadInputError) as caught:
        opened(root)
    assert one_line(caught).startswith((f"{named}: ", f"--data imagefolder:{named}: "))


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "x.png").write_text("")
    with pytest.raises(BadInputError, match="no such folder"):
        opened(tmp_path / "x.png")


# ── decoding ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("width", "height"), [(40, 40), (64, 40), (41, 90), (20, 20), (9, 30), (16, 16)])
def test_the_centred_square_is_resized_with_antialiasing(tmp_path, width, height):
    """Against sums in float64; Pillow rounds to bytes after each of two passes, half a level each."""
    pixels = write_image(tmp_path / "x.png", RANDOM.integers(0, 256, (height, width, 3), np.uint8))
    found = decode(tmp_path / "x.png", 16).transpose(2, 0, 1)
    assert found.dtype == np.uint8
    assert np.abs(found - resized(pixels.transpose(2, 0, 1), 16)).max() <= 1.01


def test_an_image_of_the_right_size_is_taken_as_it_is(tmp_path):
    pixels = write_image(tmp_path / "x.png", RANDOM.integers(0, 256, (16, 16, 3), np.uint8))
    assert np.array_equal(decode(tmp_path / "x.png", 16), pixels)


def test_photographs_are_read(tmp_path):
    smooth = np.linspace(0, 255, 32).astype(np.uint8)
    pixels = np.stack(np.broadcast_arrays(smooth[:, None], smooth, np.uint8(90)), axis=-1)
    write_image(tmp_path / "x.jpeg", pixels, quality=95)
    assert np.abs(decode(tmp_path / "x.jpeg", 32).astype(int) - pixels).mean() < 3


def test_grey_palettes_and_transparency_become_colours(tmp_path):
    grey = write_image(tmp_path / "grey.png", RANDOM.integers(0, 256, (8, 8), np.uint8))
    assert np.array_equal(decode(tmp_path / "grey.png", 8), grey[:, :, None].repeat(3, 2))
    rgba = write_image(tmp_path / "rgba.png", RANDOM.integers(0, 256, (8, 8, 4), np.uint8))
    assert np.array_equal(decode(tmp_path / "rgba.png", 8), rgba[:, :, :3])
    palette = Image.fromarray(grey % 4).convert("P")
    palette.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 9, 9, 9])
    palette.save(tmp_path / "palette.png", transparency=bytes([0, 9, 255, 255]))
    colours = np.array([[0, 0, 0], [255, 0, 0], [0, 255, 0], [9, 9, 9]], np.uint8)
    assert np.array_equal(decode(tmp_path / "palette.png", 8), colours[grey % 4])


@pytest.mark.parametrize("fault", ["cut off", "text", "empty", "another format", "gone"])
@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_a_damaged_image_is_named(tmp_path, fault, suffix):
    write_all(tmp_path)
    path = tmp_path / "bee" / f"zz.{suffix}"
    write_image(path, RANDOM.integers(0, 256, (64, 64, 3), np.uint8))
    data = opened(tmp_path)
    whole = path.read_bytes()
    contents = {
        "cut off": whole[: len(whole) // 2],
        "text": b"<html>",
        "empty": b"",
        "another format": b"P6 2 1 255\n......",
    }
    if fault == "gone":
        path.unlink()
    else:
        path.write_bytes(contents[fault])
    with pytest.raises(BadInputError) as caught:
        data.train.images(torch.arange(len(data.train)))
        data.test.images(torch.arange(len(data.test)))
    assert one_line(caught) == f"{path}: is no readable image; replace or remove it"


def test_more_than_8_bits_are_refused(tmp_path):
    write_image(tmp_path / "x.png", RANDOM.integers(0, 2**16, (8, 8)).astype(np.uint16))
    with pytest.raises(BadInputError, match="more than 8 bits") as caught:
        decode(tmp_path / "x.png", 8)
    one_line(caught)


def test_images_of_absurd_size_are_refused_and_large_ones_are_not(tmp_path, monkeypatch):
    write_image(tmp_path / "x.png", np.zeros((20, 20, 3), np.uint8))
    files = ImageFiles([tmp_path / "x.png"], 4)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 150)  # an error from twice that on
    with pytest.raises(BadInputError, match="no readable image"):
        files.pixels(torch.tensor([0]))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 300)
    assert not files.pixels(torch.tensor([0])).any()


@pytest.mark.parametrize("room", [0, 10, 30])
def test_the_first_images_are_decoded_once_if_there_is_room(flat, monkeypatch, room):
    monkeypatch.setattr(compute.datasets.image_files, "KEPT_BYTES", room * 3 * SIDE**2)
    decoded = []
    once = decode
    monkeypatch.setattr(
        compute.datasets.image_files, "decode", lambda path, side: decoded.append(path.name) or once(path, side)
    )
    paths = sorted(flat.glob("*/*"))
    files = ImageFiles(paths, SIDE)
    expected = [ALL[path.relative_to(flat).as_posix()] for path in paths]
    for chosen in ([3, 3, 20], [20, 3, 0], list(range(30))):
        pixels = files.pixels(torch.tensor(chosen))
        assert pixels.dtype == torch.uint8
        assert [tuple(pixel) for pixel in pixels[:, :, 0, 0].tolist()] == [expected[k] for k in chosen]
    # 3 twice in one request, then again and again; 20 and the rest
    assert len(decoded) == {0: 3 + 3 + 30, 10: 3 + 2 + 28, 30: 3 + 1 + 27}[room]


def test_no_images_are_no_images(flat):
    assert ImageFiles(sorted(flat.glob("*/*")), SIDE).pixels(torch.tensor([], dtype=torch.int64)).shape == (0, 3, 6, 6)
