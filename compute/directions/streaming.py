"""The principal components of a path that goes on: a new checkpoint costs one pass over it and over a basis in memory.

The incremental SVD of Brand (2006, "Fast low-rank modifications of the thin singular value decomposition"), with the
mean moving as in Ross et al. (2008), kept as an orthonormal basis of what was seen and the coefficients of each
checkpoint in it. So checkpoints may also be taken out again, and no file is ever read twice.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from compute.directions.axes import Axes
from compute.directions.pca import EIGENVALUE_FLOOR, SHARES
from compute.directions.streaming_state import read_state, write_state
from compute.errors import BadInputError
from compute.landscape import Floats
from compute.plane import Direction, Plane
from compute.weights.fitting import StoredWeights
from compute.weights.pieces import Held, double, pieces, put, unfilled

BUDGET = 512 * 2**20  # bytes of the basis
HIGHEST_RANK, LOWEST_RANK = 512, 4  # whatever the budget says
IN_SPAN = 1e-13  # of its length: what a checkpoint has beside the basis that is but rounding


class StreamingPCA:
    """The cloud of all checkpoints added so far: θ_k = o + Σ_i C_ki q_i + e_k, with rows q of an orthonormal basis.

    While the rank of the cloud fits the budget, e = 0 and ``axes`` are those of ``pca_axes`` of the same checkpoints to
    rounding. When it does not, the direction of least variance is given up with each checkpoint that needs a new one:
    the origin o takes its mean, and e the rest. |e_k| is at most the sum of what checkpoint k had along the directions
    given up. Everything in float64.

    names  what ``add`` was told, in order
    rank   vectors that the basis has; ``limit`` at most
    """

    def __init__(self, like: Mapping[str, torch.Tensor], budget: int = BUDGET) -> None:
        self._like = {name: torch.empty(x.shape, device="meta") for name, x in like.items()}
        self._size = sum(x.numel() for x in self._like.values())
        self.limit = min(HIGHEST_RANK, max(LOWEST_RANK, budget // (8 * max(1, self._size))))
        self.names: list[str] = []
        self.rank = 0
        self._origin = torch.zeros(0, dtype=torch.float64)  # (weights,), once there is a checkpoint
        self._rows = torch.empty(self.limit + 1, self._size, dtype=torch.float64)  # untouched pages cost nothing
        self._table = torch.zeros(64, self.limit + 1, dtype=torch.float64)
        self._lost = torch.zeros(64, dtype=torch.float64)  # bounds of |e_k|
        self._moments: tuple[torch.Tensor, torch.Tensor] | None = None  # CᵀC and ΣC, once directions are given up

    def __len__(self) -> int:
        return len(self.names)

    def add(self, weights: Direction | StoredWeights, name: str = "") -> None:
        """Take in a checkpoint. Raises BadInputError, and stays as it was, where it is not finite."""
        d = self._flat(weights)
        if not d.isfinite().all():
            where = weights.file.path if isinstance(weights, StoredWeights) else name or f"checkpoint {len(self)}"
            raise BadInputError(f"{where}: not finite, its training diverged; leave it out")
        if not len(self._origin):
            self._origin = d.clone()
        d -= self._origin
        length, rows, along = float(d.norm()), self._rows[: self.rank], torch.zeros(self.rank, dtype=torch.float64)
        for _ in range(2):  # Gram-Schmidt, twice: the second takes out what rounding left of the first
            part_along = rows @ d
            d.addmv_(rows.T, part_along, alpha=-1)
            along += part_along
        beside = float(d.norm())
        row = self._new_row(name)
        row[: self.rank] = along
        if beside > IN_SPAN * length:
            self._rows[self.rank] = d / beside
            row[self.rank] = beside
            self.rank += 1
        if self._moments:
            self._moments[0].addr_(row, row)
            self._moments[1].add_(row)
        if self.rank > self.limit:
            self._give_up()

    def forget(self, names: Sequence[str]) -> None:
        """Take checkpoints out of the cloud; the basis keeps their directions."""
        gone = set(names)
        kept = [k for k, name in enumerate(self.names) if name not in gone]
        self._table[: len(kept)], self._lost[: len(kept)] = self._table[kept], self._lost[kept]
        self._table[len(kept) :], self._lost[len(kept) :] = 0, 0
        self.names = [self.names[k] for k in kept]
        self._moments = None

    @property
    def spread(self) -> float:
        """Root mean square distance of the checkpoints from their mean; 0 without any."""
        square = float(self._centred().square().sum() + self._lost.square().sum())
        return math.sqrt(square / max(1, len(self)))

    @property
    def lost(self) -> float:
        """Upper bound of Σ|e_k|² as a share of the variance: 0 while nothing is given up, 1 where nothing is known."""
        lost = float(self._lost.norm())
        known = float(self._centred().norm())
        return min(1.0, (lost / (known - lost)) ** 2) if 0 < lost < known else float(lost > 0)

    def spans(self, dimensions: int) -> bool:
        """Whether the cloud has so many principal components that are more than rounding."""
        values, _ = self._principal()
        return len(self) > dimensions and len(values) >= dimensions and _above_floor(values, dimensions)

    def axes(self, theta_star: Direction, line: bool = False) -> Axes:
        """The first principal components, as ``pca_axes`` gives them; details say rank and what was ``lost``.

        Signs are such that the first checkpoint has positive coordinates. One pass over the basis. Raises BadInputError
        where the cloud does not span a plane (a line).
        """
        wanted = 1 if line else 2
        if not self.spans(wanted):
            needed = "line: it needs two checkpoints that differ" if line else "plane: it needs three, not on a line"
            raise BadInputError(f"the path does not span a {needed}")
        values, vectors = self._principal()
        found = vectors[:, :wanted].T @ self._rows[: self.rank]
        found /= found.norm(dim=1, keepdim=True)
        start = vectors[:, :wanted].T @ self._coefficients[0] - found @ (self._flat(theta_star) - self._origin)
        found *= torch.where(start >= 0, 1.0, -1.0)[:, None].double()
        delta, *eta = (_shaped(row, theta_star) for row in found)
        total = float(values.clamp(min=0).sum() + self._lost.square().sum())
        shares = (values.clamp(min=0) / total).tolist()[:SHARES]
        details = {"checkpoints": len(self), "variance_shares": shares, "rank": self.rank, "lost": self.lost}
        return Axes("pca", "none", delta, eta[0] if eta else None, tuple(shares[:wanted]), details)

    def coordinates(self, plane: Plane) -> Floats:
        """(checkpoints, 3): alpha, beta and residual of each over a plane, as ``project`` gives them for its weights.

        From the coefficients alone: of a checkpoint k each is wrong by |e_k| at most. One pass over the basis.
        """
        vectors = torch.stack([self._flat(plane.theta_star) - self._origin, *map(self._flat, plane.axes)])
        inside = vectors @ self._rows[: self.rank].T  # what of centre and axes lies in the basis
        whole = vectors @ vectors.T
        right = self._coefficients @ inside[1:].T - whole[0, 1:]
        found = torch.linalg.solve(whole[1:, 1:], right.T).T
        with_one = torch.cat([torch.ones(len(self), 1, dtype=torch.float64), found], dim=1)
        square = (self._coefficients - with_one @ inside).square().sum(dim=1)
        square += ((with_one @ (whole - inside @ inside.T)) * with_one).sum(dim=1).clamp(min=0)
        beta = found[:, 1] if plane.eta is not None else torch.zeros(len(self), dtype=torch.float64)
        numbers: Floats = torch.stack([found[:, 0], beta, square.sqrt()], dim=1).numpy()
        return numbers

    def residual_if_fitted(self, checkpoint: int, centre: int) -> float:
        """How far a checkpoint would lie from the plane of the present axes through another. No pass over anything."""
        _, vectors = self._principal()
        d = self._coefficients[checkpoint] - self._coefficients[centre]
        return float((d - vectors[:, :2] @ (vectors[:, :2].T @ d)).norm())

    # ── on disk ───────────────────────────────────────────────────────────────────────────────────────────────────

    def save(self, path: Path) -> None:
        """Write everything, whole or not at all. Nobody else may write there. Raises OSError."""
        m = len(self)
        tensors = {"basis": self._rows[: self.rank], "coefficients": self._coefficients}
        write_state(path, self._like, self.names, tensors | {"origin": self._origin, "lost": self._lost[:m]})

    @classmethod
    def load(cls, path: Path, like: Mapping[str, torch.Tensor], budget: int = BUDGET) -> "StreamingPCA":
        """What ``save`` wrote. Raises BadInputError when it is missing, damaged, of another network or too large."""
        found = cls(like, budget)
        found.names, tensors = read_state(path, like, found.limit)
        m, found.rank = len(found), len(tensors["basis"])
        found._origin = tensors["origin"].clone()
        found._rows[: found.rank] = tensors["basis"]
        found._table = torch.zeros(max(64, m), found.limit + 1, dtype=torch.float64)
        found._table[:m, : found.rank] = tensors["coefficients"]
        found._lost = torch.zeros(max(64, m), dtype=torch.float64)
        found._lost[:m] = tensors["lost"]
        return found

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _coefficients(self) -> torch.Tensor:
        """(checkpoints, rank)."""
        return self._table[: len(self), : self.rank]

    def _centred(self) -> torch.Tensor:
        coefficients = self._coefficients
        return coefficients - coefficients.mean(dim=0) if len(self) else coefficients

    def _principal(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Eigenvalues, from the largest on, and eigenvectors (rank, rank) of the centred coefficients' squares."""
        centred = self._centred()
        values, vectors = torch.linalg.eigh(centred.T @ centred)
        return values.flip(-1), vectors.flip(-1)

    def _flat(self, weights: Direction | StoredWeights) -> torch.Tensor:
        """(weights,) as one vector."""
        found, start = torch.empty(self._size, dtype=torch.float64), 0
        with (Held(weights) if isinstance(weights, Mapping) else weights).open() as read:
            for piece in pieces(self._like):
                found[start : start + len(piece)] = double(read(piece))
                start += len(piece)
        return found

    def _new_row(self, name: str) -> torch.Tensor:
        if len(self) == len(self._table):
            self._table = torch.cat([self._table, torch.zeros_like(self._table)])
            self._lost = torch.cat([self._lost, torch.zeros_like(self._lost)])
        self.names.append(name)
        return self._table[len(self) - 1]

    def _give_up(self) -> None:
        """Turn the basis so that its last vector is the direction u of least variance, and leave that out.

        One Householder reflection does it, H = I − 2 v vᵀ with H u = ∓ the last unit vector: two passes, not a
        rotation of all vectors by all others.
        """
        table = self._table[: len(self)]
        if self._moments is None:
            self._moments = table.T @ table, table.sum(dim=0)
        squares, sums = self._moments
        _, vectors = torch.linalg.eigh(squares - torch.outer(sums, sums) / len(self))
        v = vectors[:, 0].clone()
        v[-1] += 1.0 if v[-1] >= 0 else -1.0
        v /= v.norm()
        self._rows.addr_(v, v @ self._rows, alpha=-2)
        table.addr_(table @ v, v, alpha=-2)
        mean = table[:, -1].mean()
        self._origin.add_(self._rows[-1], alpha=float(mean))
        self._lost[: len(self)] += (table[:, -1] - mean).abs()
        table[:, -1] = 0
        squares.addr_(v, v @ squares, alpha=-2).addr_(squares @ v, v, alpha=-2)
        sums.add_(v, alpha=-2 * float(v @ sums))
        squares[-1], squares[:, -1], sums[-1] = 0, 0, 0
        self.rank = self.limit


def _above_floor(values: torch.Tensor, dimensions: int) -> bool:
    return float(values[dimensions - 1]) > EIGENVALUE_FLOOR * float(values[0])


def _shaped(vector: torch.Tensor, like: Direction) -> Direction:
    direction, start = unfilled(like), 0
    for piece in pieces(like):
        put(direction, piece, vector[start : start + len(piece)])
        start += len(piece)
    return direction
