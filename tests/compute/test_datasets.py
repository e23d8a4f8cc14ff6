"""The digits: what they hold, how they were enlarged, and that they never change."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from compute.datasets.dataset import Dataset
from compute.datasets.digits import SIDE, digits
from compute.datasets.split import Split
from tests.compute.data_files import resized


@pytest.fixture(scope="module")
def data() -> Dataset:
    return digits()


def images(split: Split) -> torch.Tensor:
    return split.images(torch.arange(len(split)))


def enlarged(image: np.ndarray) -> np.ndarray:
    """8x8 → 32x32: pixel centres at (i + ½) / 4 − ½ of the source, linear along each axis, constant beyond the rim."""
    places = (np.arange(SIDE) + 0.5) * 8 / SIDE - 0.5
    rows = np.stack([np.interp(places, range(8), column) for column in image.T], axis=1)
    return np.stack([np.interp(places, range(8), row) for row in rows])


def test_four_fifths_are_for_training_and_no_digit_is_in_both_parts(data):
    assert images(data.train).shape == (1437, 1, 32, 32)
    assert images(data.test).shape == (360, 1, 32, 32)
    assert (data.name, data.classes, data.channels, data.image_size) == ("digits", 10, 1, 32)
    train, test = ({image.numpy().tobytes() for image in images(part)} for part in (data.train, data.test))
    assert not train & test


def test_both_parts_have_every_class_in_equal_share(data):
    whole = np.bincount(load_digits().target)
    test = np.bincount(data.test.labels.numpy(), minlength=data.classes)
    assert np.abs(test - whole / 5).max() <= 1  # a whole number of examples
    assert np.array_equal(np.bincount(data.train.labels.numpy()) + test, whole)


def test_training_images_have_mean_0_and_variance_1(data):
    pixels = images(data.train).double()
    assert float(pixels.mean()) == pytest.approx(0, abs=1e-5)  # float32 sums over 1.5 million pixels
    assert float(pixels.var()) == pytest.approx(1, abs=1e-5)


def test_every_image_is_one_of_the_source_enlarged_bilinearly_and_keeps_its_label(data):
    source = load_digits()
    large = np.stack([enlarged(image) for image in source.images])
    large = (large - large.mean()) / large.std()
    found = torch.cat([images(data.train), images(data.test)])[:, 0].double().numpy()
    found = (found - found.mean()) / found.std()  # of all digits, as above
    labels = torch.cat([data.train.labels, data.test.labels]).numpy()
    for chosen in range(0, len(found), 97):
        gaps = np.abs(large - found[chosen]).max(axis=(1, 2))
        assert gaps.min() < 1e-5  # float32 at values of about 3
        assert source.target[gaps.argmin()] == labels[chosen]


def test_the_split_is_always_the_same(data):
    again = digits()
    for one, other in ((again.train, data.train), (again.test, data.test)):
        assert torch.equal(images(one), images(other)) and torch.equal(one.labels, other.labels)


def test_its_images_are_these_very_bits(data):
    """Resized, less the mean and over the deviation of the training images, all in float32 and in this order."""
    source = load_digits()
    pixels = torch.from_numpy(source.images).float()[:, None]
    large = torch.nn.functional.interpolate(pixels, size=(32, 32), mode="bilinear", align_corners=False)
    train, test = train_test_split(range(1797), test_size=0.2, random_state=0, stratify=source.target)
    expected = (large - large[train].mean()) / large[train].std()
    assert torch.equal(images(data.train), expected[train]) and torch.equal(images(data.test), expected[test])


def test_its_split_and_digest_are_those_of_every_landscape_so_far(data):
    assert data.digest == "e2473b2a502800d8"
    assert data.train.labels[:12].tolist() == [3, 9, 1, 3, 1, 9, 4, 4, 2, 8, 3, 5]


def test_the_digest_is_that_of_the_source_in_the_order_of_the_split(data, monkeypatch):
    assert len(data.digest) == 16 and digits().digest == data.digest
    other = load_digits()
    other.images[-1, 4, 4] += 1
    monkeypatch.setattr("compute.datasets.digits.load_digits", lambda: other)
    assert digits().digest != data.digest


def test_a_limit_takes_examples_with_their_images_as_they_are_and_leaves_the_test_set(data):
    few = digits(train_limit=50)
    assert len(few.train) == 50 and few.digest != data.digest and digits(train_limit=51).digest != few.digest
    whole = {
        image.numpy().tobytes(): int(label) for image, label in zip(images(data.train), data.train.labels, strict=True)
    }
    for image, label in zip(images(few.train), few.train.labels, strict=True):
        assert whole[image.numpy().tobytes()] == label
    assert np.bincount(few.train.labels.numpy(), minlength=10).tolist() == pytest.approx([5] * 10, abs=1)
    assert torch.equal(images(few.test), images(data.test)) and torch.equal(few.test.labels, data.test.labels)


@pytest.mark.parametrize("side", [4, 8, 20])
def test_another_size_is_interpolated_from_the_source(side):
    other = digits(image_size=side)
    assert other.image_size == side and other.digest == digits().digest
    source = load_digits()
    pixels = resized(source.images, side)
    found = torch.cat([images(other.train), images(other.test)])[:, 0].double().numpy()
    found = (found - found.mean()) / found.std()
    pixels = (pixels - pixels.mean()) / pixels.std()
    for chosen in range(0, len(found), 97):
        assert np.abs(pixels - found[chosen]).max(axis=(1, 2)).min() < 1e-5
