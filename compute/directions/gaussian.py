"""Random directions, normalised by the weights (Li et al. 2018, arXiv:1712.09913, section 4)."""

from collections.abc import Mapping

import torch

from compute.directions.axes import Axes
from compute.directions.choice import INCLUDE
from compute.plane import Direction
from compute.randomness import Purpose, stream
from compute.weights.pieces import PIECE

TINY = 1e-30  # a length that stands for zero


def random_axes(
    theta_star: Direction,
    seed: int,
    normalisation: str = "filter",
    include: tuple[str, ...] = (),
    line: bool = False,
) -> Axes:
    """Gaussian directions, normalised; the seed decides both, each from a generator of its own."""
    delta = random_axis(theta_star, seed, 0, normalisation, include)
    eta = None if line else random_axis(theta_star, seed, 1, normalisation, include)
    return Axes("random", normalisation, delta, eta, details=random_details(theta_star, seed, include))


def random_axis(
    theta_star: Direction, seed: int, k: int, normalisation: str = "filter", include: tuple[str, ...] = ()
) -> Direction:
    """The first (k = 0) or second (k = 1) random direction of a seed; normalised by "filter", by "layer" or "none"."""
    generator = torch.Generator().manual_seed(stream(seed, Purpose.DIRECTION, k))
    direction = {name: torch.randn(centre.shape, generator=generator).to(centre) for name, centre in theta_star.items()}
    if normalisation == "none":
        return {name: d if _moves(name, theta_star, include) else torch.zeros_like(d) for name, d in direction.items()}
    normalise = {"filter": filter_normalise, "layer": layer_normalise}[normalisation]
    return normalise(direction, theta_star, include)


def random_details(theta_star: Direction, seed: int, include: tuple[str, ...]) -> dict[str, object]:
    """Seed, and the number of parameters in each group that random directions leave where they are."""
    counts = dict.fromkeys((name for name in INCLUDE if name not in include), 0)
    for name, centre in theta_star.items():
        if (kind := group(name, theta_star)) in counts:
            counts[kind] += centre.numel()
    return {"seed": seed, "ignored": counts}


def filter_normalise(direction: Direction, theta_star: Direction, include: tuple[str, ...] = ()) -> Direction:
    """Give each filter of a direction the norm of that filter of theta_star.

    d_i ← d_i |θ_i| / |d_i| for every output filter of a convolution and every row of a linear layer: every index of the
    first dimension. Parameters with one dimension or none (biases, BatchNorm's scale and shift) get zero, as in the
    paper's figures; those of the groups in ``include`` are one filter each.
    """
    return {
        name: _scaled(d, theta_star[name], by_row=d.dim() > 1)
        if _moves(name, theta_star, include)
        else torch.zeros_like(d)
        for name, d in direction.items()
    }


def layer_normalise(direction: Direction, theta_star: Direction, include: tuple[str, ...] = ()) -> Direction:
    """Give each parameter of a direction the norm of that parameter of theta_star; else as ``filter_normalise``."""
    return {
        name: _scaled(d, theta_star[name], by_row=False) if _moves(name, theta_star, include) else torch.zeros_like(d)
        for name, d in direction.items()
    }


def group(name: str, theta_star: Mapping[str, torch.Tensor]) -> str:
    """What a parameter is: "weight" with two dimensions or more; "bias" of such a one; else "norm".

    The last are scales and shifts of norm layers, and whatever other parameters have no filters.
    """
    if theta_star[name].dim() > 1:
        return "weight"
    owner, _, own = name.rpartition(".")
    weight = theta_star.get(f"{owner}.weight" if owner else "weight")
    return "bias" if "bias" in own and (weight is None or weight.dim() > 1) else "norm"


def _moves(name: str, theta_star: Direction, include: tuple[str, ...]) -> bool:
    return theta_star[name].is_floating_point() and group(name, theta_star) in ("weight", *include)


def _scaled(direction: torch.Tensor, centre: torch.Tensor, *, by_row: bool) -> torch.Tensor:
    """The direction with the norms of the centre, row by row or as a whole."""
    if not centre.numel():
        return direction
    rows = len(centre) if by_row else 1
    scale = _norms(centre.reshape(rows, -1)) / _norms(direction.reshape(rows, -1)).clamp(min=TINY)
    shape = (-1, *[1] * (direction.dim() - 1)) if direction.dim() else ()
    scaled: torch.Tensor = direction * scale.to(direction.dtype).view(shape)
    return scaled


def _norms(rows: torch.Tensor) -> torch.Tensor:
    """(rows,) lengths in float64, with a copy in float64 of some rows at a time."""
    at_once = max(1, PIECE // max(1, rows.shape[1]))
    return torch.cat([part.double().norm(dim=1) for part in torch.split(rows, at_once)])
