"""Lengths, slopes and curvatures within a plane, whatever the length of its axes and the angle between them."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from compute.errors import BadInputError
from compute.landscape import Floats
from compute.plane import Plane, dot


@dataclass(frozen=True, eq=False)
class Gram:
    """G = ⟨axis_i, axis_j⟩, (axes, axes): two axes, or one on a line.

    With G = C Cᵀ (Cholesky) a step x of the coordinates is the vector y = Cᵀ x of orthonormal ones, as long as the step
    is in weight space. Then the gradient is C⁻¹ g and the Hessian C⁻¹ H C⁻ᵀ. Raises BadInputError for parallel axes.
    """

    matrix: Floats

    @cached_property
    def root(self) -> Floats:
        """C, lower triangular."""
        try:
            return np.asarray(np.linalg.cholesky(self.matrix), np.float64)
        except np.linalg.LinAlgError:
            raise BadInputError("directions: they are parallel, or one is zero; sample other ones") from None

    def length(self, step: Floats) -> float:
        """sqrt(xᵀ G x) of a step (α, β) in weight space; what a line has no axis for does not count."""
        part = step[: len(self.matrix)]
        return math.sqrt(max(float(part @ self.matrix @ part), 0.0))

    def slope(self, gradient: Floats) -> float:
        """sqrt(gᵀ G⁻¹ g): the norm of the projection of ∇L on the plane; g = (∂L/∂α, ∂L/∂β)."""
        return float(np.linalg.norm(self.upright_gradient(gradient)))

    def curvatures(self, hessian: Floats) -> Floats:
        """(axes,) rising: the λ of H v = λ G v, per unit of weight space squared. NaN where H is not finite."""
        upright = self.upright_hessian(hessian)
        if not np.isfinite(upright).all():
            return np.full(len(upright), np.nan)
        return np.asarray(np.linalg.eigvalsh(upright), np.float64)

    def upright_gradient(self, gradient: Floats) -> Floats:
        """C⁻¹ g, in orthonormal coordinates."""
        return np.asarray(np.linalg.solve(self.root, gradient), np.float64)

    def upright_hessian(self, hessian: Floats) -> Floats:
        """C⁻¹ H C⁻ᵀ, in orthonormal coordinates."""
        return np.asarray(np.linalg.solve(self.root, np.linalg.solve(self.root, hessian.T).T), np.float64)

    def coordinates(self, upright: Floats) -> Floats:
        """x = C⁻ᵀ y: a step (axes,) of orthonormal coordinates, or several as columns, as one of (α, β)."""
        return np.asarray(np.linalg.solve(self.root.T, upright), np.float64)


def gram_of(plane: Plane) -> Gram:
    """That of a plane's axes, in float64."""
    return Gram(np.array([[dot(a, b) for b in plane.axes] for a in plane.axes]))
