"""Loss, gradient and Hessian within a plane, by automatic differentiation of the network itself."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from compute.curvature.derivatives import Derivatives, Differentiation, NotFiniteError, Vector
from compute.errors import BadInputError
from compute.inspecting.gram import Gram, gram_of
from compute.landscape import Floats
from compute.measuring.execution import USUAL, Execution
from compute.measuring.metric_values import NUMERICAL_ERRORS
from compute.measuring.placement import placed_dtype
from compute.plane import Direction, Plane, dot
from compute.problem import Problem
from compute.weights.pieces import double


@dataclass(frozen=True, eq=False)
class InPlane:
    """One place (α, β) of a plane, or of a line, which has one axis. Not finite where the network diverged.

    gradient       (axes,) g = (∂L/∂α, ∂L/∂β) = (⟨∇L, δ⟩, ⟨∇L, η⟩)
    hessian        (axes, axes) ⟨δ, H δ⟩, ⟨δ, H η⟩, …; symmetric
    asymmetry      |⟨δ, H η⟩ − ⟨η, H δ⟩| before it was made so: nothing but rounding
    gradient_norm  |∇L| over all weights
    """

    alpha: float
    beta: float
    loss: float
    gradient: Floats
    hessian: Floats
    asymmetry: float
    gradient_norm: float

    @property
    def finite(self) -> bool:
        """Whether the loss and all derivatives are finite there."""
        return math.isfinite(self.loss + self.gradient_norm) and bool(np.isfinite(self.hessian).all())


class PlaneDerivatives:
    """Differentiates the mean loss over a split at places of a plane: the function that a sweep measures.

    Weights are θ* + α δ + β η, put together in float64 and rounded to the type that they are measured in. Buffers are
    those that the model has, and constants: running statistics are those of the centre. Each call leaves the model as
    it was, bit for bit. A place where the network diverged has values that are not finite.

    Raises BadInputError for a network without a second derivative, or with weights that are complex.
    """

    def __init__(self, problem: Problem, plane: Plane, split: str, execution: Execution = USUAL) -> None:
        strange = [name for name, centre in plane.theta_star.items() if centre.is_complex()]
        if strange:
            raise BadInputError(f"{strange[0]}: is complex, and only real weights are differentiated; measure without")
        self._plane, self._execution = plane, execution
        self._differentiation = Differentiation(problem, split, execution)
        self._vectors = [_flat(axis, plane.theta_star) for axis in plane.axes]
        self.examples = problem.examples(split)

    @property
    def execution(self) -> Execution:
        """How it is computed now; see ``compute.curvature.derivatives.Differentiation``."""
        return self._differentiation.execution or self._execution

    @cached_property
    def gram(self) -> Gram:
        """That of the axes."""
        return gram_of(self._plane)

    @property
    def precision(self) -> float:
        """Distance from 1 to the next number, of the coarsest type that is computed with."""
        weights = [weight for weight in self._plane.theta_star.values() if weight.is_floating_point()]
        return max(torch.finfo(placed_dtype(weight, self.execution)).eps for weight in weights)

    def at(self, alpha: float, beta: float) -> InPlane:
        """Everything there is at one place: a gradient, and a product with the Hessian for each axis."""
        return self._differentiate(alpha, beta, curved=True)

    def gradient(self, alpha: float, beta: float) -> Floats:
        """(axes,) that of one place, without the Hessian; NaN where the network diverged."""
        return self._differentiate(alpha, beta, curved=False).gradient

    def _differentiate(self, alpha: float, beta: float, *, curved: bool) -> InPlane:
        theta = self._plane.at(alpha, beta)
        if not all(bool(part.isfinite().all()) for part in theta.values()):
            return self._diverged(alpha, beta)
        with self._differentiation.at(theta) as here:
            try:
                return self._derived(alpha, beta, here, curved=curved)
            except (NotFiniteError, *NUMERICAL_ERRORS):
                return self._diverged(alpha, beta)

    def _derived(self, alpha: float, beta: float, here: Derivatives, *, curved: bool) -> InPlane:
        loss, gradient = here.gradient()
        within = np.array([dot(gradient, axis) for axis in self._plane.axes])
        products = here.multiply(self._vectors) if curved else []
        rows = np.array([[float(vector @ product) for vector in self._vectors] for product in products])
        rows = rows if curved else np.full((len(within), len(within)), np.nan)
        asymmetry = float(np.abs(rows - rows.T).max())
        return InPlane(alpha, beta, loss, within, (rows + rows.T) / 2, asymmetry, math.sqrt(dot(gradient, gradient)))

    def _diverged(self, alpha: float, beta: float) -> InPlane:
        unknown = np.full((len(self._vectors), len(self._vectors)), np.nan)
        return InPlane(alpha, beta, math.inf, unknown[0], unknown, math.nan, math.nan)


def _flat(axis: Direction, theta_star: Direction) -> Vector:
    """(size,) an axis as one vector: all that has derivatives, in the order of the model's parameters."""
    parts = [double(axis[name]).reshape(-1) for name, centre in theta_star.items() if centre.is_floating_point()]
    flat: Vector = torch.cat(parts).numpy()
    return flat
