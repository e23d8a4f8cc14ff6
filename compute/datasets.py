"""Data that a network is trained on, as tensors in memory."""

import hashlib
from dataclasses import dataclass

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.nn.functional import interpolate

TEST_SHARE = 0.2
SPLIT_SEED = 0  # the split belongs to the data set, not to the run
SIDE = 32  # pixels; the networks are made for CIFAR's size


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images (n, channels, 32, 32) float32 of mean 0 and variance 1 over the training set, and labels (n,) int64."""

    name: str
    train_images: torch.Tensor
    train_labels: torch.Tensor
    test_images: torch.Tensor
    test_labels: torch.Tensor
    classes: int
    digest: str  # SHA-256 of the pixels and labels in the order of the split, first 16 hexadecimal digits


def digits() -> Dataset:
    """scikit-learn's 1,797 handwritten digits (Alpaydin & Kaynak 1998), 8x8 enlarged bilinearly to 32x32.

    A stratified fifth of them is the test set, always the same one.
    """
    source = load_digits()
    images = torch.from_numpy(source.images).float()[:, None]
    images = interpolate(images, size=(SIDE, SIDE), mode="bilinear", align_corners=False)
    labels = torch.from_numpy(source.target).long()
    train, test = train_test_split(
        range(len(labels)), test_size=TEST_SHARE, random_state=SPLIT_SEED, stratify=source.target
    )
    mean, deviation = images[train].mean(), images[train].std()
    images = (images - mean) / deviation
    order = [*train, *test]  # of the pixels as they come, which are whole numbers: the same on every machine
    content = source.images[order].astype("u1").tobytes() + source.target[order].astype("u1").tobytes()
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Dataset("digits", images[train], labels[train], images[test], labels[test], 10, digest)
