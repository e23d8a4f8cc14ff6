"""What the end of Newton's method says of the candidate that it began at.

*Verified*: a critical point of the same slice index lies within a cell of the candidate, along either axis.
*Moved*: one of the same index lies farther away, but within two cells; or within one cell one of another index, or
one whose index is open.
*Refuted*: all else.

The point is where Newton's method converged, its index by the signs of the eigenvalues. Where one is 0 within its
error, and where that point is not the one that was looked for or there is none, loops may tell instead
(``compute.inspecting.turning``), around the place where it ended and around the candidate: what one encloses lies
within its radius.

A candidate on the rim of the domain is critical only for the surface that ends there. Where no critical point of the
network is near, the gradient says what it is: the loss falls further outside, and so it is refuted.
"""

import math
from dataclasses import dataclass

from compute.inspecting.bending import curvatures, kind
from compute.inspecting.in_plane import InPlane
from compute.inspecting.polish import REACH, Derived, End, Polish
from compute.inspecting.turning import enclosed
from compute.landscape import Domain
from compute.topology.critical_points import CriticalPoint
from compute.verification import Outcome, Verdict

NEAR = 1.0  # cells from the candidate, within which it is the same point
ROUNDING = 1e-9  # of a cell
KINDS = ("a minimum", "a saddle", "a maximum")  # by slice index


@dataclass(frozen=True, eq=False)
class _Found:
    """A critical point near the candidate: the place, its index, how many cells away it may be, and how it is known."""

    here: InPlane
    index: int | None
    away: float
    reason: str


def judge(plane: Derived, domain: Domain, candidate: CriticalPoint, state: Polish) -> Verdict:
    """The verdict on a candidate, of a state that has ended."""
    found = _found(plane, candidate.slice_index, state)
    outcome, reason = _outcome(candidate.slice_index, found), found.reason
    if outcome is Outcome.REFUTED and _falls_outside(plane, domain, candidate):
        reason = f"{KINDS[candidate.slice_index]} of the rim only: the loss falls further outside"
    here = found.here
    return Verdict(
        candidate.alpha, candidate.beta, candidate.slice_index, outcome, (here.alpha, here.beta), found.index,
        here.loss, tuple(plane.gram.curvatures(here.hessian).tolist()), plane.gram.slope(here.gradient),
        here.gradient_norm, state.steps, reason,
    )  # fmt: skip


def _outcome(wanted: int, found: _Found) -> Outcome:
    near = found.away <= NEAR + ROUNDING
    if found.index == wanted and found.away <= REACH + ROUNDING:
        return Outcome.VERIFIED if near else Outcome.MOVED
    return Outcome.MOVED if near else Outcome.REFUTED


def _found(plane: Derived, wanted: int, state: Polish) -> _Found:
    """The critical point that Newton's method or a loop found; infinitely far away where there is none."""
    point = _converged(plane, wanted, state)
    if (point.index == wanted and point.away <= NEAR + ROUNDING) or state.end is End.DIVERGED:
        return point
    loops = _by_loops(plane, wanted, state)
    same = sorted((each for each in (point, *loops) if each.index == wanted), key=lambda each: each.away)
    known = [each for each in (point, *loops) if each.index is not None]
    return (*same, *known, point)[0]


def _converged(plane: Derived, wanted: int, state: Polish) -> _Found:
    """The point at which Newton's method ended, if there is one."""
    away = state.cells_away
    if state.end is not End.CONVERGED or away > REACH + ROUNDING:
        end = End.LEFT if state.end is End.CONVERGED else state.end
        return _Found(state.here, None, math.inf, end.value if end else "")
    index = kind(*curvatures(plane, state))
    where = "" if away <= NEAR + ROUNDING else f" {away:.1f} cells away"
    what = "a curvature there is 0 within its error" if index is None else f"it is {KINDS[index]}"
    reason = f"{state.end.value}{where}{'' if index == wanted else f', but {what}'}"
    return _Found(state.here, index, away, reason)


def _by_loops(plane: Derived, wanted: int, state: Polish) -> list[_Found]:
    """What loops enclose: around the place where it ended, and around the candidate."""
    ended, found = (state.here.alpha, state.here.beta), []
    for place in dict.fromkeys((ended, state.start)):
        away = state.cells_away if place == ended else 0.0
        loop = enclosed(plane, place, state.cell, wanted) if away <= REACH else None
        if loop:
            index, part = loop
            here = state.here if place == ended else plane.at(*place)
            found.append(_Found(here, index, away + part, _why(index, part, state)))
    return found


def _why(index: int, part: float, state: Polish) -> str:
    distance = "a cell" if part == 1 else f"1/{round(1 / part)} of a cell"
    around = f"the gradient points as around {KINDS[index]} at {distance} around it"
    return around if state.end in (End.CONVERGED, None) else f"{around}, though {state.end.value}"


def _falls_outside(plane: Derived, domain: Domain, candidate: CriticalPoint) -> bool:
    """Whether it lies on the rim, and the loss falls when one goes on outwards."""
    slopes = plane.gradient(candidate.alpha, candidate.beta).tolist()
    places = zip(slopes, (candidate.alpha, candidate.beta), (domain.alpha, domain.beta), strict=False)
    return any((place == low and slope > 0) or (place == high and slope < 0) for slope, place, (low, high) in places)
