"""From pixels to images: resized, normalised by the training set, one by one the same as together."""

import hashlib

import numpy as np
import pytest
import torch

from compute.datasets.dataset import Pixels, dataset_of
from compute.datasets.preparation import channel_moments
from compute.datasets.split import TensorSplit
from compute.errors import BadInputError
from tests.compute.data_files import resized

RANDOM = np.random.default_rng(0)
SHAPE = (40, 3, 12, 12)
CAST = np.array([1.0, 0.5, 0.1])[:, None, None]  # channels of different brightness
TRAIN = (RANDOM.integers(0, 256, SHAPE) * CAST).astype(np.uint8)
TEST = (RANDOM.integers(0, 256, (8, 3, 12, 12)) * CAST).astype(np.uint8)
LABELS = np.arange(40) % 4
PIXELS = Pixels(
    torch.from_numpy(TRAIN), torch.from_numpy(LABELS), torch.from_numpy(TEST), torch.from_numpy(LABELS[:8]), 4
)


def expected(images: np.ndarray, side: int) -> np.ndarray:
    mean, deviation = TRAIN.mean(axis=(0, 2, 3)), TRAIN.std(axis=(0, 2, 3))
    return (resized(images, side) - mean[:, None, None]) / deviation[:, None, None]


@pytest.mark.parametrize("side", [None, 3, 5, 12, 13, 40])
def test_images_are_resized_and_normalised_by_the_training_set_at_its_own_size(side):
    data = dataset_of("random", PIXELS, side, None)
    assert (data.image_size, data.channels, data.classes) == (side or 12, 3, 4)
    for split, pixels in ((data.train, TRAIN), (data.test, TEST)):
        images = split.images(torch.arange(len(split)))
        assert images.dtype == torch.float32 and images.is_contiguous() and images.shape[2:] == (side or 12,) * 2
        # float32 at values of some units, through two passes of interpolation at most
        assert np.abs(images.double().numpy() - expected(pixels, side or 12)).max() < 5e-6


@pytest.mark.parametrize("side", [None, 5, 40])
def test_an_image_is_the_same_whatever_it_is_asked_for_with(side):
    split = dataset_of("random", PIXELS, side, None).train
    chosen = torch.tensor([7, 3, 39, 3])
    together = split.images(chosen)
    assert torch.equal(together[1], together[3])
    for k, index in enumerate(chosen):
        assert torch.equal(split.images(index[None])[0], together[k])


def test_what_is_given_out_may_be_written_to():
    for split in (
        dataset_of("random", PIXELS, None, None).train,
        TensorSplit(PIXELS.train.float(), PIXELS.train_labels),
    ):
        before = split.images(torch.arange(4)).clone()
        split.images(torch.arange(4)).zero_()
        assert torch.equal(split.images(torch.arange(4)), before)
    assert np.array_equal(PIXELS.train.numpy(), TRAIN)


def test_moments_are_exact_and_the_same_in_any_chunks():
    """Of 480 numbers with six digits: as Python's whole numbers give them, bit for bit."""
    mean, deviation = channel_moments([PIXELS.train])
    for channel in range(3):
        values = [int(value) for value in TRAIN[:, channel].flatten()]
        n, first, second = len(values), sum(values), sum(value**2 for value in values)
        assert float(mean[channel]) == first / n
        assert float(deviation[channel]) == ((n * second - first**2) / n**2) ** 0.5
    for size in (1, 7):
        again = channel_moments(torch.split(PIXELS.train.flip(0), size))
        assert torch.equal(again[0], mean) and torch.equal(again[1], deviation)


def test_a_channel_that_is_the_same_everywhere_becomes_zero():
    pixels = torch.full((5, 1, 4, 4), 17, dtype=torch.uint8)
    data = dataset_of("flat", Pixels(pixels, torch.arange(5), pixels, torch.arange(5), 5), None, None)
    assert not data.train.images(torch.arange(5)).any()


def test_the_digest_is_that_of_pixels_and_labels_training_first_at_any_size():
    content = TRAIN.tobytes() + TEST.tobytes() + bytes(LABELS.tolist()) + bytes(LABELS[:8].tolist())
    for side in (None, 5):
        assert dataset_of("random", PIXELS, side, None).digest == hashlib.sha256(content).hexdigest()[:16]


def test_a_limit_takes_a_stratified_part_as_it_is_and_leaves_the_test_set_alone():
    whole = dataset_of("random", PIXELS, None, None)
    images = whole.train.images(torch.arange(40))
    for limit in (8, 9):
        data = dataset_of("random", PIXELS, None, limit)
        assert len(data.train) == limit and data.digest != whole.digest
        assert np.bincount(data.train.labels.numpy()).tolist() == pytest.approx([limit / 4] * 4, abs=1)
        for image, label in zip(data.train.images(torch.arange(limit)), data.train.labels, strict=True):
            place = [k for k in range(40) if torch.equal(images[k], image)]
            assert len(place) == 1 and LABELS[place[0]] == label
        assert torch.equal(data.test.images(torch.arange(8)), whole.test.images(torch.arange(8)))
    less, more = (dataset_of("random", PIXELS, None, limit).train for limit in (8, 9))
    assert torch.equal(more.images(torch.arange(8)), less.images(torch.arange(8)))


@pytest.mark.parametrize("limit", [0, -1, 41])
def test_a_limit_that_cannot_be_names_the_option(limit):
    with pytest.raises(BadInputError, match=rf"^--train-limit {limit}: random has 40 ") as caught:
        dataset_of("random", PIXELS, None, limit)
    assert len(str(caught.value).splitlines()) == 1
