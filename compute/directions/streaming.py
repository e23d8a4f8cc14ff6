"""The principal components of a path that goes on: a new checkpoint costs one pass over it and over a basis in memory.

The incremental SVD of Brand (2006, "Fast low-rank modifications of the thin singular value decomposition"), with the
mean moving as in Ross et al. (2008), kept as an orthonormal basis of what was seen and the coefficients of each
checkpoint in it (``compute.directions.streaming_basis``). So checkpoints may also be taken out again, and no file is
ever read twice.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from compute.directions.axes import Axes
from compute.directions.pca import EIGENVALUE_FLOOR, SHARES
from compute.directions.streaming_basis import Basis
from compute.directions.streaming_state import read_state, write_state
from compute.errors import BadInputError
from compute.landscape import Floats
from compute.plane import Direction, Plane
from compute.weights.fitting import StoredWeights
from compute.weights.pieces import Held, double, pieces, put, unfilled

BUDGET = 512 * 2**20  # bytes of the basis
HIGHEST_RANK, LOWEST_RANK = 512, 4  # whatever the budget says


class StreamingPCA:
    """The cloud of all checkpoints added so far: θ_k = o + Σ_i C_ki q_i + e_k, with rows q of an orthonormal basis.

    While the rank of the cloud fits the budget, e = 0, and all that is said is that of the batch result to rounding.
    When it does not, the direction of least variance is given up with each checkpoint that needs a new one: the origin
    o takes its mean, and e the rest. Then

    - ``spread`` and the total variance, and with them the variance shares' denominator, are exact still, but for e of
      checkpoints that were forgotten;
    - ``axes`` are those of the checkpoints less e, and the variance along them is wrong by what e has along them;
    - ``coordinates`` are wrong by |e_k| at most: ``wrong_by`` says of whom and how much.

    Everything in float64.

    names  what ``add`` was told, in order
    rank   vectors that the basis has; ``limit`` at most
    """

    def __init__(self, like: Mapping[str, torch.Tensor], budget: int = BUDGET) -> None:
        self._like = {name: torch.empty(x.shape, device="meta") for name, x in like.items()}
        self._size = sum(x.numel() for x in self._like.values())
        self.limit = min(HIGHEST_RANK, max(LOWEST_RANK, budget // (8 * max(1, self._size))))
        self.names: list[str] = []
        self._basis = Basis(self._size, self.limit)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def rank(self) -> int:
        """Vectors that the basis has."""
        return self._basis.rank

    def add(self, weights: Direction | StoredWeights, name: str = "") -> None:
        """Take in a checkpoint. Raises BadInputError, and stays as it was, where it is not finite."""
        x = self._flat(weights)
        if not x.isfinite().all():
            where = weights.file.path if isinstance(weights, StoredWeights) else name or f"checkpoint {len(self)}"
            raise BadInputError(f"{where}: not finite, its training diverged; leave it out")
        self._basis.add(x)
        self.names.append(name)

    def forget(self, names: Sequence[str]) -> None:
        """Take checkpoints out of the cloud; the basis keeps their directions."""
        gone = set(names)
        kept = [k for k, name in enumerate(self.names) if name not in gone]
        self._basis.keep(kept)
        self.names = [self.names[k] for k in kept]

    @property
    def spread(self) -> float:
        """Root mean square distance of the checkpoints from their mean; 0 without any. Exact as the class says."""
        return math.sqrt(self._basis.variation / max(1, len(self)))

    @property
    def lost(self) -> float:
        """Upper bound of Σ|e_k|² as a share of the variance: 0 while nothing is given up, 1 where nothing is known."""
        lost = float(self._basis.bounds.square().sum())
        least = self._basis.variation - self._basis.variation_unsure
        return min(1.0, lost / least) if lost > 0 and least > 0 else float(lost > 0)

    @property
    def given_up(self) -> float:
        """About Σ|e_k|² as a share of the variance, as if the directions given up were orthogonal to each other."""
        dropped = float(self._basis.dropped.sum())
        return min(1.0, dropped / self._basis.variation) if dropped and self._basis.variation else 0.0

    @property
    def wrong_by(self) -> Floats:
        """(checkpoints,) what the coordinates of each may be wrong by, at most: bounds of |e_k|."""
        found: Floats = self._basis.bounds.numpy().copy()
        return found

    def spans(self, dimensions: int) -> bool:
        """Whether the cloud has so many principal components that are more than rounding."""
        values, _ = self._basis.principal()
        return len(self) > dimensions and len(values) >= dimensions and _above_floor(values, dimensions)

    def axes(self, theta_star: Direction, line: bool = False) -> Axes:
        """The first principal components, as ``pca_axes`` gives them; details say rank, ``lost`` and ``given_up``.

        Signs are such that the first checkpoint has positive coordinates. One pass over the basis. Raises BadInputError
        where the cloud does not span a plane (a line).
        """
        wanted, basis = 1 if line else 2, self._basis
        if not self.spans(wanted):
            needed = "line: it needs two checkpoints that differ" if line else "plane: it needs three, not on a line"
            raise BadInputError(f"the path does not span a {needed}")
        values, vectors = basis.principal()
        found = vectors[:, :wanted].T @ basis.rows
        found /= found.norm(dim=1, keepdim=True)
        start = vectors[:, :wanted].T @ basis.coefficients[0] - found @ (self._flat(theta_star) - basis.origin)
        found *= torch.where(start >= 0, 1.0, -1.0)[:, None].double()
        delta, *eta = (_shaped(row, theta_star) for row in found)
        shares = (values.clamp(min=0) / basis.variation).clamp(max=1).tolist()[:SHARES]
        details = {"checkpoints": len(self), "variance_shares": shares, "rank": self.rank}
        details |= {"lost": self.lost, "given_up": self.given_up}
        return Axes("pca", "none", delta, eta[0] if eta else None, tuple(shares[:wanted]), details)

    def coordinates(self, plane: Plane) -> Floats:
        """(checkpoints, 3): alpha, beta and residual of each over a plane, as ``project`` gives them for its weights.

        From the coefficients, and what is known of |e_k|, which counts as off the plane: exact where ``wrong_by`` is 0,
        else wrong by that at most in alpha and beta along unit vectors. One pass over the basis.
        """
        basis = self._basis
        vectors = torch.stack([self._flat(plane.theta_star) - basis.origin, *map(self._flat, plane.axes)])
        inside = vectors @ basis.rows.T  # what of centre and axes lies in the basis
        whole = vectors @ vectors.T
        right = basis.coefficients @ inside[1:].T - whole[0, 1:]
        found = torch.linalg.solve(whole[1:, 1:], right.T).T
        with_one = torch.cat([torch.ones(len(self), 1, dtype=torch.float64), found], dim=1)
        square = (basis.coefficients - with_one @ inside).square().sum(dim=1)
        square += ((with_one @ (whole - inside @ inside.T)) * with_one).sum(dim=1).clamp(min=0) + basis.dropped
        beta = found[:, 1] if plane.eta is not None else torch.zeros(len(self), dtype=torch.float64)
        numbers: Floats = torch.stack([found[:, 0], beta, square.sqrt()], dim=1).numpy()
        return numbers

    def residual_if_fitted(self, checkpoint: int, centre: int) -> float:
        """About how far a checkpoint would lie from the plane of the present axes through another; exact while e = 0.

        No pass over anything.
        """
        _, vectors = self._basis.principal()
        d = self._basis.coefficients[checkpoint] - self._basis.coefficients[centre]
        square = (d - vectors[:, :2] @ (vectors[:, :2].T @ d)).square().sum()
        if checkpoint != centre:
            square += self._basis.dropped[checkpoint] + self._basis.dropped[centre]
        return math.sqrt(float(square))

    def save(self, path: Path) -> None:
        """Write everything, whole or not at all. Nobody else may write there. Raises OSError."""
        write_state(path, self._like, self.names, self._basis.state())

    @classmethod
    def load(cls, path: Path, like: Mapping[str, torch.Tensor], budget: int = BUDGET) -> "StreamingPCA":
        """What ``save`` wrote. Raises BadInputError when it is missing, damaged, of another network or too large."""
        found = cls(like, budget)
        found.names, state = read_state(path, like, found.limit)
        found._basis.restore(state)
        return found

    def _flat(self, weights: Direction | StoredWeights) -> torch.Tensor:
        """(weights,) as one vector."""
        found, start = torch.empty(self._size, dtype=torch.float64), 0
        with (Held(weights) if isinstance(weights, Mapping) else weights).open() as read:
            for piece in pieces(self._like):
                found[start : start + len(piece)] = double(read(piece))
                start += len(piece)
        return found


def _above_floor(values: torch.Tensor, dimensions: int) -> bool:
    return float(values[dimensions - 1]) > EIGENVALUE_FLOOR * float(values[0])


def _shaped(vector: torch.Tensor, like: Direction) -> Direction:
    direction, start = unfilled(like), 0
    for piece in pieces(like):
        put(direction, piece, vector[start : start + len(piece)])
        start += len(piece)
    return direction
