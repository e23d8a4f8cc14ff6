"""Extreme eigenvalues of a symmetric matrix of which only products are known, from both ends at once.

    lanczos = Lanczos(at.size, ends, tolerance=1e-3, floor=at.precision**0.75, seed=0)
    while not lanczos.done:
        lanczos.take(at.product(lanczos.next))
    found = lanczos.found()

Lanczos (1950) with every vector kept and made orthogonal to all others twice, restarted with the Ritz vectors of both
ends when the basis is full (Wu and Simon 2000). ARPACK would do, and does the same a basis at a time; here convergence
is looked at after every product, since a product is a pass over all examples, and both ends come from one space.
Of a ResNet-8 at four points of a plane, to three digits: 16 to 22 products for both ends, ARPACK's "BE" 21 to 54, one
end after the other 42 to 73.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Choice = Callable[[Vector], NDArray[np.intp]]  # of rising eigenvalues → places of those wanted, the first first

LEAST = 16  # products at least: a random start needs so many before it has seen what stands alone at an end
WHOLE = 32  # weights up to which the basis is completed, which makes it the dense decomposition
BASIS = 64  # vectors kept
BASIS_BYTES = 2**31  # … but no more than this in memory: 10 vectors of a ResNet-50
MOST = 1000  # products
NOTHING = 1e-14  # of the largest eigenvalue: a rest that is only rounding
PIECE = 2**16  # weights at a time when the basis is changed in place


def highest(count: int) -> Choice:
    """The greatest, falling."""
    return lambda values: np.arange(len(values))[::-1][:count]


def largest(count: int) -> Choice:
    """Those of the greatest magnitude, falling."""
    return lambda values: np.argsort(-np.abs(values), kind="stable")[:count]


def highest_and_lowest(count: int) -> Choice:
    """The greatest, falling, and then the least."""
    return lambda values: np.append(np.arange(len(values))[::-1][:count], 0)


ends = highest_and_lowest(1)  # λmax, λmin


@dataclass(frozen=True, eq=False)
class Eigenpairs:
    """Eigenvalues that were wanted, and how good they are.

    values     (count,), as the choice has them; fewer where the matrix has fewer
    vectors    (count, size) unit vectors
    residuals  (count,) |H v − λ v|: so far at most an eigenvalue is from the value. Whether another one lies beyond
               those found, no residual tells
    converged  whether each residual is below the tolerance
    products   with the matrix
    """

    values: Vector
    vectors: Vector
    residuals: Vector
    converged: bool
    products: int


class Lanczos:
    """Finds eigenpairs; the caller makes the product with ``next`` and gives it to ``take`` until it is ``done``.

    size       rows of the matrix
    choice     which eigenvalues
    tolerance  a residual is small below this share of its own eigenvalue …
    floor      … or this share of the largest in magnitude, for what is 0 but for the rounding of products
    seed       of the start vector, and what else is drawn where a space is exhausted
    most       products at most; then what there is has not converged

    ``products`` counts those taken. Its basis takes up to ``BASIS`` vectors, or ``BASIS_BYTES`` where that has
    room for the least that it works with: 16, or 6 more than twice those that are asked for.
    """

    def __init__(
        self, size: int, choice: Choice, *, tolerance: float, floor: float, seed: int, most: int = MOST
    ) -> None:
        self.size, self._choice, self._most = size, choice, most
        self._tolerance, self._floor = tolerance, floor
        self._random = np.random.default_rng(seed)
        self._count = len(choice(np.arange(size, dtype=np.float64)))
        self._least = size if size <= WHOLE else LEAST
        room = min(BASIS, BASIS_BYTES // (8 * size))
        self._basis = np.empty((min(size, max(room, 2 * self._count + 6, self._least)), size))
        self._matrix = np.zeros((len(self._basis),) * 2)  # in this basis
        self._basis[0] = self._drawn(0)
        self._filled, self.products = 1, 0  # vectors, of which the last has no product yet; products
        self._ritz_values, self._ritz, self._rests = np.zeros(0), np.zeros((0, 0)), np.zeros(0)
        self.done = False

    @property
    def next(self) -> Vector:
        """(size,) the vector whose product is wanted."""
        wanted: Vector = self._basis[self._filled - 1].copy()
        return wanted

    @property
    def values(self) -> Vector:
        """(count,) the eigenvalues that are wanted, as far as they are known."""
        return self._ritz_values[self._choice(self._ritz_values)]

    @property
    def residuals(self) -> Vector:
        """(count,) |H v − λ v| of each, as Lanczos has it from the length of what is left."""
        return self._rests[self._choice(self._ritz_values)]

    @property
    def converged(self) -> bool:
        """Whether the residuals of all that is wanted are small."""
        values, scale = self.values, np.abs(self._ritz_values).max(initial=0.0)
        small = np.maximum(self._tolerance * np.abs(values), self._floor * scale)
        return len(values) == self._count and bool((self.residuals <= small).all())

    def take(self, product: Vector) -> None:
        """The product of the matrix with ``next``."""
        self.products += 1
        filled = self._filled
        known = self._basis[:filled]
        rest, column = _without(product, known)
        self._matrix[:filled, filled - 1] = self._matrix[filled - 1, :filled] = column
        self._ritz_values, self._ritz = np.linalg.eigh(self._matrix[:filled, :filled])
        length = float(np.linalg.norm(rest))
        exhausted = filled == self.size or length <= NOTHING * np.abs(self._ritz_values).max()
        self._rests = np.zeros(filled) if exhausted else length * np.abs(self._ritz[-1])
        enough = self.products >= self._least and self.converged
        self.done = enough or filled == self.size or self.products >= self._most
        if not self.done:
            self._extend(None if exhausted else rest / length)

    def found(self) -> Eigenpairs:
        """What there is of those wanted."""
        mixture = self._ritz[:, self._choice(self._ritz_values)].T
        vectors = mixture @ self._basis[: len(self._ritz_values)]
        return Eigenpairs(self.values, vectors, self.residuals, self.converged, self.products)

    def _extend(self, vector: Vector | None) -> None:
        """By one vector; of a space that holds its own products by any other."""
        if self._filled == len(self._basis):
            self._restart()
        self._basis[self._filled] = self._drawn(self._filled) if vector is None else vector
        self._filled += 1

    def _restart(self) -> None:
        """With as many Ritz vectors of both ends as fill half of the basis, and all that are wanted."""
        half = max(1, self._filled // 4)
        wanted = set(self._choice(self._ritz_values).tolist())
        kept = sorted(wanted | set(range(half)) | set(range(self._filled - half, self._filled)))
        change = self._ritz[:, kept].T
        for start in range(0, self.size, PIECE):
            piece = slice(start, start + PIECE)
            self._basis[: len(kept), piece] = change @ self._basis[: self._filled, piece]
        self._matrix[:] = 0
        self._matrix[range(len(kept)), range(len(kept))] = self._ritz_values[kept]
        self._filled = len(kept)

    def _drawn(self, filled: int) -> Vector:
        """A random unit vector orthogonal to those there are."""
        rest, _ = _without(self._random.standard_normal(self.size), self._basis[:filled])
        unit: Vector = rest / np.linalg.norm(rest)
        return unit


def _without(vector: Vector, basis: Vector) -> tuple[Vector, Vector]:
    """What is left of a vector without its parts along an orthonormal basis, and those parts. Twice is enough."""
    parts = basis @ vector
    rest = vector - parts @ basis
    more = basis @ rest
    return rest - more @ basis, parts + more
