"""How sharp the loss is at the centre: the greatest and the least eigenvalues of its Hessian, and the trace.

Over all weights at θ*, in eval mode. The greatest eigenvalue λ bounds the rate, 2 / λ, at which gradient descent is
stable (Cohen et al. 2021); the trace is the number of weights times the mean curvature over all directions.

The trace is Hutchinson's on what the eigenvectors found leave: with V of orthonormal columns and P = I − V Vᵀ,
tr H = tr(Vᵀ H V) + tr(P H P) exactly. The first part costs nothing more; without it, the few great eigenvalues of a
network would make most of the standard error.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from compute.curvature.derivatives import Derivatives, Differentiation, Vector
from compute.curvature.hutchinson import LEAST, Trace, probe
from compute.curvature.lanczos import Eigenpairs, Lanczos, highest_and_lowest
from compute.folder import read_description, update_description
from compute.inspecting.inspection import holds
from compute.inspecting.subject import subject
from compute.messages import SHARPNESS
from compute.plane import dot
from compute.randomness import Purpose, stream
from compute.surveying.survey import Survey

KEY = "sharpness"  # of the description
TOP = 5  # eigenvalues, the greatest
TOLERANCE = 1e-5  # residual relative to the eigenvalue
ZERO = 1e-5  # … or to the largest: what is smaller counts as 0
PRODUCTS = 200  # for the eigenvalues at most
ERROR = 0.05  # standard error of the trace, relative: then there are probes enough
PROBES = 100  # at most
EXPECTED = 40  # products for the eigenvalues, before anybody knows


class Sharpness:
    """Measures sharpness in the centre; an ``Inspection``. Each step is one pass over the examples, or a few.

    The result is written at the end into the entry ``sharpness`` of the description. One that was broken off before is
    done anew, to the same bits; where the result is there already, measured alike, nothing is left to do.

    Raises BadInputError as ``Differentiation`` does, for a network without second derivative, and in a step where the
    centre has diverged.
    """

    what = SHARPNESS

    def __init__(self, survey: Survey, note: Callable[[str], None]) -> None:
        self._survey, self._note = survey, note
        split = subject(survey)
        self._differentiation = Differentiation(survey.problem, split, survey.execution)
        self._about = {
            "split": split,
            "examples": survey.problem.examples(split),
            "precision": self._differentiation.precision,
            "seed": survey.task.seed,
            "tolerance": TOLERANCE,
        }
        known = holds(read_description(survey.folder).get(KEY), self._about)
        self.done = int(known)
        self._left = 0 if known else 1 + EXPECTED + 1 + LEAST
        self._steps = self._measure()

    @property
    def total(self) -> int:
        """Steps in all, by what is known so far."""
        return self.done + self._left

    def step(self) -> None:
        """Make the next products. Raises IndexError at the end."""
        if not self._left:
            raise IndexError("the sharpness is measured")
        with self._differentiation.at(self._survey.plane.theta_star) as here:
            self._here = here
            self._left = next(self._steps)
        self.done += 1

    def _measure(self) -> Iterator[int]:
        """Step by step; each time how many are left. Derivatives are anew in each, and so is their count."""
        loss, gradient = self._here.gradient()
        yield EXPECTED + 1 + LEAST
        lanczos = self._lanczos(self._here)
        while not lanczos.done:
            lanczos.take(self._here.product(lanczos.next))
            yield max(1, EXPECTED - lanczos.products) * (not lanczos.done) + 1 + LEAST
        pairs = lanczos.found()
        images = self._here.multiply(list(pairs.vectors))
        residuals = [_residual(*each) for each in zip(pairs.values, pairs.vectors, images, strict=True)]
        yield LEAST
        basis, known = _orthonormal(pairs, images)
        trace = Trace(ERROR, PROBES)
        while not trace.done:
            trace = trace.step(known + self._probed(basis, trace.probes))
            if trace.done:
                self._write(
                    {
                        "loss": loss,
                        "gradient_norm": math.sqrt(dot(gradient, gradient)),
                        "eigenvalues": pairs.values[:-1].tolist(),
                        "residuals": residuals[:-1],
                        "lambda_min": float(pairs.values[-1]),
                        "lambda_min_residual": residuals[-1],
                        "converged": pairs.converged,
                        "trace": trace.mean,
                        "trace_error": trace.error,
                        "probes": trace.probes,
                        "parameters": self._here.size,
                        "products": pairs.products + len(images) + trace.probes,
                    }
                )
            yield _probes_left(trace)

    def _lanczos(self, here: Derivatives) -> Lanczos:
        return Lanczos(
            here.size,
            highest_and_lowest(TOP),
            tolerance=TOLERANCE,
            floor=max(ZERO, here.precision**0.75),
            seed=stream(self._survey.task.seed, Purpose.LANCZOS, 0),
            most=PRODUCTS,
        )

    def _probed(self, basis: Vector, number: int) -> float:
        """zᵀ P H P z of one probe."""
        signs = probe(self._here.size, self._survey.task.seed, number)
        left = signs - (signs @ basis.T) @ basis
        return float(left @ self._here.product(left))

    def _write(self, found: Mapping[str, Any]) -> None:
        update_description(self._survey.folder, {KEY: {**self._about, **found}})
        if not found["converged"]:
            self._note(
                f"{self._survey.name}: the eigenvalues in the centre did not converge in {PRODUCTS} products; "
                "their residuals stand beside them"
            )


def _residual(value: float, vector: Vector, image: Vector) -> float:
    """|H v − λ v|, from a fresh product."""
    return float(np.linalg.norm(image - value * vector))


def _orthonormal(pairs: Eigenpairs, images: list[Vector]) -> tuple[Vector, float]:
    """(count, size) the eigenvectors, each once, and tr(Vᵀ H V)."""
    different = len(pairs.values) - 1 if len(pairs.values) > len(pairs.vectors[0]) else len(pairs.values)
    vectors = pairs.vectors[:different]
    return vectors, sum(float(v @ image) for v, image in zip(vectors, images, strict=False))


def _probes_left(trace: Trace) -> int:
    """By how the standard error falls, with the root of the number."""
    if trace.done:
        return 0
    if trace.probes < LEAST:
        return LEAST - trace.probes
    goal = trace.tolerance * abs(trace.mean)
    wanted = trace.probes * (trace.error / goal) ** 2 if goal else math.inf
    return max(1, math.ceil(min(wanted, trace.most)) - trace.probes)
