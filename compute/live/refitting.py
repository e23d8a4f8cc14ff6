"""When a plane no longer fits, and through which checkpoint the next one goes.

A plane is left when the newest checkpoint of a run is farther from it than is allowed and a new one would come clearly
closer, or when it lies outside of the ground that is measured. Then too the axes are fitted anew: on a larger grid
nothing of the old one could be used, and a longer path has axes of its own.
"""

import math
from collections.abc import Sequence

from compute.live.cloud import Cloud, Key
from compute.live.fit import Fit
from compute.live.runs import Run

KEPT, EARLY, NEW = "the plane is kept", "the first levels come first", "the plane is new"
NO_NEARER = "a new plane would be no nearer"
CLEARLY = 0.8  # of the residual: a new plane that is not that much closer is not worth it


def choose_centre(runs: Sequence[Run], which: str) -> Key | None:
    """Run and step of the checkpoint in the middle, of those taken in that are still there; None without any.

    The latest of the first run that has one, or the best of all by what the runs' own logs say of just that step.
    """
    there = [(run, sorted(run.taken.keys() & run.present.keys())) for run in runs]
    if which == "best":
        known = [(run.loss(step), run.name, step) for run, steps in there for step in steps]
        _, name, step = min((each for each in known if not math.isnan(each[0])), default=(0.0, "", -1))
        if name:
            return name, step
    return next(((run.name, steps[-1]) for run, steps in there if steps), None)


def farthest(fit: Fit, runs: Sequence[Run]) -> Run:
    """The run whose newest checkpoint is farthest from the plane."""
    return max(runs, key=fit.residual)


def residual_share(fit: Fit, cloud: Cloud, runs: Sequence[Run]) -> float | None:
    """Of the newest checkpoint of the run that is farthest: its distance from the plane / rms spread of the cloud."""
    spread = cloud.spread
    return fit.residual(farthest(fit, runs)) / spread if spread else None


def fault(
    fit: Fit, cloud: Cloud, runs: Sequence[Run], *, centre: Key | None, share: float | None, refit_at: float
) -> tuple[str, str]:
    """Why the plane no longer fits, and else why it stays although the newest checkpoint is farther off than allowed.

    "" for each that does not hold.
    """
    fitted = {run.name: run.taken for run in runs}
    if fit.centre[1] not in fitted[fit.centre[0]]:
        return "the training went back before its centre", ""
    if any(fit.outside(run) for run in runs):
        return "the path left the ground", ""
    if share is None or share <= refit_at or centre is None:
        return "", ""
    newest = [(run.name, run.latest) for run in runs if run.taken]
    then = max(cloud.residual_if_fitted(key, centre) for key in newest) / cloud.spread
    return ("the path left the plane", "") if then < CLEARLY * share else ("", NO_NEARER)
