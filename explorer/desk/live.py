"""A training that is followed, or was: the moment that is looked at, the fit in force then, and the switches."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from compute.errors import BadInputError
from compute.landscape import Floats
from compute.messages import Follow
from compute.recording.curve import Curve, CurveReader
from explorer.desk.measuring import begun
from explorer.ground.fits import Fits, named_runs, open_fit, runs_of
from explorer.ground.runs import run_paths
from explorer.ground.staging import Stage
from explorer.looks.view import View

REPLAY_SECONDS = 12.0  # a whole run, from its first step to its last
KEPT = 4  # fits that are ready to be shown again
NO_CURVE = Curve(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))


@dataclass
class Switches:
    """What the worker does when a path leaves its plane, and what the camera does."""

    keep: bool = False  # the plane
    centre: str = "latest"  # of the plane: this checkpoint, or the "best"
    follow: bool = False  # the newest checkpoint, with the camera


class Live:
    """Follows the live folder of trainings. ``moment`` is the step that is looked at, None the newest."""

    def __init__(self, folder: Path, order: Follow | None = None) -> None:
        self.runs = named_runs(order.sources) if order else runs_of(folder)
        self.name = " and ".join(run.name for run in self.runs[:2]) + (", …" if len(self.runs) > 2 else "")
        self.order = order
        self.fits = Fits(folder)
        self.switches = Switches(order.keep, order.centre) if order else Switches()
        self.moment: float | None = None
        self.playing = False
        self.curves: Mapping[str, Curve] = {}
        self._readers = {run.name: CurveReader(run.source) for run in self.runs}
        self._stages: dict[Path, Stage] = {}
        self._empty: set[Path] = set()  # fits without a surface
        self._shown: Stage | None = None
        self._shown_number = 0
        self._reached = -math.inf  # the last step of the paths that were seen
        self._faulty: dict[str, object] = {}  # state of the file of a curve that cannot be read
        self.fault = ""  # of it, to be said once
        self.look()

    def look(self) -> bool:
        """Take in new fits and new rows of the training curves; True when there are any."""
        grown = self.fits.look()
        curves = {name: self._curve(name, reader) for name, reader in self._readers.items()}
        grown = grown or any(len(curves[name]) != len(self.curves.get(name, ())) for name in curves)
        self.curves = curves
        return grown

    def _curve(self, name: str, reader: CurveReader) -> Curve:
        """A curve that cannot be read stays as it was; that is said once, until its file is another one."""
        known, state = self.curves.get(name, NO_CURVE), reader.state()
        if state is not None and state == self._faulty.get(name):
            return known
        try:
            return reader.read()
        except BadInputError as error:
            self._faulty[name], self.fault = state, str(error)
            return known

    @property
    def steps(self) -> tuple[float, float] | None:
        """The first and the last step of all runs, as far as there are paths where nobody makes them longer; None
        before there is one."""
        ends = [(float(c.step.min()), float(c.step.max())) for c in self.curves.values() if len(c)]
        checkpoints = self._checkpoints()
        ends += [(float(checkpoints[0]), float(checkpoints[-1]))] if len(checkpoints) else []
        if not ends:
            return None
        low, high = min(low for low, _ in ends), max(high for _, high in ends)
        return low, high if self.order or math.isinf(self._reached) else max(low, min(high, self._reached))

    @property
    def fit_number(self) -> int:
        """The fit in force at the moment; 0 before there is one."""
        place = self.fits.at(self.moment)
        return 0 if place is None else self.fits.found[place].number

    @property
    def shown_number(self) -> int:
        """The fit whose surface is in view, an earlier one while that in force has none; 0 before there is any."""
        return self._shown_number

    def stage(self, view: View) -> Stage | None:
        """That of the fit in force at the moment, or while it has no surface yet of the last one before it that has."""
        place = self.fits.at(self.moment)
        while place is not None and place >= 0:
            found = self._stage(place, view)
            if found is not None:
                self._shown, self._shown_number = found, self.fits.found[place].number
                self._reached = max([self._reached, *(float(run.path.step[-1]) for run in run_paths(found.landscape))])
                return found
            place -= 1
        return None

    def go_to(self, moment: float | None) -> None:
        """Look at a step; at the last one or beyond, at the newest from now on."""
        ends = self.steps
        self.moment = None if moment is None or ends is None or moment >= ends[1] else max(moment, ends[0])

    def step_by(self, count: int) -> None:
        """To the next checkpoint but so many, or back."""
        steps = self._checkpoints()
        if not len(steps):
            return
        at = float(steps[-1]) if self.moment is None else self.moment
        place = int(np.searchsorted(steps, at, side="right")) - 1 + count
        self.playing = False
        self.go_to(float(steps[min(max(place, 0), len(steps) - 1)]))

    def play(self) -> None:
        """Play the run, from the moment or else from its start; or stop doing so."""
        self.playing = not self.playing
        if self.playing and self.moment is None and self.steps:
            self.go_to(self.steps[0])

    def advance(self, seconds: float) -> bool:
        """Let time pass; True while the run is played."""
        ends = self.steps
        if not self.playing or ends is None:
            return False
        at = ends[0] if self.moment is None else self.moment
        self.go_to(at + seconds / REPLAY_SECONDS * (ends[1] - ends[0]))
        self.playing = self.moment is not None
        return True

    def _checkpoints(self) -> Floats:
        """Steps of the checkpoints of all runs that lie over the plane in view, in order."""
        if self._shown is None:
            return np.zeros(0)
        land = self._shown.landscape
        paths = [path.step for path in (land.trajectory, *land.others.values()) if path is not None]
        return np.unique(np.concatenate(paths)) if paths else np.zeros(0)

    def _stage(self, place: int, view: View) -> Stage | None:
        """None as long as the fit has no surface: of one that was left before it had any that is for good."""
        fit = self.fits.found[place]
        stage = self._stages.pop(fit.folder, None)
        if stage is None:
            if fit.folder in self._empty and place < len(self.fits.found) - 1:
                return None
            try:
                landscape = open_fit(fit, self.name)
            except (BadInputError, OSError):
                return None  # removed, or not whole yet
            if not begun(landscape):
                self._empty.add(fit.folder)
                return None
            stage = Stage(landscape, view)
        self._stages[fit.folder] = stage  # the one used last goes last
        while len(self._stages) > KEPT:
            del self._stages[next(iter(self._stages))]
        return stage
