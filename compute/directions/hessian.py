"""The directions of greatest curvature: eigenvectors of the Hessian of the loss."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compute.curvature.derivatives import Derivatives, derivatives
from compute.curvature.lanczos import Eigenpairs, Lanczos, highest, largest
from compute.directions.axes import Axes
from compute.errors import BadInputError
from compute.plane import Direction
from compute.problem import Problem
from compute.randomness import Purpose, stream

Vector = NDArray[np.float64]

MOST_PRODUCTS = 1000
UNSTEADY = 0.1  # relative residual that no rounding explains

CHOICES = {"algebraic": highest, "magnitude": largest}


def hessian_axes(
    problem: Problem,
    theta_star: Direction,
    *,
    which: str = "algebraic",
    seed: int = 0,
    line: bool = False,
    split: str | None = None,
    report: Callable[[int], None] = lambda products: None,
) -> Axes:
    """The two eigenvectors of the Hessian with the largest eigenvalues, "algebraic" or by "magnitude"; unit vectors.

    Lanczos on products with the Hessian of the mean loss over the fixed batches of a split, by default the first, from
    a start vector that the seed decides. A product is computed in the
    precision of the model, all else in float64. The entry of greatest size is positive. The details have the
    eigenvalues, the residuals |H v − λ v| from fresh products, the tolerance relative to |λ| and the number of
    products; ``report`` is told the number as it grows. Raises BadInputError when it does not converge, or the loss is
    not finite or not twice differentiable.
    """
    with derivatives(problem, theta_star, split) as at:
        count = 1 if line else 2
        if at.size < count:
            raise BadInputError("--directions hessian: a network of one weight has one direction; choose a line")
        tolerance = at.precision**0.75  # 1e-12 in float64, 6e-6 in float32: above the noise of a product
        found = _found(at, which, count=count, seed=seed, tolerance=tolerance, report=report)
        values, vectors = found.values, [_signed(vector) for vector in found.vectors]
        residuals = [_residual(at, vector, value) for vector, value in zip(vectors, values, strict=True)]
        worst = _relative(residuals, values)
        details: dict[str, Any] = {
            "which": f"largest {which}",
            "eigenvalues": values.tolist(),
            "residuals": residuals,
            "tolerance": tolerance,
            "converged": worst <= 10 * tolerance,
            "products": at.products,
            "seed": seed,
            "split": at.split,
            "examples": at.examples,
        }
        delta, *eta = (at.direction(vector) for vector in vectors)
    return Axes("hessian", "none", delta, eta[0] if eta else None, details=details)


def _relative(residuals: list[float], values: Vector) -> float:
    """The worst residual, of the largest eigenvalue. Raises BadInputError for what are no eigenvectors at all."""
    if not values.any():
        raise BadInputError("--directions hessian: the loss has no curvature here; choose other directions")
    worst = max(residuals) / float(np.abs(values).max())
    if worst > UNSTEADY:
        raise BadInputError(
            f"--directions hessian: a product with the Hessian is not the same twice (residual {worst:.1g} of the "
            "eigenvalue); does the loss draw random numbers?"
        )
    return worst


def _found(
    at: Derivatives, which: str, *, count: int, seed: int, tolerance: float, report: Callable[[int], None]
) -> Eigenpairs:
    lanczos = Lanczos(
        at.size,
        CHOICES[which](count),
        tolerance=tolerance,
        floor=tolerance,
        seed=stream(seed, Purpose.LANCZOS, 0),
        most=MOST_PRODUCTS,
    )
    while not lanczos.done:
        lanczos.take(at.product(lanczos.next))
        report(at.products)
    found = lanczos.found()
    if not found.converged:
        raise BadInputError(
            f"--directions hessian: no convergence in {at.products} products; take more examples, or other directions"
        )
    return found


def _signed(vector: Vector) -> Vector:
    signed: Vector = vector * np.sign(vector[np.abs(vector).argmax()])
    return signed


def _residual(at: Derivatives, vector: Vector, value: float) -> float:
    return float(np.linalg.norm(at.product(vector) - value * vector))
