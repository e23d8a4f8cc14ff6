"""What a landscape is, as plain numbers: the content of ``basin info --json``."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from compute.connection_record import connection_record
from compute.landscape import Floats, Landscape
from compute.topology.account import account, barriers, counts, shape_of
from compute.verification import KEY, Outcome, verdicts


def describe(landscape: Landscape) -> dict[str, Any]:
    """Everything there is to say in numbers. Ready for ``json.dumps(…, allow_nan=False)``; unknown is None.

    kind                what it was read from: "landscape", "ply", …
    domain              {alpha, beta}: [min, max]
    resolution          [n_beta, n_alpha], the shape of the arrays
    measured            number of grid points measured so far
    metrics             by name {min, max, argmin: [alpha, beta], diverged}, over the measured and finite points;
                        ``diverged`` counts the measured points that are infinite. None where nothing was measured.
    critical_points     {minima, saddles, maxima} of the main metric, all of them however shallow, on the finest
                        complete nested level: every 2^k-th row and column, with the smallest k for which 2^k divides
                        the number of cells of both axes, all those points are measured and, unless k = 0, at least 3
                        stay on each axis. None where there is no such level.
    shape               of the same level, or None: {level: [n_beta, n_alpha], euler, error_bar, relative, clear,
                        points}. ``euler`` is {sum, characteristic}: minima − saddles + maxima, of a line minima −
                        maxima, and what that must be, vertices − edges + cells. ``error_bar`` is the largest error of
                        prediction of this level from the one before, ``relative`` whether of logarithms; ``clear`` is
                        how many points have a persistence above twice the error bar where they are; None where unknown.
                        ``points`` are the 50 most persistent, the deepest minimum first: [{kind, alpha, beta, value,
                        persistence, factor, partner, clear, verdict}]. ``factor`` is the larger value of the pair over
                        the smaller one, where the error bar is relative. The deepest minimum of each piece and a saddle
                        that closes a loop around a hole have none of ``persistence``, ``factor`` and ``partner``,
                        [alpha, beta].
                        ``verdict`` is "verified", "moved" or "refuted", None where the network was not asked.
    barriers            of a line between two networks, by loss: {height, position, excess}, the largest rise above the
                        straight line between the losses of both, where in [0, 1], and the highest loss less the higher
                        end; height and excess None where it leads through what diverged. A loss is None where it is not
                        known, all is None where there is no such line.
    connection          of a curve between two networks: {distance, length, barriers}, lengths in units of weight space
                        and the heights as above by way, "curve" and "straight line", and loss; None of anything else
    verification        {verified, moved, refuted, candidates, left_out}, numbers of critical points, the last two None
                        where unknown. None where the network was not asked.
    refinement          what each level took: [{points: [n_alpha, n_beta], evaluations, surplus, where}], the surplus
                        being the largest error of prediction and where its place, [alpha, beta]; None where unknown.
                        None where nobody kept a record.
    stopped             why no more is measured: "tolerance", "resolution", …, or None
    trajectory          {points, explained_variance, residual, loss, plane_loss, largest_gap}, or None. The second as
                        the provenance has it; the next three [first, last]; the gap is the largest
                        |plane_loss − loss| where both are finite.
    provenance          as the landscape has it; NaN and inf become None
    """
    shape = shape_of(landscape)
    return {
        "kind": landscape.provenance.get("kind", "landscape"),
        "domain": {"alpha": list(landscape.domain.alpha), "beta": list(landscape.domain.beta)},
        "resolution": list(landscape.domain.shape),
        "measured": landscape.measured,
        "metrics": {name: _range(landscape, values) for name, values in landscape.metrics.items()},
        "critical_points": counts(shape),
        "shape": _plain(account(shape, verdicts(landscape.provenance))) if shape else None,
        "barriers": _barriers(landscape),
        "connection": _connection(landscape.provenance),
        "verification": _verification(landscape.provenance),
        "refinement": _refinement(landscape.provenance.get("refinement")),
        "stopped": _text(landscape.provenance.get("stopped")),
        "trajectory": _trajectory(landscape),
        "provenance": _plain(landscape.provenance),
    }


def _range(landscape: Landscape, values: Floats) -> dict[str, Any]:
    measured = np.asarray(landscape.examples) > 0
    numbers = np.array(values)  # a copy: another process may be writing
    finite = measured & np.isfinite(numbers)
    diverged = int(np.count_nonzero(measured & np.isinf(numbers)))
    if not finite.any():
        return {"min": None, "max": None, "argmin": None, "diverged": diverged}
    lowest = np.where(finite, numbers, np.inf)
    row, column = np.unravel_index(lowest.argmin(), numbers.shape)
    place = [float(landscape.domain.alphas[column]), float(landscape.domain.betas[row])]
    return {"min": float(lowest.min()), "max": float(numbers[finite].max()), "argmin": place, "diverged": diverged}


def _barriers(landscape: Landscape) -> dict[str, Any] | None:
    found = barriers(landscape)
    return found and {name: _plain(asdict(barrier)) if barrier else None for name, barrier in found.items()}


def _connection(provenance: Mapping[str, Any]) -> dict[str, Any] | None:
    record = connection_record(provenance)
    return _plain(asdict(record)) if record else None


def _verification(provenance: Mapping[str, Any]) -> dict[str, Any] | None:
    entry = provenance.get(KEY)
    if not isinstance(entry, Mapping):
        return None
    outcomes = [verdict.outcome for verdict in verdicts(provenance)]
    known = {name: entry.get(name) for name in ("candidates", "left_out")}
    return {
        **{outcome.value: outcomes.count(outcome) for outcome in Outcome},
        **{name: value if isinstance(value, int) else None for name, value in known.items()},
    }


def _refinement(record: Any) -> list[dict[str, Any]] | None:
    """The record of the levels, as far as it is one: it may have been edited."""
    if not isinstance(record, list | tuple) or not all(isinstance(level, Mapping) for level in record):
        return None
    known = ("points", "evaluations", "surplus", "where")
    return [{key: _plain(level.get(key)) for key in known} for level in record] or None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _trajectory(landscape: Landscape) -> dict[str, Any] | None:
    path = landscape.trajectory
    if path is None:
        return None
    with np.errstate(invalid="ignore"):
        gaps = np.abs(path.plane_loss - path.loss)
    finite, ends = gaps[np.isfinite(gaps)], [0, -1] if len(path) else []
    return {
        "points": len(path),
        "explained_variance": _plain(landscape.provenance.get("explained_variance")),
        **{name: _plain(np.asarray(getattr(path, name))[ends]) for name in ("residual", "loss", "plane_loss")},
        "largest_gap": float(finite.max()) if len(finite) else None,
    }


def _plain(value: Any) -> Any:
    """The same in types that JSON knows."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)
