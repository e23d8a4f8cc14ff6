"""Gradient and curvature within a plane, as maps over a coarse grid of it."""

from collections.abc import Callable, Mapping

from compute.inspecting.coarse import CoarseMaps
from compute.inspecting.in_plane import InPlane, PlaneDerivatives
from compute.inspecting.subject import subject
from compute.maps import (
    CURVATURE_HIGH,
    CURVATURE_LOW,
    GRADIENT_ALPHA,
    GRADIENT_BETA,
    GRADIENT_NORM,
    PLANE_MAPS,
    SLOPE,
)
from compute.messages import PLANE
from compute.surveying.survey import Survey


class PlaneMaps:
    """Measures ``PLANE_MAPS`` node by node, coarse to fine; an ``Inspection``, and resumed as one.

    Raises BadInputError where the grid has no level of so many points, and as ``PlaneDerivatives``.
    """

    what = PLANE

    def __init__(self, survey: Survey, note: Callable[[str], None]) -> None:
        split = subject(survey)
        self._plane = PlaneDerivatives(survey.problem, survey.plane, split, survey.execution)
        about = {
            "examples": self._plane.examples,
            "split": split,
            "precision": self._plane.execution.precision,
        }
        self._maps = CoarseMaps(survey, PLANE_MAPS, about)
        self._note, self._name = note, survey.name
        self._diverged = 0
        self.total = self._maps.total

    @property
    def done(self) -> int:
        """Nodes measured."""
        return self._maps.done

    def step(self) -> None:
        """Measure the next node. Raises IndexError at the end."""
        here = self._plane.at(*self._maps.place)
        self._diverged += not here.finite
        if self._maps.record(map_values(self._plane, here)) and self._diverged:
            self._note(f"{self._name}: no derivatives at {self._diverged} of {self.total} points: not finite there")


def map_values(plane: PlaneDerivatives, here: InPlane) -> Mapping[str, float]:
    """The maps at one place. On a line ∂L/∂β is 0, and there is one curvature."""
    curvatures = plane.gram.curvatures(here.hessian)
    return {
        GRADIENT_ALPHA: float(here.gradient[0]),
        GRADIENT_BETA: float(here.gradient[1]) if len(here.gradient) > 1 else 0.0,
        SLOPE: plane.gram.slope(here.gradient),
        GRADIENT_NORM: here.gradient_norm,
        CURVATURE_LOW: float(curvatures[0]),
        CURVATURE_HIGH: float(curvatures[-1]),
    }
