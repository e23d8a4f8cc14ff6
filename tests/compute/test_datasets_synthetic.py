"""Made data: always the same, of the shape that was asked for, around a mean for each class."""

import numpy as np
import pytest

from compute.datasets.catalogue import open_dataset
from compute.datasets.synthetic import synthetic
from compute.errors import BadInputError


def test_by_default_it_is_like_cifar10_with_a_thousand_examples():
    data = open_dataset("synthetic")
    assert (data.name, len(data.train), len(data.test)) == ("synthetic", 1000, 200)
    assert (data.channels, data.image_size, data.classes) == (3, 32, 10)


def test_its_name_gives_the_shape():
    data = open_dataset("synthetic:30x1x9x7")
    assert (len(data.train), len(data.test), data.channels, data.image_size, data.classes) == (30, 6, 1, 9, 7)
    assert data.train.labels.tolist() == [k % 7 for k in range(30)]
    assert data.test.labels.tolist() == [k % 7 for k in range(30, 36)]


def test_it_never_changes():
    assert open_dataset("synthetic").digest == "f75e291f23ab20b3"
    assert open_dataset("synthetic:1000x3x32x11").digest != "f75e291f23ab20b3"


def test_examples_are_their_class_plus_noise_of_deviation_49():
    """400 examples a class: the mean of a patch of 64 pixels is known within 49 / √25600 = 0.3."""
    pixels = synthetic("800x1x32x2")
    images, labels = pixels.train[:, 0].numpy().astype(float), pixels.train_labels.numpy()
    means = np.stack([images[labels == label].mean(axis=0) for label in range(2)])
    patches = means.reshape(2, 4, 8, 4, 8).mean(axis=(2, 4))
    for mean in (means, images[::2].mean(axis=0)[None]):
        gaps = mean.reshape(-1, 4, 8, 4, 8) - patches[: len(mean), :, None, :, None]
        assert np.abs(gaps).max() < 5 * 49 / 400**0.5
    assert 10 < patches.std() < 40  # 24 of 32 numbers
    grey = np.abs(patches - 128) < 25  # where few pixels are cut off at 0 and 255
    noise = (images[labels == 0] - means[0]).reshape(400, 4, 8, 4, 8).std(axis=(0, 2, 4))
    expected = (4 * (256**2 - 1) / 12) ** 0.5 / 3
    assert np.allclose(noise[grey[0]], expected, atol=1.5)  # 0.22 by chance, and half a level for what is cut off
    first, second = images[labels == 0][:, 0, 0], images[labels == 0][:, 0, 1]
    assert abs(np.corrcoef(first, second)[0, 1]) < 5 / 400**0.5


@pytest.mark.parametrize("shape", ["10x3x32", "ax3x32x10", "0x3x32x10", "-10x3x32x2", "10x3x32x10x", "١0x3x32x2"])
def test_a_shape_that_cannot_be_read_is_told_how_one_looks(shape):
    with pytest.raises(BadInputError, match=rf"^--data synthetic:{shape}: .*1000x3x32x10$"):
        open_dataset(f"synthetic:{shape}")


@pytest.mark.parametrize("shape", ["10x3x32x1", "10x3x32x11", "1000x3x32x257", "100000000x3x224x10"])
def test_a_shape_that_cannot_be_says_why(shape):
    with pytest.raises(BadInputError, match=rf"^--data synthetic:{shape}: .*choose") as caught:
        open_dataset(f"synthetic:{shape}")
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["synthetic:", "synthetic10", "cifar", "cifar10:", "imagefolder", "imagefolder:", ""])
def test_an_unknown_name_is_told_which_there_are(name):
    with pytest.raises(BadInputError, match=rf"^--data {name}: is not one of digits, .*imagefolder:PATH") as caught:
        open_dataset(name)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["synthetic", "digits", "cifar10"])
def test_an_image_size_that_cannot_be_names_the_option(name):
    with pytest.raises(BadInputError, match=r"^--image-size 0: "):
        open_dataset(name, image_size=0)
