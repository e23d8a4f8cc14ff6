"""The handwritten digits that come with scikit-learn: data without a download."""

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from compute.datasets.dataset import Dataset, Pixels, check_limit
from compute.datasets.preparation import resized
from compute.datasets.split import TensorSplit
from compute.datasets.stratification import stratified_order

TEST_SHARE = 0.2
SPLIT_SEED = 0  # the split belongs to the data set, not to the run
SIDE = 32  # pixels; the networks are made for CIFAR's size


def digits(image_size: int | None = None, train_limit: int | None = None) -> Dataset:
    """scikit-learn's 1,797 handwritten digits (Alpaydin & Kaynak 1998), 8x8 enlarged bilinearly to 32x32.

    A stratified fifth of them is the test set, always the same one. Being few, they are made ready once: of mean 0 and
    variance 1 over the resized training images. Raises BadInputError when the limit asks for more than there is.
    """
    side = image_size or SIDE
    source = load_digits()
    train, test = train_test_split(
        range(len(source.target)), test_size=TEST_SHARE, random_state=SPLIT_SEED, stratify=source.target
    )
    images = resized(torch.from_numpy(source.images).float()[:, None], side)
    mean, deviation = images[train].mean(), images[train].std()
    images = (images - mean) / deviation
    labels = torch.from_numpy(source.target).long()
    check_limit("digits", train_limit, len(train))
    if train_limit is not None:
        train = [train[k] for k in stratified_order(source.target[train])[:train_limit]]
    # Of the pixels as they come, which are whole numbers: the same on every machine.
    pixels = torch.from_numpy(source.images.astype("u1"))
    digest = Pixels(pixels[train], labels[train], pixels[test], labels[test], 10).digest
    first, second = (TensorSplit(images[part], labels[part]) for part in (train, test))
    return Dataset("digits", first, second, 10, 1, side, digest)
