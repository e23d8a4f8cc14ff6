"""How far a candidate has been polished: the state of Newton's method, and what it asks of a plane."""

import math
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np

from compute.inspecting.gram import Gram
from compute.inspecting.in_plane import InPlane
from compute.landscape import Floats

STEPS = 20  # of Newton's method; where it converges, five are many
REACH = 2.0  # cells from the candidate, along either axis, beyond which another critical point would be found

Place = tuple[float, float]  # alpha, beta


class End(Enum):
    """Why it ended."""

    CONVERGED = "the gradient within the plane vanishes"
    LEFT = "Newton's method left for a place more than two cells away"
    KINK = "the gradient does not vanish but jumps, as at a kink of ReLU"
    STALLED = "no step makes the gradient within the plane smaller"
    LIMIT = f"Newton's method was still on its way after {STEPS} steps"
    DIVERGED = "the loss or a derivative is not finite"


class Derived(Protocol):
    """A plane that can be differentiated: see ``compute.inspecting.in_plane.PlaneDerivatives``."""

    @property
    def gram(self) -> Gram:
        """That of its axes."""

    @property
    def precision(self) -> float:
        """Of the numbers computed with, relative."""

    def at(self, alpha: float, beta: float) -> InPlane:
        """Everything there is at one place."""

    def gradient(self, alpha: float, beta: float) -> Floats:
        """(axes,) ∂L/∂α, ∂L/∂β; NaN where the network diverged."""


@dataclass(frozen=True, eq=False)
class Polish:
    """One candidate on its way to a critical point of the network's slice.

    start, cell    the candidate (α, β), and the size of a cell of the grid it was found on; 0 where a line has no axis
    tolerance      of the residual
    slope_around   the largest slope a cell away along the axes
    here           the derivatives where it is now
    drift          how fast the Hessian changed in the last step: |ΔH| / |step|, in weight space
    idle           halved steps in a row that made no progress
    steps, end     steps taken; why it ended, None while it goes on
    """

    start: Place
    cell: Place
    tolerance: float
    slope_around: float
    here: InPlane
    drift: float = 0.0
    idle: int = 0
    steps: int = 0
    end: End | None = None

    @property
    def cells_away(self) -> float:
        """How far it is from the candidate, along the axis along which that is more."""
        moved = (self.here.alpha - self.start[0], self.here.beta - self.start[1])
        return max(abs(part) / size for part, size in zip(moved, self.cell, strict=True) if size)


def slope_at(plane: Derived, alpha: float, beta: float) -> float:
    """|projection of ∇L on the plane| at one place; NaN where the network diverged."""
    return plane.gram.slope(plane.gradient(alpha, beta))


def moved(here: InPlane, step: Floats) -> Place:
    """Where a step (axes,) leads."""
    across = float(step[1]) if len(step) > 1 else 0.0
    return here.alpha + float(step[0]), here.beta + across


def around(place: Place, cell: Place, part: float = 1.0) -> list[Place]:
    """The places a cell, or a part of one, away along the axes."""
    steps = [(part * cell[0], 0.0), (0.0, part * cell[1])]
    return [(place[0] + sign * a, place[1] + sign * b) for a, b in steps if a or b for sign in (1, -1)]


def fits(step: Floats, cell: Place) -> float:
    """How many times a step (axes,) fits into a cell."""
    return min((size / abs(part) for part, size in zip(step, cell, strict=False) if part), default=math.inf)


def longest_side(gram: Gram, cell: Place) -> float:
    """Of a cell, in weight space."""
    return max(size * math.sqrt(square) for size, square in zip(cell, np.diag(gram.matrix), strict=False))
