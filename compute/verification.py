"""What became of critical points of a slice once the network itself was asked: the entry ``verification``.

A candidate is a critical point of the interpolated grid. Newton's method in the plane leads from it to a point where
the gradient of the loss within the plane vanishes, if there is one near (``compute.inspecting.newton``).
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import Enum
from typing import Any

import numpy as np

from compute.landscape import Domain, Floats

KEY = "verification"
ROUNDING = 1e-9  # of a cell


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
    eigenvalues             of the Hessian within the plane, rising, per unit of weight space squared; on a line one
    residual                |projection of ∇L on the plane|, per unit of weight space
    gradient_norm           |∇L| over all weights: what the slice does not see
    steps                   of Newton's method
    reason                  why it ended, and why that makes the outcome

    A number is NaN where it is not finite.
    """

    alpha: float
    beta: float
    slice_index: int
    outcome: Outcome
    found: tuple[float, float]
    found_index: int | None
    value: float
    eigenvalues: tuple[float, ...]
    residual: float
    gradient_norm: float
    steps: int
    reason: str

    def describe(self) -> dict[str, Any]:
        """Ready for JSON, where a number that is not finite is None."""
        plain = {name: _plain(value) for name, value in asdict(self).items()}
        return {**plain, "outcome": self.outcome.value}


def verdicts(provenance: Mapping[str, Any]) -> tuple[Verdict, ...]:
    """All verdicts of a landscape's provenance; what is no verdict, in a file that was edited, is left out."""
    entry = provenance.get(KEY)
    points = entry.get("points") if isinstance(entry, Mapping) else None
    found = (_verdict(point) for point in points) if isinstance(points, list | tuple) else ()
    return tuple(verdict for verdict in found if verdict is not None)


def verdict_of(
    found: tuple[Verdict, ...], alpha: float, beta: float, slice_index: int, level: Domain | None = None
) -> Verdict | None:
    """The verdict on a critical point, which is where the candidate was but for rounding; None where there is none.

    ``level`` is the domain with the points of the level that the point was found on: a saddle inside a cell may then
    lie elsewhere in it, as it does on the surface of the logarithms.
    """
    for verdict in found:
        same = math.isclose(verdict.alpha, alpha, rel_tol=1e-9, abs_tol=1e-12) and math.isclose(
            verdict.beta, beta, rel_tol=1e-9, abs_tol=1e-12
        )
        if verdict.slice_index == slice_index and (same or _in_one_cell(level, verdict, alpha, beta)):
            return verdict
    return None


def _in_one_cell(level: Domain | None, verdict: Verdict, alpha: float, beta: float) -> bool:
    if level is None:
        return False
    first, second = grid_places(level, np.array([[verdict.alpha, verdict.beta], [alpha, beta]]))
    return bool((first == second).all())


def grid_places(level: Domain, places: Floats) -> Floats:
    """(n, 2) column and row of places (alpha, beta) on a level: whole at a node, and halves all over inside a cell."""
    found = np.zeros(places.shape)
    for axis, ((low, high), points) in enumerate(((level.alpha, level.n_alpha), (level.beta, level.n_beta))):
        if high > low:
            found[:, axis] = (places[:, axis] - low) / (high - low) * (points - 1)
    nearest = np.round(found)
    return np.where(np.abs(found - nearest) < ROUNDING, nearest, np.floor(found) + 0.5)


def _verdict(point: Any) -> Verdict | None:
    try:
        values = {field.name: point[field.name] for field in fields(Verdict)}
        (a, b), eigenvalues = values["found"], tuple(_number(value) for value in values["eigenvalues"])
        index = values["found_index"]
        return Verdict(
            float(values["alpha"]), float(values["beta"]), int(values["slice_index"]), Outcome(values["outcome"]),
            (float(a), float(b)), None if index is None else int(index), _number(values["value"]), eigenvalues,
            _number(values["residual"]), _number(values["gradient_norm"]), int(values["steps"]), str(values["reason"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)
