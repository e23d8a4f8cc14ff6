"""What the Hessian within the plane says of a place: Newton's step, and the kind of a critical point."""

import math

import numpy as np

from compute.inspecting.polish import Derived, Polish, fits, longest_side
from compute.landscape import Floats
from compute.topology.critical_points import MAXIMUM, MINIMUM, SADDLE

FASTER = 3.0  # times as fast as in its last step, the Hessian may change on the rest of the way
ROUNDED = 100.0  # times the precision of the numbers, of the largest curvature: what rounding does to any


def newton_step(plane: Derived, state: Polish) -> Floats:
    """(axes,) −H⁻¹ g, taken apart along the eigenvectors of H, in coordinates of the plane.

    A part is at most a cell long, and the whole at most a cell along each axis. Where an eigenvalue is 0 but for
    rounding, the part goes a cell downhill.
    """
    gram, here = plane.gram, state.here
    values, vectors = np.linalg.eigh(gram.upright_hessian(here.hessian))
    slopes = vectors.T @ gram.upright_gradient(here.gradient)
    longest = np.array([fits(gram.coordinates(vector), state.cell) for vector in vectors.T])
    flat = np.abs(values) <= rounding(plane, state)
    parts = np.where(flat, -np.sign(slopes) * longest, -slopes / np.where(flat, 1.0, values))
    step = gram.coordinates(vectors @ np.clip(parts, -longest, longest))
    shortened: Floats = step * min(1.0, fits(step, state.cell))
    return shortened


def curvatures(plane: Derived, state: Polish) -> tuple[Floats, float]:
    """(axes,) eigenvalues of the Hessian within the plane, rising, and the error of each.

    That is rounding, or what H would still change on the rest of the way, at ``FASTER`` times the rate of the last
    step. Where Newton's method comes nearer only little by little, as to the level place of x³ or x⁴, the curvature in
    the end may be 0; there a factor above 2, or 6/5, makes the error the larger.
    """
    found = plane.gram.curvatures(state.here.hessian)
    if not np.isfinite(found).all():
        return found, math.inf
    rest = plane.gram.length(newton_step(plane, state))
    return found, max(rounding(plane, state), FASTER * state.drift * rest)


def kind(eigenvalues: Floats, error: float) -> int | None:
    """The slice index by the signs of the eigenvalues, None where one is 0 within its error."""
    if not (np.abs(eigenvalues) > error).all():
        return None
    falling = int((eigenvalues < 0).sum())
    return (MINIMUM, SADDLE, MAXIMUM)[falling] if len(eigenvalues) > 1 else (MINIMUM, MAXIMUM)[falling]


def rounding(plane: Derived, state: Polish) -> float:
    """What rounding does to an eigenvalue: in the network, and as what ⟨δ, H η⟩ and ⟨η, H δ⟩ differ by."""
    gram, here = plane.gram, state.here
    typical = state.slope_around / longest_side(gram, state.cell)
    largest = max(typical, float(np.abs(gram.curvatures(here.hessian)).max()))
    asymmetry = here.asymmetry / float(np.prod(np.diag(gram.root)))  # in orthonormal coordinates
    return ROUNDED * plane.precision * largest + 3 * asymmetry
