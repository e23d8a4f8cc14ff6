"""Directions and what is known about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from compute.errors import BadInputError
from compute.plane import Direction, Plane, dot

PARALLEL = 1 - 1e-9  # |cosine| from which two axes span no plane


@dataclass(frozen=True, eq=False)
class Axes:
    """One direction or two, as they will be used, and where they come from.

    ``kind`` and ``normalisation`` are words; for a pair of kinds two, with a comma. ``explained_variance`` are shares
    in [0, 1] of the variance of a path, None where there is none to speak of. ``details`` are plain types for the
    provenance. A line has no ``eta``.
    """

    kind: str
    normalisation: str
    delta: Direction
    eta: Direction | None
    explained_variance: tuple[float, ...] | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def norms(self) -> tuple[float, ...]:
        """Lengths of the final axes."""
        return tuple(dot(axis, axis) ** 0.5 for axis in (self.delta, self.eta) if axis is not None)

    @property
    def cosine(self) -> float | None:
        """Cosine of the angle between the final axes; 0 = orthogonal. None for a line."""
        if self.eta is None:
            return None
        lengths = self.norms
        return dot(self.delta, self.eta) / (lengths[0] * lengths[1])

    def plane(self, theta_star: Direction) -> Plane:
        """The plane, or line, of these axes through a centre."""
        return Plane(theta_star, self.delta, self.eta)

    def describe(self) -> dict[str, Any]:
        """For the provenance; ready for JSON."""
        return {
            "kind": self.kind,
            "normalisation": self.normalisation,
            "norms": list(self.norms),
            "cosine": self.cosine,
            "explained_variance": None if self.explained_variance is None else list(self.explained_variance),
            **self.details,
        }


def paired(first: Axes, second: Axes) -> Axes:
    """The first directions of two kinds as the axes of one plane; each keeps its details."""
    details = {"delta": {"kind": first.kind, **first.details}, "eta": {"kind": second.kind, **second.details}}
    return Axes(
        f"{first.kind},{second.kind}",
        f"{first.normalisation},{second.normalisation}",
        first.delta,
        second.delta,
        details=details,
    )


def checked(axes: Axes, what: str) -> Axes:
    """The axes, if they span what they should. Raises BadInputError where one is zero, or both are parallel."""
    for name, length in zip(("first", "second"), axes.norms, strict=False):
        if not 0 < length < float("inf"):
            raise BadInputError(f"{what}: the {name} direction has the length {length:g}, so it leads nowhere")
    if axes.cosine is not None and abs(axes.cosine) > PARALLEL:
        raise BadInputError(f"{what}: both directions are parallel, so they span no plane; choose others, or a line")
    return axes
