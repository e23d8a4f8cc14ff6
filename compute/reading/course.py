"""Numbers of the path of the training."""

import math

import numpy as np

from compute.landscape import Bools, Domain, Floats, Landscape, Trajectory
from compute.reading.origin import Gram
from compute.reading.surface import Numbers

IN_CENTRE = 1e-6  # of the domain: so near, the checkpoint is the one in the centre
ON_PLANE = 1e-6  # of the largest distance: what rounding of float32 weights leaves of none


def path_numbers(landscape: Landscape, gram: Gram | None) -> Numbers:
    """Of the path that the landscape has, if any; ``gram`` are the products of the axes."""
    path = landscape.trajectory
    if path is None or len(path) == 0:
        return {}
    return {
        "checkpoints": len(path),
        "outside": _outside(landscape.domain, path),
        **_losses(path),
        **_gap(path),
        **_distances(path, gram),
        "centre_true": _in_centre(landscape.domain, path),
    }


def random_walk_share(steps: int, components: int) -> float | None:
    """Share of the variance of a random walk in its first principal components, in many dimensions.

    The walk of n points, less its mean, has the Gram matrix C M C with M_ij = min(i, j): eigenvalues
    1 / (4 sin²(kπ/2n)), k = 1 … n − 1, which are those of the free chain of n beads inverted. For long walks the
    shares are 6 / (π² k²): 61 % and 15 % (Antognini & Sohl-Dickstein 2018, arXiv:1806.08805). None where all
    variance lies in so many components anyway.
    """
    if steps < components + 2:
        return None
    k = np.arange(1, steps)
    values = 1 / np.sin(k * math.pi / (2 * steps)) ** 2
    return float(values[:components].sum() / values.sum())


def _outside(domain: Domain, path: Trajectory) -> int:
    inside = (path.alpha >= domain.alpha[0]) & (path.alpha <= domain.alpha[1])
    if not domain.is_line:
        inside &= (path.beta >= domain.beta[0]) & (path.beta <= domain.beta[1])
    return int(np.count_nonzero(~inside))


def _losses(path: Trajectory) -> Numbers:
    known = path.loss[np.isfinite(path.loss)]
    return {"first_loss": float(known[0]), "last_loss": float(known[-1])} if len(known) else {}


def _gap(path: Trajectory) -> Numbers:
    both = np.isfinite(path.loss) & np.isfinite(path.plane_loss)
    own, under = path.loss[both], path.plane_loss[both]
    if not len(own):
        return {}
    gaps = np.abs(under - own)
    numbers: Numbers = {"gap": float(gaps.max())}
    if (own > 0).all() and (under > 0).all():
        ratios = np.abs(np.log(under) - np.log(own))
        numbers["gap_factor"] = float(np.exp(ratios.max()))
        numbers["gaps_of_one"] = bool(ratios[gaps.argmax()] == ratios.max())
    return numbers


def _distances(path: Trajectory, gram: Gram | None) -> Numbers:
    residual = path.residual[np.isfinite(path.residual)]
    if len(residual) < len(path):
        return {}
    numbers: Numbers = {
        "residual_largest": float(residual.max()),
        "on_plane": int(np.count_nonzero(_touches(path))),
    }
    if gram is not None and np.isfinite(path.alpha).all() and np.isfinite(path.beta).all():
        off = float(np.mean(residual**2))
        whole = _spread(path, gram) + off
        numbers["residual_share"] = math.sqrt(off / whole) if whole > 0 else None
    return numbers


def _touches(path: Trajectory) -> Bools:
    """(points,) whether a checkpoint lies in the plane but for rounding."""
    on: Bools = path.residual <= ON_PLANE * np.nanmax(path.residual, initial=0.0)
    return on


def _spread(path: Trajectory, gram: Gram) -> float:
    """Mean square distance of the checkpoints' feet from their mean, in the plane."""
    places: Floats = np.column_stack([path.alpha, path.beta])[:, : len(gram)]
    away = places - places.mean(axis=0)
    return float(np.mean(np.einsum("ki,ij,kj->k", away, np.array(gram), away)))


def _in_centre(domain: Domain, path: Trajectory) -> float | None:
    """The loss of the last checkpoint that lies in the centre itself."""
    sides = (domain.alpha[1] - domain.alpha[0]), (domain.beta[1] - domain.beta[0])
    near = (np.abs(path.alpha) <= IN_CENTRE * sides[0]) & np.isfinite(path.loss) & _touches(path)
    if not domain.is_line:
        near &= np.abs(path.beta) <= IN_CENTRE * sides[1]
    found = path.loss[near]
    return float(found[-1]) if len(found) else None
