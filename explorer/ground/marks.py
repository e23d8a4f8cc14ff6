"""What stands on the ground, as tables: critical points and measured points."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from compute.landscape import Domain, Floats
from compute.topology.critical_points import CriticalPoint
from compute.verification import Outcome, Verdict
from explorer.ground.scene import NO_MARKS, Instances

RED, BLUE, GREEN = (0.93, 0.26, 0.24), (0.25, 0.55, 1.0), (0.26, 0.80, 0.36)
DOWN, DIAMOND, UP, DISC, RING, HALO, ARROW = range(7)  # the shapes of shaders/lib/mark.glsl
SIGNS = 8  # shapes from here on have a sign in their middle: a dot, a ring, a cross
SIGN = {Outcome.VERIFIED: 1, Outcome.MOVED: 2, Outcome.REFUTED: 3}
SIGNED = 1.25  # a mark with a sign is so much larger, or nobody could see it
GREY, PALE_SHARE = (0.62, 0.62, 0.62), 0.6  # what refuted points take on, and how much of it
NOTHING_ASKED: Mapping[tuple[float, float], Verdict] = MappingProxyType({})
LOOKS = {0: (DOWN, 16.0, RED), 1: (DIAMOND, 14.0, BLUE), 2: (UP, 16.0, GREEN)}  # by slice index


def to_uv(domain: Domain, alpha: Floats | np.float64, beta: Floats | np.float64) -> Floats:
    """(n, 2) positions in [0, 1] over the domain; on a line, in the middle of its strip wherever beta is."""
    across = np.full_like(beta, 0.5) if domain.is_line else _share(beta, domain.beta)
    return np.stack([_share(alpha, domain.alpha), across], axis=-1)


def _share(value: Floats | np.float64, bounds: tuple[float, float]) -> Floats | np.float64:
    return (value - bounds[0]) / (bounds[1] - bounds[0])


def measured_places(domain: Domain, predicted: NDArray[np.bool_]) -> Instances:
    """(n, 2) u v of the nodes of a level that are not predicted."""
    rows, columns = predicted.shape
    row, column = np.nonzero(~predicted)
    v = np.full(len(row), 0.5) if domain.is_line else row / max(rows - 1, 1)
    return np.column_stack([column / max(columns - 1, 1), v]).astype(np.float32)


def critical_marks(
    domain: Domain, points: tuple[CriticalPoint, ...], verdicts: Mapping[tuple[float, float], Verdict] = NOTHING_ASKED
) -> Instances:
    """(n, 7) minima red and pointing down, saddles blue diamonds, maxima green and pointing up; with a sign of what
    became of them, by (alpha, beta), once the network was asked. Refuted ones are pale.

    Those of little persistence come first, so that the others are drawn over them.
    """
    if not points:
        return NO_MARKS
    order = np.argsort(np.nan_to_num([point.persistence for point in points]), kind="stable").tolist()
    ordered = [points[k] for k in order]
    uv = to_uv(domain, *np.array([(point.alpha, point.beta) for point in ordered]).T)
    kinds = np.array([point.slice_index for point in ordered])
    looks = np.array([(shape, size, *colour) for shape, size, colour in LOOKS.values()])[kinds]
    for k, point in enumerate(ordered) if verdicts else ():
        if verdict := verdicts.get((point.alpha, point.beta)):
            looks[k] = judged_look(looks[k], verdict.outcome)
    return np.hstack([uv, looks]).astype(np.float32)


def judged_look(look: Floats, outcome: Outcome) -> Floats:
    """Shape, size and colour of a mark with the sign of an outcome."""
    signed = look.copy()
    signed[0] = sign_shape(int(look[0]), outcome)
    signed[1] *= SIGNED
    if outcome is Outcome.REFUTED:
        signed[2:] = PALE_SHARE * np.array(GREY) + (1 - PALE_SHARE) * look[2:]
    return signed


def sign_shape(shape: int, outcome: Outcome) -> int:
    """The number by which shaders/lib/mark.glsl knows a shape with the sign of an outcome."""
    return shape + SIGNS * SIGN[outcome]
