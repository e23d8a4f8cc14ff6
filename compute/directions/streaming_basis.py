"""A cloud of vectors as coefficients in an orthonormal basis that grows as it needs to, up to a number of vectors.

Beyond that number the direction of least variance is given up with each vector that needs a new one. Then the variance
of the cloud is kept on its own, from the squared length of each vector and the sum of all.
"""

from collections.abc import Sequence

import torch

IN_SPAN = 1e-13  # of its length: what a vector has beside the basis that is but rounding

Tensors = dict[str, torch.Tensor]


class Basis:
    """Vectors x_k = o + Σ_i C_ki q_i + e_k, with rows q of an orthonormal basis. Everything in float64.

    While nothing is given up, e = 0. A direction u that is given up takes its mean into the origin o, and what each
    vector had beside that, a_k u, into e_k.

    rank     vectors that the basis has, ``limit`` at most
    origin   (size,) o; empty before the first vector
    rows     (rank, size) q
    bounds   (count,) Σ|a_k|, which |e_k| is at most
    dropped  (count,) Σ a_k², about |e_k|²: that where the directions given up are orthogonal to each other
    """

    def __init__(self, size: int, limit: int) -> None:
        self.limit, self.rank, self.count = limit, 0, 0
        self.origin = torch.zeros(0, dtype=torch.float64)
        self._rows = torch.empty(limit + 1, size, dtype=torch.float64)  # untouched pages cost nothing
        self._table = torch.zeros(64, limit + 1, dtype=torch.float64)
        self._numbers = torch.zeros(64, 3, dtype=torch.float64)  # bound, dropped, and |x_k − start|² once given up
        self._moments: tuple[torch.Tensor, torch.Tensor] | None = None  # CᵀC and ΣC, once directions are given up
        self._start = torch.zeros(0, dtype=torch.float64)  # (size,) a fixed origin, once directions are given up
        self._sum = torch.zeros(0, dtype=torch.float64)  # (size,) Σ(x − start), then too
        self._unsure = 0.0  # how far the sum may be wrong, by vectors that were forgotten

    @property
    def rows(self) -> torch.Tensor:
        """(rank, size)."""
        return self._rows[: self.rank]

    @property
    def coefficients(self) -> torch.Tensor:
        """(count, rank) C."""
        return self._table[: self.count, : self.rank]

    @property
    def centred(self) -> torch.Tensor:
        """(count, rank) C less its mean."""
        found = self.coefficients
        return found - found.mean(dim=0) if self.count else found

    @property
    def bounds(self) -> torch.Tensor:
        """(count,)."""
        return self._numbers[: self.count, 0]

    @property
    def dropped(self) -> torch.Tensor:
        """(count,)."""
        return self._numbers[: self.count, 1]

    @property
    def gives_up(self) -> bool:
        """Whether directions were given up."""
        return len(self._start) > 0

    @property
    def variation(self) -> float:
        """Σ|x_k − mean|², of what was given up too: exact, but for the e_k of vectors that were forgotten."""
        if not self.gives_up:
            return float(self.centred.square().sum())
        squares = float(self._numbers[: self.count, 2].sum())
        return max(0.0, squares - float(self._sum.square().sum()) / max(1, self.count))

    @property
    def variation_unsure(self) -> float:
        """What ``variation`` may be wrong by, at most."""
        return self._unsure * (2 * float(self._sum.norm()) + self._unsure) / max(1, self.count)

    def add(self, x: torch.Tensor) -> None:
        """Take in a vector (size,), which is changed."""
        if not len(self.origin):
            self.origin = x.clone()
        square = 0.0
        if self.gives_up:
            difference = x - self._start
            self._sum += difference
            square = float(difference.square().sum())
        d = x.sub_(self.origin)
        length, along = float(d.norm()), torch.zeros(self.rank, dtype=torch.float64)
        for _ in range(2):  # Gram-Schmidt, twice: the second takes out what rounding left of the first
            part = self.rows @ d
            d.addmv_(self.rows.T, part, alpha=-1)
            along += part
        beside = float(d.norm())
        self._make_room()
        row = self._table[self.count]
        row[: self.rank] = along
        self._numbers[self.count] = torch.tensor([0.0, 0.0, square], dtype=torch.float64)
        self.count += 1
        if beside > IN_SPAN * length:
            self._rows[self.rank] = d / beside
            row[self.rank] = beside
            self.rank += 1
        if self._moments:
            self._moments[0].addr_(row, row)
            self._moments[1].add_(row)
        if self.rank > self.limit:
            self._give_up()

    def keep(self, kept: Sequence[int]) -> None:
        """Forget all but these vectors; the basis keeps their directions."""
        if self.gives_up:
            gone = torch.ones(self.count, dtype=torch.bool)
            gone[list(kept)] = False
            self._sum -= self.coefficients[gone].sum(dim=0) @ self.rows + int(gone.sum()) * (self.origin - self._start)
            self._unsure += float(self.bounds[gone].sum())
            if not len(kept):
                self._sum.zero_()
                self._unsure = 0.0
        for table in (self._table, self._numbers):
            table[: len(kept)] = table[list(kept)]
            table[len(kept) :] = 0
        self.count = len(kept)
        self._moments = None

    def principal(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Eigenvalues, from the largest on, and eigenvectors (rank, rank) of the centred coefficients' squares."""
        values, vectors = torch.linalg.eigh(self.centred.T @ self.centred)
        return values.flip(-1), vectors.flip(-1)

    def state(self) -> Tensors:
        """What ``restore`` needs, by name."""
        unsure = torch.tensor([self._unsure], dtype=torch.float64)
        parts = {"basis": self.rows, "coefficients": self.coefficients, "numbers": self._numbers[: self.count]}
        return parts | {"origin": self.origin, "start": self._start, "sum": self._sum, "unsure": unsure}

    def restore(self, state: Tensors) -> None:
        """Be what another was when it gave its ``state``, of a limit that is not larger."""
        self.count, self.rank = state["coefficients"].shape
        self.origin, self._start, self._sum = (state[name].clone() for name in ("origin", "start", "sum"))
        self._rows[: self.rank] = state["basis"]
        self._table = torch.zeros(max(64, self.count), self.limit + 1, dtype=torch.float64)
        self._table[: self.count, : self.rank] = state["coefficients"]
        self._numbers = torch.zeros(max(64, self.count), 3, dtype=torch.float64)
        self._numbers[: self.count] = state["numbers"]
        self._unsure, self._moments = float(state["unsure"]), None

    def _make_room(self) -> None:
        if self.count == len(self._table):
            self._table = torch.cat([self._table, torch.zeros_like(self._table)])
            self._numbers = torch.cat([self._numbers, torch.zeros_like(self._numbers)])

    def _give_up(self) -> None:
        """Turn the basis so that its last vector is the direction u of least variance, and leave that out.

        One Householder reflection does it, H = I − 2 v vᵀ with H u = ∓ the last unit vector: two passes, not a
        rotation of all vectors by all others.
        """
        table = self._table[: self.count]
        if not self.gives_up:
            self._start = self.origin.clone()
            self._sum = table.sum(dim=0) @ self._rows
            self._numbers[: self.count, 2] = table.square().sum(dim=1)
        if self._moments is None:
            self._moments = table.T @ table, table.sum(dim=0)
        squares, sums = self._moments
        _, vectors = torch.linalg.eigh(squares - torch.outer(sums, sums) / self.count)
        v = vectors[:, 0].clone()
        v[-1] += 1.0 if v[-1] >= 0 else -1.0
        v /= v.norm()
        self._rows.addr_(v, v @ self._rows, alpha=-2)
        table.addr_(table @ v, v, alpha=-2)
        mean = table[:, -1].mean()
        self.origin.add_(self._rows[-1], alpha=float(mean))
        beside = table[:, -1] - mean
        self.bounds.add_(beside.abs())
        self.dropped.add_(beside.square())
        table[:, -1] = 0
        squares.addr_(v, v @ squares, alpha=-2).addr_(squares @ v, v, alpha=-2)
        sums.add_(v, alpha=-2 * float(v @ sums))
        squares[-1], squares[:, -1], sums[-1] = 0, 0, 0
        self.rank = self.limit
