"""Newton's method for a place of a plane where the gradient within it vanishes: a minimum, a saddle or a maximum alike.

Everything is measured in weight space, by the metric G of the plane (``compute.inspecting.gram``), so neither the
lengths of the axes nor their angle matter. The residual is sqrt(gᵀ G⁻¹ g).

*Step.* −H⁻¹ g within a trust region of one cell (``compute.inspecting.bending``). The residual has to fall by a tenth
of what the linear model promises, else the step is halved (Nocedal & Wright 2006, section 11.2). One step at least is
tried, also from where the residual is small already.

*Tolerance.* With S and S' the smallest and the largest slope a cell away along the axes and ε the precision of the
network's numbers, the residual is 0 when it is at most max(√ε S, 50 ε S'). The first puts the place right to about √ε
of a cell; the second is what rounding leaves of a sum of terms of that size.

*End.* See ``compute.inspecting.polish.End``. Where no step helps, or two halved steps in a row leave more than nine
tenths of the residual, it is asked whether the gradient jumps there (``compute.inspecting.kinks``).
"""

import math
from dataclasses import replace

import numpy as np

from compute.inspecting.bending import newton_step
from compute.inspecting.in_plane import InPlane
from compute.inspecting.kinks import kinked_along, kinked_beside
from compute.inspecting.polish import REACH, STEPS, Derived, End, Place, Polish, around, moved, slope_at
from compute.landscape import Floats

HALVINGS = 8  # of one step
SUFFICIENT = 0.1  # share of the promised fall of the residual
LEAST = 1e-3  # share by which the residual falls in any case
PROGRESS = 0.9  # share of the residual that a halved step may leave
ROUNDED = 50.0  # times the precision, of the largest slope around: the residual that rounding leaves


def begin(plane: Derived, start: Place, cell: Place) -> Polish:
    """At a candidate, nothing done; ``cell`` (α, β) is that of its grid, 0 along the axis that a line has not."""
    here = plane.at(*start)
    slopes = [slope_at(plane, *place) for place in around(start, cell)]
    finite = [slope for slope in slopes if math.isfinite(slope)] or [plane.gram.slope(here.gradient)]
    tolerance = max(math.sqrt(plane.precision) * min(finite), ROUNDED * plane.precision * max(finite))
    return _judged(plane, Polish(start, cell, tolerance, max(finite), here))


def advance(plane: Derived, state: Polish) -> Polish:
    """The next step. A state that has ended stays as it is."""
    if state.end:
        return state
    step = newton_step(plane, state)
    before = plane.gram.slope(state.here.gradient)
    for halvings in range(HALVINGS + 1):
        part = step / 2**halvings
        place = moved(state.here, part)
        there = plane.at(*place) if halvings == 0 else None  # the first is nearly always taken
        slope = plane.gram.slope(there.gradient) if there else slope_at(plane, *place)
        if slope <= _wanted(plane, state.here, part):
            idle = state.idle + 1 if halvings and slope > PROGRESS * before else 0
            return _judged(plane, _arrived(plane, state, there or plane.at(*place), idle))
    return replace(state, end=_vanished(plane, state) if before <= state.tolerance else _stalled(plane, state))


def _judged(plane: Derived, state: Polish) -> Polish:
    """The state, with its end where it has come to one."""
    residual = plane.gram.slope(state.here.gradient)
    end = None
    if not state.here.finite:
        end = End.DIVERGED
    elif residual == 0 or (state.steps and residual <= state.tolerance):
        end = _vanished(plane, state)
    elif state.cells_away > REACH:
        end = End.LEFT
    elif state.idle > 1:
        end = _stalled(plane, state)
    elif state.steps == STEPS:
        end = End.LIMIT
    return replace(state, end=end)


def _wanted(plane: Derived, here: InPlane, step: Floats) -> float:
    """The residual that a step has to come down to."""
    before, promised = (plane.gram.slope(g) for g in (here.gradient, here.gradient + here.hessian @ step))
    return min(before - SUFFICIENT * (before - promised), before * (1 - LEAST))


def _arrived(plane: Derived, state: Polish, there: InPlane, idle: int) -> Polish:
    gram, here = plane.gram, state.here
    length = gram.length(np.array([there.alpha - here.alpha, there.beta - here.beta]))
    change = gram.upright_hessian(there.hessian - here.hessian)
    drift = float(np.linalg.norm(change, 2)) / length if np.isfinite(change).all() else 0.0
    return replace(state, here=there, drift=drift, idle=idle, steps=state.steps + 1)


def _vanished(plane: Derived, state: Polish) -> End:
    return End.KINK if kinked_beside(plane, state) else End.CONVERGED


def _stalled(plane: Derived, state: Polish) -> End:
    return End.KINK if kinked_along(plane, state, newton_step(plane, state)) else End.STALLED
