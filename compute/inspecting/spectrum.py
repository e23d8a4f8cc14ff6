"""The extreme eigenvalues of the Hessian over all weights, as maps over a coarse grid: Li et al. 2018, section 6.

How far is the surface from convex in the directions that a plane does not show? Where |λmin / λmax| is small there is
little negative curvature in any of them, so what looks convex in the picture nearly is. At a node the Hessian is that
of the mean loss at θ* + α δ + β η, in eval mode with the buffers of the centre.

A flat place, both eigenvalues 0, has the ratio 0, for nothing there is concave; with λmax = 0 alone it is infinite.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from compute.curvature.derivatives import Differentiation, NotFiniteError
from compute.curvature.lanczos import Lanczos, ends
from compute.folder import read_description, update_description
from compute.inspecting.coarse import CoarseMaps
from compute.inspecting.subject import subject
from compute.landscape import Floats
from compute.maps import LAMBDA_MAX, LAMBDA_MIN, LAMBDA_RATIO, SPECTRUM_MAPS
from compute.measuring.metric_values import NUMERICAL_ERRORS
from compute.messages import SPECTRUM
from compute.plane import Direction
from compute.randomness import Purpose, stream
from compute.refinement import Point
from compute.surveying.survey import Survey

KEY = "spectrum"  # of the description: how it was measured, and which nodes did not converge
TOLERANCE = 1e-3  # residual relative to the eigenvalue: its first three digits are right
ZERO = 1e-5  # … or to the largest: what is smaller counts as 0
PRODUCTS = 100  # a node at most
DIVERGED = dict.fromkeys(SPECTRUM_MAPS, math.inf)


class Spectrum:
    """Measures ``SPECTRUM_MAPS`` node by node, coarse to fine; an ``Inspection``, and resumed as one.

    A step is one product with the Hessian, so that the caller can pause within a node; ``done`` and ``total`` count
    nodes. A node that does not converge keeps what was found, which lies within the spectrum, so that the ratio is
    uncertain; the entry ``spectrum`` of the description has [row, column, residual relative to the largest eigenvalue]
    of each such in its list ``unconverged``. What a node has depends on the node and the seed alone.

    Raises BadInputError as ``coarse_to_fine`` and ``Differentiation`` do, and for a network without second derivative.
    """

    what = SPECTRUM

    def __init__(self, survey: Survey, note: Callable[[str], None]) -> None:
        self._survey, self._note = survey, note
        split = subject(survey)
        self._differentiation = Differentiation(survey.problem, split, survey.execution)
        about = {
            "examples": survey.problem.examples(split),
            "split": split,
            "precision": self._differentiation.precision,
            "tolerance": TOLERANCE,
            "seed": survey.task.seed,
        }
        self._maps = CoarseMaps(survey, SPECTRUM_MAPS, about)
        self.total = self._maps.total
        self._unconverged = _known(read_description(survey.folder)) if self._maps.begun else {}
        self._about, self._diverged = about, 0
        self._here: _Node | None = None

    @property
    def done(self) -> int:
        """Nodes measured."""
        return self._maps.done

    def step(self) -> None:
        """Make the next product. Raises IndexError at the end."""
        if self._here is None:
            self._here = _Node(self._survey, self._differentiation, *self._maps.place)
        self._here.step()
        if self._here.done:
            self._record(self._here)
            self._here = None

    def _record(self, here: "_Node") -> None:
        """The list of those that did not converge comes first: who is killed between does the node again."""
        if here.residual is not None:
            self._unconverged[self._maps.node] = here.residual
            self._describe()
        self._diverged += here.diverged
        if self._maps.record(here.values):
            self._end()

    def _describe(self) -> None:
        nodes = [[row, column, residual] for (row, column), residual in sorted(self._unconverged.items())]
        update_description(self._survey.folder, {KEY: {**self._about, "unconverged": nodes}})

    def _end(self) -> None:
        self._describe()
        name = self._survey.name
        if self._diverged:
            self._note(f"{name}: no eigenvalues at {self._diverged} of {self.total} points: not finite there")
        if self._unconverged:
            self._note(
                f"{name}: the extreme eigenvalues at {len(self._unconverged)} of {self.total} points did not converge "
                f"in {PRODUCTS} products; the worst is known to {max(self._unconverged.values()):.1g} of the largest"
            )


class _Node:
    """Lanczos at one place, a product at a time."""

    def __init__(self, survey: Survey, differentiation: Differentiation, alpha: float, beta: float) -> None:
        self._differentiation = differentiation
        self._theta: Direction = survey.plane.at(alpha, beta)
        self._seed = stream(survey.task.seed, Purpose.LANCZOS, 0)
        self._lanczos: Lanczos | None = None
        self.diverged = False

    @property
    def done(self) -> bool:
        return self.diverged or (self._lanczos is not None and self._lanczos.done)

    def step(self) -> None:
        try:
            with self._differentiation.at(self._theta) as here:
                if self._lanczos is None:
                    floor = max(ZERO, here.precision**0.75)
                    self._lanczos = Lanczos(
                        here.size, ends, tolerance=TOLERANCE, floor=floor, seed=self._seed, most=PRODUCTS
                    )
                self._lanczos.take(here.product(self._lanczos.next))
        except (NotFiniteError, *NUMERICAL_ERRORS):
            self.diverged = True

    @property
    def values(self) -> Mapping[str, float]:
        if self.diverged or self._lanczos is None:
            return DIVERGED
        high, low = self._lanczos.values.tolist()
        return {LAMBDA_MIN: low, LAMBDA_MAX: high, LAMBDA_RATIO: ratio(low, high)}

    @property
    def residual(self) -> float | None:
        """Where it has not converged: the worst, relative to the largest eigenvalue."""
        if self.diverged or self._lanczos is None or self._lanczos.converged:
            return None
        values: Floats = self._lanczos.values
        return float(self._lanczos.residuals.max() / abs(values).max())


def ratio(low: float, high: float) -> float:
    """|λmin / λmax|; of a flat place 0."""
    if low == 0:
        return 0.0
    return abs(low / high) if high else math.inf


def _known(description: Mapping[str, Any]) -> dict[Point, float]:
    """Nodes that did not converge, as the description has them; what was edited and is none is left out."""
    entry = description.get(KEY)
    found = entry.get("unconverged") if isinstance(entry, dict) else None
    nodes = [node for node in found if isinstance(node, list) and len(node) == 3] if isinstance(found, list) else []
    return {(int(row), int(column)): float(residual) for row, column, residual in nodes}
