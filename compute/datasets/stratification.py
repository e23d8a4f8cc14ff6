"""Orders and parts of a data set in which every class has its share; always the same ones."""

import numpy as np
from numpy.typing import NDArray

SEED = 0  # belongs to the data set, not to the run

Indices = NDArray[np.int64]


def stratified_order(labels: NDArray[np.int64]) -> Indices:
    """A shuffle of all examples whose beginnings have the classes in their shares, within about one example each.

    The k-th example, in a shuffle, of a class of n stands at a random place in [k, k + 1) / n of the whole.
    """
    generator, by_class, rank, size = _ranked(labels)
    place = np.empty(len(labels))
    place[by_class] = (rank + generator.random_sample(len(labels))) / size
    return np.argsort(place, kind="stable")


def stratified_parts(labels: NDArray[np.int64], share: float) -> tuple[Indices, Indices]:
    """(rest, part): the part has a random ``share`` of each class, rounded; at least one example where there are two.

    Both in the order of the examples.
    """
    _, by_class, rank, size = _ranked(labels)
    taken = np.minimum(np.maximum(np.rint(share * size), 1), size - 1)
    return np.sort(by_class[rank >= taken]), np.sort(by_class[rank < taken])


def _ranked(labels: NDArray[np.int64]) -> tuple[np.random.RandomState, Indices, Indices, Indices]:
    """Shuffled examples class by class, and for each its rank in its class and the size of that.

    numpy promises that this generator's numbers never change.
    """
    generator = np.random.RandomState(SEED)
    shuffle = generator.permutation(len(labels))
    by_class = shuffle[np.argsort(labels[shuffle], kind="stable")]
    counts = np.bincount(labels)
    size = np.repeat(counts, counts)
    start = np.repeat(np.cumsum(counts) - counts, counts)
    return generator, by_class, np.arange(len(labels)) - start, size
