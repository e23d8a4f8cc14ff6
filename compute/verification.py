"""What became of critical points of a slice once the network itself was asked: the entry ``verification``.

A candidate is a critical point of the interpolated grid. Newton's method in the plane leads from it to a point where
the gradient of the loss within the plane vanishes, if there is one near (``compute.inspecting.newton``).
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import Enum
from typing import Any

KEY = "verification"


class Outcome(Enum):
    """What became of a candidate."""

    VERIFIED = "verified"  # a critical point of the same kind lies within a cell of it
    MOVED = "moved"  # one of the same kind, but farther away, or one of another kind within the cell
    REFUTED = "refuted"  # none near it


@dataclass(frozen=True)
class Verdict:
    """One candidate, and what was found. Numbers are those at the place where Newton's method ended.

    alpha, beta             of the candidate
    slice_index             of the candidate: 0 minimum, 1 saddle, 2 maximum
    outcome                 see ``Outcome``
    found                   (alpha, beta) where it ended
    found_index             slice index from the signs of ``eigenvalues``, None where one is 0 within its error
    value                   the loss there
    eigenvalues             of the Hessian within the plane, rising, per unit of weight space squared
    residual                |projection of ∇L on the plane|, per unit of weight space
    gradient_norm           |∇L| over all weights: what the slice does not see
    steps                   of Newton's method
    reason                  why it ended
    """

    alpha: float
    beta: float
    slice_index: int
    outcome: Outcome
    found: tuple[float, float]
    found_index: int | None
    value: float
    eigenvalues: tuple[float, float]
    residual: float
    gradient_norm: float
    steps: int
    reason: str

    def describe(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {**asdict(self), "outcome": self.outcome.value}


def verdicts(provenance: Mapping[str, Any]) -> tuple[Verdict, ...]:
    """All verdicts of a landscape's provenance; what is no verdict, in a file that was edited, is left out."""
    entry = provenance.get(KEY)
    points = entry.get("points") if isinstance(entry, Mapping) else None
    found = (_verdict(point) for point in points) if isinstance(points, list | tuple) else ()
    return tuple(verdict for verdict in found if verdict is not None)


def verdict_of(found: tuple[Verdict, ...], alpha: float, beta: float, slice_index: int) -> Verdict | None:
    """The verdict on a critical point, which is where the candidate was but for rounding; None where there is none."""
    for verdict in found:
        same = math.isclose(verdict.alpha, alpha, rel_tol=1e-9, abs_tol=1e-12) and math.isclose(
            verdict.beta, beta, rel_tol=1e-9, abs_tol=1e-12
        )
        if same and verdict.slice_index == slice_index:
            return verdict
    return None


def _verdict(point: Any) -> Verdict | None:
    try:
        values = {field.name: point[field.name] for field in fields(Verdict)}
        (a, b), (low, high) = values["found"], values["eigenvalues"]
        index = values["found_index"]
        return Verdict(
            float(values["alpha"]), float(values["beta"]), int(values["slice_index"]), Outcome(values["outcome"]),
            (float(a), float(b)), None if index is None else int(index), float(values["value"]),
            (float(low), float(high)), float(values["residual"]), float(values["gradient_norm"]),
            int(values["steps"]), str(values["reason"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        return None
