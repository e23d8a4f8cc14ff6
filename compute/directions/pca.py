"""The principal components of the path of a training, from checkpoints that may stay on disk."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce
from itertools import accumulate

import torch

from compute.directions.axes import Axes
from compute.errors import BadInputError
from compute.plane import Direction
from compute.weights.fitting import StoredWeights
from compute.weights.pieces import Held, Piece, Source, blocks, double, part, put, unfilled

EIGENVALUE_FLOOR = 1e-12  # of the largest: below, a principal component is rounding noise
BUDGET = 128 * 2**20  # bytes of all checkpoints, in the type of the model, that are in memory at a time
WORK = 2**22  # elements of all checkpoints in float64 at a time: 32 MB
SHARES = 10  # explained variances that are kept, those of components beyond the axes too

Walk = Callable[[], Iterator[tuple[Piece, torch.Tensor]]]


def pca_axes(
    path: Sequence[Direction | StoredWeights],
    theta_star: Direction,
    line: bool = False,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> Axes:
    """The first two principal components of a path of weights, as unit vectors, never normalised again.

    With X (checkpoints, weights) the path, centred on its mean: the eigenvectors v of the small Gram matrix
    X Xᵀ = V Λ Vᵀ give the components Xᵀ v / √λ, and λ / Σ λ is the explained variance. Signs are such that the start of
    the path has positive coordinates. Everything in float64.

    The path is read twice, in blocks of all checkpoints of at most BUDGET bytes, so memory does not grow with its
    length. ``report`` is told how many blocks are done, and of how many. Raises BadInputError when the path does not
    span two dimensions (a line: one), or is not finite.
    """
    walk = partial(_walk, [Held(each) if isinstance(each, dict) else each for each in path], theta_star, report)
    gram = _gram(partial(walk, 0), path)
    values, vectors = (found.flip(-1) for found in torch.linalg.eigh(gram))
    wanted = 1 if line else 2
    if len(path) <= wanted or not float(values[wanted - 1]) > EIGENVALUE_FLOOR * float(values[0]):
        needed = "line: it needs two checkpoints that differ" if line else "plane: it needs three checkpoints"
        raise BadInputError(f"--directions pca: the path does not span a {needed}{'' if line else ' not on a line'}")
    axes = _components(partial(walk, 1), theta_star, vectors[:, :wanted].T / values[:wanted, None].sqrt())
    shares = (values.clamp(min=0) / values.clamp(min=0).sum()).tolist()
    details = {"checkpoints": len(path), "variance_shares": shares[:SHARES]}
    return Axes("pca", "none", axes[0], None if line else axes[1], tuple(shares[:wanted]), details)


def _gram(walk: Walk, path: Sequence[Direction | StoredWeights]) -> torch.Tensor:
    """(checkpoints, checkpoints) inner products of the path centred on its mean. Raises BadInputError."""
    gram = torch.zeros(len(path), len(path), dtype=torch.float64)
    finite = torch.ones(len(path), dtype=torch.bool)
    for _, x in walk():
        finite &= x.sum(dim=1).isfinite()  # of every entry, for an infinite one cannot be summed away
        centred = x.sub_(x.mean(dim=0))
        gram += centred @ centred.T
    if not finite.all():
        first = finite.tolist().index(False)
        source = path[first]
        where = source.file.path if isinstance(source, StoredWeights) else f"checkpoint {first}"
        raise BadInputError(f"{where}: not finite, its training diverged; leave it out")
    return gram


def _components(walk: Walk, theta_star: Direction, weights: torch.Tensor) -> list[Direction]:
    """For each row of weights (components, checkpoints) the unit vector along that combination of the centred path."""
    components = [unfilled(theta_star) for _ in weights]
    squares, starts = torch.zeros(2, len(weights), dtype=torch.float64)
    for piece, x in walk():
        start = x[0] - double(part(theta_star, piece))
        found = weights @ x.sub_(x.mean(dim=0))
        squares += found.square().sum(dim=1)
        starts += found @ start
        for component, values in zip(components, found, strict=True):
            put(component, piece, values)
    for component, square, along in zip(components, squares.tolist(), starts.tolist(), strict=True):
        for tensor in component.values():
            tensor.mul_((1 if along >= 0 else -1) / square**0.5)
    return components


def _walk(
    sources: Sequence[Source], theta_star: Direction, report: Callable[[int, int], None], walks_before: int
) -> Iterator[tuple[Piece, torch.Tensor]]:
    """Each piece of the weights, and all checkpoints there (checkpoints, size), float64, until the next is asked for.

    A block of pieces is read from one file after the other, so that each is opened but once for it. All blocks go
    through the same memory.
    """
    count = max(1, len(sources))
    widest = reduce(torch.promote_types, (centre.dtype for centre in theta_star.values()))
    size, longest = max(1, BUDGET // (count * widest.itemsize)), max(1, WORK // count)
    parts = list(blocks(theta_star, size, longest))
    held = torch.empty(len(sources), max(sum(map(len, block)) for block in parts), dtype=widest)
    space = torch.empty(len(sources) * min(size, longest), dtype=torch.float64)
    for done, block in enumerate(parts, walks_before * len(parts)):
        ends = list(accumulate(map(len, block)))
        for row, source in zip(held, sources, strict=True):
            with source.open() as read:
                for piece, end in zip(block, ends, strict=True):
                    row[end - len(piece) : end] = read(piece)
        for piece, end in zip(block, ends, strict=True):
            x = space[: len(sources) * len(piece)].view(len(sources), len(piece))
            yield piece, x.copy_(held[:, end - len(piece) : end])
        report(done + 1, 2 * len(parts))
