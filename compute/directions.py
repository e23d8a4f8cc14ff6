"""Two directions through weight space: random ones, or the principal components of the training path."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from compute.plane import Direction, dot

EIGENVALUE_FLOOR = 1e-12  # of the largest: below, a principal component is rounding noise


@dataclass(frozen=True, eq=False)
class Axes:
    """Two directions and what is known about them; ``explained_variance`` are shares in [0, 1], None if unknown."""

    kind: str
    normalisation: str
    delta: Direction
    eta: Direction
    explained_variance: tuple[float, float] | None = None

    @property
    def norms(self) -> tuple[float, float]:
        """Lengths of the final axes."""
        return dot(self.delta, self.delta) ** 0.5, dot(self.eta, self.eta) ** 0.5

    @property
    def cosine(self) -> float:
        """Cosine of the angle between the final axes; 0 = orthogonal."""
        lengths = self.norms
        return dot(self.delta, self.eta) / (lengths[0] * lengths[1])


def filter_normalise(direction: Direction, theta_star: Direction) -> Direction:
    """Give each filter of a direction the norm of that filter of theta_star (Li et al. 2018, section 4).

    d_i ← d_i |θ_i| / |d_i| for every output filter of a convolution and every row of a linear layer. Parameters with
    one dimension (biases, BatchNorm's scale and shift) get zero, as in the paper's figures.
    """
    return {name: _filterwise(d, theta_star[name]) for name, d in direction.items()}


def random_axes(theta_star: Direction, seed: int) -> Axes:
    """Two Gaussian directions, filter-normalised; the seed decides both, each from a generator of its own."""
    delta, eta = (filter_normalise(_gaussian(theta_star, 2 * seed + k), theta_star) for k in range(2))
    return Axes("random", "filter", delta, eta)


def pca_axes(path: Sequence[Direction], theta_star: Direction) -> Axes:
    """The first two principal components of a path of weights, as unit vectors, never normalised again.

    With X (checkpoints, weights) the path, centred on its mean: the eigenvectors v of the small Gram matrix
    X Xᵀ = V Λ Vᵀ give the components Xᵀ v / √λ, and λ / Σ λ is the explained variance. Signs are such that the start of
    the path has positive coordinates. Everything in float64. Raises ValueError when the path does not span two
    dimensions, or is not finite.
    """
    gram = torch.zeros(len(path), len(path), dtype=torch.float64)
    for name in theta_star:
        x = _centred(path, name)
        gram += x @ x.T
    if not torch.isfinite(gram).all():
        raise ValueError("the path is not finite: its training diverged")
    values, vectors = torch.linalg.eigh(gram)
    if len(path) < 3 or float(values[-2]) <= EIGENVALUE_FLOOR * float(values[-1]):
        raise ValueError("the path does not span a plane: it needs three checkpoints that do not lie on a line")
    start = {name: path[0][name].double() - centre.double() for name, centre in theta_star.items()}
    delta, eta = (_component(path, start, vectors[:, -k]) for k in (1, 2))
    total = float(values.clamp(min=0).sum())
    return Axes("pca", "none", delta, eta, (float(values[-1]) / total, float(values[-2]) / total))


def _centred(path: Sequence[Direction], name: str) -> torch.Tensor:
    """(checkpoints, size) one parameter along the path, minus its mean: never more than one parameter at a time."""
    x = torch.stack([weights[name].flatten() for weights in path]).double()
    return x - x.mean(dim=0)


def _component(path: Sequence[Direction], start: Direction, weights: torch.Tensor) -> Direction:
    component = {name: (weights @ _centred(path, name)).view_as(x) for name, x in start.items()}
    length = dot(component, component) ** 0.5
    sign = 1.0 if dot(component, start) >= 0 else -1.0
    return {name: (sign / length * tensor).float() for name, tensor in component.items()}


def _filterwise(direction: torch.Tensor, centre: torch.Tensor) -> torch.Tensor:
    if direction.dim() < 2:
        return torch.zeros_like(direction)
    rows, targets = direction.flatten(1).double(), centre.flatten(1).double()
    scale = targets.norm(dim=1) / rows.norm(dim=1).clamp(min=1e-30)
    shape = (-1, *[1] * (direction.dim() - 1))
    scaled: torch.Tensor = direction * scale.to(direction.dtype).view(shape)
    return scaled


def _gaussian(theta_star: Direction, seed: int) -> Direction:
    generator = torch.Generator().manual_seed(seed)
    return {name: torch.randn(centre.shape, generator=generator) for name, centre in theta_star.items()}
