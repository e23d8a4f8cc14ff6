"""Following trainings: what is looked at, taken in, fitted, measured and said next.

A checkpoint that a training writes is taken in before the next point is measured. A plane is left when it no longer
fits (see ``refitting``), but not before its first levels are measured, nor within SETTLED_SECONDS, unless asked.
"""

import math
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from compute.errors import BadInputError
from compute.listener import Listener
from compute.live.cloud import Cloud, Key
from compute.live.fit import Fit, Send
from compute.live.fits import STATE_FILE, all_fits, describe, is_of_the_past, newest, next_fit, set_aside
from compute.live.intake import Intake
from compute.live.layout import CENTRES
from compute.live.making import Ground, make_fit, reopen_fit
from compute.live.refitting import EARLY, KEPT, NEW, choose_centre, farthest, fault, residual_share
from compute.live.runs import Run
from compute.measuring.execution import Execution
from compute.messages import Following, Note, Opened, Preparing
from compute.plane import Direction

POLL_SECONDS = 0.3  # between two looks at the runs
MUCH_LOST = 0.01  # of the variance, of which is told
SETTLED_SECONDS = 3.0  # that a fit is kept at least


class Live:
    """The trainings that are followed: the caller owns the loop."""

    def __init__(self, ground: Ground, send: Send, listener: Listener) -> None:
        self._ground, self._send, self._listener = ground, send, listener
        self._runs, self._out = ground.runs, Path(ground.task.out)
        self._keep, self._centre = ground.task.keep, ground.task.centre
        self._cloud = Cloud(ground.problem.model, self._out / STATE_FILE)
        self._intake = Intake(self._runs, self._cloud, self._prepare, self._taken, self._note)
        self._fit: Fit | None = None
        self._why = ""  # for which wish the plane is fitted anew
        self._news = True  # since the plane was last held against the paths
        self._share: float | None = None
        self._stays = ""  # why, although the share is more than is allowed
        self._looked, self._said = -math.inf, Following([], [], 0, None, 0)
        self._execution: Execution | None = None
        self._can_save = True
        self._is_told_of_loss = False

    def __enter__(self) -> Self:
        known, same = describe(self._out, self._ground.task, self._runs, self._cloud.shapes)
        try:
            self._cloud.load(self._runs if known else ())
        except BadInputError as error:
            self._note(f"{error}; all checkpoints are read again")
        self._look()
        last = newest(self._out)
        if same and last:
            self._reopen(*last)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._leave()
        self._save(at_once=True)

    def step(self) -> None:
        """Do what is due, and measure one step; with nothing to do, wait until the next look."""
        self._obey()
        if time.monotonic() - self._looked >= POLL_SECONDS:
            self._look()
        behind = self._intake.take()
        self._fit_if_due()
        busy = self._fit is not None and not self._listener.paused and self._fit.step()
        if self._fit:
            self._fit.write()
        self._save()
        self._tell()
        self._listener.look(0.0 if busy or behind else POLL_SECONDS)

    # ── wishes ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _obey(self) -> None:
        if self._listener.refit:
            self._why, self._listener.refit = "asked for", False
        if steer := self._listener.steer:
            self._listener.steer = None
            if steer.centre in CENTRES and steer.centre != self._centre:
                self._why = f"centred on the {steer.centre}"
                self._centre = steer.centre
            self._keep, self._news = steer.keep, True
        for focus in self._listener.focus:
            if self._fit and focus.plane == self._fit.survey.name:
                self._fit.sweep.focus_on(focus)
        self._listener.focus.clear()
        if self._listener.inspect:
            self._listener.inspect.clear()
            self._note("a plane is not looked into while its training is followed; do it when that has ended")

    # ── checkpoints ───────────────────────────────────────────────────────────────────────────────────────────────

    def _look(self) -> None:
        went_back = self._intake.look()
        if went_back:
            self._set_aside({run.name: min(gone) for run, gone in went_back})
        for run, gone in went_back:
            self._news = True
            if self._fit:
                self._fit.paths[run.name].forget(gone)
        self._looked = time.monotonic()

    def _set_aside(self, back_to: Mapping[str, int]) -> None:
        """The planes of a past that is gone, since these runs went back before these steps."""
        gone = [folder for folder in all_fits(self._out) if is_of_the_past(folder, back_to)]
        if not gone:
            return
        if self._fit and self._fit.survey.folder in gone:
            self._leave()
            self._share, self._why = None, "the training began anew"
        planes = "1 plane" if len(gone) == 1 else f"{len(gone)} planes"
        try:
            self._note(f"{set_aside(self._out, gone)}: here are now {planes} of a training that began anew")
        except OSError as error:
            self._note(f"{error.filename}: cannot be set aside ({error.strerror}), though its training began anew")

    def _prepare(self, done: int, total: int) -> None:
        self._listener.look()
        self._send(Preparing("reading checkpoints", done, total))

    def _taken(self, run: Run, step: int, weights: Direction) -> None:
        self._news = True
        if self._fit:
            self._fit.take(run, step, weights)

    # ── the plane ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _fit_if_due(self) -> None:
        if not self._news and not self._why:
            return
        centre, why, self._news = choose_centre(self._runs, self._centre), self._why, False
        if fit := self._fit:
            self._share = residual_share(fit, self._cloud, self._runs)
            new = time.monotonic() - fit.opened < SETTLED_SECONDS
            self._news = fit.sweep.early or new  # to be judged later
            limit, self._stays = self._ground.task.refit_at, ""
            if not self._keep and not self._news:
                fits_no_more, self._stays = fault(
                    fit, self._cloud, self._runs, centre=centre, share=self._share, refit_at=limit
                )
                why = why or fits_no_more
            elif self._share is not None and self._share > limit:
                self._stays = KEPT if self._keep else EARLY if fit.sweep.early else NEW
            if not why:
                return
        if centre and self._runs[0].taken and self._cloud.spans_plane():
            self._begin(centre, why or "the first")

    def _begin(self, centre: Key, why: str) -> None:
        """Leave the plane in work for a new one through this checkpoint."""
        share = self._share or 0.0 if self._fit else 0.0
        self._leave()
        number, folder = next_fit(self._out)
        try:
            survey = make_fit(
                self._ground, self._cloud, centre, folder,
                number=number, execution=self._execution, why=why, share=share,
            )  # fmt: skip
        except BadInputError:
            name, step = centre
            if step in self._ground.run(name).present and self._ground.run(name).present[step].exists():
                raise
            self._looked, self._news, self._why = -math.inf, True, why  # its file has gone just now: look again
            return
        self._why = ""
        if number > 1:
            self._note(f"{survey.name}: fitted anew; {why}")
        self._enter(Fit(self._ground, number, survey, centre, self._send))

    def _reopen(self, number: int, folder: Path) -> None:
        try:
            survey, centre = reopen_fit(self._ground, folder)
        except BadInputError as error:
            self._note(f"{error}; another plane is fitted")
            return
        fit = Fit(self._ground, number, survey, centre, self._send)
        fit.fill(self._cloud)
        self._enter(fit)

    def _enter(self, fit: Fit) -> None:
        self._fit = fit.__enter__()
        fit.begin(self._cloud)
        self._tell_of_loss()
        self._share, self._stays, self._news = residual_share(fit, self._cloud, self._runs), "", True
        self._send(Opened(fit.survey.name, str(fit.survey.folder)))
        fit.sweep.report()

    def _leave(self) -> None:
        if self._fit:
            self._execution = self._fit.sweep.evaluate.execution  # with what memory allowed
            self._fit.__exit__(None, None, None)
            self._fit = None

    # ── word of it ────────────────────────────────────────────────────────────────────────────────────────────────

    def _save(self, *, at_once: bool = False) -> None:
        """The state only saves time: without room for it everything else goes on."""
        try:
            if self._can_save:
                self._cloud.save(at_once=at_once)
        except OSError as error:
            self._can_save = False
            self._note(f"{error.filename}: cannot be written ({error.strerror}); the next start reads all checkpoints")

    def _tell(self) -> None:
        runs = self._runs
        several = len(runs) > 1 and self._share is not None
        word = Following(
            [run.name for run in runs],
            [run.latest for run in runs],
            sum(len(run.present) for run in runs),
            self._share,
            self._fit.number if self._fit else 0,
            self._stays if self._fit else "",
            farthest(self._fit, runs).name if self._fit and several else "",
        )
        if word != self._said:
            self._said = word
            self._send(word)

    def _tell_of_loss(self) -> None:
        lost = self._cloud.given_up
        if lost > MUCH_LOST and not self._is_told_of_loss:
            self._is_told_of_loss = True
            self._note(
                f"the checkpoints go in more directions than there is memory for: {100 * lost:.2g} % of their variance "
                "is left out of the axes"
            )

    def _note(self, line: str) -> None:
        self._send(Note(line))
