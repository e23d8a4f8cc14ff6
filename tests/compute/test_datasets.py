"""The digits: what they hold, how they were enlarged, and that they never change."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from compute.datasets import SIDE, Dataset, digits


@pytest.fixture(scope="module")
def data() -> Dataset:
    return digits()


def enlarged(image: np.ndarray) -> np.ndarray:
    """8x8 → 32x32: pixel centres at (i + ½) / 4 − ½ of the source, linear along each axis, constant beyond the rim."""
    places = (np.arange(SIDE) + 0.5) * 8 / SIDE - 0.5
    rows = np.stack([np.interp(places, range(8), column) for column in image.T], axis=1)
    return np.stack([np.interp(places, range(8), row) for row in rows])


def test_four_fifths_are_for_training_and_no_digit_is_in_both_parts(data):
    assert data.train_images.shape == (1437, 1, 32, 32)
    assert data.test_images.shape == (360, 1, 32, 32)
    train, test = ({image.numpy().tobytes() for image in part} for part in (data.train_images, data.test_images))
    assert not train & test


def test_both_parts_have_every_class_in_equal_share(data):
    whole = np.bincount(load_digits().target)
    test = np.bincount(data.test_labels.numpy(), minlength=data.classes)
    assert np.abs(test - whole / 5).max() <= 1  # a whole number of examples
    assert np.array_equal(np.bincount(data.train_labels.numpy()) + test, whole)


def test_training_images_have_mean_0_and_variance_1(data):
    pixels = data.train_images.double()
    assert float(pixels.mean()) == pytest.approx(0, abs=1e-5)  # float32 sums over 1.5 million pixels
    assert float(pixels.var()) == pytest.approx(1, abs=1e-5)


def test_every_image_is_one_of_the_source_enlarged_bilinearly_and_keeps_its_label(data):
    source = load_digits()
    large = np.stack([enlarged(image) for image in source.images])
    large = (large - large.mean()) / large.std()
    images = torch.cat([data.train_images, data.test_images])[:, 0].double().numpy()
    images = (images - images.mean()) / images.std()  # of all digits, as above
    labels = torch.cat([data.train_labels, data.test_labels]).numpy()
    for chosen in range(0, len(images), 97):
        gaps = np.abs(large - images[chosen]).max(axis=(1, 2))
        assert gaps.min() < 1e-5  # float32 at values of about 3
        assert source.target[gaps.argmin()] == labels[chosen]


def test_the_split_is_always_the_same(data):
    again = digits()
    assert torch.equal(again.train_images, data.train_images) and torch.equal(again.test_images, data.test_images)
    assert torch.equal(again.train_labels, data.train_labels) and torch.equal(again.test_labels, data.test_labels)


def test_the_digest_is_that_of_the_source_in_the_order_of_the_split(data, monkeypatch):
    assert len(data.digest) == 16 and digits().digest == data.digest
    other = load_digits()
    other.images[-1, 4, 4] += 1
    monkeypatch.setattr("compute.datasets.load_digits", lambda: other)
    assert digits().digest != data.digest
